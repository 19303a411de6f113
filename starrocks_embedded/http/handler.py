"""What the HTTP ports of a front end and a back end have in common: who asks, bodies, answers."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.metadata.accounts import account_for_login
from starrocks_embedded.wire import auth

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

JSON = "application/json; charset=UTF-8"
STREAM_LOAD = re.compile(r"/api/([^/]+)/([^/]+)/_stream_load")
TRANSACTION = re.compile(r"/api/transaction/(begin|load|prepare|commit|rollback)")
PIECE = 1 << 20
UNREAD_MOST = 8 << 20  # of a body that nobody wants, but that a client without Expect sends all the same
SIZE = re.compile(rb"\s*([0-9A-Fa-f]+)")


class Listener(ThreadingHTTPServer):
    """A port, and where the back end listens."""

    daemon_threads = True
    engine: Engine
    backend: tuple[str, int]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Listener
    _body_taken = False

    def handle_expect_100(self) -> bool:
        """Whoever wants the body says '100 Continue'; often the answer comes at once instead."""
        return True

    def account(self) -> model.User | str:
        """The account of the Authorization header, or why there is none."""
        credentials = _credentials(self.headers.get("Authorization", ""))
        if credentials is None:
            return "Need auth information."
        name, password = credentials
        host = str(self.client_address[0])
        account = account_for_login(self.server.engine, name, host)
        if account is None or not hmac.compare_digest(account.password, auth.stored(password)):
            return f"Access denied for {name}@{host}"
        return account

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None, kind: str = JSON) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.command != "GET":  # what the client meant to send may not be read
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def session(self, account: model.User) -> Session:
        from starrocks_embedded.session import Session

        return Session(self.server.engine, 0, account.name, str(self.client_address[0]))

    @property
    def waits(self) -> bool:
        """Whether the client sends its body only when it is asked to."""
        return self.headers.get("Expect", "").lower() == "100-continue"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: standard error is for defects."""

    # ---- bodies

    @contextmanager
    def body(self) -> Iterator[Path]:
        """The request's body as a file in a folder of its own."""
        folder = Path(tempfile.mkdtemp(prefix="starrocks-load-"))
        try:
            self._body_taken = True
            if self.waits:
                self.send_response_only(100)
                self.end_headers()
            with (folder / "body").open("wb") as file:
                for piece in self._pieces():
                    file.write(piece)
            yield folder / "body"
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def skip_body(self) -> None:
        """Reads what a client sends that did not wait to be asked: it reads the answer only afterwards."""
        if self.waits or self._body_taken:
            return
        read = 0
        for piece in self._pieces():
            read += len(piece)
            if read > UNREAD_MOST:
                return

    def _pieces(self) -> Iterator[bytes]:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            yield from _chunks(self.rfile)
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (piece := self.rfile.read(min(left, PIECE))):
            left -= len(piece)
            yield piece


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


def _chunks(file: BufferedIOBase) -> Iterator[bytes]:
    """A body in pieces whose lengths stand before them."""
    while True:
        size = SIZE.match(file.readline())
        length = int(size[1], 16) if size else 0
        if not length:
            break
        yield file.read(length)
        file.readline()
    while file.readline().strip():  # trailers
        pass
