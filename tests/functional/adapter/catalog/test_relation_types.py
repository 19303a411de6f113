"""What kind of relation the catalog says each node is."""

from __future__ import annotations

from dbt.tests.adapter.catalog.relation_types import CatalogRelationTypes


class TestRelationTypes(CatalogRelationTypes):
    pass
