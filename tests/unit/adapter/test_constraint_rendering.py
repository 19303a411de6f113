"""Constraints as dbt's own macros would write them."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks import StarRocksAdapter


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        ({"type": "not_null"}, "id int not null"),
        ({"type": "custom", "expression": "default '1'"}, "id int default '1'"),
        ({"type": "primary_key"}, "id int"),
        ({"type": "unique", "warn_unenforced": False}, "id int"),
        ({"type": "check", "expression": "id > 0", "warn_unsupported": False}, "id int"),
    ],
)
def test_a_column_line_says_what_the_server_takes(constraint, text):
    columns = {"id": {"name": "id", "data_type": "int", "constraints": [constraint]}}
    assert StarRocksAdapter.render_raw_columns_constraints(columns) == [text]


def test_the_table_has_no_constraints_of_its_own():
    assert StarRocksAdapter.render_raw_model_constraints([{"type": "primary_key", "columns": ["id"]}]) == []
