"""Casts and arithmetic that sql_mode turns from NULL into an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = (
    "create database d",
    "use d",
    "create table t (id int, f double, v varchar(20), a decimal32(9,3), b decimal(38,7), w decimal(60,3)) "
    'properties ("replication_num" = "1")',
    "insert into t values (1, 1e20, 'x', 999999.99, 9999999999999999999999999999999.9999999, "
    "123456789012345678901234567890123456789012345678901234567.5), (2, 5, '7', 1, 2, 2.5), "
    "(3, null, null, null, null, null)",
)
CAST = "The type cast from decimal to decimal overflows"
MUL = "The 'mul' operation involving decimal values overflows"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in SETUP:
        list(session.run(statement))
    yield session
    engine.close()


def answer(session: Session, mode: str, expression: str, where: str = "true") -> list[tuple[object, ...]]:
    query = f"select /*+ SET_VAR(sql_mode='{mode}') */ {expression} from t where {where}"
    return [tuple(map(str, row)) for row in list(session.run(query))[-1].rows]


@pytest.mark.parametrize(
    ("mode", "expression", "message"),
    [
        ("ERROR_IF_OVERFLOW", "cast(a * a as decimal32)", CAST),
        ("ERROR_IF_OVERFLOW", "b * b", MUL),
        ("ERROR_IF_OVERFLOW", "sum(b) * max(b)", MUL),
        ("ERROR_IF_OVERFLOW", "w * w", MUL),
        ("ERROR_IF_OVERFLOW", "cast(v as decimal(5,2))", "The type cast from string to decimal overflows"),
        ("ERROR_IF_OVERFLOW", "cast(f as decimal(5,2))", "The type cast from other types to decimal overflows"),
        ("ERROR_IF_OVERFLOW", "cast(b as int)", "The type cast from decimal to other types overflows"),
        ("ALLOW_THROW_EXCEPTION", "cast(v as int)", "cast from VARCHAR(x) to INT failed"),
        ("ALLOW_THROW_EXCEPTION", "cast(v as date)", "cast from VARCHAR(x) to DATE failed"),
        ("ALLOW_THROW_EXCEPTION", "cast(f as int)", "1e+20 conflict with range of (-2.14748e+09, 2.14748e+09)"),
        ("ALLOW_THROW_EXCEPTION", "cast(id * 1000 as tinyint)", "1000 conflict with range of (-128, 127)"),
    ],
)
def test_lost_value(session: Session, mode: str, expression: str, message: str) -> None:
    with pytest.raises(StarRocksError) as raised:
        answer(session, mode, expression)
    assert raised.value.message == f"Expr evaluate meet error: {message}"


@pytest.mark.parametrize(
    ("mode", "expression", "rows"),
    [
        ("ERROR_IF_OVERFLOW", "b / 0, cast(v as decimal(5,2)), b % 0", [("None", "7.00", "None"), ("None",) * 3]),
        ("ERROR_IF_OVERFLOW", "cast(v as date)", [("None",), ("None",)]),
        ("ALLOW_THROW_EXCEPTION", "cast(v as int), cast(f as tinyint)", [("7", "5"), ("None", "None")]),
        ("ALLOW_THROW_EXCEPTION", "b * b / 0", [("None",), ("None",)]),
    ],
)
def test_kept_null(session: Session, mode: str, expression: str, rows: list[tuple[str, ...]]) -> None:
    assert answer(session, mode, expression, "id > 1") == rows


def test_no_mode_no_error(session: Session) -> None:
    expressions = "cast(f as int), cast(v as int), cast(a * a as decimal32), b * b, w * w"
    assert answer(session, "", expressions, "id = 1") == [("None",) * 5]
