"""Which statements are about an external catalog, and who answers them there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog.external import External
from starrocks_embedded.errors import no_database, unsupported
from starrocks_embedded.result import Result
from starrocks_embedded.statements.external import (
    alter,
    databases,
    places,
    shows,
    statistics,
    tables,
    views,
    writing,
)
from starrocks_embedded.statements.external.access import check_external_access
from starrocks_embedded.statements.registry import Statement
from starrocks_embedded.statements.shows import Show

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

NAMES = ("name", "target", "scope", "table", "view")
# the analyzer finds their tables in every catalog; what is created by them, or granted, is the other modules'
READING = (
    "SelectStatement",
    "Explain",
    "GrantPrivileges",
    "SubmitTask",
    "AlterCatalog",
    "CreateCatalog",
    "DropCatalog",
)
# what a server says of itself, whatever the session's catalog
OF_THE_SERVER = ("show_server", "show_nodes", "catalogs", "users", "roles", "grants", "show_variables")

# what they name is a database of the session's catalog
OF_DATABASES = ("ShowCreateDatabase", "AlterDatabaseQuota", "RenameDatabase")

Answer = Callable[[Any, External, Any], Result | None]
CARRIED_OUT: dict[str, Answer] = {
    "SetCatalog": places.set_catalog,
    "UseDatabase": places.use,
    "Describe": shows.describe_table,
    "ShowCreate": shows.show_create,
    "CreateDatabase": databases.create_database,
    "DropDatabase": databases.drop_database,
    "ShowCreateDatabase": databases.show_create_database,
    "CreateTable": tables.create_table,
    "CreateTableAsSelect": tables.create_table_as_select,
    "CreateTableLike": tables.create_table_like,
    "DropTable": tables.drop_table,
    "TruncateTable": tables.truncate_table,
    "AlterTable": alter.alter_table,
    "Insert": writing.insert,
    "Delete": writing.delete,
    "Update": writing.update,
    "CreateView": views.create_view,
    "AlterView": views.alter_view,
    "DropView": views.drop_view,
    "RefreshExternalTable": tables.refresh_table,
    "Analyze": statistics.analyze,
    "CreateMaterializedView": tables.refuse_materialized_view,
}


def answer(session: Session, statement: Statement) -> Result | None:
    """The answer to a statement about an external catalog; None where it is about none."""
    external = _about(session, statement)
    if type(statement).__name__ == "SubmitTask" and session.catalog_name in session.engine.externals:
        raise unsupported(f"SUBMIT TASK in the external catalog {session.catalog_name}")
    if external is None or type(statement).__name__ in READING:
        return None
    kind = type(statement).__name__
    check_external_access(session, external, statement)
    if isinstance(statement, Show):
        shown = shows.SHOWN.get(statement.answer.__name__)
        if shown is not None:
            return shown(session, external, statement)
        if statement.answer.__module__.rsplit(".", 1)[-1] in OF_THE_SERVER:
            return None
        raise unsupported(f"This SHOW in the external catalog {external.name}")
    if not session.database_name and _needs_database(statement):
        raise no_database(session.engine.version.at_least("3.4"))
    if kind in CARRIED_OUT:
        return CARRIED_OUT[kind](session, external, statement)
    raise unsupported(f"{statement.text.split(None, 1)[0].upper()} in the external catalog {external.name}")


def _about(session: Session, statement: Statement) -> External | None:
    """The external catalog that a statement names, or whose names it uses because the session is in it."""
    externals = session.engine.externals
    if type(statement).__name__ == "SetCatalog":
        return externals.get(statement.name)  # type: ignore[attr-defined]
    here = externals.get(session.catalog_name)
    if type(statement).__name__ in OF_DATABASES:
        return here
    written = getattr(statement, "catalog", None)
    if isinstance(written, str):
        return externals.get(written) if written else here
    if isinstance(statement, Show):
        return externals.get(statement.scope[0]) if _is_full(statement) else here
    for name in NAMES:
        parts = getattr(statement, name, None)
        if isinstance(parts, tuple) and parts and all(isinstance(p, str) for p in parts):
            return externals.get(parts[0]) if len(parts) == 3 else here
    return None


def _needs_database(statement: Statement) -> bool:
    """Whether the statement names something by its bare name."""
    names = [getattr(statement, name, None) for name in NAMES]
    return any(isinstance(parts, tuple) and len(parts) == 1 for parts in names)


def _is_full(statement: Show) -> bool:
    """Whether the catalog is written: catalog of databases, catalog.database of tables, catalog.database.table."""
    levels = {"show_databases": 1, "show_tables": 2, "show_full_tables": 2}.get(statement.answer.__name__, 3)
    return len(statement.scope) == levels
