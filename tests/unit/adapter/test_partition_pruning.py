"""Predicates against partitions: only what is certain narrows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dbt.adapters.starrocks.existing_partitions import PartitionScheme, StoredPartition
from dbt.adapters.starrocks.partition_pruning import Span, is_by_time, rewritten, span_of

FIRST, THIRD = datetime(2024, 1, 1), datetime(2024, 1, 3)


@pytest.mark.parametrize(
    ("predicates", "span"),
    [
        (["day >= '2024-01-01'"], Span(FIRST)),
        (['DBT_INTERNAL_DEST.`DAY` > "2024-01-01"'], Span(FIRST)),
        (["day >= date '2024-01-01' and day < cast('2024-01-03 00:00:00' as datetime)"], Span(FIRST, THIRD)),
        (["day >= '2024-01-01'", "(day < '2024-01-03')", "id > 5"], Span(FIRST, THIRD)),
        (["day = '2024-01-01'"], Span(FIRST, FIRST + timedelta(microseconds=1))),
        (["day >= '2024-01-01' or id = 1"], Span()),
        (["(day >= '2024-01-01' or id = 1) and day < '2024-01-03'"], Span(end=THIRD)),
        (["(id = 1 or id = 2 and day >= '2024-01-01')"], Span()),
        (["not day >= '2024-01-01'"], Span()),
        (["id = 1 or id = 2 and day >= '2024-01-01'"], Span()),
        (["if(id = 1, id = 2 and day >= '2024-01-01' and id = 3, id = 4)"], Span()),
        (["day between '2024-01-01' and '2024-01-03'"], Span()),
        (["name = 'a and b' and day < '2024-01-03'"], Span(end=THIRD)),
        (["day >= date_sub(now(), interval 3 day)"], Span()),
        (["other >= '2024-01-01'"], Span()),
        (["day >= '2024-01-01 00:00:00+08:00'"], Span()),
        (["day >= 'yesterday'"], Span()),
    ],
)
def test_spans(predicates, span):
    assert span_of(predicates, "day") == span
    assert span.is_bounded is (span != Span())


def days(*numbers):
    return [StoredPartition(f"p{n}", datetime(2024, 1, n), datetime(2024, 1, n + 1)) for n in numbers]


AUTOMATIC = PartitionScheme("automatic", ("day",), ("date_trunc('day', `day`)",), "day")


def test_partitions_of_old_and_new_rows():
    found = rewritten(AUTOMATIC, days(1, 2, 3, 4), ["day >= '2024-01-03'"], [("2024-01-01",), ("2024-01-09",)], "t")
    assert found.names == ("p3", "p4", "p1")
    assert [partition.name for partition in found.missing] == ["p20240109"]


def test_an_empty_table_has_its_unit_all_the_same():
    found = rewritten(AUTOMATIC, [], ["day >= '2024-01-03'"], [("2024-01-09",)], "t")
    assert [partition.name for partition in found.missing] == ["p20240109"]


def test_no_name_for_the_partition_of_null():
    assert rewritten(AUTOMATIC, days(1), ["day >= '2024-01-01'"], [(None,)], "t") is None


def test_bounds_that_leave_nothing():
    found = rewritten(AUTOMATIC, days(1, 2), ["day > '2024-01-03'", "day < '2024-01-02'"], [("2024-01-02",)], "t")
    assert found.names == ("p2",)


def test_only_ranges_of_time():
    assert is_by_time(AUTOMATIC)
    assert is_by_time(PartitionScheme("range", ("day",), ("`day`",)))
    assert not is_by_time(PartitionScheme("range", ("id",), ("`id`",), of_numbers=True))
    assert not is_by_time(PartitionScheme("automatic", ("day",), ("`day`",), "day"))
    assert not is_by_time(PartitionScheme("list", ("day",), ("`day`",)))
