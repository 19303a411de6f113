"""What a materialized view's model sends, and what the server shows of it."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, set_model_file, write_file

BASE = """
{{ config(materialized='table') }}
select cast(1 as int) as id, cast('a' as string) as name union all select cast(2 as int), cast('b' as string)
"""
ON_TABLE = """
{{ config(materialized='materialized_view', distributed_by=['id'], buckets=2, order_by=['id']) }}
select id, count(*) as names from {{ ref('base') }} group by id
"""
ON_VIEW = """
{{ config(materialized='materialized_view', refresh_method='async') }}
select max(id) as top from {{ ref('between') }}
"""
DESCRIBED = """
models:
  - name: on_table
    description: "ids, it's said"
    config: {persist_docs: {relation: true, columns: true}}
    columns: [{name: names, description: 'how "many"'}]
"""


def active(project) -> dict[str, str]:
    rows = project.run_sql(
        "select table_name, is_active from information_schema.materialized_views "
        f"where table_schema = '{project.test_schema}'",
        fetch="all",
    )
    return {str(name): str(state) for name, state in rows}


def shown(project, name: str) -> str:
    return str(project.run_sql(f"show create materialized view {project.test_schema}.{name}", fetch="one")[1])


class TestMaterializedViews:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "base.sql": BASE,
            "between.sql": "select id from {{ ref('base') }}",
            "on_table.sql": ON_TABLE,
            "on_view.sql": ON_VIEW,
            "schema.yml": DESCRIBED,
        }

    def test_life(self, project, statements):
        run_dbt(["run"])
        text = shown(project, "on_table")
        assert 'COMMENT "ids, it\'s said"' in text
        assert "`names` COMMENT" in text
        assert "DISTRIBUTED BY HASH(`id`) BUCKETS 2" in text
        assert "REFRESH DEFERRED MANUAL" in text
        assert project.run_sql(f"select top from {project.test_schema}.on_view", fetch="one")[0] == 2

        # unchanged: the refresh alone, and none where the server refreshes by itself
        with statements.during() as sent:
            results = run_dbt(["run", "--select", "on_table", "on_view"])
        assert [r.adapter_response["code"] for r in results if r.node.name == "on_view"] == ["UNCHANGED"]
        about = [s for s in sent.texts if "materialized view" in s.lower() and "information_schema" not in s]
        assert len(about) == 1
        assert "refresh materialized view" in about[0]

    def test_rebuilding_a_base_keeps_dependents_active(self, project):
        run_dbt(["run"])
        write_file(BASE.replace("'table'", "'table', distributed_by=['id'], buckets=3"), "models", "base.sql")
        run_dbt(["run", "--select", "base"])
        assert active(project) == {"on_table": "true", "on_view": "true"}

    def test_an_inactive_one_is_activated(self, project):
        run_dbt(["run"])
        project.run_sql(f"alter materialized view {project.test_schema}.on_table inactive")
        run_dbt(["run", "--select", "on_table"])
        assert active(project)["on_table"] == "true"

    def test_what_cannot_be_is_refused_before_any_sql(self, project, statements):
        write_file(ON_TABLE.replace("order_by", "refresh_method='sometimes', order_by"), "models", "on_table.sql")
        with statements.during() as sent:
            results = run_dbt(["run", "--select", "on_table"], expect_pass=False)
        assert "refresh_method" in results[0].message
        assert not sent.containing("create materialized view")
        set_model_file(project, project.adapter.Relation.create(identifier="on_table"), ON_TABLE)
