"""PyMySQL: plain, by TLS, several statements, KILL."""

from __future__ import annotations

import datetime
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pymysql
import pytest


@pytest.fixture
def connection(server):
    with pymysql.connect(**server.connect_args) as connection:
        yield connection


def ask(connection, text, arguments=None):
    with connection.cursor() as cursor:
        cursor.execute(text, arguments)
        return cursor.fetchall()


def test_values_of_every_kind(connection) -> None:
    (row,) = ask(
        connection,
        "select 1, cast(2 as bigint), 1.50, cast(0.1 as double), 'é', cast('2024-01-02' as date),"
        " cast('2024-01-02 03:04:05.5' as datetime), true, null, cast(7 as largeint)",
    )
    assert row == (
        *(1, 2, Decimal("1.50"), 0.1, "é", datetime.date(2024, 1, 2)),
        *(datetime.datetime(2024, 1, 2, 3, 4, 5, 500000), 1, None, "7"),
    )


def test_arguments_are_escaped(connection) -> None:
    text = 'it\'s \\ "x" \n %'
    assert ask(connection, "select %s", (text,)) == ((text,),)


def test_server_side_cursor(connection) -> None:
    with connection.cursor(pymysql.cursors.SSCursor) as cursor:
        cursor.execute("select 1 union all select 2")
        assert sorted(cursor) == [(1,), (2,)]


def test_kill_query_interrupts_and_kill_ends(server) -> None:
    victim, killer = (pymysql.connect(**server.connect_args) for _ in range(2))
    numbers = "(select generate_series as n from table(generate_series(1, 100000)))"
    slow = f"select count(*) from {numbers} a, {numbers} b where a.n * b.n % 7 = 3"
    caught: list[object] = []

    def run() -> None:
        try:
            caught.append(ask(victim, slow))
        except pymysql.MySQLError as error:
            caught.append(error.args[0])

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.5)
    ask(killer, f"kill query {victim.thread_id()}")
    thread.join(10)
    assert caught == [1317]
    assert ask(victim, "select 1") == ((1,),)
    ask(killer, f"kill {victim.thread_id()}")
    with pytest.raises(pymysql.MySQLError):
        ask(victim, "select 1")


def test_tls(tls_server) -> None:
    def visit(number: int) -> int:
        with pymysql.connect(**tls_server.connect_args, ssl={"ca": None, "check_hostname": False}) as connection:
            assert connection._secure
            return ask(connection, f"select {number}")[0][0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(visit, range(60))) == list(range(60))


def test_without_tls_on_a_server_that_offers_it(tls_server) -> None:
    with pymysql.connect(**tls_server.connect_args, ssl_disabled=True) as connection:
        assert ask(connection, "select 1") == ((1,),)


def test_every_type_of_a_table(connection, every_type) -> None:
    assert ask(connection, every_type.query) == (every_type.row,)
