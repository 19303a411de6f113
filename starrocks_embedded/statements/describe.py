"""DESC and SHOW [FULL] COLUMNS: the columns of a table, view or system table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starrocks_embedded import types
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.rollups import find_rollup
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata.column_texts import (
    describe_rows,
    full_column_rows,
    index_rows,
    plain_column_rows,
    rollup_rows,
)
from starrocks_embedded.metadata.databases import database_exists, is_system_database
from starrocks_embedded.metadata.rights import require_any_on
from starrocks_embedded.metadata.system_tables import SystemTable, find_system_table
from starrocks_embedded.result import Result
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters
from starrocks_embedded.statements.use import require_catalog
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

DESC = columns("Field:90|Type:90|Null:90|Key:90|Default:90|Extra:90")
DESC_ALL = columns("IndexName|IndexKeysType|Field|Type|Null:30|Key:30|Default:90|Extra:90")
DESC_FILES = columns("Field:60|Type:60|Null:30")
COLUMNS = columns("Field|Type|Null|Key|Default|Extra")
FULL_COLUMNS = columns("Field|Type|Collation|Null|Key|Default|Extra|Privileges:240|Comment")


@dataclass
class Describe(Statement):
    name: tuple[str, ...]
    everything: bool = False


@dataclass
class DescribeFiles(Statement):
    properties: dict[str, str]


@grammar("DESC")
@grammar("DESCRIBE")
def parse_describe(cursor: Cursor) -> Statement:
    from starrocks_embedded.statements.explain import LEVELS, explainable, parse_explain

    if explainable(cursor) or (cursor.looking_at_any(*LEVELS) and cursor.peek().kind != "end"):
        return parse_explain(cursor)
    if cursor.looking_at("FILES") and cursor.peek().key == "(":
        cursor.expect("FILES")
        return DescribeFiles(cursor.properties())
    return Describe(cursor.qualified_name(3), cursor.accept("ALL"))


@executes(Describe)
def describe(session: Session, statement: Describe) -> Result:
    if not statement.everything and (named := _rollup_named(session, statement.name)) is not None:
        return header(DESC, rollup_rows(*named))
    found = find_relation(session, statement.name)
    if isinstance(found, SystemTable):
        return header(DESC, system_rows(found))
    if statement.everything:
        if found.kind == "view":
            raise analysis_error("Unknown storage engine 'VIEW'", code=1286)
        return header(DESC_ALL, index_rows(session.engine, found))
    return header(DESC, describe_rows(session.engine, found))


@executes(DescribeFiles)
def describe_files(session: Session, statement: DescribeFiles) -> Result:
    from starrocks_embedded.files.reading import look

    found = look(session, statement.properties)
    return header(DESC_FILES, [(name, types.describe(type_), "YES") for name, type_ in found.columns])


def _rollup_named(session: Session, name: tuple[str, ...]) -> tuple[model.Table, model.Rollup] | None:
    """A rollup that no table takes the name of."""
    database, table = locate(session, name)
    home = session.engine.catalog.database(database)
    if home is None or stored_table(session, database, table, any_case=True) is not None:
        return None
    return find_rollup(session.engine.catalog, home.id, table)


def find_relation(session: Session, name: tuple[str, ...], *, any_case: bool = True) -> model.Table | SystemTable:
    """What DESC and its kind name; 5502 where there is nothing. DESC finds a stored table in any case."""
    database, table = locate(session, name)
    if is_system_database(database):
        system = find_system_table(session.engine.version, database, table)
        if system is not None:
            return system
    else:
        stored = stored_table(session, database, table, any_case)
        if stored is not None:
            return stored
    raise analysis_error(f"Unknown table '{table}'", code=5502)


def locate(session: Session, name: tuple[str, ...]) -> tuple[str, str]:
    """The database and table a name means; both the catalog and the database must exist."""
    if len(name) == 1 and not session.database_name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    catalog, database, table = session.resolve(name)
    if catalog != "default_catalog":
        require_catalog_of(session, catalog)
    if not database_exists(session.engine, database):
        raise analysis_error(f"Unknown database '{database}'", code=5501)
    return database, table


def require_catalog_of(session: Session, catalog: str) -> None:
    try:
        require_catalog(session, catalog)
    except StarRocksError as error:
        raise analysis_error(error.message, code=error.code) from error


def stored_table(session: Session, database: str, table: str, any_case: bool) -> model.Table | None:
    found = session.engine.catalog.database(database)
    if found is None:
        return None
    exact = session.engine.catalog.table(found.id, table, session.id)
    if exact is not None or not any_case:
        return exact
    folded = table.lower()
    return next((t for t in session.engine.catalog.tables(found.id) if t.name.lower() == folded), None)


def system_rows(table: SystemTable) -> list[tuple[Any, ...]]:
    return [
        (c.name, types.describe(c.type), "YES" if c.nullable else "NO", str(c.key).lower(), c.default, c.extra)
        for c in table.details
    ]


# ---- SHOW COLUMNS


@grammar("SHOW", "COLUMNS")
@grammar("SHOW", "FIELDS")
def parse_columns(cursor: Cursor) -> Show:
    return _columns_of(cursor, Show(show_columns, argument=False))


@grammar("SHOW", "FULL", "COLUMNS")
@grammar("SHOW", "FULL", "FIELDS")
def parse_full_columns(cursor: Cursor) -> Show:
    return _columns_of(cursor, Show(show_columns, argument=True))


def _columns_of(cursor: Cursor, statement: Show) -> Show:
    cursor.expect_any("FROM", "IN")
    statement.scope = cursor.qualified_name(3)
    if cursor.accept_any("FROM", "IN"):
        statement.scope = (*cursor.qualified_name(2), statement.scope[-1])
    read_filters(cursor, statement, like=True, where=True, ordered=False)
    return statement


def show_columns(session: Session, statement: Show) -> Result:
    found = find_relation(session, statement.scope)
    if isinstance(found, model.Table) and found.kind == "table":
        require_any_on(session, found)
    if statement.argument:
        return filtered(statement, header(FULL_COLUMNS, full_column_rows(session.engine, found)))
    return filtered(statement, header(COLUMNS, plain_column_rows(session.engine, found)))
