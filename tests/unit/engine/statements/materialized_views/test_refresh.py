"""Refreshes: the partitions whose base data changed, and only these; what task runs say of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from tests.unit.engine.statements.materialized_views.conftest import Client, until

PARTITIONS = '(PARTITION p1 VALUES LESS THAN ("2024-01-01"), PARTITION p2 VALUES LESS THAN ("2024-02-01"))'
TABLE = (
    f"CREATE TABLE t (dt DATE, v INT) DUPLICATE KEY(dt) PARTITION BY RANGE(dt) {PARTITIONS} "
    "DISTRIBUTED BY HASH(dt) BUCKETS 1"
)
VIEW = "CREATE MATERIALIZED VIEW m PARTITION BY dt REFRESH DEFERRED MANUAL AS SELECT dt, sum(v) s FROM t GROUP BY dt"
SYNC = "REFRESH MATERIALIZED VIEW m WITH SYNC MODE"


@pytest.fixture
def loaded(client: Client) -> Client:
    client.run(TABLE)
    client.run(VIEW)
    client.run("INSERT INTO t VALUES ('2023-05-05', 1), ('2024-01-05', 2)")
    client.run(SYNC)
    return client


def last_message(client: Client) -> dict[str, Any]:
    [(task,)] = client.run("SELECT task_name FROM information_schema.materialized_views")
    return client.task_runs(str(task))[-1][1]


def partition_ids(client: Client) -> dict[object, object]:
    return {row[1]: row[0] for row in client.run("SHOW PARTITIONS FROM m")}


def test_only_the_partition_that_was_loaded_is_computed_again(loaded: Client) -> None:
    before = partition_ids(loaded)
    loaded.run("INSERT INTO t VALUES ('2024-01-05', 3)")
    loaded.run(SYNC)
    after = partition_ids(loaded)
    assert after["p1"] == before["p1"]
    assert after["p2"] != before["p2"]
    assert [str(d) for d, _ in loaded.run("SELECT * FROM m ORDER BY 1")] == ["2023-05-05", "2024-01-05"]
    assert loaded.run("SELECT s FROM m ORDER BY 1") == [(1,), (5,)]
    message = last_message(loaded)
    assert message["mvPartitionsToRefresh"] == ["p2"]
    assert message["basePartitionsToRefreshMap"] == {"t": ["p2"]}


def test_a_refresh_without_changes_is_skipped(loaded: Client) -> None:
    before = partition_ids(loaded)
    loaded.run(SYNC)
    assert partition_ids(loaded) == before
    assert loaded.states("m") == ["SUCCESS", "SKIPPED"]
    loaded.run("REFRESH MATERIALIZED VIEW m FORCE WITH SYNC MODE")
    assert partition_ids(loaded) != before


def test_a_range_is_refreshed_alone(loaded: Client) -> None:
    loaded.run("INSERT INTO t VALUES ('2023-05-05', 10), ('2024-01-05', 10)")
    loaded.run("REFRESH MATERIALIZED VIEW m PARTITION START ('2024-01-01') END ('2024-02-01') WITH SYNC MODE")
    assert loaded.run("SELECT s FROM m ORDER BY dt") == [(1,), (12,)]
    [shown] = loaded.run(
        "SELECT last_refresh_start_partition, last_refresh_end_partition, last_refresh_mv_refresh_partitions, "
        "last_refresh_base_refresh_partitions FROM information_schema.materialized_views"
    )
    assert shown == ("2024-01-01", "2024-02-01", "[p2]", "{t=[p2]}")


def test_partitions_follow_the_base_table(loaded: Client) -> None:
    loaded.run("ALTER TABLE t DROP PARTITION p1 FORCE")
    loaded.run('ALTER TABLE t ADD PARTITION p3 VALUES LESS THAN ("2024-03-01")')
    loaded.run(SYNC)
    assert list(partition_ids(loaded)) == ["p2", "p3"]
    assert loaded.run("SELECT s FROM m") == [(2,)]


def test_an_asynchronous_refresh_takes_a_run_for_each_batch(loaded: Client) -> None:
    loaded.run("INSERT INTO t VALUES ('2023-05-05', 10), ('2024-01-05', 10)")
    loaded.run("REFRESH MATERIALIZED VIEW m")
    until(lambda: loaded.states("m") == ["SUCCESS"] * 3)
    jobs = loaded.run("SELECT DISTINCT job_id FROM information_schema.task_runs")
    assert len(jobs) == 2
    [(named,)] = loaded.run("SELECT last_refresh_mv_refresh_partitions FROM information_schema.materialized_views")
    assert named == "[p1]|[p2]"


def test_a_table_beside_changes_all_partitions_unless_it_is_excluded(client: Client) -> None:
    client.run(TABLE)
    client.run("CREATE TABLE d (v INT, n INT) DUPLICATE KEY(v) DISTRIBUTED BY HASH(v) BUCKETS 1")
    join = "AS SELECT t.dt, d.n FROM t JOIN d ON t.v = d.v"
    head = "PARTITION BY dt REFRESH DEFERRED MANUAL"
    client.run(f"CREATE MATERIALIZED VIEW m {head} {join}")
    client.run(f"""CREATE MATERIALIZED VIEW x {head} PROPERTIES ("excluded_refresh_tables" = "shop.d") {join}""")
    client.run("INSERT INTO t VALUES ('2023-05-05', 1), ('2024-01-05', 2); INSERT INTO d VALUES (1, 1)")
    for view in ("m", "x"):
        client.run(f"REFRESH MATERIALIZED VIEW {view} WITH SYNC MODE")
    client.run("INSERT INTO d VALUES (2, 2)")
    for view in ("m", "x"):
        client.run(f"REFRESH MATERIALIZED VIEW {view} WITH SYNC MODE")
    assert client.run("SELECT n FROM m ORDER BY 1") == [(1,), (2,)]
    assert client.run("SELECT n FROM x ORDER BY 1") == [(1,)]


def test_unions_follow_the_partitions_of_both_tables(client: Client) -> None:
    for name in ("a", "b"):
        client.run(f"CREATE TABLE {name} (dt DATE NOT NULL) PARTITION BY date_trunc('day', dt) DISTRIBUTED BY RANDOM")
    client.run("INSERT INTO a VALUES ('2024-03-21'); INSERT INTO b VALUES ('2024-03-22')")
    client.run(
        "CREATE MATERIALIZED VIEW m PARTITION BY dt REFRESH DEFERRED MANUAL "
        "AS SELECT dt FROM a UNION ALL SELECT dt FROM b"
    )
    client.run(SYNC)
    assert client.run("SELECT count(*) FROM m") == [(2,)]
    assert list(partition_ids(client)) == ["p20240321", "p20240322"]


def test_newest_partitions_only_by_partition_ttl_number(client: Client) -> None:
    client.run(TABLE)
    client.run(VIEW.replace(" AS SELECT", """ PROPERTIES ("partition_ttl_number" = "1") AS SELECT"""))
    client.run("INSERT INTO t VALUES ('2023-05-05', 1), ('2024-01-05', 2)")
    client.run(SYNC)
    assert list(partition_ids(client)) == ["p2"]


def test_what_was_refreshed_is_remembered_over_a_restart(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "m.db")
    client = Client(engine)
    client.run(f"{TABLE}; {VIEW}; INSERT INTO t VALUES ('2024-01-05', 2); {SYNC}")
    client.session.close()
    engine.close()
    again = Client(Engine(tmp_path / "m.db"))
    again.run(SYNC)
    assert again.states("m") == ["SUCCESS", "SKIPPED"]
    again.run(f"INSERT INTO t VALUES ('2024-01-05', 5); {SYNC}")
    assert again.run("SELECT s FROM m") == [(7,)]
    again.engine.close()


def test_rewriting_is_not_promised_where_it_cannot_be(client: Client) -> None:
    client.run(TABLE)
    client.run("CREATE MATERIALIZED VIEW a REFRESH DEFERRED MANUAL AS SELECT dt FROM t LIMIT 5")
    client.run("CREATE MATERIALIZED VIEW b REFRESH DEFERRED MANUAL AS SELECT dt FROM t")
    client.run("ALTER MATERIALIZED VIEW b INACTIVE")
    shown = "SELECT query_rewrite_status FROM information_schema.materialized_views ORDER BY table_name"
    assert [status for (status,) in client.run(shown)] == [
        "INVALID: no valid plan: MV contains non-SPJG operators(no view rewrite): LOGICAL_LIMIT",
        "INVALID: MV is not active",
    ]
