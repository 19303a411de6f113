"""The client's ceiling: a server that answers every query with bytes recorded from the engine."""

from __future__ import annotations

import contextlib
import multiprocessing
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


def read_packet(connection: socket.socket) -> bytes:
    """One client packet; empty when the client left."""
    header = _exactly(connection, 4)
    return header + _exactly(connection, int.from_bytes(header[:3], "little")) if header else b""


def _exactly(connection: socket.socket, size: int) -> bytes:
    chunks = b""
    while len(chunks) < size:
        piece = connection.recv(size - len(chunks))
        if not piece:
            return b""
        chunks += piece
    return chunks


class Recorder(threading.Thread):
    """A proxy for one connection that keeps what the server answered to each packet."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.upstream = socket.create_connection(("127.0.0.1", port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.answers: list[bytes] = []

    def run(self) -> None:
        client, _ = self.listener.accept()
        self.answers.append(self._answer(client))
        while packet := read_packet(client):
            self.upstream.sendall(packet)
            self.answers.append(self._answer(client))
        client.close()

    def _answer(self, client: socket.socket) -> bytes:
        """What arrives until the server falls silent."""
        collected = b""
        self.upstream.settimeout(5)
        while True:
            try:
                piece = self.upstream.recv(1 << 20)
            except TimeoutError:
                return collected
            if not piece:
                return collected
            collected += piece
            client.sendall(piece)
            self.upstream.settimeout(0.3)


@contextmanager
def canned_server(login: list[bytes], answer: bytes) -> Iterator[int]:
    """Greets and logs in as recorded, then gives `answer` to everything; yields its port. It is a process of its own,
    like the engine: a thread would take its turns from the client that is measured."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_listen, args=(theirs, login, answer), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _listen(pipe: Connection, login: list[bytes], answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pipe.send(listener.getsockname()[1])
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # the client may leave without a word: its run is over then
            with client, contextlib.suppress(ConnectionError):
                _converse(client, login, answer)


def _converse(client: socket.socket, login: list[bytes], answer: bytes) -> None:
    for reply in login:
        client.sendall(reply)
        if not read_packet(client):
            return
    client.sendall(answer)
    while read_packet(client):
        client.sendall(answer)
