"""Long VALUES lists of plain literals, read straight from the text: a token and a node for each of a hundred thousand
values would cost more than everything else together."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.emit.casts import BOUNDS
from starrocks_embedded.statements.staging import Source
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.lexer import unescape
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.statements.registry import Statement
    from starrocks_embedded.version import Version

SHORTEST = 4000  # characters from which looking pays
# a client's comment may stand in front, as dbt's does; a hint is no comment
HEAD = re.compile(
    r"\s*(?:/\*(?!\+)[\s\S]*?\*/\s*)*insert\s+(?:into|overwrite)\s[^'\"#;]*?\bvalues\s*(?=\()", re.IGNORECASE
)
VALUE = r"""('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|-?\d+(?:\.\d+)?|null|true|false)"""
FIRST_ROW = re.compile(rf"\(\s*{VALUE}(?:\s*,\s*{VALUE})*\s*\)", re.IGNORECASE | re.DOTALL)
INTEGER = re.compile(r"-?\d+")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)?")
LIMIT = 10000


@dataclass
class Bulk:
    """The literals as written, column by column; `head` is the statement up to VALUES, `text` all of it."""

    head: str
    text: str
    columns: list[tuple[str, ...]]
    rows: int


def read_bulk(text: str) -> Bulk | None:
    """The packet as one long INSERT of plain literals, if it is that."""
    if len(text) < SHORTEST:
        return None
    head = HEAD.match(text)
    first = FIRST_ROW.match(text, head.end()) if head else None
    if head is None or first is None:
        return None
    width = len(re.findall(VALUE, first.group(), re.IGNORECASE | re.DOTALL))
    row = re.compile(rf"\s*\(\s*{VALUE}" + rf"\s*,\s*{VALUE}" * (width - 1) + r"\s*\)\s*", re.IGNORECASE | re.DOTALL)
    rows, at = [], head.end()
    while True:
        match = row.match(text, at)
        if match is None:
            return None
        rows.append(match.groups())
        at = match.end()
        if text[at : at + 1] != ",":
            break
        at += 1
    if text[at:].strip(" \n\r\t;") or len(rows) > LIMIT:
        return None
    return Bulk(text[: head.end()], text, list(zip(*rows, strict=True)), len(rows))


def bulk_source(bulk: Bulk, columns: Sequence[model.Column]) -> Source | None:
    """The rows as one JSON parameter; None where a literal is of another kind than its column."""
    data = {}
    for i, (values, column) in enumerate(zip(bulk.columns, columns, strict=True)):
        converted = None if column.auto_increment else _converted(values, column.type)
        if converted is None:
            return None
        data[f"c{i}"] = converted
    shape = json.dumps({name: ["VARCHAR"] for name in data})
    picked = ", ".join(f"unnest(j.{name}) AS o{i}" for i, name in enumerate(data))
    sql = f"SELECT {picked} FROM (SELECT from_json(?, '{shape}') AS j)"
    return Source(sql, [c.type for c in columns], [json.dumps(data)], as_text=True)


def _converted(values: tuple[str, ...], type_: Type) -> list[str | None] | None:
    if type_.is_string or type_.is_temporal:
        return _texts(values, type_)
    plain = [None if v[0] in "nN" else v for v in values]
    given = [v for v in plain if v is not None]
    if type_.name == "boolean":
        return plain if all(v[0] in "tTfF" for v in given) else None
    if type_.is_integer:
        if not all(map(INTEGER.fullmatch, given)):
            return None
        low, high = BOUNDS[type_.name]
        numbers = [int(v) for v in given]
        return plain if not numbers or low <= min(numbers) <= max(numbers) <= high else None
    if type_.is_float or type_.is_decimal:
        return plain if all(v[0] in "-0123456789" for v in given) else None
    return None


def _texts(values: tuple[str, ...], type_: Type) -> list[str | None] | None:
    texts: list[str | None] = []
    for value in values:
        if value[0] in "'\"":
            texts.append(unescape(value[1:-1], value[0]))
        elif value[0] in "nN":
            texts.append(None)
        else:
            return None
    if type_.is_temporal and not all(t is None or MOMENT.fullmatch(t) for t in texts):
        return None
    return texts


def bulk_statement(bulk: Bulk, version: Version, sql_mode: frozenset[str]) -> Statement:
    """The INSERT whose rows these are."""
    from starrocks_embedded.statements.registry import parse_statement

    statement = parse_statement(Cursor(bulk.head + "(NULL)", version, sql_mode))
    statement.text, statement.bulk = bulk.text.strip().rstrip(";"), bulk  # type: ignore[attr-defined]
    return statement
