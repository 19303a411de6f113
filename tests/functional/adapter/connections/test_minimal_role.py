"""A whole project under the role whose grants the error message prints."""

from __future__ import annotations

import pymysql
import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

from dbt.adapters.starrocks import errors
from dbt.adapters.starrocks.credentials import StarRocksCredentials

ROLE = "dbt_builder"
USER = "builder"


class TestMinimalRole:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server, dbt_profile_target):
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute(f"create user if not exists {USER}; create role if not exists {ROLE}")
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute(f"grant {ROLE} to user {USER}")
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute(f"set default role {ROLE} to {USER}")
        return {**dbt_profile_target, "user": USER, "password": ""}

    @pytest.fixture(scope="class")
    def granted(self, server, dbt_profile_target, unique_schema):
        credentials = StarRocksCredentials(host="fe", schema=unique_schema)
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute(f"create database if not exists {unique_schema}")
            for statement in errors.grants(credentials, ROLE):
                cursor.execute(statement)

    @pytest.fixture(scope="class")
    def profiles_config_update(self, granted):
        """Nothing to change: the role is there before dbt's fixtures connect."""
        return {}

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"raw.csv": "id,name\n1,a\n2,b\n"}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "a_view.sql": "{{ config(materialized='view') }} select * from {{ ref('raw') }}",
            "a_table.sql": "{{ config(materialized='table') }} select * from {{ ref('a_view') }}",
            "growing.sql": "{{ config(materialized='incremental') }} select * from {{ ref('a_table') }}",
            "schema.yml": "models: [{name: a_table, columns: [{name: id, data_tests: [unique, not_null]}]}]",
        }

    @pytest.fixture(scope="class")
    def snapshots(self):
        config = "{{ config(unique_key='id', strategy='check', check_cols='all') }}"
        return {
            "history.sql": f"{{% snapshot history %}} {config} select * from {{{{ ref('raw') }}}} {{% endsnapshot %}}"
        }

    def test_build_twice(self, project):
        for _ in range(2):
            results = run_dbt(["build"])
            assert {str(result.status) for result in results} <= {"success", "pass"}

    def test_without_a_right_the_message_lists_what_is_needed(self, project, server):
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute(f"revoke insert on all tables in database {project.test_schema} from role {ROLE}")
        _, log = run_dbt_and_capture(["run", "--select", "a_table"], expect_pass=False)
        assert "you need (at least one of) the INSERT privilege(s)" in log
        assert f"on all tables in database `{project.test_schema}` to role" in log
