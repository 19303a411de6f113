"""The one statement of each strategy, in the forms that every supported front end takes."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks import incremental_config, schema_change
from dbt.adapters.starrocks.existing_partitions import AUTOMATIC, PartitionScheme
from dbt.adapters.starrocks.relation import StarRocksRelation
from tests.unit.adapter.tables import columns, table
from tests.unit.macros.harness import squeezed

TARGET = StarRocksRelation.create(database="default_catalog", schema="shop", identifier="orders", type="table")
NAME = "`default_catalog`.`shop`.`orders`"
COLUMNS = columns(id="int", name="string", price="decimal(10,2)")
DAYS = PartitionScheme(AUTOMATIC, ("day",), ("date_trunc('day', `day`)",), "day")


@pytest.fixture
def write(macros):
    """(strategy, table, config) → the statement's text."""

    def written(strategy, existing, supports=True, scheme=DAYS, found=COLUMNS, **config):
        plan = incremental_config.plan(strategy, config, existing, lambda feature: True)
        session = macros.session(
            {"model": {"config": config}, "config": config},
            adapter={
                "incremental_plan": lambda *a: plan,
                "server_supports": lambda feature: supports,
                "describe_query": lambda *a: found,
                "partition_scheme": lambda relation: scheme,
                "prunable_scheme": lambda *a: None,
                "increment_casts": lambda relation, wanted, new: schema_change.casts(wanted, new),
            },
        )
        increment = {"target_relation": TARGET, "source_sql": "select * from new", "dest_columns": COLUMNS}
        name = f"get_incremental_{strategy.replace('+', '_')}_sql"
        return squeezed(str(session.call(name, increment)))

    return written


def test_append(write):
    assert write("append", table()) == (
        f"insert into {NAME} (`id`, `name`, `price`) "
        "select `id`, `name`, `price` from ( select * from new ) as model_subq"
    )


def test_merge_is_an_insert(write):
    assert write("merge", table("PRIMARY"), unique_key="id") == write("append", table())


def test_merge_of_some_columns_writes_whole_rows(write):
    primary = table("PRIMARY", id="int", name="string", price="decimal(10,2)")
    assert write("merge", primary, unique_key="id", merge_update_columns=["name"]) == (
        f"insert into {NAME} (`id`, `name`, `price`) select DBT_INTERNAL_SOURCE.`id`, DBT_INTERNAL_SOURCE.`name`, "
        "if(DBT_INTERNAL_DEST.`id` is null, DBT_INTERNAL_SOURCE.`price`, DBT_INTERNAL_DEST.`price`) "
        "from ( select `id`, `name`, `price` from ( select * from new ) as model_subq ) as DBT_INTERNAL_SOURCE "
        f"left join ( select * from {NAME} as DBT_INTERNAL_DEST ) as DBT_INTERNAL_DEST "
        "on DBT_INTERNAL_DEST.`id` = DBT_INTERNAL_SOURCE.`id`"
    )


def test_predicates_protect_stored_rows(write):
    text = write("merge", table("PRIMARY"), unique_key="id", predicates=["id > 5", "DBT_INTERNAL_SOURCE.id < 9"])
    assert f"( select *, (id > 5) as `__dbt_touchable` from {NAME} as DBT_INTERNAL_DEST )" in text
    assert text.endswith(
        "where DBT_INTERNAL_DEST.`id` is null or (DBT_INTERNAL_DEST.`__dbt_touchable`) and (DBT_INTERNAL_SOURCE.id < 9)"
    )


def test_duplicates_stop_the_statement(write):
    text = write("merge", table("PRIMARY"), unique_key="id", merge_duplicates="fail")
    assert "count(*) over (partition by `id`) as `__dbt_rows`" in text
    assert "where assert_true(`__dbt_rows` = 1, 'merge_duplicates: several new rows have the same `id`')" in text


def test_delete_insert_keeps_the_others(write):
    assert write("delete+insert", table(), unique_key=["id", "upper(name)"]) == (
        f"insert /*+SET_VAR(dynamic_overwrite=false)*/ overwrite {NAME} (`id`, `name`, `price`) "
        "with `__dbt_new` as ( select `id`, `name`, `price` from ( select * from new ) as model_subq ) "
        "select DBT_INTERNAL_DEST.`id`, DBT_INTERNAL_DEST.`name`, DBT_INTERNAL_DEST.`price` "
        f"from ( select *, upper(name) as `__dbt_key_1` from {NAME} as DBT_INTERNAL_DEST ) as DBT_INTERNAL_DEST "
        "left anti join ( select *, upper(name) as `__dbt_key_1` from `__dbt_new` ) as DBT_INTERNAL_SOURCE "
        "on DBT_INTERNAL_DEST.`id` <=> DBT_INTERNAL_SOURCE.`id` "
        "and DBT_INTERNAL_DEST.`__dbt_key_1` <=> DBT_INTERNAL_SOURCE.`__dbt_key_1` "
        "union all select `id`, `name`, `price` from `__dbt_new`"
    )


def test_older_servers_know_no_hint(write):
    assert write("delete+insert", table(), unique_key="id", supports=False).startswith(f"insert overwrite {NAME} (")


def test_new_values_are_cast_and_checked(write):
    text = write("delete+insert", table(), unique_key="id", found=columns(id="int", name="string", price="double"))
    assert (
        "if(assert_true(`price` is null or cast(`price` as decimal(10,2)) is not null, "
        "'column price: a new value is no decimal(10,2)'), cast(`price` as decimal(10,2)), null) as `price`"
    ) in text


def test_two_statements_by_config(write):
    primary = table("PRIMARY", ("id", "day"))
    text = write(
        "delete+insert", primary, unique_key="id", delete_insert_atomic=False, predicates=["DBT_INTERNAL_DEST.id > 5"]
    )
    assert text.startswith(
        f"delete from {NAME} where (`id`) in ( select `id` from ( select * from new ) as model_subq ) and (id > 5); "
        f"insert into {NAME} ("
    )


class TestOverwrite:
    parted = table(partition_columns=["day"])

    def test_dynamic(self, write):
        expected = f"insert /*+SET_VAR(dynamic_overwrite=true)*/ overwrite {NAME} (`id`, `name`, `price`) select "
        assert write("insert_overwrite", self.parted).startswith(expected)
        assert write("dynamic_overwrite", self.parted).startswith(expected)

    def test_before_dynamic(self, write):
        text = write("insert_overwrite", self.parted, supports=False)
        assert text.startswith(f"insert overwrite {NAME} (")
        assert "on DBT_INTERNAL_DEST.`__dbt_key_1` <=> DBT_INTERNAL_SOURCE.`__dbt_key_1`" in text
        assert text.count("date_trunc('day', `day`) as `__dbt_key_1`") == 2

    def test_where_it_would_take_everything(self, write):
        with pytest.raises(Exception, match="would replace all rows"):
            write("dynamic_overwrite", self.parted, scheme=PartitionScheme("range", ("day",), ("`day`",)))


def test_one_alter_for_all_columns(macros):
    stored = columns(id="int", size="int", gone="int")
    stored[1].default, stored[1].comment = "3", "how many"
    found = columns(id="int", size="bigint", note="string")
    wanted = [schema_change.ColumnDefinition(column.name, column.data_type) for column in found]
    change = schema_change.difference(stored, found, wanted)
    session = macros.session(adapter={"default_clause": schema_change.default_clause})
    assert squeezed(str(session.call("starrocks__alter_columns_sql", TARGET, change))) == (
        f"alter table {NAME} add column `note` string, drop column `gone`, "
        "modify column `size` bigint default \"3\" comment 'how many'"
    )
