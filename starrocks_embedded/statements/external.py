"""Statements about external catalogs: what they show, and how a JDBC catalog refuses to be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.external import SYSTEM_TABLES, External
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.metadata.system_tables import SystemTable, find_system_table, system_tables
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.types import describe

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CONNECTOR = "This connector doesn't support"
REFUSALS = {
    "CreateTable": f"{CONNECTOR} creating tables",
    "CreateTableAsSelect": f"{CONNECTOR} creating tables",
    "CreateTableLike": f"{CONNECTOR} creating tables",
    "DropTable": f"{CONNECTOR} dropping tables",
    "AlterTable": f"{CONNECTOR} alter table",
    "CreateView": f"{CONNECTOR} create view",
    "CreateDatabase": f"{CONNECTOR} creating databases",
    "DropDatabase": f"{CONNECTOR} dropping databases",
    "Insert": "Only support insert into olap/mysql/iceberg/hive table",
}
NAMES = ("name", "target", "scope", "table", "view")
READING = ("SelectStatement", "Explain")  # the analyzer finds their tables in every catalog
# what a server says of itself, whatever the session's catalog
OF_THE_SERVER = ("show_server", "show_nodes", "catalogs", "users", "roles", "grants", "show_variables")


def answer(session: Session, statement: Statement) -> Result | None:
    """The answer to a statement about an external catalog; None where it is about none."""
    external = _about(session, statement)
    if external is None or type(statement).__name__ in READING:
        return None
    kind = type(statement).__name__
    if isinstance(statement, Show):
        shown = SHOWN.get(statement.answer.__name__)
        if shown is not None:
            return shown(session, external, statement)
        if statement.answer.__module__.rsplit(".", 1)[-1] in OF_THE_SERVER:
            return None
        raise unsupported(f"This SHOW in the external catalog {external.name}")
    if not session.database_name and _needs_database(statement):
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    if kind in CARRIED_OUT:
        return CARRIED_OUT[kind](session, external, statement)
    if kind in REFUSALS and (external.declared is None or kind == "CreateView"):
        raise failure(REFUSALS[kind])
    raise unsupported(f"{statement.text.split(None, 1)[0].upper()} in the external catalog {external.name}")


def _about(session: Session, statement: Statement) -> External | None:
    """The external catalog that a statement names, or whose names it uses because the session is in it."""
    externals = session.engine.externals
    if type(statement).__name__ == "SetCatalog":
        return externals.get(statement.name)  # type: ignore[attr-defined]
    here = externals.get(session.catalog_name)
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


# ---- going there


def _set_catalog(session: Session, external: External, statement: Any) -> Result:
    session.catalog_name, session.database_name = external.name, ""
    return ok()


def _use(session: Session, external: External, statement: Any) -> Result:
    enter(session, external, statement.database)
    return ok()


def enter(session: Session, external: External, database: str) -> None:
    if external.declared is not None or not external.has_database(database):
        raise StarRocksError(5501, f"Unknown database '{database}'")
    session.catalog_name, session.database_name = external.name, database


# ---- what is there


def _databases(session: Session, external: External, statement: Show) -> Result:
    return filtered(statement, header(columns("Database:192"), [(n,) for n in external.databases]))


def _database(session: Session, external: External, scope: tuple[str, ...]) -> str:
    name = scope[-1] if scope else session.database_name
    if not name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    if not external.has_database(name):
        raise analysis_error(f"Unknown database '{name}'", code=5501)
    return name


def _tables(session: Session, external: External, statement: Show) -> Result:
    name = _database(session, external, statement.scope)
    return filtered(
        statement, header(columns(f"Tables_in_{name}:60"), [(n,) for n, _ in _listed(session, external, name)])
    )


def _full_tables(session: Session, external: External, statement: Show) -> Result:
    name = _database(session, external, statement.scope)
    return filtered(statement, header(columns(f"Tables_in_{name}:60|Table_type:60"), _listed(session, external, name)))


def _listed(session: Session, external: External, database: str) -> list[tuple[str, str]]:
    if database.lower() == "information_schema":
        known = system_tables(session.engine.version, database)
        return [(t.name, "SYSTEM VIEW") for t in known if t.name.lower() in SYSTEM_TABLES]
    return [(name, "BASE TABLE") for name in sorted(external.tables[database])]


def _find(session: Session, external: External, name: tuple[str, ...]) -> model.Table | SystemTable:
    database = _database(session, external, name[:-1])
    found: model.Table | SystemTable | None
    if database.lower() == "information_schema":
        listed = name[-1].lower() in SYSTEM_TABLES
        found = find_system_table(session.engine.version, database, name[-1]) if listed else None
    else:
        found = external.tables[database].get(name[-1])
    if found is None:
        raise analysis_error(f"Unknown table '{name[-1]}'", code=5502)
    return found


def _describe(session: Session, external: External, statement: Any) -> Result:
    found = _find(session, external, statement.name)
    heads = columns("Field:90|Type:90|Null:90|Key:90|Default:90|Extra:90")
    if isinstance(found, SystemTable):
        rows = [
            (c.name, describe(c.type), "YES" if c.nullable else "NO", "false", c.default, "") for c in found.details
        ]
    else:
        rows = [(c.name, describe(c.type), "Yes", "false", None, "") for c in found.columns]
    return header(heads, rows)


def _show_create(session: Session, external: External, statement: Any) -> Result:
    _find(session, external, statement.name)
    raise unsupported(f"SHOW CREATE of a table in the external catalog {external.name}")


CARRIED_OUT: dict[str, Callable[[Any, External, Any], Result]] = {
    "SetCatalog": _set_catalog,
    "UseDatabase": _use,
    "Describe": _describe,
    "ShowCreate": _show_create,
}
SHOWN: dict[str, Callable[[Any, External, Show], Result]] = {
    "show_databases": _databases,
    "show_tables": _tables,
    "show_full_tables": _full_tables,
}
