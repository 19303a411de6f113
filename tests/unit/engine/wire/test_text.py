"""Values as StarRocks writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from starrocks_embedded import types
from starrocks_embedded.result import Column
from starrocks_embedded.wire.resultset import text_rows
from starrocks_embedded.wire.text import text_of

NESTED = types.struct([("a", types.INT), ("b", types.array(types.VARCHAR))])


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        (types.BOOLEAN, True, "1"),
        (types.BIGINT, -5, "-5"),
        (types.LARGEINT, 2**127 - 1, "170141183460469231731687303715884105727"),
        (types.DOUBLE, 2.0, "2"),
        (types.DOUBLE, 1e15, "1000000000000000"),
        (types.DOUBLE, 1e16, "1e+16"),
        (types.DOUBLE, 0.0001, "0.0001"),
        (types.DOUBLE, 1e-5, "1e-05"),
        (types.DOUBLE, 1.7976931348623157e308, "1.7976931348623157e+308"),
        (types.DOUBLE, float("-inf"), "-inf"),
        (types.DOUBLE, float("nan"), "nan"),
        (types.FLOAT, 0.10000000149011612, "0.1"),
        (types.FLOAT, 123456.7890625, "123456.79"),
        (types.FLOAT, 16777216.0, "16777216"),
        (types.FLOAT, 99999997952.0, "1e+11"),
        (types.FLOAT, 0.0, "0"),
        (types.decimal(10, 2), Decimal("1.5"), "1.50"),
        (types.decimal(18, 9), Decimal("0E-9"), "0.000000000"),
        (types.decimal(38, 0), Decimal("1E+3"), "1000"),
        (types.DATE, date(24, 1, 2), "0024-01-02"),
        (types.DATETIME, datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05"),
        (types.DATETIME, datetime(2024, 1, 2, 3, 4, 5, 120), "2024-01-02 03:04:05.000120"),
        (types.TIME, -3661.0, "-01:01:01"),
        (types.TIME, timedelta(hours=30), "30:00:00"),
        (types.JSON, '{"a": 1}', '{"a": 1}'),
        (types.array(types.INT), [1, None, 3], "[1,null,3]"),
        (types.array(types.BOOLEAN), [True, False], "[1,0]"),
        (types.array(types.VARCHAR), ["a", 'b"c', "d\\e"], '["a","b\\"c","d\\\\e"]'),
        (types.array(types.DATE), [date(2024, 1, 1)], '["2024-01-01"]'),
        (types.array(types.JSON), ['{"a": 1}'], "['{\"a\": 1}']"),
        (types.map_(types.VARCHAR, types.INT), [{"key": "k", "value": 1}], '{"k":1}'),
        (
            types.map_(types.INT, types.VARCHAR),
            [{"key": 1, "value": "a"}, {"key": None, "value": None}],
            '{1:"a",null:null}',
        ),
        (NESTED, {"a": 1, "b": ["x"]}, '{"a":1,"b":["x"]}'),
    ],
)
def test_text_of_a_value(type_: types.Type, value: object, text: str) -> None:
    assert text_of(type_)(value) == text
    assert text_rows([Column("x", type_)])([(value,)]) == [bytes([len(text.encode())]) + text.encode()]


def test_null_is_one_byte_in_every_type() -> None:
    for type_ in (
        types.INT,
        types.DOUBLE,
        types.FLOAT,
        types.decimal(9, 2),
        types.STRING,
        types.BOOLEAN,
        types.JSON,
        NESTED,
    ):
        assert text_rows([Column("x", type_)])([(None,)]) == [b"\xfb"]


def test_long_strings_carry_longer_lengths() -> None:
    (short, middle, long) = text_rows([Column("x", types.STRING)])([("a" * 250,), ("a" * 251,), ("a" * 70000,)])
    assert (short[0], middle[:3], long[:4]) == (250, b"\xfc\xfb\x00", b"\xfd\x70\x11\x01")
