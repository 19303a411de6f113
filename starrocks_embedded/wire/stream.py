"""Packets on a socket: 3 bytes of length, a sequence number, the payload; longer payloads travel in pieces."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct

PIECE = 0xFFFFFF
BUFFER = 1 << 16
HEADER = struct.Struct("<I")


class ProtocolError(Exception):
    """The peer does not speak the protocol; the connection cannot go on."""


class ConnectionGone(Exception):
    """The peer closed the connection."""


class PacketTooLarge(Exception):
    """A payload beyond what this side takes."""


class PacketStream:
    """Reads and writes payloads. Written ones are collected until `flush` or until a buffer's worth is there."""

    def __init__(self, sock: socket.socket, limit: int) -> None:
        self._socket = sock
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._buffered = False
        self.sequence = 0
        self.limit = limit

    # ---- reading

    def read(self) -> bytes:
        """One payload, its pieces put together."""
        payload = self._piece(self.limit)
        if len(payload) < PIECE:
            return payload
        whole = bytearray(payload)
        while len(payload) == PIECE:
            payload = self._piece(self.limit - len(whole))
            whole += payload
        return bytes(whole)

    def read_command(self) -> bytes:
        """The next command: the client starts to count anew."""
        self.sequence = 0
        return self.read()

    def read_ahead(self) -> None:
        """From here on bytes may be read before they are asked for (not before TLS has taken over the socket)."""
        self._buffered = True

    def _piece(self, room: int) -> bytes:
        header = self._exactly(4)
        length, sequence = header[0] | header[1] << 8 | header[2] << 16, header[3]
        if sequence != self.sequence:
            raise ProtocolError(f"packet {sequence} where {self.sequence} was due")
        if length > room:
            raise PacketTooLarge(f"a packet of more than {self.limit} bytes")
        self.sequence = (sequence + 1) & 0xFF
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        incoming = self._incoming
        while len(incoming) < count:
            missing = count - len(incoming)
            try:
                received = self._socket.recv(max(missing, BUFFER) if self._buffered else missing)
            except OSError as error:
                raise ConnectionGone(str(error)) from error
            if not received:
                raise ConnectionGone("closed by the client")
            incoming += received
        data = bytes(incoming[:count])
        del incoming[:count]
        return data

    # ---- writing

    def write(self, payload: bytes) -> None:
        start = 0
        while len(payload) - start >= PIECE:
            self._header(PIECE)
            self._outgoing += payload[start : start + PIECE]
            start += PIECE
        self._header(len(payload) - start)
        self._outgoing += payload[start:] if start else payload
        if len(self._outgoing) >= BUFFER:
            self.flush()

    def write_rows(self, payloads: list[bytes]) -> None:
        """Many short payloads at once: the loop that a large result set spends its time in."""
        outgoing, sequence, pack = self._outgoing, self.sequence, HEADER.pack
        for payload in payloads:
            length = len(payload)
            if length >= PIECE:
                self.sequence = sequence
                self.write(payload)
                sequence = self.sequence
                continue
            outgoing += pack(length | sequence << 24)
            outgoing += payload
            sequence = (sequence + 1) & 0xFF
        self.sequence = sequence
        if len(outgoing) >= BUFFER:
            self.flush()

    def flush(self) -> None:
        if not self._outgoing:
            return
        try:
            self._socket.sendall(self._outgoing)
        except OSError as error:
            raise ConnectionGone(str(error)) from error
        finally:
            self._outgoing.clear()

    def _header(self, length: int) -> None:
        self._outgoing += HEADER.pack(length | self.sequence << 24)
        self.sequence = (self.sequence + 1) & 0xFF

    # ---- the socket itself

    def secure(self, context: ssl.SSLContext) -> None:
        """Goes on under TLS. Nothing was read ahead, so the client's hello is still in the socket."""
        try:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise ConnectionGone(str(error)) from error

    def set_timeout(self, seconds: float | None) -> None:
        self._socket.settimeout(seconds)

    def close(self) -> None:
        """Wakes a reader in another thread, too."""
        with contextlib.suppress(OSError):  # gone already
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._socket.close()

    def abandoned(self) -> bool:
        """Whether the peer has closed its side while nobody reads here. TLS does not let one look."""
        if isinstance(self._socket, ssl.SSLSocket):
            return False
        try:
            readable = select.select([self._socket], [], [], 0)[0]
            return bool(readable) and not self._socket.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True
