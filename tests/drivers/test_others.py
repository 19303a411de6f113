"""Clients that may not be there: mysqlclient, the mariadb command, SQLAlchemy's StarRocks dialect."""

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


def test_sqlalchemy_with_the_starrocks_dialect(server) -> None:
    alchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("starrocks", reason="SQLAlchemy's StarRocks dialect is not installed")
    url = alchemy.URL.create("starrocks", server.user, server.password, server.host, server.port, "information_schema")
    engine = alchemy.create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(alchemy.text("select :a"), {"a": 5}).scalar() == 5
        assert "information_schema" in alchemy.inspect(connection).get_schema_names()
    engine.dispose()
