"""Columns that follow a query: what counts as different, what is refused, and jobs seen through to their end."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError, DbtDatabaseError

from dbt.adapters.starrocks.metadata import ListedRelation
from dbt.adapters.starrocks.schema_change import (
    AlterJobs,
    asked,
    asked_type,
    casts,
    default_clause,
    difference,
    followed,
    holds,
    may_become,
    refuse_impossible,
    refuse_missing,
    to_write,
)
from dbt.adapters.starrocks.table_config.columns import ColumnDefinition
from tests.unit.adapter.tables import columns, table

STORED = columns(id="int", name="varchar(20)", price="decimal(10,2)", day="date")


def definitions(**types):
    return [ColumnDefinition(name, text) for name, text in types.items()]


def change(stored=STORED, declared=None, **types):
    return difference(stored, columns(**types), definitions(**(declared or types)))


class TestDifference:
    def test_none(self):
        assert not change(ID="tinyint", name="varchar(5)", price="decimal(8,2)", day="date")

    def test_names_and_types(self):
        found = change(id="bigint", name="string", price="decimal(10,2)", note="string")
        assert [column.name for column in found.added] == ["note"]
        assert [column.name for column in found.dropped] == ["day"]
        assert [(column.name, column.data_type) for column in found.retyped] == [("id", "bigint"), ("name", "string")]
        assert found.describe() == (
            "new column note string; column day is gone; column id is now bigint; column name is now string"
        )

    def test_what_the_model_declares_counts(self):
        declared = {"id": "int", "name": "varchar(50)", "price": "decimal(10,2)", "day": "date"}
        found = change(declared=declared, id="int", name="varchar(5)", price="decimal(10,2)", day="date")
        assert [(column.name, column.data_type) for column in found.retyped] == [("name", "varchar(50)")]

    def test_a_decimal_gets_room_on_both_sides(self):
        found = change(id="int", name="varchar(5)", price="decimal(7,4)", day="date")
        assert [column.data_type for column in found.retyped] == ["decimal(12,4)"]

    def test_modes(self):
        found = change(id="bigint", name="string", price="decimal(10,2)", note="string")
        assert followed("sync_all_columns", found, "t") is found
        assert followed("append_new_columns", found, "t").retyped == ()
        assert followed("append_new_columns", found, "t").dropped == ()
        with pytest.raises(CompilationError, match="column day is gone"):
            followed("fail", found, "t")


@pytest.mark.parametrize(
    ("stored", "found", "fits"),
    [
        ("int", "tinyint", True),
        ("int", "boolean", True),
        ("int", "bigint", False),
        ("bigint", "double", False),
        ("double", "bigint", True),
        ("double", "decimal(38,9)", True),
        ("decimal(12,2)", "int", True),
        ("decimal(10,2)", "int", False),
        ("decimal(12,2)", "decimal(10,1)", True),
        ("decimal(10,2)", "decimal(10,3)", False),
        ("varchar(20)", "varchar(20)", True),
        ("varchar(20)", "string", False),
        ("string", "date", True),
        ("varchar(5)", "int", False),
        ("datetime", "date", True),
        ("date", "datetime", False),
        ("array<int>", "array<bigint>", False),
        ("boolean", "tinyint", False),
    ],
)
def test_holds(stored, found, fits):
    (one,), (other,) = columns(c=stored), columns(c=found)
    assert holds(one, other) is fits


@pytest.mark.parametrize(
    ("stored", "found", "possible"),
    [
        ("int", "bigint", True),
        ("int", "double", True),
        ("largeint", "double", False),
        ("int", "string", True),
        ("int", "decimal(20,0)", False),
        ("float", "double", True),
        ("boolean", "string", False),
        ("date", "datetime", True),
        ("date", "string", False),
        ("decimal(10,2)", "decimal(12,2)", True),
        ("array<int>", "array<bigint>", False),
    ],
)
def test_may_become(stored, found, possible):
    (one,), (other,) = columns(c=stored), columns(c=found)
    assert may_become(one, other) is possible


class TestRefusals:
    def refused(self, found, existing, views=()):
        with pytest.raises(CompilationError) as error:
            refuse_impossible(found, "orders", existing, views)
        return str(error.value)

    def dropping(self, *names):
        return asked(
            columns(id="int", name="string", day="date", note="string"), [], columns(**dict.fromkeys(names, "int"))
        )

    def test_drops(self):
        parted = table(
            "PRIMARY", ("id",), ["day"], ["note"], ["id"], id="int", name="string", day="date", note="string"
        )
        assert "id cannot be dropped, it is what the table is distributed by" in self.refused(
            self.dropping("id"), parted
        )
        assert "day cannot be dropped, it is what the table is partitioned by" in self.refused(
            self.dropping("day"), parted
        )
        assert "note cannot be dropped, it is what the table is sorted by" in self.refused(
            self.dropping("note"), parted
        )
        assert refuse_impossible(self.dropping("name"), "orders", parted, ())

    def test_views_on_top(self):
        view = ListedRelation("daily", "materialized_view", definition="select id, sum(name) from orders group by id")
        assert "read by the materialized view daily" in self.refused(self.dropping("name"), table(), [view])
        assert refuse_impossible(self.dropping("day"), "orders", table(), [view])

    def test_never_all_columns(self):
        everything = asked(columns(id="int", name="string"), [], columns(id="int", name="string"))
        assert "all of its columns would go" in self.refused(everything, table(id="int", name="string"))

    def test_the_last_key_stays(self):
        assert "no key column would be left" in self.refused(self.dropping("id"), table())

    def test_additions(self):
        needed = difference(STORED, columns(flag="int"), [ColumnDefinition("flag", "int", not_null=True)])
        assert "flag is NOT NULL and has no default" in self.refused(needed, table())

    def test_types(self):
        stored = columns(id="int", name="string", day="date")
        assert "it is a key of this PRIMARY KEY table" in self.refused(
            asked_type(stored, "id", "bigint"), table("PRIMARY")
        )
        assert "day cannot become string, it is date" in self.refused(asked_type(stored, "day", "string"), table())


class TestColumnsToWrite:
    def test_what_the_server_fills_is_left_out(self):
        stored = columns(id="bigint", number="bigint", twice="bigint")
        stored[2].generated = "id * 2"
        options = {"number": {"auto_increment": True}}
        assert [column.name for column in to_write(stored, options, None, "t")] == ["id"]

    def test_what_the_query_lacks(self):
        assert [column.name for column in to_write(STORED, {}, columns(ID="int", day="date"), "t")] == ["id", "day"]
        with pytest.raises(CompilationError, match="none of the columns"):
            to_write(STORED, {}, columns(x="int"), "t")
        with pytest.raises(CompilationError, match="no longer returns price, day"):
            refuse_missing(STORED, columns(id="int", name="string"), "t")

    def test_casts(self):
        assert casts(STORED, columns(id="tinyint", name="string", price="double", day="datetime")) == {
            "price": "decimal(10,2)",
            "day": "date",
        }


@pytest.mark.parametrize(
    ("default", "clause"),
    [
        ("3", 'default "3"'),
        ('say "hi"', 'default "say \\"hi\\""'),
        ("CURRENT_TIMESTAMP", "default CURRENT_TIMESTAMP"),
        ("CURRENT_TIMESTAMP(6)", "default CURRENT_TIMESTAMP(6)"),
        ("(uuid())", "default (uuid())"),
    ],
)
def test_defaults_are_said_again(default, clause):
    assert default_clause(default) == clause


class Server:
    """Answers from a list: rows, or an error to raise."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []
        self.now = 0.0

    def ask(self, sql):
        self.sent.append(sql)
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise DbtDatabaseError(answer)
        return answer

    def sleep(self, seconds):
        self.now += seconds

    def jobs(self, timeout=60.0):
        return AlterJobs(self.ask, "shop", "orders", timeout, self.sleep, lambda: self.now)


