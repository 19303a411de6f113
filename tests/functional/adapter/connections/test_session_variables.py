"""Session variables of the profile and of a model, as the server shows them."""

from __future__ import annotations

import pymysql
import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

SHOWN = "select @@query_timeout as query_timeout, @@pipeline_dop as dop, @@time_zone as zone, now() as wall_clock"
CONFIG = "{{ config(materialized='table', query_timeout=77, session_variables={'pipeline_dop': 3}) }}"


def with_global(name, value, server, result):
    with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
        cursor.execute(f"select @@global.{name}")
        (before,) = cursor.fetchone()
        cursor.execute(f"set global {name} = {value}")
        yield result
        cursor.execute(f"set global {name} = {before}")


class TestVariables:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server, dbt_profile_target):
        """The administrator has a default of their own, which `set … = default` would not give back."""
        yield from with_global("query_timeout", 451, server, self.profile(dbt_profile_target))

    def profile(self, dbt_profile_target):
        variables = {"pipeline_dop": 2, "enable_spill": True}
        return {**dbt_profile_target, "threads": 1, "time_zone": "Asia/Shanghai", "session_variables": variables}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "a_special.sql": f"{CONFIG} {SHOWN}",
            "b_ordinary.sql": "{{ config(materialized='table') }} -- depends_on: {{ ref('a_special') }}\n" + SHOWN,
            "unknown.sql": "{{ config(materialized='view', session_variables={'nope': 1}) }} select 1 as id",
            "impossible.sql": "{{ config(materialized='view', query_timeout='soon') }} select 1 as id",
        }

    def test_model_over_profile_and_back_on_the_same_session(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run", "--select", "a_special", "b_ordinary"])
        read = "select query_timeout, dop, zone from {schema}."
        assert project.run_sql(read + "a_special", fetch="one") == (77, 3, "Asia/Shanghai")
        assert project.run_sql(read + "b_ordinary", fetch="one") == (451, 2, "Asia/Shanghai")
        sets = [s.sql for s in sent if s.sql.startswith("set ")]
        assert len([s for s in sets if "query_timeout = 77" in s and "pipeline_dop = 3" in s]) == 1
        assert len([s for s in sets if "query_timeout = 451" in s and "pipeline_dop = 2" in s]) == 1
        assert len(sets) <= len(sent.connections) + 2

    def test_the_sessions_time_is_local(self, project):
        run_dbt(["run", "--select", "b_ordinary"])
        ahead = project.run_sql(
            "select minutes_diff(wall_clock, utc_timestamp()) from {schema}.b_ordinary", fetch="one"
        )[0]
        assert 8 * 60 - 2 <= ahead <= 8 * 60

    def test_an_unknown_variable_fails_its_model_alone(self, project):
        results, log = run_dbt_and_capture(["run", "--select", "unknown", "b_ordinary"], expect_pass=False)
        assert {r.node.name: str(r.status) for r in results} == {"unknown": "error", "b_ordinary": "success"}
        assert "Unknown system variable 'nope'" in log
        assert "Check the names under `session_variables`" in log

    def test_a_value_that_cannot_be_is_never_sent(self, project, statements):
        with statements.during() as sent:
            _, log = run_dbt_and_capture(["run", "--select", "impossible"], expect_pass=False)
        assert "query_timeout is 'soon', expected a number of seconds above 0" in log
        assert not sent.containing("soon")


class TestUsersOwnState:
    """What a hook sets on its session ends with its model."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "threads": 1}

    @pytest.fixture(scope="class")
    def models(self):
        hook = "{{ config(materialized='table', pre_hook='set pipeline_dop = 5') }}"
        return {
            "a_special.sql": f"{hook} {SHOWN}",
            "b_ordinary.sql": "{{ config(materialized='table') }} -- depends_on: {{ ref('a_special') }}\n" + SHOWN,
            "header.sql": "{{ config(materialized='table', sql_header='set pipeline_dop = 6;') }} " + SHOWN,
        }

    def test_the_next_model_starts_fresh(self, project):
        run_dbt(["run"])
        seen = {name: project.run_sql(f"select dop from {{schema}}.{name}", fetch="one")[0] for name in self.models_}
        assert seen == {"a_special": 5, "b_ordinary": 0, "header": 6}

    models_ = ("a_special", "b_ordinary", "header")
