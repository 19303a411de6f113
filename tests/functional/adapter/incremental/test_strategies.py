"""Every strategy on every kind of table: the rows after the second run, and how many statements brought them there."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt

from tests.functional.statements import Statements

FIRST = """
select 1 as id, 'one' as name, 'eu' as region, cast('2024-01-01' as date) as day, cast(1.25 as decimal(12, 2)) as price
union all select 2, 'two', 'eu', cast('2024-01-02' as date), cast(2.50 as decimal(12, 2))
union all select 3, 'three', 'us', cast('2024-01-03' as date), cast(3.75 as decimal(12, 2))
"""
# the price comes as a double, which would turn stored decimals into doubles
SECOND = """
select 2 as id, 'TWO' as name, 'eu' as region, cast('2024-01-02' as date) as day, cast(20 as double) as price
union all select 4, 'four', 'as', cast('2024-01-04' as date), cast(40 as double)
"""
MODEL = """
{{ config(materialized='incremental', %s) }}
{%% if is_incremental() %%} %s {%% else %%} %s {%% endif %%}
"""

ALL_OLD = [(1, "one"), (2, "two"), (3, "three")]
MERGED = [(1, "one"), (2, "TWO"), (3, "three"), (4, "four")]
APPENDED = [(1, "one"), (2, "TWO"), (2, "two"), (3, "three"), (4, "four")]

RANGES = (
    "{'type': 'range', 'columns': ['day'], 'partitions': ["
    "{'name': 'p20240101', 'from': '2024-01-01', 'to': '2024-01-02'},"
    "{'name': 'p20240102', 'from': '2024-01-02', 'to': '2024-01-03'},"
    "{'name': 'p20240103', 'from': '2024-01-03', 'to': '2024-01-04'}]}"
)
LISTS = "{'type': 'list', 'columns': ['region'], 'partitions': {'pe': ['eu'], 'pu': ['us', 'ca']}}"

# model: (config, rows after the second run, statements of the second run)
CASES = {
    "append": ("", APPENDED, 1),
    "append_named": ("unique_key='id', table_type='DUPLICATE', incremental_strategy='append'", APPENDED, 1),
    "merge_default": ("unique_key='id'", MERGED, 1),
    "merge_unique_table": ("unique_key='id', table_type='UNIQUE', distributed_by=['id']", MERGED, 1),
    "merge_updates": (
        "unique_key='id', incremental_strategy='merge', merge_update_columns=['price']",
        [(1, "one"), (2, "two"), (3, "three"), (4, "four")],
        2,
    ),
    "merge_excludes": (
        "unique_key='id', incremental_strategy='merge', merge_exclude_columns=['name']",
        [(1, "one"), (2, "two"), (3, "three"), (4, "four")],
        2,
    ),
    "merge_protects": (
        "unique_key='id', incremental_predicates=[\"name != 'two'\"]",
        [(1, "one"), (2, "two"), (3, "three"), (4, "four")],
        2,
    ),
    "merge_compares": (
        "unique_key='id', incremental_predicates=['DBT_INTERNAL_DEST.price < DBT_INTERNAL_SOURCE.price']",
        MERGED,
        2,
    ),
    "merge_distinct": ("unique_key='id', merge_duplicates='fail', incremental_strategy='merge'", MERGED, 1),
    "replace_duplicate": ("unique_key='id', incremental_strategy='delete+insert'", MERGED, 2),
    "replace_explicit": ("unique_key='id', table_type='DUPLICATE', keys=['id']", MERGED, 2),
    "replace_several": ("unique_key=['id', 'region'], incremental_strategy='delete+insert'", MERGED, 2),
    "replace_expression": (
        "unique_key=\"concat(region, cast(id as string))\", incremental_strategy='delete+insert'",
        MERGED,
        2,
    ),
    "replace_protects": (
        "unique_key='id', incremental_strategy='delete+insert', predicates=\"name != 'two'\"",
        APPENDED,
        2,
    ),
    "replace_primary": ("unique_key='id', table_type='PRIMARY', incremental_strategy='delete+insert'", MERGED, 1),
    "replace_part_of_key": (
        "unique_key='region', keys=['id', 'region'], table_type='PRIMARY', incremental_strategy='delete+insert'",
        [(2, "TWO"), (3, "three"), (4, "four")],
        2,
    ),
    "replace_in_two": (
        "unique_key='region', keys=['id', 'region'], table_type='PRIMARY', incremental_strategy='delete+insert', "
        "delete_insert_atomic=false",
        [(2, "TWO"), (3, "three"), (4, "four")],
        2,
    ),
    "overwrite_by_expression": (
        "incremental_strategy='insert_overwrite', partition_by=[\"date_trunc('day', day)\"]",
        MERGED,
        2,
    ),
    "overwrite_by_column": (
        "incremental_strategy='insert_overwrite', partition_by=['region']",
        [(2, "TWO"), (3, "three"), (4, "four")],
        2,
    ),
    "overwrite_protects": (
        "incremental_strategy='insert_overwrite', partition_by=['region'], incremental_predicates=['id > 1']",
        MERGED,
        3,
    ),
    "overwrite_ranges": (f"incremental_strategy='insert_overwrite', partition_by={RANGES}", MERGED, 4),
    "overwrite_lists": (
        f"incremental_strategy='insert_overwrite', partition_by={LISTS}",
        [(2, "TWO"), (3, "three"), (4, "four")],
        4,
    ),
    "overwrite_ranges_protects": (
        f"incremental_strategy='insert_overwrite', partition_by={RANGES}, predicates=['id != 2']",
        APPENDED,
        5,
    ),
}
BEFORE_DYNAMIC = {"overwrite_by_expression": 3, "overwrite_by_column": 3}


def project_files(cases):
    return {f"{name}.sql": MODEL % (config, SECOND, FIRST) for name, (config, *_) in cases.items()}


def rows(project, name, columns="id, name"):
    return sorted(project.run_sql(f"select {columns} from {{schema}}.{name}", fetch="all"))


class TestStrategies:
    @pytest.fixture(scope="class")
    def models(self):
        return project_files(CASES)

    @pytest.fixture(scope="class")
    def second_run(self, project, server, statement_log):
        run_dbt(["run"])
        assert {name: rows(project, name) for name in CASES} == dict.fromkeys(CASES, sorted(ALL_OLD))
        with Statements(statement_log).during() as sent:
            run_dbt(["run"])
        return sent

    def test_rows(self, project, second_run):
        found = {name: rows(project, name) for name in CASES}
        assert found == {name: sorted(expected) for name, (_, expected, _) in CASES.items()}

    def test_stored_values_stay_exact(self, project, second_run):
        for name in CASES:
            assert str(rows(project, name, "price")[0][0]) in ("1.25", "2.50", "3.75"), name

    def test_statements(self, second_run, server_version):
        counts = {name: len(second_run.containing(f'.{name}"')) for name in CASES}
        allowed = {name: count for name, (_, _, count) in CASES.items()}
        if not server_version.at_least("3.4"):
            allowed |= BEFORE_DYNAMIC
        assert {n: c for n, c in counts.items() if c > allowed[n]} == {}

    def test_nothing_is_left_beside(self, project, second_run):
        tables = [name for (name,) in project.run_sql("show tables from {schema}", fetch="all")]
        assert sorted(tables) == sorted(CASES)
