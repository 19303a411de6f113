"""Which privileges a statement needs, checked before it is carried out. What it names and is not there is left to the
statement itself to refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.trees import walk_everything
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.resource_groups import find_group
from starrocks_embedded.catalog.storage_volumes import find_volume
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.databases import is_system_database
from starrocks_embedded.metadata.rights import (
    denied,
    holds,
    holds_in_catalog,
    is_unlimited,
    require_any_on,
    require_in,
    require_on,
    require_system,
)
from starrocks_embedded.statements.admin import SetConfig
from starrocks_embedded.statements.alter_table.clauses import AlterTable
from starrocks_embedded.statements.analyze import Analyze
from starrocks_embedded.statements.backend_config import configuration_named
from starrocks_embedded.statements.catalogs import AlterCatalog, CreateCatalog, DropCatalog
from starrocks_embedded.statements.create_like import CreateTableLike
from starrocks_embedded.statements.create_table import CreateTable
from starrocks_embedded.statements.ctas import CreateTableAsSelect
from starrocks_embedded.statements.databases import CreateDatabase, DropDatabase, RenameDatabase
from starrocks_embedded.statements.delete import Delete
from starrocks_embedded.statements.describe import Describe
from starrocks_embedded.statements.drop import DropTable
from starrocks_embedded.statements.drop_view import DropView
from starrocks_embedded.statements.explain import Explain
from starrocks_embedded.statements.insert import Insert
from starrocks_embedded.statements.insert_files import InsertFiles
from starrocks_embedded.statements.materialized_views.alter import AlterMaterializedView
from starrocks_embedded.statements.materialized_views.create import CreateMaterializedView
from starrocks_embedded.statements.materialized_views.drop import DropMaterializedView
from starrocks_embedded.statements.materialized_views.refresh import CancelRefresh, RefreshMaterializedView
from starrocks_embedded.statements.query import SelectStatement
from starrocks_embedded.statements.registry import Statement
from starrocks_embedded.statements.resource_groups import (
    AlterResourceGroup,
    CreateResourceGroup,
    DropResourceGroup,
)
from starrocks_embedded.statements.roles import AlterRole, CreateRole, DropRole, GrantRoles
from starrocks_embedded.statements.set_variables import SetSystemVariable, SetVariables
from starrocks_embedded.statements.show_objects import ShowCreate, ShowCreateDatabase
from starrocks_embedded.statements.storage_volumes import (
    AlterStorageVolume,
    CreateStorageVolume,
    DropStorageVolume,
    SetDefaultStorageVolume,
)
from starrocks_embedded.statements.tasks import SubmitTask, check_database
from starrocks_embedded.statements.truncate import TruncateTable
from starrocks_embedded.statements.update import Update
from starrocks_embedded.statements.users import AlterUser, CreateUser, DropUser, refuse_administrator
from starrocks_embedded.statements.views import AlterView, CreateView
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.queries import parse_query

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

Check = Callable[["Session", Any], None]


def check_access(session: Session, statement: Statement) -> None:
    check = CHECKS.get(type(statement))
    if check is not None and not is_unlimited(session):
        check(session, statement)


# ---- what a statement names


def _on(session: Session, privilege: str, name: tuple[str, ...], kind: str = "table") -> None:
    table = _find(session, name)
    if table is not None and table.kind == kind and not table.temporary_session:
        require_on(session, privilege, table)


def _find(session: Session, name: tuple[str, ...]) -> model.Table | None:
    try:
        return session.find_table(name)
    except StarRocksError:
        return None


def _in(session: Session, privilege: str, name: tuple[str, ...], temporary: bool = False) -> None:
    """A privilege on the database in which something is to be created; a session's own tables need none."""
    if temporary:
        return
    require_in(session, privilege, session.resolve(name)[1])


def check_reads(session: Session, *roots: ast.Node | None) -> None:
    """SELECT on all tables, views and materialized views that queries name."""
    for root in roots:
        if root is not None:
            for reference in _references(root):
                _may_read(session, reference)


