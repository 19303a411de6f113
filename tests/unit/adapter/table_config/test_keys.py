"""Which model and key a table gets, and which keys are refused."""

from __future__ import annotations

import pytest

from tests.unit.adapter.table_config.designs import TYPES, contracted, design, names, refusal


def test_a_table_is_duplicate_and_its_key_the_servers():
    found = design()
    assert (found.keys.table_type, found.keys.columns) == ("DUPLICATE", ())
    assert names(found) == list(TYPES)


def test_keys_are_moved_to_the_front_in_their_order():
    found = design({"keys": ["sold_at", "id"]})
    assert found.keys.columns == ("sold_at", "id")
    assert names(found)[:3] == ["sold_at", "id", "region"]


@pytest.mark.parametrize("word", ["primary", "PRIMARY KEY", "primary_key", "Primary"])
def test_table_type_may_be_written_in_several_ways(word):
    assert design({"table_type": word, "keys": "id"}).keys.table_type == "PRIMARY"


def test_an_unknown_table_type_is_refused_with_the_four():
    assert refusal({"table_type": "PRIMRY"}) == (
        "`table_type` is 'PRIMRY': that is no table type. Expected one of: DUPLICATE, PRIMARY, UNIQUE, AGGREGATE."
    )


@pytest.mark.parametrize("table_type", ["PRIMARY", "UNIQUE"])
def test_a_unique_table_needs_its_key(table_type):
    assert refusal({"table_type": table_type}) == (
        f"`table_type` is '{table_type}': a {table_type} KEY table needs its key. "
        "Add `keys: [column, …]`, or `unique_key` to an incremental model."
    )


def test_an_unknown_key_shows_the_columns():
    message = refusal({"keys": ["idd"]})
    assert message.startswith("`keys` is 'idd': the model has no such column. Its columns are: id, region")


def test_a_key_named_twice_is_refused():
    assert "it names `id` twice" in refusal({"keys": ["id", "ID"]})


def test_names_are_found_whatever_their_case():
    assert design({"keys": ["ID"]}).keys.columns == ("id",)


@pytest.mark.parametrize("column", ["ratio", "doc", "tags"])
def test_types_that_are_no_keys_are_refused(column):
    assert f"`keys` is '{column}': a key cannot be {TYPES[column]}" in refusal({"keys": [column]})


@pytest.mark.parametrize("column", ["amount", "ratio", "doc"])
def test_a_primary_key_takes_fewer_types(column):
    message = refusal({"table_type": "PRIMARY", "keys": [column]})
    assert f"it is {TYPES[column]}, and a PRIMARY KEY takes only boolean, tinyint" in message


def test_a_decimal_may_be_a_unique_key():
    assert design({"table_type": "UNIQUE", "keys": ["amount"]}).keys.columns == ("amount",)


def test_binary_keys_come_with_4_1():
    types = {"raw": "varbinary", "id": "int"}
    assert design({"keys": ["raw"]}, types=types).keys.columns == ("raw",)
    assert "a key cannot be varbinary" in refusal({"keys": ["raw"]}, types=types, version="3.5.7")


def test_primary_key_columns_are_not_null():
    found = design({"table_type": "PRIMARY", "keys": ["id"]})
    assert [column.name for column in found.columns if column.not_null] == ["id"]


def test_unique_key_columns_stay_nullable():
    assert not any(column.not_null for column in design({"table_type": "UNIQUE", "keys": ["id"]}).columns)


# --- the derived key of a DUPLICATE table


@pytest.mark.parametrize("first", ["ratio", "doc", "tags"])
def test_a_first_column_that_is_no_key_makes_way_for_one_that_is(first):
    types = {first: TYPES[first], "id": "int", "region": "string"}
    assert names(design(types=types)) == ["id", first, "region"]


def test_a_table_without_any_possible_key_is_refused():
    message = refusal(types={"ratio": "double", "doc": "json"})
    assert message == (
        "`columns` is ['ratio double', 'doc json']: a StarRocks table needs a column that can be its key, and none of "
        "these can. Add one, or cast one to decimal, string or an integer."
    )


def test_beside_a_generated_column_the_key_is_spelled_out():
    options = {"twice": {"data_type": "bigint", "generated": "id * 2"}}
    assert design({"column_options": options}, types={"id": "int"}).keys.columns == ("id",)


