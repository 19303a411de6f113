"""What a statement answers: a result set, or the facts of an OK packet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starrocks_embedded.types import Type, varchar


@dataclass(frozen=True)
class Column:
    """A column of a result set. `length` overrides the display length the wire would derive from the type; `folded`
    says that the front end made the values: it spells floating-point numbers its own way. The values of a `spelled`
    column are their texts already."""

    name: str
    type: Type
    length: int | None = None
    folded: bool = False
    spelled: bool = False


@dataclass
class Result:
    """`columns` None means an OK packet. Rows hold Python values as DuckDB gives them for the column's type
    (int, float, Decimal, str, bytes, date, datetime, bool, list, dict, None); the wire layer turns them to text, and
    keeps that text in `kept` where a result that never changes brings a list for it."""

    columns: Sequence[Column] | None = None
    rows: Iterable[Sequence[Any]] = field(default_factory=list)
    affected: int = 0
    insert_id: int = 0
    info: str = ""
    warnings: int = 0
    kept: list[bytes] | None = None


def ok(affected: int = 0, info: str = "", warnings: int = 0) -> Result:
    return Result(affected=affected, info=info, warnings=warnings)


def table(names: Sequence[str | tuple[str, Type]], rows: Iterable[Sequence[Any]], length: int = 60) -> Result:
    """A SHOW-like result: text columns unless a type is given."""
    columns = [
        Column(n, varchar(length), length) if isinstance(n, str) else Column(n[0], n[1]) for n in names
    ]  # fmt: skip
    return Result(columns, list(rows))
