"""The server: listens, gives every client a thread of its own, stops when told to or when idle."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.statementlog import StatementLog
from starrocks_embedded.wire.packets import error
from starrocks_embedded.wire.stream import PacketStream

if TYPE_CHECKING:
    from starrocks_embedded.conversation import Conversation

MOST_CONNECTIONS = 4096
MOST_PER_USER = 1024
LOGIN_BYTES = 1 << 16
TICK = 0.5


class Server:
    def __init__(
        self,
        engine: Engine,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        log: StatementLog | None = None,
        idle_exit: float | None = None,
    ) -> None:
        self.engine = engine
        self.tls = tls
        self.log = log or StatementLog()
        self.idle_exit = idle_exit
        self.greeting_version = "8.0.33" if engine.version.at_least("3.4") else "5.1.0"
        self._listener = _listen(host, port)
        self.host, self.port = self._listener.getsockname()[:2]
        engine.address = (self.host, self.port)
        self._ids = itertools.count(1)
        self._clients: dict[int, Conversation] = {}
        self._mutex = threading.Lock()
        self._stopped = threading.Event()
        self._idle_since = time.monotonic()

    # ---- serving

    def start(self) -> None:
        threading.Thread(target=self._accept, name="listener", daemon=True).start()

    def wait(self) -> None:
        """Until `stop`, or until no one was connected for `idle_exit` seconds."""
        while not self._stopped.wait(TICK):
            if self.idle_exit is not None and self._idle_seconds() >= self.idle_exit:
                return self.stop()

    def stop(self) -> None:
        self._stopped.set()
        self._listener.close()
        for client in self._present():
            client.stream.close()
        deadline = time.monotonic() + 2
        while self._clients and time.monotonic() < deadline:
            time.sleep(0.01)
        self.log.close()

    def _accept(self) -> None:
        """Clients that come at once wait in the socket's queue until everything is loaded; for nothing, if it fails."""
        try:
            self.engine.ready()
        except BaseException:
            self.stop()
            raise
        from starrocks_embedded.watch import watch

        threading.Thread(
            target=watch, args=(self.engine, self._present, self._stopped), name="watch", daemon=True
        ).start()
        while not self._stopped.is_set():
            try:
                sock, address = self._listener.accept()
            except OSError:
                if self._stopped.is_set():
                    return
                time.sleep(TICK)  # out of file handles: clients that leave give some back
                continue
            self._welcome(sock, str(address[0]), int(address[1]))

    def _welcome(self, sock: socket.socket, host: str, port: int) -> None:
        from starrocks_embedded.conversation import Conversation

        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = PacketStream(sock, LOGIN_BYTES)
        if len(self._clients) >= MOST_CONNECTIONS:
            return _turn_away(stream)
        client = Conversation(self, stream, next(self._ids), host, port)
        with self._mutex:
            self._clients[client.id] = client
        try:
            threading.Thread(target=self._converse, args=(client,), name=f"client-{client.id}", daemon=True).start()
        except RuntimeError:  # no more threads
            self._forget(client)
            _turn_away(stream)

    def _converse(self, client: Conversation) -> None:
        try:
            client.run()
        finally:
            self._forget(client)

    def _forget(self, client: Conversation) -> None:
        with self._mutex:
            self._clients.pop(client.id, None)
            self._idle_since = time.monotonic()

    def _present(self) -> list[Conversation]:
        with self._mutex:
            return list(self._clients.values())

    def _idle_seconds(self) -> float:
        requests = self.engine.requests
        return 0.0 if self._clients or requests.running else time.monotonic() - max(self._idle_since, requests.last)

    # ---- limits

    def admit(self, user: str) -> None:
        """Refuses a user who has as many connections as one may have."""
        from starrocks_embedded.session import Session

        sessions = [s for s in list(self.engine.sessions.values()) if isinstance(s, Session) and s.user == user]
        if len(sessions) >= MOST_PER_USER:
            raise StarRocksError(
                1203, f"User {user} already has more than 'max_user_connections' active connections", "42000"
            )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


def _turn_away(stream: PacketStream) -> None:
    stream.write(error(1040, "Too many connections", "08004"))
    try:
        stream.flush()
    finally:
        stream.close()
