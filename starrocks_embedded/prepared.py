"""Prepared statements of the binary protocol: which there can be, and what an execution runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.binding import literal, marks_of, substitute
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.result import Column
from starrocks_embedded.syntax.lexer import Token
from starrocks_embedded.wire.packets import Reader
from starrocks_embedded.wire.parameters import NULL_TYPE, UNSIGNED, parameter_value
from starrocks_embedded.wire.stream import ProtocolError

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


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
                values.append(parameter_value(reader, code, bool(flags & UNSIGNED)))
        self.long_data.clear()
        return values


def prepare(session: Session, text: str) -> PreparedStatement:
    """Exactly one query."""
    statements = session.parse(text)
    marks = marks_of(text)
    if len(statements) != 1:
        raise StarRocksError(1295, "This command is not supported in the prepared statement protocol yet")
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
