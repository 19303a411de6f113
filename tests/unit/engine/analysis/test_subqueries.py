"""Correlated memberships outside of the conditions of WHERE."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

MANY = (
    "IN subquery not supported the correlation predicate of the WHERE clause that used multiple outer-table columns at "
    "the same time"
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in (
        "create database d",
        "use d",
        "create table t (a int, b int)",
        "insert into t values (1, 1), (2, null)",
    ):
        list(session.run(statement))
    yield session
    engine.close()


@pytest.mark.parametrize(
    "query",
    [
        "select x.a not in (select y.a from t y where x.b = y.b + x.a) from t x",
        "select x.a in (select y.a from t y where x.b = y.b and x.a = y.a) from t x",
        "select x.a from t x where x.a > 5 or x.a in (select y.a from t y where x.b = y.b + x.a)",
    ],
)
def test_value_of_a_membership_needs_one_plain_equality(session: Session, query: str) -> None:
    with pytest.raises(StarRocksError) as raised:
        list(session.run(query))
    assert raised.value.message == f"Getting analyzing error. Detail message: {MANY}."


@pytest.mark.parametrize(
    "query",
    [
        "select x.a from t x where x.a not in (select y.a from t y where x.b = y.b + x.a)",
        "select x.a from t x where x.a > 0 and not (x.a in (select y.a from t y where x.b = y.b + x.a))",
        "select x.a in (select y.a from t y where (x.b is null) = (y.b is null)) from t x",
        "select x.a in (select y.a from t y) from t x",
    ],
)
def test_membership_as_a_condition_of_where(session: Session, query: str) -> None:
    assert len(list(list(session.run(query))[-1].rows)) == 2
