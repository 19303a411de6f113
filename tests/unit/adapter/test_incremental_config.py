"""Which statement a strategy becomes, and what is refused before any SQL."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.incremental_config import Key, is_own, plan
from tests.unit.adapter.tables import table

PRIMARY = table("PRIMARY")
DUPLICATE = table()


def made(existing=DUPLICATE, strategy=None, supports=lambda feature: True, **config):
    return plan(strategy, config, existing, supports)


def refused(existing=DUPLICATE, supports=lambda feature: True, **config):
    with pytest.raises(CompilationError) as error:
        plan(None, config, existing, supports)
    return str(error.value)


def old(feature):
    return False


class TestDefault:
    @pytest.mark.parametrize(
        ("existing", "config", "strategy"),
        [
            (DUPLICATE, {}, "append"),
            (PRIMARY, {}, "append"),
            (PRIMARY, {"unique_key": "id"}, "merge"),
            (PRIMARY, {"unique_key": ["ID"]}, "merge"),
            (PRIMARY, {"unique_key": ["id", "day"]}, "delete+insert"),
            (PRIMARY, {"unique_key": "concat(id, name)"}, "delete+insert"),
            (DUPLICATE, {"unique_key": "id"}, "delete+insert"),
            (None, {"unique_key": "id"}, "merge"),
            (None, {"unique_key": "id", "table_type": "duplicate"}, "delete+insert"),
            (DUPLICATE, {"unique_key": ""}, "append"),
            (DUPLICATE, {"unique_key": []}, "append"),
            (DUPLICATE, {"unique_key": "id", "incremental_strategy": "default"}, "delete+insert"),
        ],
    )
    def test_follows_the_table(self, existing, config, strategy):
        assert made(existing, **config).strategy == strategy


class TestMerge:
    def test_is_an_upsert(self):
        assert made(PRIMARY, unique_key="id", incremental_strategy="merge").statement == "upsert"
        assert not made(PRIMARY, unique_key="id", incremental_strategy="merge").reads_target

    def test_keeps_columns(self):
        updates = made(PRIMARY, unique_key="id", incremental_strategy="merge", merge_update_columns=["NAME"])
        assert [updates.is_kept(name) for name in ("id", "Name", "day")] == [False, False, True]
        excludes = made(PRIMARY, unique_key="id", incremental_strategy="merge", merge_exclude_columns="name")
        assert [excludes.is_kept(name) for name in ("id", "Name", "day")] == [False, True, False]

    def test_predicates_on_both_rows(self):
        found = made(PRIMARY, unique_key="id", predicates=["day > '2024-01-01'", "DBT_INTERNAL_SOURCE.name = 'x'"])
        assert found.predicates == ("day > '2024-01-01'",)
        assert found.matched_predicates == ("DBT_INTERNAL_SOURCE.name = 'x'",)

    def test_refusals_say_the_way_out(self):
        assert "delete+insert" in refused(DUPLICATE, unique_key="id", incremental_strategy="merge")
        assert "(id)" in refused(PRIMARY, unique_key="name", incremental_strategy="merge")
        assert "append" in refused(PRIMARY, incremental_strategy="merge")
        assert "Remove one" in refused(
            PRIMARY, unique_key="id", merge_update_columns=["name"], merge_exclude_columns=["day"]
        )
        assert "no such column" in refused(PRIMARY, unique_key="id", merge_update_columns=["nam"])
        assert "whole rows" in refused(DUPLICATE, unique_key="id", merge_update_columns=["name"])
        assert "last, fail" in refused(PRIMARY, unique_key="id", merge_duplicates="ignore")
        unique = table("UNIQUE")
        assert "PRIMARY" in refused(unique, unique_key="id", merge_update_columns=["name"])


class TestDeleteInsert:
    def test_by_table(self):
        assert made(DUPLICATE, unique_key="id", incremental_strategy="delete+insert").statement == "keep_others"
        assert made(PRIMARY, unique_key="id", incremental_strategy="delete+insert").statement == "upsert"
        assert made(PRIMARY, unique_key="day", incremental_strategy="delete+insert").statement == "keep_others"
        assert made(DUPLICATE, incremental_strategy="delete+insert").statement == "insert"

    def test_in_two_statements_where_the_server_can(self):
        two = {"unique_key": "day", "incremental_strategy": "delete+insert", "delete_insert_atomic": False}
        assert made(PRIMARY, **two).statement == "delete_then_insert"
        assert "PRIMARY KEY table deletes" in refused(DUPLICATE, **two)
        assert "DBT_INTERNAL_SOURCE" in refused(PRIMARY, **two, predicates="DBT_INTERNAL_SOURCE.id > 1")

    def test_a_wrong_key_is_named(self):
        assert "no column nope" in refused(DUPLICATE, unique_key=["id", "nope"])

    def test_a_quoted_name_may_be_anything(self):
        odd = plan("delete+insert", {"unique_key": "`order id`"}, None, lambda feature: True)
        assert odd.keys == (Key("order id", True),)

    @pytest.mark.parametrize("key", ['"id"', "'id'", "1", ["id", '"name"']])
    def test_a_constant_is_no_key(self, key):
        """It would match every stored row, and all of them would go."""
        assert "backticks" in refused(DUPLICATE, unique_key=key)

    def test_keys(self):
        found = made(DUPLICATE, unique_key=["`ID`", "id", "upper(name)"], incremental_strategy="delete+insert")
        assert found.keys == (Key("id", True), Key("id", True), Key("upper(name)", False))


class TestOverwrite:
    def test_needs_partitions(self):
        assert "all of it" in refused(DUPLICATE, incremental_strategy="insert_overwrite")
        assert "all of it" in refused(None, incremental_strategy="insert_overwrite")
        assert made(None, incremental_strategy="insert_overwrite", partition_by=["day"]).strategy == "insert_overwrite"

    def test_dynamic_needs_a_server(self):
        parted = table(partition_columns=["day"])
        assert made(parted, incremental_strategy="dynamic_overwrite").statement == "overwrite_partitions"
        assert "3.4" in refused(parted, supports=old, incremental_strategy="dynamic_overwrite")

    def test_predicates(self):
        parted = table(partition_columns=["day"])
        assert made(parted, incremental_strategy="insert_overwrite", predicates="id > 1").predicates == ("id > 1",)
        assert "delete+insert" in refused(parted, incremental_strategy="dynamic_overwrite", predicates="id > 1")
        assert "delete+insert" in refused(
            parted, incremental_strategy="insert_overwrite", predicates="DBT_INTERNAL_SOURCE.id > 1"
        )


class TestMicrobatch:
    def test_needs_a_time(self):
        assert "event_time: <column>" in refused(DUPLICATE, incremental_strategy="microbatch")

    def test_a_moving_row_replaces_the_one_with_its_key(self):
        config = {"incremental_strategy": "microbatch", "event_time": "day", "unique_key": "name"}
        assert made(PRIMARY, **config).keys == (Key("id", True),)
        assert made(DUPLICATE, **config).keys == ()


def test_tables_of_other_systems_are_appended_to():
    assert plan(None, {}, None, lambda feature: True, internal=False).strategy == "append"
    with pytest.raises(CompilationError, match="external catalog"):
        plan(None, {"unique_key": "id"}, None, lambda feature: True, internal=False)


def test_unknown_ways_to_treat_columns_are_refused():
    assert "sync_all_columns" in refused(on_schema_change="append")


def test_whose_macro_it_is():
    class Macro:
        def __init__(self, package):
            self.macro = type("M", (), {"package_name": package})

    ours = {"get_incremental_merge_sql": Macro("dbt"), "starrocks__get_incremental_merge_sql": Macro("dbt_starrocks")}
    assert not is_own(ours, "merge")
    assert is_own({**ours, "starrocks__get_incremental_merge_sql": Macro("shop")}, "merge")
    assert is_own({"get_incremental_mine_sql": Macro("shop")}, "mine")
    assert not is_own({"get_incremental_delete_insert_sql": Macro("dbt")}, "delete+insert")
