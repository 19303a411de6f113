"""Catalogs: the internal one, those that were created, and those that the engine was started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.connectors import check_connector, folds_case, is_known, shown_properties
from starrocks_embedded.catalog.external import External, declared
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.catalog.tables import drop_physical
from starrocks_embedded.errors import StarRocksError, analysis_error, unsupported
from starrocks_embedded.metadata import accounts
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.describe import require_catalog_of
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.statements.use import INTERNAL
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session

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
    filtered_by = cursor.version.at_least("3.4") and cursor.accept("LIKE")
    return Show(show_catalogs, pattern=cursor.string() if filtered_by else None)


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
    if not is_known(kind.lower(), session.engine.version):
        raise analysis_error(f"[type : {kind}] is not supported")
    if statement.name in session.engine.externals:
        if statement.if_not_exists:
            return ok()
        raise StarRocksError(5514, f"Catalog '{statement.name}' already exists")
    kept = check_connector(kind.lower(), statement.name, statement.properties, session.engine.version)
    catalog = session.engine.catalog
    made = model.ExternalCatalog(catalog.new_id(), statement.name, statement.comment, kept)
    with catalog.change(session.connection) as change:
        change.put(made)
        if folds_case(kind.lower(), kept):  # every Hive metastore has it
            change.put(model.ExternalDatabase(catalog.new_id(), "default", made.name, created=now_text()))
    session.engine.externals[made.name] = declared(made, catalog)
    return ok()


@executes(DropCatalog)
def drop_catalog(session: Session, statement: DropCatalog) -> Result:
    if statement.name == INTERNAL:
        raise analysis_error("Can't drop the default internal catalog")
    if (external := session.engine.externals.get(statement.name)) is not None:
        if external.declared is None:
            raise unsupported("DROP CATALOG of an attached file")
        with session.engine.catalog.change(session.connection) as change:
            change.delete(external.declared)
            for database in session.engine.catalog.all(model.ExternalDatabase):
                if database.catalog == statement.name:
                    _forget(change, external, database)
        del session.engine.externals[statement.name]
        return ok()
    if statement.if_exists:
        return ok()
    raise StarRocksError(5078, f"Unknown catalog '{statement.name}'")


def _forget(change: Change, external: External, database: model.Database) -> None:
    """A server would find it again through a new catalog; what is kept here goes with its catalog."""
    for table in external.tables(database.name):
        if table.is_stored:
            drop_physical(change, table)
        change.delete(table)
    change.delete(database)


@executes(AlterCatalog)
def alter_catalog(session: Session, statement: AlterCatalog) -> Result:
    """A server takes it even where there is no such catalog."""
    if statement.name == INTERNAL:
        raise unsupported("ALTER CATALOG default_catalog")
    if "type" in statement.properties:
        raise analysis_error("Not support alter catalog property type")
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
    shown = shown_properties(catalog.properties)
    properties = ",\n".join(f'"{k}"  =  "{shown[k]}"' for k in hash_order(shown, len(catalog.properties)))
    return f"CREATE EXTERNAL CATALOG `{catalog.name}`\n{comment}PROPERTIES ({properties}\n)"
