"""Columns as DESC, DESC … ALL and SHOW [FULL] COLUMNS print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.rollups import shown_column
from starrocks_embedded.metadata.system_tables import SystemTable
from starrocks_embedded.types import describe

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

Row = tuple[Any, ...]
KEYS_TYPES = {
    "duplicate": "DUP_KEYS",
    "aggregate": "AGG_KEYS",
    "unique": "UNIQUE_KEYS",
    "primary": "PRIMARY_KEYS",
}
OBJECT_TYPES = ("bitmap", "hll")


def default_text(column: model.Column) -> str | None:
    """What the Default column says: a constant's text, the canonical name of a function, NULL for none."""
    if column.default is None:
        return "\0" if column.type.name in OBJECT_TYPES and column.aggregate else None
    kind, text = column.default
    if kind == "null":
        return None
    if column.added_at:
        return column.added_at
    if kind == "expr" and text.lower().startswith(("current_timestamp", "now")):
        precise = "(" in text and not text.endswith("()")
        return f"current_timestamp{text[text.index('(') :]}" if precise else "CURRENT_TIMESTAMP"
    if kind == "expr" and text.startswith("(") and text.endswith("())"):
        return text[1:-1].lower()
    return text


def is_generated_default(column: model.Column) -> bool:
    return column.default is not None and column.default[0] == "expr" and not column.added_at


def yes(value: bool) -> str:
    return "YES" if value else "NO"


def describe_rows(engine: Engine, table: model.Table) -> list[Row]:
    """DESC: no aggregate type, no auto_increment."""
    return [
        (c.name, describe(c.type), yes(c.nullable), str(c.key).lower(), default_text(c), _extra(table, c))
        for c in table.columns
    ]


def _extra(table: model.Table, column: model.Column) -> str:
    parts = ["DEFAULT_GENERATED"] if is_generated_default(column) else []
    if table.kind == "materialized_view" and not column.key:
        parts.insert(0, "NONE")
    if has_bloom_filter(table, column):
        parts.append("BLOOM_FILTER")
    return ",".join(parts)


def has_bloom_filter(table: model.Table, column: model.Column) -> bool:
    listed = table.properties.get("bloom_filter_columns", "")
    return column.name.lower() in [n.strip().lower() for n in listed.split(",")]


def index_rows(engine: Engine, table: model.Table) -> list[Row]:
    """DESC … ALL: the table's own index, and after an empty line each, its rollups."""
    rows = _own_rows(table)
    for rollup in table.rollups:
        rows.append(("",) * 8)
        heads = [(rollup.name, KEYS_TYPES[rollup.keys])] + [("", "")] * len(rollup.columns)
        rows += [(*head, *row) for head, row in zip(heads, rollup_rows(table, rollup), strict=False)]
    return rows


def rollup_rows(table: model.Table, rollup: model.Rollup) -> list[Row]:
    """DESC of a rollup."""
    found = [shown_column(table, c) for c in rollup.columns]
    return [
        (c.name, describe(c.type), yes(c.nullable), str(c.key).lower(), default_text(c), c.aggregate.upper())
        for c in found
    ]


def _own_rows(table: model.Table) -> list[Row]:
    rows: list[Row] = []
    for i, column in enumerate(table.columns):
        head = (table.name, KEYS_TYPES[table.keys]) if i == 0 else ("", "")
        rows.append(
            (
                *head,
                column.name,
                describe(column.type),
                yes(column.nullable),
                str(column.key).lower(),
                default_text(column),
                _index_extra(table, column),
            )
        )
    return rows


def _index_extra(table: model.Table, column: model.Column) -> str:
    parts = ["DEFAULT_GENERATED"] if is_generated_default(column) else []
    if not column.key:
        parts.insert(0, column.aggregate.upper() or _value_aggregate(table))
    if has_bloom_filter(table, column):
        parts.append("BLOOM_FILTER")
    return ",".join(parts)


def _value_aggregate(table: model.Table) -> str:
    return {"unique": "REPLACE", "primary": ""}.get(table.keys, "NONE")


def plain_column_rows(engine: Engine, table: model.Table | SystemTable) -> list[Row]:
    """SHOW COLUMNS: Key is YES or NO, Extra the aggregate type."""
    return [(r[0], r[1], r[3], r[4], r[5], r[6]) for r in full_column_rows(engine, table)]


def full_column_rows(engine: Engine, table: model.Table | SystemTable) -> list[Row]:
    if isinstance(table, SystemTable):
        return [
            (c.name, describe(c.type), "", yes(c.nullable), yes(c.key), c.default, "", "", "") for c in table.details
        ]
    return [
        (
            c.name,
            describe(c.type),
            "",
            yes(c.nullable),
            yes(c.key),
            None if c.type.name in OBJECT_TYPES else default_text(c),
            _aggregate(engine, table, c),
            "",
            escaped_comment(c.comment),
        )
        for c in table.columns
    ]


def _aggregate(engine: Engine, table: model.Table, column: model.Column) -> str:
    if table.kind == "materialized_view" and not column.key and not engine.version.at_least("4.0"):
        return "NONE"
    return "" if table.kind == "view" else column.aggregate.upper()


def escaped_comment(comment: str) -> str:
    """Comments come with double quotes and backslashes escaped."""
    return comment.replace("\\", "\\\\").replace('"', '\\"')
