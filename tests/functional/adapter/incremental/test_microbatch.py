"""Batches against partitions: each run replaces its window exactly, whatever the partitions span."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt

from tests.functional.statements import Statements

EVENTS = """
{{ config(materialized='table', event_time='at', keys=['id']) }}
select 1 as id, cast('2024-01-01 10:00:00' as datetime) as at, cast('2024-01-01' as date) as day, 'eu' as region
union all select 2, cast('2024-01-02 10:00:00' as datetime), cast('2024-01-02' as date), 'us'
union all select 3, cast('2024-01-03 10:00:00' as datetime), cast('2024-01-03' as date), 'eu'
union all select 4, cast('2024-02-01 10:00:00' as datetime), cast('2024-02-01' as date), 'eu'
"""
MODEL = """
{{{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='{time}', begin='2024-01-01',
    lookback=0, batch_size='{size}', {more}) }}}}
select * from {{{{ ref('events') }}}}
"""
DAYS = (
    "partition_by={'type': 'range', 'columns': ['day'], 'batches': "
    "[{'start': '2024-01-01', 'end': '2024-01-04', 'every': '1 day'}]}"
)
# model: (batch size, event time, config, statements of one batch once the run knows the table)
CASES = {
    "plain": ("day", "at", "", 2),
    "by_day": ("day", "at", "partition_by=[\"date_trunc('day', at)\"]", 1),
    "by_month": ("day", "at", "partition_by=[\"date_trunc('month', at)\"]", 2),
    "by_region": ("day", "at", "partition_by=['region']", 2),
    "by_date": ("day", "day", "partition_by=['day']", 1),
    "by_ranges": ("day", "day", DAYS, 3),
    "month_of_days": ("month", "at", "partition_by=[\"date_trunc('day', at)\"]", 4),
    "month_of_dates": ("month", "day", "partition_by=['day']", 2),
    "keyed": ("day", "at", "table_type='PRIMARY', keys=['id']", 2),
    "keyed_by_day": (
        "day",
        "at",
        "table_type='PRIMARY', keys=['id', 'at'], partition_by=[\"date_trunc('day', at)\"]",
        1,
    ),
    "in_two": ("day", "at", "delete_insert_atomic=false", 2),
    "protected": ("day", "at", "incremental_predicates=['id != 20'], partition_by=[\"date_trunc('day', at)\"]", 2),
}


CREATED = {"plain": "", "by_day": " partition by date_trunc('day', at)"}


def ids(project, name):
    return sorted(row[0] for row in project.run_sql(f"select id from {{schema}}.{name}", fetch="all"))


def each(*expected):
    return {name: list(expected) for name in CASES}


def window(start, end):
    return ["run", "--select", "config.materialized:incremental", "--event-time-start", start, "--event-time-end", end]


class TestBatches:
    @pytest.fixture(scope="class")
    def models(self):
        files = {f"{name}.sql": MODEL.format(size=s, time=t, more=m) for name, (s, t, m, _) in CASES.items()}
        return {"events.sql": EVENTS, **files}

    @pytest.fixture(scope="class")
    def built(self, project):
        run_dbt(["run", "--event-time-start", "2024-01-01", "--event-time-end", "2024-01-04"])
        return {name: ids(project, name) for name in CASES}

    def test_first_run(self, built):
        assert built == each(1, 2, 3)

    def test_a_batch_replaces_its_window_alone(self, project, built, statement_log):
        project.run_sql("delete from {schema}.events where id = 2")
        project.run_sql(
            "insert into {schema}.events (id, at, day, region) values "
            "(20, '2024-01-02 12:00:00', '2024-01-02', 'eu'), (21, '2024-01-02 13:00:00', '2024-01-02', 'as')"
        )
        with Statements(statement_log).during() as sent:
            run_dbt(window("2024-01-02", "2024-01-03"))
        assert {name: ids(project, name) for name in CASES} == each(1, 3, 20, 21)
        counts = {name: len(sent.containing(f'.{name}"')) for name in CASES}
        first_of_run = {name for name, (_, _, more, _) in CASES.items() if "date_trunc" in more or "['" in more}
        allowed = {name: count + (name in first_of_run) for name, (*_, count) in CASES.items()}
        assert {n: c for n, c in counts.items() if c > allowed[n]} == {}

    def test_an_empty_batch_empties_its_window(self, project, built):
        project.run_sql("truncate table {schema}.events")
        project.run_sql(
            "insert into {schema}.events (id, at, day, region) values "
            "(1, '2024-01-01 10:00:00', '2024-01-01', 'eu'), (3, '2024-01-03 10:00:00', '2024-01-03', 'eu')"
        )
        run_dbt(window("2024-01-02", "2024-01-03"))
        # what predicates protect is no part of the window
        assert {name: ids(project, name) for name in CASES} == {**each(1, 3), "protected": [1, 3, 20]}

    def test_new_windows_are_added(self, project, built):
        project.run_sql(
            "insert into {schema}.events (id, at, day, region) values "
            "(5, '2024-01-05 10:00:00', '2024-01-05', 'eu'), (6, '2024-01-06 10:00:00', '2024-01-06', 'us')"
        )
        run_dbt([*window("2024-01-05", "2024-01-07"), "--threads", "4"])
        expected = {**each(1, 3, 5, 6), "protected": [1, 3, 5, 6, 20]}
        assert {name: ids(project, name) for name in CASES} == expected


class TestRowsOutside:
    """Without `event_time` upstream every batch reads everything: the rows of other batches must not be added again."""

    @pytest.fixture(scope="class")
    def models(self):
        config = {"plain": "", "by_day": "partition_by=[\"date_trunc('day', at)\"]"}
        files = {f"{n}.sql": MODEL.format(size="day", time="at", more=more) for n, more in config.items()}
        return {"events.sql": EVENTS.replace("event_time='at', ", ""), **files}

    def test_stop_the_batch(self, project):
        run_dbt(["run", "--select", "events"])
        for name in ("plain", "by_day"):
            project.run_sql(
                f"create table {{schema}}.{name} (id int, at datetime, day date, region string) "
                f"duplicate key (id){CREATED[name]}"
            )
            project.run_sql(f"insert into {{schema}}.{name} values (7, '2024-01-02 01:00:00', '2024-01-02', 'eu')")
        results = run_dbt(window("2024-01-02", "2024-01-03"), expect_pass=False)
        assert [str(result.status) for result in results] == ["error", "error"]
        assert (ids(project, "plain"), ids(project, "by_day")) == ([7], [7])


class TestTheirOwnOrder:
    """Batches beside each other, where only one at a time may rewrite the table."""

    @pytest.fixture(scope="class")
    def models(self):
        config = {"plain": "concurrent_batches=true", "by_day": "partition_by=[\"date_trunc('day', at)\"]"}
        files = {f"{n}.sql": MODEL.format(size="day", time="at", more=more) for n, more in config.items()}
        return {"events.sql": EVENTS, **files}

    def test_no_batch_undoes_another(self, project):
        run_dbt(["run", "--threads", "4", "--event-time-start", "2024-01-01", "--event-time-end", "2024-01-02"])
        run_dbt(["run", "--threads", "4", "--event-time-start", "2024-01-01", "--event-time-end", "2024-01-09"])
        assert (ids(project, "plain"), ids(project, "by_day")) == ([1, 2, 3], [1, 2, 3])
