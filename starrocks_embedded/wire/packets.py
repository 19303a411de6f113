"""The payloads of the protocol: what the server says and what a client asks, as bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from starrocks_embedded.wire.stream import ProtocolError

# capabilities
LONG_FLAG = 0x4
CONNECT_WITH_DB = 0x8
PROTOCOL_41 = 0x200
SSL = 0x800
SECURE_CONNECTION = 0x8000
PLUGIN_AUTH = 0x80000
CONNECT_ATTRS = 0x100000
PLUGIN_AUTH_LENENC = 0x200000
OFFERED = (
    LONG_FLAG | CONNECT_WITH_DB | PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH | CONNECT_ATTRS | PLUGIN_AUTH_LENENC
)

# status
MORE_RESULTS = 0x8

# commands
QUIT, INIT_DB, QUERY, FIELD_LIST, PING, CHANGE_USER = 0x01, 0x02, 0x03, 0x04, 0x0E, 0x11
STMT_PREPARE, STMT_EXECUTE, STMT_SEND_LONG_DATA, STMT_CLOSE, STMT_RESET = 0x16, 0x17, 0x18, 0x19, 0x1A
RESET_CONNECTION = 0x1F

UTF8 = 33
BINARY = 63
NATIVE_PASSWORD = "mysql_native_password"


# ---- encoding


def lenenc_int(value: int) -> bytes:
    if value < 251:
        return bytes((value,))
    if value < 1 << 16:
        return b"\xfc" + struct.pack("<H", value)
    if value < 1 << 24:
        return b"\xfd" + struct.pack("<I", value)[:3]
    return b"\xfe" + struct.pack("<Q", value)


def lenenc(data: bytes) -> bytes:
    return lenenc_int(len(data)) + data


def greeting(server_version: str, connection_id: int, salt: bytes, tls: bool) -> bytes:
    flags = OFFERED | (SSL if tls else 0)
    return b"".join((
        b"\x0a", server_version.encode(), b"\0", struct.pack("<I", connection_id), salt[:8], b"\0",
        struct.pack("<HBHH", flags & 0xFFFF, UTF8, 0, flags >> 16), bytes((len(salt) + 1,)), bytes(10),
        salt[8:], b"\0", NATIVE_PASSWORD.encode(), b"\0",
    ))  # fmt: skip


def auth_switch(salt: bytes) -> bytes:
    return b"\xfe" + NATIVE_PASSWORD.encode() + b"\0" + salt + b"\0"


def ok(affected: int = 0, insert_id: int = 0, status: int = 0, warnings: int = 0, info: str = "") -> bytes:
    """The info string goes length-encoded although no session tracking was agreed on, as StarRocks sends it."""
    text = lenenc(info.encode()) if info else b""
    return (
        b"\0" + lenenc_int(affected) + lenenc_int(insert_id) + struct.pack("<HH", status, min(warnings, 0xFFFF)) + text
    )


def eof(status: int = 0, warnings: int = 0) -> bytes:
    return b"\xfe" + struct.pack("<HH", min(warnings, 0xFFFF), status)


def error(code: int, message: str, sqlstate: str) -> bytes:
    return b"\xff" + struct.pack("<H", code) + b"#" + sqlstate.encode() + message.encode("utf-8", "replace")


def column_definition(name: str, code: int, charset: int, length: int, decimals: int) -> bytes:
    """Schema and tables stay empty and no flags are set: StarRocks tells neither."""
    label = lenenc(name.encode("utf-8", "replace"))
    facts = struct.pack("<BHIBHBxx", 12, charset, min(length, 0xFFFFFFFF), code, 0, decimals)
    return b"\x03def\0\0\0" + label + label + facts


def prepared(statement_id: int, columns: int, parameters: int) -> bytes:
    return b"\0" + struct.pack("<IHHxH", statement_id, columns, parameters, 0)


# ---- decoding


class Reader:
    """Takes a payload apart, front to back; what is missing is a breach of the protocol."""

    def __init__(self, payload: bytes, at: int = 0) -> None:
        self.payload = payload
        self.at = at

    @property
    def done(self) -> bool:
        return self.at >= len(self.payload)

    def take(self, count: int) -> bytes:
        piece = self.payload[self.at : self.at + count]
        if len(piece) < count:
            raise ProtocolError("a packet ends too early")
        self.at += count
        return piece

    def rest(self) -> bytes:
        piece = self.payload[self.at :]
        self.at = len(self.payload)
        return piece

    def unpack(self, layout: str) -> int:
        return int(struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))[0])

    def lenenc_int(self) -> int:
        first = self.unpack("B")
        if first < 251:
            return first
        width = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first)
        if width is None:
            raise ProtocolError("a length is malformed")
        return int.from_bytes(self.take(width), "little")

    def lenenc(self) -> bytes:
        return self.take(self.lenenc_int())

    def until_nul(self) -> bytes:
        end = self.payload.find(b"\0", self.at)
        if end < 0:
            return self.rest()
        piece = self.payload[self.at : end]
        self.at = end + 1
        return piece


@dataclass(frozen=True)
class Login:
    """What a client says of itself: in its handshake response, or when it changes the user."""

    user: str
    answer: bytes
    database: str = ""
    plugin: str = NATIVE_PASSWORD
    capabilities: int = 0


def wants_tls(payload: bytes) -> bool:
    """Whether this is the short handshake response that only asks for TLS."""
    return len(payload) == 32 and bool(Reader(payload).unpack("I") & SSL)


def parse_login(payload: bytes) -> Login:
    reader = Reader(payload)
    capabilities = reader.unpack("I")
    if not capabilities & PROTOCOL_41:
        raise ProtocolError("a client older than protocol 4.1")
    reader.take(4 + 1 + 23)
    user = text(reader.until_nul())
    if capabilities & PLUGIN_AUTH_LENENC:
        answer = reader.lenenc()
    elif capabilities & SECURE_CONNECTION:
        answer = reader.take(reader.unpack("B"))
    else:
        answer = reader.until_nul()
    database = text(reader.until_nul()) if capabilities & CONNECT_WITH_DB and not reader.done else ""
    plugin = text(reader.until_nul()) if capabilities & PLUGIN_AUTH and not reader.done else NATIVE_PASSWORD
    return Login(user, answer, database, plugin, capabilities)


def parse_change_user(payload: bytes) -> Login:
    reader = Reader(payload, 1)
    user = text(reader.until_nul())
    answer = reader.take(reader.unpack("B"))
    database = text(reader.until_nul()) if not reader.done else ""
    if len(payload) - reader.at >= 2:
        reader.take(2)
    plugin = text(reader.until_nul()) if not reader.done else NATIVE_PASSWORD
    return Login(user, answer, database, plugin)


def text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
