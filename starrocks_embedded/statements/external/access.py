"""Which privileges a statement about an external catalog needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog.external import SCHEMA, External
from starrocks_embedded.metadata.rights import denied, holds_in_catalog, is_unlimited
from starrocks_embedded.statements.registry import Statement

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

ON_TABLES = {
    "Insert": "INSERT", "Delete": "DELETE", "Update": "UPDATE", "TruncateTable": "DELETE", "Analyze": "INSERT",
    "AlterTable": "ALTER", "DropTable": "DROP", "AlterView": "ALTER", "DropView": "DROP", "Describe": "ANY",
    "ShowCreate": "ANY", "RefreshExternalTable": "ANY",
}  # fmt: skip
IN_DATABASES = {
    "CreateTable": "CREATE TABLE", "CreateTableAsSelect": "CREATE TABLE", "CreateTableLike": "CREATE TABLE",
    "CreateView": "CREATE VIEW",
}  # fmt: skip


def check_external_access(session: Session, external: External, statement: Statement) -> None:
    if is_unlimited(session):
        return
    kind = type(statement).__name__
    if kind in CHECKS:
        CHECKS[kind](session, external, statement)
    name = getattr(statement, "target", None) or getattr(statement, "name", None)
    if not isinstance(name, tuple) or (len(name) == 1 and not session.database_name):
        return
    _, database, table = session.resolve(name)
    if kind in ON_TABLES:
        require_on_table(session, external, ON_TABLES[kind], database, table)
    elif kind in IN_DATABASES:
        _require_in(session, external, IN_DATABASES[kind], database)
    _check_read(session, statement)


def require_on_table(session: Session, external: External, privilege: str, database: str, table: str) -> None:
    """What is not there is left to the statement to refuse."""
    there = external.has_database(database) and external.table(database, table) is not None
    if there and not holds_in_catalog(session, privilege, "TABLE", external.name, (database, table)):
        raise denied(session, privilege, "TABLE", table)


def _require_in(session: Session, external: External, privilege: str, database: str) -> None:
    if external.has_database(database) and not _holds_in(session, external, privilege, database):
        raise denied(session, privilege, "DATABASE", database)


def _holds_in(session: Session, external: External, privilege: str, database: str) -> bool:
    if holds_in_catalog(session, privilege, "DATABASE", external.name, (database,)):
        return True
    return privilege == "ANY" and any(
        holds_in_catalog(session, "ANY", "TABLE", external.name, (database, t.name)) for t in external.tables(database)
    )


def _check_read(session: Session, statement: Any) -> None:
    from starrocks_embedded.statements.access import check_reads

    definition = getattr(statement, "definition", None)
    check_reads(session, getattr(statement, "query", None), getattr(definition, "query", None))


def _set_catalog(session: Session, external: External, statement: Any) -> None:
    own = holds_in_catalog(session, "ANY", "CATALOG", external.name, ())
    if not own and not any(_holds_in(session, external, "ANY", d) for d in external.own_databases()):
        raise denied(session, "ANY", "CATALOG", external.name)


def _use(session: Session, external: External, statement: Any) -> None:
    if statement.database.lower() != SCHEMA:
        _require_in(session, external, "ANY", statement.database)


def _create_database(session: Session, external: External, statement: Any) -> None:
    if not holds_in_catalog(session, "CREATE DATABASE", "CATALOG", external.name, ()):
        raise denied(session, "CREATE DATABASE", "CATALOG", external.name)


CHECKS: dict[str, Callable[[Any, External, Any], None]] = {
    "SetCatalog": _set_catalog,
    "UseDatabase": _use,
    "CreateDatabase": _create_database,
    "DropDatabase": lambda session, external, s: _require_in(session, external, "DROP", s.name),
}


# ---- what is seen


def sees_database(session: Session, external: External, database: str) -> bool:
    return is_unlimited(session) or database.lower() == SCHEMA or _holds_in(session, external, "ANY", database)


def sees_table(session: Session, external: External, database: str, table: str) -> bool:
    return is_unlimited(session) or holds_in_catalog(session, "ANY", "TABLE", external.name, (database, table))
