"""A seed copied through every kind of model."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.simple_copy.test_copy_uppercase import BaseSimpleCopyUppercase
from dbt.tests.adapter.simple_copy.test_simple_copy import EmptyModelsArentRunBase, SimpleCopyBase
from dbt.tests.util import get_connection, run_dbt


class TestSimpleCopy(SimpleCopyBase):
    def test_simple_copy_with_materialized_views(self, project):
        """Without a REFRESH clause it would be a rollup of the table, which is not queried by name."""
        project.run_sql("create table {schema}.unrelated_table (id int)")
        project.run_sql(
            "create materialized view {schema}.unrelated_materialized_view refresh manual as "
            "select * from {schema}.unrelated_table"
        )
        project.run_sql("create view {schema}.unrelated_view as select * from {schema}.unrelated_materialized_view")
        assert len(run_dbt(["seed"])) == 1
        assert len(run_dbt()) == 7


class TestEmptyModelsArentRun(EmptyModelsArentRunBase):
    def test_dbt_doesnt_run_empty_models(self, project):
        """dbt's helper asks with ILIKE, which StarRocks has not."""
        assert len(run_dbt(["seed"])) == 1
        assert len(run_dbt()) == 7
        with get_connection(project.adapter):
            schema = project.adapter.Relation.create(database=project.database, schema=project.test_schema)
            found = {relation.identifier for relation in project.adapter.list_relations_without_caching(schema)}
        assert "materialized" in found
        assert not {"empty", "disabled"} & found


class TestSimpleCopyUppercase(BaseSimpleCopyUppercase):
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, server):
        return {"type": "starrocks", "threads": 4, **server.connect_args}
