"""DROP VIEW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog.dependents import affected_ids, deactivate_dependents
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.drop import materialized_view_kept
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class DropView(Statement):
    name: tuple[str, ...]
    if_exists: bool = False


@grammar("DROP", "VIEW")
def parse_drop_view(cursor: Cursor) -> DropView:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropView(cursor.qualified_name(), if_exists)


@executes(DropView)
def drop_view(session: Session, statement: DropView) -> Result:
    """The kind is checked even with IF EXISTS."""
    catalog_name, database_name, name = session.resolve(statement.name)
    catalog, database = session.engine.catalog, session.database(database_name, catalog_name)
    view = catalog.table(database.id, name)
    if view is None:
        if statement.if_exists:
            return ok()
        raise analysis_error(f"Unknown table '{name}'", code=5502)
    if view.kind == "table":
        raise analysis_error(f"'{database.name}'.'{name}' is not 'VIEW'", code=1347)
    if view.kind == "materialized_view":
        raise materialized_view_kept(name)
    with catalog.change(session.connection, affected_ids(catalog, view)) as change:
        deactivate_dependents(change, view, f"base-table dropped: {name}")
        change.delete(view)
    return ok()
