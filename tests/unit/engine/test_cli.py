"""The command: what it prints, what it refuses, how a file's server is found again."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pymysql
import pytest

import starrocks_embedded
from starrocks_embedded import backend, cli, lifecycle
from starrocks_embedded.cli import main


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "starrocks_embedded", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def refusal(capsys, *arguments: object) -> str:
    """The one line on stderr of a command that ends with 2."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as error:
        code = error.code
    assert code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--port", "x"], "'x' is not a port: expected 0 to 65535"),
        (["serve", "--port", "70000"], "'70000' is not a port"),
        (["serve", "--idle-exit", "-1"], "expected more than 0"),
        (["serve", "--server-version", "2.5"], "server version 2.5 is not covered: expected 3.1 to 4.1"),
        (["serve", "--server-version", "new"], "'new' is not a StarRocks version"),
        (["serve", "--memory", "--path", "x"], "not allowed with argument"),
        (["serve", "--tls-cert", "/nosuch.pem"], "cannot use the certificate /nosuch.pem"),
        (["serve", "--log", "/nosuch/log"], "cannot write the statement log /nosuch/log"),
        (["serve", "--path", "/nosuch/x.db"], "Its folder must exist and be writable"),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_refusals_are_one_line(capsys, arguments: list[str], words: str) -> None:
    assert words in refusal(capsys, *arguments)


def test_a_port_in_use_is_said(capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"cannot listen on 127.0.0.1:{port}" in refusal(capsys, "serve", "--port", port)


def test_a_foreign_file_is_refused_with_advice(capsys, tmp_path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 1000)
    assert "It must be a database file of this engine" in refusal(capsys, "serve", "--path", path, "--port", 0)


def test_a_file_of_another_layout_is_refused(capsys, tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.db"
    starrocks_embedded.serve(path).stop()
    monkeypatch.setattr("starrocks_embedded.backend.LAYOUT", backend.LAYOUT + 1)
    assert "written by another version of the engine" in refusal(capsys, "serve", "--path", path, "--port", 0)


def test_one_server_per_file_found_by_the_next(tmp_path) -> None:
    path = tmp_path / "a.db"
    with starrocks_embedded.serve(path) as first:
        with starrocks_embedded.serve(path) as second:
            assert second.connect_args == first.connect_args
        pymysql.connect(**first.connect_args).close()  # who found it does not stop it
        again = run("serve", "--path", path, "--port", 0)
        assert again.returncode == 2
        assert f"is served already by process {first.process.pid} on 127.0.0.1:{first.port}" in again.stderr
        with pytest.raises(starrocks_embedded.ServerError, match="not as 3"):
            starrocks_embedded.serve(path, version="3.5.0")
        assert f"127.0.0.1:{first.port}, process {first.process.pid}" in run("status", "--path", path).stdout
        assert run("stop", "--path", path).returncode == 0
        assert run("status", "--path", path).returncode == 1


def test_data_survives_a_restart_and_the_run_file_is_private(tmp_path) -> None:
    path = tmp_path / "a.db"
    with starrocks_embedded.serve(path) as server:
        assert os.stat(lifecycle.run_file(path)).st_mode & 0o077 == 0
        with pymysql.connect(**server.connect_args) as connection:
            connection.cursor().execute("create database kept")
    assert not lifecycle.run_file(path).exists()
    with starrocks_embedded.serve(path) as server, pymysql.connect(**server.connect_args, database="kept"):
        pass


def test_a_server_that_was_killed_leaves_its_file_usable(tmp_path) -> None:
    path = tmp_path / "a.db"
    server = starrocks_embedded.serve(path)
    server.process.kill()
    server.process.wait()
    assert lifecycle.running(path) is None
    starrocks_embedded.serve(path).stop()


def test_an_idle_server_stops(tmp_path) -> None:
    path = tmp_path / "a.db"
    server = starrocks_embedded.serve(path, idle_exit=0.5, keep_running=True)
    assert server.process.wait(10) == 0
    assert lifecycle.running(path) is None


def test_the_server_ends_with_the_program_that_started_it() -> None:
    code = "import starrocks_embedded as e; print(e.serve().process.pid, flush=True)"
    pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    deadline = time.monotonic() + 5
    while _alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_the_statement_log_has_one_line_for_each(tmp_path) -> None:
    log = tmp_path / "log"
    with starrocks_embedded.serve(log=log) as server, pymysql.connect(**server.connect_args) as connection:
        connection.cursor().execute("select 1; select 2")
        with pytest.raises(pymysql.MySQLError):
            connection.cursor().execute("use nosuch")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["sql"], line.get("error", line.get("rows"))) for line in lines[-3:]] == [
        ("select 1", 1),
        ("select 2", 1),
        ("use nosuch", [5501, "Unknown database 'nosuch'"]),
    ]


def test_a_store_that_will_not_close_does_not_keep_the_process(monkeypatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(cli, "CLOSE_SECONDS", 0.05)
    assert not cli._close(SimpleNamespace(close=lambda: released.wait(10)))
    released.set()
    assert cli._close(SimpleNamespace(close=lambda: None))
