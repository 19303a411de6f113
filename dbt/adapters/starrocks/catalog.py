"""The rows of `docs generate`: types as StarRocks names them, comments or nothing, and the figures beside a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dbt_common.contracts.metadata import CatalogTable, ColumnMetadata, StatsDict, StatsItem, TableMetadata

from dbt.adapters.starrocks.column import type_text
from dbt.adapters.starrocks.comments import shown
from dbt.adapters.starrocks.metadata import is_hidden

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A statistic: the query's column that holds it, and how the docs present it."""

    id: str
    label: str
    description: str

    def item(self, row: Row) -> StatsItem:
        value = row[self.id]
        return StatsItem(
            id=self.id,
            label=self.label,
            value=value if value is None or isinstance(value, str) else float(value),
            include=value is not None,
            description=self.description,
        )


FIGURES = (
    Figure("row_count", "Row count", "Rows, as the backends last reported them"),
    Figure("bytes", "Size", "Bytes of all partitions, as the backends last reported them"),
    Figure("last_changed", "Last change", "When the newest version of a partition became visible"),
)
COLUMNS = (
    "table_database", "table_schema", "table_name", "table_type", "table_comment", "table_owner",
    "column_name", "column_index", "column_type", "column_comment",
)  # fmt: skip
STATS = tuple(
    f"stats:{figure.id}:{part}" for figure in FIGURES for part in ("label", "value", "description", "include")
)


def rows(asked: Iterable[Row]) -> list[list[Any]]:
    """One row per visible column, under the names of COLUMNS and STATS. Nobody owns a relation on StarRocks."""
    return [_row(row) for row in asked if not is_hidden(str(row["column_name"]))]


def _row(row: Row) -> list[Any]:
    items = [figure.item(row) for figure in FIGURES]
    figures = [part for item in items for part in (item.label, item.value, item.description, item.include)]
    values = [*(row[name] for name in COLUMNS[:4]), shown(row["table_comment"]) or None, None]
    values += [
        row["column_name"],
        row["column_index"],
        type_text(str(row["column_type"])),
        row["column_comment"] or None,
    ]
    return values + figures


def table(asked: Iterable[Row]) -> CatalogTable | None:
    """A single relation's entry, or None where it is not there."""
    found = [row for row in asked if not is_hidden(str(row["column_name"]))]
    if not found:
        return None
    first = found[0]
    metadata = TableMetadata(
        type=first["table_type"],
        schema=first["table_schema"],
        name=first["table_name"],
        database=first["table_database"],
        comment=shown(first["table_comment"]) or None,
    )
    return CatalogTable(metadata, {row["column_name"]: _column(row) for row in found}, _stats(first))


def _column(row: Row) -> ColumnMetadata:
    return ColumnMetadata(
        type=type_text(str(row["column_type"])),
        index=int(row["column_index"]),
        name=row["column_name"],
        comment=row["column_comment"] or None,
    )


def _stats(row: Row) -> StatsDict:
    stats = {item.id: item for item in (figure.item(row) for figure in FIGURES) if item.include}
    stats["has_stats"] = StatsItem(
        id="has_stats",
        label="Has Stats?",
        value=bool(stats),
        include=False,
        description="Indicates whether there are statistics for this table",
    )
    return stats
