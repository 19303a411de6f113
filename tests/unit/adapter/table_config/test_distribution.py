"""How rows spread over tablets."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.distribution import Distribution
from tests.unit.adapter.table_config.designs import design, refusal


def test_it_is_left_to_the_server():
    assert design().distribution is None
    assert design({"table_type": "PRIMARY", "keys": ["id"]}).distribution is None


@pytest.mark.parametrize(
    "value", ["id, region", ["id", "region"], "hash(id, region)", {"columns": ["id", "region"], "type": "hash"}]
)
def test_hash_in_every_spelling(value):
    assert design({"distributed_by": value}).distribution == Distribution(("id", "region"))


@pytest.mark.parametrize("value", ["random", "RANDOM", ["random"], {"type": "random"}])
def test_random_in_every_spelling(value):
    assert design({"distributed_by": value}).distribution == Distribution()


def test_a_column_may_be_called_random():
    assert design({"distributed_by": "random"}, types={"random": "int"}).distribution == Distribution(("random",))


@pytest.mark.parametrize("buckets", [8, "8"])
def test_buckets(buckets):
    assert design({"distributed_by": ["id"], "buckets": buckets}).distribution == Distribution(("id",), 8)


@pytest.mark.parametrize("buckets", ["auto", 0, None])
def test_automatic_buckets(buckets):
    assert design({"distributed_by": ["id"], "buckets": buckets}).distribution == Distribution(("id",), 0)


def test_buckets_alone_keep_the_servers_own_distribution():
    assert design({"buckets": 4}).distribution == Distribution((), 4)
    assert design({"buckets": 4, "table_type": "PRIMARY", "keys": ["id"]}).distribution == Distribution(("id",), 4)


def test_a_unique_key_table_is_spread_by_its_key():
    found = design({"table_type": "UNIQUE", "keys": ["id", "region"]})
    assert found.distribution == Distribution(("id", "region"))


@pytest.mark.parametrize("table_type", ["PRIMARY", "UNIQUE"])
def test_keyed_tables_are_never_random(table_type):
    message = refusal({"table_type": table_type, "keys": ["id"], "distributed_by": "random"})
    assert f"a {table_type} KEY table is spread by hash of its key columns, never at random" in message
    assert "Name some of its keys: id." in message


def test_distribution_columns_of_a_keyed_table_are_keys():
    message = refusal({"table_type": "PRIMARY", "keys": ["id"], "distributed_by": ["region"]})
    assert "`distributed_by` is 'region': the distribution columns of a PRIMARY KEY table must be among" in message


@pytest.mark.parametrize("column", ["ratio", "doc", "tags"])
def test_types_that_cannot_be_hashed(column):
    assert "rows cannot be spread by" in refusal({"distributed_by": [column]})


@pytest.mark.parametrize("buckets", ["many", -1, 1.5, True])
def test_buckets_are_a_whole_number(buckets):
    assert "that is no number of buckets" in refusal({"buckets": buckets})
