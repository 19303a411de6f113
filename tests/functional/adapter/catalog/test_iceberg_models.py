"""Models with another `database`: built into an Iceberg catalog, in which nothing can take a table's place."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

from tests import servers

CATALOG = "iceberg_of_tests"
PLACE = "properties ('type' = 'iceberg', 'iceberg.catalog.type' = 'rest', 'iceberg.catalog.uri' = 'http://lake')"
TABLE = f"{{{{ config(materialized='table', database='{CATALOG}') }}}} select 1 as id, 'x' as name"
APPENDED = f"""
{{{{ config(materialized='incremental', database='{CATALOG}', incremental_strategy='append') }}}}
select id, name from {{{{ ref('made') }}}}
"""


class TestIcebergModels:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "made.sql": TABLE,
            "appended.sql": APPENDED,
            "read.sql": "select count(*) as n from {{ ref('appended') }}",
        }

    @pytest.fixture(scope="class", autouse=True)
    def catalog(self, request, project):
        if not servers.chosen(request.config).embedded:
            pytest.skip("a server would need a metastore")
        project.run_sql(f"create external catalog if not exists {CATALOG} {PLACE}")
        yield
        project.run_sql(f"drop catalog if exists {CATALOG}")

    def test_built_once_then_appended(self, project):
        run_dbt(["run"])
        rows = f"select count(*), max(name) from {CATALOG}.{project.test_schema}."
        assert project.run_sql(rows + "made", fetch="one") == (1, "x")
        run_dbt(["run", "--select", "appended"])
        assert project.run_sql(rows + "appended", fetch="one") == (2, "x")
        _, log = run_dbt_and_capture(["run", "--select", "made"], expect_pass=False)
        assert "nothing can take its place in an external catalog" in log
        assert project.run_sql(rows + "made", fetch="one") == (1, "x")
