"""A table on the server against what its design wants of partitions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dbt.adapters.starrocks.metadata import StoredPartitions
from tests.unit.adapter.table_config.designs import described, design
from tests.unit.adapter.table_config.test_design import TYPES, existing

DAYS = "[types: [DATE]; keys: [2024-03-05]; ..types: [DATE]; keys: [2024-03-06]; )"
MONTHS = "[types: [DATE]; keys: [2024-03-01]; ..types: [DATE]; keys: [2024-04-01]; )"
HALF_HOURS = "[types: [DATETIME]; keys: [2024-03-05 10:00:00]; ..types: [DATETIME]; keys: [2024-03-05 10:30:00]; )"
LISTED = '[["de"]]'


def differs(partition_by, value, count=1, first="", last="", columns=("day",), properties=None, hidden=()):
    table = existing(
        partition_columns=columns,
        partitions=StoredPartitions(count, first, last, value),
        properties=properties or {},
    )
    for name, expression in hidden:
        table = replace(table, columns=(*table.columns, _hidden(name, expression)))
    return bool(design({"partition_by": partition_by, "keys": ["id", "name"]}, types=TYPES).differences(table))


def _hidden(name, expression):
    column = described({name: "date"})[0]
    column.generated = expression
    return column


@pytest.mark.parametrize(
    ("expression", "stored", "other"),
    [
        ("date_trunc('day', day)", DAYS, MONTHS),
        ('DATE_TRUNC("month", day)', MONTHS, DAYS),
        ("time_slice(day, interval 30 minute)", HALF_HOURS, DAYS),
        ("time_slice(day, interval 1 month)", MONTHS, DAYS),
    ],
)
def test_a_step_is_seen_in_the_bounds(expression, stored, other):
    assert not differs(expression, stored)
    assert differs(expression, other)
    assert differs(expression, LISTED)


def test_without_a_partition_nothing_tells_the_step():
    assert differs("date_trunc('day', day)", "", count=0)


def test_columns_are_lists():
    assert not differs("day", LISTED)
    assert differs("day", DAYS)


def test_dynamic_partitions_are_not_automatic():
    assert differs("date_trunc('day', day)", DAYS, properties={"dynamic_partition.enable": "true"})


def test_hidden_expressions_are_compared_as_texts():
    hidden = [("__generated_partition_column_0", "date_trunc('week', `day`)")]
    columns = ("__generated_partition_column_0",)
    assert not differs('date_trunc("week",  day)', LISTED, columns=columns, hidden=hidden)
    assert differs("date_trunc('quarter', day)", LISTED, columns=columns, hidden=hidden)


RANGES = [{"name": "p1", "less_than": "2024-01-01"}, {"name": "p2", "less_than": "2025-01-01"}]


def test_named_partitions():
    wanted = {"columns": "day", "partitions": RANGES}
    assert not differs(wanted, DAYS, 2, "p1", "p2")
    assert differs(wanted, DAYS, 1, "p1", "p1")
    assert differs(wanted, DAYS, 2, "p1", "p3")
    assert differs(wanted, LISTED, 2, "p1", "p2")


def test_partitions_as_sql():
    wanted = {
        "columns": "day",
        "partitions": ["PARTITION p1 VALUES LESS THAN ('a'), partition `p2` values less than ('b')"],
    }
    assert not differs(wanted, DAYS, 2, "p1", "p2")
    assert differs(wanted, DAYS, 3, "p1", "p3")


@pytest.mark.parametrize(
    ("batch", "count"),
    [
        ({"start": "2024-01-01", "end": "2024-02-01", "every": "1 day"}, 31),
        ({"start": "2024-01-01", "end": "2025-01-01", "every": "3 months"}, 4),
        ({"start": "2024-01-01", "end": "2024-01-10", "every": "1 week"}, 2),
        ({"start": "1", "end": "10", "every": 3}, 3),
    ],
)
def test_steps_are_counted(batch, count):
    wanted = {"columns": "day", **batch}
    assert not differs(wanted, DAYS, count)
    assert differs(wanted, DAYS, count + 1)


def test_bounds_in_a_form_of_their_own_are_not_compared():
    assert not differs({"columns": "day", "start": "soon", "end": "later", "every": "1 day"}, DAYS, 5)
