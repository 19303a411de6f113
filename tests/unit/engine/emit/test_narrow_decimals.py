"""What a decimal's class holds, what its precision says, and what a table takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = (
    "create database d",
    "use d",
    "create table t (k int, l largeint, b bigint, s varchar(30), f double, a decimal(18,4), d decimal(38,10), "
    'y tinyint, w decimal(50,15)) properties ("replication_num" = "1")',
    "insert into t values (1, 5, 9223372036854775807, '1.25', 3.14159, 1.5, 2.5, -128, -5.25), "
    "(2, 17014118346046923173168730371588410572, 5, '1234567.5', -1e30, 100.25, 99999.5, 3, 7.5)",
    'create table n (k int, a decimal(5,2), w decimal(41,8)) properties ("replication_num" = "1")',
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in SETUP:
        list(session.run(statement))
    yield session
    engine.close()


def rows(session: Session, query: str) -> list[tuple[Any, ...]]:
    return [tuple(None if v is None else str(v) for v in row) for row in list(session.run(query))[-1].rows]


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        ("cast(b as decimal(9,0)), cast(b as decimal(9,1))", ("9223372036854775807", None)),
        ("cast(s as decimal(3,1)), cast(f as decimal(3,2)), cast(a as decimal(2,1))", ("1.3", "3.14", "1.5")),
        ("cast(1000 as decimal(3,0)), cast('99999999999999999999' as decimal(3,0))", ("1000", None)),
        ("cast(100 as decimal32(9,7)), cast(100 as decimal32(9,8))", ("100.0000000", None)),
        ("cast(w as decimal(38,1)), cast(w as decimal(76,1))", ("-5.3", "-53")),
        ("abs(y), -y", ("128", "128")),
    ],
)
def test_cast_fills_the_class(session: Session, expressions: str, expected: tuple[str | None, ...]) -> None:
    assert rows(session, f"select {expressions} from t where k = 1") == [expected]


def test_number_of_39_digits_is_refused(session: Session) -> None:
    assert rows(session, "select cast(l as decimal(38,0)) from t where k = 2")
    with pytest.raises(StarRocksError, match="not supported by the embedded engine"):
        rows(session, "select cast(l as decimal(38,1)) from t where k = 2")


def test_product_over_groups_and_subqueries(session: Session) -> None:
    assert rows(session, "select sum(a) * 1.10000, sum(d) * min(k) from t") == [("111.925000000", "100002.0000000000")]
    assert rows(session, "select k, sum(d) * d from t group by k, d order by k") == [
        ("1", "6.25000000000000000000"),
        ("2", "9999900000.25000000000000000000"),
    ]
    assert len(rows(session, "select d * (select max(d) from t) from t")) == 2


def test_overflow_to_double(session: Session) -> None:
    try:
        list(session.run("set decimal_overflow_to_double = true"))
        result = list(session.run("select d * d, a * a from t where k = 1"))[-1]
        assert result.columns is not None
        assert [str(c.type) for c in result.columns] == ["double", "decimal(36,8)"]
        assert [tuple(map(str, row)) for row in result.rows] == [("6.25", "2.25000000")]
    finally:
        list(session.run("set decimal_overflow_to_double = false"))


@pytest.mark.parametrize(
    "values",
    ["(1, 1234.5, null)", "(1, null, 12345678901234567890123456789012345.12345678)", "(1, '1000', null)"],
)
def test_table_minds_the_precision(session: Session, values: str) -> None:
    for source in (f"values {values}", f"select {values[1:-1]}"):
        with pytest.raises(StarRocksError, match="Insert has filtered data") as raised:
            list(session.run(f"insert into n {source}"))
        assert raised.value.code == 5610
    assert rows(session, "select * from n") == []


def test_beyond_the_class_is_null(session: Session) -> None:
    list(session.run("insert into n values (2, 12345678901234567890123.5, 1.5)"))
    assert rows(session, "select k, a from n") == [("2", None)]
    list(session.run("truncate table n"))


@pytest.mark.parametrize(("written", "meant"), [("decimal32", "decimal32(9, 9)"), ("decimal64(4)", "decimal64(4, 4)")])
def test_named_width_is_all_fraction(session: Session, written: str, meant: str) -> None:
    assert rows(session, f"select typeof(cast(0.5 as {written}))") == [(meant,)]
