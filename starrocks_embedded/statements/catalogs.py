"""Catalogs: the internal one, those the engine was started with, and those declared of which nothing can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.external import declared
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
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
    if_not_exists: bool
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class DropCatalog(Statement):
    name: str
    if_exists: bool


@dataclass
class AlterCatalog(Statement):
    name: str
    properties: dict[str, str] = field(default_factory=dict)


@grammar("CREATE", "EXTERNAL", "CATALOG")
def parse_create_catalog(cursor: Cursor) -> CreateCatalog:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name, comment = cursor.name_or_string(), ""
    if cursor.accept("COMMENT"):
        comment = cursor.string()
    elif not cursor.looking_at("PROPERTIES"):
        raise cursor.unexpected("COMMENT", "PROPERTIES")
    cursor.expect("PROPERTIES")
    return CreateCatalog(name, if_not_exists, comment, cursor.properties())


@grammar("DROP", "CATALOG")
def parse_drop_catalog(cursor: Cursor) -> DropCatalog:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropCatalog(cursor.name_or_string(), if_exists)


@grammar("ALTER", "CATALOG")
def parse_alter_catalog(cursor: Cursor) -> AlterCatalog:
    name = cursor.name_or_string()
    cursor.expect("SET")
    return AlterCatalog(name, cursor.properties())


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
    if statement.name in session.engine.externals:
        if statement.if_not_exists:
            return ok()
        raise StarRocksError(5514, f"Catalog '{statement.name}' already exists")
    _check_connector(statement)
    made = model.ExternalCatalog(
        session.engine.catalog.new_id(), statement.name, statement.comment, dict(statement.properties)
    )
    with session.engine.catalog.change(session.connection) as change:
        change.put(made)
    session.engine.externals[made.name] = declared(made)
    return ok()


def _check_connector(statement: CreateCatalog) -> None:
    """Only those are taken that a server takes without reaching out for them."""
    kind, name, properties = statement.properties["type"].lower(), statement.name, statement.properties
    if kind == "hive":
        if "hive.metastore.uris" not in properties:
            raise _no_connector(kind, name, "hive.metastore.uris must be set in properties when creating hive catalog")
        return
    if kind == "iceberg" and properties.get("iceberg.catalog.type") == "hadoop":
        return
    raise unsupported(f"CREATE EXTERNAL CATALOG of type {kind}")


def _no_connector(kind: str, name: str, why: str) -> StarRocksError:
    return failure(f"connector create failed {{Failed to init connector [type: {kind}, name: {name}]. msg: {why}}}")


@executes(DropCatalog)
def drop_catalog(session: Session, statement: DropCatalog) -> Result:
    if statement.name == INTERNAL:
        raise analysis_error("Can't drop the default internal catalog")
    if (external := session.engine.externals.get(statement.name)) is not None:
        if external.declared is None:
            raise unsupported("DROP CATALOG of an attached file")
        with session.engine.catalog.change(session.connection) as change:
            change.delete(external.declared)
        del session.engine.externals[statement.name]
        return ok()
    if statement.if_exists:
        return ok()
    raise StarRocksError(5078, f"Unknown catalog '{statement.name}'")


@executes(AlterCatalog)
def alter_catalog(session: Session, statement: AlterCatalog) -> Result:
    """A server takes it even where there is no such catalog."""
    if statement.name == INTERNAL:
        raise unsupported("ALTER CATALOG default_catalog")
    external = session.engine.externals.get(statement.name)
    if external is not None and external.declared is None:
        raise unsupported("ALTER CATALOG of an attached file")
    if external is not None and external.declared is not None:
        with session.engine.catalog.change(session.connection) as change:
            changed = change.edit(external.declared)
            changed.properties.update(statement.properties)
        external.declared = changed
    return ok()


def show_catalogs(session: Session, statement: Show) -> Result:
    rows: list[tuple[str, str, str | None]] = [
        (e.name, e.kind, e.declared.comment or None if e.declared else None) for e in session.engine.externals.values()
    ]
    rows = sorted([*rows, (INTERNAL, "Internal", INTERNAL_COMMENT)])
    return filtered(statement, header(columns("Catalog:768|Type|Comment:90"), rows))


def show_create_catalog(session: Session, statement: Show) -> Result:
    require_catalog_of(session, statement.argument)
    heads = columns("Catalog|Create Catalog:90")
    external = session.engine.externals.get(statement.argument)
    if external is None:
        return header(heads)
    if external.declared is None:
        raise unsupported("SHOW CREATE CATALOG of an attached file")
    return header(heads, [(external.name, _create_text(external.declared))])


def _create_text(catalog: model.ExternalCatalog) -> str:
    comment = f'comment "{catalog.comment}"\n' if catalog.comment else ""
    properties = ",\n".join(f'"{k}"  =  "{catalog.properties[k]}"' for k in hash_order(catalog.properties))
    return f"CREATE EXTERNAL CATALOG `{catalog.name}`\n{comment}PROPERTIES ({properties}\n)"
