"""CREATE, DROP and SHOW CREATE DATABASE in an external catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.external import SCHEMA, Declared, External
from starrocks_embedded.catalog.lake_tables import database_location
from starrocks_embedded.catalog.names import check_database_name
from starrocks_embedded.catalog.tables import now_text
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.metadata.rights import denied
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.external.places import require_kept
from starrocks_embedded.statements.shows import columns, header

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def create_database(session: Session, external: External, statement: Any) -> Result:
    check_database_name(statement.name)
    kept = require_kept(external, "This connector doesn't support creating databases")
    for key in statement.properties:
        if key != "location":
            raise failure(f"Unrecognized property: {key}")
    name = external.folded(statement.name)
    with session.engine.catalog.change(session.connection) as change:
        if external.has_database(name):
            if statement.if_not_exists:
                return ok()
            raise StarRocksError(1007, f"Can't create database '{statement.name}'; database exists")
        made = model.ExternalDatabase(session.engine.catalog.new_id(), name, kept.name, created=now_text())
        made.properties, made.owner = dict(statement.properties), session.user
        change.put(made)
    return ok()


def show_create_database(session: Session, external: External, statement: Any) -> Result:
    name = statement.name
    if not external.has_database(name):
        raise analysis_error(f"Unknown database '{name}'", code=5501)
    found = external.database(name) if isinstance(external, Declared) else None
    location = f'\nPROPERTIES ("location" = "{database_location(external, found)}")' if found else ""
    return header(columns("Database|Create Database:90"), [(name, f"CREATE DATABASE `{name}`{location}")])


def drop_database(session: Session, external: External, statement: Any) -> Result:
    name = statement.name
    if name.lower() == SCHEMA:
        raise denied(session, "DROP", "DATABASE", name)
    if not external.has_database(name):
        if statement.if_exists:
            return ok()
        raise StarRocksError(1008, f"Can't drop database '{name}'; database doesn't exist")
    found = require_kept(external, "This connector doesn't support dropping databases").database(name)
    if external.tables(name) or found is None:
        raise failure(f"Database {name} not empty")
    with session.engine.catalog.change(session.connection, [found.id]) as change:
        change.delete(found)
    return ok()
