"""Source freshness by column, by query and by metadata, in UTC and in a session that lives elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dbt.artifacts.schemas.results import FreshnessStatus
from dbt.tests.util import run_dbt

SOURCES = """
sources:
  - name: landed
    schema: "{{ target.schema }}"
    config:
      freshness: {warn_after: {count: 6, period: hour}}
    tables:
      - name: by_column
        config: {loaded_at_field: loaded_at}
      - name: by_filtered_column
        identifier: by_column
        config:
          loaded_at_field: loaded_at
          freshness: {warn_after: {count: 6, period: hour}, filter: id = 2}
      - name: by_query
        identifier: by_column
        config: {loaded_at_query: "select min(loaded_at) from {{ this }}"}
      - name: by_metadata
        identifier: by_column
      - name: other
      - name: Other
"""
STALE = "'2020-01-01 00:00:00'"


class Freshness:
    zone = "UTC"

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "time_zone": self.zone}

    @pytest.fixture(scope="class")
    def models(self):
        return {"sources.yml": SOURCES}

    @pytest.fixture(scope="class", autouse=True)
    def landed(self, project):
        project.run_sql("create table {schema}.by_column (id int, loaded_at datetime)")
        project.run_sql(f"insert into {{schema}}.by_column values (1, now()), (2, {STALE})")
        for name in ("other", "Other"):
            project.run_sql(f"create table {{schema}}.`{name}` (id int)")

    def test_ages(self, project, statements):
        with statements.during() as sent:
            results = run_dbt(["source", "freshness"])
        found = {result.node.name: result for result in results}
        for name in ("by_column", "by_metadata", "other", "Other"):
            assert found[name].status == FreshnessStatus.Pass
            assert timedelta(seconds=-2) < timedelta(seconds=found[name].age) < timedelta(minutes=5)
        for name in ("by_filtered_column", "by_query"):
            assert found[name].status == FreshnessStatus.Warn
        # two tables whose names differ by case only need a query each
        assert len(sent.containing("update_time")) == 2


class TestUtc(Freshness):
    pass


class TestElsewhere(Freshness):
    zone = "Asia/Shanghai"

    def test_times_are_told_in_utc(self, project):
        results = {result.node.name: result for result in run_dbt(["source", "freshness"])}
        stale = results["by_query"].max_loaded_at
        assert stale.isoformat() == "2019-12-31T16:00:00+00:00"


class TestViews:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "sources.yml": """
sources:
  - name: landed
    schema: "{{ target.schema }}"
    config:
      freshness: {warn_after: {count: 6, period: hour}}
    tables:
      - name: a_view
""",
        }

    def test_a_view_has_no_time_of_last_change(self, project):
        project.run_sql("create view {schema}.a_view as select 1 as id")
        (result,) = run_dbt(["source", "freshness"], expect_pass=False)
        assert result.status == FreshnessStatus.RuntimeErr
        assert "Give the source a `loaded_at_field`" in result.message
