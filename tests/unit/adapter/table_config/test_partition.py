"""Every form of `partition_by`, and what none of the servers takes."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.partition import Batch, NamedPartition
from tests.unit.adapter.table_config.designs import design, refusal

DAY = "date_trunc('day', ordered_on)"


def partitioning(config, **given):
    found = design(config if "partition_by" in config else {"partition_by": config}, **given).partitioning
    assert found is not None
    return found


def test_none_without_partition_by():
    assert design({"partition_by": []}).partitioning is None


@pytest.mark.parametrize("value", ["region", ["region"], "(region)", {"columns": "region"}, {"columns": ["`region`"]}])
def test_a_column_needs_no_partition_type(value):
    found = partitioning({"partition_by": value})
    assert (found.kind, found.parts, found.automatic) == ("columns", ("region",), True)


@pytest.mark.parametrize("value", [DAY, [DAY], {"expression": DAY}, {"expressions": [DAY]}])
def test_an_expression_needs_no_partition_type(value):
    found = partitioning({"partition_by": value})
    assert (found.kind, found.parts, found.columns) == ("expression", (DAY,), ("ordered_on",))


def test_several_expressions_and_columns():
    found = partitioning({"partition_by": ["region", "date_trunc('month', sold_at)"]})
    assert found.kind == "expression"
    assert found.expressions == ("date_trunc('month', sold_at)",)
    assert found.columns == ("region", "sold_at")


def test_a_text_in_quotes_is_no_column():
    assert partitioning({"partition_by": "date_format(ordered_on, 'region')"}).columns == ("ordered_on",)


def test_ranges_by_start_end_every():
    found = partitioning({"columns": "ordered_on", "start": "2024-01-01", "end": "2025-01-01", "every": "1 month"})
    assert found.kind == "range"
    assert found.batches == (Batch("2024-01-01", "2025-01-01", 1, "month"),)


@pytest.mark.parametrize(
    ("every", "batch"),
    [("interval 3 DAY", (3, "day")), ("7 days", (7, "day")), (10, (10, "")), ("10", (10, ""))],
)
def test_every_is_a_number_with_or_without_unit(every, batch):
    found = partitioning({"columns": "id", "start": 1, "end": 100, "every": every})
    assert (found.batches[0].step, found.batches[0].unit) == batch
    assert found.batches[0].start == "1"


@pytest.mark.parametrize("every", ["1 quarter", "15 minutes", "monthly"])
def test_units_that_servers_refuse_are_refused(every):
    message = refusal({"partition_by": {"columns": "sold_at", "start": "a", "end": "b", "every": every}})
    assert "hour, day, week, month, year (three months for a quarter)" in message


def test_a_batch_needs_all_three():
    message = refusal({"partition_by": {"columns": "ordered_on", "start": "2024-01-01"}})
    assert "a batch of ranges needs all three. Give `start`, `end` and `every`." in message


def test_an_expression_may_have_its_partitions_made_before():
    value = {"expression": DAY, "start": "2024-01-01", "end": "2024-02-01", "every": "1 day"}
    found = partitioning(value)
    assert (found.kind, found.batches) == ("expression", (Batch("2024-01-01", "2024-02-01", 1, "day"),))


def test_several_batches():
    batches = [
        {"start": "2023-01-01", "end": "2024-01-01", "every": "1 year"},
        {"start": "2024-01-01", "end": "2024-02-01", "every": "1 day"},
    ]
    assert [b.unit for b in partitioning({"columns": "ordered_on", "batches": batches}).batches] == ["year", "day"]


def test_named_ranges():
    rows = [{"name": "p1", "less_than": "2024-01-01"}, {"name": "pmax", "less_than": "MAXVALUE"}]
    found = partitioning({"columns": "ordered_on", "partitions": rows})
    assert found.kind == "range"
    assert found.partitions == (NamedPartition("p1", ("2024-01-01",)), NamedPartition("pmax", None))


def test_ranges_with_both_bounds():
    rows = [{"name": "p1", "from": "2024-01-01", "to": "2024-02-01"}]
    assert partitioning({"columns": "ordered_on", "partitions": rows}).partitions == (
        NamedPartition("p1", ("2024-02-01",), ("2024-01-01",)),
    )


def test_ranges_of_both_kinds_are_refused():
    rows = [{"name": "p1", "less_than": "2024-01-01"}, {"name": "p2", "from": "2024-01-01", "to": "2024-02-01"}]
    assert "for all partitions" in refusal({"partition_by": {"columns": "ordered_on", "partitions": rows}})


def test_lists_by_name():
    found = partitioning({"columns": "region", "partitions": {"p_eu": ["de", "fr"], "p_none": [None], "p_us": "us"}})
    assert found.kind == "list"
    assert [p.values for p in found.partitions] == [(("de",), ("fr",)), ((None,),), (("us",),)]


def test_lists_over_several_columns():
    rows = [{"name": "p1", "values": [["de", "1"], ["fr", "2"]]}]
    assert partitioning({"columns": ["region", "id"], "partitions": rows}).partitions[0].values == (
        ("de", "1"),
        ("fr", "2"),
    )


def test_partitions_as_sql_texts():
    found = partitioning({"columns": "region", "partitions": ["partition p1 values in ('de')"]})
    assert (found.kind, found.texts) == ("list", ("partition p1 values in ('de')",))


def test_dynamic_partitions_are_ranges():
    config = {"partition_by": "ordered_on", "properties": {"dynamic_partition.enable": True}}
    assert partitioning(config).kind == "range"


def test_dynamic_partitions_of_an_expression_are_refused():
    message = refusal({"partition_by": DAY, "properties": {"dynamic_partition.enable": "true"}})
    assert "only tables partitioned by range take it" in message


# --- refusals


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("missing", "the model has no such column"),
        ("date_trunc('day', missing)", "it reads no column of the model"),
        ("now()", "it reads no column of the model"),
        ("(id % 10)", "the server takes a column or the call of a function"),
        ("abs(id) % 10", "the server takes a column or the call of a function"),
        ("cast(sold_at as date)", "the server takes a column or the call of a function"),
        ("ratio", "a table cannot be partitioned by double"),
        ("amount", "a table cannot be partitioned by decimal(10,2)"),
        ("tags", "a table cannot be partitioned by array<int>"),
        ({"type": "range", "columns": "region"}, "it is string, and ranges are made of date, datetime"),
        (
            {"type": "hash", "columns": "id"},
            "that is no kind of partitioning. Expected one of: expression, range, list",
        ),
        ({"colums": "id"}, "`partition_by.colums` is 'id': that is no setting of it. Expected one of: type, columns"),
        ({"type": "range"}, "it names no column"),
        ({"columns": "id", "partitions": [{"name": "1p", "less_than": 1}]}, "that is no name of a partition"),
        ({"columns": "id", "partitions": [{"less_than": 1}]}, "that names no partition"),
        ({"columns": "id", "partitions": [{"name": "p1"}]}, "it says no bounds"),
        ({"columns": "region", "partitions": {"p1": []}}, "a list partition needs values"),
        ({"columns": ["id", "big"], "start": 1, "end": 9, "every": 1}, "START, END and EVERY take one column"),
        ({"type": "list", "columns": "id", "start": 1, "end": 9, "every": 1}, "make ranges, no lists"),
        ({"type": "list", "columns": "id", "partitions": [{"name": "p", "less_than": 1}]}, "bounds make ranges"),
        ({"type": "range", "columns": "id", "partitions": {"p": [1]}}, "VALUES IN makes lists"),
        ({"type": "list", "expression": "upper(region)", "partitions": {"p": ["A"]}}, "a list takes columns"),
        ({"type": "expr", "expression": DAY, "partitions": ["partition p1 …"]}, "cannot be written out"),
        ({"type": "expr", "columns": "id", "partitions": ["partition p1 …"]}, "cannot be written out"),
    ],
)
def test_impossible_partitionings_are_refused(value, rule):
    assert rule in refusal({"partition_by": value})


@pytest.mark.parametrize("table_type", ["PRIMARY", "UNIQUE"])
def test_partition_columns_of_a_unique_table_are_keys(table_type):
    config = {"table_type": table_type, "keys": ["id"], "partition_by": DAY}
    assert refusal(config) == (
        f"`partition_by` is 'ordered_on': the partition columns of a {table_type} KEY table must be among its keys. "
        "Its keys are: id. Add `ordered_on` to them, or partition by one of them."
    )
    assert design({**config, "keys": ["id", "ordered_on"]}).partitioning.parts == (DAY,)


def test_a_column_that_is_not_null_has_no_partition_for_null():
    config = {
        "table_type": "PRIMARY",
        "keys": ["region"],
        "partition_by": {"columns": "region", "partitions": {"p": [None]}},
    }
    assert "column `region` is NOT NULL. Remove the value." in refusal(config)


def test_a_unique_key_table_takes_one_truncation_only():
    config = {"table_type": "UNIQUE", "keys": ["id", "ordered_on"], "partition_by": [DAY, "id"]}
    assert "takes columns, one date_trunc()" in refusal(config)
    assert "takes columns, one date_trunc()" in refusal({**config, "partition_by": "date_trunc('week', ordered_on)"})
    assert design({**config, "table_type": "PRIMARY"}).partitioning.kind == "expression"


@pytest.mark.parametrize(
    "value", [["region", DAY], "date_trunc('week', ordered_on)", "date_trunc('minute', sold_at)", "year(ordered_on)"]
)
def test_general_expressions_come_with_3_4(value):
    assert "need StarRocks 3.4.0 or newer" in refusal({"partition_by": value}, version="3.3.9")
    assert design({"partition_by": value}, version="3.4.0").partitioning is not None


@pytest.mark.parametrize(
    "value", [DAY, 'date_trunc("hour", sold_at)', "time_slice(sold_at, interval 5 minute)", ["region", "id"]]
)
def test_simple_ones_work_before(value):
    assert design({"partition_by": value}, version="3.3.9").partitioning is not None


# --- what the server reports as the partition key


@pytest.mark.parametrize(
    ("value", "reported"),
    [
        (["region", "id"], ("region", "id")),
        (DAY, ("ordered_on",)),
        ("time_slice(sold_at, interval 1 hour)", ("sold_at",)),
        ("date_trunc('week', ordered_on)", ("__generated_partition_column_0",)),
        (["region", DAY], ("region", "__generated_partition_column_0")),
        (["upper(region)", DAY], ("__generated_partition_column_0", "__generated_partition_column_1")),
    ],
)
def test_key_columns(value, reported):
    assert partitioning({"partition_by": value}).key_columns == reported
