"""dbt's own tests of materialized views, with StarRocks' way to ask about them."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.materialized_view import files
from dbt.tests.adapter.materialized_view.basic import MaterializedViewBasic
from dbt.tests.adapter.materialized_view.changes import (
    MaterializedViewChanges,
    MaterializedViewChangesApplyMixin,
    MaterializedViewChangesContinueMixin,
    MaterializedViewChangesFailMixin,
)
from dbt.tests.util import get_model_file, run_dbt, set_model_file


def definition(project, relation) -> str:
    row = project.run_sql(f"show create materialized view {relation.render()}", fetch="one")
    return str(row[1])


def relation_type(project, relation) -> str | None:
    rows = project.run_sql(
        "select case when m.table_name is not null then 'materialized_view' when t.table_type = 'VIEW' then 'view' "
        "else 'table' end from information_schema.tables t left join information_schema.materialized_views m "
        "on m.table_schema = t.table_schema and m.table_name = t.table_name "
        f"where t.table_schema = '{relation.schema}' and t.table_name = '{relation.identifier}'",
        fetch="all",
    )
    return str(rows[0][0]) if rows else None


class OnStarRocks:
    """What the base classes leave to the adapter's tests. Their teardown says `cascade`, which StarRocks has not."""

    query_relation_type = staticmethod(relation_type)

    @pytest.fixture(autouse=True)
    def setup(self, project, my_materialized_view):
        run_dbt(["seed"])
        run_dbt(["run", "--models", my_materialized_view.identifier, "--full-refresh"])
        initial = get_model_file(project, my_materialized_view)
        yield
        set_model_file(project, my_materialized_view, initial)
        project.run_sql(f"drop database if exists {project.test_schema} force")


class TestMaterializedViewBasic(OnStarRocks, MaterializedViewBasic):
    @staticmethod
    def insert_record(project, table, record):
        project.run_sql(f"insert into {table.render()} (id, value) values {record}")

    @staticmethod
    def refresh_materialized_view(project, materialized_view):
        project.run_sql(f"refresh materialized view {materialized_view.render()} with sync mode")

    @staticmethod
    def query_row_count(project, relation):
        return project.run_sql(f"select count(*) from {relation.render()}", fetch="one")[0]


class ChangesOnStarRocks(OnStarRocks, MaterializedViewChanges):
    @pytest.fixture(scope="class", autouse=True)
    def models(self):
        config = "materialized='materialized_view', properties={'session.query_timeout': 100}, refresh_method='manual'"
        return {
            "my_materialized_view.sql": files.MY_MATERIALIZED_VIEW.replace("materialized='materialized_view'", config)
        }

    @staticmethod
    def check_start_state(project, materialized_view):
        text = definition(project, materialized_view)
        assert "REFRESH DEFERRED MANUAL" in text
        assert '"session.query_timeout" = "100"' in text
        assert "BUCKETS" not in text

    @staticmethod
    def change_config_via_alter(project, materialized_view):
        model = get_model_file(project, materialized_view)
        model = model.replace("100", "200").replace("'manual'", "'async every(interval 2 hour)', refresh_on_run='sync'")
        set_model_file(project, materialized_view, model)

    @staticmethod
    def check_state_alter_change_is_applied(project, materialized_view):
        text = definition(project, materialized_view)
        assert '"session.query_timeout" = "200"' in text
        assert "ASYNC EVERY(INTERVAL 2 HOUR)" in text

    @staticmethod
    def change_config_via_replace(project, materialized_view):
        model = get_model_file(project, materialized_view)
        set_model_file(
            project, materialized_view, model.replace("properties=", "distributed_by=['id'], buckets=3, properties=")
        )

    @staticmethod
    def check_state_replace_change_is_applied(project, materialized_view):
        assert "DISTRIBUTED BY HASH(`id`) BUCKETS 3" in definition(project, materialized_view)


class TestChangesApplied(ChangesOnStarRocks, MaterializedViewChangesApplyMixin):
    pass


class TestChangesContinue(ChangesOnStarRocks, MaterializedViewChangesContinueMixin):
    pass


class TestChangesFail(ChangesOnStarRocks, MaterializedViewChangesFailMixin):
    pass
