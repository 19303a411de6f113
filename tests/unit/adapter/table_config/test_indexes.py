"""Indexes and bloom filters."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.indexes import Index, index_differences
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


SHOWN = [
    {"key_name": "i_note", "column_name": "note", "index_type": "BITMAP"},
    {
        "key_name": "i_gram",
        "column_name": "note",
        "index_type": 'NGRAMBF("bloom_filter_fpp" = "0.05", "case_sensitive" = "true", "gram_num" = "4")',
    },
]


@pytest.mark.parametrize(
    ("index", "differs"),
    [
        (Index("i_note", "note", "bitmap"), False),
        (Index("I_NOTE", "Note", "bitmap", comment="new"), False),
        (Index("i_gram", "note", "ngrambf", {"gram_num": "4"}), False),
        (Index("i_gram", "note", "ngrambf", {"gram_num": "3"}), True),
        (Index("i_note", "id", "bitmap"), True),
        (Index("i_id", "id", "bitmap"), True),
        (Index("i_gram", "note", "gin"), True),
    ],
)
def test_an_index_is_compared_with_what_the_server_shows(index, differs):
    assert bool(index_differences([index], SHOWN)) == differs
