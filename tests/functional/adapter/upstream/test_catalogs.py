"""What dbt-starrocks 1.12 wrote of catalogs: a dot in a source's schema, `catalog` and `database` of a model."""

from __future__ import annotations

import pymysql
import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

from tests import servers

SETUP = (
    "create external catalog lake properties ('type' = 'iceberg', 'iceberg.catalog.type' = 'hive', "
    "'hive.metastore.uris' = 'thrift://127.0.0.1:9083')",
    "create database lake.raw",
    "create database lake.reports",
    "create table lake.raw.orders (id int, amount decimal(10, 2))",
    "insert into lake.raw.orders values (1, 2.5), (2, 4)",
)
SOURCES = """
sources:
  - name: landed
    schema: lake.raw
    tables: [{name: orders}]
"""
READING = "select id, amount from {{ source('landed', 'orders') }}"
TO_LAKE = ", catalog='lake', database='reports'"


def model(config: str) -> str:
    return "{{ config(" + config + ") }} " + READING


class TestCatalogs:
    @pytest.fixture(scope="class")
    def models(self, request, server):
        if not servers.chosen(request.config).embedded:
            pytest.skip("the system behind the catalog is the embedded engine")
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            for statement in SETUP:
                cursor.execute(statement)
            yield {
                "sources.yml": SOURCES,
                "here.sql": model("materialized='table'"),
                "there.sql": model("materialized='table'" + TO_LAKE),
                "growing.sql": model("materialized='incremental', incremental_strategy='append'" + TO_LAKE),
            }
            cursor.execute("drop catalog lake")

    def rows(self, project, relation):
        return project.run_sql(f"select id, amount from {relation} order by id", fetch="all")

    def test_they_go_where_they_went(self, project):
        run_dbt(["run"])
        assert [str(amount) for _, amount in self.rows(project, "lake.reports.there")] == ["2.50", "4.00"]
        assert self.rows(project, "{schema}.here") == self.rows(project, "lake.reports.growing")

    def test_a_table_that_is_there_is_not_lost(self, project):
        _, output = run_dbt_and_capture(["run"], expect_pass=False)
        assert "nothing can take its place in an external catalog" in output
        assert "post_hook" in output
        assert [id for id, _ in self.rows(project, "lake.reports.there")] == [1, 2]
        assert [id for id, _ in self.rows(project, "lake.reports.growing")] == [1, 1, 2, 2]
        tables = project.run_sql("select table_name from lake.information_schema.tables", fetch="all")
        assert not [name for (name,) in tables if "__dbt_" in name]
