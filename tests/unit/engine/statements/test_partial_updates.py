"""Writes of some columns of a table that is sorted by columns of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

ROW = "127.0.0.1: partial update on table with sort key must provide all sort key columns"
COLUMN = "127.0.0.1: column mode partial update on table with sort key cannot update sort key column"


@pytest.fixture
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    run(session, "create database d")
    run(session, "use d")
    columns = ", ".join(f"c{i} int" for i in range(1, 8))
    run(session, f"create table t (k int, {columns}) primary key(k) distributed by hash(k) order by (c2, c1)")
    yield session
    engine.close()


def run(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in list(session.run(sql))[-1].rows]


def refusal(session: Session, sql: str) -> str:
    with pytest.raises(StarRocksError) as raised:
        run(session, sql)
    return raised.value.message


def test_insert_needs_the_sort_key(session: Session) -> None:
    run(session, "insert into t values (1, 1, 1, 1, 1, 1, 1, 1)")
    assert refusal(session, "insert into t (k, c1, c5) values (1, 2, 3)") == ROW
    run(session, "insert into t (k, c1, c2, c3) values (1, 2, 3, 4)")
    assert run(session, "select c1, c2, c3, c4 from t") == [(2, 3, 4, 1)]
    run(session, "set partial_update_mode = 'column'")
    assert refusal(session, "insert into t (k, c1, c2, c3) values (1, 2, 3, 4)") == ROW


def test_update_by_columns_leaves_the_sort_key(session: Session) -> None:
    run(session, "update t set c1 = 9")  # of no row
    run(session, "insert into t values (1, 1, 1, 1, 1, 1, 1, 1)")
    assert refusal(session, "update t set c1 = 9") == COLUMN
    run(session, "update t set c1 = 9 where k = 1")
    run(session, "set partial_update_mode = 'column'")
    assert refusal(session, "update t set c1 = 9, c3 = 1 where k = 1") == COLUMN
    run(session, "update t set c3 = 7")
    assert run(session, "select c1, c3 from t") == [(9, 7)]


def test_generated_columns_need_what_they_are_computed_from(session: Session) -> None:
    columns = "id int not null, a int, b int, c int, d int, g bigint as (a + b), h bigint as (id + 1)"
    run(session, f"create table g ({columns}) primary key(id) distributed by hash(id)")
    message = "Getting analyzing error. Detail message: missing dependency column for generated column g."
    assert refusal(session, "insert into g (id, a) values (1, 2)") == message
    assert refusal(session, "insert into g (id, c) values (1, 2)") == message
    run(session, "insert into g (id, a, b, c) values (1, 2, 3, 4)")
    run(session, "insert into g (id, a, b) values (1, 5, 6)")
    assert run(session, "select * from g") == [(1, 5, 6, 4, None, 11, 2)]


def test_computed_defaults_are_computed_anew(session: Session) -> None:
    columns = "k int, v int, w int default '7', at datetime default current_timestamp"
    run(session, f"create table n ({columns}) primary key(k) distributed by hash(k)")
    run(session, "insert into n values (1, 1, 1, '2020-01-01')")
    run(session, "insert into n (k, v) values (1, 2)")
    assert run(session, "select k, v, w, at > '2024-01-01' from n") == [(1, 2, 1, True)]
