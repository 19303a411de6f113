"""Tasks that run again and again."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.server import Server
from starrocks_embedded.session import Session
from starrocks_embedded.statements import tasks
from tests.unit.engine.statements.materialized_views.conftest import until


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


@pytest.mark.parametrize(
    ("start", "expected"),
    [("2026-01-01T00:00", 30.0), ("2026-01-01T00:00:20", 50.0), ("2026-01-01T01:00", 3570.0)],
)
def test_a_schedule_counts_from_its_start(start: str, expected: float) -> None:
    now = datetime(2026, 1, 1, 0, 0, 30, tzinfo=timezone.utc)
    assert tasks.seconds_until_next(f"PERIODICAL START({start}) EVERY(1 MINUTES)", now) == expected


def test_a_scheduled_task_runs_until_it_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SHORTEST", 1)
    engine = Engine(tmp_path / "s.db")
    session = Session(engine, 1, "root")
    run(session, "create database q; use q; create table t (a int)")
    run(session, "submit task often schedule every (interval 1 second) as insert into t select 1")
    until(lambda: len(run(session, "select * from t")) >= 3)
    until(lambda: {s for (s,) in run(session, "select state from information_schema.task_runs")} == {"SUCCESS"})
    session.close()
    engine.close()

    again = Session(Engine(tmp_path / "s.db"), 1, "root")
    before = len(run(again, "select * from q.t"))
    until(lambda: len(run(again, "select * from q.t")) > before)
    run(again, "drop task often")
    time.sleep(0.2)
    left = len(run(again, "select * from q.t"))
    time.sleep(1.2)
    assert len(run(again, "select * from q.t")) == left


def test_a_task_ends_at_its_timeout_and_with_its_database(tmp_path: Path) -> None:
    server = Server(Engine(tmp_path / "s.db"))
    server.start()
    session = Session(server.engine, 1, "root")
    run(session, "create database q; use q; create table t (a bigint)")
    endless = (
        "insert into t select a.generate_series from table(generate_series(1, 100000)) a "
        "join table(generate_series(1, 100000)) b on a.generate_series <> b.generate_series"
    )
    run(session, f"submit /*+set_var(insert_timeout = 1)*/ task late as {endless}")
    shown = "select state, error_code from information_schema.task_runs where task_name = "
    until(lambda: run(session, f"{shown}'late'") == [("FAILED", 5024)])

    run(session, f"submit task lost as {endless}")
    until(lambda: run(session, f"{shown}'lost'") == [("RUNNING", 0)])
    run(session, "drop database q force")
    until(lambda: run(session, f"{shown}'lost'")[0][0] == "FAILED")
    session.close()
    server.stop()
    server.engine.close()
