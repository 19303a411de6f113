"""Large arrays of a result as text that DuckDB writes: made in Python, the text would hold up all other sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import OutputColumn

LARGE = 1000  # elements from which on the text is worth a column of two types
ROWS_AT_ONCE, NESTED_AT_ONCE = 2048, 64  # are read before others have their turn


def with_large_arrays_spelled(text: str, columns: Sequence[OutputColumn]) -> str:
    """A query for a client. An array below the limit comes as it is."""
    members = [_member(c.type) if c.type.name == "array" else None for c in columns]
    if not any(members):
        return text
    names = [f"o{i}" for i in range(len(columns))]
    items = [_item(n, m) if m else n for n, m in zip(names, members, strict=True)]
    return f"SELECT {', '.join(items)} FROM ({text}) AS s({', '.join(names)})"


def _member(type_: Type) -> str | None:
    """DuckDB's type for arrays whose text as JSON is that of StarRocks, None for others: no fractions, no dates."""
    if type_.name == "array":
        inner = _member(type_.children[0])
        return f"{inner}[]" if inner else None
    if type_.is_integer:
        return "HUGEINT"
    return "VARCHAR" if type_.is_string else None


def _item(name: str, member: str) -> str:
    """Backslashes in JSON may mean line breaks and the like, which StarRocks sends as they are."""
    json, either = f"CAST(to_json({name}) AS VARCHAR)", f"UNION(v {member}, t VARCHAR)"
    large = f"len({name}) > {LARGE} AND NOT contains({json}, '\\')"
    return f"CASE WHEN {large} THEN CAST({json} AS {either}) ELSE CAST(CAST({name} AS {member}) AS {either}) END"


def rows_at_once(columns: Sequence[OutputColumn]) -> int:
    return NESTED_AT_ONCE if any(c.type.is_nested for c in columns) else ROWS_AT_ONCE
