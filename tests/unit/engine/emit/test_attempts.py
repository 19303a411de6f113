"""Calls that may fail, over what stands outside of them: groups, aggregates, subqueries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = (
    "create database d",
    "use d",
    "create table t (n int, day date, word varchar(20))",
    "insert into t values (4, '2024-01-31', '2024-02-01'), (4, '2024-01-31', 'no date'), (-9, '2024-03-01', null)",
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in SETUP:
        list(session.run(statement))
    yield session
    engine.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select date_add(day, interval 1 day), count(*) from t group by day", {("2024-02-01", 2), ("2024-03-02", 1)}),
        ("select date_add(day, interval n day), count(*) from t group by 1", {("2024-02-04", 2), ("2024-02-21", 1)}),
        ("select sqrt(n) as r, count(*) from t group by r having sqrt(n) > 1 order by sqrt(n) + 1", {(2.0, 2)}),
        ("select sqrt(max(n)), sum(sqrt(abs(n))) from t", {(2.0, 7.0)}),
        ("select str_to_date(word, '%Y-%m-%d'), count(*) from t group by word", {("2024-02-01", 1), (None, 1)}),
        ("select sqrt(n), count(*) from t group by rollup(n)", {(2.0, 2), (None, 1), (None, 3)}),
        (
            "select date_add(day, interval (select max(n) from t) day) from t group by day",
            {("2024-02-04",), ("2024-03-05",)},
        ),
    ],
)
def test_calls_that_may_fail(session: Session, query: str, expected: set[tuple[object, ...]]):
    result = list(session.run(query))[-1]
    plain = {tuple(str(v)[:10] if hasattr(v, "year") else v for v in row) for row in result.rows}
    assert plain == expected


def test_a_stored_text_that_is_no_pattern_extracts_null(session: Session) -> None:
    list(session.run("create table patterns (p varchar(10)) duplicate key (p)"))
    list(session.run("insert into patterns values ('(b'), ('(b)'), ('(x)'), (null)"))
    (result,) = session.run(
        "select p, regexp_extract('abc', p, 1), regexp_extract('abc', p, 2) from patterns order by p"
    )
    assert list(result.rows) == [(None, None, None), ("(b", None, None), ("(b)", "b", ""), ("(x)", "", "")]


def test_rows_stand_as_the_window_sorted_them(session: Session) -> None:
    list(session.run("create table o (k int, g int)"))
    list(session.run("insert into o select generate_series, generate_series % 3 from table(generate_series(1, 3000))"))
    query = "select g, k, row_number() over (partition by g order by k desc) from o order by g limit 3"
    (result,) = session.run(query)
    assert list(result.rows) == [(0, 3000, 1), (0, 2997, 2), (0, 2994, 3)]


def test_lambda_over_a_subquery_is_refused(session: Session) -> None:
    with pytest.raises(StarRocksError, match="not supported by the embedded engine"):
        list(session.run("select array_map(x -> (select 1), [n]) from t"))
