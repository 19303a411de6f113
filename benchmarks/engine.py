"""The engine's speed as ratios, each measured beside its bound in one run.

    python benchmarks/engine.py [--json OUT]

`ceiling` is the same client against recorded bytes; `duckdb` is the same work through DuckDB's Python API."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

import duckdb
import pymysql
from canned import Recorder, canned_server

import starrocks_embedded

ROUNDS = 5


def timed(work: Callable[[], object]) -> float:
    """The median of some runs, in seconds."""
    samples = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        samples.append(time.perf_counter() - start)
    return statistics.median(samples)


def ask(connection: Any, sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def recorded(server: Any, sql: str) -> list[bytes]:
    recorder = Recorder(server.port)
    recorder.start()
    arguments = dict(server.connect_args, port=recorder.port, database="bench")
    connection = pymysql.connect(**arguments, autocommit=None)
    ask(connection, sql)
    connection.close()
    recorder.join(10)
    return recorder.answers


def ceiling(server: Any, sql: str, work: Callable[[Any], object]) -> float:
    answers = recorded(server, sql)
    answers = answers[: answers.index(max(answers[2:], key=len)) + 1]
    with canned_server(answers[:-1], answers[-1]) as port:
        connection = pymysql.connect(
            host="127.0.0.1", port=port, user="root", password="", database="bench", autocommit=None
        )
        seconds = timed(lambda: work(connection))
        connection.close()
    return seconds


def round_trips(connection: Any, count: int = 1000) -> None:
    for _ in range(count):
        ask(connection, "select 1")


def eight_clients(server: Any) -> float:
    connections = [pymysql.connect(**server.connect_args) for _ in range(8)]
    threads = [threading.Thread(target=round_trips, args=(c, 250)) for c in connections]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 2000 / (time.perf_counter() - start)


def select_one(server: Any, connection: Any) -> dict[str, float]:
    own = timed(lambda: round_trips(connection))
    bound = ceiling(server, "select 1", round_trips)
    return {
        "engine/s": 1000 / own,
        "ceiling/s": 1000 / bound,
        "share": bound / own,
        "8 clients/s": eight_clients(server),
    }


def big_fetch(server: Any, connection: Any) -> dict[str, float]:
    sql = (
        "select id, id % 7 as a, concat('row ', id) as b, days_add('2024-01-01', id % 365) as c, id * 1.5 as d "
        "from numbers"
    )
    own = timed(lambda: ask(connection, sql))
    bound = ceiling(server, sql, lambda c: ask(c, sql))
    return {"engine s": own, "ceiling s": bound, "share": bound / own}


def insert_values(connection: Any) -> dict[str, float]:
    ask(connection, "create table batch (a bigint, b varchar(20), c date, d decimal(10, 2), e boolean)")
    rows = ", ".join(
        f"({i}, 'name {i}', '2024-01-{i % 28 + 1:02d}', {i}.25, {'true' if i % 2 else 'false'})" for i in range(10000)
    )
    own = timed(lambda: ask(connection, f"insert into batch values {rows}"))
    store = duckdb.connect()
    store.execute("create table batch (a bigint, b varchar, c date, d decimal(10, 2), e boolean)")
    bound = timed(lambda: store.execute(f"insert into batch values {rows}"))
    return {"engine s": own, "duckdb s": bound, "ratio": own / bound}


def ctas(connection: Any) -> dict[str, float]:
    def engine() -> None:
        ask(connection, "drop table if exists big force")
        ask(
            connection,
            "create table big as select a.id * 1000 + b.id as id, a.id % 10 as k "
            "from numbers a join thousand b on a.id < 1000",
        )

    store = duckdb.connect()
    store.execute("create table numbers as select range as id from range(100000)")
    store.execute("create table thousand as select range as id from range(1000)")
    bound = timed(
        lambda: store.execute(
            "create or replace table big as select a.id * 1000 + b.id as id, a.id % 10 as k "
            "from numbers a join thousand b on a.id < 1000"
        )
    )
    own = timed(engine)
    return {"engine s": own, "duckdb s": bound, "ratio": own / bound}


SMALL = (
    "create or replace view v_{i} as select id, id % 10 as k from numbers where id > {i}",
    "select table_name, table_type from information_schema.tables where table_schema = 'bench'",
    "select count(*) as failures, count(*) != 0 as should_warn from (select id from thousand where id is null) t",
    "insert into thousand select id from thousand where id < 0",
    "select column_name, data_type from information_schema.columns "
    "where table_schema = 'bench' and table_name = 'numbers'",
)


def small_statements(connection: Any) -> dict[str, float]:
    start = time.perf_counter()
    for i in range(1000):
        ask(connection, SMALL[i % len(SMALL)].format(i=i % 20))
    seconds = time.perf_counter() - start
    return {"1,000 statements s": seconds, "ms each": seconds}


def start_and_memory() -> dict[str, float]:
    """As installed: with the byte code that pip leaves beside the modules, which a first start makes here."""
    starrocks_embedded.serve().stop()
    start = time.perf_counter()
    with starrocks_embedded.serve() as server:
        ready = time.perf_counter() - start
        with pymysql.connect(**server.connect_args) as connection:
            ask(connection, "select 1")
        answered = time.perf_counter() - start
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
            resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
    return {"to listening s": ready, "to first answer s": answered, "at rest MiB": resident}


def prepare(connection: Any) -> None:
    ask(connection, "create database bench")
    ask(connection, "use bench")
    ask(connection, "create table numbers (id bigint)")
    ask(connection, "create table thousand (id bigint)")
    ask(connection, "insert into numbers select generate_series from TABLE(generate_series(0, 99999))")
    ask(connection, "insert into thousand select generate_series from TABLE(generate_series(0, 999))")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = cache
        results = {"start": start_and_memory()}
    with starrocks_embedded.serve() as server:
        connection = pymysql.connect(**server.connect_args, autocommit=True)
        prepare(connection)
        results["SELECT 1"] = select_one(server, connection)
        results["100k x 5 rows"] = big_fetch(server, connection)
        results["10k-row INSERT VALUES"] = insert_values(connection)
        results["CTAS of 1M rows"] = ctas(connection)
        results["small statements"] = small_statements(connection)
    for name, figures in results.items():
        print(f"{name:24s}" + "  ".join(f"{k} {v:,.3f}" for k, v in figures.items()))
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as out:
            json.dump({"cores": os.cpu_count(), **results}, out, indent=2)


if __name__ == "__main__":
    main()
