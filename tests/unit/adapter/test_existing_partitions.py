"""Partitions read from what the server shows, and rows put where they belong."""

from __future__ import annotations

from datetime import datetime

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.existing_partitions import definition, scheme_of, shown_ranges, step_of, touched
from tests.unit.adapter.tables import table

TEXT = """CREATE TABLE `orders` (
  `id` int(11) NULL COMMENT ""
) ENGINE=OLAP 
DUPLICATE KEY(`id`)
COMMENT "PARTITION BY nothing"
PARTITION BY %s
DISTRIBUTED BY RANDOM
PROPERTIES (
"compression" = "LZ4"
);"""  # noqa: W291
DAYS = """RANGE(`day`)
(PARTITION p1 VALUES [("0000-01-01"), ("2024-01-01")),
PARTITION p2 VALUES [("2024-01-01"), ("2024-01-02")),
PARTITION p3 VALUES [("2024-01-02"), ("2024-01-03")))"""
NUMBERS = """RANGE(`id`)
(PARTITION p1 VALUES [("1"), ("4")),
PARTITION p4 VALUES [("4"), ("7")))"""
OPEN = """RANGE(`day`)
(PARTITION p1 VALUES [("0000-01-01"), ("2024-01-01")),
PARTITION p2 VALUES [("2024-01-01"), (MAXVALUE)))"""
LISTS = """LIST(`name`)(
  PARTITION pe VALUES IN ('eu', 'it's'),
  PARTITION pn VALUES IN ('NULL')
)"""
PAIRS = """LIST(`name`,`id`)(
  PARTITION p1 VALUES IN (('eu', '1'), ('us', '2'))
)"""


def scheme(clause, **types):
    existing = table(partition_columns=["day"], **(types or {"id": "int", "name": "string", "day": "date"}))
    return scheme_of(TEXT % clause, existing)


class TestSchemes:
    def test_by_expression(self):
        found = scheme("date_trunc('day', `at`)", at="datetime")
        assert (found.is_automatic, found.unit, found.expressions) == (True, "day", ("date_trunc('day', `at`)",))
        assert scheme("date_trunc('MONTH', at)", at="datetime").unit == "month"

    def test_by_slice(self):
        found = scheme("time_slice(sold, 7, 'day', 'floor')", sold="datetime")
        assert (found.is_automatic, found.unit) == (True, "")
        assert found.expressions == ("time_slice(`sold`, interval 7 day, floor)",)

    def test_by_columns(self):
        found = scheme("(`name`,`day`)")
        assert (found.is_automatic, found.expressions, found.unit) == (True, ("`name`", "`day`"), "")
        assert scheme("(`day`)").unit == "day"

    def test_by_hidden_columns(self):
        existing = table(at="datetime", __generated_partition_column_0="datetime")
        existing.columns[1].generated = "date_trunc('week', at)"
        found = scheme_of(TEXT % "(`__generated_partition_column_0`)", existing)
        assert (found.expressions, found.unit) == (("date_trunc('week', at)",), "")

    def test_named_one_by_one(self):
        assert [p.name for p in scheme(DAYS).partitions] == ["p1", "p2", "p3"]
        assert scheme(DAYS).partitions[0].lower == datetime.min
        assert scheme(OPEN).partitions[1].upper is None
        assert scheme(LISTS).partitions[0].values == (("eu",), ("it's",))
        assert scheme(PAIRS).partitions[0].values == (("eu", "1"), ("us", "2"))

    def test_few_values_tell_the_partitions(self):
        assert scheme(DAYS).coarse_expressions == ("date_trunc('day', `day`)",)
        assert scheme(DAYS.replace("2024-01-02", "2024-01-02 06:00:00")).coarse_expressions == (
            "date_trunc('hour', `day`)",
        )
        assert scheme(NUMBERS).coarse_expressions == ("`id` - pmod(`id` - 1, 3)",)
        assert scheme(LISTS).coarse_expressions == ("`name`",)

    def test_none(self):
        assert scheme_of(TEXT.replace("PARTITION BY %s\n", ""), table()).kind == "none"


class TestTouched:
    def test_days(self):
        found = touched(scheme(DAYS), [("2024-01-01",), ("2023-05-05",), (None,), ("2024-01-05",)], "orders")
        assert found.names == ("p2", "p1")
        (missing,) = found.missing
        assert (missing.name, definition(missing, dates_only=True)) == ("p20240105", "[('2024-01-05'), ('2024-01-06'))")

    def test_numbers(self):
        found = touched(scheme(NUMBERS), [("5",), ("11",), ("-1",)], "orders")
        assert found.names == ("p4",)
        assert [definition(p) for p in found.missing] == ["[('10'), ('13'))", "[('-2'), ('1'))"]
        assert [p.name for p in found.missing] == ["p10", "p_2"]

    def test_lists(self):
        found = touched(scheme(LISTS), [("it's",), (None,), ("a b",)], "orders")
        assert found.names == ("pe", "pn")
        assert [(p.name, definition(p)) for p in found.missing] == [("pax20b", "in ('a b')")]

    def test_pairs(self):
        found = touched(scheme(PAIRS), [("us", "2"), ("as", "3")], "orders")
        assert found.all_names == ("p1", "pas_3")
        assert definition(found.missing[0]) == "in (('as', '3'))"

    def test_an_open_end_takes_everything(self):
        assert touched(scheme(OPEN), [("2099-01-01",)], "orders").names == ("p2",)

    def test_no_pattern_to_follow(self):
        uneven = DAYS.replace('("2024-01-03")', '("2024-01-09")')
        with pytest.raises(CompilationError, match="ADD PARTITION"):
            touched(scheme(uneven), [("2024-02-05",)], "orders")


def test_ranges_of_show_partitions():
    shown = "[types: [DATETIME]; keys: [2024-01-%s 00:00:00]; ..types: [DATETIME]; keys: [2024-01-%s 00:00:00]; )"
    rows = [
        {"partitionname": "p20240102", "range": shown % ("02", "03")},
        {"partitionname": "p20240101", "range": shown % ("01", "02")},
    ]
    found = shown_ranges(rows)
    assert [p.name for p in found] == ["p20240101", "p20240102"]
    assert step_of(found) == "day"
