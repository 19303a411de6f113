"""Windows against partitions: the statement, its conditions, the partitions to add, and whose turn it is."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.existing_partitions import PartitionScheme, StoredPartition
from dbt.adapters.starrocks.microbatch import Turns, batch_of, cover
from tests.unit.adapter.tables import table

EVENTS = table(id="int", at="datetime", day="date")


def by(unit, column="at"):
    return PartitionScheme("automatic", (column,), (f"date_trunc('{unit}', `{column}`)",), unit)


def batch(scheme, size="day", start="2024-01-31T00:00:00Z", end="2024-02-01T00:00:00+00:00", since=(9, 9), **more):
    predicates = more.pop("predicates", ())
    model = {
        "config": {"event_time": more.pop("event_time", "at"), "batch_size": size, **more},
        "batch": {"event_time_start": start, "event_time_end": end},
    }
    supports = lambda feature: (feature.since.major, feature.since.minor) <= since  # noqa: E731
    return batch_of(model, EVENTS, scheme, predicates, supports)


NONE = PartitionScheme("none")
MONTH = {"start": "2024-01-01T00:00:00Z", "end": "2024-02-01T00:00:00Z", "size": "month"}


class TestFit:
    def test_a_partition(self):
        found = batch(by("day"))
        assert (found.statement, found.value, found.serial) == ("value", "`at` = '2024-01-31 00:00:00'", False)

    def test_a_month_has_its_own_length(self):
        assert batch(by("month"), **MONTH).statement == "value"

    def test_inside(self):
        found = batch(by("month"))
        assert (found.statement, found.value, found.serial) == ("inside", "`at` = '2024-01-01 00:00:00'", True)
        assert found.kept_inside == (
            "`at` >= '2024-01-01 00:00:00' and `at` < '2024-02-01 00:00:00' and "
            "not coalesce(`at` >= '2024-01-31 00:00:00' and `at` < '2024-02-01 00:00:00', false)"
        )

    def test_several(self):
        assert batch(by("day"), **MONTH).statement == "several"
        assert batch(by("day"), **MONTH, since=(3, 3)).statement == "table"

    def test_other_partitions(self):
        assert batch(NONE).statement == "table"
        assert batch(PartitionScheme("automatic", ("region",), ("`region`",))).statement == "table"
        assert batch(by("day", "other")).statement == "table"
        assert batch(PartitionScheme("automatic", ("at",), ("time_slice(`at`, interval 7 day, floor)",))).serial

    def test_dates(self):
        days = PartitionScheme("automatic", ("day",), ("`day`",), "day")
        found = batch(days, event_time="DAY")
        assert (found.statement, found.value) == ("value", "`day` = '2024-01-31'")
        assert found.window == "`day` >= '2024-01-31' and `day` < '2024-02-01'"

    def test_predicates_need_to_look_inside(self):
        found = batch(by("day"), predicates=["id > 1"])
        assert found.statement == "inside"
        assert found.kept_if.endswith("and (id > 1), false)")

    def test_two_statements_when_asked(self):
        assert batch(NONE, delete_insert_atomic=False).statement == "delete_then_insert"
        with pytest.raises(CompilationError, match="the window and nothing else"):
            batch(NONE, delete_insert_atomic=False, predicates=["id > 1"])


class TestDynamic:
    def test_only_where_it_replaces_nothing_else(self):
        assert batch(by("day"), microbatch_use_dynamic_overwrite=True).statement == "value"
        assert batch(by("day"), **MONTH, microbatch_use_dynamic_overwrite=True).statement == "dynamic"
        for scheme, statement in ((by("month"), "inside"), (NONE, "table")):
            found = batch(scheme, microbatch_use_dynamic_overwrite=True)
            assert found.statement == statement
            assert "rows of other batches" in found.notices[0]

    def test_needs_a_server(self):
        found = batch(by("day"), **MONTH, microbatch_use_dynamic_overwrite=True, since=(3, 3))
        assert found.statement == batch(by("day"), **MONTH, since=(3, 3)).statement
        assert str(Feature.DYNAMIC_OVERWRITE.since) in found.notices[0]


class TestConfig:
    def test_bounds_of_older_dbt(self):
        config = {
            "event_time": "at",
            "batch_size": "hour",
            "__dbt_internal_microbatch_event_time_start": datetime(2024, 1, 1, 5),
            "__dbt_internal_microbatch_event_time_end": datetime(2024, 1, 1, 6),
        }
        found = batch_of({"config": config}, EVENTS, NONE, (), lambda feature: True)
        assert found.window == "`at` >= '2024-01-01 05:00:00' and `at` < '2024-01-01 06:00:00'"

    def test_without_a_window(self):
        with pytest.raises(CompilationError, match="no window"):
            batch_of({"config": {"event_time": "at"}}, EVENTS, NONE, (), lambda feature: True)

    def test_event_time_is_a_time(self):
        with pytest.raises(CompilationError, match="DATETIME"):
            batch(NONE, event_time="id")
        with pytest.raises(CompilationError, match="no such column"):
            batch(NONE, event_time="nope")


def days(*numbers, month=1):
    return [StoredPartition(f"p202401{n:02}", datetime(2024, month, n), datetime(2024, month, n + 1)) for n in numbers]


class TestCover:
    window = {"start": "2024-01-02T00:00:00Z", "end": "2024-01-06T00:00:00Z", "size": "month"}

    def test_gaps_are_added_in_runs(self):
        found = cover(batch(by("day"), **self.window), days(1, 3, 6), "events")
        assert found.names == ("p20240103", "p20240102", "p20240104", "p20240105")
        assert found.missing == (
            (datetime(2024, 1, 2), datetime(2024, 1, 3)),
            (datetime(2024, 1, 4), datetime(2024, 1, 6)),
        )
        assert found.exact

    def test_the_clause(self):
        made = batch(by("day"), **self.window)
        assert made.add_clause((made.start, made.end)) == (
            "start ('2024-01-02 00:00:00') end ('2024-01-06 00:00:00') every (interval 1 day)"
        )

    def test_partitions_that_reach_beyond(self):
        wide = StoredPartition("p202401", datetime(2024, 1, 1), datetime(2024, 2, 1))
        found = cover(batch(PartitionScheme("range", ("at",), partitions=(wide,))), [wide], "events")
        assert (found.names, found.missing, found.exact) == (("p202401",), (), False)

    def test_an_open_end(self):
        last = StoredPartition("rest", datetime(2024, 1, 1), None)
        assert cover(batch(PartitionScheme("range", ("at",), partitions=(last,))), [last], "events").names == ("rest",)

    def test_no_unit_to_add_by(self):
        uneven = StoredPartition("p", datetime(2023, 1, 1), datetime(2023, 1, 9))
        with pytest.raises(CompilationError, match="date_trunc"):
            cover(batch(PartitionScheme("range", ("at",), partitions=(uneven,))), [uneven], "events")


def test_turns_are_taken_one_by_one():
    turns, order = Turns(), []
    turns.take(("c", "s", "t"))

    def other():
        turns.take(("c", "s", "t"))
        order.append("other")
        turns.leave()

    thread = threading.Thread(target=other)
    thread.start()
    turns.take(("c", "s", "t"))  # again, by the same batch
    order.append("first")
    turns.leave()
    thread.join(5)
    assert sorted(order) == ["first", "other"]
    assert not thread.is_alive()
    turns.leave()
