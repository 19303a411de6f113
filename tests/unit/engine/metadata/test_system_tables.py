"""information_schema and SHOW over the same objects."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Session:
    found = Session(Engine(), 1, "root")
    run(found, "create database q; use q; create table t (id int not null comment 'key', note varchar(10)) comment 'x'")
    return found


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def test_tables(session: Session) -> None:
    sql = "select table_type, engine, table_comment from INFORMATION_SCHEMA.tables where table_schema = 'q'"
    assert run(session, sql) == [("BASE TABLE", "StarRocks", "x")]


def test_columns__keys_types_and_lengths(session: Session) -> None:
    sql = (
        "select column_name, column_type, is_nullable, column_key, character_maximum_length, column_comment "
        "from information_schema.columns where table_schema = 'q' order by ordinal_position"
    )
    assert run(session, sql) == [
        ("id", "int(11)", "NO", "DUP", None, "key"),
        ("note", "varchar(10)", "YES", "DUP", 10, ""),
    ]


def test_describe_and_show_columns(session: Session) -> None:
    assert run(session, "desc t")[0] == ("id", "int", "NO", "true", None, "")
    assert run(session, "show full columns from t")[0] == ("id", "int", "", "NO", "YES", None, "", "", "key")


def test_describe__finds_a_table_in_any_case(session: Session) -> None:
    assert len(run(session, "desc T")) == 2


def test_show_tables_where(session: Session) -> None:
    assert run(session, "show full tables from q where table_type = 'BASE TABLE'") == [("t", "BASE TABLE")]


def test_show_partitions__an_unpartitioned_table_has_one_of_its_name(session: Session) -> None:
    assert [r[1] for r in run(session, "show partitions from t")] == ["t"]


def test_table_rows__are_exact_after_deletes(session: Session) -> None:
    run(session, "insert into t values (1, 'a'), (2, 'b'), (3, 'c')")
    run(session, "delete from t where id = 2")
    sql = "select table_name, table_rows from information_schema.tables where table_schema = 'q'"
    assert run(session, sql) == [("t", 2)]


def test_table_rows__follow_a_partition_that_is_overwritten(session: Session) -> None:
    run(session, "create table p (k int, v int) partition by (k); insert into p values (1, 1), (1, 2), (2, 3)")
    run(session, "insert overwrite p partition (k = 1) select 1, 9")
    counted = "select row_count from information_schema.partitions_meta where db_name = 'q' and table_name = 'p'"
    assert run(session, f"{counted} order by partition_name") == [(1,), (1,)]


def test_narrowing__a_condition_inside_a_subquery_does_not_reach_the_outer_table(session: Session) -> None:
    inner = "select 1 from information_schema.views v where t.table_schema = 'q' and v.table_name = t.table_name"
    sql = f"select count(*) from information_schema.tables t where not exists ({inner}) and t.table_name = 'tables'"
    assert run(session, sql) == [(1,)]


def test_narrowing__two_conditions_on_one_column_exclude_each_other(session: Session) -> None:
    sql = "select table_name from information_schema.tables where table_schema = 'q' and table_schema in ('sys')"
    assert run(session, sql) == []


def test_what_the_engine_has_no_rows_of__is_refused_but_for_its_columns(session: Session) -> None:
    assert run(session, "select * from information_schema.be_bvars where 1 = 0") == []
    with pytest.raises(StarRocksError, match=r"Reading information_schema\.be_bvars is not supported"):
        run(session, "select count(*) from information_schema.be_bvars")
    assert run(session, "select * from information_schema.routine_load_jobs") == []
