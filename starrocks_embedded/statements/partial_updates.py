"""Writes of a few columns of a PRIMARY KEY table that is sorted by others: a back end refuses those that it would have
to sort anew. It does so when a row arrives, hence not where there is none."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure

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
        raise failure(ROW_CONFLICT)


def check_updated(table: model.Table, names: Collection[str], rows: int) -> None:
    """An UPDATE column by column."""
    if rows and _sorting(table, keys=False) & set(names):
        raise failure(COLUMN_CONFLICT)


def _sorting(table: model.Table, keys: bool = True) -> set[str]:
    """The columns of the sort key; without one of its own a table is sorted by its keys."""
    named = {n.lower() for n in table.order_by or table.key_columns}
    return named if keys else named - {k.lower() for k in table.key_columns}
