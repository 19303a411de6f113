"""RECOVER TABLE and RECOVER DATABASE."""

from __future__ import annotations

from dataclasses import dataclass

from starrocks_embedded.catalog.recycle import find_database, find_table, tables_of
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.session import Session
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor


@dataclass
class RecoverTable(Statement):
    name: tuple[str, ...]


@dataclass
class RecoverDatabase(Statement):
    name: str


@grammar("RECOVER", "TABLE")
def parse_recover_table(cursor: Cursor) -> RecoverTable:
    return RecoverTable(cursor.qualified_name())


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
