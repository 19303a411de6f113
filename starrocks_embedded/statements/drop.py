"""DROP TABLE, and what a dropped object means for those that stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.dependents import affected_ids, deactivate_dependents
from starrocks_embedded.catalog.recycle import recycle_table
from starrocks_embedded.catalog.store import Change
from starrocks_embedded.catalog.tables import drop_physical
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.databases import SYSTEM_DATABASES
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class DropTable(Statement):
    name: tuple[str, ...]
    if_exists: bool = False
    force: bool = False
    temporary: bool = False


@grammar("DROP", "TABLE")
def parse_drop_table(cursor: Cursor) -> DropTable:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropTable(cursor.qualified_name(), if_exists, cursor.accept("FORCE"))


@grammar("DROP", "TEMPORARY", "TABLE")
def parse_drop_temporary_table(cursor: Cursor) -> DropTable:
    statement = parse_drop_table(cursor)
    statement.temporary = True
    return statement


@executes(DropTable)
def drop_table(session: Session, statement: DropTable) -> Result:
    catalog_name, database_name, name = session.resolve(statement.name)
    if catalog_name == "default_catalog" and database_name.lower() in SYSTEM_DATABASES[:2]:
        raise _system_table(catalog_name, database_name, name)
    database = session.database(database_name, catalog_name)
    table = session.engine.catalog.table(database.id, name, session.id)
    if table is None or (statement.temporary and not table.temporary_session):
        if statement.if_exists:
            return ok()
        raise analysis_error(f"Unknown table '{name}'", code=5502)
    if table.kind == "view":
        raise analysis_error(f"'{database.name}'.'{name}' is not 'TABLE'", code=1347)
    if table.kind == "materialized_view":
        raise materialized_view_kept(name)
    with session.engine.catalog.change(session.connection, affected_ids(session.engine.catalog, table)) as change:
        dropped_notice(session, change, database, [table])
        if statement.force or table.temporary_session:
            drop_physical(change, table)
            change.delete(table)
        else:
            recycle_table(change, table)
    return ok()


def _system_table(catalog_name: str, database_name: str, name: str) -> Exception:
    return failure(
        f"Failed to drop table {catalog_name}.{database_name}.{name}. "
        f"msg: cannot drop table in system database: {database_name}",
        5064,
    )


def materialized_view_kept(name: str) -> Exception:
    return analysis_error(
        f"The data of '{name}' cannot be dropped because '{name}' is a materialized view,"
        f"use 'drop materialized view {name}' to drop it."
    )


def dropped_notice(session: Session, change: Change, database: model.Database, tables: list[model.Table]) -> None:
    """Materialized views over a dropped object stop: they become inactive and say why."""
    del session, database
    for table in tables:
        if not table.temporary_session:
            deactivate_dependents(change, table, f"base-table dropped: {table.name}")
