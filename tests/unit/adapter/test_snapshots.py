"""How a snapshot's table is designed, and what a run writes into each column."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError
from pymysql.constants import FIELD_TYPE

from dbt.adapters.starrocks.describe import WireColumn
from dbt.adapters.starrocks.snapshots import (
    keep_all_statement,
    keyed_model,
    missing_in,
    successor,
    takes_upserts,
    writes,
)
from dbt.adapters.starrocks.table_config import TableDesign
from tests.unit.adapter.tables import columns, table

META = {name: name for name in ("dbt_scd_id", "dbt_valid_from", "dbt_valid_to", "dbt_updated_at", "dbt_is_deleted")}
TIMES = {"dbt_updated_at": "datetime", "dbt_valid_from": "datetime", "dbt_valid_to": "datetime"}
QUERY = columns(id="int", name="varchar(20)", day="date", dbt_scd_id="string", **TIMES)


def design(described=QUERY, meta=META, database="default_catalog", supports=lambda feature: True, **config):
    model = {"name": "people_history", "database": database, "columns": {}, "config": config}
    return TableDesign.from_model(keyed_model(model, described, meta), described, supports)


def refused(**config):
    with pytest.raises(CompilationError) as error:
        design(**config)
    return str(error.value)


class TestTable:
    def test_is_keyed_by_the_version(self):
        made = design()
        assert made.primary_key == ("dbt_scd_id",)
        assert made.distribution.columns == ("dbt_scd_id",)
        first = made.columns[0]
        assert (first.name, first.data_type, first.not_null) == ("dbt_scd_id", "varchar(64)", True)
        assert [c.data_type for c in made.columns if c.name == "name"] == ["string"]

    @pytest.mark.parametrize(
        ("partition_by", "key"),
        [
            ("day", ("dbt_scd_id", "day")),
            (["date_trunc('month', dbt_valid_from)"], ("dbt_scd_id", "dbt_valid_from")),
            ({"columns": ["day"], "start": "2024-01-01", "end": "2024-02-01", "every": "1 day"}, ("dbt_scd_id", "day")),
        ],
    )
    def test_partition_columns_join_the_key(self, partition_by, key):
        assert design(partition_by=partition_by).primary_key == key

    def test_renamed_columns(self):
        meta = META | {"dbt_scd_id": "VERSION"}
        made = design(columns(id="int", version="string"), meta)
        assert made.primary_key == ("version",)
        assert made.columns[0].data_type == "varchar(64)"

    def test_a_type_of_ones_own(self):
        made = design(column_options={"DBT_SCD_ID": {"data_type": "varchar(32)"}})
        assert made.columns[0].data_type == "varchar(32)"

    def test_dates_get_room_for_the_time_of_a_deletion(self):
        made = design(columns(id="int", day="date", dbt_scd_id="string", **dict.fromkeys(TIMES, "date")))
        types = {column.name: column.data_type for column in made.columns}
        assert {types[name] for name in TIMES} == {"datetime"}
        assert types["day"] == "date"

    def test_contracts_are_not_asked(self):
        assert len(design(contract={"enforced": True}).columns) == len(QUERY)

    def test_refusals_say_what_to_do(self):
        assert "Remove it." in refused(table_type="duplicate")
        assert "`dbt_scd_id`" in refused(keys=["id"])
        assert "Take `dbt_valid_from`." in refused(partition_by="date_trunc('day', dbt_valid_to)")
        assert "it changes when a version ends" in refused(keys=["dbt_scd_id", "dbt_valid_to"])
        assert "Choose `default_catalog`" in refused(database="lake")

    def test_an_own_key_and_the_old_word_for_its_type(self):
        assert design(keys=["dbt_scd_id", "id"], table_type="primary_key").primary_key == ("dbt_scd_id", "id")


class TestConversion:
    @pytest.mark.parametrize(
        ("key_model", "keys", "fits"),
        [
            ("PRIMARY", ("dbt_scd_id",), True),
            ("PRIMARY", ("DBT_SCD_ID", "day"), True),
            ("PRIMARY", ("id",), False),
            ("PRIMARY", ("dbt_scd_id", "dbt_valid_to"), False),
            ("DUPLICATE", ("dbt_scd_id",), False),
            ("UNIQUE", ("dbt_scd_id",), False),
        ],
    )
    def test_is_for_tables_that_would_lose_versions(self, key_model, keys, fits):
        assert takes_upserts(table(key_model, keys), META) == fits

    def test_comments_stay(self):
        old = table(id="int", name="string")
        old.columns[0].comment = "who"
        made = successor(design(), old, "all of them")
        assert made.comment == "all of them"
        assert {c.name: c.comment for c in made.columns if c.comment} == {"id": "who"}

    def test_versions_that_share_an_id_are_told_apart(self):
        assert keep_all_statement("`s`.`h`", columns(id="int", dbt_scd_id="string"), META) == (
            "insert overwrite `s`.`h` (`id`, `dbt_scd_id`) select `id`, "
            "if(`dbt_nth` = 1, `dbt_scd_id`, md5(concat(`dbt_scd_id`, '|', `dbt_nth`))) from (select *, "
            "row_number() over (partition by `dbt_scd_id` order by `dbt_valid_from`, `dbt_valid_to`) as `dbt_nth` "
            "from `s`.`h`) as `dbt_history`"
        )


def test_new_columns_are_those_of_other_names():
    added = missing_in(columns(ID="int", phone="varchar(5)", price="decimal(10,2)"), {"id"})
    assert [(column.name, column.data_type) for column in added] == [("phone", "string"), ("price", "decimal(10,2)")]


def wire(name, code, length=11, scale=0):
    return WireColumn(name, code, length, scale, 33)


INT, DOUBLE, TEXT = (
    wire("x", FIELD_TYPE.LONG),
    wire("x", FIELD_TYPE.DOUBLE),
    wire("x", FIELD_TYPE.VAR_STRING, 60),
)


class TestWrites:
    @pytest.mark.parametrize(
        ("stored", "found", "cast", "checked"),
        [
            ("int", INT, "", False),
            ("bigint", INT, "", False),
            ("string", TEXT, "", False),
            ("varchar(10)", TEXT, "", False),
            ("decimal(20,4)", DOUBLE, "decimal(20,4)", True),
            ("int", TEXT, "int", True),
            ("datetime", wire("x", FIELD_TYPE.DATE), "datetime", True),
            ("boolean", wire("x", FIELD_TYPE.TINY, 1), "", False),
            ("json", wire("x", FIELD_TYPE.STRING, 60), "", False),
            ("array<int>", wire("x", FIELD_TYPE.STRING, 20), "array<int>", False),
        ],
    )
    def test_a_new_value_takes_the_stored_type(self, stored, found, cast, checked):
        (write,) = writes(columns(X=stored), [found], META, "ignore")
        assert (write.given, write.cast, write.checked) == (True, cast, checked)

    def test_what_nobody_gives(self):
        stored = columns(x="int", gone="int", dbt_scd_id="string", dbt_is_deleted="string")
        given = {mode: [w.given for w in writes(stored, [INT], META, mode)] for mode in ("invalidate", "new_record")}
        assert given == {"invalidate": [True, False, True, False], "new_record": [True, False, True, True]}

    def test_generated_columns_are_the_servers(self):
        stored = columns(x="int", y="int")
        stored[1].generated = "x + 1"
        assert [write.column.name for write in writes(stored, [INT], META, "ignore")] == ["x"]
