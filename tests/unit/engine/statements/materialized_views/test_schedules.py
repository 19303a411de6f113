"""Refreshes that nobody asks for: after loads, and by the clock."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.statements.materialized_views import clauses
from tests.unit.engine.statements.materialized_views.conftest import Client, until

TABLE = "CREATE TABLE t (k INT, v INT) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 1"


def test_loads_refresh_the_views_above_them(client: Client) -> None:
    client.run(TABLE)
    client.run("CREATE MATERIALIZED VIEW a REFRESH ASYNC AS SELECT k, sum(v) s FROM t GROUP BY k")
    client.run("CREATE MATERIALIZED VIEW b REFRESH ASYNC AS SELECT sum(s) FROM a")
    client.run(
        "CREATE MATERIALIZED VIEW x REFRESH DEFERRED ASYNC "
        """PROPERTIES ("excluded_trigger_tables" = "shop.t") AS SELECT k FROM t"""
    )
    client.run("INSERT INTO t VALUES (1, 1), (1, 2)")
    until(lambda: client.run("SELECT * FROM b") == [(3,)])
    client.run("DELETE FROM t WHERE v = 2")
    until(lambda: client.run("SELECT * FROM b") == [(1,)])
    client.run("TRUNCATE TABLE t")
    until(lambda: client.run("SELECT * FROM a") == [])
    assert client.states("x") == []


def test_an_interval_fires_until_the_view_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clauses, "SHORTEST_SECONDS", 1)
    engine = Engine(tmp_path / "m.db")
    client = Client(engine)
    client.run(f"{TABLE}; INSERT INTO t VALUES (1, 1)")
    client.run("CREATE MATERIALIZED VIEW m REFRESH DEFERRED ASYNC EVERY(INTERVAL 1 SECOND) AS SELECT k FROM t")
    until(lambda: client.run("SELECT * FROM m") == [(1,)])
    client.session.close()
    engine.close()

    again = Client(Engine(tmp_path / "m.db"))
    again.run("INSERT INTO t VALUES (2, 2)")
    until(lambda: len(again.run("SELECT * FROM m")) == 2)
    again.run("DROP MATERIALIZED VIEW m")
    assert again.run("SELECT * FROM information_schema.tasks") == []
    again.engine.close()


def test_tasks_tell_what_makes_them_run(client: Client) -> None:
    client.run(TABLE)
    client.run("CREATE MATERIALIZED VIEW a REFRESH DEFERRED MANUAL AS SELECT k FROM t")
    client.run("CREATE MATERIALIZED VIEW b REFRESH DEFERRED ASYNC AS SELECT k FROM t")
    client.run(
        "CREATE MATERIALIZED VIEW c REFRESH DEFERRED ASYNC START('2030-01-01 00:00:00') EVERY(INTERVAL 1 HOUR) "
        "AS SELECT k FROM t"
    )
    shown = "SELECT schedule FROM information_schema.tasks ORDER BY task_name"
    scheduled = "PERIODICAL START(2030-01-01T00:00) EVERY(1 HOURS)"
    assert [s for (s,) in client.run(shown)] == ["MANUAL", "EVENT_TRIGGERED", scheduled]
    client.run("ALTER MATERIALIZED VIEW c REFRESH MANUAL")
    assert [s for (s,) in client.run(shown)] == ["MANUAL", "EVENT_TRIGGERED", "MANUAL"]


def test_runs_that_ended_with_their_process_have_failed(tmp_path: Path) -> None:
    from starrocks_embedded.catalog import model

    engine = Engine(tmp_path / "m.db")
    client = Client(engine)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    with engine.catalog.change(client.session.connection) as change:
        change.put(model.TaskRun(engine.catalog.new_id(), "q", "lost", "shop", "select 1", now, state="RUNNING"))
    client.session.close()
    engine.close()
    again = Client(Engine(tmp_path / "m.db"))
    shown = "SELECT state, error_code, error_message FROM information_schema.task_runs"
    assert again.run(shown) == [("FAILED", -1, "Fe abort the task")]
    again.engine.close()
