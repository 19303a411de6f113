"""CREATE TABLE, LIKE and AS SELECT: what is accepted, refused and shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import starrocks_embedded.statements.families  # noqa: F401
from starrocks_embedded.catalog.show_create import show_create_table
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    run(session, "create database q")
    session.database_name = "q"
    yield session
    session.close()
    engine.close()


def run(session: Session, sql: str) -> None:
    list(session.run(sql))


def refused(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.code, caught.value.message


def shown(session: Session, name: str) -> str:
    table = session.find_table((name,))
    assert table is not None
    return show_create_table(session.engine, table)


def test_a_plain_table_gets_a_derived_key_and_random_buckets(session: Session) -> None:
    run(session, "create table t (id int not null, label varchar(20), amount decimal(10,2))")
    assert shown(session, "t") == (
        "CREATE TABLE `t` (\n"
        '  `id` int(11) NOT NULL COMMENT "",\n'
        '  `label` varchar(20) NULL COMMENT "",\n'
        '  `amount` decimal(10, 2) NULL COMMENT ""\n'
        ") ENGINE=OLAP \n"
        "DUPLICATE KEY(`id`, `label`)\n"
        "DISTRIBUTED BY RANDOM\n"
        "PROPERTIES (\n"
        '"bucket_size" = "1073741824",\n"compression" = "LZ4",\n"fast_schema_evolution" = "true",\n'
        '"replicated_storage" = "true",\n"replication_num" = "1"\n);'
    )


@pytest.mark.parametrize(
    ("sql", "code", "words"),
    [
        ("create table t (a double, b int)", 1064, "Data type of first column cannot be DOUBLE"),
        ("create table t (a int, b int) duplicate key (b)", 1064, "Key columns must be the first few columns"),
        ("create table t (a int, b int) unique key (a)", 1064, "default distribution in UNIQUE_KEYS"),
        ("create table t (a decimal(10,2)) primary key (a)", 1064, "type not supported: decimal(10, 2)"),
        ("create table t (a int, a string)", 1060, "Duplicate column name 'a'"),
        ("create table t (`a=b` int)", 1166, "Incorrect column name 'a=b'"),
        ("create table t (a int default 1)", 1064, "Unsupported expr IntLiteral{type=TINYINT} for default value"),
        ('create table t (a int) properties ("colour" = "red")', 1064, "Unknown properties: {colour=red}"),
        ('create table t (a int) properties ("replication_num" = "3")', 1064, "Current alive backend is [10001]"),
        ("create table nodb.t (a int)", 5501, "Unknown database 'nodb'"),
        (
            "create table t (a int key, b int key, c int) unique key (a) distributed by hash(a)", 1064,
            "Cannot specify aggregate function 'REPLACE' for key column 'b'",
        ),
        ("create external table t (a int)", 1064, "miss properties for external table, they are: host, port"),
        ('create external table t (a int) properties ("host" = "h")', 1064, "miss port of external table is null"),
        ("create table t (a int, b double key) duplicate key (a)", 1064, "Invalid data type of key column 'b'"),
        (
            'create table t (a int not null) primary key (a) properties ("enable_persistent_index" = "maybe")',
            1064, "In-Memory index is not supported",
        ),
        (
            'create table t (a int not null) primary key (a) properties ("primary_index_cache_expire_sec" = "-1")',
            1064, "Property primary_index_cache_expire_sec must not be less than 0",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(session: Session, sql: str, code: int, words: str) -> None:
    got = refused(session, sql)
    assert got[0] == code
    assert words in got[1]


@pytest.mark.parametrize("name", ["unique_constraints", "foreign_key_constraints", "file_bundling"])
def test_properties_that_4_0_brought_or_lets_be_empty(session: Session, name: str) -> None:
    run(session, f'create table t (a int) properties ("{name}" = "")')
    older = Session(Engine(version="3.5.7"), 1, "root")
    run(older, "create database q; use q")
    assert refused(older, f'create table t (a int) properties ("{name}" = "")')[1] == f"Unknown properties: {{{name}=}}"
    older.engine.close()


def test_an_existing_name_is_refused_unless_if_not_exists(session: Session) -> None:
    run(session, "create table t (a int)")
    assert refused(session, "create table t (a int)")[0] == 1050
    run(session, "create table if not exists t (b int)")


def test_ranges_are_filled_in_and_may_not_overlap(session: Session) -> None:
    parts = "partition p1 values less than ('2024-01-01'), partition p2 values less than maxvalue"
    run(session, f"create table t (a int, d date) partition by range(d) ({parts})")
    assert '(PARTITION p1 VALUES [("0000-01-01"), ("2024-01-01")),' in shown(session, "t")
    twice = "partition p1 values less than ('2024-01-01'), partition p2 values less than ('2024-01-01')"
    assert (
        "is intersected with range" in refused(session, f"create table u (d date) partition by range(d) ({twice})")[1]
    )


def test_like_copies_the_definition(session: Session) -> None:
    run(session, "create table t (a int comment 'x', b string) comment 'c' distributed by hash(a) buckets 3")
    run(session, "create table u like t")
    assert shown(session, "u") == shown(session, "t").replace("`t`", "`u`")


def test_ctas_infers_types_and_keeps_rows(session: Session) -> None:
    run(session, "create table t as select 1 as id, cast(1.5 as double) as d, 'x' as s")
    text = shown(session, "t")
    assert "`id` tinyint(4) NOT NULL" in text
    assert "`d` decimal(38, 9)" in text
    assert "`s` varchar(1048576) NOT NULL" in text
    table = session.find_table(("t",))
    assert table is not None
    assert session.connection.rows(f"SELECT count(*) FROM data.{table.physical}") == [(1,)]


def test_a_dropped_table_comes_back_once(session: Session) -> None:
    run(session, "create table t (a int)")
    run(session, "drop table t")
    assert refused(session, "drop table t")[0] == 5502
    run(session, "recover table t")
    run(session, "drop table t force")
    assert refused(session, "recover table t")[0] == 5502


def test_a_database_dropped_by_force_does_not_come_back(session: Session) -> None:
    run(session, "create database d; create table d.t (a int); drop database d; recover database d")
    run(session, "drop database d force")
    reason = "Unable to recover database 'd' because some tables have been deleted: t"
    assert refused(session, "recover database d") == (1064, reason)


def test_desc_says_how_precise_a_moment_is(session: Session) -> None:
    run(
        session, "create table t (a int, b datetime default current_timestamp(3), c datetime default current_timestamp)"
    )
    [described] = session.run("desc t")
    assert [r[4] for r in described.rows] == [None, "current_timestamp(3)", "CURRENT_TIMESTAMP"]


def test_the_value_of_a_partition_expression_is_a_column_that_stars_pass_by(session: Session) -> None:
    run(session, "create table t (a int, b varchar(20)) partition by upper(b); insert into t values (1, 'x'), (2, 'y')")
    [described], [full] = session.run("desc t"), session.run("show full columns from t")
    assert [r[0] for r in described.rows] == [r[0] for r in full.rows] == ["a", "b", "__generated_partition_column_0"]
    [starred] = session.run("select x.*, y.* from t x join t y using (a) order by 1")
    assert [c.name for c in starred.columns or []] == ["a", "b", "b"]
    [named] = session.run("select a from t where __generated_partition_column_0 = 'Y'")
    assert [tuple(r) for r in named.rows] == [(2,)]


def test_ctas_keeps_not_null_of_a_view_whatever_its_stars(session: Session) -> None:
    run(session, "create table s (a int not null, b int); create view v as select * from s")
    run(session, "create table t as select * from v; create table u as select * from (select * from s) x")
    assert "`a` int(11) NOT NULL" in shown(session, "t")
    assert "`a` int(11) NULL" in shown(session, "u")
