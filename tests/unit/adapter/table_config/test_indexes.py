"""Indexes and bloom filters."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.indexes import Index
from tests.unit.adapter.table_config.designs import design, refusal

UNIQUE = {"table_type": "UNIQUE", "keys": ["id"]}


def indexes(value, **given):
    return design({"indexes": value}, **given).indexes


@pytest.mark.parametrize(
    "value", ["region", ["region"], [{"columns": "region"}], [{"columns": ["region"], "type": "BITMAP"}]]
)
def test_an_index_is_a_bitmap_unless_said_otherwise(value):
    assert indexes(value) == (Index("idx_region", "region", "bitmap"),)


def test_each_column_gets_an_index_of_its_own():
    assert [i.name for i in indexes([{"columns": "id, region"}])] == ["idx_id", "idx_region"]


def test_name_comment_and_properties():
    row = {"columns": "region", "type": "ngrambf", "name": "i", "comment": "c", "properties": {"gram_num": 4}}
    assert indexes([row]) == (Index("i", "region", "ngrambf", {"gram_num": "4"}, "c"),)


def test_bloom_filters_become_a_property():
    found = design({"indexes": [{"columns": "id, region", "type": "bloom_filter"}]})
    assert (found.indexes, found.properties) == ((), {"bloom_filter_columns": "id,region"})


def test_bloom_filters_join_those_of_the_property():
    config = {"indexes": [{"columns": "id", "type": "bloom"}], "properties": {"bloom_filter_columns": "region, id"}}
    assert design(config).properties == {"bloom_filter_columns": "region,id"}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (
            {"columns": "region", "type": "btree"},
            "that is no kind of index. Expected one of: bitmap, bloom_filter, ngrambf",
        ),
        ({"columns": "missing"}, "the model has no such column"),
        ({"type": "bitmap"}, "it names no column"),
        ({"columns": "ratio"}, "it is double, and a bitmap index takes"),
        ({"columns": "id", "type": "ngrambf"}, "it is int, and a ngrambf index takes char, varchar, string"),
        ({"columns": "doc", "type": "bloom"}, "it is json, and a bloom filter takes"),
        ({"columns": "flag", "type": "bloom"}, "it is boolean, and a bloom filter takes"),
        ({"columns": "id", "unique": True}, "`indexes.unique` is True: that is no setting of it"),
        ({"columns": "id, region", "name": "i"}, "each column gets an index of its own"),
        ({"columns": "id", "name": "i" * 65}, "it is longer than 64 characters"),
    ],
)
def test_impossible_indexes_are_refused(row, rule):
    assert rule in refusal({"indexes": [row]})


def test_two_indexes_of_one_name_are_refused():
    rows = [{"columns": "id", "name": "i"}, {"columns": "region", "name": "I"}]
    assert "two indexes have this name" in refusal({"indexes": rows})


@pytest.mark.parametrize("kind", ["bitmap", "bloom"])
def test_a_unique_table_indexes_its_keys_only(kind):
    assert "index on its key columns only" in refusal(
        {**UNIQUE, "indexes": [{"columns": "region", "type": kind}]}
    ).replace("bloom filter index", "index").replace("bitmap index", "index")


@pytest.mark.parametrize(("kind", "column", "version"), [("ngram", "region", "3.2.0"), ("vector", "tags", "3.3.9")])
def test_indexes_by_version(kind, column, version):
    assert "need StarRocks 3." in refusal({"indexes": [{"columns": column, "type": kind}]}, version=version)
