"""Catalogs: the internal one and those the engine was started with; others are refused after StarRocks' checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.errors import analysis_error, unsupported
from starrocks_embedded.metadata import accounts
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.describe import require_catalog_of
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.statements.use import INTERNAL
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CONNECTORS = (
    "es", "hive", "iceberg", "jdbc", "hudi", "deltalake", "paimon", "odps", "kudu", "unified", "fluss", "benchmark",
)  # fmt: skip
INTERNAL_COMMENT = "An internal catalog contains this cluster's self-managed tables."


@dataclass
class CreateCatalog(Statement):
    name: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class DropCatalog(Statement):
    name: str
    if_exists: bool


@dataclass
class AlterCatalog(Statement):
    name: str


@grammar("CREATE", "EXTERNAL", "CATALOG")
def parse_create_catalog(cursor: Cursor) -> CreateCatalog:
    cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.name_or_string()
    if cursor.accept("COMMENT"):
        cursor.string()
    elif not cursor.looking_at("PROPERTIES"):
        raise cursor.unexpected("COMMENT", "PROPERTIES")
    cursor.expect("PROPERTIES")
    return CreateCatalog(name, cursor.properties())


@grammar("DROP", "CATALOG")
def parse_drop_catalog(cursor: Cursor) -> DropCatalog:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropCatalog(cursor.name_or_string(), if_exists)


@grammar("ALTER", "CATALOG")
def parse_alter_catalog(cursor: Cursor) -> AlterCatalog:
    name = cursor.name_or_string()
    cursor.expect("SET")
    cursor.properties()
    return AlterCatalog(name)


@grammar("SHOW", "CATALOGS")
def parse_show_catalogs(cursor: Cursor) -> Show:
    return Show(show_catalogs, pattern=cursor.string() if cursor.accept("LIKE") else None)


@grammar("SHOW", "CREATE", "CATALOG")
def parse_show_create_catalog(cursor: Cursor) -> Show:
    return Show(show_create_catalog, argument=cursor.name_or_string())


@executes(CreateCatalog)
def create_catalog(session: Session, statement: CreateCatalog) -> Result:
    if statement.name.lower() == INTERNAL:
        raise analysis_error(f"External catalog name can't be the same as internal catalog name '{INTERNAL}'")
    if not accounts.ROLE_NAME.fullmatch(statement.name):
        raise analysis_error(f"Incorrect catalog name '{statement.name}'", code=5063)
    kind = statement.properties.get("type", "")
    if not kind:
        raise analysis_error("'type' can not be null or empty")
    if kind.lower() not in CONNECTORS:
        raise analysis_error(f"[type : {kind}] is not supported")
    raise unsupported("CREATE EXTERNAL CATALOG")


@executes(DropCatalog)
def drop_catalog(session: Session, statement: DropCatalog) -> Result:
    if statement.name == INTERNAL:
        raise analysis_error("Can't drop the default internal catalog")
    if statement.name in session.engine.externals:
        raise unsupported("DROP CATALOG of an attached file")
    if statement.if_exists:
        return ok()
    require_catalog_of(session, statement.name)
    return ok()


@executes(AlterCatalog)
def alter_catalog(session: Session, statement: AlterCatalog) -> Result:
    """A server takes it even where there is no such catalog."""
    if statement.name == INTERNAL:
        raise unsupported("ALTER CATALOG default_catalog")
    return ok()


def show_catalogs(session: Session, statement: Show) -> Result:
    rows: list[tuple[str, str, str | None]] = [(name, "Jdbc", None) for name in session.engine.externals]
    rows = sorted([*rows, (INTERNAL, "Internal", INTERNAL_COMMENT)])
    return filtered(statement, header(columns("Catalog:768|Type|Comment:90"), rows))


def show_create_catalog(session: Session, statement: Show) -> Result:
    require_catalog_of(session, statement.argument)
    if statement.argument in session.engine.externals:
        raise unsupported("SHOW CREATE CATALOG of an attached file")
    return header(columns("Catalog|Create Catalog:90"))
