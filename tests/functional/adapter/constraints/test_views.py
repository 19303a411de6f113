"""The contract of a view counts though the view itself needs no statement."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, write_file

YML = """
models:
  - name: shown
    config: {{materialized: view, contract: {{enforced: true}}}}
    columns: [{{name: id, data_type: {data_type}}}]
"""


class TestUnchangedView:
    @pytest.fixture(scope="class")
    def models(self):
        return {"shown.sql": "select cast(1 as int) as id", "schema.yml": YML.format(data_type="int")}

    def test_a_changed_contract_is_compared(self, project):
        run_dbt(["run"])
        run_dbt(["run"])
        write_file(YML.format(data_type="bigint"), project.project_root, "models", "schema.yml")
        result = run_dbt(["run"], expect_pass=False)
        assert "data type mismatch" in result[0].message
        write_file(YML.format(data_type="integer"), project.project_root, "models", "schema.yml")
        run_dbt(["run"])
