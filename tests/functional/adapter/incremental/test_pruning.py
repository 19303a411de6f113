"""delete+insert on a partitioned table: predicates on the partition column spare the other partitions."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt

FIRST = """
select 1 as id, 'old' as name, cast('2024-01-01' as date) as day
union all select 2, 'old', cast('2024-01-02' as date)
union all select 3, 'old', cast('2024-01-03' as date)
"""
# 2 moves to another day, 9 comes to a partition that is not there, 1 is out of the predicates' reach
SECOND = """
select 2 as id, 'new' as name, cast('2024-01-03' as date) as day
union all select 9, 'new', cast('2024-01-05' as date)
union all select 1, 'new', cast('2024-01-02' as date)
"""
MODEL = """
{{{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert', keys=['id'],
    incremental_predicates=["day >= '2024-01-02'"], partition_by={partition_by}) }}}}
{{% if is_incremental() %}} {second} {{% else %}} {first} {{% endif %}}
"""
KINDS = {
    "by_itself": "[\"date_trunc('day', day)\"]",
    "by_name": (
        "{'type': 'range', 'columns': ['day'], 'batches': "
        "[{'start': '2024-01-01', 'end': '2024-01-04', 'every': '1 day'}]}"
    ),
}


def versions(project, name):
    rows = project.run_sql(f"show partitions from {{schema}}.{name}", fetch="all")
    return {row[1]: row[0] for row in rows}


class TestPruning:
    @pytest.fixture(scope="class")
    def models(self):
        return {f"{n}.sql": MODEL.format(partition_by=by, first=FIRST, second=SECOND) for n, by in KINDS.items()}

    def test_other_partitions_are_left_alone(self, project, statements, server_version):
        run_dbt(["run"])
        before = {name: versions(project, name) for name in KINDS}
        with statements.during() as sent:
            run_dbt(["run"])
        for name in KINDS:
            found = project.run_sql(f"select id, name, cast(day as string) from {{schema}}.{name}", fetch="all")
            assert sorted(found) == [
                (1, "new", "2024-01-02"),
                (1, "old", "2024-01-01"),
                (2, "new", "2024-01-03"),
                (3, "old", "2024-01-03"),
                (9, "new", "2024-01-05"),
            ], name
            after = versions(project, name)
            assert set(after) == {"p20240101", "p20240102", "p20240103", "p20240105"}
            if name == "by_name" or server_version.at_least("3.4"):
                # an overwritten partition has another id
                assert after["p20240101"] == before[name]["p20240101"], name
                assert len(sent.containing(f'.{name}"')) <= 6
