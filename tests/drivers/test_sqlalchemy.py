"""SQLAlchemy with StarRocks' own dialect: what it reads of tables, views and materialized views, and what it makes."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

alchemy = pytest.importorskip("sqlalchemy")
pytest.importorskip("starrocks", reason="SQLAlchemy's StarRocks dialect is not installed")

# the dialect reads its grammar of types by a function that Python deprecates
pytestmark = pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning")
SETUP = (
    "drop database if exists shop force",
    "create database shop",
    """create table shop.orders (id bigint not null comment 'the id', name varchar(20) default 'x' comment "it's",
       price decimal(10, 2), at datetime default current_timestamp) duplicate key (id) comment 'all orders'
       distributed by hash (id) buckets 3 properties ("compression" = "ZSTD")""",
    """create table shop.sales (id int not null, day date not null, note string) primary key (id, day)
       partition by date_trunc('day', day) distributed by hash (id) order by (note)""",
    """create table shop.totals (k int, s bigint sum default '0', b bitmap bitmap_union) aggregate key (k)
       distributed by hash (k)""",
    """create table shop.types (i int, b boolean, t tinyint, s smallint, l largeint, f float, d double,
       n decimal(20, 4), c char(3), v varbinary, j json, a array<array<varchar(5)>>, m map<varchar(5), int>,
       r struct<x int, y array<date>>) distributed by hash (i)""",
    """insert into shop.types values (1, true, 2, 3, 170141183460469231731687303715884105727, 1.5, 2.5, 3.25, 'c', 'v',
       parse_json('{"a": 1}'), [['a']], map{'k': 1}, row(1, ['2024-01-01']))""",
    "create view shop.v (a comment 'col a', b) comment 'a view' as select id, name from shop.orders where id > 0",
    """create materialized view shop.mv comment 'an mv' partition by (day) distributed by hash (id) buckets 2
       refresh deferred manual as select id, day, count(*) as n from shop.sales group by id, day""",
)


@pytest.fixture(scope="module")
def engine(server):
    def opened(database: str):
        url = alchemy.URL.create("starrocks", server.user, server.password, server.host, server.port, database)
        return alchemy.create_engine(url)

    first = opened("information_schema")
    with first.connect() as connection:
        for statement in SETUP:
            connection.exec_driver_sql(statement)
    first.dispose()
    made = opened("shop")
    yield made
    with made.connect() as connection:
        connection.exec_driver_sql("drop database shop force")
    made.dispose()


@pytest.fixture
def inspector(engine):
    return alchemy.inspect(engine)


def test_names_by_kind(inspector) -> None:
    assert {"shop", "information_schema"} <= set(inspector.get_schema_names())
    assert sorted(inspector.get_table_names()) == ["orders", "sales", "totals", "types"]
    assert inspector.get_view_names() == ["v"]
    assert inspector.get_materialized_view_names() == ["mv"]
    assert [inspector.has_table(name) for name in ("orders", "nothing")] == [True, False]


def test_columns(inspector) -> None:
    columns = {c["name"]: c for c in inspector.get_columns("orders")}
    found = {name: (str(c["type"]), c["nullable"], c["default"], c["comment"]) for name, c in columns.items()}
    assert found == {
        "id": ("BIGINT", False, None, "the id"),
        "name": ("VARCHAR(20)", True, "'x'", "it's"),
        "price": ("DECIMAL(10, 2)", True, None, None),
        "at": ("DATETIME", True, "CURRENT_TIMESTAMP", None),
    }
    totals = {c["name"]: c["dialect_options"].get("starrocks_agg_type") for c in inspector.get_columns("totals")}
    assert totals == {"k": None, "s": "SUM", "b": "BITMAP_UNION"}


def test_every_type_is_reflected_and_its_value_read(engine) -> None:
    table = alchemy.Table("types", alchemy.MetaData(), autoload_with=engine)
    assert [repr(c.type).split("(")[0] for c in table.columns] == [
        "INTEGER", "BOOLEAN", "TINYINT", "SMALLINT", "LARGEINT", "FLOAT", "DOUBLE", "DECIMAL", "CHAR", "VARBINARY",
        "JSON", "ARRAY", "MAP", "STRUCT",
    ]  # fmt: skip
    with engine.connect() as connection:
        [row] = connection.execute(alchemy.text("select * from types")).fetchall()
    assert row[4:8] == ("170141183460469231731687303715884105727", 1.5, 2.5, Decimal("3.2500"))
    assert row[9:] == (b"v", '{"a": 1}', '[["a"]]', '{"k":1}', '{"x":1,"y":["2024-01-01"]}')


def test_layout_of_tables(inspector) -> None:
    orders, sales = inspector.get_table_options("orders"), inspector.get_table_options("sales")
    assert orders["starrocks_duplicate_key"] == "id"
    assert orders["starrocks_distributed_by"] == "HASH(`id`) BUCKETS 3"
    assert orders["starrocks_properties"]["compression"] == "ZSTD"
    assert sales["starrocks_primary_key"] == "id, day"
    assert str(sales["starrocks_partition_by"]) == "date_trunc('day', day)"
    assert sales["starrocks_order_by"] == "`note`"
    assert inspector.get_pk_constraint("sales")["constrained_columns"] == ["id", "day"]
    assert inspector.get_table_comment("orders") == {"text": "all orders"}


def test_views_and_materialized_views(engine, inspector) -> None:
    assert inspector.get_view_definition("v") == "select id, name from shop.orders where id > 0"
    assert [(c["name"], c["comment"]) for c in inspector.get_columns("v")] == [("a", "col a"), ("b", None)]
    assert inspector.get_table_comment("mv") == {"text": "an mv"}
    options = inspector.get_table_options("mv")
    assert str(options["starrocks_partition_by"]) == "`day`"
    assert options["starrocks_distributed_by"] == "HASH(`id`) BUCKETS 2"
    found = alchemy.MetaData()
    found.reflect(bind=engine, views=True)
    assert set(found.tables) == {"mv", "orders", "sales", "totals", "types", "v"}


def test_what_it_makes_it_finds_again(engine) -> None:
    made = alchemy.MetaData()
    table = alchemy.Table(
        "made",
        made,
        alchemy.Column("id", alchemy.BigInteger, primary_key=True, autoincrement=False),
        alchemy.Column("name", alchemy.String(20)),
        alchemy.Column("at", alchemy.DateTime),
        comment="made here",
        starrocks_primary_key="id",
        starrocks_distributed_by="HASH(id) BUCKETS 2",
        starrocks_properties={"replication_num": "1"},
    )
    made.create_all(engine)
    noon = datetime.datetime(2024, 1, 1, 12)
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"id": 1, "name": "a", "at": noon}, {"id": 2, "name": None, "at": None}])
        connection.execute(table.update().where(table.c.id == 1).values(name="b"))
        connection.execute(table.delete().where(table.c.id == 2))
        assert connection.execute(alchemy.select(table)).fetchall() == [(1, "b", noon)]
    found = alchemy.Table("made", alchemy.MetaData(), autoload_with=engine)
    assert ([c.name for c in found.primary_key], found.comment) == (["id"], "made here")
    made.drop_all(engine)
    assert not alchemy.inspect(engine).has_table("made")
