"""Whether a query gives what its contract promises."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.contract import contract_mismatch
from tests.unit.adapter.table_config.designs import described


def mismatch(promised, given):
    columns = {
        name: {"name": name, **(spec if isinstance(spec, dict) else {"data_type": spec})}
        for name, spec in promised.items()
    }
    return contract_mismatch({"columns": columns}, described(given))


@pytest.mark.parametrize(
    ("promised", "given"),
    [
        ("integer", "int"),
        ("text", "varchar(20)"),
        ("varchar(20)", "varchar(65533)"),
        ("char(3)", "varchar(3)"),
        ("timestamp", "datetime"),
        ("numeric(10,2)", "decimal(10, 2)"),
        ("numeric", "decimal(10,0)"),
        ("array<text>", "array<varchar(20)>"),
        ("struct<a int, b text>", "struct<a int(11), b varchar(65533)>"),
        ("float8", "double"),
    ],
)
def test_types_that_hold_the_same_are_equal(promised, given):
    assert mismatch({"x": promised}, {"x": given}) is None


def test_order_and_case_of_names_do_not_matter():
    assert mismatch({"a": "int", "B": "date"}, {"b": "date", "A": "int"}) is None


@pytest.mark.parametrize(
    ("promised", "given"),
    [("int", "tinyint"), ("decimal(10,2)", "decimal(38,2)"), ("double", "float"), ("array<int>", "string")],
)
def test_other_types_are_a_mismatch(promised, given):
    found = mismatch({"x": promised, "y": "text"}, {"x": given, "y": "varchar(7)"})
    assert [row["data_type"] for row in found.contract] == [promised, "string"]
    assert [row["data_type"] for row in found.query] == [given, "string"]


def test_missing_names_are_listed_on_their_side():
    found = mismatch({"a": "int"}, {"b": "int"})
    assert [row["name"] for row in found.contract] == ["a"]
    assert [row["name"] for row in found.query] == ["b"]


def test_what_the_table_makes_itself_is_not_owed():
    promised = {
        "id": "bigint",
        "no": {"data_type": "bigint", "constraints": [{"type": "custom", "expression": "auto_increment"}]},
        "twice": {"data_type": "bigint", "meta": {"starrocks": {"generated": "id * 2"}}},
    }
    assert mismatch(promised, {"id": "bigint"}) is None
    assert mismatch(promised, {"id": "bigint", "no": "bigint"}) is None


def test_columns_without_a_type_are_named():
    assert mismatch({"a": {}, "b": "int"}, {"a": "int"}).untyped == ("a",)


def test_a_contract_without_columns_is_a_mismatch():
    assert mismatch({}, {"a": "int"}).contract == ()
