"""dbt's own tests of on-run-start and on-run-end."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.tests.adapter.hooks.test_run_hooks import BaseAfterRunHooks, BasePrePostRunHooks

from tests.functional.adapter.hooks.mixin import check_context, read_contexts

ORDER = (
    "create table {{{{ target.schema }}}}.{0}_hook_order_test (id int)",
    "drop table {{{{ target.schema }}}}.{0}_hook_order_test",
)


class TestPrePostRunHooks(BasePrePostRunHooks):
    """`schema` and `schemas` are reserved words on StarRocks."""

    @pytest.fixture
    def setUp(self, project, monkeypatch):
        project.run_sql_file(Path(project.test_data_dir) / "seed_run.sql")
        for table in ("schemas", "db_schemas"):
            project.run_sql(f"drop table if exists {{schema}}.`{table}`")
        monkeypatch.setenv("TERM_TEST", "TESTING")

    def assert_used_schemas(self, project):
        assert project.run_sql("select * from {schema}.`schemas`", fetch="all") == ((project.test_schema,),)
        used = project.run_sql("select * from {schema}.db_schemas", fetch="all")
        assert used == ((project.database, project.test_schema),)

    @pytest.fixture(scope="class")
    def project_config_update(self):
        start, end = ([statement.format(when) for statement in ORDER] for when in ("start", "end"))
        return {
            "on-run-start": [
                "{{ custom_run_hook('start', target, run_started_at, invocation_id) }}",
                *start,
                "{{ log(env_var('TERM_TEST'), info=True) }}",
            ],
            "on-run-end": [
                "{{ custom_run_hook('end', target, run_started_at, invocation_id) }}",
                *end,
                "create table {{ target.schema }}.`schemas` (`schema` string)",
                "insert into {{ target.schema }}.`schemas` (`schema`) values "
                "{% for schema in schemas %}('{{ schema }}'){{ ',' if not loop.last }}{% endfor %}",
                "create table {{ target.schema }}.db_schemas (db string, `schema` string)",
                "insert into {{ target.schema }}.db_schemas (db, `schema`) values "
                "{% for db, schema in database_schemas %}('{{ db }}', '{{ schema }}'){{ ',' if not loop.last }}"
                "{% endfor %}",
            ],
            "seeds": {"quote_columns": False},
        }

    def check_hooks(self, state, project, host):
        (context,) = read_contexts(project, "on_run_hook", state)
        check_context(context, project, state, host, ("Thread-", "MainThread"))


class TestAfterRunHooks(BaseAfterRunHooks):
    pass
