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
        [program, *flags, "-e", "select 1; show databases"], capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == ["1", "_statistics_", "information_schema", "sys"]
