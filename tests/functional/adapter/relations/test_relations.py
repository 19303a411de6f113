"""A model that changes its kind, and schemas that are dropped by name."""

from __future__ import annotations

from dbt.tests.adapter.relations.test_changing_relation_type import BaseChangeRelationTypeValidator
from dbt.tests.adapter.relations.test_dropping_schema_named import BaseDropSchemaNamed


class TestChangeRelationType(BaseChangeRelationTypeValidator):
    def test_nothing_is_left_behind(self, project):
        for kind in ("view", "table", "incremental", "view", "incremental", "table"):
            self._run_and_check_materialization(kind)
            shown = project.run_sql("show full tables from {schema}", fetch="all")
            assert list(shown) == [("model_mc_modelface", "VIEW" if kind == "view" else "BASE TABLE")]
            assert (kind,) in project.run_sql("select * from {schema}.model_mc_modelface", fetch="all")


class TestDropSchemaNamed(BaseDropSchemaNamed):
    pass
