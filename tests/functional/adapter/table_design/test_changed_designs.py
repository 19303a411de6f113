"""A changed config changes the table; an unchanged one keeps it, by id."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, write_file

MODEL = """
{{{{ config(materialized='table', {config}) }}}}
select 1 as id, cast('2024-03-05' as date) as day, cast('2024-03-05 10:20:30' as datetime) as at, 'x' as note
"""

CHANGES = [
    ("day to month", "partition_by=[\"date_trunc('day', day)\"]", "partition_by=[\"date_trunc('month', day)\"]"),
    ("expression to column", "partition_by=[\"date_trunc('day', day)\"]", "partition_by=['day']"),
    (
        "a range that goes on",
        "partition_by={'columns': 'day', 'start': '2024-03-01', 'end': '2024-03-08', 'every': '1 day'}",
        "partition_by={'columns': 'day', 'start': '2024-03-01', 'end': '2024-03-10', 'every': '1 day'}",
    ),
    (
        "another list",
        "partition_by={'columns': 'note', 'partitions': {'p1': ['x', 'y']}}",
        "partition_by={'columns': 'note', 'partitions': {'p1': ['x'], 'p2': ['y']}}",
    ),
    ("no partitions", "partition_by=['day']", "partition_by=none"),
    ("keys", "keys=['id']", "keys=['id', 'day']"),
    ("table type", "keys=['id']", "keys=['id'], table_type='PRIMARY'"),
    ("buckets", "distributed_by=['id'], buckets=2", "distributed_by=['id'], buckets=3"),
    ("order", "keys=['id'], order_by=['day']", "keys=['id'], order_by=['at']"),
    ("property", "properties={'compression': 'lz4'}", "properties={'compression': 'zstd'}"),
    ("an index", "indexes=['note']", "indexes=['note', 'id']"),
    ("nullability", "keys=['id']", "keys=['id'], column_options={'note': {'nullable': false}}"),
]


def table_id(project):
    where = "where table_schema = '{schema}' and table_name = 'shape'"
    return project.run_sql(f"select table_id from information_schema.tables_config {where}", fetch="one")[0]


class TestChangedDesigns:
    @pytest.fixture(scope="class")
    def models(self):
        return {"shape.sql": MODEL.format(config="buckets=1")}

    @pytest.mark.parametrize(("before", "after"), [change[1:] for change in CHANGES], ids=[c[0] for c in CHANGES])
    def test_a_change_is_made_and_kept(self, project, before, after):
        ids = []
        for config in (before, before, after, after):
            write_file(MODEL.format(config=config), project.project_root, "models", "shape.sql")
            run_dbt(["run"])
            ids.append(table_id(project))
            assert project.run_sql("select count(*) from {schema}.shape", fetch="one") == (1,)
        assert ids[0] == ids[1]
        assert ids[1] != ids[2]
        assert ids[2] == ids[3]


class TestHiddenPartitionColumns:
    """Expressions that become hidden columns, from 3.4."""

    @pytest.fixture(scope="class")
    def models(self):
        return {"shape.sql": MODEL.format(config="buckets=1")}

    @pytest.mark.only_since("3.4", reason="one truncation only before")
    def test_they_are_compared(self, project):
        ids = []
        for unit in ("week", "week", "quarter"):
            config = f"partition_by=['note', \"date_trunc('{unit}', day)\"]"
            write_file(MODEL.format(config=config), project.project_root, "models", "shape.sql")
            run_dbt(["run"])
            ids.append(table_id(project))
        assert ids[0] == ids[1]
        assert ids[1] != ids[2]
