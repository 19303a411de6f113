"""RENAME and SWAP WITH: names move, tables stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.constraints import rename_in_unique_constraints, rename_parent
from starrocks_embedded.catalog.dependents import deactivate_dependents, follow_rename
from starrocks_embedded.catalog.names import check_table_name
from starrocks_embedded.catalog.rollups import rollup_of
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.statements.alter_table import clauses as c

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.version import Version


def analyze_rename(table: model.Table, clause: c.RenameTable) -> None:
    if not clause.new:
        raise analysis_error("New Table name is not set")
    if clause.new == table.name:
        raise analysis_error(f"Same table name {clause.new}", clause.span)
    check_table_name(clause.new)


def rename_table(change: Change, table: model.Table, clause: c.RenameTable) -> None:
    if change.catalog.table(table.database_id, clause.new) is not None:
        raise failure(f"Table name[{clause.new}] is already used")
    _refuse_rollup_name(table, clause.new)
    deactivate_dependents(change, table, f"base-table renamed: {table.name}")
    follow_rename(change, table, clause.new)
    database = change.catalog.get(model.Database, table.database_id)
    if database is not None:
        rename_parent(change, database.name, table.name, clause.new)
    rename_to(change.edit(table), clause.new)


def swap_tables(change: Change, table: model.Table, other_name: str, version: Version) -> None:
    """The two tables exchange their names; everything else stays with each."""
    other = change.catalog.table(table.database_id, other_name)
    if other is None or other.kind == "view":
        raise failure(f"Table {other_name} does not exist or is not OLAP/LAKE table")
    if (other.materialized is None) != (table.materialized is None):
        raise failure("Materialized view can only SWAP WITH materialized view")
    if other.id == table.id:
        raise failure(f"New name conflicts with rollup index name: {other_name}")
    _refuse_rollup_name(table, other.name)
    _refuse_rollup_name(other, table.name)
    if version.at_least("3.4"):
        _check_constraints(table, other)
    deactivate_dependents(change, table, f"base-table swapped: {table.name}")
    deactivate_dependents(change, other, f"base-table swapped: {other.name}")
    mine, theirs = change.edit(table), change.edit(other)
    first, second = table.name, other.name
    rename_to(mine, second)
    rename_to(theirs, first)


def _refuse_rollup_name(table: model.Table, name: str) -> None:
    if rollup_of(table, name) is not None:
        raise failure(f"New name conflicts with rollup index name: {name}")


def rename_to(table: model.Table, name: str) -> None:
    """An unpartitioned table's only partition bears its name."""
    for partition in table.partitions:
        if partition.kind == "single":
            partition.name = name
    rename_in_unique_constraints(table, table.name, name)
    table.name = name


def _check_constraints(table: model.Table, other: model.Table) -> None:
    mine, theirs = (table.properties.get("unique_constraints", ""), other.properties.get("unique_constraints", ""))
    if bool(mine) != bool(theirs) or _columns(mine) != _columns(theirs):
        words = "does not contain the same unique constraints"
        raise failure(f"Table {other.name} {words}, origin: [{mine}], new: [{theirs}]")
    keys = [t.properties.get("foreign_key_constraints", "") for t in (table, other)]
    if _paired_columns(keys[0]) != _paired_columns(keys[1]):
        words = "does not contain the same foreign key constraints"
        raise failure(f"Table {other.name} {words}, origin: [{keys[0]}], new: [{keys[1]}]")


def _paired_columns(foreign_keys: str) -> list[list[str]]:
    return [re.findall(r"\(([^()]*)\)", key) for key in foreign_keys.split(";") if key]


def _columns(constraint: str) -> list[str]:
    return sorted(part.strip().split(".")[-1] for part in constraint.replace(";", ",").split(",") if part.strip())
