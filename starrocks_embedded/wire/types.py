"""How StarRocks describes a column on the wire: MySQL type code, character set, length, decimals."""

from __future__ import annotations

from dataclasses import dataclass

from starrocks_embedded.result import Column
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version
from starrocks_embedded.wire.packets import BINARY, UTF8

TINY, SHORT, LONG, FLOAT, DOUBLE, LONGLONG = 1, 2, 3, 4, 5, 8
DATE, TIME, DATETIME, NEWDECIMAL = 10, 11, 12, 246
BLOB, VAR_STRING, STRING = 252, 253, 254

UNKNOWN_LENGTH = 64  # max_unknown_string_meta_length
SKETCH_LENGTH = 16385
OTHER_LENGTH = 60
FLOATING_DECIMALS = 31

FIXED = {
    "null": (TINY, BINARY, 1, 0),
    "boolean": (TINY, BINARY, 1, 0),
    "tinyint": (TINY, BINARY, 4, 0),
    "smallint": (SHORT, BINARY, 6, 0),
    "int": (LONG, BINARY, 11, 0),
    "bigint": (LONGLONG, BINARY, 20, 0),
    "largeint": (STRING, UTF8, 40, 0),
    "float": (FLOAT, BINARY, 12, FLOATING_DECIMALS),
    "double": (DOUBLE, BINARY, 22, FLOATING_DECIMALS),
    "date": (DATE, BINARY, 10, 0),
    "datetime": (DATETIME, BINARY, 19, 0),
    "time": (TIME, BINARY, OTHER_LENGTH, 0),
    "json": (STRING, UTF8, OTHER_LENGTH, 0),
    "bitmap": (STRING, UTF8, 3 * UNKNOWN_LENGTH, 0),
    "percentile": (STRING, UTF8, 3 * UNKNOWN_LENGTH, 0),
    "hll": (STRING, UTF8, 3 * SKETCH_LENGTH, 0),
}


@dataclass(frozen=True)
class WireType:
    code: int
    charset: int
    length: int
    decimals: int


def wire_type(column: Column, version: Version) -> WireType:
    code, charset, length, decimals = _facts(column.type, version)
    return WireType(code, charset, length if column.length is None else column.length, decimals)


def _facts(type_: Type, version: Version) -> tuple[int, int, int, int]:
    if type_.name in FIXED:
        return FIXED[type_.name]
    if type_.is_decimal:
        return NEWDECIMAL, BINARY, type_.precision + 3 + (type_.scale > 0), type_.scale
    if type_.is_nested:
        # until 4.0 nested values travel as binary strings, so that clients give bytes
        return (STRING, UTF8, OTHER_LENGTH, 0) if version.at_least("4.1") else (VAR_STRING, BINARY, OTHER_LENGTH, 0)
    length = 3 * (UNKNOWN_LENGTH if type_.length is None or type_.length < 0 else type_.length)
    if type_.name == "varbinary":
        return BLOB, BINARY, length, 0
    if type_.name == "char":
        return VAR_STRING, UTF8, 3 * UNKNOWN_LENGTH, 0
    return VAR_STRING, UTF8, length, 0
