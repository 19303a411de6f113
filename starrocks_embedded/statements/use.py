"""USE and SET CATALOG: where unqualified names are looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.databases import database_exists
from starrocks_embedded.metadata.rights import require_in
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

INTERNAL = "default_catalog"


@dataclass
class UseDatabase(Statement):
    database: str
    catalog: str = ""


@dataclass
class SetCatalog(Statement):
    name: str


@grammar("USE")
def parse_use(cursor: Cursor) -> Statement:
    if cursor.token.kind == "string":
        return _catalog_switch(cursor, cursor.string())
    first = cursor.token
    parts = cursor.qualified_name(16)
    if len(parts) > 2:
        last = cursor.previous
        detail = f"Invalid db name format '{'.'.join(parts)}'"
        where = f"from line {first.line}, column {first.column} to line {last.line}, column {last.column}"
        raise StarRocksError(1064, f"Getting syntax error {where}. Detail message: {detail}.")
    return UseDatabase(parts[-1], parts[0] if len(parts) == 2 else "")


def _catalog_switch(cursor: Cursor, text: str) -> SetCatalog:
    """USE 'catalog name'"""
    match = re.fullmatch(r"\s*catalog\s+(\S+)\s*", text, re.IGNORECASE)
    if match is None:
        token = cursor.previous
        use = cursor.peek(-2)
        where = f"from line {use.line}, column {use.column} to line {token.line}, column {token.column}"
        detail = "You have an error in your SQL. The correct syntax is: USE 'CATALOG catalog_name'."
        raise StarRocksError(1064, f"Getting syntax error {where}. Detail message: {detail}.")
    return SetCatalog(match[1])


@grammar("SET", "CATALOG")
def parse_set_catalog(cursor: Cursor) -> Statement:
    if cursor.looking_at("="):  # the session variable of that name
        from starrocks_embedded.statements.set_variables import parse_set

        cursor.at -= 1
        return parse_set(cursor)
    return SetCatalog(cursor.name_or_string())


@executes(UseDatabase)
def use_database(session: Session, statement: UseDatabase) -> Result:
    select_database(session, statement.database, statement.catalog)
    return ok()


def select_database(session: Session, database: str, catalog: str = "") -> None:
    """USE and a connection's initial database."""
    if (external := session.engine.externals.get(catalog or session.catalog_name)) is not None:
        from starrocks_embedded.statements.external.places import enter

        return enter(session, external, database)
    if catalog:
        require_catalog(session, catalog)
    if not database_exists(session.engine, database):
        raise StarRocksError(5501, f"Unknown database '{database}'")
    require_in(session, "ANY", database)
    session.catalog_name = catalog or session.catalog_name
    session.database_name = database


def require_catalog(session: Session, name: str) -> None:
    if name != INTERNAL and name not in session.engine.externals:
        raise StarRocksError(5078, f"Unknown catalog '{name}'")


@executes(SetCatalog)
def set_catalog(session: Session, statement: SetCatalog) -> Result:
    select_catalog(session, statement.name)
    return ok()


def select_catalog(session: Session, name: str) -> None:
    """Changing the catalog leaves the session without a database."""
    require_catalog(session, name)
    session.catalog_name = name
    session.database_name = ""
