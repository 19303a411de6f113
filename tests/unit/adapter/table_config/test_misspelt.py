"""Slips of the pen in a model's config are told; what dbt or the project calls its own is left alone."""

from __future__ import annotations

from dataclasses import fields

import pytest
from dbt.artifacts.resources import ModelConfig, SeedConfig, SnapshotConfig

from dbt.adapters.starrocks.table_config.misspelt import misspelt
from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("distributedby", "distributed_by"),
        ("distribute_by", "distributed_by"),
        ("partitionby", "partition_by"),
        ("partitions_by", "partition_by"),
        ("propertis", "properties"),
        ("tabletype", "table_type"),
        ("bucket", "buckets"),
        ("orderby", "order_by"),
    ],
)
def test_a_slip(written, meant):
    (notice,) = misspelt([written])
    assert f"`{written}`" in notice
    assert f"`{meant}`" in notice


@pytest.mark.parametrize("kind", [ModelConfig, SeedConfig, SnapshotConfig])
def test_names_of_dbt(kind):
    assert not list(misspelt([field.name for field in fields(kind)]))


def test_own_names_and_those_of_a_project():
    assert not list(misspelt([field.name for field in fields(StarRocksConfig)]))
    assert not list(misspelt(["owner", "sla", "partner", "order", "key_owner", "index_name", "dist", "property"]))
