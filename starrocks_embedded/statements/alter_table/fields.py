"""ADD FIELD and DROP FIELD: struct columns that gain and lose members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.catalog.columns import type_name
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.catalog import model
    from starrocks_embedded.statements.alter_table.columns import SchemaChange


def analyze_fields(table: model.Table, clause: c.AddField | c.DropField, version: Version) -> None:
    """Older servers say first what they were about."""
    try:
        _analyze_path(table, clause)
    except StarRocksError as error:
        if version.at_least("4.0"):
            raise
        prefix, what = "Getting analyzing error. Detail message: ", "add" if isinstance(clause, c.AddField) else "drop"
        words = error.message.removeprefix(prefix)
        raise failure(f"{prefix}Analyze {what} field definition failed: {words}") from None


def _analyze_path(table: model.Table, clause: c.AddField | c.DropField) -> None:
    """The path leads to a struct, and its last step is new or known as the clause wants."""
    column = table.column(clause.column)
    if column is None:
        raise analysis_error("Analyze add/drop field failed, modify column is not exist")
    holder = column.type
    for step in clause.path[:-1]:
        following = _step(holder, step)
        if following is None:
            raise analysis_error(f"No field {step} exist in column {column.name}")
        holder = following
    if holder.name != "struct":
        raise analysis_error(f"column {column.name} type {type_name(column.type)} is not Struct")
    known = clause.path[-1].lower() in (f.lower() for f in holder.fields)
    if isinstance(clause, c.AddField) and known:
        raise analysis_error(f"Field {clause.path[-1]} is already exist")
    if isinstance(clause, c.DropField) and not known:
        raise analysis_error(f"Drop field {clause.path[-1]} is not found")


def _step(holder: Type, step: str) -> Type | None:
    if step == "[*]":
        return holder.children[0] if holder.name == "array" else None
    if holder.name != "struct":
        return None
    return next((t for f, t in zip(holder.fields, holder.children, strict=True) if f.lower() == step.lower()), None)


def change_fields(change: SchemaChange, clause: c.AddField | c.DropField) -> None:
    """The column's new type, in place."""
    column = change.table.column(clause.column)
    assert column is not None
    column.type = _rebuilt(column.type, clause.path, clause, column.name)
    change.field_columns.add(column.id)


def _rebuilt(holder: Type, path: tuple[str, ...], clause: c.AddField | c.DropField, column: str) -> Type:
    if len(path) == 1:
        return _added(holder, clause, column) if isinstance(clause, c.AddField) else _dropped(holder, path[0], column)
    if path[0] == "[*]":
        return replace(holder, children=(_rebuilt(holder.children[0], path[1:], clause, column),))
    at = [f.lower() for f in holder.fields].index(path[0].lower())
    children = list(holder.children)
    children[at] = _rebuilt(children[at], path[1:], clause, column)
    return replace(holder, children=tuple(children))


def _added(holder: Type, clause: c.AddField, column: str) -> Type:
    fields, children = list(holder.fields), list(holder.children)
    at = len(fields)
    if clause.position is not None:
        at = 0
        if clause.position.after:
            folded = [f.lower() for f in fields]
            if clause.position.after.lower() not in folded:
                raise failure(f"Field[{clause.position.after}] is not exist in Field[{column}]")
            at = folded.index(clause.position.after.lower()) + 1
    fields.insert(at, clause.path[-1])
    children.insert(at, clause.type)
    return replace(holder, fields=tuple(fields), children=tuple(children))


def _dropped(holder: Type, name: str, column: str) -> Type:
    kept = [(f, t) for f, t in zip(holder.fields, holder.children, strict=True) if f.lower() != name.lower()]
    if not kept:
        raise failure(f"Field[{name}] is the last field of column[{column}], can not drop any more.")
    return replace(holder, fields=tuple(f for f, _ in kept), children=tuple(t for _, t in kept))


def reshaped_sql(value: str, old: Type, new: Type) -> str:
    """DuckDB's expression for a value of the old shape in the new one; members that were not there are NULL."""
    if old == new:
        return value
    if new.name == "array":
        inner = reshaped_sql("x", old.children[0], new.children[0])
        return f"list_transform({value}, lambda x: {inner})"
    before = dict(zip(old.fields, old.children, strict=True))
    from starrocks_embedded.types import duckdb_type

    parts = []
    for name, type_ in zip(new.fields, new.children, strict=True):
        inner = f"CAST(NULL AS {duckdb_type(type_)})"
        if name in before:
            inner = reshaped_sql(f"struct_extract({value}, '{name}')", before[name], type_)
        parts.append(f'"{name}" := {inner}')
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({', '.join(parts)}) END"
