"""Each clause of CREATE TABLE: its text, or nothing."""

from __future__ import annotations

import pytest

from tests.unit.adapter.table_config.designs import design


@pytest.fixture
def clause(macros):
    return lambda name, *args: macros.text(f"starrocks__{name}_clause", *args)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({}, ""),
        ({"keys": ["id", "region"]}, "duplicate key (`id`, `region`)"),
        ({"table_type": "PRIMARY", "keys": ["id"]}, "primary key (`id`)"),
    ],
)
def test_keys(clause, config, text):
    assert clause("keys", design(config)) == text


def test_tables_of_other_catalogs_have_no_keys(clause):
    assert clause("keys", design({"table_type": "PRIMARY", "keys": ["id"]}, database="lake")) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("region", "partition by (`region`)"),
        (["region", "id"], "partition by (`region`, `id`)"),
        ("date_trunc('day', ordered_on)", "partition by date_trunc('day', ordered_on)"),
        (["region", "date_trunc('day', ordered_on)"], "partition by `region`, date_trunc('day', ordered_on)"),
        (
            {"expression": "date_trunc('day', ordered_on)", "start": "a", "end": "b", "every": "1 day"},
            "partition by date_trunc('day', ordered_on) (start ('a') end ('b') every (interval 1 day))",
        ),
        (
            {"columns": "id", "start": 1, "end": 9, "every": 2},
            "partition by range (`id`) (start ('1') end ('9') every (2))",
        ),
        ({"type": "range", "columns": "id"}, "partition by range (`id`) ()"),
        (
            {"columns": "id", "partitions": [{"name": "p1", "less_than": 5}, {"name": "p2", "less_than": "maxvalue"}]},
            "partition by range (`id`) (partition `p1` values less than ('5'), "
            "partition `p2` values less than maxvalue)",
        ),
        (
            {"columns": "id", "partitions": [{"name": "p1", "from": 1, "to": 5}]},
            "partition by range (`id`) (partition `p1` values [('1'), ('5')))",
        ),
        (
            {"columns": "region", "partitions": {"p1": ["it's", None]}},
            "partition by list (`region`) (partition `p1` values in ('it''s', null))",
        ),
        (
            {"columns": ["region", "id"], "partitions": {"p1": [["de", 1], ["fr", 2]]}},
            "partition by list (`region`, `id`) (partition `p1` values in (('de', '1'), ('fr', '2')))",
        ),
        (
            {"columns": "region", "partitions": ["partition p1 values in ('a')", "partition p2 values in ('b')"]},
            "partition by list (`region`) (partition p1 values in ('a'), partition p2 values in ('b'))",
        ),
    ],
)
def test_partition_by(clause, value, text):
    assert clause("partition_by", design({"partition_by": value}).partitioning) == text


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({}, ""),
        ({"buckets": 3}, "distributed by random buckets 3"),
        ({"distributed_by": "random"}, "distributed by random"),
        ({"distributed_by": ["id", "region"], "buckets": 8}, "distributed by hash (`id`, `region`) buckets 8"),
    ],
)
def test_distributed_by(clause, config, text):
    assert clause("distributed_by", design(config)) == text


def test_order_by(clause):
    assert clause("order_by", ()) == ""
    assert clause("order_by", ("region", "id")) == "order by (`region`, `id`)"


def test_properties(clause):
    assert clause("properties", {}) == ""
    assert clause("properties", {"a": "1", "b": "it's \\"}) == "properties ( 'a' = '1', 'b' = 'it''s \\\\' )"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "`region` string"),
        ({"data_type": "varchar(5)", "nullable": False, "default": "x"}, "`region` varchar(5) not null default 'x'"),
        ({"generated": "upper('x')"}, "`region` string as (upper('x'))"),
    ],
)
def test_column(clause, options, text):
    found = design({"column_options": {"region": options}}).columns
    assert clause("column", next(column for column in found if column.name == "region")) == text


def test_column_with_a_number_from_the_server(clause):
    found = design({"column_options": {"big": {"auto_increment": True}}}).columns
    assert clause("column", next(c for c in found if c.name == "big")) == "`big` bigint not null auto_increment"


def test_column_with_an_aggregate_and_a_comment(clause):
    yaml = {"n": {"name": "n", "description": "how many"}}
    config = {"column_options": {"n": {"aggregate": "sum", "nullable": False}}, "persist_docs": {"columns": True}}
    column = design(config, types={"id": "int", "n": "int"}, columns=yaml).columns[1]
    assert clause("column", column) == "`n` int sum not null comment 'how many'"


def test_index(clause):
    row = {"columns": "region", "type": "ngrambf", "properties": {"gram_num": 3, "case": "x"}, "comment": "why"}
    index = design({"indexes": [row]}).indexes[0]
    assert clause("index", index) == (
        "index `idx_region` (`region`) using ngrambf ('gram_num' = '3', 'case' = 'x') comment 'why'"
    )
