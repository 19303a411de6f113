"""Models whose loads run as tasks of the server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

RUNS = "select state, definition from information_schema.task_runs where task_name like 'dbt_{}_%'"


class TestTasks:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "poll_interval": 0.05, "query_timeout": 60, "async_query_timeout": 120}

    @pytest.fixture(scope="class")
    def models(self):
        task = "{{ config(materialized='table', submit_task=true, session_variables={'pipeline_dop': 2}) }}"
        return {
            "good.sql": f"{task} select 1 as id union all select 2",
            "bad.sql": f"{task} select assert_true(id < 2) as fine from {{{{ ref('good') }}}}",
            "plain.sql": "{{ config(materialized='table') }} select 1 as id",
            "seen.sql": "{{ config(materialized='view', submit_task=true) }} select * from {{ ref('good') }}",
        }

    def test_a_load_runs_as_a_task(self, project, statements, server_version):
        with statements.during() as sent:
            _, log = run_dbt_and_capture(["run", "--select", "good", "plain", "seen"])
        assert project.run_sql("select count(*) from {schema}.good", fetch="one") == (2,)
        (submitted,) = sent.containing("submit", "task")
        insert = "insert_timeout=120, " if server_version.at_least("3.4") else ""
        hint = f"query_timeout=120, {insert}tx_visible_wait_timeout=120, pipeline_dop=2"
        assert f"set_var({hint})" in submitted.sql
        assert "as insert" in submitted.sql.lower()
        assert [state for state, _ in project.run_sql(RUNS.format("good"), fetch="all")] == ["SUCCESS"]
        assert "Task dbt_good_" in log
        assert ": SUCCESS" in log
        results = json.loads((Path(project.project_root) / "target" / "run_results.json").read_text(encoding="utf-8"))
        by_name = {r["unique_id"].split(".")[-1]: r["adapter_response"] for r in results["results"]}
        assert by_name["good"]["label"].startswith("dbt_good_")
        assert by_name["good"]["query_id"]
        assert by_name["plain"]["label"].startswith("insert_")

    def test_a_failed_task_fails_the_model_in_the_servers_words(self, project):
        run_dbt(["run", "--select", "good"])
        _, log = run_dbt_and_capture(["run", "--select", "bad"], expect_pass=False)
        assert "assert_true failed" in log
        assert "Task dbt_bad_" in log
        assert [state for state, _ in project.run_sql(RUNS.format("bad"), fetch="all")] == ["FAILED"]


class TestEverythingAsync:
    """`is_async` in the profile, as the released adapter has it."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "is_async": True, "poll_interval": 0.05}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "all_of_it.sql": "{{ config(materialized='table') }} select 1 as id",
            "not_this.sql": "{{ config(materialized='table', submit_task=false) }} select 1 as id",
        }

    def test_all_but_those_that_say_no(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run"])
        assert len(sent.containing("submit", "dbt_all_of_it_")) == 1
        assert not sent.containing("submit", "not_this")
