"""Writes of a few columns of a PRIMARY KEY table that is sorted by others: a back end refuses those that it would have
to sort anew. It does so when a row arrives, hence not where there is none."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.generated import references
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

FEW_COLUMNS, SMALL_SHARE = 4, 0.3
ROW_CONFLICT = "partial update on table with sort key must provide all sort key columns"
COLUMN_CONFLICT = "column mode partial update on table with sort key cannot update sort key column"


def by_columns(session: Session, given: int, total: int) -> bool:
    """Whether a write goes column by column: by the variable, or where the few columns make it worth while."""
    from starrocks_embedded.metadata.variables import value_text

    mode = value_text(session, "partial_update_mode").lower()
    return mode == "column" or (mode == "auto" and given < FEW_COLUMNS and given < total * SMALL_SHARE)


def check_inserted(session: Session, table: model.Table, columns: Collection[model.Column], rows: int) -> None:
    """An INSERT may add rows, which need all columns of the sort key; column by column none may change."""
    names = {c.name.lower() for c in columns}
    whole = [c for c in table.columns if not c.generated]
    columnwise = by_columns(session, len(names), len(whole))
    if rows and (not _sorting(table) <= names or (columnwise and _sorting(table, keys=False) & names)):
        raise _refusal(session, ROW_CONFLICT)


def check_updated(session: Session, table: model.Table, names: Collection[str], rows: int) -> None:
    """An UPDATE column by column."""
    if rows and _sorting(table, keys=False) & set(names):
        raise _refusal(session, COLUMN_CONFLICT)


def check_dependencies(session: Session, table: model.Table, columns: Collection[model.Column]) -> None:
    """All that a generated column is computed from must be written too."""
    from starrocks_embedded.syntax.expressions import parse_expression

    known = {c.name.lower() for c in (*columns, *(c for c in table.columns if c.key))}
    for column in table.columns:
        if column.generated:
            expression = parse_expression(Cursor(column.generated, session.engine.version))
            if not {r.parts[-1].lower() for r in references(expression)} <= known:
                raise analysis_error(f"missing dependency column for generated column {column.name}", code=6015)


def anew(table: model.Table, columns: Collection[model.Column]) -> list[model.Column]:
    """The columns that an INSERT does not name and sets nevertheless, in rows that are there too: those whose default
    is computed."""
    given = {c.id for c in columns}
    return [c for c in table.columns if c.id not in given and c.default is not None and c.default[0] == "expr"]


def _refusal(session: Session, text: str) -> StarRocksError:
    """As the back end at that address says it."""
    return StarRocksError(5609, f"{session.engine.address[0]}: {text}")


def _sorting(table: model.Table, keys: bool = True) -> set[str]:
    """The columns of the sort key; without one of its own a table is sorted by its keys."""
    named = {n.lower() for n in table.order_by or table.key_columns}
    return named if keys else named - {k.lower() for k in table.key_columns}
