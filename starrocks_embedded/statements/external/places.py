"""Going to an external catalog, and finding what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.external import Declared, External
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, no_database, unsupported
from starrocks_embedded.result import Result, ok

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def set_catalog(session: Session, external: External, statement: Any) -> Result:
    session.catalog_name, session.database_name = external.name, ""
    return ok()


def use(session: Session, external: External, statement: Any) -> Result:
    enter(session, external, statement.database)
    return ok()


def enter(session: Session, external: External, database: str) -> None:
    if not external.has_database(database):
        raise StarRocksError(5501, f"Unknown database '{database}'")
    session.catalog_name, session.database_name = external.name, database


def database_of(session: Session, external: External, scope: tuple[str, ...]) -> str:
    """The database of a scope, or the session's; it exists."""
    name = scope[-1] if scope else session.database_name
    if not name:
        raise no_database()
    if not external.has_database(name):
        raise analysis_error(f"Unknown database '{name}'", code=5501)
    return name


def droppable(session: Session, external: External, statement: Any, view: bool) -> tuple[str, model.Table | None]:
    """The database that DROP TABLE or DROP VIEW means, and the object; None where IF EXISTS covers for it."""
    name = statement.name[-1]
    database = database_of(session, external, statement.name[:-1])
    found = external.table(database, name)
    if found is None:
        if statement.if_exists:
            return database, None
        raise analysis_error(f"Unknown table '{name}'", code=5502)
    if (found.kind == "view") != view:
        raise analysis_error(f"'{database}'.'{name}' is not '{'VIEW' if view else 'TABLE'}'", code=1347)
    return database, found


def require_kept(external: External, refusal: str) -> Declared:
    """The catalog as one that may be written to; `refusal` is the server's where its connector only reads."""
    if external.type not in ("iceberg", "hive"):
        raise failure(refusal)
    if not isinstance(external, Declared):
        raise unsupported(f"Writing to the external catalog {external.name}, which shows another file,")
    return external
