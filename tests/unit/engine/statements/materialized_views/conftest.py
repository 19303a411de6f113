"""A session in a fresh database, for statements about materialized views."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import starrocks_embedded.statements.families  # noqa: F401  (registers the statements)
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

Rows = list[tuple[object, ...]]
PATIENCE = 20.0  # seconds; a busy machine is slow to start threads


def until(holds: Callable[[], bool]) -> None:
    """Waits for what happens in the background."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Client:
    """Runs statements; `refused` gives the code and text of an error."""

    def __init__(self, engine: Engine, database: str = "shop") -> None:
        self.engine = engine
        self.session = Session(engine, 1, "root")
        self.run(f"CREATE DATABASE IF NOT EXISTS {database}; USE {database}")

    def run(self, sql: str) -> Rows:
        rows: Rows = []
        for result in self.session.run(sql):
            rows = [tuple(row) for row in result.rows]
        return rows

    def refused(self, sql: str) -> tuple[int, str]:
        with pytest.raises(StarRocksError) as caught:
            self.run(sql)
        return caught.value.code, caught.value.message

    def settle(self) -> None:
        """Waits until rollups are built."""
        until(lambda: all(row[-4] == "FINISHED" for row in self.run("SHOW ALTER MATERIALIZED VIEW")))

    def states(self, view: str) -> list[object]:
        """Of the task runs of a materialized view, oldest first."""
        [(task,)] = self.run(f"SELECT task_name FROM information_schema.materialized_views WHERE table_name = '{view}'")
        return [state for state, _ in self.task_runs(str(task))]

    def task_runs(self, task: str) -> list[tuple[object, dict[str, Any]]]:
        """States and extra messages, by when they began."""
        runs = f"SELECT state, extra_message FROM information_schema.task_runs WHERE task_name = '{task}'"
        found = [(state, json.loads(str(message))) for state, message in self.run(runs)]
        return sorted(found, key=lambda run: run[1]["processStartTime"])


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    made.job_delay = 0.01
    yield made
    made.close()


@pytest.fixture
def client(engine: Engine) -> Client:
    return Client(engine)
