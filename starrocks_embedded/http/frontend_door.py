"""The HTTP port of a front end: is it alive, may this user come in, and to which back end does a load go."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, unsupported
from starrocks_embedded.http.handler import STREAM_LOAD, TRANSACTION, Handler, Listener

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

BACKENDS = 1
ANY_ADDRESS = ("0.0.0.0", "::")


class FrontendDoor:
    """Listens from its creation on; `start` begins to answer, until the process ends."""

    def __init__(self, engine: Engine, host: str, port: int, backend_port: int) -> None:
        self._server = Listener((host, port), _Handler)
        self._server.engine = engine
        self._server.backend = (host, backend_port)
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="http", daemon=True).start()


class _Handler(Handler):
    def do_GET(self) -> None:
        path, _, parameters = self.path.partition("?")
        if path == "/api/health":
            return self._answer(200, {"online_backend_num": BACKENDS, "total_backend_num": BACKENDS, "status": "OK"})
        if path == "/api/bootstrap":
            return self._answer(200, _bootstrap("token=" in parameters))
        self._refuse()

    def do_PUT(self) -> None:
        path = self.path.partition("?")[0]
        if found := STREAM_LOAD.fullmatch(path):
            return self._stream_load(unquote(found[1]), unquote(found[2]))
        if TRANSACTION.fullmatch(path):
            return self._transaction(path)
        self._refuse()

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        if TRANSACTION.fullmatch(path):
            return self._transaction(path)
        self._refuse()

    def _other(self) -> None:
        self._refuse()

    do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = _other

    # ---- loads

    def _stream_load(self, database: str, table: str) -> None:
        account = self._let_in()
        if account is None:
            return
        if self.request_version >= "HTTP/1.1" and not self.waits:
            self.skip_body()
            message = "class com.starrocks.common.DdlException: There is no 100-continue header"
            return self._answer(200, {"Status": "FAILED", "Message": message})
        from starrocks_embedded.loading.merge_commit import check_window, merges
        from starrocks_embedded.loading.targets import check_load

        try:
            with closing(self.session(account)) as session:
                check_load(session, database, table)
        except StarRocksError as error:
            self._unauthorized(error.message)
            return
        if merges(self):
            try:
                check_window(self.headers)
            except StarRocksError as error:
                return self._answer(200, _failed(error.message) | {"code": "INVALID_ARGUMENT"})
        self._redirect()

    def _transaction(self, path: str) -> None:
        """A transaction over several tables is led by the front end, all others by the back end that is loaded into."""
        if self._let_in() is None:
            return
        if self.headers.get("transaction_type", "").lower() == "multi" and not path.endswith("/load"):
            self.server.engine.ready()
            from starrocks_embedded.loading.transactions import answer_transaction

            return self.answer(200, answer_transaction(self, path.rpartition("/")[2], leads=True))
        self._redirect()

    def _redirect(self) -> None:
        host, port = self.server.backend
        named = self.headers.get("Host", "").rpartition(":")[0] if host in ANY_ADDRESS else host
        self.answer(307, b"", {"Location": f"http://{named or host}:{port}{self.path}"})

    # ---- who asks

    def _let_in(self) -> model.User | None:
        account = self.account()
        if isinstance(account, str):
            self._unauthorized(account)
            return None
        return account

    def _unauthorized(self, message: str) -> None:
        self._answer(401, _failed(message), {"WWW-Authenticate": 'Basic realm=""'})

    # ---- answers

    def _refuse(self) -> None:
        if self._let_in() is not None:
            path = self.path.partition("?")[0]
            self._answer(501, _failed(unsupported(f"{self.command} {path}").message))

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.answer(status, json.dumps(body).encode(), headers)


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
