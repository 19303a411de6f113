"""dbt's own tests of `dbt debug`, with the targets that they fail on."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.dbt_debug.test_dbt_debug import BaseDebugInvalidProjectPostgres, BaseDebugPostgres


class TestDebug(BaseDebugPostgres):
    @pytest.fixture(scope="class")
    def dbt_profile_data(self, unique_schema, dbt_profile_target):
        good = {**dbt_profile_target, "schema": unique_schema}
        outputs = {
            "default": good,
            "nopass": {key: value for key, value in good.items() if key != "schema"},
            "wronguser": {**good, "user": "nobody", "password": "wrong"},
            "none_target": None,
        }
        return {"test": {"outputs": outputs, "target": "default"}}


class TestDebugInvalidProject(BaseDebugInvalidProjectPostgres):
    pass
