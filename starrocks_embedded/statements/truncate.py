"""TRUNCATE TABLE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import jobs, model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.alter_table.grammar import partition_names
from starrocks_embedded.statements.alter_table.partitions import truncate_partitions
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

SYSTEM = ("information_schema", "sys", "_statistics_")


@dataclass
class TruncateTable(Statement):
    name: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    temporary: bool = False


@grammar("TRUNCATE", "TABLE")
def parse_truncate(cursor: Cursor) -> TruncateTable:
    name = cursor.qualified_name()
    if cursor.looking_at_any("PARTITION", "PARTITIONS", "TEMPORARY"):
        names, temporary = partition_names(cursor)
        return TruncateTable(name, names, temporary)
    return TruncateTable(name)


@executes(TruncateTable)
def truncate_table(session: Session, statement: TruncateTable) -> Result:
    if statement.temporary:
        raise analysis_error("Not support truncate temp partitions")
    table = _find(session, statement.name)
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        jobs.require_normal(session.engine, table)
        truncate_partitions(change, change.edit(table), statement.partitions)
    session.engine.loaded(session.user, [table])
    return ok()


def _find(session: Session, name: tuple[str, ...]) -> model.Table:
    """The catalog of the name counts for nothing here, but that before 4.0 its table must be there."""
    catalog_name, database_name, table_name = session.resolve(name)
    if catalog_name != "default_catalog" and not session.engine.version.at_least("4.0"):
        external = session.engine.externals.get(catalog_name)
        if external is None or external.table(database_name, table_name) is None:
            raise analysis_error(f"Table {table_name} is not found")
    database = session.engine.catalog.database(database_name)
    if database is None:
        if database_name.lower() in SYSTEM:
            raise failure("Only support truncate OLAP table or LAKE table")
        raise StarRocksError(5501, f"Unknown database '{database_name}'")
    table = session.engine.catalog.table(database.id, table_name, session.id)
    if table is None:
        raise analysis_error(f"Table {table_name} is not found")
    if table.kind != "table":
        raise failure("Only support truncate OLAP table or LAKE table")
    return table
