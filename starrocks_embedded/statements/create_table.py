"""CREATE TABLE with columns; reads CREATE TABLE … AS and … LIKE too, which have modules of their own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.builder import Definition, build_table
from starrocks_embedded.catalog.names import check_table_name, refuse_system_database
from starrocks_embedded.catalog.tables import create_physical
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.alter_table.properties import check_retention
from starrocks_embedded.statements.alter_table.rollup import build_rollup
from starrocks_embedded.statements.create_like import CreateTableLike
from starrocks_embedded.statements.ctas import CreateTableAsSelect
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.definitions import (
    ColumnDef,
    IndexDef,
    TableClauses,
    parse_column,
    parse_distribution,
    parse_index,
    parse_partition_by,
    parse_properties,
    parse_table_clauses,
)

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class CreateTable(Statement):
    name: tuple[str, ...]
    if_not_exists: bool = False
    temporary: bool = False
    columns: list[ColumnDef] = field(default_factory=list)
    indexes: list[IndexDef] = field(default_factory=list)
    clauses: TableClauses = field(default_factory=TableClauses)
    external: bool = False  # CREATE EXTERNAL TABLE


@grammar("CREATE", "TABLE")
def parse_create_table(cursor: Cursor) -> Statement:
    return _parse(cursor, temporary=False)


@grammar("CREATE", "EXTERNAL", "TABLE")
def parse_create_external_table(cursor: Cursor) -> Statement:
    statement = _parse(cursor, temporary=False)
    if isinstance(statement, CreateTable):
        statement.external = True
    return statement


@grammar("CREATE", "TEMPORARY", "TABLE")
def parse_create_temporary_table(cursor: Cursor) -> Statement:
    return _parse(cursor, temporary=True)


def _parse(cursor: Cursor, temporary: bool) -> Statement:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    if not cursor.at_identifier():
        raise cursor.no_viable()
    name = _table_name(cursor)
    if _plain_names_follow(cursor):
        return _parse_as_select(cursor, name, if_not_exists, temporary)
    if cursor.looking_at("("):
        return _parse_with_columns(cursor, name, if_not_exists, temporary)
    if cursor.accept("LIKE"):
        return CreateTableLike(name, cursor.qualified_name(), if_not_exists, temporary, TableClauses())
    return _parse_as_select(cursor, name, if_not_exists, temporary)


def _table_name(cursor: Cursor) -> tuple[str, ...]:
    """From 4.0 on more than three parts are read, of which the first is the catalog."""
    parts = cursor.qualified_name(16)
    if len(parts) > 3 and not cursor.version.at_least("4.0"):
        raise cursor.refuse(f"Invalid table name format '{'.'.join(parts)}'")
    return parts if len(parts) <= 3 else (*parts[:2], ".".join(parts[2:]))


def _plain_names_follow(cursor: Cursor) -> bool:
    """(a, b, …) of a CTAS: names without types, or an index alone."""
    if not cursor.looking_at("("):
        return False
    first = cursor.peek()
    if first.key == "INDEX":
        return True
    depth, at, after = 0, cursor.at, None
    tokens = cursor.tokens
    while at < len(tokens):
        key = tokens[at].key
        depth += {"(": 1, ")": -1}.get(key, 0)
        at += 1
        if depth == 0:
            after = tokens[at] if at < len(tokens) else None
            break
    return (
        cursor.peek(2).key in (",", ")")
        and after is not None
        and after.kind != "end"
        and after.key not in (";", "ENGINE")
    )


def _parse_with_columns(cursor: Cursor, name: tuple[str, ...], if_not_exists: bool, temporary: bool) -> CreateTable:
    cursor.expect("(")
    if not cursor.at_identifier():
        raise cursor.no_viable()
    columns = [parse_column(cursor)]
    indexes: list[IndexDef] = []
    while cursor.accept(","):
        if cursor.looking_at("INDEX"):
            cursor.advance()
            indexes.append(parse_index(cursor))
        elif indexes:
            raise cursor.unexpected("INDEX")
        elif not cursor.at_identifier():
            raise cursor.no_viable(cursor.previous)
        else:
            columns.append(parse_column(cursor))
    if not cursor.looking_at(")"):
        raise cursor.unexpected(",", ")")
    cursor.advance()
    return CreateTable(name, if_not_exists, temporary, columns, indexes, parse_table_clauses(cursor))


def _parse_as_select(cursor: Cursor, name: tuple[str, ...], if_not_exists: bool, temporary: bool) -> Statement:
    from starrocks_embedded.syntax.queries import parse_query

    names: list[str] = []
    indexes: list[IndexDef] = []
    if cursor.accept("("):
        while True:
            if cursor.accept("INDEX"):
                indexes.append(parse_index(cursor))
            else:
                names.append(cursor.identifier())
            if not cursor.accept(","):
                break
        cursor.expect(")")
    like = _parse_like(cursor, name, if_not_exists, temporary) if not (names or indexes) else None
    if like is not None:
        return like
    clauses = parse_table_clauses(cursor)
    if clauses.engine or clauses.charset or clauses.rollups or not cursor.looking_at("AS"):
        raise cursor.unexpected("AS")
    cursor.expect("AS")
    return CreateTableAsSelect(name, if_not_exists, temporary, tuple(names), indexes, clauses, parse_query(cursor))


def _parse_like(cursor: Cursor, name: tuple[str, ...], if_not_exists: bool, temporary: bool) -> CreateTableLike | None:
    """[PARTITION BY …] [DISTRIBUTED BY …] [PROPERTIES …] LIKE t, or nothing read at all."""
    if not cursor.looking_at_any("PARTITION", "DISTRIBUTED", "PROPERTIES"):
        return None
    at = cursor.at
    clauses = TableClauses(partition=parse_partition_by(cursor), distribution=parse_distribution(cursor))
    if cursor.accept("PROPERTIES"):
        clauses.properties = parse_properties(cursor)
    if not cursor.accept("LIKE"):
        cursor.at = at
        return None
    return CreateTableLike(name, cursor.qualified_name(), if_not_exists, temporary, clauses)


@executes(CreateTable)
def create_table(session: Session, statement: CreateTable) -> Result:
    target = new_table_place(session, statement.name, statement.if_not_exists, statement.temporary)
    if target is None:
        return ok()
    database, name = target
    if statement.external and (statement.clauses.engine or "olap").lower() == "olap":
        raise remote_table_refusal(statement.clauses.properties or {})
    definition = Definition(statement.columns, statement.clauses, statement.indexes)
    table = build_table(session, database, name, definition, statement.temporary)
    if condition := table.properties.get("partition_retention_condition"):
        check_retention(session, table, condition)
    for clause in statement.clauses.rollups:
        table.rollups.append(replace(build_rollup(table, clause), id=session.engine.catalog.new_id()))
    store_table(session, table)
    return ok()


REMOTE_TABLE = (
    ("host", "Host of external table is null. Please add properties('host'='xxx.xxx.xxx.xxx') when create table"),
    ("port", "miss port of external table is null. Please add properties('port'='3306') when create table"),
    ("user", "User of external table is null. Please add properties('user'='root') when create table"),
    ("database", "Database of external table is null. Please add properties('database'='xxxx') when create table"),
    ("table", "external table name missing.Please add properties('table'='xxxx') when create table"),
)


def remote_table_refusal(properties: dict[str, str]) -> StarRocksError:
    """CREATE EXTERNAL TABLE without an engine means a table of another StarRocks cluster."""
    if not properties:
        named = "host, port, user, password, database and table"
        return failure(f"miss properties for external table, they are: {named}")
    missing = [problem for name, problem in REMOTE_TABLE if not properties.get(name)]
    return failure(missing[0]) if missing else unsupported("A table of another cluster")


def store_table(session: Session, table: model.Table) -> None:
    with session.engine.catalog.change(session.connection, [table.database_id]) as change:
        create_physical(change, table)
        change.put(table)


def new_table_place(
    session: Session, written: tuple[str, ...], if_not_exists: bool, temporary: bool = False
) -> tuple[model.Database, str] | None:
    """The database and name of a table to be created; None where it exists and may."""
    catalog_name, database_name, name = session.resolve(written)
    if catalog_name != "default_catalog":
        raise analysis_error(f"Unknown catalog '{catalog_name}'", code=5078)
    check_table_name(name)
    refuse_system_database(database_name, name)
    database = session.database(database_name, catalog_name)
    existing = session.engine.catalog.table(database.id, name, session.id if temporary else 0)
    if existing is not None and (not temporary or existing.temporary_session):
        if if_not_exists:
            return None
        raise analysis_error(f"Table '{name}' already exists", code=1050)
    return database, name
