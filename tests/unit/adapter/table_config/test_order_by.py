"""The sort key by table type and version."""

from __future__ import annotations

import pytest

from tests.unit.adapter.table_config.designs import design, refusal

PRIMARY = {"table_type": "PRIMARY", "keys": ["id"]}
UNIQUE = {"table_type": "UNIQUE", "keys": ["id", "region"]}


@pytest.mark.parametrize("value", ["region, id", ["region", "ID"]])
def test_it_is_a_list_of_columns(value):
    assert design({"order_by": value}).order_by == ("region", "id")


def test_other_than_primary_tables_have_it_from_3_3():
    assert "on a DUPLICATE KEY table it needs StarRocks 3.3.0 or newer" in refusal(
        {"order_by": ["id"]}, version="3.2.0"
    )
    assert design({**PRIMARY, "order_by": ["region"]}, version="3.2.0").order_by == ("region",)


def test_a_unique_table_is_sorted_by_its_keys():
    assert design({**UNIQUE, "order_by": ["region", "id"]}).order_by == ("region", "id")
    assert "sorted by exactly its keys, in any order. Its keys are: id, region." in refusal(
        {**UNIQUE, "order_by": ["region"]}
    )


@pytest.mark.parametrize("column", ["ratio", "tags"])
def test_types_that_do_not_sort(column):
    assert "a table cannot be sorted by" in refusal({"order_by": [column]})


@pytest.mark.parametrize("column", ["amount", "doc", "ratio"])
def test_a_primary_table_sorts_by_fewer_types(column):
    assert "and a PRIMARY KEY table sorts by" in refusal({**PRIMARY, "order_by": [column]})


def test_a_direction_is_refused():
    assert "a sort key has no direction" in refusal({"order_by": ["id desc"]})


def test_a_column_named_twice_is_refused():
    assert "it names `id` twice" in refusal({"order_by": ["id", "id"]})
