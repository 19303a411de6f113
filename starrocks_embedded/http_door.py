"""The HTTP port of a front end, as far as tools ask it without loading data: is it alive, and may this user come in."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import unsupported
from starrocks_embedded.metadata.accounts import account_for_login
from starrocks_embedded.wire import auth

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

JSON = "application/json; charset=UTF-8"
STREAM_LOAD = re.compile(r"/api/[^/]+/[^/]+/_stream_load")
BACKENDS = 1


class HttpDoor:
    """Listens from its creation on; `start` begins to answer, until the process ends."""

    def __init__(self, engine: Engine, host: str, port: int) -> None:
        self._server = _Listener((host, port), _Handler)
        self._server.engine = engine
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="http", daemon=True).start()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    engine: Engine


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def handle_expect_100(self) -> bool:
        """No body is ever wanted: the answer comes at once, in place of '100 Continue'."""
        return True

    def do_GET(self) -> None:
        path, _, parameters = self.path.partition("?")
        if path == "/api/health":
            return self._answer(200, {"online_backend_num": BACKENDS, "total_backend_num": BACKENDS, "status": "OK"})
        if path == "/api/bootstrap":
            return self._answer(200, _bootstrap("token=" in parameters))
        self._refuse()

    def do_PUT(self) -> None:
        if not STREAM_LOAD.fullmatch(self.path.partition("?")[0]):
            return self._refuse()
        if self._let_in():
            self._answer(200, {"Status": "FAILED", "Message": unsupported("Stream Load").message})

    def do_POST(self) -> None:
        self._refuse()

    do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = do_POST

    # ---- who asks

    def _let_in(self) -> bool:
        """Whether the Authorization header names an account and its password; otherwise the refusal is sent."""
        credentials = _credentials(self.headers.get("Authorization", ""))
        if credentials is None:
            return self._unauthorized("Need auth information.")
        name, password = credentials
        host = str(self.client_address[0])
        account = account_for_login(self.server.engine, name, host)
        if account is None or not hmac.compare_digest(account.password, auth.stored(password)):
            return self._unauthorized(f"Access denied for {name}@{host}")
        return True

    def _unauthorized(self, message: str) -> bool:
        self._answer(401, _failed(message), {"WWW-Authenticate": 'Basic realm=""'})
        return False

    # ---- answers

    def _refuse(self) -> None:
        if self._let_in():
            path = self.path.partition("?")[0]
            self._answer(501, _failed(unsupported(f"{self.command} {path}").message))

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(content)))
        if self.command != "GET":  # what the client meant to send is not read
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: standard error is for defects."""


def _credentials(header: str) -> tuple[str, str] | None:
    """Name and password of a Basic header; of `name@cluster` the first half counts."""
    parts = header.split(" ")
    if len(parts) != 2:
        return None
    try:
        name, colon, password = base64.b64decode(parts[1], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    halves = name.split("@")
    return (halves[0] if len(halves) == 2 else name, password) if colon else None


def _failed(message: str) -> dict[str, Any]:
    return {"status": "FAILED", "code": "1", "msg": message, "message": message}


def _bootstrap(with_token: bool) -> dict[str, Any]:
    """Only nodes of the cluster know its token, and there are none."""
    result = {"status": "OK", "code": "0", "msg": "Success", "message": "OK"}
    if with_token:
        result |= {"status": "FAILED", "msg": "invalid parameter"}
    return (
        result
        | {"replayedJournalId": 0, "queryPort": 0, "rpcPort": 0, "feStartTime": 0, "heapUsedPercent": 0.0}
        | {"cpuCores": 0}
    )
