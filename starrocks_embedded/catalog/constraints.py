"""Unique and foreign key constraints: hints for the optimizer, kept as text in the properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.engine import Engine

NAMES = r"\(((?:,?\s*\w+\s*)+)\)"
# found anywhere in the text: the child's name may stand before its columns
FOREIGN_KEY = re.compile(rf"{NAMES}\s+REFERENCES\s+((?:\.?\w+:?-?)+)\s*{NAMES}", re.IGNORECASE)


def unique_constraints(engine: Engine, table: model.Table, text: str) -> str:
    """'a;b,c' with every column spelled out: default_catalog.db.t.a;…"""
    database = engine.catalog.get(model.Database, table.database_id)
    prefix = f"default_catalog.{database.name if database else ''}.{table.name}"
    groups = []
    for group in text.split(";"):
        names = [_column(table, n.strip().split(".")[-1]).name for n in group.split(",") if n.strip()]
        if names:
            groups.append(",".join(f"{prefix}.{n}" for n in names))
    return ";".join(groups)


def _column(table: model.Table, name: str) -> model.Column:
    found = table.column(name)
    if found is None:
        raise analysis_error(f"can not find column by name: {name}, from table: {table.name}")
    return found


def foreign_key_constraints(engine: Engine, table: model.Table, text: str) -> str:
    return ";".join(_foreign_key(engine, table, part) for part in text.split(";") if part.strip())


def _foreign_key(engine: Engine, table: model.Table, text: str) -> str:
    match = FOREIGN_KEY.search(text)
    if match is None:
        raise analysis_error(f"invalid foreign key constraint:{text.strip()}")
    children = [n.strip() for n in match[1].split(",")]
    parents = [n.strip() for n in match[3].split(",")]
    if len(children) != len(parents):
        raise analysis_error(f"invalid foreign key constraint:{text.strip()}, columns' size does not match")
    database, parent = _parent(engine, table, match[2])
    found = [_column(parent, n) for n in parents]
    _check_unique(parent, found)
    for name, other in zip(children, found, strict=True):
        mine = _column(table, name)
        if mine.type.name != other.type.name:
            raise analysis_error(f"column:{mine.name} type does mot match referenced column:{other.name} type")
    return f"({','.join(children)}) REFERENCES default_catalog.{database}.{parent.name}({','.join(parents)})"


def rename_in_unique_constraints(table: model.Table, old: str, new: str) -> None:
    """They bear the name of their table."""
    constraints = table.properties.get("unique_constraints")
    if constraints:
        pattern = rf"(^|[;,])(default_catalog\.[^.]+\.){re.escape(old)}\."
        table.properties["unique_constraints"] = re.sub(pattern, rf"\g<1>\g<2>{new}.", constraints)


def rename_parent(change: Change, database: str, old: str, new: str) -> None:
    """Foreign keys follow the table that they refer to."""
    parent = f"REFERENCES default_catalog.{database}."
    for table in change.catalog.all(model.Table):
        if f"{parent}{old}(" in table.properties.get("foreign_key_constraints", ""):
            child = change.edit(table)
            keys = child.properties["foreign_key_constraints"]
            child.properties["foreign_key_constraints"] = keys.replace(f"{parent}{old}(", f"{parent}{new}(")


def _parent(engine: Engine, table: model.Table, written: str) -> tuple[str, model.Table]:
    parts = written.split(".")
    own = engine.catalog.get(model.Database, table.database_id)
    name = parts[-2] if len(parts) > 1 else (own.name if own else "")
    database = engine.catalog.database(name)
    if database is None:
        raise analysis_error(f"catalog: default_catalog, database: {name} do not exist")
    parent = engine.catalog.table(database.id, parts[-1])
    if parent is None:
        raise analysis_error(f"catalog:default_catalog, database: {name}, table:{parts[-1]} do not exist")
    return name, parent


def _check_unique(parent: model.Table, columns: list[model.Column]) -> None:
    wanted = {c.name.lower() for c in columns}
    unique = [
        {n.split(".")[-1].lower() for n in g.split(",")}
        for g in parent.properties.get("unique_constraints", "").split(";")
        if g
    ]
    if parent.kind == "table" and parent.keys in ("primary", "unique"):
        unique.append({k.lower() for k in parent.key_columns})
    if not unique:
        raise _no_constraint(parent)
    if wanted not in unique:
        listed = ",".join(c.name for c in columns)
        raise analysis_error(f"columns:[{listed}] are not dup table:{parent.name}'s unique constraint")


def _no_constraint(parent: model.Table) -> StarRocksError:
    return analysis_error(f"dup table:{parent.name} has no unique constraint")
