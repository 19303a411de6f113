"""Prepared statements of the binary protocol: which there can be, and their parameters as literals in the text."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.result import Column
from starrocks_embedded.syntax.lexer import Token, tokenize
from starrocks_embedded.wire.packets import Reader
from starrocks_embedded.wire.stream import ProtocolError

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

INTEGERS = {1: "b", 2: "h", 3: "i", 8: "q", 9: "i", 13: "h"}
UNSIGNED = 0x80
NULL_TYPE, DATE, DATETIME, TIMESTAMP, TIME = 6, 10, 12, 7, 11
DECIMALS = (0, 246)
TEXTS = (15, 245, 247, 248, 249, 250, 251, 252, 253, 254)


@dataclass
class PreparedStatement:
    """`types` are those of the last execution: a client may leave them out when they did not change."""

    text: str
    marks: list[Token]
    columns: Sequence[Column] = ()
    types: list[tuple[int, int]] = field(default_factory=list)
    long_data: dict[int, bytearray] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        return len(self.marks)

    def append(self, index: int, data: bytes) -> None:
        self.long_data.setdefault(index, bytearray()).extend(data)

    def bind(self, reader: Reader) -> str:
        """The statement's text with the values that an EXECUTE packet carries."""
        literals = [literal(value) for value in self._values(reader)]
        return substitute(self.text, self.marks, literals)

    def _values(self, reader: Reader) -> list[Any]:
        if not self.marks:
            return []
        nulls = reader.take((self.parameters + 7) // 8)
        if reader.unpack("B"):
            self.types = [(reader.unpack("B"), reader.unpack("B")) for _ in self.marks]
        if len(self.types) != self.parameters:
            raise ProtocolError("an execution without parameter types")
        values: list[Any] = []
        for index, (code, flags) in enumerate(self.types):
            if index in self.long_data:
                values.append(bytes(self.long_data[index]))
            elif nulls[index >> 3] & 1 << (index & 7) or code == NULL_TYPE:
                values.append(None)
            else:
                values.append(_value(reader, code, bool(flags & UNSIGNED)))
        self.long_data.clear()
        return values


def prepare(session: Session, text: str) -> PreparedStatement:
    """Only one statement, and only a query, can be prepared."""
    statements = session.parse(text)
    query = getattr(statements[0], "query", None) if type(statements[0]).__name__ == "SelectStatement" else None
    if len(statements) != 1 or query is None:
        raise StarRocksError(1295, "This command is not supported in the prepared statement protocol yet")
    marks = [token for token in tokenize(text) if token.key == "?"]
    return PreparedStatement(text, marks, _columns(session, text, marks))


def _columns(session: Session, text: str, marks: list[Token]) -> Sequence[Column]:
    """What the statement would answer, its parameters being NULL; nothing where that cannot be told beforehand."""
    from starrocks_embedded.analysis.analyzer import analyze_query

    try:
        (statement,) = session.parse(substitute(text, marks, ["NULL"] * len(marks)))
        analyzed = analyze_query(session, statement.query)  # type: ignore[attr-defined]
    except StarRocksError:
        if not marks:
            raise
        return ()
    return [Column(column.name, column.type) for column in analyzed.columns]


def substitute(text: str, marks: Sequence[Token], literals: Sequence[str]) -> str:
    pieces, at = [], 0
    for mark, value in zip(marks, literals, strict=True):
        pieces += [text[at : mark.start], value]
        at = mark.end
    return "".join([*pieces, text[at:]])


def literal(value: Any) -> str:
    """A value as a literal of StarRocks' dialect that cannot be anything but one token or one cast."""
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"CAST('{value!r}' AS DOUBLE)"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    if isinstance(value, Decimal):
        return f"{value:f}" if value >= 0 else f"({value:f})"
    if isinstance(value, datetime.datetime):
        return f"CAST('{value.isoformat(' ')}' AS DATETIME)"
    if isinstance(value, datetime.date):
        return f"CAST('{value.isoformat()}' AS DATE)"
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return f"x'{value.hex()}'"
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _value(reader: Reader, code: int, unsigned: bool) -> Any:
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
    clock = [reader.unpack("B") for _ in range(3)] if len(data) > 4 else [0, 0, 0]
    micros = reader.unpack("I") if len(data) > 7 else 0
    try:
        moment = datetime.datetime(year, month, day, *clock, micros)
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
