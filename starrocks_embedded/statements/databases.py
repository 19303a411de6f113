"""CREATE, DROP, ALTER and RECOVER DATABASE; SHOW CREATE DATABASE is the metadata's."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.dependents import affected_ids, deactivate_dependents
from starrocks_embedded.catalog.names import check_database_name
from starrocks_embedded.catalog.recycle import recycle_database, recycle_table
from starrocks_embedded.catalog.tables import drop_physical, now_text
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.definitions import parse_charset, parse_properties

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session

SYSTEM_DATABASES = ("information_schema", "sys", "_statistics_")


@dataclass
class CreateDatabase(Statement):
    catalog: str
    name: str
    if_not_exists: bool = False
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class DropDatabase(Statement):
    catalog: str
    name: str
    if_exists: bool = False
    force: bool = False


@dataclass
class AlterDatabaseQuota(Statement):
    name: str
    kind: str
    quota: str


@dataclass
class RenameDatabase(Statement):
    name: str
    new_name: str


def _name(cursor: Cursor) -> tuple[str, str]:
    """From 3.5 on any number of parts is read, of which the first is the catalog."""
    parts = cursor.qualified_name(16 if cursor.version.at_least("3.5") else 2)
    return (parts[0], ".".join(parts[1:])) if len(parts) > 1 else ("", parts[0])


@grammar("CREATE", "DATABASE")
@grammar("CREATE", "SCHEMA")
def parse_create_database(cursor: Cursor) -> CreateDatabase:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    catalog, name = _name(cursor)
    if not cursor.looking_at("DEFAULT", "COLLATE"):
        parse_charset(cursor)
    _collate(cursor)
    properties = parse_properties(cursor) if cursor.accept("PROPERTIES") else {}
    return CreateDatabase(catalog, name, if_not_exists, properties)


def _collate(cursor: Cursor) -> None:
    default = cursor.accept("DEFAULT")
    if cursor.accept("COLLATE"):
        cursor.accept("=")
        cursor.name_or_string()
    elif default:
        raise cursor.unexpected("COLLATE")


@grammar("DROP", "DATABASE")
@grammar("DROP", "SCHEMA")
def parse_drop_database(cursor: Cursor) -> DropDatabase:
    if_exists = cursor.accept("IF", "EXISTS")
    catalog, name = _name(cursor)
    return DropDatabase(catalog, name, if_exists, cursor.accept("FORCE"))


@grammar("ALTER", "DATABASE")
def parse_alter_database(cursor: Cursor) -> AlterDatabaseQuota | RenameDatabase:
    name = cursor.identifier()
    if cursor.accept("RENAME"):
        return RenameDatabase(name, cursor.identifier())
    cursor.expect("SET")
    if cursor.looking_at("("):
        raise unsupported("ALTER DATABASE … SET of properties")
    kind = cursor.expect_any("DATA", "REPLICA").lower()
    cursor.expect("QUOTA")
    quota = cursor.identifier() if kind == "data" else str(cursor.integer())
    return AlterDatabaseQuota(name, kind, quota)


@executes(CreateDatabase)
def create_database(session: Session, statement: CreateDatabase) -> Result:
    _check_catalog(session, statement.catalog)
    check_database_name(statement.name)
    if "storage_volume" in statement.properties and statement.properties["storage_volume"] not in (
        "local",
        "builtin_storage_volume",
    ):
        raise analysis_error("Storage volume can only be 'local' in shared nothing mode", code=5064)
    engine = session.engine
    with engine.catalog.change(session.connection) as change:
        if statement.name in SYSTEM_DATABASES or engine.catalog.database(statement.name) is not None:
            if statement.if_not_exists:
                return ok()
            raise StarRocksError(1007, f"Can't create database '{statement.name}'; database exists")
        change.put(model.Database(engine.catalog.new_id(), statement.name, created=now_text(), owner=session.user))
    return ok()


def _check_catalog(session: Session, catalog: str) -> None:
    if (catalog or session.catalog_name) != "default_catalog":
        raise analysis_error(f"Unknown catalog '{catalog or session.catalog_name}'", code=5078)


@executes(DropDatabase)
def drop_database(session: Session, statement: DropDatabase) -> Result:
    _check_catalog(session, statement.catalog)
    if statement.name in SYSTEM_DATABASES[:2]:
        raise _denied("DROP", statement.name, session)
    catalog = session.engine.catalog
    database = catalog.database(statement.name)
    if database is None:
        if statement.if_exists:
            return ok()
        raise StarRocksError(1008, f"Can't drop database '{statement.name}'; database doesn't exist")
    tables = [t for t in catalog.all(model.Table) if t.database_id == database.id]
    if not statement.force and any(t.temporary_session for t in tables):
        raise failure(
            f"The database [{database.name}] cannot be dropped because there are still some temporary tables in it. "
            'If you want to forcibly drop, please use "DROP DATABASE <database> FORCE."'
        )
    from starrocks_embedded.statements.drop import dropped_notice

    ids = [database.id, *affected_ids(catalog, *tables)]
    taking = catalog.taking_over(session.connection, ids) if statement.force else nullcontext()
    with taking, catalog.change(session.connection, ids) as change:
        dropped_notice(session, change, database, tables)
        for table in tables:
            deactivate_dependents(change, table, f"base-table dropped: {table.name}")
            _drop_task(change, table)
        for table in tables:
            if table.kind == "table" and not table.temporary_session and not statement.force:
                recycle_table(change, table)
                continue
            if table.is_stored:
                drop_physical(change, table)
            change.delete(table)
        for function in catalog.all(model.SqlFunction):
            if function.database_id == database.id:
                change.delete(function)
        recycle_database(change, database, tables)
        change.delete(database)
    return ok()


def _drop_task(change: Change, table: model.Table) -> None:
    task = change.catalog.get(model.Task, table.materialized.task_id) if table.materialized is not None else None
    if task is not None:
        change.delete(task)


def _denied(privilege: str, name: str, session: Session) -> StarRocksError:
    del session
    return StarRocksError(
        5203,
        f"Access denied; you need (at least one of) the {privilege} privilege(s) on DATABASE {name} "
        "for this operation. "
        "Please ask the admin to grant permission(s) or try activating existing roles using <set [default] role>. "
        "Current role(s): [root]. Inactivated role(s): NONE.",
    )


@executes(AlterDatabaseQuota)
def alter_database_quota(session: Session, statement: AlterDatabaseQuota) -> Result:
    session.database(statement.name, "default_catalog")
    return ok()


@executes(RenameDatabase)
def rename_database(session: Session, statement: RenameDatabase) -> Result:
    database = session.database(statement.name, "default_catalog")
    check_database_name(statement.new_name)
    if session.engine.catalog.database(statement.new_name) is not None:
        raise failure(f"Database name[{statement.new_name}] is already used")
    with session.engine.catalog.change(session.connection, [database.id]) as change:
        change.edit(database).name = statement.new_name
    return ok()
