"""Starts a server in a process of its own, or finds the one that serves a file already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from starrocks_embedded import lifecycle
from starrocks_embedded.version import NEWEST, Version


class ServerError(Exception):
    """A server that does not start, or is not the one that was asked for."""


@dataclass
class Server:
    """A running server. `process` is None where another program started it; then `stop` leaves it alone."""

    host: str
    port: int
    user: str
    password: str
    version: str
    process: subprocess.Popen[bytes] | None = None
    http_port: int | None = None
    be_http_port: int | None = None

    @property
    def connect_args(self) -> dict[str, Any]:
        """What a MySQL client takes: host, port, user, password."""
        return {"host": self.host, "port": self.port, "user": self.user, "password": self.password}

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(lifecycle.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    path: str | Path | None = None,
    *,
    port: int = 0,
    http_port: int | None = None,
    version: str = NEWEST,
    user: str = "root",
    password: str | None = None,
    idle_exit: float | None = None,
    log: str | Path | None = None,
    tls_cert: str | Path | None = None,
    tls_key: str | Path | None = None,
    visible_after: float | None = None,
    fe_config: Mapping[str, str] | None = None,
    catalogs: Mapping[str, str | Path] | None = None,
    keep_running: bool = False,
) -> Server:
    """A server for a database file, or for one in memory. A file's running server is used if it claims the version.

    The server ends with this program, unless `keep_running`: then it goes on until it is stopped or `idle_exit`.
    With `visible_after` its loads become visible that many seconds after they are committed, as on a busy cluster;
    `fe_config` are lines of the front end's configuration file; `catalogs` are files of other servers, stopped by now,
    whose tables are shown as external catalogs."""
    file = None if path is None else Path(path).absolute()
    if file is not None and (found := _found(file, version, http_port)) is not None:
        return found
    flags = ["--memory"] if file is None else ["--path", str(file)]
    flags += ["--port", str(port), "--server-version", version, f"--user={user}"]
    options = {"--idle-exit": idle_exit, "--log": log, "--tls-cert": tls_cert, "--tls-key": tls_key}
    options["--http-port"] = http_port
    options["--visible-after"] = visible_after
    flags += [f"--fe-config={key}={value}" for key, value in (fe_config or {}).items()]
    flags += [f"--catalog={name}={_absolute(found)}" for name, found in (catalogs or {}).items()]
    flags += [f"{name}={value}" for name, value in options.items() if value is not None]
    try:
        return _start(flags, password, keep_running)
    except ServerError:
        # someone else may have been quicker
        if file is not None and (found := _found(file, version, http_port)) is not None:
            return found
        raise


def _absolute(source: str | Path) -> str:
    """The file of a catalog, after the type of catalog where one is written."""
    kind, colon, file = str(source).partition(":")
    typed = colon and len(kind) > 1 and kind.isalpha()
    return f"{kind}:{Path(file).absolute()}" if typed else str(Path(source).absolute())


def _found(path: Path, version: str, http_port: int | None) -> Server | None:
    facts = lifecycle.running(path)
    if facts is None:
        return None
    if facts["version"] != str(Version.parse(version)):
        raise ServerError(
            f"{path} is served as StarRocks {facts['version']} by process {facts['pid']}, not as {version}. "
            f"Ask for that version, or stop it: starrocks-embedded stop --path {path}"
        )
    if http_port is not None and facts.get("http_port") is None:
        raise ServerError(
            f"{path} is served without an HTTP port by process {facts['pid']}. "
            f"Ask for none, or stop it: starrocks-embedded stop --path {path}"
        )
    return _server(facts)


def _server(facts: dict[str, Any], process: subprocess.Popen[bytes] | None = None) -> Server:
    where, who = (facts["host"], facts["port"]), (facts["user"], facts["password"])
    ports = facts.get("http_port"), facts.get("be_http_port")
    return Server(*where, *who, facts["version"], process, *ports)


def _start(flags: Sequence[str], password: str | None, keep_running: bool) -> Server:
    command = [sys.executable, "-m", "starrocks_embedded", "serve", "--json", *flags]
    if not keep_running:
        command.append("--while-stdin-open")
    # a password on the command line could be read by every user of the machine
    environment = os.environ if password is None else os.environ | {lifecycle.PASSWORD_VARIABLE: password}
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL if keep_running else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        ready = process.stdout.readline() if process.stdout else b""
        if process.stdout is not None:
            process.stdout.close()
        if ready:
            return _server(json.loads(ready), process)
        process.wait()
        complaints.seek(0)
        raise ServerError(complaints.read().decode("utf-8", "replace").strip() or "the server ended without a word")
