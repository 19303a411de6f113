"""Columns: what the query gives, corrected by the contract and the columns' options."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError

from tests.unit.adapter.table_config.designs import contracted, design, names, refusal

TWO = {"id": "bigint", "name": "varchar(20)"}


def column(options, name="name", types=TWO, **given):
    found = design({"column_options": {name: options}}, types=types, **given)
    return next(c for c in found.columns if c.name == name)


def test_a_string_has_room_for_what_comes_later():
    assert [c.data_type for c in design(types=TWO).columns] == ["bigint", "string"]


def test_columns_are_nullable_unless_said_otherwise():
    assert not any(c.not_null for c in design(types=TWO).columns)
    assert column({"nullable": False}).not_null


def test_the_type_may_be_said():
    assert column({"data_type": "varchar(50)"}).data_type == "varchar(50)"
    assert column({"data_type": "timestamp"}).data_type == "datetime"


def test_options_in_yaml_and_in_the_models_config():
    yaml = {"name": {"name": "name", "meta": {"starrocks": {"default": "x", "nullable": False}}}}
    found = design({"column_options": {"NAME": {"default": "y"}}}, types=TWO, columns=yaml).columns[1]
    assert (found.default, found.not_null) == ("'y'", True)


@pytest.mark.parametrize(
    ("data_type", "value", "clause"),
    [
        ("int", 0, "'0'"),
        ("int", "-5", "'-5'"),
        ("boolean", True, "'true'"),
        ("decimal(10,2)", 1.5, "'1.5'"),
        ("string", "it's", "'it''s'"),
        ("string", "a\\b", "'a\\\\b'"),
        ("string", "", "''"),
        ("string", "current_timestamp", "'current_timestamp'"),
        ("datetime", "current_timestamp", "current_timestamp"),
        ("datetime", "CURRENT_TIMESTAMP()", "current_timestamp"),
        ("datetime", "now()", "current_timestamp"),
        ("datetime", "current_timestamp(6)", "current_timestamp(6)"),
        ("datetime", "2024-01-01", "'2024-01-01'"),
        ("string", "uuid()", "(uuid())"),
        ("varchar(36)", "(uuid())", "(uuid())"),
        ("largeint", "uuid_numeric()", "(uuid_numeric())"),
        ("array<int>", "[1, 2]", "[1, 2]"),
        ("json", '{"a": 1}', "'{\"a\": 1}'"),
    ],
)
def test_defaults_are_written_as_all_servers_take_them(data_type, value, clause):
    assert column({"data_type": data_type, "default": value}).default == clause


@pytest.mark.parametrize(
    ("data_type", "value", "version"),
    [("datetime", "current_timestamp(3)", "3.3.9"), ("array<int>", "[]", "3.5.7"), ("json", "{}", "3.5.7")],
)
def test_defaults_that_came_later(data_type, value, version):
    options = {"column_options": {"name": {"data_type": data_type, "default": value}}}
    assert "or newer" in refusal(options, types=TWO, version=version)


def test_a_datetime_has_six_digits():
    options = {"column_options": {"name": {"data_type": "datetime", "default": "current_timestamp(7)"}}}
    assert "six digits at most" in refusal(options, types=TWO)


@pytest.mark.parametrize(
    ("data_type", "aggregate", "made"),
    [("decimal(10,2)", "sum", "decimal(38,2)"), ("decimal(10,2)", "max", "decimal(10,2)"), ("int", "sum", "int")],
)
def test_sums_of_decimals_are_as_wide_as_the_server_makes_them(data_type, aggregate, made):
    assert column({"aggregate": aggregate}, "n", types={"id": "int", "n": data_type}).data_type == made


def test_auto_increment_of_a_column_of_the_query():
    found = column({"auto_increment": True}, "id")
    assert (found.auto_increment, found.not_null, found.filled) == (True, True, True)


def test_auto_increment_of_a_column_that_only_the_table_has():
    found = design({"column_options": {"no": {"auto_increment": True}}, "keys": ["no"]}, types=TWO)
    assert names(found) == ["no", "id", "name"]
    assert [c.name for c in found.fill_columns] == ["id", "name"]


@pytest.mark.parametrize(
    ("name", "options", "rule"),
    [
        ("name", {"auto_increment": True}, "the column is string, and AUTO_INCREMENT must be BIGINT"),
        ("id", {"auto_increment": True, "default": 1}, "takes no default and no expression"),
        ("id", {"auto_increment": True, "nullable": True}, "an AUTO_INCREMENT column is NOT NULL"),
        ("id", {"generated": "1", "default": 1}, "a generated column takes no `default`"),
        ("id", {"generated": "1", "nullable": False}, "a generated column takes no NOT NULL"),
        ("id", {"aggregate": "avg"}, "that is no aggregate. Expected one of: sum, min, max, replace"),
        ("id", {"autoincrement": True}, "that is no setting of it. Expected one of: data_type, nullable, default"),
        ("missing", {"default": 1}, "the query has no such column. Its columns are: id, name."),
        ("twice", {"generated": "id * 2"}, "a generated column needs its type. Add `data_type`."),
        ("id", {"data_type": "decimal(50,2)"}, "a precision above 38 needs StarRocks 4.0.0 or newer"),
    ],
)
def test_impossible_options_are_refused(name, options, rule):
    assert rule in refusal({"column_options": {name: options}}, types=TWO, version="3.5.7")


def test_generated_columns_stand_last_and_are_not_filled():
    options = {"twice": {"data_type": "bigint", "generated": "(id * 2)"}, "name": {"generated": "concat(id, 'x')"}}
    found = design({"column_options": options, "keys": ["id"]}, types={"name": "string", "id": "bigint", "z": "int"})
    assert names(found) == ["id", "z", "name", "twice"]
    assert [c.generated for c in found.columns] == ["", "", "concat(id, 'x')", "id * 2"]
    assert [c.name for c in found.fill_columns] == ["id", "z"]


def test_parentheses_of_an_expression_stay_where_they_are_not_around_it():
    assert column({"generated": "(id) + (id)", "data_type": "bigint"}, "id", types=TWO | {"k": "int"}).generated == (
        "(id) + (id)"
    )


def test_comments_come_with_persist_docs():
    yaml = {"id": {"name": "id", "description": "the key"}}
    assert design(types=TWO, columns=yaml).columns[0].comment == ""
    assert design({"persist_docs": {"columns": True}}, types=TWO, columns=yaml).columns[0].comment == "the key"


# --- contracts


def test_a_contract_gives_order_and_types():
    found = contracted({"name": "text", "id": "int8"}, types=TWO)
    assert [(c.name, c.data_type) for c in found.columns] == [("name", "string"), ("id", "bigint")]


def test_a_contracts_length_is_kept():
    assert contracted({"id": "int", "name": "varchar(20)"}, types=TWO).columns[1].data_type == "varchar(20)"


def test_a_contract_may_declare_what_the_table_makes():
    columns = {
        "id": "bigint",
        "no": {"data_type": "bigint", "constraints": [{"type": "custom", "expression": "auto_increment"}]},
        "twice": {"data_type": "bigint", "constraints": [{"type": "custom", "expression": "as (id * 2)"}]},
    }
    found = contracted(columns, types={"id": "bigint"})
    assert [c.name for c in found.fill_columns] == ["id"]
    assert (found.columns[1].auto_increment, found.columns[2].generated) == (True, "id * 2")


def test_a_contracts_type_without_counterpart_is_refused():
    with pytest.raises(CompilationError, match="Column `id` of the contract has the type 'timestamptz'"):
        contracted({"id": "timestamptz"}, types={"id": "int"})
