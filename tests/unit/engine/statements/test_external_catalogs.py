"""External catalogs: the tables of another file, read only, under three-part names."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session(tmp_path) -> Session:
    engine = Engine(tmp_path / "lake.db")
    maker = Session(engine, 1, "root")
    run(maker, "create database shop; use shop")
    run(maker, "create table orders (id int not null, item varchar(20) comment 'what', price decimal(10, 2))")
    run(maker, "insert into orders values (1, 'pen', 2.5), (2, 'ink', 3)")
    run(maker, "create table nested (id int, tags array<int>); create view v as select id from orders")
    maker.close()
    engine.close()
    found = Session(Engine(catalogs={"lake": tmp_path / "lake.db"}), 1, "root")
    run(found, "create database shop; use shop; create table own (id int)")
    return found


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def refusal(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.code, caught.value.message


def test_queries__across_catalogs(session: Session) -> None:
    run(session, "insert into own values (2)")
    assert run(session, "select item from lake.shop.orders o join own on own.id = o.id") == [("ink",)]
    run(
        session,
        "create table copied as select id, item from lake.shop.orders; create view w as select * from lake.shop.orders",
    )
    assert run(session, "select count(*) from copied") == [(2,)]
    assert run(session, "select max(id) from w") == [(2,)]


def test_going_there(session: Session) -> None:
    run(session, "set catalog lake")
    assert run(session, "select catalog()") == [("lake",)]
    assert run(session, "select database()") == [("",)]
    assert refusal(session, "show tables") == (1046, "Getting analyzing error. Detail message: No database selected.")
    run(session, "use shop")
    assert run(session, "select count(*) from orders") == [(2,)]
    assert run(session, "show tables") == [("nested",), ("orders",)]
    run(session, "use default_catalog.shop")
    assert run(session, "show tables") == [("own",)]
    run(session, "use lake.shop")
    assert run(session, "select catalog()") == [("lake",)]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("use lake.nosuch", 5501),
        ("select * from lake.nosuch.t", 5501),
        ("select * from lake.shop.nosuch", 5502),
        ("select * from nosuch.shop.orders", 5078),
        ("desc lake.shop.nosuch", 5502),
        ("select * from lake.information_schema.materialized_views", 5502),
    ],
)
def test_what_is_missing(session: Session, sql: str, code: int) -> None:
    assert refusal(session, sql)[0] == code


def test_lists(session: Session) -> None:
    assert [row[:2] for row in run(session, "show catalogs")] == [("default_catalog", "Internal"), ("lake", "Jdbc")]
    assert run(session, "show databases from lake") == [("information_schema",), ("shop",)]
    assert run(session, "show full tables from lake.shop") == [("nested", "BASE TABLE"), ("orders", "BASE TABLE")]
    assert run(session, "desc lake.shop.orders") == [
        ("id", "INT", "Yes", "false", None, "", None),
        ("item", "VARCHAR(20)", "Yes", "false", None, "", "what"),
        ("price", "DECIMAL(10,2)", "Yes", "false", None, "", None),
    ]


def test_information_schema__of_each_catalog(session: Session) -> None:
    sql = (
        "select table_name, engine, table_rows from {}.information_schema.tables where table_schema = 'shop' order by 1"
    )
    assert run(session, sql.format("default_catalog")) == [("own", "StarRocks", 0)]
    assert run(session, sql.format("lake")) == [("nested", "JDBC", None), ("orders", "JDBC", None)]
    columns = "select column_name, is_nullable, column_comment from lake.information_schema.columns "
    assert run(session, columns + "where table_name = 'orders' and column_name = 'item'") == [("item", "YES", "what")]
    run(session, "set catalog lake")
    assert run(session, "select schema_name from information_schema.schemata order by 1") == [
        ("information_schema",),
        ("shop",),
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create table lake.shop.t (id int)", "This connector doesn't support creating tables"),
        ("create table lake.shop.t as select 1 as a", "This connector doesn't support creating tables"),
        ("drop table lake.shop.orders", "This connector doesn't support dropping tables"),
        ("alter table lake.shop.orders add column x int", "This connector doesn't support alter table"),
        ("create view lake.shop.v2 as select 1 as a", "This connector doesn't support create view"),
        ("create database lake.other", "This connector doesn't support creating databases"),
        ("insert into lake.shop.orders values (3, 'x', 1)", "Only support insert into olap/mysql/iceberg/hive table"),
        ("truncate table lake.shop.orders", "This connector doesn't support truncate table"),
        ("delete from lake.shop.orders where id = 1", "Table of JDBC catalog doesn't support [DELETE]"),
        ("analyze table lake.shop.orders", "Analyze external table only support hive, iceberg, deltalake, paimon and"),
        (
            "explain select * from lake.shop.orders",
            "EXPLAIN of a query that reads an external catalog is not supported",
        ),
        ("show partitions from lake.shop.orders", "This SHOW in the external catalog lake is not supported"),
        ("show create table lake.shop.orders", "SHOW CREATE of a table in the external catalog lake is not supported"),
        ("select id from lake.shop.nested", "whose column tags has no type there, is not supported"),
        ("drop catalog lake", "DROP CATALOG of an attached file is not supported"),
    ],
)
def test_refusals(session: Session, sql: str, message: str) -> None:
    assert message in refusal(session, sql)[1]
    assert run(session, "select count(*) from lake.shop.orders") == [(2,)]


def test_in_an_external_catalog_bare_names_are_its_own(session: Session) -> None:
    run(session, "use lake.shop")
    assert "Unknown table 'own'" in refusal(session, "drop table own")[1]
    assert "doesn't support creating tables" in refusal(session, "create table own2 (id int)")[1]
    assert "is not supported" in refusal(session, "show table status")[1]
    assert run(session, "select count(*) from default_catalog.shop.own") == [(0,)]


def test_a_file_that_is_none_of_this_engine(tmp_path) -> None:
    (tmp_path / "x.db").write_text("nothing")
    with pytest.raises(StarRocksError, match="must be a file of this engine"):
        Engine(catalogs={"lake": tmp_path / "x.db"})
    with pytest.raises(StarRocksError, match="there is no such file"):
        Engine(catalogs={"lake": tmp_path / "y.db"})


HIVE = "properties ('type' = 'hive', 'hive.metastore.uris' = 'thrift://127.0.0.1:9083')"


def test_declared_catalogs(tmp_path) -> None:
    session = Session(Engine(tmp_path / "s.db"), 1, "root")
    run(session, f"create external catalog cat_hive comment 'lake' {HIVE}")
    assert refusal(session, f"create external catalog cat_hive {HIVE}") == (5514, "Catalog 'cat_hive' already exists")
    run(session, f"create external catalog if not exists cat_hive {HIVE}")
    session.close()
    session.engine.close()

    again = Session(Engine(tmp_path / "s.db"), 1, "root")
    assert run(again, "show catalogs like 'cat%'") == [("cat_hive", "Hive", "lake")]
    assert 'CREATE EXTERNAL CATALOG `cat_hive`\ncomment "lake"' in str(run(again, "show create catalog cat_hive")[0][1])
    run(again, "set catalog cat_hive")
    assert run(again, "select catalog()") == [("cat_hive",)]
    assert refusal(again, "create table t (id int)")[0] == 1046
    assert refusal(again, "use q") == (5501, "Unknown database 'q'")
    for sql in ("select * from cat_hive.d.t", "desc cat_hive.d.t", "show tables from cat_hive.d"):
        assert refusal(again, sql) == (5501, "Getting analyzing error. Detail message: Unknown database 'd'.")
    assert run(again, "show databases from cat_hive") == [("default",), ("information_schema",)]
    assert (
        refusal(again, "create view cat_hive.d.v as select 1 as a")[1] == "This connector doesn't support create view"
    )
    run(again, "drop catalog cat_hive")
    assert refusal(again, "drop catalog cat_hive") == (5078, "Unknown catalog 'cat_hive'")


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("'type' = 'hive'", "msg: hive.metastore.uris must be set in properties when creating hive catalog}"),
        ("'type' = 'nosuch'", "[type : nosuch] is not supported"),
        ("'type' = 'jdbc'", "msg: Missing driver_class in properties}"),
        ("'type' = 'iceberg'", "msg: Can't find iceberg native catalog type. You must specify"),
        ("'type' = 'iceberg', 'iceberg.catalog.type' = 'hadoop'", "msg: Iceberg hadoop catalog must set warehouse"),
        ("'type' = 'deltalake'", "must be set in properties when creating catalog of hive-metastore}"),
        ("'type' = 'hudi', 'hive.metastore.type' = 'x'", "hive metastore type [x] is not supported.}"),
        ("'type' = 'paimon', 'paimon.catalog.type' = 'x'", "msg: The property paimon.catalog.warehouse must be set.}"),
        ("'type' = 'es', 'hosts' = 'x'", "CREATE EXTERNAL CATALOG of type es is not supported by the embedded engine"),
    ],
)
def test_declared_catalogs__refusals(properties: str, message: str) -> None:
    session = Session(Engine(), 1, "root")
    assert message in refusal(session, f"create external catalog c properties ({properties})")[1]
    assert len(run(session, "show catalogs")) == 1


def test_declared_catalogs__hide_what_is_secret(tmp_path) -> None:
    session = Session(Engine(), 1, "root")
    (tmp_path / "driver.jar").write_bytes(b"driver")
    run(
        session,
        "create external catalog pg properties ('type' = 'jdbc', 'user' = 'u', 'password' = 'topsecret', "
        "'jdbc_uri' = 'jdbc:postgresql://h/db', 'driver_class' = 'org.postgresql.Driver', "
        f"'driver_url' = 'file://{tmp_path}/driver.jar', 'aws.s3.secret_key' = 'abcdefgh')",
    )
    shown = str(run(session, "show create catalog pg"))
    assert "topsecret" not in shown
    assert '"aws.s3.secret_key"  =  "ab******gh"' in shown
    assert '"checksum"  =  "e2d45d57c7e2941b65c6ccd64af4223e"' in shown
    assert refusal(session, "create table pg.d.t (id int)")[0] == 5501
    assert refusal(session, "create database pg.d")[1] == "This connector doesn't support creating databases"
    run(session, "alter catalog pg set ('user' = 'v')")
    assert '"user"  =  "v"' in str(run(session, "show create catalog pg"))
    assert "Not support alter catalog property type" in refusal(session, "alter catalog pg set ('type' = 'hive')")[1]


@pytest.mark.parametrize("kind", ["iceberg", "hive", "hudi", "deltalake", "paimon"])
def test_attached_files__as_another_type(tmp_path, kind: str) -> None:
    engine = Engine(tmp_path / "lake.db")
    maker = Session(engine, 1, "root")
    run(maker, "create database shop; use shop; create table orders (id int, item varchar(20), n tinyint)")
    run(maker, "insert into orders values (1, 'pen', 2)")
    maker.close()
    engine.close()
    session = Session(Engine(catalogs={"lake": f"{kind}:{tmp_path / 'lake.db'}"}), 1, "root")
    assert run(session, "show catalogs")[1][:2] == ("lake", kind.capitalize())
    assert run(session, "select * from lake.shop.orders") == [(1, "pen", 2)]
    narrow = ["VARCHAR(20)", "TINYINT"] if kind == "hive" else ["VARCHAR(1073741824)", "INT"]
    assert [row[1] for row in run(session, "desc lake.shop.orders")] == ["INT", *narrow]
    assert refusal(session, "insert into lake.shop.orders select 1, 'x', 1")[0] == 1064
    assert run(session, "select count(*) from lake.shop.orders") == [(1,)]


@pytest.mark.parametrize(
    ("version", "table", "database", "like", "nowhere"),
    [("3.3", 1064, 1064, 1064, 1064), ("3.5", 1064, 5078, 0, 1046), ("4.1", 5078, 5078, 0, 1046)],
)
def test_names_with_too_many_parts__and_too_few(
    version: str, table: int, database: int, like: int, nowhere: int
) -> None:
    session = Session(Engine(version=version), 1, "root")
    assert refusal(session, "create table a.b.c.d (id int)")[0] == table
    assert refusal(session, "create database a.b.c")[0] == database
    if like:
        assert refusal(session, "show catalogs like 'x'")[0] == like
    run(session, f"create external catalog cat_hive {HIVE}; set catalog cat_hive")
    assert refusal(session, "create table t (id int)")[0] == nowhere
    assert refusal(session, "show tables")[0] == 1046
    shown = '"type"  =  "hive",\n"hive.metastore.uris"  =  "thrift://127.0.0.1:9083"\n)'
    assert str(run(session, "show create catalog cat_hive")[0][1]).endswith(shown)
