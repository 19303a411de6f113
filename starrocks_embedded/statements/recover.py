"""RECOVER TABLE, RECOVER PARTITION and RECOVER DATABASE."""

from __future__ import annotations

from dataclasses import dataclass

from starrocks_embedded.catalog.partitions import check_overlap, partition_types
from starrocks_embedded.catalog.recycle import (
    find_database,
    find_partition,
    find_table,
    restore_partition,
    tables_of,
)
from starrocks_embedded.errors import StarRocksError, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.session import Session
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor


@dataclass
class RecoverTable(Statement):
    name: tuple[str, ...]


@dataclass
class RecoverPartition(Statement):
    partition: str
    table: tuple[str, ...]


@dataclass
class RecoverDatabase(Statement):
    name: str


@grammar("RECOVER", "TABLE")
def parse_recover_table(cursor: Cursor) -> RecoverTable:
    return RecoverTable(cursor.qualified_name())


@grammar("RECOVER", "PARTITION")
def parse_recover_partition(cursor: Cursor) -> RecoverPartition:
    partition = cursor.identifier()
    cursor.expect("FROM")
    return RecoverPartition(partition, cursor.qualified_name())


@grammar("RECOVER", "DATABASE")
@grammar("RECOVER", "SCHEMA")
def parse_recover_database(cursor: Cursor) -> RecoverDatabase:
    return RecoverDatabase(cursor.qualified_name(2)[-1])


@executes(RecoverTable)
def recover_table(session: Session, statement: RecoverTable) -> Result:
    catalog_name, database_name, name = session.resolve(statement.name)
    database = session.database(database_name, catalog_name)
    catalog = session.engine.catalog
    if catalog.table(database.id, name) is not None:
        raise StarRocksError(1050, f"Table '{name}' already exists")
    found = find_table(catalog, database.id, name)
    if found is None or found.table is None:
        raise StarRocksError(5502, f"Unknown table '{name}'")
    with catalog.change(session.connection, [database.id]) as change:
        change.put(found.table)
        change.delete(found)
    return ok()


@executes(RecoverPartition)
def recover_partition(session: Session, statement: RecoverPartition) -> Result:
    """A list partition does not come back: the recycle bin keeps those of ranges."""
    table = session.find_table(statement.table)
    name = statement.table[-1]
    if table is None:
        raise StarRocksError(5502, f"Unknown table '{name}'")
    if table.kind != "table":
        raise failure(f"table[{name}] is not OLAP table or LAKE table")
    if table.partition(statement.partition) is not None:
        raise failure(f"partition[{statement.partition}] already exist in table[{name}]")
    catalog = session.engine.catalog
    kept = find_partition(catalog, table, statement.partition)
    if kept is None or kept.partition is None:
        raise failure(f"No partition named '{statement.partition}' in recycle bin that belongs to table '{table.name}'")
    try:
        check_overlap(kept.partition, [p for p in table.partitions if not p.temporary], partition_types(table))
    except StarRocksError as taken:
        raise failure(f"Cannot recover partition '{statement.partition}': Range conflict.") from taken
    columns = {row[0] for row in session.connection.rows(f'DESCRIBE data."{kept.physical}"')}
    if columns != {*(c.physical for c in table.columns), "p"}:
        raise unsupported("RECOVER PARTITION after a change of the table's columns")
    with catalog.change(session.connection, [table.id]) as change:
        restore_partition(change, change.edit(table), kept)
    return ok()


@executes(RecoverDatabase)
def recover_database(session: Session, statement: RecoverDatabase) -> Result:
    catalog = session.engine.catalog
    if catalog.database(statement.name) is not None:
        raise StarRocksError(1007, f"Can't create database '{statement.name}'; database exists")
    found = find_database(catalog, statement.name)
    if found is None or found.database is None:
        raise StarRocksError(5501, f"Unknown database '{statement.name}'")
    kept = tables_of(catalog, found.database.id)
    gone = [n for n in found.tables if n not in {r.name for r in kept}]
    if gone:
        listed = ",".join(gone)
        raise failure(f"Unable to recover database '{statement.name}' because some tables have been deleted: {listed}")
    with catalog.change(session.connection, [found.database.id]) as change:
        change.put(found.database)
        change.delete(found)
        for item in kept:
            if item.table is not None and item.name in found.tables:
                change.put(item.table)
                change.delete(item)
    return ok()
