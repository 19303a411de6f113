"""A project under the role that docs/permissions.md names, and what users are told who lack a right."""

from __future__ import annotations

import re
from pathlib import Path

import pymysql
import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture, write_file

PAGE = Path(__file__).parents[4] / "docs" / "permissions.md"
USER = "dbt_by_the_book"
MODELS = {
    "a_table.sql": "{{ config(materialized='table') }} select id, name from {{ ref('a_seed') }}",
    "a_view.sql": "{{ config(materialized='view') }} select id from {{ ref('a_table') }}",
    "a_merge.sql": "{{ config(materialized='incremental', unique_key='id') }} "
    "select id, name from {{ ref('a_table') }}",
    "an_overwrite.sql": "{{ config(materialized='incremental', unique_key='id', table_type='DUPLICATE') }} "
    "select id, name from {{ ref('a_table') }}",
    "schema.yml": "models: [{name: a_view, columns: [{name: id, data_tests: [unique, not_null]}]}]",
}
SNAPSHOT = """
{% snapshot a_snapshot %}
{{ config(strategy='check', unique_key='id', check_cols='all') }}
select id, name from {{ ref('a_table') }}
{% endsnapshot %}
"""


def statements_of_the_page():
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    text = re.sub(r"--.*", "", "\n".join(blocks))
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def as_root(server, statements):
    with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class ByTheBook:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server, dbt_profile_target, unique_schema):
        role = f"builder_{unique_schema}"
        made = [f"create user if not exists {USER}", f"create database {unique_schema}"]
        names = {"dbt_builder": role, "analytics": unique_schema, "raw": unique_schema, r"dbt(?=$|;)": USER}
        for statement in statements_of_the_page():
            for name, own in names.items():
                statement = re.sub(rf"\b{name}\b" if name.isidentifier() else name, own, statement)
            made.append(statement)
        # the test's own harness creates and drops the schema
        made += [
            f"grant create database on catalog default_catalog to role {role}",
            f"grant drop on database {unique_schema} to role {role}",
        ]
        as_root(server, made)
        yield {**dbt_profile_target, "user": USER, "password": ""}
        as_root(server, [f"drop user {USER}", f"drop role {role}"])


class TestBuild(ByTheBook):
    @pytest.fixture(scope="class")
    def models(self):
        return MODELS

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"a_seed.csv": "id,name\n1,a\n2,b\n"}

    @pytest.fixture(scope="class")
    def snapshots(self):
        return {"a_snapshot.sql": SNAPSHOT}

    def test_builds_rebuilds_and_documents(self, project, server):
        run_dbt(["build"])
        run_dbt(["build"])
        as_root(server, [f"grant select on table {project.test_schema}.a_table to {USER}"])
        write_file(MODELS["a_table.sql"] + " where id > 0 order by id", project.project_root, "models", "a_table.sql")
        _, log = run_dbt_and_capture(["build", "--full-refresh"])
        # the role may not grant, so what the administrator gave is lost, and said to be
        assert f"grant select on table `{project.test_schema}`.`a_table` to user '{USER}'@'%'" in log
        run_dbt(["docs", "generate"])
        assert project.run_sql("select count(*) from {schema}.a_merge", fetch="one") == (2,)


class TestGrants(ByTheBook):
    @pytest.fixture(scope="class")
    def models(self):
        yml = "models: [{name: shown, config: {grants: {select: [dbt_test_user_1]}}}]"
        return {"shown.sql": "{{ config(materialized='table') }} select 1 as id", "shown.yml": yml}

    def test_the_right_to_grant_is_named_where_it_lacks(self, project, server):
        _, log = run_dbt_and_capture(["run"], expect_pass=False)
        assert "Access denied" in log
        as_root(server, [f"grant user_admin to {USER}", f"set default role all to {USER}"])
        run_dbt(["run"])
        as_root(server, [f"revoke user_admin from {USER}"])
        run_dbt(["run"])


class TestWithoutSys:
    """Rights on tables, none on the database that tells of grants."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server, dbt_profile_target, unique_schema):
        rights = "select, insert, update, delete, alter, drop"
        as_root(
            server,
            [
                "create user if not exists dbt_without_sys",
                f"create database {unique_schema}",
                "grant create database on catalog default_catalog to dbt_without_sys",
                f"grant create table, create view, drop on database {unique_schema} to dbt_without_sys",
                f"grant {rights} on all tables in database {unique_schema} to dbt_without_sys",
            ],
        )
        yield {**dbt_profile_target, "user": "dbt_without_sys", "password": ""}
        as_root(server, ["drop user dbt_without_sys"])

    @pytest.fixture(scope="class")
    def models(self):
        return {"plain.sql": "{{ config(materialized='table') }} select 1 as id"}

    def test_rebuilds_go_on(self, project):
        run_dbt(["run"])
        write_file(
            "{{ config(materialized='table') }} select 1 as id, 2 as n", project.project_root, "models/plain.sql"
        )
        run_dbt(["run"])
        assert project.run_sql("select id, n from {schema}.plain", fetch="one") == (1, 2)