def _references(root: ast.Node) -> Iterator[ast.TableRef]:
    nodes = list(walk_everything(root))
    common = {n.name for n in nodes if isinstance(n, ast.Cte)}
    for node in nodes:
        if isinstance(node, ast.TableRef) and not (len(node.parts) == 1 and node.parts[0] in common):
            yield node


def _may_read(session: Session, reference: ast.TableRef) -> None:
    try:
        catalog, database, name = session.resolve(reference.parts)
    except StarRocksError:
        return
    if (external := session.engine.externals.get(catalog)) is not None:
        from starrocks_embedded.statements.external.access import require_on_table

        return require_on_table(session, external, "SELECT", database, name)
    if is_system_database(database):
        if not holds(session, "SELECT", "TABLE", (database.lower(), name.lower())):
            raise denied(session, "SELECT", "TABLE", name)
        return
    table = _find(session, reference.parts)
    if table is None or table.temporary_session:
        return
    require_on(session, "SELECT", table)
    if table.kind == "view" and table.security == "invoker":  # gives no right to what it reads
        check_reads_beneath(session, table)


def check_reads_beneath(session: Session, view: model.Table) -> None:
    """SELECT on all that the query of a view, or of a materialized view, reads."""
    here = session.catalog_name, session.database_name
    session.catalog_name, session.database_name = view.query_home
    try:
        check_reads(session, parse_query(Cursor(view.query, session.engine.version, frozenset(view.sql_mode))))
    finally:
        session.catalog_name, session.database_name = here


# ---- statements


def _insert(session: Session, statement: Insert) -> None:
    _on(session, "INSERT", statement.target)
    check_reads(session, statement.query)


def _create_as(session: Session, statement: CreateTableAsSelect) -> None:
    _in(session, "CREATE TABLE", statement.name, statement.temporary)
    check_reads(session, statement.query)


def _create_like(session: Session, statement: CreateTableLike) -> None:
    _in(session, "CREATE TABLE", statement.name, statement.temporary)
    _on(session, "SELECT", statement.source)


def _create_view(session: Session, statement: CreateView) -> None:
    _in(session, "CREATE VIEW", statement.name)
    check_reads(session, statement.definition.query)


def _alter_view(session: Session, statement: AlterView) -> None:
    _on(session, "ALTER", statement.name, "view")
    check_reads(session, statement.definition.query if statement.definition else None)


def _create_materialized_view(session: Session, statement: CreateMaterializedView) -> None:
    _in(session, "CREATE MATERIALIZED VIEW", statement.name)
    check_reads(session, statement.definition.query if statement.definition else None)


def _delete(session: Session, statement: Delete) -> None:
    _on(session, "DELETE", statement.target)
    check_reads(session, statement.using, statement.where, *statement.ctes)


def _update(session: Session, statement: Update) -> None:
    """What cannot be updated at all is refused as such."""
    table = _find(session, statement.target)
    if table is not None and table.keys == "primary":
        require_on(session, "UPDATE", table)
    elif configuration_named(session, statement.target) is not None:
        raise denied(session, "UPDATE", "TABLE", "be_configs")
    check_reads(session, statement.source, statement.where, *statement.ctes)


def _analyze(session: Session, statement: Analyze) -> None:
    for privilege in ("SELECT", "INSERT"):
        _on(session, privilege, statement.name)


def _create_database(session: Session, statement: CreateDatabase) -> None:
    catalog = statement.catalog or session.catalog_name
    if not holds(session, "CREATE DATABASE", "CATALOG", (catalog,)):
        raise denied(session, "CREATE DATABASE", "CATALOG", catalog)


def _on_catalog(session: Session, privilege: str, catalog: str) -> None:
    if catalog in session.engine.externals and not holds_in_catalog(session, privilege, "CATALOG", catalog, ()):
        raise denied(session, privilege, "CATALOG", catalog)


def _on_one(session: Session, privilege: str, kind: str, find: Callable[[Engine, str], Any], name: str) -> None:
    """A privilege on an object that stands in no database."""
    found = find(session.engine, name)
    if found is not None and not holds(session, privilege, kind, (str(found.id),)):
        raise denied(session, privilege, kind, name)


