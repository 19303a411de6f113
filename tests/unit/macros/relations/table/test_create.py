"""CREATE TABLE as a whole: clauses in the server's order, one per line, no holes."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.relation import StarRocksRelation
from tests.unit.adapter.table_config.designs import design

RELATION = StarRocksRelation.create(database="default_catalog", schema="shop", identifier="orders")


def created(macros, *args, **given):
    return macros.call("starrocks__create_table_sql", RELATION, design(*args, **given))


def test_a_plain_table_is_its_columns(macros):
    assert created(macros, types={"id": "int", "name": "string"}) == (
        "create table `default_catalog`.`shop`.`orders` (\n  `id` int,\n  `name` string\n)"
    )


def test_every_clause_in_its_place(macros):
    config = {
        "table_type": "PRIMARY",
        "keys": ["id", "day"],
        "partition_by": "date_trunc('day', day)",
        "distributed_by": ["id"],
        "buckets": 4,
        "order_by": ["name"],
        "properties": {"compression": "zstd"},
        "indexes": ["name"],
        "persist_docs": {"relation": True},
    }
    types = {"name": "string", "day": "date", "id": "int"}
    assert created(macros, config, types=types, description="it's all").split("\n") == [
        "create table `default_catalog`.`shop`.`orders` (",
        "  `id` int not null,",
        "  `day` date not null,",
        "  `name` string,",
        "  index `idx_name` (`name`) using bitmap",
        ")",
        "primary key (`id`, `day`)",
        "comment 'it''s all'",
        "partition by date_trunc('day', day)",
        "distributed by hash (`id`) buckets 4",
        "order by (`name`)",
        "properties (",
        "  'compression' = 'zstd'",
        ")",
    ]


def test_a_table_of_another_catalog(macros):
    config = {"partition_by": ["day"], "properties": {"file_format": "orc"}, "buckets": 4}
    assert created(macros, config, types={"day": "date", "id": "int"}, database="lake").split("\n")[1:] == [
        "  `id` int,",
        "  `day` date",
        ")",
        "partition by (`day`)",
        "properties (",
        "  'file_format' = 'orc'",
        ")",
    ]


@pytest.mark.parametrize("config", [{"contract": {"enforced": True}}])
def test_the_columns_of_a_contract_alone(macros, config):
    columns = {"id": {"name": "id", "data_type": "integer", "constraints": [{"type": "primary_key"}]}}
    model = {"name": "orders", "config": config, "columns": columns}
    session = macros.session({"model": model}, adapter={"table_design": lambda given, _: design_of(given)})
    text = session.call("starrocks__get_table_columns_and_constraints")
    assert " ".join(str(text).split()) == "( `id` int not null )"


def design_of(model):
    return design(model["config"], types={}, columns=model["columns"])
