"""The catalog that `docs generate` writes: exact types, comments, figures, other catalogs."""

from __future__ import annotations

import pymysql
import pytest
from dbt.tests.util import get_connection, get_manifest, run_dbt

import starrocks_embedded
from tests import servers

TYPES = {
    "id": "bigint",
    "flag": "boolean",
    "tiny": "tinyint",
    "large": "largeint",
    "price": "decimal(10,2)",
    "ratio": "double",
    "name": "varchar(20)",
    "text": "string",
    "day": "date",
    "moment": "datetime",
    "doc": "json",
    "tags": "array<string>",
    "pairs": "map<int,string>",
    "inner": "struct<a int, b varchar(10)>",
}
SOURCES = """
sources:
  - name: landed
    schema: "{{ target.schema }}"
    tables: [{name: every_type}, {name: Mixed Case}]
"""


class TestTypes:
    @pytest.fixture(scope="class")
    def models(self):
        return {"seen.sql": "select * from {{ source('landed', 'every_type') }}", "sources.yml": SOURCES}

    @pytest.fixture(scope="class", autouse=True)
    def built(self, project):
        columns = ", ".join(f"`{name}` {kind}" for name, kind in TYPES.items())
        project.run_sql(f"create table {{schema}}.every_type ({columns}) comment 'all of them'")
        project.run_sql("create table {schema}.`Mixed Case` (`Some Column` int comment 'spelt so')")
        run_dbt(["run"])

    def types(self, node):
        return {name: column.type for name, column in node.columns.items()}

    def test_by_relation(self, project, statements):
        with statements.during() as sent:
            catalog = run_dbt(["docs", "generate"])
        table = catalog.sources["source.test.landed.every_type"]
        assert self.types(table) == TYPES
        assert table.metadata.comment == "all of them"
        assert table.stats["row_count"].value == 0
        assert table.stats["last_changed"].value.endswith(" UTC")
        view = catalog.nodes["model.test.seen"]
        assert self.types(view) == {**TYPES, "tags": "array<string>"}
        assert set(view.stats) == {"has_stats"}
        mixed = catalog.sources["source.test.landed.Mixed Case"]
        assert mixed.columns["Some Column"].comment == "spelt so"
        (query,) = sent.containing("row_count")
        assert "every_type" in query.sql

    def test_by_schema(self, project):
        manifest = get_manifest(project.project_root)
        configs = [*manifest.nodes.values(), *manifest.sources.values()]
        with get_connection(project.adapter):
            table, problems = project.adapter.get_filtered_catalog(
                configs, {(project.database, project.test_schema)}, None
            )
        assert problems == []
        found = {row["column_name"]: row["column_type"] for row in table if row["table_name"] == "every_type"}
        assert found == TYPES

    def test_no_query_is_without_a_schema(self, project, statements):
        with statements.during() as sent:
            run_dbt(["docs", "generate"])
        for query in sent.containing("information_schema"):
            assert query.sql.count(f"table_schema = '{project.test_schema}'") == query.sql.count("information_schema.")


class TestMaterializedViews:
    @pytest.fixture(scope="class")
    def models(self):
        yml = "sources: [{name: landed, schema: '{{ target.schema }}', tables: [{name: mv}]}]"
        return {"sources.yml": yml}

    def test_their_type_is_their_own(self, project):
        project.run_sql("create table {schema}.t (id int)")
        project.run_sql(
            "create materialized view {schema}.mv comment 'kept' refresh manual as select id from {schema}.t"
        )
        node = run_dbt(["docs", "generate"]).sources["source.test.landed.mv"]
        assert (node.metadata.type, node.metadata.comment) == ("MATERIALIZED VIEW", "kept")


class TestOtherCatalog:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, request, tmp_path_factory):
        chosen = servers.chosen(request.config)
        if not chosen.embedded:
            pytest.skip("the embedded engine can show a file as another catalog")
        lake = tmp_path_factory.mktemp("lake") / "lake.db"
        with (
            starrocks_embedded.serve(lake, version=str(chosen.version)) as maker,
            pymysql.connect(**maker.connect_args) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("create database raw")
            cursor.execute("create table raw.orders (id int, at datetime, price decimal(10, 2))")
            cursor.execute("insert into raw.orders values (1, now(), 2.5)")
        with starrocks_embedded.serve(version=str(chosen.version), catalogs={"lake": lake}) as server:
            yield {"type": "starrocks", "threads": 2, **server.connect_args}

    @pytest.fixture(scope="class")
    def models(self):
        yml = """
sources:
  - name: landed
    database: lake
    schema: raw
    config:
      freshness: {warn_after: {count: 1, period: day}}
    tables:
      - {name: orders, config: {loaded_at_field: at}}
      - {name: timeless, identifier: orders}
"""
        return {"copied.sql": "select id from {{ source('landed', 'orders') }}", "sources.yml": yml}

    def test_sources_of_another_catalog(self, project):
        run_dbt(["run"])
        catalog = run_dbt(["docs", "generate"])
        node = catalog.sources["source.test.landed.orders"]
        assert {name: column.type for name, column in node.columns.items()} == {
            "id": "int",
            "at": "datetime",
            "price": "decimal(10,2)",
        }
        assert node.metadata.database == "lake"
        assert set(node.stats) == {"has_stats"}
        assert "model.test.copied" in catalog.nodes

    def test_freshness(self, project):
        results = {r.node.name: r for r in run_dbt(["source", "freshness"], expect_pass=False)}
        assert results["orders"].status == "pass"
        assert "keeps no time of last change" in results["timeless"].message
