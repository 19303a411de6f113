"""ADD ROLLUP, DROP ROLLUP, RENAME ROLLUP, and the rollups of CREATE TABLE."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.keys import SHORT_KEY_BYTES, SHORT_KEY_COLUMNS, index_bytes
from starrocks_embedded.catalog.rollups import rollup_of
from starrocks_embedded.errors import failure
from starrocks_embedded.syntax.definitions import RollupClause
from starrocks_embedded.syntax.printer import backquote
from starrocks_embedded.types import Type, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.statements.alter_table import clauses as c


def build_rollup(table: model.Table, clause: RollupClause) -> model.Rollup:
    """A rollup of some columns of its table, checked as the server checks it."""
    if clause.name.lower() == table.name.lower():
        raise failure(f"Rollup name should be different with base table:{table.name}")
    if clause.source and clause.source != table.name and rollup_of(table, clause.source) is None:
        raise failure(f"Base index[{clause.source}] does not exist")
    if rollup_of(table, clause.name) is not None:
        raise failure(f"Rollup index[{clause.name}] already exists")
    columns = _joined(table, clause) if table.keys in ("aggregate", "unique") else _plain(table, clause)
    made = [model.RollupColumn(c, backquote(c.name), (c.name,)) for c in columns]
    return model.Rollup(0, clause.name, table.keys, made)


def _source_columns(table: model.Table, clause: RollupClause) -> dict[str, model.Column]:
    source = rollup_of(table, clause.source) if clause.source else None
    columns = [c.column for c in source.columns] if source else table.visible_columns
    return {c.name.lower(): c for c in columns}


def _joined(table: model.Table, clause: RollupClause) -> list[model.Column]:
    """Of a table that joins its values: keys before values, all keys where only the last value of a row counts."""
    there = _source_columns(table, clause)
    found: list[model.Column] = []
    for name in clause.columns:
        column = there.get(name.lower())
        if column is None:
            raise failure(f"Column[{name}] does not exist")
        if column.key and any(not f.key for f in found):
            raise failure("Invalid column order. value should be after key")
        found.append(replace(column, aggregate=column.aggregate or ("" if column.key else "replace")))
    keys = sum(f.key for f in found)
    if not keys:
        raise failure("No key column is found")
    if keys != len(table.key_columns):
        if table.keys == "unique":
            raise failure("Rollup should contains all unique keys in basetable")
        if any(f.aggregate.startswith("replace") for f in found):
            raise failure("Rollup should contains all keys if there is a REPLACE value")
    return found


def _plain(table: model.Table, clause: RollupClause) -> list[model.Column]:
    there = _source_columns(table, clause)
    found: list[model.Column] = []
    for position, name in enumerate(clause.columns):
        if clause.keys and len(clause.keys) > len(clause.columns):
            raise failure("Num of duplicate keys should less than or equal to num of rollup columns.")
        if position < len(clause.keys) and clause.keys[position].lower() != name.lower():
            raise failure("Duplicate keys should be the prefix of rollup columns")
        column = there.get(name.lower())
        if column is None:
            raise failure(f"Column[{name}] does not exist" + ("" if clause.keys else " in base index"))
        found.append(replace(column, aggregate=column.aggregate or ("" if column.key else "none")))
    count = len(clause.keys) or _key_count([c.type for c in found])
    if not count:
        raise failure(f"Data type of first column cannot be {to_sql(found[0].type)}")
    for position, column in enumerate(found):
        column.key = position < count
        if not column.key:
            column.aggregate = "none"
        elif clause.keys:
            column.aggregate = ""
    return found


def _key_count(types: list[Type]) -> int:
    """How many leading columns fit a short key, up to and including a VARCHAR."""
    length = 0
    for position, type_ in enumerate(types):
        length += index_bytes(type_)
        if position >= SHORT_KEY_COLUMNS or length > SHORT_KEY_BYTES:
            return 1 if position == 0 and type_.is_string else position
        if type_.is_float or type_.is_nested:
            return position
        if type_.name == "varchar":
            return position + 1
    return len(types)


def drop_rollup(change: Change, table: model.Table, name: str) -> None:
    if name == table.name:
        raise failure("Cannot drop base index by using DROP ROLLUP or DROP MATERIALIZED VIEW.")
    if rollup_of(table, name) is None:
        raise failure(f"Materialized view [{name}] does not exist in table [{table.name}]")
    edited = change.edit(table)
    edited.rollups = [r for r in edited.rollups if r.name != name]


def rename_rollup(change: Change, table: model.Table, clause: c.RenameRollup) -> None:
    if rollup_of(table, clause.old) is None:
        raise failure(f"Rollup index[{clause.old}] does not exists")
    if clause.new == table.name or rollup_of(table, clause.new) is not None:
        raise failure(f"Rollup name[{clause.new}] is already used")
    for rollup in change.edit(table).rollups:
        if rollup.name == clause.old:
            rollup.name = clause.new
