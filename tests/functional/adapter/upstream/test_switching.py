"""A project written for the adapter that StarRocks published before: profile keys, configs and examples of its README
run as they stand. People switch by `pip install`."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

CUSTOMERS = """
{{ config(materialized='table') }}
select cast(1 as int) as id, cast(1 as int) as customer_id, 'Ada' as first_name, 'Lovelace' as last_name,
       cast('2024-03-05' as date) as first_order, 'x' as idx_column
"""
REPORTS = """
{{ config(materialized='view', on_view_exists='replace', event_time='report_day') }}
select cast(7 as int) as id, cast('2025-01-01' as date) as report_day, cast('2025-01-01' as date) as my_partition_key
union all
select 8, cast('2025-01-02' as date), cast('2025-01-02' as date)
"""
EXAMPLES = {
    "table_engine": "materialized='table', engine='OLAP', buckets=32, distributed_by=['id']",
    "table_indexed": "materialized='table', indexs=[{ 'columns': 'idx_column' }]",
    "table_by_expression": (
        "materialized='table', partition_by=['date_trunc(\"day\", first_order)'], partition_type='Expr'"
    ),
    "table_primary": (
        "materialized='table', table_type='PRIMARY', keys=['customer_id'], order_by=['first_name', 'last_name']"
    ),
    "incremental_primary": (
        "materialized='incremental', unique_key='id', table_type='PRIMARY', engine='OLAP', buckets=32, "
        "distributed_by=['id']"
    ),
    "incremental_default": "materialized='incremental', incremental_strategy='default'",
    "mv_plain": "materialized='materialized_view'",
    "mv_properties": 'materialized=\'materialized_view\', properties={"storage_medium":"SSD"}',
    "mv_scheduled": (
        "materialized='materialized_view', refresh_method=\"ASYNC START('2022-09-01 10:00:00') EVERY (interval 1 day)\""
    ),
    "table_appended": "materialized='table', on_table_exists='append'",
}
BY_PARTITION = "materialized='incremental', partition_by=['my_partition_key'], partition_type='Expr'"
BATCHES = "incremental_strategy='microbatch', event_time='report_day', begin='2025-01-01', lookback=1, batch_size='day'"
OVERWRITING = {
    "insert_overwrite": f"{BY_PARTITION}, incremental_strategy='insert_overwrite'",
    "microbatch": f"{BY_PARTITION}, {BATCHES}",
    # by another column than that of the event: written without it, or more than the batch would be replaced
    "microbatch_dynamic": f"{BY_PARTITION}, {BATCHES}, microbatch_use_dynamic_overwrite=true",
}
SINCE_3_4 = {
    "dynamic_overwrite": f"{BY_PARTITION}, incremental_strategy='dynamic_overwrite'",
    "microbatch_dynamic_by_event": (
        "materialized='incremental', partition_by=['report_day'], partition_type='Expr', "
        f"{BATCHES}, microbatch_use_dynamic_overwrite=true"
    ),
}
COMPLETE = """
models:
  - name: complete
    config:
      materialized: table
      engine: 'OLAP'
      keys: ['id', 'name', 'some_date']
      table_type: 'PRIMARY'
      distributed_by: ['id']
      buckets: 3
      indexs: [{ 'columns': 'idx_column' }]
      partition_by: ['some_date']
      partition_by_init: ["PARTITION p1 VALUES [('1971-01-01 00:00:00'), ('1991-01-01 00:00:00')),\
        PARTITION p1972 VALUES [('1991-01-01 00:00:00'), ('1999-01-01 00:00:00'))"]
      order_by: ['some_column']
      partition_type: 'RANGE'
      properties: {"replication_num":"1", "in_memory": "true"}
      refresh_method: 'async'
      on_view_exists: 'replace'
      incremental_strategy: 'dynamic_overwrite'
      event_time: 'some_date'
      begin: '2025-01-01'
      lookback: 1
      batch_size: 'day'
      microbatch_use_dynamic_overwrite: true
