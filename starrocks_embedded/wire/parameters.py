"""The values that an execution of a prepared statement carries, as Python values."""

from __future__ import annotations

import datetime
import struct
from decimal import Decimal
from typing import Any

from starrocks_embedded.wire.packets import Reader
from starrocks_embedded.wire.stream import ProtocolError

INTEGERS = {1: "b", 2: "h", 3: "i", 8: "q", 9: "i", 13: "h"}
UNSIGNED = 0x80
NULL_TYPE, DATE, DATETIME, TIMESTAMP, TIME = 6, 10, 12, 7, 11
DECIMALS = (0, 246)
TEXTS = (15, 245, 247, 248, 249, 250, 251, 252, 253, 254)


def parameter_value(reader: Reader, code: int, unsigned: bool) -> Any:
    if code in INTEGERS:
        layout = INTEGERS[code]
        return reader.unpack(layout.upper() if unsigned else layout)
    if code in (4, 5):
        layout = "<f" if code == 4 else "<d"
        return struct.unpack(layout, reader.take(struct.calcsize(layout)))[0]
    if code in (DATE, DATETIME, TIMESTAMP):
        return _moment(reader.lenenc(), code == DATE)
    if code == TIME:
        return _clock(reader.lenenc())
    if code in DECIMALS:
        return Decimal(reader.lenenc().decode("ascii"))
    if code in TEXTS:
        return reader.lenenc()
    raise ProtocolError(f"a parameter of type {code}")


def _moment(data: bytes, is_date: bool) -> Any:
    reader = Reader(data)
    year, month, day = (reader.unpack("H"), reader.unpack("B"), reader.unpack("B")) if data else (0, 0, 0)
    hour, minute, second = (reader.unpack("B"), reader.unpack("B"), reader.unpack("B")) if len(data) > 4 else (0, 0, 0)
    micros = reader.unpack("I") if len(data) > 7 else 0
    try:
        moment = datetime.datetime(year, month, day, hour, minute, second, micros)
    except ValueError:
        return f"{year:04d}-{month:02d}-{day:02d}"
    return moment.date() if is_date else moment


def _clock(data: bytes) -> str:
    if not data:
        return "00:00:00"
    reader = Reader(data)
    sign = "-" if reader.unpack("B") else ""
    days, hours, minutes, seconds = reader.unpack("I"), reader.unpack("B"), reader.unpack("B"), reader.unpack("B")
    return f"{sign}{days * 24 + hours:02d}:{minutes:02d}:{seconds:02d}"
