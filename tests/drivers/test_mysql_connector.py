"""mysql-connector-python: its pure protocol and, where it loads, its C extension; prepared statements."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

mysql = pytest.importorskip("mysql.connector")


@pytest.fixture(params=[True, False], ids=["pure", "c"])
def connection(server, request):
    if not request.param and not mysql.HAVE_CEXT:
        pytest.skip("mysql-connector's C extension does not load here")
    connection = mysql.connect(**server.connect_args, use_pure=request.param, ssl_disabled=True)
    yield connection
    connection.close()


def test_plain_statements(connection) -> None:
    cursor = connection.cursor()
    cursor.execute("select 1 as a, 'x' as b, 1.50 as c")
    assert cursor.fetchall() == [(1, "x", Decimal("1.50"))]
    assert [column[0] for column in cursor.description] == ["a", "b", "c"]


def test_prepared_statements(connection) -> None:
    cursor = connection.cursor(prepared=True)
    text = "it's \\ % ?"
    for number in (1, -7):
        cursor.execute("select ?, ?, '?'", (number, text))
        assert cursor.fetchall() == [(number, text, "?")]


def test_binary_values_of_every_kind(connection) -> None:
    cursor = connection.cursor(prepared=True)
    cursor.execute(
        "select cast(1 as tinyint), cast(-2 as smallint), cast(3 as int), cast(4 as bigint), cast(5 as largeint),"
        " cast(1.5 as double), cast(2.5 as float), 1.50, cast('2024-01-02' as date),"
        " cast('2024-01-02 03:04:05' as datetime), cast('2024-01-02 03:04:05.000006' as datetime), null, 'é', true"
    )
    (row,) = cursor.fetchall()
    assert row == (
        *(1, -2, 3, 4, "5", 1.5, 2.5, Decimal("1.50"), datetime.date(2024, 1, 2)),
        datetime.datetime(2024, 1, 2, 3, 4, 5),
        *(datetime.datetime(2024, 1, 2, 3, 4, 5, 6), None, "é", 1),
    )


def test_only_queries_are_prepared(connection) -> None:
    cursor = connection.cursor(prepared=True)
    with pytest.raises(mysql.Error) as caught:
        cursor.execute("create database x")
    assert caught.value.errno == 1295


def test_reset_change_user_and_ping(connection, server) -> None:
    connection.cmd_reset_connection()
    connection.cmd_change_user(server.user, server.password, "information_schema")
    connection.ping()
    cursor = connection.cursor()
    cursor.execute("select database()")
    assert cursor.fetchall() == [("information_schema",)]


def test_tls(tls_server) -> None:
    connection = mysql.connect(**tls_server.connect_args, use_pure=True)
    cursor = connection.cursor()
    cursor.execute("select 1")
    assert cursor.fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize("prepared", [False, True])
def test_every_type_of_a_table(connection, every_type, prepared: bool) -> None:
    cursor = connection.cursor(prepared=prepared)
    cursor.execute(every_type.query)
    assert cursor.fetchall() == [every_type.row]
