"""Python models: StarRocks runs no Python for dbt, and the adapter says so."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt

NO_PYTHON = "StarRocks runs no Python models"
NOT_APPLICABLE = {
    "BasePythonModelTests": NO_PYTHON,
    "BasePythonIncrementalTests": NO_PYTHON,
    "BasePythonMetaGetTests": NO_PYTHON,
    "BasePythonEmptyTests": NO_PYTHON,
    "BasePythonSampleTests": NO_PYTHON,
    "BasePySparkTests": NO_PYTHON,
}

MODEL = """
def model(dbt, session):
    return session.sql("select 1")
"""


class TestPythonModelsAreRefused:
    @pytest.fixture(scope="class")
    def models(self):
        return {"frame.py": MODEL}

    def test_with_a_way_out(self, project, statements):
        results = run_dbt(["run"], expect_pass=False)
        assert 'got "python"' in results[0].message
        assert "only supports languages ['sql']" in results[0].message
        assert not statements.all().containing("create table")
