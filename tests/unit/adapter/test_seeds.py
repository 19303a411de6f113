"""Rows of a seed as literals, and how many of them go into a statement."""

from __future__ import annotations

import datetime
from decimal import Decimal

import agate
import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks import seeds


def numbers(count):
    return agate.Table([(n,) for n in range(count)], ["n"], [agate.Number()])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("123456789012345678901"), "123456789012345678901"),
        (Decimal("12345678901234567890123456789012345.678"), "12345678901234567890123456789012345.678"),
        (Decimal("100"), "100"),
        (Decimal("-0.0"), "-0"),
        (7, "7"),
        (datetime.date(2024, 1, 31), "'2024-01-31'"),
        (datetime.datetime(2024, 1, 31, 10, 20, 30), "'2024-01-31 10:20:30'"),
        (datetime.datetime(2024, 1, 31, 10, 20, 30, 5), "'2024-01-31 10:20:30.000005'"),
        ("it's", "'it''s'"),
        ("back\\slash", "'back\\\\slash'"),
    ],
)
def test_literals(value, text):
    assert seeds.literal(value) == text


@pytest.mark.parametrize(
    ("values", "data_type"),
    [
        ([], "int"),
        ([None, 2**31 - 1, -(2**31)], "int"),
        ([2**31], "bigint"),
        ([-(2**63)], "bigint"),
        ([1, 2**63], "largeint"),
    ],
)
def test_the_narrowest_integer(values, data_type):
    assert seeds.integer_type(values) == data_type


@pytest.mark.parametrize(
    ("rows", "blocks_per_statement", "shape"),
    [
        (0, 4, []),
        (1, 4, [[1]]),
        (9_001, 4, [[9_000, 1]]),
        (36_001, 4, [[9_000] * 4, [1]]),
        (18_001, 1, [[9_000], [9_000], [1]]),
    ],
)
def test_blocks_and_statements(rows, blocks_per_statement, shape):
    made = seeds.statements(numbers(rows), blocks_per_statement)
    assert [[len(block) for block in blocks] for blocks in made] == shape


@pytest.mark.parametrize(("character", "width"), [("x", 1), ("雪", 3)])
def test_a_statement_stays_under_the_packet_size(character, width):
    text = character * (seeds.BYTES_PER_STATEMENT // width // 2)
    long = agate.Table([(text,)] * 3, ["text"], [agate.Text()])
    assert [len(blocks) for blocks in seeds.statements(long, 4)] == [1, 1, 1]


def test_column_types_override():
    made = seeds.columns(numbers(1), {"n": "decimal(10, 2)"}, lambda table, index: "int")
    assert [(column.name, column.data_type) for column in made] == [("n", "decimal(10,2)")]


def test_names_that_need_quotes_are_told():
    with pytest.raises(DbtRuntimeError, match="Is the delimiter right"):
        seeds.refuse_unquoted(agate.Table([(1,)], ["a|b"], [agate.Number()]))
