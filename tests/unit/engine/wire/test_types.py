"""Columns as StarRocks describes them."""

from __future__ import annotations

import pytest

from starrocks_embedded import types
from starrocks_embedded.result import Column
from starrocks_embedded.version import Version
from starrocks_embedded.wire.types import wire_type


@pytest.mark.parametrize(
    ("type_", "code", "length", "decimals"),
    [
        (types.NULL, 1, 1, 0),
        (types.BOOLEAN, 1, 1, 0),
        (types.TINYINT, 1, 4, 0),
        (types.SMALLINT, 2, 6, 0),
        (types.INT, 3, 11, 0),
        (types.BIGINT, 8, 20, 0),
        (types.LARGEINT, 254, 40, 0),
        (types.FLOAT, 4, 12, 31),
        (types.DOUBLE, 5, 22, 31),
        (types.decimal(10, 2), 246, 14, 2),
        (types.decimal(38, 0), 246, 41, 0),
        (types.DATE, 10, 10, 0),
        (types.DATETIME, 12, 19, 0),
        (types.TIME, 11, 60, 0),
        (types.varchar(50), 253, 150, 0),
        (types.VARCHAR, 253, 192, 0),
        (types.char(4), 253, 192, 0),
        (types.STRING, 253, 196599, 0),
        (types.Type("varbinary", 20), 252, 60, 0),
        (types.JSON, 254, 60, 0),
        (types.array(types.INT), 254, 60, 0),
        (types.HLL, 254, 49155, 0),
        (types.BITMAP, 254, 192, 0),
    ],
)
def test_wire_type(type_: types.Type, code: int, length: int, decimals: int) -> None:
    found = wire_type(Column("x", type_), Version.parse("4.1.0"))
    assert (found.code, found.length, found.decimals) == (code, length, decimals)


def test_nested_values_are_binary_strings_before_4_1() -> None:
    found = wire_type(Column("x", types.array(types.INT)), Version.parse("3.5.0"))
    assert (found.code, found.charset) == (253, 63)


def test_a_column_may_name_its_own_length() -> None:
    assert wire_type(Column("x", types.varchar(20), 768), Version.parse("4.1.0")).length == 768
