"""What dbt asks of a column's type, for every type a model may have."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.column_types.test_column_types import BasePostgresColumnTypes

WHOLE = ["integer", "number", "not float", "not numeric", "not string"]
TEXT = ["string", "not number"]
OTHER = ["not string", "not number"]

COLUMNS = {
    "tinyint_col": ("cast(1 as tinyint)", WHOLE),
    "smallint_col": ("cast(1 as smallint)", WHOLE),
    "int_col": ("cast(2 as int)", WHOLE),
    "bigint_col": ("cast(3 as bigint)", WHOLE),
    "largeint_col": ("cast(3 as largeint)", WHOLE),
    "float_col": ("cast(4.0 as float)", ["float", "number", "not integer"]),
    "double_col": ("cast(5.0 as double)", ["float", "number", "not integer"]),
    "decimal_col": ("cast(6.0 as decimal(10, 2))", ["numeric", "number", "not integer"]),
    "string_col": ("cast('7' as string)", TEXT),
    "varchar_col": ("cast('8' as varchar(20))", TEXT),
    "char_col": ("cast('9' as char(3))", TEXT),
    "boolean_col": ("true", OTHER),
    "date_col": ("cast('2024-01-02' as date)", OTHER),
    "datetime_col": ("cast('2024-01-02' as datetime)", OTHER),
    "json_col": ("parse_json('{}')", OTHER),
    "array_col": ("array<varchar(5)>['a']", OTHER),
    "map_col": ("map{'a': 1}", OTHER),
    "struct_col": ("named_struct('a', 1)", OTHER),
}


class TestViewColumnTypes(BasePostgresColumnTypes):
    materialized = "view"

    @pytest.fixture(scope="class")
    def models(self):
        listed = ",\n".join(f"{expression} as {name}" for name, (expression, _) in COLUMNS.items())
        checks = {name: checks for name, (_, checks) in COLUMNS.items()}
        test = {"is_type": {"arguments": {"column_map": checks}}}
        return {
            "model.sql": f"{{{{ config(materialized='{self.materialized}') }}}} select {listed}",
            "schema.yml": {"models": [{"name": "model", "data_tests": [test]}]},
        }


class TestTableColumnTypes(TestViewColumnTypes):
    materialized = "table"
