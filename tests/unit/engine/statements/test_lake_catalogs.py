"""Iceberg and Hive catalogs: what is created in them is kept, within each format's limits."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

ICEBERG = "properties ('type' = 'iceberg', 'iceberg.catalog.type' = 'rest', 'iceberg.catalog.uri' = 'http://lake')"
HIVE = "properties ('type' = 'hive', 'hive.metastore.uris' = 'thrift://lake:9083')"


def opened(version: str = "4.1", path=None) -> Session:
    return Session(Engine(path, version=version), 1, "root")


@pytest.fixture(scope="module")
def shared() -> Session:
    session = opened()
    run(session, f"create external catalog ice {ICEBERG}; create external catalog hv {HIVE}; create database ice.db")
    return session


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def refusal(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.code, caught.value.message.removeprefix("Getting analyzing error. Detail message: ")


def test_a_store_of_its_own__survives_a_restart(tmp_path) -> None:
    session = opened(path=tmp_path / "s.db")
    run(session, f"create database shop; create external catalog ice {ICEBERG}; create database ice.lake")
    run(session, "create table ice.lake.t (id int, s string); insert into ice.lake.t values (1, 'a'), (2, null)")
    assert run(session, "select * from ice.lake.t order by id") == [(1, "a"), (2, None)]
    assert "lake" not in str(run(session, "show databases"))
    assert run(session, "select 1 from information_schema.tables where table_name = 't'") == []
    session.close()
    session.engine.close()

    with pytest.raises(StarRocksError, match="choose another name"):
        Engine(tmp_path / "s.db", catalogs={"ice": tmp_path / "other.db"})

    again = opened(path=tmp_path / "s.db")
    assert run(again, "select count(*) from ice.lake.t") == [(2,)]
    assert run(again, "show databases from ice") == [("information_schema",), ("lake",)]
    run(again, "drop catalog ice")
    assert refusal(again, "select * from ice.lake.t") == (5078, "Unknown catalog 'ice'.")


def test_column_types__are_those_of_the_format(shared: Session) -> None:
    columns = "(a tinyint, b varchar(20) comment 'words', c char(3), d decimal(10, 2), e array<smallint>, f date)"
    run(shared, f"create table ice.db.types {columns} partition by (f); create table hv.`default`.types {columns}")
    assert run(shared, "desc ice.db.types") == [
        ("a", "INT", "Yes", "false", None, "", None),
        ("b", "VARCHAR(1073741824)", "Yes", "false", None, "", "words"),
        ("c", "VARCHAR(1073741824)", "Yes", "false", None, "", None),
        ("d", "DECIMAL(10,2)", "Yes", "false", None, "", None),
        ("e", "ARRAY<INT>", "Yes", "false", None, "", None),
        ("f", "DATE", "Yes", "false", None, "partition key", None),
    ]
    assert [row[1] for row in run(shared, "desc hv.`default`.types")][:3] == ["TINYINT", "VARCHAR(20)", "CHAR(3)"]
    shown = run(shared, "show columns from ice.db.types")
    assert [row[1] for row in shown][:4] == ["int", "varchar(1073741824)", "varchar(1073741824)", "decimal(10,2)"]


def test_information_schema__of_the_catalog(shared: Session) -> None:
    run(shared, "create table ice.db.listed (id int, at datetime) comment 'it'")
    tables = "select table_type, engine, table_comment from {}.information_schema.tables where table_name = 'listed'"
    assert run(shared, tables.format("ice")) == [("BASE TABLE", "Iceberg", "it")]
    assert run(shared, tables.format("hv")) == []
    columns = "select column_name, column_type from ice.information_schema.columns where table_name = 'listed'"
    assert run(shared, columns) == [("id", "int(11)"), ("at", "datetime")]


def test_show_create_table(shared: Session) -> None:
    run(
        shared,
        "create table ice.db.shown (id int, at datetime, s string comment 'x') comment 'it' "
        "partition by day(at), bucket(id, 4), truncate(s, 2) properties ('location' = 's3://b/shown')",
    )
    assert run(shared, "show create table ice.db.shown") == [
        (
            "shown",
            "CREATE TABLE `shown` (\n  `id` int(11) DEFAULT NULL,\n  `at` datetime DEFAULT NULL,\n"
            '  `s` varchar(1073741824) DEFAULT NULL COMMENT "x"\n)\n'
            "PARTITION BY day(`at`), bucket(`id`, 4), truncate(`s`, 2)\n"
            'COMMENT ("it")\nPROPERTIES ("location" = "s3://b/shown", "comment" = "it", '
            '"write.format.default" = "parquet", "write.parquet.compression-codec" = "zstd");',
        )
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create table ice.db.x (id int) duplicate key (id)", "Create iceberg table should not contain keys desc"),
        ("create table hv.`default`.x (id int) primary key (id)", "Create hive table should not contain keys desc"),
        ("create table ice.db.x (id int) engine = hive", "Can't create hive table in the iceberg catalog"),
        ("create table ice.db.x (id largeint)", "Unsupported primitive column type LARGEINT"),
        ("create table ice.db.x (id int, j json)", "Unsupported primitive column type JSON"),
        ("create table hv.`default`.x (j json)", "Unsupported Hive type: JSON"),
        ("create table ice.db.x (id int, index i (id))", "index only support in olap engine at current version"),
        ("create temporary table ice.db.x (id int)", "temporary table must be created under internal catalog"),
        ("create table ice.db.x (id int) partition by (nosuch)", "Partition column[nosuch] does not exist in column"),
        ("create table ice.db.x (f float, id int) partition by (f)", "Invalid iceberg partition column 'f'"),
        ("create table ice.db.x (id int) partition by year(id)", "__iceberg_transform_year(int(11))"),
        ("create table hv.`default`.x (d date, id int) partition by (d)", "Partition columns must be the last columns"),
        ("create table hv.`default`.x (d date) partition by (d)", "Table contains only partition columns"),
        ("create table hv.`default`.x (i int) properties ('file_format' = 'x')", "Unsupported hive storage format x"),
        ("create table ice.nosuch.x (id int)", "Unknown database 'nosuch'"),
        ("create database ice.db", "Can't create database 'db'; database exists"),
        ("drop database ice.nosuch", "Can't drop database 'nosuch'; database doesn't exist"),
        ("drop table ice.db.nosuch", "Unknown table 'nosuch'"),
        ("create materialized view ice.db.m refresh manual as select 1 as a", "can only be created in default_catalog"),
        ("create view hv.`default`.v as select 1 as a", "This connector doesn't support create view"),
    ],
)
def test_what_cannot_be_created(shared: Session, sql: str, message: str) -> None:
    assert message in refusal(shared, sql)[1]


def test_overwrite__replaces_the_partitions_that_its_rows_fall_into(shared: Session) -> None:
    run(shared, "create table ice.db.o (id int, at datetime) partition by month(at)")
    run(shared, "insert into ice.db.o values (1, '2024-01-01'), (2, '2024-02-01')")
    run(shared, "insert overwrite ice.db.o values (3, '2024-02-29')")
    assert run(shared, "select id from ice.db.o order by id") == [(1,), (3,)]
    run(shared, "create table hv.`default`.o (id int, d date) partition by (d)")
    run(shared, "insert into hv.`default`.o values (1, '2024-01-01'), (2, '2024-01-02')")
    run(shared, "insert overwrite hv.`default`.o partition (d = '2024-01-02') select 5")
    assert run(shared, "select * from hv.`default`.o where id > 1")[0][0] == 5
    run(shared, "create table ice.db.whole (id int); insert into ice.db.whole values (1), (2)")
    run(shared, "insert overwrite ice.db.whole select max(id) + 1 from ice.db.whole")
    assert run(shared, "select id from ice.db.whole") == [(3,)]


def test_overwrite__of_no_rows_replaces_nothing(shared: Session) -> None:
    run(shared, "create table ice.db.kept (id int); insert into ice.db.kept values (1)")
    run(shared, "insert overwrite ice.db.kept select id from ice.db.kept where false")
    assert run(shared, "select id from ice.db.kept") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("insert into ice.db.w select 1", "Inserted target column count: 2 doesn't match select/value column count: 1"),
        ("insert into ice.db.w (id) values (1)", "Must include partition column d"),
        ("insert into ice.db.w partition (x = 1) select 1", "Can't find partition column x"),
        ("insert into ice.db.w values (null, '2024-01-01')", "created as NOT NULL is not supported"),
        ("insert into ice.db.nosuch values (1)", "Table nosuch is not found"),
        ("update ice.db.w set id = 2 where id = 1", "table w does not support update"),
        ("explain insert into ice.db.w select 1, null", "is not supported by the embedded engine"),
        ("delete from hv.`default`.w where id = 1", "Table of HIVE catalog doesn't support [DELETE]"),
        ("delete from ice.db.w", "Delete must specify where clause to prevent full table delete"),
        ("alter table hv.`default`.w add column x int", "This connector doesn't support alter table type: AddColumn"),
        ("truncate table ice.db.w partition (p1)", "Iceberg table partition truncate is not supported: db.w"),
        ("drop table hv.`default`.w", "'Force' must be set when dropping a hive table."),
        ("drop database ice.db", "Database db not empty"),
    ],
)
def test_what_cannot_be_written(shared: Session, sql: str, message: str) -> None:
    run(shared, "create table if not exists ice.db.w (id int not null, d date) partition by (d)")
    run(shared, "create table if not exists hv.`default`.w (id int)")
    assert message in refusal(shared, sql)[1]


def test_delete_and_truncate(shared: Session) -> None:
    run(shared, "create table ice.db.del (id int, s string)")
    run(shared, "insert into ice.db.del values (1, 'a'), (1, 'a'), (2, 'b'), (3, null)")
    run(shared, "delete from ice.db.del where id in (select min(id) from ice.db.del) or s is null")
    assert run(shared, "select id from ice.db.del") == [(2,)]
    run(shared, "truncate table ice.db.del")
    assert run(shared, "select count(*) from ice.db.del") == [(0,)]


def test_create_table_as__keeps_doubles(shared: Session) -> None:
    run(shared, "create table ice.db.made as select 1 as id, cast(2.5 as double) as f, 'x' as s")
    assert [row[:2] for row in run(shared, "desc ice.db.made")] == [
        ("id", "INT"),
        ("f", "DOUBLE"),
        ("s", "VARCHAR(1073741824)"),
    ]
    assert run(shared, "select * from ice.db.made") == [(1, 2.5, "x")]
    refusal(shared, "create table ice.db.failed as select assert_true(id > 1) as a from ice.db.made")
    assert refusal(shared, "desc ice.db.failed")[0] == 5502


def test_alter_table(shared: Session) -> None:
    run(shared, "create table ice.db.alt (id int, s string); insert into ice.db.alt values (1, 'a')")
    run(shared, "alter table ice.db.alt add column g int comment 'new' first, add column (h double, i date)")
    run(shared, "alter table ice.db.alt drop column i, modify column g bigint after s")
    run(shared, "alter table ice.db.alt rename column s to t; alter table ice.db.alt rename alt2")
    assert [row[:2] for row in run(shared, "desc ice.db.alt2")] == [
        ("id", "INT"),
        ("t", "VARCHAR(1073741824)"),
        ("g", "BIGINT"),
        ("h", "DOUBLE"),
    ]
    assert run(shared, "select * from ice.db.alt2") == [(1, "a", None, None)]
    assert refusal(shared, "alter table ice.db.alt2 add column x int not null")[1] == (
        "column in iceberg table must be nullable."
    )
    assert "is not supported" in refusal(shared, "alter table ice.db.alt2 modify column t int")[1]
    run(shared, "alter table ice.db.alt2 set ('file_format' = 'orc')")
    assert refusal(shared, "insert into ice.db.alt2 select 1, 'a', 1, 1")[1] == (
        "Only support insert into ICEBERG table with parquet file format"
    )


def test_views(shared: Session) -> None:
    run(shared, "create table ice.db.base (id int); insert into ice.db.base values (1), (2)")
    run(shared, "create view ice.db.v as select id from ice.db.base where id > 1")
    assert run(shared, "select * from ice.db.v") == [(2,)]
    assert run(shared, "show create view ice.db.v") == [
        ("v", "CREATE VIEW `v` (`id`) AS SELECT `ice`.`db`.`base`.`id`\nFROM `ice`.`db`.`base`\n"
              "WHERE `ice`.`db`.`base`.`id` > 1;")
    ]  # fmt: skip
    run(shared, "create or replace view ice.db.v as select id + 1 as next from ice.db.base")
    assert run(shared, "select max(next) from ice.db.v") == [(3,)]
    assert "Use CREATE OR REPLACE VIEW instead" in refusal(shared, "alter view ice.db.v as select 1 as a")[1]
    assert "'db'.'v' is not 'TABLE'" in refusal(shared, "drop table ice.db.v")[1]
    run(shared, "drop view ice.db.v")
    assert refusal(shared, "select * from ice.db.v")[0] == 5502


def test_materialized_views_and_statistics_over_it(shared: Session) -> None:
    run(shared, "create table ice.db.src (id int); insert into ice.db.src values (1)")
    run(shared, "create database shop; use shop")
    run(shared, "create materialized view mv refresh deferred manual as select id from ice.db.src")
    run(shared, "refresh materialized view mv with sync mode")
    run(shared, "create database db; create table db.src (id int); drop table db.src; drop database db")
    run(shared, "insert into ice.db.src values (2)")
    assert run(shared, "select count(*) from mv") == [(1,)]
    run(shared, "refresh materialized view mv with sync mode")
    assert run(shared, "select count(*) from mv") == [(2,)]
    assert run(shared, "analyze table ice.db.src") == [("ice.db.src", "analyze", "status", "OK")]


@pytest.mark.parametrize("version", ["3.3", "3.5"])
def test_older_versions(version: str) -> None:
    session = opened(version)
    run(session, f"create external catalog ice {ICEBERG}; create external catalog hv {HIVE}; create database ice.db")
    run(session, "create table ice.db.t (id int, d date) partition by (d); insert into ice.db.t select 1, '2024-01-01'")
    assert "[DELETE]" in refusal(session, "delete from ice.db.t where id = 1")[1]
    assert refusal(session, "truncate table ice.db.t") == (5501, "Unknown database 'db'")
    at_end = "Partition columns must be at the end of column defs."
    assert refusal(session, "create table ice.db.u (d date, id int) partition by (d)")[1] == at_end
    transform = "create table ice.db.u (id int, at datetime) partition by day(at)"
    assert "is not supported by the embedded engine" in refusal(session, transform)[1]
    assert run(session, "create view hv.`default`.v as select 1 as a") == []
    assert refusal(session, "desc hv.`default`.v")[0] == 5502
    view = "create view ice.db.v as select id from ice.db.t"
    if version == "3.3":
        assert "is not supported by the embedded engine" in refusal(session, view)[1]
    else:
        run(session, view)
        assert run(session, "select * from ice.db.v") == [(1,)]


def test_grants__belong_to_the_catalog(tmp_path) -> None:
    root = opened()
    run(root, f"create external catalog ice {ICEBERG}; create database ice.db; create user ann; create user bob")
    run(root, "create table ice.db.t (id int); create table ice.db.u (id int)")
    run(root, "grant usage on catalog ice to ann; grant select on all tables in all databases to bob")
    run(root, "set catalog ice; grant select on table db.t to ann; grant create table on database db to ann")
    assert run(root, "show grants for ann") == [
        ("'ann'@'%'", "ice", "GRANT USAGE ON CATALOG ice TO USER 'ann'@'%'"),
        ("'ann'@'%'", "ice", "GRANT SELECT ON TABLE db.t TO USER 'ann'@'%'"),
        ("'ann'@'%'", "ice", "GRANT CREATE TABLE ON DATABASE db TO USER 'ann'@'%'"),
    ]
    ann, bob = Session(root.engine, 2, "ann"), Session(root.engine, 3, "bob")
    assert run(ann, "select * from ice.db.t") == []
    assert run(ann, "show tables from ice.db") == [("t",)]
    for sql in (
        "select * from ice.db.u",
        "insert into ice.db.t values (1)",
        "drop table ice.db.t",
        "create database ice.x",
    ):
        assert refusal(ann, sql)[0] == 5203
    run(ann, "set catalog ice; use db; create table mine (id int)")
    assert refusal(bob, "select * from ice.db.t")[0] == 5203
    assert refusal(bob, "set catalog ice")[0] == 5203
    run(root, "grant select on all tables in all databases to bob; set catalog default_catalog")
    assert run(bob, "select * from ice.db.t") == []
    shown = "select object_catalog, object_database, object_name from sys.grants_to_users where grantee like '%ann%'"
    assert set(run(root, shown)) == {("ice", None, "ice"), ("ice", "db", "t"), ("ice", "db", None)}
    assert ("'bob'@'%'", "ice", "GRANT SELECT ON ALL TABLES IN ALL DATABASES TO USER 'bob'@'%'") in run(
        root, "show grants for bob"
    )
    run(root, "drop catalog ice")
    assert run(root, "show grants for ann") == []


def test_partition_fields__change_for_what_is_written_later(shared: Session) -> None:
    run(shared, "create table ice.db.evo (id int, at datetime) partition by year(at)")
    run(shared, "insert into ice.db.evo values (1, '2024-01-01'), (2, '2024-02-01')")
    run(shared, "alter table ice.db.evo drop partition column year(at)")
    run(shared, "alter table ice.db.evo add partition column month(at), truncate(id, 10)")
    assert "PARTITION BY month(`at`), truncate(`id`, 10)\n" in str(run(shared, "show create table ice.db.evo")[0][1])
    run(shared, "insert into ice.db.evo values (3, '2024-01-01')")
    run(shared, "insert overwrite ice.db.evo values (4, '2024-01-02')")
    assert run(shared, "select id from ice.db.evo order by id") == [(1,), (2,), (4,)]
    assert "is not supported" in refusal(shared, "alter table ice.db.evo add partition column month(at)")[1]


def test_long_texts__are_not_cut(shared: Session) -> None:
    run(shared, "create table hv.`default`.short (s varchar(3))")
    message = refusal(shared, "insert into hv.`default`.short values ('abcd')")[1]
    assert "longer than its column of short is not supported" in message


def test_databases_of_the_sessions_catalog() -> None:
    session = opened()
    run(session, f"create database db; create external catalog ice {ICEBERG}; create database ice.db; set catalog ice")
    location = 'PROPERTIES ("location" = "/user/hive/warehouse/db.db")'
    assert run(session, "show create database db") == [("db", f"CREATE DATABASE `db`\n{location}")]
    for sql in ("alter database db rename db2", "use db; submit task as create table t as select 1 as a"):
        assert "in the external catalog ice is not supported" in refusal(session, sql)[1]
    run(session, "drop database db")
    assert run(session, "show databases from default_catalog like 'db'") == [("db",)]
