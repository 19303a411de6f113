"""AUTO_INCREMENT columns: only rows without a number use one up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    run(session, "create database d")
    run(session, "use d")
    run(session, "create table t (id bigint, n bigint auto_increment, v varchar(5)) primary key(id)")
    yield session
    engine.close()


def run(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in list(session.run(sql))[-1].rows]


def numbers(session: Session) -> list[tuple[Any, ...]]:
    return run(session, "select id, n from t order by id")


def test_given_numbers_use_none_up(session: Session) -> None:
    run(session, "insert into t (id, v) values (1, 'a'), (2, 'b')")
    run(session, "insert into t (id, n) values (3, 100), (4, default), (5, 200), (6, default)")
    run(session, "insert into t select 7, 7, 'x'")
    run(session, "insert into t (id, n, v) select 8, null, 'x'")
    run(session, "insert into t values (9, default, 'q')")
    assert numbers(session) == [(1, 1), (2, 2), (3, 100), (4, 3), (5, 200), (6, 4), (7, 7), (8, 5), (9, 6)]


def test_updates_use_none_up(session: Session) -> None:
    run(session, "insert into t (id, v) values (1, 'a'), (2, 'b')")
    run(session, "update t set v = 'c' where id > 0")
    run(session, "update t set n = 50 where id = 2")
    run(session, "insert into t (id, v) values (3, 'c'), (1, 'd'), (4, 'e')")
    assert numbers(session) == [(1, 1), (2, 50), (3, 3), (4, 4)]


def test_null_is_refused(session: Session) -> None:
    with pytest.raises(StarRocksError, match="AUTO_INCREMENT column: n must not be NULL"):
        run(session, "insert into t values (1, null, 'a')")
