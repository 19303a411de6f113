"""Clients that may not be there: mysqlclient and the mariadb command."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def test_mysqlclient(server) -> None:
    client = pytest.importorskip("MySQLdb", reason="mysqlclient is not installed")
    connection = client.connect(**{**server.connect_args, "passwd": server.password})
    cursor = connection.cursor()
    cursor.execute("select 1, 'x'")
    assert cursor.fetchall() == ((1, "x"),)
    connection.close()


def test_mariadb_command(server) -> None:
    program = shutil.which("mariadb") or shutil.which("mysql")
    if program is None:
        pytest.skip("no mariadb or mysql command here")
    flags = [f"-h{server.host}", f"-P{server.port}", f"-u{server.user}", f"-p{server.password}", "--skip-ssl", "-BN"]
    run = subprocess.run(
        [program, *flags, "-e", "select 1; show databases like '%schema'"], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == ["1", "information_schema"]


def test_mysqlclient_reads_every_type(server, every_type) -> None:
    client = pytest.importorskip("MySQLdb", reason="mysqlclient is not installed")
    connection = client.connect(**{**server.connect_args, "passwd": server.password})
    cursor = connection.cursor()
    cursor.execute(every_type.query)
    assert cursor.fetchall() == (every_type.row,)
    connection.close()


def test_mariadb_command_prints_every_type(server, every_type) -> None:
    program = shutil.which("mariadb") or shutil.which("mysql")
    if program is None:
        pytest.skip("no mariadb or mysql command here")
    flags = [f"-h{server.host}", f"-P{server.port}", f"-u{server.user}", f"-p{server.password}", "--skip-ssl", "-BNr"]
    run = subprocess.run([program, *flags, "-e", every_type.query], capture_output=True, check=True)
    assert run.stdout.decode().rstrip("\n").split("\t") == [
        "1", "-170141183460469231731687303715884105728", "1.5000",
        "123456789012345678901234567890123456789012345678.25", "0.1", "1.25", "1", "é", "\0A", "2024-01-02",
        "2024-01-02 03:04:05.000006", "03:04:05", '{"a": [1, null]}', "[1,null]", '{"k":1}',
        '{"x":1,"y":["2024-01-02"]}', "NULL", "NULL", "NULL",
    ]  # fmt: skip
