"""information_schema and SHOW over the same objects."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
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
