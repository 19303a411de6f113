"""Properties: values, contradictions, comparison."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.properties import property_differences
from tests.unit.adapter.table_config.designs import design, refusal


def test_values_are_texts():
    config = {"properties": {"replication_num": 1, "enable_persistent_index": True, "compression": "ZSTD"}}
    assert design(config).properties == {
        "replication_num": "1",
        "enable_persistent_index": "true",
        "compression": "ZSTD",
    }


@pytest.mark.parametrize("value", [None, ["a"], {"a": 1}])
def test_values_are_scalars(value):
    assert "a property is a text, a number, true or false" in refusal({"properties": {"x": value}})


def test_what_has_a_config_of_its_own_is_no_property():
    assert "Use the config `buckets`." in refusal({"properties": {"buckets": 3}})


@pytest.mark.parametrize("config", [{}, {"distributed_by": "random"}, {"table_type": "PRIMARY", "keys": ["id"]}])
def test_a_colocation_group_needs_named_columns(config):
    message = refusal({**config, "properties": {"colocate_with": "g"}})
    assert "Add `distributed_by: [column]` and `buckets`." in message


def test_bucket_size_beside_hash_is_refused_from_4_1():
    config = {"distributed_by": ["id"], "properties": {"bucket_size": 1}}
    assert "only tables with random distribution take it" in refusal(config)
    assert design(config, version="3.5.7").properties == {"bucket_size": "1"}


@pytest.mark.parametrize(
    ("wanted", "existing", "found"),
    [
        ({"compression": "zstd"}, {"compression": "ZSTD"}, []),
        ({"compression": "zstd"}, {"compression": "LZ4"}, ["property compression: LZ4 -> zstd"]),
        ({"bloom_filter_columns": "a,b"}, {"bloom_filter_columns": "b, a"}, []),
        ({"in_memory": "true"}, {"in_memory": "false"}, []),
        ({"replication_num": "1"}, {}, []),
        ({}, {"compression": "LZ4"}, []),
    ],
)
def test_only_what_the_model_names_is_compared(wanted, existing, found):
    assert property_differences(wanted, existing) == found
