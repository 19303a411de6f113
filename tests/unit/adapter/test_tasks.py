"""Tasks of the server, watched until they end, against a server that is a list of answers."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starrocks import tasks
from dbt.adapters.starrocks.tasks import Patience, Task

NO_WAIT = Patience(interval=0.0)


def row(state, progress="0%", error=None):
    return {"STATE": state, "PROGRESS": progress, "QUERY_ID": "q-1", "ERROR_MESSAGE": error}


def watched(*answers):
    """A task whose looks are answered one after the other; the last answer stays."""
    left = list(answers)

    def ask(_sql):
        return left.pop(0) if len(left) > 1 else left[0]

    return Task("t", ask, NO_WAIT)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into t select 1",
        "/* c */ insert /*+SET_VAR(a=1)*/ overwrite t (a) with x as (select 1) select * from x",
        "create table t properties ('a' = 'b') as\nselect 1",
        "CREATE TABLE t AS (SELECT 1)",
        "cache select * from t",
    ],
)
def test_submittable(statement):
    assert tasks.submittable(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select 1",
        "insert into t values (1, 'select')",
        "create table t (a int, b int as (a + 1)) comment 'as select'",
        "create temporary table t as select 1",
        "create view v as select 1",
        "delete from t where a in (select 1)",
    ],
)
def test_not_submittable(statement):
    assert not tasks.submittable(statement)


def test_the_name_is_found_by_people_and_unique():
    first, second = (tasks.task_name("model.shop.daily orders") for _ in range(2))
    assert first.startswith("dbt_daily_orders_")
    assert first != second
    assert len(tasks.task_name("model.shop." + "x" * 100)) == tasks.NAME_LENGTH


def test_the_statement_keeps_its_comment_and_gets_its_variables():
    found = tasks.submit_statement("n", "/* c */\ninsert into t select 1", {"query_timeout": "60", "sql_mode": "'x'"})
    assert found == ("/* c */\nsubmit /*+set_var(query_timeout=60, sql_mode='x')*/ task `n` as insert into t select 1")


def test_waits_grow_to_a_limit():
    patience = Patience(interval=1, factor=2, longest=10)
    assert [patience.seconds(looks) for looks in range(6)] == [1, 2, 4, 8, 10, 10]
    assert patience.seconds(100_000) == 10


def test_success():
    outcome = watched([], [row("PENDING")], [row("RUNNING", "40%")], [row("SUCCESS", "100%")]).wait()
    assert outcome.info == {"label": "t", "query": "q-1"}


def test_progress_is_told_when_it_changes(monkeypatch):
    told = []
    monkeypatch.setattr(tasks.logger, "info", told.append)
    watched([row("PENDING")], [row("RUNNING")], [row("RUNNING")], [row("RUNNING", "50%")], [row("SUCCESS")]).wait()
    assert told == ["Task t: PENDING 0%", "Task t: RUNNING 0%", "Task t: RUNNING 50%", "Task t: SUCCESS"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (row("FAILED", error="Insert has filtered data"), "failed: Insert has filtered data"),
        (row("MERGED"), "the server says MERGED"),
        (row("SKIPPED"), "the server says SKIPPED"),
    ],
)
def test_only_success_is_success(answer, words):
    with pytest.raises(DbtDatabaseError, match=words):
        watched([row("RUNNING")], [answer]).wait()


def test_a_task_that_vanishes_has_failed():
    with pytest.raises(DbtDatabaseError, match="no longer listed"):
        watched([row("RUNNING")], []).wait()


def test_a_task_that_never_appears_has_failed(monkeypatch):
    monkeypatch.setattr(tasks, "SECONDS_UNTIL_LISTED", 0.0)
    with pytest.raises(DbtDatabaseError, match="no longer listed"):
        watched([]).wait()
