"""kill -9 at any moment: what was acknowledged is there, what was not is there whole or not at all."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pymysql

import starrocks_embedded

ROUNDS = 4


def ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


class Writer(threading.Thread):
    """Writes batches, replaces a view and swaps tables until the server dies; notes what was acknowledged."""

    def __init__(self, connect_args, first):
        super().__init__(daemon=True)
        self.connect_args = connect_args
        self.batch = first
        self.acknowledged = first - 1
        self.latest = 0

    def run(self):
        try:
            connection = pymysql.connect(**self.connect_args, database="crash", autocommit=True)
            while True:
                values = ", ".join(f"({self.batch}, {i})" for i in range(10))
                ask(connection, f"insert into batches values {values}")
                self.acknowledged = self.batch
                ask(connection, f"insert into latest values (1, {self.batch})")
                self.latest = self.batch
                ask(connection, f"create or replace view newest as select {self.batch} as batch")
                ask(connection, "alter table first_half swap with second_half")
                self.batch += 1
        except pymysql.MySQLError:
            return


def prepare(connection):
    ask(connection, "create database crash")
    ask(connection, "create table crash.batches (batch bigint, i int)")
    ask(connection, "create table crash.latest (k int not null, batch bigint) primary key (k) distributed by hash(k)")
    for name, content in (("first_half", 1), ("second_half", 2)):
        ask(connection, f"create table crash.{name} (x int)")
        ask(connection, f"insert into crash.{name} values ({content})")


def verify(connection, acknowledged, latest):
    counts = dict(ask(connection, "select batch, count(*) from crash.batches group by batch"))
    assert set(counts.values()) <= {10}, "a batch was cut in half"
    assert all(batch in counts for batch in range(1, acknowledged + 1)), "an acknowledged batch was lost"
    rows = ask(connection, "select batch from crash.latest")
    assert len(rows) == 1 or not latest, "an acknowledged row was lost"
    assert not rows or rows[0][0] >= latest, "an acknowledged row became an older one"
    halves = {ask(connection, f"select x from crash.{name}")[0][0] for name in ("first_half", "second_half")}
    assert halves == {1, 2}, "a swap was cut in half"
    return max(counts, default=0)


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_killed_server_keeps_what_it_acknowledged(tmp_path: Path):
    path = tmp_path / "crash.duckdb"
    acknowledged, newest, latest = 0, 0, 0
    for round_ in range(ROUNDS):
        with starrocks_embedded.serve(path=path, user="root", password="") as server:
            connection = pymysql.connect(**server.connect_args, autocommit=True)
            if round_ == 0:
                prepare(connection)
            else:
                newest = verify(connection, acknowledged, latest)
            connection.close()
            writer = Writer(server.connect_args, newest + 1)
            writer.start()
            wait_for(lambda writer=writer, first=newest + 1: writer.acknowledged > first)
            time.sleep(0.13 * round_)
            os.kill(server.process.pid, signal.SIGKILL)
            writer.join(10)
            assert not writer.is_alive()
            acknowledged = max(acknowledged, writer.acknowledged)
            latest = max(latest, writer.latest)
    assert acknowledged > ROUNDS
    with starrocks_embedded.serve(path=path, user="root", password="") as server:
        connection = pymysql.connect(**server.connect_args, autocommit=True)
        verify(connection, acknowledged, latest)
        connection.close()
