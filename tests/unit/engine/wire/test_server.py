"""What clients see of the server: login, results, errors, broken packets."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import struct
import threading
import time

import pymysql
import pytest

from starrocks_embedded import types
from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.result import Column, Result, ok


def connect(server, **options):
    return pymysql.connect(host=server.host, port=server.port, **({"user": "root", "password": "secret"} | options))


def code_of(call, *arguments, **options):
    with pytest.raises(pymysql.MySQLError) as caught:
        call(*arguments, **options)
    return caught.value.args


def ask(connection, text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def one(value, type_):
    return Result([Column("x", type_)], [(value,)])


# ---- login


def test_greets_as_the_version_does(server) -> None:
    connection = connect(server)
    assert connection.get_server_info() == "8.0.33"
    assert connection.server_status == 0


def test_wrong_password_is_1045(server) -> None:
    refused = (1045, "Access denied for user 'root' (using password: YES)")
    assert code_of(connect, server, password="wrong") == refused
    assert code_of(connect, server, password="") == (1045, "Access denied for user 'root' (using password: NO)")
    assert code_of(connect, server, user="nobody")[0] == 1045


def test_unknown_database_at_connect_is_5501(server) -> None:
    assert code_of(connect, server, database="nosuch") == (5501, "Unknown database 'nosuch'")


def test_database_may_carry_its_catalog(server) -> None:
    connect(server, database="default_catalog.information_schema").close()


def test_users_of_the_catalog_log_in(server) -> None:
    double = hashlib.sha1(hashlib.sha1(b"pw").digest()).hexdigest().upper()
    session_connection = server.engine.backend.connect()
    with server.engine.catalog.change(session_connection) as change:
        change.put(model.User(change.catalog.new_id(), "jane", password="*" + double))
    connect(server, user="jane", password="pw").close()
    assert code_of(connect, server, user="jane", password="secret")[0] == 1045


def test_another_plugin_is_switched_to_native_password(server) -> None:
    with socket.create_connection((server.host, server.port)) as sock:
        greeting = _read(sock)
        salt_at = greeting.index(b"\0", 1) + 5
        salt = greeting[salt_at : salt_at + 8] + greeting[salt_at + 27 : salt_at + 39]
        flags = 0x200 | 0x8000 | 0x80000
        login = struct.pack("<IIB23x", flags, 1 << 24, 33) + b"root\0" + b"\x05never" + b"caching_sha2_password\0"
        _write(sock, 1, login)
        switch = _read(sock)
        assert switch.startswith(b"\xfemysql_native_password\0" + salt)
        single = hashlib.sha1(b"secret").digest()
        mask = hashlib.sha1(salt + hashlib.sha1(single).digest()).digest()
        _write(sock, 3, bytes(a ^ b for a, b in zip(single, mask, strict=True)))
        assert _read(sock)[0] == 0


def test_change_user_and_reset_connection(server, script) -> None:
    connection = connect(server)
    session = server.engine.sessions[connection.thread_id()]
    session.user_variables["x"] = (1, types.INT)
    connection._execute_command(0x1F, b"")
    connection._read_ok_packet()
    assert not session.user_variables


# ---- results


def test_several_results_of_one_packet(server, script) -> None:
    script.answers |= {"a": one(1, types.INT), "b": one("z", types.STRING)}
    cursor = connect(server).cursor()
    cursor.execute("a; b; c")
    assert cursor.fetchall() == ((1,),)
    assert cursor.nextset()
    assert cursor.fetchall() == (("z",),)
    assert cursor.nextset()
    assert cursor.rowcount == 0
    assert not cursor.nextset()


def test_the_first_error_ends_the_packet(server, script) -> None:
    script.answers["a"] = one(1, types.INT)
    connection = connect(server)
    cursor = connection.cursor()
    cursor.execute("a; fail; never")
    assert code_of(cursor.nextset) == (5502, "Unknown table 'x'")
    assert script.heard[-2:] == ["a", "fail"]
    assert ask(connection, "a") == ((1,),)


def test_info_text_is_length_encoded(server, script) -> None:
    script.answers["insert"] = ok(3, "{'label':'l'}")
    cursor = connect(server).cursor()
    assert cursor.execute("insert") == 3
    assert cursor._result.message == b"\x0d{'label':'l'}"


def test_an_error_amid_rows_ends_the_result(server, script) -> None:
    def rows():
        yield (1,)
        raise StarRocksError(1064, "division")

    script.answers["half"] = Result([Column("x", types.INT)], rows())
    connection = connect(server)
    assert code_of(ask, connection, "half") == (1064, "division")
    assert ask(connection, "x") == []


def test_an_unexpected_exception_is_said_without_its_traceback(server, script, capfd) -> None:
    script.answers["crash"] = ValueError("/secret/path")
    assert code_of(ask, connect(server), "crash") == (1064, "The embedded engine failed: ValueError")
    assert "/secret/path" in capfd.readouterr().err


def test_sqlstate_travels(server, script) -> None:
    with socket.create_connection((server.host, server.port)) as sock:
        _read(sock)
        _write(sock, 1, struct.pack("<IIB23x", 0x200 | 0x8000, 1 << 24, 33) + b"nobody\0\0")
        assert _read(sock)[3:9] == b"#28000"


@pytest.mark.parametrize("size", [(1 << 24) - 2, (1 << 24) - 1, 1 << 24, 34_000_000])
def test_packets_beyond_16_megabytes_travel_both_ways(server, script, size: int) -> None:
    connection = connect(server, max_allowed_packet=1 << 30)
    text = "x" * (size - 1)
    script.answers[text] = one("y" * size, types.STRING)
    (row,) = ask(connection, text)
    assert row[0] == "y" * size


def test_many_rows_wrap_the_sequence_number(server, script) -> None:
    script.answers["many"] = Result([Column("x", types.BIGINT)], ((i,) for i in range(10_000)))
    assert [row[0] for row in ask(connect(server), "many")] == list(range(10_000))


# ---- trouble


def test_unknown_command_is_1047(server) -> None:
    connection = connect(server)
    connection._execute_command(0x1B, b"\0\0")
    assert code_of(connection._read_ok_packet)[0] == 1047
    connection.ping(reconnect=False)


def test_half_packets_are_put_together(server, script) -> None:
    connection = connect(server)
    connection._next_seq_id = 1
    for byte in b"\x02\x00\x00\x00\x03a":
        connection._sock.sendall(bytes([byte]))
        time.sleep(0.002)
    assert connection._read_packet().is_ok_packet()


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", b"\x05\0\0\x01abc", b"\0\0\0\x01", b"\xff" * 64, b""])
def test_garbage_hurts_no_one_else(server, junk: bytes) -> None:
    with socket.create_connection((server.host, server.port)) as sock:
        _read(sock)
        with contextlib.suppress(OSError):  # the server may hang up first
            sock.sendall(junk)
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(4096):
                pass
    connect(server).close()


def test_an_oversized_login_is_refused(server) -> None:
    with socket.create_connection((server.host, server.port)) as sock:
        _read(sock)
        sock.sendall(struct.pack("<I", 1_000_000 | 1 << 24))
        assert struct.unpack("<H", _read(sock)[1:3]) == (1153,)


def test_a_client_that_vanishes_amid_a_result_is_forgotten(server, script) -> None:
    script.answers["endless"] = Result([Column("x", types.STRING)], (("x" * 1000,) for _ in iter(int, 1)))
    connection = connect(server)
    connection._execute_command(3, "endless")
    connection._sock.recv(1000)
    connection._force_close()
    _eventually(lambda: not server.engine.sessions)


def test_a_vanished_client_stops_its_query(server, script) -> None:
    script.answers["slow"] = lambda session: session.connection.run("SELECT count(*) FROM range(10000000000) a")
    connection = connect(server)
    connection._execute_command(3, "slow")
    connection._force_close()
    _eventually(lambda: not server.engine.sessions)


def test_a_killed_session_loses_its_connection(server, script) -> None:
    connection = connect(server)
    server.engine.sessions[connection.thread_id()].disconnect()
    assert code_of(ask, connection, "x")[0] in (2006, 2013)


def test_interrupting_a_query_leaves_the_connection_usable(server, script) -> None:
    script.answers["slow"] = lambda session: session.connection.run("SELECT count(*) FROM range(10000000000) a")
    connection = connect(server)
    session = server.engine.sessions[connection.thread_id()]
    threading.Timer(0.3, session.connection.interrupt).start()
    assert code_of(ask, connection, "slow")[0] == 1317
    assert ask(connection, "x") == []


def test_a_query_over_its_timeout_is_5024(server, script) -> None:
    slow = "select slow"
    script.answers[slow] = lambda session: session.connection.run("SELECT count(*) FROM range(10000000000) a")
    connection = connect(server)
    server.engine.sessions[connection.thread_id()].variables["query_timeout"] = "1"
    code, text = code_of(ask, connection, slow)
    assert code == 5024
    assert text.startswith("Query reached its timeout of 1 seconds")


def test_a_user_has_at_most_1024_connections(server, monkeypatch) -> None:
    monkeypatch.setattr("starrocks_embedded.server.MOST_PER_USER", 1)
    held = connect(server)
    assert code_of(connect, server)[0] == 1203
    held.close()


# ---- raw packets


def _read(sock: socket.socket) -> bytes:
    header = _exactly(sock, 4)
    return _exactly(sock, header[0] | header[1] << 8 | header[2] << 16)


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        assert piece, "the server hung up"
        data += piece
    return data


def _write(sock: socket.socket, sequence: int, payload: bytes) -> None:
    sock.sendall(struct.pack("<I", len(payload) | sequence << 24) + payload)


def _eventually(condition, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
