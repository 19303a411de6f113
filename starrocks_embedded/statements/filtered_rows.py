"""Rows that a table does not take: why, in the words of a back end's error log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.types import Type, decimal_class

if TYPE_CHECKING:
    from starrocks_embedded.backend import Connection

MOST_ROWS = 50  # that a log explains
HOMELESS = "The row is out of partition ranges. Please add a new partition."


class FilteredRows(StarRocksError):
    """Too many rows of a statement were filtered; `job` is the number of its log."""

    def __init__(self, message: str, job: int) -> None:
        super().__init__(5610, message)
        self.job = job


def explained(connection: Connection, columns: Sequence[model.Column], rows: str, why: str = "") -> list[str]:
    """The first lines of a log about some rows; `rows` is the rest of a SELECT that finds them."""
    texts = ", ".join(as_text(columns))
    found = connection.rows(f"SELECT {texts} {rows} LIMIT {MOST_ROWS}")
    return [log_line(why or problem_of(columns, values), row_text(columns, values)) for values in found]


def as_text(columns: Sequence[model.Column]) -> list[str]:
    from starrocks_embedded.emit.casts import cast_sql
    from starrocks_embedded.types import VARCHAR

    wide = {c.id: cast_sql(f'"{c.physical}"', c.type, VARCHAR) for c in columns if c.type.is_wide}
    return [wide.get(c.id) or f'CAST("{c.physical}" AS VARCHAR)' for c in columns]


def log_line(why: str, row: str) -> str:
    return f"Error: {why}. Row: {row}"


def problem_of(columns: Sequence[model.Column], values: Sequence[Any]) -> str:
    """What the writer of a table says of a row, given as texts."""
    for column, value in zip(columns, values, strict=True):
        if value is None and not column.nullable:
            return f"NULL value in non-nullable column '{column.name}'"
        if value is not None and column.type.is_string and column.type.length is not None:
            size = len(value.encode())
            if size > column.type.length:
                shown = value if len(value) <= 100 else value[:100] + "..."
                most = f"The max length of '{column.name}' is {column.type.length}"
                return f"String '{shown}'(length={size}) is too long. {most}"
        if value is not None and column.type.is_decimal and _digits(value) > column.type.precision:
            declared = f"{decimal_class(column.type).upper()}({column.type.precision}, {column.type.scale})"
            return f"Decimal '{value}' is out of range. The type of '{column.name}' is {declared}'"
    return "The row does not fit its table"


def _digits(value: str) -> int:
    return len(value.lstrip("-").replace(".", "").lstrip("0"))


def row_text(columns: Sequence[model.Column], values: Sequence[Any]) -> str:
    """A row as a back end prints one: [1, 'a', NULL]."""
    return f"[{', '.join(_value_text(c.type, v) for c, v in zip(columns, values, strict=True))}]"


def _value_text(type_: Type, value: Any) -> str:
    if value is None:
        return "NULL"
    if type_.is_string:
        return f"'{value}'"
    return {"true": "1", "false": "0"}.get(value, value) if type_.name == "boolean" else str(value)