def _show_create(session: Session, statement: ShowCreate) -> None:
    table = _find(session, statement.name)
    if table is not None:
        require_any_on(session, table)


def _describe(session: Session, statement: Describe) -> None:
    """Views and materialized views may be described by everybody."""
    table = _find(session, statement.name)
    if table is not None and table.kind == "table":
        require_any_on(session, table)


def _set_variables(session: Session, statement: SetVariables) -> None:
    if any(isinstance(i, SetSystemVariable) and i.scope == "global" for i in statement.items):
        require_system(session, "OPERATE")


def _submit_task(session: Session, statement: SubmitTask) -> None:
    check_database(session, statement)
    check_access(session, statement.body)


def _account(session: Session, statement: AlterUser | DropUser) -> None:
    refuse_administrator(session, statement)
    require_system(session, "GRANT")


def _needs_grant(session: Session, statement: Statement) -> None:
    require_system(session, "GRANT")


CHECKS: dict[type[Statement], Check] = {
    SelectStatement: lambda session, s: check_reads(session, s.query),
    Explain: lambda session, s: check_access(session, s.inner),
    SubmitTask: _submit_task,
    Insert: _insert,
    InsertFiles: lambda session, s: check_reads(session, s.query),
    Delete: _delete,
    Update: _update,
    TruncateTable: lambda session, s: _on(session, "DELETE", s.name),
    CreateTable: lambda session, s: _in(session, "CREATE TABLE", s.name, s.temporary),
    CreateTableAsSelect: _create_as,
    CreateTableLike: _create_like,
    AlterTable: lambda session, s: _on(session, "ALTER", s.name),
    DropTable: lambda session, s: _on(session, "DROP", s.name),
    CreateView: _create_view,
    AlterView: _alter_view,
    DropView: lambda session, s: _on(session, "DROP", s.name, "view"),
    CreateMaterializedView: _create_materialized_view,
    AlterMaterializedView: lambda session, s: _on(session, "ALTER", s.name, "materialized_view"),
    RefreshMaterializedView: lambda session, s: _on(session, "REFRESH", s.name, "materialized_view"),
    CancelRefresh: lambda session, s: _on(session, "REFRESH", s.name, "materialized_view"),
    DropMaterializedView: lambda session, s: _on(session, "DROP", s.name, "materialized_view"),
    Analyze: _analyze,
    CreateDatabase: _create_database,
    DropDatabase: lambda session, s: require_in(session, "DROP", s.name),
    RenameDatabase: lambda session, s: require_in(session, "ALTER", s.name),
    ShowCreateDatabase: lambda session, s: require_in(session, "ANY", s.name),
    ShowCreate: _show_create,
    Describe: _describe,
    SetVariables: _set_variables,
    AlterUser: _account,
    DropUser: _account,
    CreateResourceGroup: lambda session, s: require_system(session, "CREATE RESOURCE GROUP"),
    AlterResourceGroup: lambda session, s: _on_one(session, "ALTER", "RESOURCE GROUP", find_group, s.name),
    DropResourceGroup: lambda session, s: _on_one(session, "DROP", "RESOURCE GROUP", find_group, s.name),
    CreateStorageVolume: lambda session, s: require_system(session, "CREATE STORAGE VOLUME"),
    AlterStorageVolume: lambda session, s: _on_one(session, "ALTER", "STORAGE VOLUME", find_volume, s.name),
    DropStorageVolume: lambda session, s: _on_one(session, "DROP", "STORAGE VOLUME", find_volume, s.name),
    SetDefaultStorageVolume: lambda session, s: _on_one(session, "ALTER", "STORAGE VOLUME", find_volume, s.name),
    SetConfig: lambda session, s: require_system(session, "OPERATE"),
    CreateCatalog: lambda session, s: require_system(session, "CREATE EXTERNAL CATALOG"),
    AlterCatalog: lambda session, s: _on_catalog(session, "ALTER", s.name),
    DropCatalog: lambda session, s: _on_catalog(session, "DROP", s.name),
    **dict.fromkeys((CreateUser, CreateRole, AlterRole, DropRole, GrantRoles), _needs_grant),
}
