"""Jobs: what others see of them, and what they may not do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starrocks_embedded.engine import Engine
from tests.unit.engine.statements.alter_table.conftest import Client

TABLE = "CREATE TABLE t (id INT, v INT) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 2"


def test_a_running_change_refuses_others(client: Client, slow: Callable[[], None]) -> None:
    slow()
    client.run(TABLE)
    client.run("ALTER TABLE t MODIFY COLUMN v BIGINT")
    code, message = client.refused("ALTER TABLE t ADD COLUMN x INT")
    assert code == 1064
    assert message.startswith("A schema change operation is in progress on the table t. Please wait until")
    assert client.refused("TRUNCATE TABLE t")[1].startswith("A schema change operation is in progress")
    assert client.run("SHOW ALTER TABLE COLUMN")[0][9] == "PENDING"


def test_cancelling_frees_the_table(client: Client, slow: Callable[[], None]) -> None:
    slow()
    client.run(TABLE)
    client.run("ALTER TABLE t MODIFY COLUMN v BIGINT")
    client.run("CANCEL ALTER TABLE COLUMN FROM t")
    row = client.run("SHOW ALTER TABLE COLUMN")[0]
    assert (row[9], row[10]) == ("CANCELLED", "user cancelled")
    assert client.run("DESC t")[1][1] == "int"
    words = "Table[t] is not under SCHEMA_CHANGE/WAITING_STABLE."
    assert client.refused("CANCEL ALTER TABLE COLUMN FROM t") == (1064, words)


def test_a_new_distribution_is_an_optimize_job(client: Client) -> None:
    client.run(TABLE)
    client.run("ALTER TABLE t DISTRIBUTED BY HASH(v) BUCKETS 4")
    assert client.refused("ALTER TABLE t RENAME u")[1] == "The table t is currently in state OPTIMIZE"
    assert client.settle("OPTIMIZE") == "FINISHED"
    assert "DISTRIBUTED BY HASH(`v`) BUCKETS 4" in str(client.run("SHOW CREATE TABLE t")[0][1])


def test_jobs_are_filtered_and_ordered(client: Client) -> None:
    client.run(TABLE)
    client.run("ALTER TABLE t ADD COLUMN a INT")
    client.run("ALTER TABLE t ADD COLUMN b INT")
    found = client.run(
        "SHOW ALTER TABLE COLUMN FROM shop WHERE TableName = 't' AND State = 'FINISHED' ORDER BY JobId DESC"
    )
    assert [int(str(row[0])) for row in found] == sorted((int(str(row[0])) for row in found), reverse=True)
    words = (
        "Getting analyzing error. Detail message: The columns of TableName/CreateTime/FinishTime/State are supported.."
    )
    assert client.refused("SHOW ALTER TABLE COLUMN WHERE JobId = 1") == (5064, words)
    assert client.refused("SHOW ALTER TABLE COLUMN WHERE State != 'FINISHED'")[0] == 5064


def test_an_unfinished_job_goes_on_when_the_store_is_opened_again(tmp_path: Path) -> None:
    first = Engine(tmp_path / "store.db")
    first.job_delay = 60
    client = Client(first)
    client.run(TABLE)
    client.run("INSERT INTO t VALUES (1, 2)")
    client.run("ALTER TABLE t MODIFY COLUMN v VARCHAR(10)")
    client.session.close()
    first.close()
    second = Engine(tmp_path / "store.db")
    again = Client.__new__(Client)
    again.engine = second
    from starrocks_embedded.session import Session

    again.session = Session(second, 1, "root")
    again.run("USE shop")
    assert again.settle() == "FINISHED"
    assert again.run("SELECT v FROM t") == [("2",)]
    second.close()
