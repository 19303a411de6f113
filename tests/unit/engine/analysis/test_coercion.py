"""Which types meet, and in which type."""

import pytest

from starrocks_embedded import types as t
from starrocks_embedded.analysis import coercion
from starrocks_embedded.errors import StarRocksError


@pytest.mark.parametrize(
    ("one", "two", "common"),
    [
        (t.TINYINT, t.INT, t.INT),
        (t.INT, t.FLOAT, t.DOUBLE),
        (t.SMALLINT, t.FLOAT, t.FLOAT),
        (t.DATE, t.DATETIME, t.DATETIME),
        (t.varchar(5), t.varchar(9), t.varchar(9)),
        (t.varchar(5), t.INT, t.VARCHAR),
        (t.decimal(10, 2), t.BIGINT, t.decimal(21, 2)),
        (t.decimal(38, 38), t.decimal(18, 4), t.DOUBLE),
        (t.BOOLEAN, t.DATE, coercion.INVALID),
        (t.array(t.INT), t.array(t.DOUBLE), t.array(t.DOUBLE)),
    ],
)
def test_common_type(one: t.Type, two: t.Type, common: t.Type) -> None:
    assert coercion.common_type(one, two) == common
    assert coercion.common_type(two, one) == common


@pytest.mark.parametrize(
    ("op", "one", "two", "result"),
    [
        ("+", t.decimal(9, 2), t.decimal(19, 0), t.decimal(22, 2)),
        ("*", t.decimal(18, 0), t.decimal(9, 9), t.decimal(27, 9)),
        ("*", t.decimal(38, 9), t.decimal(1, 1), t.decimal(38, 10)),
        ("/", t.decimal(10, 2), t.decimal(5, 2), t.decimal(38, 8)),
        ("/", t.decimal(18, 18), t.TINYINT, t.decimal(38, 18)),
        ("%", t.decimal(9, 9), t.decimal(9, 9), t.decimal(18, 9)),
        ("+", t.INT, t.INT, t.BIGINT),
        ("/", t.INT, t.INT, t.DOUBLE),
        ("&", t.decimal(9, 2), t.INT, t.BIGINT),
    ],
)
def test_arithmetic(op: str, one: t.Type, two: t.Type, result: t.Type) -> None:
    assert coercion.arithmetic(op, one, two)[2] == result


def test_a_product_of_too_many_decimals_is_refused() -> None:
    with pytest.raises(StarRocksError, match=r"Return scale\(47\) exceeds maximum value\(38\)"):
        coercion.arithmetic("*", t.decimal(38, 38), t.decimal(38, 9))


def test_casts_that_do_not_exist() -> None:
    assert not coercion.can_cast(t.array(t.INT), t.BOOLEAN)
    assert not coercion.can_cast(t.BITMAP, t.VARCHAR)
    assert not coercion.can_cast(t.decimal(9, 2), t.VARBINARY)
    assert coercion.can_cast(t.VARCHAR, t.BITMAP)
    assert coercion.can_cast(t.JSON, t.map_(t.VARCHAR, t.INT))
