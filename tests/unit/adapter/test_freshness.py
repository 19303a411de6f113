"""Which sources may share a question to the server's metadata."""

from __future__ import annotations

from dbt.adapters.starrocks.freshness import rounds
from dbt.adapters.starrocks.relation import StarRocksRelation


def source(name, schema="raw", database="default_catalog"):
    return StarRocksRelation.create(database=database, schema=schema, identifier=name)


def test_one_catalog_is_one_question():
    assert len(rounds([source("a"), source("b"), source("a", schema="other")])) == 1


def test_names_that_differ_by_case_are_asked_apart():
    assert [len(together) for together in rounds([source("a"), source("A"), source("b")])] == [2, 1]


def test_another_catalog_is_another_question():
    assert [len(together) for together in rounds([source("a"), source("a", database="lake"), source("b")])] == [2, 1]
