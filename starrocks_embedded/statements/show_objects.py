"""SHOW DATABASES, TABLES, TEMPORARY TABLES, CREATE DATABASE, CREATE TABLE and its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.show_create import show_create_database as database_text
from starrocks_embedded.catalog.show_create import show_create_table
from starrocks_embedded.catalog.show_create_view import show_create_materialized_view, show_create_view
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata.databases import database_exists, is_system_database
from starrocks_embedded.metadata.rights import holds_any_on, visible_databases
from starrocks_embedded.metadata.system_tables import SystemTable, find_system_table, system_tables
from starrocks_embedded.result import Column, Result
from starrocks_embedded.statements.describe import locate
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, show, show_database
from starrocks_embedded.statements.use import require_catalog
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import to_sql, varchar

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CREATE_VIEW = columns("View|Create View:90|character_set_client:90|collation_connection:90")
TABLE_TYPES = {"table": "BASE TABLE", "view": "VIEW", "materialized_view": "VIEW"}
WIDE = 6144


@show("DATABASES", scope=True, like=True, where=True)
def show_databases(session: Session, statement: Show) -> Result:
    if statement.scope:
        require_catalog(session, statement.scope[0])
    result = header(columns("Database:192"), [(n,) for n in visible_databases(session)])
    return filtered(statement, result)


show("SCHEMAS", like=True, where=True)(show_databases)


@show("TABLES", scope=True, like=True, where=True)
def show_tables(session: Session, statement: Show) -> Result:
    database = show_database(session, statement.scope)
    rows = [(name,) for name, _ in listed_tables(session, database)]
    return filtered(statement, header([_name_column(database, statement)], rows))


@show("FULL", "TABLES", scope=True, like=True, where=True)
def show_full_tables(session: Session, statement: Show) -> Result:
    database = show_database(session, statement.scope)
    length = WIDE if statement.where is not None else 60
    kind = Column("Table_type", varchar(length), length)
    rows = listed_tables(session, database)
    return filtered(statement, header([_name_column(database, statement), kind], rows))


def _name_column(database: str, statement: Show) -> Column:
    length = WIDE if statement.where is not None else 60
    return Column(f"Tables_in_{database}", varchar(length), length)


def listed_tables(session: Session, database: str) -> list[tuple[str, str]]:
    """Names and kinds, by name: what SHOW FULL TABLES lists."""
    version, found = session.engine.version, session.engine.catalog.database(database)
    if is_system_database(database):
        kind = "BASE TABLE" if database == "_statistics_" else "SYSTEM VIEW"
        return [(t.name, kind) for t in system_tables(version, database)]
    assert found is not None
    visible = (t for t in session.engine.catalog.tables(found.id) if holds_any_on(session, t))
    return [(t.name, TABLE_TYPES[t.kind]) for t in visible]


@show("TEMPORARY", "TABLES", scope=True, like=True, where=True)
def show_temporary_tables(session: Session, statement: Show) -> Result:
    database = show_database(session, statement.scope)
    found = session.engine.catalog.database(database)
    tables = session.engine.catalog.all(model.Table)
    mine = [t.name for t in tables if found and t.database_id == found.id and t.temporary_session == session.id]
    return filtered(statement, header(columns(f"Tables_in_{database}"), [(n,) for n in sorted(mine)]))


@show("OPEN", "TABLES")
def show_open_tables(session: Session, statement: Show) -> Result:
    return header(columns("Database:192|Table:30|In_use:240|Name_locked:192"))


# ---- SHOW CREATE


@dataclass
class ShowCreateDatabase(Statement):
    name: str


@dataclass
class ShowCreate(Statement):
    """`wanted` is TABLE (which takes any kind), VIEW or MATERIALIZED VIEW."""

    wanted: str
    name: tuple[str, ...]


@grammar("SHOW", "CREATE", "DATABASE")
@grammar("SHOW", "CREATE", "SCHEMA")
def parse_show_create_database(cursor: Cursor) -> ShowCreateDatabase:
    return ShowCreateDatabase(cursor.identifier())


@executes(ShowCreateDatabase)
def show_create_database(session: Session, statement: ShowCreateDatabase) -> Result:
    name = statement.name
    if not database_exists(session.engine, name):
        raise analysis_error(f"Unknown database '{name}'", code=5501)
    found = session.engine.catalog.database(name)
    text = database_text(found) if found else f"CREATE DATABASE `{name}`"
    return header(columns("Database|Create Database:90"), [(name, text)])


@grammar("SHOW", "CREATE", "TABLE")
def parse_show_create_table(cursor: Cursor) -> ShowCreate:
    return ShowCreate("TABLE", cursor.qualified_name(3))


@grammar("SHOW", "CREATE", "VIEW")
def parse_show_create_view(cursor: Cursor) -> ShowCreate:
    return ShowCreate("VIEW", cursor.qualified_name(3))


@grammar("SHOW", "CREATE", "MATERIALIZED", "VIEW")
def parse_show_create_materialized_view(cursor: Cursor) -> ShowCreate:
    return ShowCreate("MATERIALIZED VIEW", cursor.qualified_name(3))


@executes(ShowCreate)
def show_create(session: Session, statement: ShowCreate) -> Result:
    database, name = locate(session, statement.name)
    system = find_system_table(session.engine.version, database, name) if is_system_database(database) else None
    if system is not None:
        return _system_table(database, system, statement.wanted)
    found = session.engine.catalog.database(database)
    table = session.engine.catalog.table(found.id, name, session.id) if found else None
    if table is None:
        raise analysis_error(f"Table {name} is not found")
    _check_kind(database, table, statement.wanted)
    return _create_text(session, table, statement.wanted)


def _check_kind(database: str, table: model.Table, wanted: str) -> None:
    """SHOW CREATE VIEW takes a materialized view, too."""
    fits = {"TABLE": True, "VIEW": table.kind != "table", "MATERIALIZED VIEW": table.kind == "materialized_view"}
    if not fits[wanted]:
        raise _wrong_kind(database, table.name, wanted)


def _wrong_kind(database: str, name: str, wanted: str) -> StarRocksError:
    return analysis_error(f"'{database}'.'{name}' is not '{wanted}'", code=1347)


def _create_text(session: Session, table: model.Table, wanted: str) -> Result:
    if wanted == "VIEW" and table.kind == "materialized_view":
        text = f"CREATE VIEW `{table.name}` AS {table.query}"
        return header(CREATE_VIEW, [(table.name, text, "utf8", "utf8_general_ci")])
    if table.kind == "view":
        text = show_create_view(session.engine.version, table)
        return header(CREATE_VIEW, [(table.name, text, "utf8", "utf8_general_ci")])
    if table.kind == "materialized_view":
        text = show_create_materialized_view(table)
        return header(columns("Materialized View|Create Materialized View:90"), [(table.name, text)])
    text = show_create_table(session.engine, table)
    return header(columns("Table|Create Table:90"), [(table.name, text)])


def _system_table(database: str, table: SystemTable, wanted: str) -> Result:
    if wanted != "TABLE":
        raise _wrong_kind(database, table.name, wanted)
    lines = ",\n".join(
        f'  `{c.name}` {to_sql(c.type)} {"NULL" if c.nullable else "NOT NULL"} COMMENT ""' for c in table.details
    )
    text = f"CREATE TABLE `{table.name}` (\n{lines}\n) ENGINE=SCHEMA ;"
    return header(columns("Table|Create Table:90"), [(table.name, text)])
