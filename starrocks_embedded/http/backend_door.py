"""The HTTP port of a back end: bodies of loads come in, error logs go out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from starrocks_embedded.http.handler import STREAM_LOAD, TRANSACTION, Handler, Listener

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

TEXT = "text/plain; charset=UTF-8"


class BackendDoor:
    """Listens from its creation on; `start` begins to answer, until the process ends."""

    def __init__(self, engine: Engine, host: str, port: int) -> None:
        self._server = Listener((host, port), _Handler)
        self._server.engine = engine
        self.port = int(self._server.server_address[1])
        self._server.backend = engine.backend_address = (host, self.port)

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="http-be", daemon=True).start()


class _Handler(Handler):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/api/health":
            return self.answer(200, b'{"status": "OK","msg": "To Be Added"}')
        if url.path == "/api/_load_error_log":
            return self._error_log(parse_qs(url.query).get("file", [""])[0])
        self.answer(404, b"", kind=TEXT)

    def do_PUT(self) -> None:
        path = urlsplit(self.path).path
        self.server.engine.ready()
        if found := STREAM_LOAD.fullmatch(path):
            with self.server.engine.requests.one():
                answer = self._load(unquote(found[1]), unquote(found[2]))
            return self.answer(200, answer)
        self._transaction(path)

    def _load(self, database: str, table: str) -> bytes:
        from starrocks_embedded.loading.merge_commit import answer_merge_commit, merges
        from starrocks_embedded.loading.stream_load import answer_stream_load

        answer = answer_merge_commit if merges(self) else answer_stream_load
        return answer(self, database, table)

    def do_POST(self) -> None:
        self.server.engine.ready()
        self._transaction(urlsplit(self.path).path)

    def _transaction(self, path: str) -> None:
        found = TRANSACTION.fullmatch(path)
        if found is None:
            return self.answer(404, b"", kind=TEXT)
        from starrocks_embedded.loading.transactions import answer_transaction

        with self.server.engine.requests.one():
            answer = answer_transaction(self, found[1])
        self.answer(200, answer)

    def _error_log(self, name: str) -> None:
        log = self.server.engine.error_logs.find(name)
        if log is None:
            return self.answer(404, b"", kind=TEXT)
        self.answer(200, log.text.encode(), kind=TEXT)