"""
COMPLETE_SQL = """
select cast(1 as int) as some_column, 'x' as idx_column, cast(1 as int) as id, 'Ada' as name,
       cast('1975-05-05 00:00:00' as datetime) as some_date
"""


def reading(config: str, source: str) -> str:
    return "{{ config(" + config + ") }}\nselect * from {{ ref('" + source + "') }}"


class Switching:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server, server_version):
        given = server.connect_args
        return {
            "type": "starrocks",
            "host": given["host"],
            "port": given["port"],
            "catalog": "default_catalog",
            "username": given["user"],
            "password": given["password"],
            "version": str(server_version),
            "use_pure": True,
            "is_async": self.is_async,
            "async_query_timeout": 300,
            "poll_interval": 0.1,
            "poll_max_delay": 1,
            "poll_factor": 1.5,
            "threads": 4,
        }

    is_async = False


class TestExamples(Switching):
    @pytest.fixture(scope="class")
    def models(self, server_version):
        overwriting = OVERWRITING | (SINCE_3_4 if server_version.at_least("3.4") else {})
        return {
            "customers.sql": CUSTOMERS,
            "reports.sql": REPORTS,
            "complete.sql": COMPLETE_SQL,
            "schema.yml": COMPLETE,
            **{f"{name}.sql": reading(config, "customers") for name, config in EXAMPLES.items()},
            **{f"{name}.sql": reading(config, "reports") for name, config in overwriting.items()},
        }

    @pytest.fixture(scope="class")
    def built(self, project):
        for _ in range(2):
            run_dbt(["run", "--event-time-start", "2025-01-01", "--event-time-end", "2025-01-03"])
        return project

    @pytest.mark.parametrize("name", sorted({*EXAMPLES, *OVERWRITING, "complete"}))
    def test_each_has_its_rows(self, built, name):
        ids = [row[0] for row in built.run_sql(f"select id from {{schema}}.{name} order by id", fetch="all")]
        assert ids == {"table_appended": [1, 1], "incremental_default": [1, 1]}.get(
            name, [7, 8] if name in OVERWRITING else [1]
        )

    @pytest.mark.only_since("3.4", reason="dynamic overwrite")
    @pytest.mark.parametrize("name", sorted(SINCE_3_4))
    def test_each_dynamic_one_has_its_rows(self, built, name):
        assert [row[0] for row in built.run_sql(f"select id from {{schema}}.{name} order by id", fetch="all")] == [7, 8]

    def test_the_complete_configuration_is_the_tables(self, built):
        shown = built.run_sql("show create table {schema}.complete", fetch="one")[1]
        for part in (
            "PRIMARY KEY(`id`, `name`, `some_date`)",
            "PARTITION BY RANGE(`some_date`)",
            "PARTITION p1972 VALUES",
            "DISTRIBUTED BY HASH(`id`) BUCKETS 3",
            "ORDER BY(`some_column`)",
            "INDEX idx_idx_column (`idx_column`) USING BITMAP",
        ):
            assert part in shown


class TestTasks(Switching):
    """`is_async: true`: loads run as tasks of the server."""

    is_async = True

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "customers.sql": CUSTOMERS,
            "table_engine.sql": reading(EXAMPLES["table_engine"], "customers"),
            "incremental_primary.sql": reading(EXAMPLES["incremental_primary"], "customers"),
        }

    def test_it_runs_twice(self, project):
        for _ in range(2):
            run_dbt(["run"])
        assert project.run_sql("select id from {schema}.table_engine", fetch="one") == (1,)
        assert project.run_sql("select id from {schema}.incremental_primary", fetch="one") == (1,)


class TestNotices(Switching):
    """Each old spelling is told once a run, however many models have it."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "customers.sql": CUSTOMERS,
            "one.sql": reading(EXAMPLES["table_engine"], "customers"),
            "two.sql": reading(EXAMPLES["table_engine"], "customers"),
            "shown.sql": reading("materialized='materialized_view', indexs=[]", "customers"),
        }

    def test_once(self, project):
        _, log = run_dbt_and_capture(["run"])
        assert log.count("`engine` is not needed any more") == 1
        assert log.count("`indexs` is spelled `indexes` now") == 1
