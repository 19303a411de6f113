"""Questions to information_schema: every part of every one names its schema."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.relation import StarRocksRelation


def relation(name="orders", schema="shop", database="default_catalog"):
    return StarRocksRelation.create(database=database, schema=schema, identifier=name, type="table")


def asked(macros, name, *args):
    session = macros.session()
    session.call(name, *args)
    (sql,) = session.sent
    return sql


def test_whole_schemas(macros):
    info = relation().information_schema()
    sql = asked(macros, "get_catalog", info, ["shop", "it's"])
    assert sql.count("union all") == 1
    assert sql.count("table_schema = 'shop'") == 3
    assert sql.count("table_schema = 'it''s'") == 3
    assert "table_name in" not in sql


def test_relations_of_a_schema_share_a_branch(macros):
    info = relation().information_schema()
    sql = asked(macros, "get_catalog_relations", info, [relation(), relation("items"), relation(schema="other")])
    assert sql.count("union all") == 1
    assert sql.count("table_name in ('orders', 'items')") == 2
    assert "`default_catalog`.information_schema.materialized_views" in sql


def test_other_catalogs_have_a_branch_per_relation(macros):
    lake = [relation(database="lake"), relation("items", database="lake")]
    sql = asked(macros, "get_catalog_relations", lake[0].information_schema(), lake)
    assert sql.count("union all") == 1
    assert sql.count("c.table_name = 'orders'") == sql.count("c.table_name = 'items'") == 1
    assert "materialized_views" not in sql


def test_last_modified_of_many_is_one_question(macros):
    info = relation().information_schema()
    sources = [relation(), relation("items"), relation(schema="other")]
    sql = asked(macros, "get_relation_last_modified", info, sources)
    assert sql.count("union all") == 1
    assert "convert_tz(t.update_time, @@time_zone, 'UTC') as last_modified" in sql
    # with equalities alone the front end answers, in its own zone
    assert sql.count("table_type <> 'SYSTEM VIEW'") == 2


@pytest.mark.parametrize(("database", "text"), [("lake", "`lake`.information_schema"), (None, "information_schema")])
def test_information_schema_name(macros, database, text):
    assert macros.text("information_schema_name", database) == text


@pytest.mark.parametrize("written", ["lake", "`lake`"])
def test_list_schemas_takes_a_quoted_name_too(macros, written):
    assert asked(macros, "list_schemas", written) == "show databases from `lake`"


def test_schemas_are_databases_of_their_catalog(macros):
    assert asked(macros, "create_schema", relation()) == "create database if not exists `default_catalog`.`shop`"
    assert asked(macros, "drop_schema", relation()) == "drop database if exists `default_catalog`.`shop` force"
    without = StarRocksRelation.create(schema="shop")
    assert asked(macros, "drop_schema", without) == "drop database if exists `shop` force"


@pytest.mark.parametrize("database", ["default_catalog", "lake"])
def test_a_schemas_listing_and_layouts(macros, database):
    for name, args in (
        ("list_relations_without_caching", [relation(database=database)]),
        ("starrocks__read_layouts", [database, "shop"]),
        ("starrocks__read_layouts", [database, "shop", "orders"]),
    ):
        sql = asked(macros, name, *args)
        named = sql.count("table_schema = 'shop'") + sql.count("db_name = 'shop'")
        assert named == sql.count(f"`{database}`.information_schema.")
        assert ("tables_config" in sql or "materialized_views" in sql) is (database == "default_catalog")
