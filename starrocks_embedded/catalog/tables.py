"""Tables as DuckDB keeps them: one physical table each, a column per StarRocks column and the row's partition id."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change


def create_physical(change: Change, table: model.Table) -> None:
    columns = [f'"{c.physical}" {duckdb_type(c.type)}' for c in table.columns]
    change.run(f'CREATE TABLE data."{table.physical}" ({", ".join([*columns, "p BIGINT"])})')


def drop_physical(change: Change, table: model.Table) -> None:
    for name in (table.physical, *table.layers):
        change.run(f'DROP TABLE IF EXISTS data."{name}"')


def now_text() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