def job(state, msg=""):
    return [{"jobid": "7", "state": state, "msg": msg}]


class TestJobs:
    def test_waits_until_finished(self):
        server = Server([], job("PENDING"), job("WAITING_TXN"), job("RUNNING"), job("FINISHED"))
        server.jobs().run("alter table orders add column x int")
        assert len(server.sent) == 5
        assert server.sent[1] == (
            "show alter table column from `shop` where TableName = 'orders' order by JobId desc limit 1"
        )

    def test_another_job_is_waited_for(self):
        busy = "A schema change operation is in progress on the table orders. Please wait until …"
        server = Server(busy, busy, [], job("FINISHED"))
        server.jobs().run("alter")
        assert [sql for sql in server.sent if sql == "alter"] == ["alter"] * 3

    def test_a_cancelled_job_shows_why(self):
        with pytest.raises(DbtDatabaseError, match="no space left"):
            Server([], job("CANCELLED", "no space left")).jobs().run("alter")

    def test_other_errors_are_shown_at_once(self):
        with pytest.raises(DbtDatabaseError, match="Column does not exists"):
            Server("Column does not exists: x").jobs().run("alter")

    def test_patience_ends(self):
        with pytest.raises(DbtDatabaseError, match="schema_change_timeout"):
            Server([], *[job("RUNNING")] * 100).jobs(timeout=3).run("alter")

    def test_no_job_is_no_waiting(self):
        Server([]).jobs().wait()
