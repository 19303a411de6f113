"""dbt's own tests of `docs generate`: the catalog of seeds, models and sources, and of a single relation."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.basic.expected_catalog import base_expected_catalog, expected_references_catalog, no_stats
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate, BaseDocsGenReferences
from dbt.tests.adapter.basic.test_get_catalog_for_single_relation import BaseGetCatalogForSingleRelation
from dbt_common.contracts.metadata import CatalogTable, ColumnMetadata, StatsItem, TableMetadata

TYPES = {
    "role": None,
    "id_type": "int",
    "text_type": "string",
    "time_type": "datetime",
    "view_type": "VIEW",
    "table_type": "BASE TABLE",
}


class Figures:
    """Equal to the figures of a stored table, whatever they are."""

    def __eq__(self, found: object) -> bool:
        return isinstance(found, dict) and set(found) == {"has_stats", "row_count", "bytes", "last_changed"}


class TestDocsGenerate(BaseDocsGenerate):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return base_expected_catalog(project, **TYPES, model_stats=no_stats(), seed_stats=Figures())


class TestDocsGenReferences(BaseDocsGenReferences):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project):
        return expected_references_catalog(
            project,
            **TYPES,
            bigint_type="bigint",
            model_stats=Figures(),
            seed_stats=Figures(),
            view_summary_stats=no_stats(),
        )


class TestSingleRelation(BaseGetCatalogForSingleRelation):
    def columns(self):
        names = {"id": "int", "first_name": "string", "email": "string", "ip_address": "string"}
        names["updated_at"] = "datetime"
        return {
            name: ColumnMetadata(type=kind, index=index, name=name)
            for index, (name, kind) in enumerate(names.items(), 1)
        }

    def catalog(self, project, kind, name):
        has_stats = StatsItem(
            id="has_stats",
            label="Has Stats?",
            value=False,
            include=False,
            description="Indicates whether there are statistics for this table",
        )
        metadata = TableMetadata(type=kind, schema=project.test_schema, name=name, database=project.database)
        return CatalogTable(metadata, self.columns(), {"has_stats": has_stats})

    @pytest.fixture(scope="class")
    def expected_catalog_my_seed(self, project):
        expected = self.catalog(project, "BASE TABLE", "my_seed")
        expected.stats = AnyFigures()
        return expected

    @pytest.fixture(scope="class")
    def expected_catalog_my_view_model(self, project):
        return self.catalog(project, "VIEW", "my_view_model")


class AnyFigures:
    def __eq__(self, found: object) -> bool:
        return isinstance(found, dict) and found["row_count"].value == 1 and found["has_stats"].value is True
