"""Views that stop when something changes below them, and come back by themselves when it fits again."""

from __future__ import annotations

from starrocks_embedded.statements.materialized_views.activity import ActiveChecker
from tests.unit.engine.statements.materialized_views.conftest import Client, until

TABLE = "CREATE TABLE t (k INT, v INT) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 1"
ACTIVE = "SELECT is_active FROM information_schema.materialized_views ORDER BY table_name"


def test_a_view_comes_back_unless_a_user_switched_it_off(client: Client) -> None:
    client.run(f"{TABLE}; CREATE MATERIALIZED VIEW a REFRESH DEFERRED MANUAL AS SELECT k FROM t")
    client.run("CREATE MATERIALIZED VIEW b REFRESH DEFERRED MANUAL AS SELECT v FROM t")
    client.run("ALTER MATERIALIZED VIEW b INACTIVE; DROP TABLE t")
    client.run("ADMIN SET FRONTEND CONFIG ('mv_active_checker_interval_seconds' = '0')")
    checker = ActiveChecker(client.engine)
    checker.look()
    assert client.run(ACTIVE) == [("false",), ("false",)]
    client.run(TABLE)
    client.run("ALTER MATERIALIZED VIEW b INACTIVE")

    def back() -> bool:
        checker.look()
        return client.run(ACTIVE) == [("true",), ("false",)]

    until(back)


def test_a_view_over_a_recreated_table_is_computed_anew_when_it_is_activated(client: Client) -> None:
    client.run(f"{TABLE}; INSERT INTO t VALUES (1, 1)")
    client.run("CREATE MATERIALIZED VIEW a REFRESH ASYNC AS SELECT k FROM t")
    until(lambda: client.run("SELECT * FROM a") == [(1,)])
    client.run(f"DROP TABLE t FORCE; {TABLE}; INSERT INTO t VALUES (2, 2)")
    assert client.run("SELECT * FROM a") == [(1,)]
    client.run("ALTER MATERIALIZED VIEW a ACTIVE")
    until(lambda: client.run("SELECT * FROM a") == [(2,)])
