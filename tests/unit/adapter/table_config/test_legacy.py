"""Spellings of earlier adapters keep working, each with one line."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.table_config.legacy import translated
from tests.unit.adapter.table_config.designs import design, refusal


def test_todays_words_say_nothing():
    assert translated({"indexes": [{"columns": "id"}], "partition_by": ["id"]})[1] == ()


def test_engine_olap_is_dropped_with_a_line():
    config, notices = translated({"engine": "olap"})
    assert config == {}
    assert notices == ("`engine` is not needed any more: every table is OLAP. Remove it.",)


def test_other_engines_are_refused():
    assert "other systems are catalogs: `catalog`" in refusal({"engine": "iceberg"})


def test_indexs_makes_bitmap_indexes():
    found = design({"indexs": [{"columns": "id, region"}]})
    assert [(index.name, index.kind) for index in found.indexes] == [("idx_id", "bitmap"), ("idx_region", "bitmap")]
    assert found.notices == ("`indexs` is spelled `indexes` now; the old name still works.",)


def test_indexs_beside_indexes_is_refused():
    assert "the model has `indexes` too" in refusal({"indexs": [{"columns": "id"}], "indexes": ["id"]})


@pytest.mark.parametrize("kind", ["Expr", "EXPR", "expression"])
def test_expr_needs_no_more_than_partition_by(kind):
    found = design({"partition_by": ['date_trunc("day", ordered_on)'], "partition_type": kind})
    assert found.partitioning.parts == ('date_trunc("day", ordered_on)',)
    assert found.partitioning.kind == "expression"
    assert len(found.notices) == 1


def test_expr_of_a_column_is_a_column():
    assert design({"partition_by": ["region"], "partition_type": "Expr"}).partitioning.kind == "columns"


def test_expr_ignores_what_was_never_sent():
    config = {"partition_by": ["region"], "partition_type": "Expr", "partition_by_init": ["partition p1 …"]}
    assert design(config).partitioning.texts == ()


def test_range_with_its_partitions():
    rows = ["PARTITION p1 VALUES LESS THAN ('2024-01-01'),PARTITION p2 VALUES LESS THAN ('2025-01-01')"]
    found = design({"partition_by": ["ordered_on"], "partition_type": "RANGE", "partition_by_init": rows})
    assert (found.partitioning.kind, found.partitioning.texts) == ("range", tuple(rows))
    assert found.notices[0].startswith("`partition_by_init` is spelled")


def test_range_was_the_default_beside_partitions():
    found = design(
        {"partition_by": ["ordered_on"], "partition_by_init": "START ('a') END ('b') EVERY (INTERVAL 1 DAY)"}
    )
    assert found.partitioning.kind == "range"


def test_list_with_its_partitions():
    rows = ["PARTITION p1 VALUES IN ('de', 'fr')"]
    found = design({"partition_by": ["region"], "partition_type": "LIST", "partition_by_init": rows})
    assert (found.partitioning.kind, found.partitioning.texts) == ("list", tuple(rows))


def test_an_empty_range_stays_one_for_dynamic_partitions():
    found = design({"partition_by": ["ordered_on"], "partition_type": "RANGE"})
    assert (found.partitioning.kind, found.partitioning.texts) == ("range", ())


def test_partition_type_without_partition_by_says_nothing():
    assert design({"partition_type": "RANGE"}).partitioning is None


def test_partition_type_beside_a_mapping_is_refused():
    config = {"partition_by": {"columns": "id"}, "partition_type": "RANGE"}
    assert "`partition_by` says it all where it is a mapping" in refusal(config)
