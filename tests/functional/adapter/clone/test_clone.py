"""dbt clone: StarRocks copies no table without its rows, so a clone is a view."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.dbt_clone.test_dbt_clone import BaseCloneNotPossible, BaseCloneSameTargetAndState

NOT_APPLICABLE = {
    "BaseClonePossible": "StarRocks has no zero-copy clone of a table",
    "BaseCloneSameSourceAndTarget": "the message exists on dbt's zero-copy branch only",
}


class TestCloneNotPossible(BaseCloneNotPossible):
    @pytest.fixture(autouse=True)
    def clean_up(self, project):
        yield
        with project.adapter.connection_named("__test"):
            for schema in (f"{project.test_schema}_seeds", project.test_schema):
                project.adapter.drop_schema(project.adapter.Relation.create(database=project.database, schema=schema))


class TestCloneSameTargetAndState(BaseCloneSameTargetAndState):
    pass
