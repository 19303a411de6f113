"""Values put into a statement's text where its question marks stand, as literals."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.syntax.lexer import Token, tokenize

QUERY_HEADS = ("SELECT", "WITH", "VALUES", "(")


def marks_of(text: str) -> list[Token]:
    """The question marks of a query; nothing else can be prepared."""
    tokens = tokenize(text)
    if next((t.key for t in tokens if t.kind != "hint"), "") not in QUERY_HEADS:
        raise StarRocksError(1295, "This command is not supported in the prepared statement protocol yet")
    return [token for token in tokens if token.key == "?"]


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
