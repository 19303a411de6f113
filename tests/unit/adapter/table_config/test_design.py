"""The whole design: defaults, other catalogs, and the comparison with a table that exists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dbt.adapters.starrocks.metadata import ExistingTable
from dbt.adapters.starrocks.table_config import TableDesign
from tests.unit.adapter.table_config.designs import described, design, names

TYPES = {"id": "int", "name": "varchar(65533)", "day": "date"}


def existing(**other) -> ExistingTable:
    table = ExistingTable(
        name="orders",
        columns=tuple(described(TYPES)),
        key_model="DUPLICATE",
        keys=("id", "name"),
        partition_columns=(),
        distribution="RANDOM",
        distribution_columns=(),
        buckets=0,
        sort_key=("id", "name"),
        properties={"compression": "LZ4", "replication_num": "1"},
        table_id=1,
    )
    return replace(table, **other)


def differences(config=None, table=None, **given):
    return design(config, types=TYPES, **given).differences(table or existing())


def test_the_same_has_no_differences():
    assert differences() == []


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"keys": ["id", "name"]}, []),
        ({"keys": ["id"]}, ["keys: id, name -> id"]),
        (
            {"table_type": "PRIMARY", "keys": ["id"]},
            ["column id: now NOT NULL", "table_type: DUPLICATE -> PRIMARY", "keys: id, name -> id"],
        ),
        ({"distributed_by": "random"}, []),
        ({"distributed_by": ["id"]}, ["distributed_by: none -> id"]),
        ({"buckets": 4}, ["buckets: 0 -> 4"]),
        ({"order_by": ["name"]}, ["order_by: id, name -> name"]),
        ({"properties": {"compression": "zstd"}}, ["property compression: LZ4 -> zstd"]),
        ({"column_options": {"name": {"nullable": False}}}, ["column name: now NOT NULL"]),
        ({"column_options": {"id": {"data_type": "bigint"}}}, ["column id: int -> bigint"]),
    ],
)
def test_each_setting_is_compared(config, found):
    assert differences(config) == found


def test_a_column_more_or_less_or_elsewhere():
    other = design(types={"id": "int", "day": "date"})
    assert other.differences(existing()) == ["columns: id, name, day -> id, day"]
    assert differences({"keys": ["day"]})[0] == "columns: id, name, day -> day, id, name"


def test_a_table_that_was_partitioned_and_no_longer_is():
    assert differences(table=existing(partition_columns=("day",))) == ["partition_by: day -> none"]


def test_a_table_that_becomes_partitioned():
    found = differences({"partition_by": "id"})
    assert found == ["partition_by: none -> id"]


def test_a_primary_key_table_that_no_longer_is():
    columns = tuple(described(TYPES))
    columns[0].nullable = False
    table = existing(columns=columns, key_model="PRIMARY", keys=("id",), distribution_columns=("id",))
    assert differences(table=table) == ["column id: now nullable", "table_type: PRIMARY -> DUPLICATE"]


def test_hidden_columns_are_not_compared():
    table = existing(columns=(*described(TYPES), *described({"__generated_partition_column_0": "date"})))
    assert differences(table=table) == []


def test_defaults_hold_where_the_model_is_silent():
    model = {"config": {"table_type": "UNIQUE", "buckets": None}}
    defaults = {"table_type": "PRIMARY", "keys": ["id"], "buckets": 3}
    found = TableDesign.from_model(model, described(TYPES), lambda feature: True, defaults)
    assert (found.keys.table_type, found.distribution.buckets) == ("UNIQUE", 3)


def test_the_tables_comment_comes_with_persist_docs():
    assert design({"persist_docs": {"relation": True}}, description="orders of a day").comment == "orders of a day"
    assert design(description="orders of a day").comment == ""


def test_tables_of_other_catalogs_have_no_keys_and_partition_columns_last():
    config = {"table_type": "PRIMARY", "keys": ["id"], "partition_by": ["id"], "properties": {"file_format": "orc"}}
    found = design(config, types=TYPES, database="lake")
    assert (found.internal, found.keys.columns, found.properties) == (False, (), {"file_format": "orc"})
    assert names(found) == ["name", "day", "id"]


def test_their_partitions_may_be_transforms():
    found = design({"partition_by": ["day(day)"]}, types=TYPES, database="lake")
    assert found.partitioning.expressions == ("day(day)",)
    assert names(found) == list(TYPES)
