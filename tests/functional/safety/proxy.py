"""A wire between dbt and the server that breaks at a chosen statement.

It counts the statements that come through (those inside a packet, too) and, at the chosen one, answers with an error,
hangs up before the server sees it, or hangs up when the server has done it; `gone` also refuses whatever comes later,
as if the process had been killed."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

COM_QUERY = 3
ERROR = 1064
MODES = ("error", "cut before", "cut after", "gone after")


@dataclass
class Fault:
    """Which statement is hit, and how. `act` is called then: before the statement goes on where the mode is `wait`,
    else before the wire is cut."""

    number: int
    mode: str
    act: Callable[[], object] = lambda: None


@dataclass
class Proxy:
    port_behind: int
    split: Callable[[str], list[str]]
    fault: Fault | None = None
    seen: list[str] = field(default_factory=list)
    hit: str | None = None
    gone: bool = False
    passed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self, fault: Fault | None = None) -> None:
        with self._lock:
            self.fault, self.seen, self.passed, self.hit, self.gone = fault, [], [], None, False

    def act(self) -> None:
        if self.fault is not None:
            self.fault.act()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = None if self.gone else socket.create_connection(("127.0.0.1", self.port_behind))
            except OSError:
                server = None
            if server is None:
                client.close()
                continue
            threading.Thread(target=_Relay(self, client, server).run, daemon=True).start()

    def count(self, sql: str) -> tuple[str | None, int]:
        """The mode if one of this text's statements is the chosen one, and which of them."""
        with self._lock:
            for index, statement in enumerate(self.split(sql)):
                self.seen.append(statement)
                if self.fault is not None and len(self.seen) == self.fault.number:
                    self.hit = statement
                    self.gone = self.fault.mode.startswith("gone")
                    if self.fault.mode.endswith("after"):
                        self.passed.append(statement)
                    return self.fault.mode, index
                self.passed.append(statement)
        return None, 0


class _Relay:
    """One client's connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.swallow = threading.Event()
        self.swallowed = threading.Event()

    def run(self) -> None:
        threading.Thread(target=self._answers, daemon=True).start()
        try:
            while (packet := self._read_packet()) is not None:
                if not self._pass_on(packet):
                    return
        except OSError:
            pass
        finally:
            self._hang_up()

    def _pass_on(self, packet: bytes) -> bool:
        sequence, body = packet[3], packet[4:]
        if sequence != 0 or body[:1] != bytes([COM_QUERY]):
            self.server.sendall(packet)
            return True
        sql = body[1:].decode("utf-8", "replace")
        mode, index = self.proxy.count(sql)
        if mode == "wait":
            self.proxy.act()
        if mode in (None, "wait"):
            self.server.sendall(packet)
            return True
        return self._break(mode, self.proxy.split(sql), index)

    def _break(self, mode: str, statements: list[str], index: int) -> bool:
        """What stands before the chosen statement in its packet is done, what stands after it is not."""
        self.swallow.set()
        for statement in statements[: index + mode.endswith("after")]:
            self.swallowed.clear()
            self.server.sendall(_packet(bytes([COM_QUERY]) + statement.encode()))
            self.swallowed.wait(30)
        if mode != "error":
            self.proxy.act()
            return False
        self.swallow.clear()
        text = b"injected failure"
        self.client.sendall(_packet(b"\xff" + struct.pack("<H", ERROR) + b"#42000" + text, 1))
        return True

    def _answers(self) -> None:
        try:
            while data := self.server.recv(1 << 16):
                if self.swallow.is_set():
                    self.swallowed.set()
                else:
                    self.client.sendall(data)
        except OSError:
            pass
        self.swallowed.set()
        if not self.swallow.is_set():  # the server is gone, and its clients hear of that
            with contextlib.suppress(OSError):
                self.client.shutdown(socket.SHUT_RDWR)

    def _read_packet(self) -> bytes | None:
        head = self._read(4)
        if head is None:
            return None
        body = self._read(int.from_bytes(head[:3], "little"))
        return None if body is None else head + body

    def _read(self, size: int) -> bytes | None:
        data = b""
        while len(data) < size:
            more = self.client.recv(size - len(data))
            if not more:
                return None
            data += more
        return data

    def _hang_up(self) -> None:
        for end in (self.client, self.server):
            # a close alone does not wake who reads in another thread
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _packet(body: bytes, sequence: int = 0) -> bytes:
    return len(body).to_bytes(3, "little") + bytes([sequence]) + body