def test_partition_columns_follow_the_keys():
    assert names(design({"keys": ["id"], "partition_by": ["ordered_on"]}))[:3] == ["id", "ordered_on", "region"]
    assert names(design({"partition_by": ["ordered_on"]}))[:2] == ["ordered_on", "id"]


# --- incremental models


def test_an_incremental_model_with_a_unique_key_is_a_primary_key_table():
    found = design({"materialized": "incremental", "unique_key": "id"})
    assert (found.keys.table_type, found.keys.columns) == ("PRIMARY", ("id",))


@pytest.mark.parametrize("strategy", ["append", "delete+insert", "insert_overwrite", "microbatch"])
def test_other_strategies_than_merge_leave_it_duplicate(strategy):
    config = {"materialized": "incremental", "unique_key": "id", "incremental_strategy": strategy}
    assert design(config).keys.table_type == "DUPLICATE"


def test_table_type_wins_over_the_unique_key():
    config = {"materialized": "incremental", "unique_key": "id", "table_type": "DUPLICATE"}
    assert design(config).keys.table_type == "DUPLICATE"


def test_a_unique_key_that_cannot_be_one_is_refused_with_the_way_out():
    message = refusal({"materialized": "incremental", "unique_key": ["amount"]})
    assert "a PRIMARY KEY takes only" in message
    assert "`table_type: UNIQUE` or DUPLICATE" in message


# --- AGGREGATE KEY


AGGREGATED = {
    "table_type": "AGGREGATE",
    "column_options": {"big": {"aggregate": "sum"}, "sold_at": {"aggregate": "max"}},
}
FOUR = {"region": "string", "id": "int", "big": "bigint", "sold_at": "datetime"}


def test_columns_without_an_aggregate_are_the_key():
    found = design(AGGREGATED, types=FOUR)
    assert found.keys.columns == ("region", "id")
    assert [column.aggregate for column in found.columns] == ["", "", "sum", "max"]


def test_an_aggregate_makes_an_aggregate_table():
    assert design({"column_options": AGGREGATED["column_options"]}, types=FOUR).keys.table_type == "AGGREGATE"


def test_it_is_spread_by_its_key_unless_said_otherwise():
    assert design(AGGREGATED, types=FOUR).distribution.columns == ("region", "id")


def test_a_value_without_an_aggregate_is_refused():
    message = refusal({**AGGREGATED, "keys": ["region"]}, types=FOUR)
    assert "each column of an AGGREGATE KEY table is a key or has an aggregate" in message
    assert "`column_options: {id: {aggregate: sum}}`" in message


def test_an_aggregate_on_another_table_is_refused():
    message = refusal({**AGGREGATED, "table_type": "DUPLICATE"}, types=FOUR)
    assert "a DUPLICATE KEY table aggregates nothing" in message


def test_a_key_is_not_aggregated():
    assert "the column is a key" in refusal({**AGGREGATED, "keys": ["region", "id", "big"]}, types=FOUR)


@pytest.mark.parametrize(("data_type", "works"), [("tinyint", False), ("string", False), ("smallint", True)])
def test_sum_needs_a_number_with_room(data_type, works):
    config = {"column_options": {"n": {"aggregate": "sum"}}}
    types = {"id": "int", "n": data_type}
    if works:
        assert design(config, types=types).columns[1].aggregate == "sum"
    else:
        assert f"StarRocks adds up no {data_type}" in refusal(config, types=types)


def test_sketches_need_an_aggregate_or_the_right_table():
    types = {"id": "int", "users": "bitmap"}
    assert "column `users` is a bitmap" in refusal(types=types)
    assert design({"table_type": "PRIMARY", "keys": ["id"]}, types=types).keys.table_type == "PRIMARY"
    assert design({"column_options": {"users": {"aggregate": "bitmap_union"}}}, types=types).keys.columns == ("id",)


# --- contracts


def test_a_primary_key_constraint_makes_a_primary_key_table():
    found = contracted({"id": {"data_type": "int", "constraints": [{"type": "primary_key"}]}}, types={"id": "int"})
    assert (found.keys.table_type, found.keys.columns) == ("PRIMARY", ("id",))


def test_table_type_wins_over_the_constraint():
    columns = {"id": {"data_type": "int", "constraints": [{"type": "primary_key"}]}}
    found = contracted(columns, {"table_type": "DUPLICATE"}, types={"id": "int"})
    assert found.keys.table_type == "DUPLICATE"
    assert found.promises.ignored == ("primary_key",)
