"""The command: serve, status, stop."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starrocks_embedded import lifecycle
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.version import NEWEST, Version

BAD_USAGE = 2
CLOSE_SECONDS = 5


class UsageError(Exception):
    """What was asked cannot be done; the text says what and why in one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.action(options))
    except (UsageError, lifecycle.Held) as error:
        _complain(str(error))
    except StarRocksError as error:
        _complain(error.message)
    return BAD_USAGE


def _complain(text: str) -> None:
    print(f"starrocks-embedded: {text}", file=sys.stderr)  # noqa: T201


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="starrocks-embedded", description="An embedded StarRocks on DuckDB.")
    commands = parser.add_subparsers(required=True, metavar="serve | status | stop")
    serve = commands.add_parser("serve", help="run a server until it is stopped")
    store = serve.add_mutually_exclusive_group()
    store.add_argument("--path", type=Path, help="the database file; made if missing")
    store.add_argument("--memory", action="store_true", help="keep everything in memory (the default)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
    serve.add_argument("--port", type=_port, default=9030, help="port of the MySQL protocol; 0: any free one")
    serve.add_argument(
        "--http-port", type=_port, help="also be a front end over HTTP here: health, Stream Load; 0: any free one"
    )
    serve.add_argument(
        "--be-http-port", type=_port, default=0, help="where loads are sent on to, a back end's port (default: any)"
    )
    serve.add_argument("--server-version", default=NEWEST, help=f"StarRocks version to be (default {NEWEST})")
    serve.add_argument("--user", default="root", help="name of the administrator")
    serve.add_argument(
        "--password",
        help=f"the administrator's password (default: ${lifecycle.PASSWORD_VARIABLE}, else a generated one, printed)",
    )
    serve.add_argument("--tls-cert", type=Path, help="PEM file of the certificate: offers TLS")
    serve.add_argument("--tls-key", type=Path, help="PEM file of its key, unless the certificate's file holds it")
    serve.add_argument("--idle-exit", type=_seconds, metavar="S", help="stop after S seconds without clients")
    serve.add_argument("--log", type=Path, metavar="F", help="append one JSON line for each statement to this file")
    serve.add_argument(
        "--catalog",
        action="append",
        type=_setting,
        default=[],
        metavar="NAME=[TYPE:]FILE",
        help="show the tables of another file of this engine as an external catalog, read only; TYPE is jdbc (the "
        "default), iceberg, hive, hudi, deltalake or paimon; may be given several times",
    )
    serve.add_argument(
        "--fe-config",
        action="append",
        type=_setting,
        default=[],
        metavar="KEY=VALUE",
        help="a line of the front end's configuration file, such as enable_udf=true; may be given several times",
    )
    serve.add_argument(
        "--visible-after",
        type=_seconds,
        default=0.0,
        metavar="S",
        help="for tests: loads become visible S seconds after they are committed, as on a busy cluster. A statement "
        "waits for that unless enable_sync_publish is off; then it answers COMMITTED after tx_visible_wait_timeout",
    )
    serve.add_argument("--json", action="store_true", help="print the ready line as JSON")
    serve.add_argument("--while-stdin-open", action="store_true", help="stop when standard input ends")
    serve.set_defaults(action=_serve)
    for name, action, help_ in (
        ("status", _status, "say who serves a database file"),
        ("stop", _stop, "stop that server"),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument("--path", type=Path, required=True, help="the database file")
        command.set_defaults(action=action)
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port: expected 0 to 65535")
    return int(text)


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    return key, value


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds: expected more than 0")
    return seconds


# ---- serve


def _serve(options: argparse.Namespace) -> int:
    try:
        version = str(Version.parse(options.server_version))
    except ValueError as error:
        raise UsageError(str(error)) from error
    given = os.environ.get(lifecycle.PASSWORD_VARIABLE) if options.password is None else options.password
    password = secrets.token_urlsafe(12) if given is None else given
    hold = lifecycle.hold(options.path) if options.path else None
    try:
        closed = _serve_held(options, version, password, hold)
    finally:
        if hold is not None:
            hold.release()
    if not closed:
        os._exit(0)
    return 0


def _serve_held(options: argparse.Namespace, version: str, password: str, hold: lifecycle.Hold | None) -> bool:
    """Until the server stops; whether its store could be closed."""
    from starrocks_embedded.engine import Engine

    tls, log = _tls(options), _log(options)
    catalogs = dict(options.catalog)
    engine = Engine(
        options.path, version, options.user, password, options.visible_after, dict(options.fe_config), catalogs
    )
    try:
        server, doors = _server(options, engine, tls, log), _http_doors(options, engine)
        facts = {
            "host": server.host,
            "port": server.port,
            "http_port": doors[0].port if doors else None,
            "be_http_port": doors[1].port if doors else None,
            "user": options.user,
            "password": password,
            "version": version,
        }
        if hold is not None:
            hold.publish(facts)
        server.start()
        for door in doors:
            door.start()
        _announce(options, facts)
        _stop_on_signals(server)
        if options.while_stdin_open:
            threading.Thread(target=_follow_stdin, args=(server,), daemon=True).start()
        server.wait()
    finally:
        closed = _close(engine)
    return closed


def _close(engine: Any) -> bool:
    """DuckDB does not let go while a query runs that heeds no interruption. What that query wrote is not committed, so
    the process may simply end."""
    closing = threading.Thread(target=engine.close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)
    return not closing.is_alive()


def _server(options: argparse.Namespace, engine: Any, tls: Any, log: Any) -> Any:
    from starrocks_embedded.server import Server

    try:
        return Server(engine, options.host, options.port, tls, log, options.idle_exit)
    except OSError as error:
        raise _taken("--port", options.host, options.port, error) from error


def _http_doors(options: argparse.Namespace, engine: Any) -> list[Any]:
    """The front end's port and the back end's, where the first is asked for."""
    if options.http_port is None:
        return []
    from starrocks_embedded.http.backend_door import BackendDoor
    from starrocks_embedded.http.frontend_door import FrontendDoor

    try:
        backend = BackendDoor(engine, options.host, options.be_http_port)
    except OSError as error:
        raise _taken("--be-http-port", options.host, options.be_http_port, error) from error
    try:
        return [FrontendDoor(engine, options.host, options.http_port, backend.port), backend]
    except OSError as error:
        raise _taken("--http-port", options.host, options.http_port, error) from error


def _taken(flag: str, host: str, port: int, error: OSError) -> UsageError:
    reason = error.strerror or error
    return UsageError(f"cannot listen on {host}:{port}: {reason}. Choose another {flag}, or 0 for any.")


def _tls(options: argparse.Namespace) -> Any:
    if options.tls_cert is None:
        if options.tls_key is not None:
            raise UsageError("--tls-key needs --tls-cert")
        return None
    from starrocks_embedded.wire.tls import server_context

    try:
        return server_context(options.tls_cert, options.tls_key)
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(f"cannot use the certificate {options.tls_cert}: {error.strerror or error}") from error


def _log(options: argparse.Namespace) -> Any:
    from starrocks_embedded.statementlog import StatementLog

    try:
        return StatementLog(options.log)
    except OSError as error:
        raise UsageError(f"cannot write the statement log {options.log}: {error.strerror}") from error


def _announce(options: argparse.Namespace, facts: dict[str, Any]) -> None:
    if options.json:
        return _say(json.dumps(facts))
    _say(f"StarRocks {facts['version']} (embedded) listens on {facts['host']}:{facts['port']}")
    if facts["http_port"] is not None:
        _say(f"HTTP: {facts['host']}:{facts['http_port']} (loads: {facts['be_http_port']})")
    generated = options.password is None and lifecycle.PASSWORD_VARIABLE not in os.environ
    shown = f" with password {facts['password']}" if generated else ""
    _say(f"user {facts['user']}{shown}; database: {options.path or 'in memory'}")


def _stop_on_signals(server: Any) -> None:
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: threading.Thread(target=server.stop, daemon=True).start())


def _follow_stdin(server: Any) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.stop()


# ---- status, stop


def _status(options: argparse.Namespace) -> int:
    running = lifecycle.running(options.path)
    if running is None:
        _say(f"{options.path}: no server is running")
        return 1
    where = f"{running['host']}:{running['port']}"
    _say(f"{options.path}: StarRocks {running['version']} on {where}, process {running['pid']}")
    return 0


def _stop(options: argparse.Namespace) -> int:
    running = lifecycle.running(options.path)
    if running is None:
        _say(f"{options.path}: no server is running")
        return 1
    lifecycle.stop(options.path, running)
    _say(f"{options.path}: stopped process {running['pid']}")
    return 0
