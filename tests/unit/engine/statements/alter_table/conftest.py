"""A server's session in a fresh database, for statements that alter tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

import starrocks_embedded.statements.families  # noqa: F401  (registers the statements)
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

Rows = list[tuple[object, ...]]


class Client:
    """Runs statements; `refused` gives the code and text of an error."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.session = Session(engine, 1, "root")
        self.run("CREATE DATABASE shop")
        self.run("USE shop")

    def run(self, sql: str) -> Rows:
        rows: Rows = []
        for result in self.session.run(sql):
            rows = [tuple(row) for row in result.rows]
        return rows

    def refused(self, sql: str) -> tuple[int, str]:
        with pytest.raises(StarRocksError) as caught:
            self.run(sql)
        return caught.value.code, caught.value.message

    def columns(self, table: str) -> list[str]:
        return [str(row[0]) for row in self.run(f"DESC {table}")]

    def settle(self, kind: str = "COLUMN") -> str:
        """Waits until the newest job has ended; its state."""
        for _ in range(500):
            state = str(self.run(f"SHOW ALTER TABLE {kind} ORDER BY JobId DESC LIMIT 1")[0][-4])
            if state in ("FINISHED", "CANCELLED"):
                return state
            time.sleep(0.01)
        raise AssertionError(f"the job is still {state}")


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    made.job_delay = 0.05
    yield made
    made.close()


@pytest.fixture
def client(engine: Engine) -> Client:
    return Client(engine)


@pytest.fixture
def slow(engine: Engine, client: Client) -> Callable[[], None]:
    """Makes jobs last long enough to be met."""

    def slow_down() -> None:
        engine.job_delay = 60

    return slow_down
