"""Whoever reads a model while it is rebuilt sees the old rows or the new ones: never none, and never an error.

Between two kinds of object no statement exchanges them, so those rebuilds are left out."""

from __future__ import annotations

import threading
import time

import pymysql
import pytest

import starrocks_embedded
from tests.functional.safety.bench import Bench
from tests.functional.safety.scenarios import SCENARIOS, Scenario

PAUSE = 0.001


class Reader(threading.Thread):
    def __init__(self, server: starrocks_embedded.Server, table: str) -> None:
        super().__init__()
        self.connection = pymysql.connect(**server.connect_args, autocommit=True)
        self.table = table
        self.seen: set[object] = set()
        self.reads = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                with self.connection.cursor() as cursor:
                    cursor.execute(f"select id from {self.table}")
                    self.seen.add(tuple(sorted(row[0] for row in cursor.fetchall())))
            except pymysql.MySQLError as error:
                self.seen.add(str(error))
            self.reads += 1
            time.sleep(PAUSE)

    def stop(self) -> None:
        self.over.set()
        self.join()
        self.connection.close()


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if not s.between_kinds], ids=lambda scenario: scenario.name)
def test_readers_see_old_or_new_rows(scenario: Scenario, bench: Bench, server: starrocks_embedded.Server):
    bench.settle()
    reader = Reader(server, f"`{bench.schema}`.`subject`")
    reader.start()
    assert bench.dbt()
    reader.stop()
    assert reader.reads > 1
    assert reader.seen <= {scenario.old, scenario.new, *scenario.partly}
