"""ALTER MATERIALIZED VIEW."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.created_columns import stored_type
from starrocks_embedded.catalog.show_create_view import query_order
from starrocks_embedded.errors import Span, StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.materialized_views.clauses import (
    RefreshScheme,
    check_properties,
    check_resource_group,
    check_scheme,
    refresh_scheme,
)
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import Type, decimal_class, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session

BY_USER = "user use alter materialized view set status to inactive"


@dataclass
class AlterMaterializedView(Statement):
    """action: rename, refresh, active, inactive, set, swap."""

    name: tuple[str, ...]
    action: str
    other: str = ""
    scheme: RefreshScheme | None = None
    properties: dict[str, str] = field(default_factory=dict)
    place: Span = NOWHERE


@grammar("ALTER", "MATERIALIZED", "VIEW")
def parse_alter(cursor: Cursor) -> AlterMaterializedView:
    start = cursor.token
    name = cursor.qualified_name()
    place = cursor.since(start)
    if cursor.accept("RENAME"):
        return AlterMaterializedView(name, "rename", other=cursor.identifier())
    if cursor.accept("REFRESH"):
        return AlterMaterializedView(name, "refresh", scheme=refresh_scheme(cursor), place=place)
    if cursor.accept("ACTIVE"):
        return AlterMaterializedView(name, "active", place=place)
    if cursor.accept("INACTIVE"):
        return AlterMaterializedView(name, "inactive", place=place)
    if cursor.accept("SET"):
        return AlterMaterializedView(name, "set", properties=cursor.properties(), place=place)
    if cursor.accept("SWAP", "WITH"):
        return AlterMaterializedView(name, "swap", other=cursor.identifier(), place=place)
    raise cursor.no_viable()


@executes(AlterMaterializedView)
def alter_materialized_view(session: Session, statement: AlterMaterializedView) -> Result:
    view = session.find_table(statement.name)
    if view is None:
        raise analysis_error(_not_found(session, statement.name))
    if view.materialized is None:
        raise analysis_error(f"{view.name} is not async materialized view", statement.place)
    ACTIONS[statement.action](session, view, statement)
    return ok()


def _not_found(session: Session, name: tuple[str, ...]) -> str:
    if session.engine.version.at_least("4.0"):
        return f"Materialized view {name[-1]} is not found"
    return f"Table {'.'.join(session.resolve(name)[1:])} is not found"


def _rename(session: Session, view: model.Table, statement: AlterMaterializedView) -> None:
    if session.engine.catalog.table(view.database_id, statement.other) is not None:
        raise analysis_error(f"Materialized view [{statement.other}] is already used")
    with session.engine.catalog.change(session.connection, [view.database_id, view.id]) as change:
        change.edit(view).name = statement.other


def _refresh(session: Session, view: model.Table, statement: AlterMaterializedView) -> None:
    from starrocks_embedded.statements.materialized_views.create import refresh_schedule
    from starrocks_embedded.statements.materialized_views.refresh import schedule_refresh

    scheme = statement.scheme
    assert scheme is not None
    check_scheme(scheme)
    with session.engine.catalog.change(session.connection, [view.id]) as change:
        details = change.edit(view).materialized
        assert details is not None
        details.refresh_type = scheme.type
        details.refresh_start = scheme.start
        details.refresh_every = scheme.every
        task = session.engine.catalog.get(model.Task, details.task_id)
        if task is not None:
            change.edit(task).schedule = refresh_schedule(change.edit(view))
    schedule_refresh(session.engine, view)
    if scheme.type == "INCREMENTAL":
        raise failure("rebuild mv job is not supported")


def _inactive(session: Session, view: model.Table, statement: AlterMaterializedView) -> None:
    from starrocks_embedded.catalog.dependents import deactivate_dependents

    with session.engine.catalog.change(session.connection, [view.id]) as change:
        details = change.edit(view).materialized
        assert details is not None
        details.active, details.inactive_reason = False, BY_USER
        if session.engine.version.at_least("4.0"):
            deactivate_dependents(change, view, f"base-mv inactive: {view.name}", forget=False)


def _active(session: Session, view: model.Table, statement: AlterMaterializedView) -> None:
    if view.materialized is not None and not view.materialized.active:
        bring_back(session, view)


def bring_back(session: Session, view: model.Table) -> None:
    """Activates it; what is not refreshed by hand only is refreshed at once."""
    from starrocks_embedded.statements.materialized_views.refresh import refresh_in_background
    from starrocks_embedded.statements.materialized_views.refresh_plan import NORMAL, Request

    activate(session, view)
    if view.materialized is not None and view.materialized.refresh_type != "MANUAL":
        refresh_in_background(session.engine, session.user, view, Request(priority=NORMAL))


def activate(session: Session, view: model.Table) -> None:
    """Makes it active again if its query still means the same columns; else StarRocks' refusal."""
    from starrocks_embedded.catalog.show_create_view import show_create_materialized_view
    from starrocks_embedded.statements.materialized_views.refresh import analyze_definition

    try:
        _refuse_inactive_bases(session, view)
        analyzed = analyze_definition(session, view)
        _check_columns(session, view, analyzed)
    except StarRocksError as error:
        text = show_create_materialized_view(view, view.query)
        raise analysis_error(
            f"Can not active materialized view [{view.name}] because analyze materialized view define sql: "
            f"\n\n{text}\n\nCause an error: {error.message}",
            code=error.code,
        ) from error
    from starrocks_embedded.statements.materialized_views.create import bases_of

    with session.engine.catalog.change(session.connection, [view.id]) as change:
        details = change.edit(view).materialized
        assert details is not None
        details.active, details.inactive_reason = True, ""
        before, details.bases = details.bases, bases_of(analyzed)
        details.former_bases += tuple(_ids(session, [b for b in before if b not in details.bases]))


def _ids(session: Session, bases: list[tuple[str, str, str]]) -> Iterator[int]:
    """Those of tables: they keep the views that once read them in mind, under whatever name."""
    for _, database_name, name in bases:
        database = session.engine.catalog.database(database_name)
        table = session.engine.catalog.table(database.id, name) if database else None
        if table is not None and table.is_stored:
            yield table.id


def _check_columns(session: Session, view: model.Table, analyzed: AnalyzedQuery) -> None:
    """The query must still give columns of the same types; before 4.0 of the same lengths and scales, too."""
    before = sorted(query_order(view), key=lambda c: c.name)
    if len(before) != len(analyzed.columns):
        raise analysis_error(f"number of columns changed: {len(before)} != {len(analyzed.columns)}")
    exact = not session.engine.version.at_least("4.0")
    now = zip(query_order(view), analyzed.columns, strict=True)
    types = {c.name: stored_type(o.type, session.engine.version, keep_float=True) for c, o in now}
    for column in before:
        new = types[column.name]
        if new == column.type if exact else _primitive(new) == _primitive(column.type):
            continue
        reason = f"column schema not compatible: ({_definition(column, column.type)}) and ({_definition(column, new)})"
        with session.engine.catalog.change(session.connection, [view.id]) as change:
            details = change.edit(view).materialized
            assert details is not None
            details.inactive_reason = reason
        raise analysis_error(reason)


def _primitive(type_: Type) -> str:
    return decimal_class(type_) if type_.is_decimal else type_.name


def _definition(column: model.Column, type_: Type) -> str:
    return f'`{column.name}` {to_sql(type_)} {"NULL" if column.nullable else "NOT NULL"} COMMENT ""'


def _refuse_inactive_bases(session: Session, view: model.Table) -> None:
    details = view.materialized
    for catalog, database, table in details.bases if details else ():
        if catalog != "default_catalog":
            continue
        home = session.engine.catalog.database(database)
        base = session.engine.catalog.table(home.id, table) if home else None
        if base is not None and base.materialized is not None and not base.materialized.active:
            raise analysis_error(f"Create/Rebuild materialized view from inactive materialized view: {base.name}")


def _set(session: Session, view: model.Table, statement: AlterMaterializedView) -> None:
    details = view.materialized
    assert details is not None
    scheme = RefreshScheme(type=details.refresh_type)
    check_properties(statement.properties, scheme, session.engine.version, "alter")
    check_resource_group(session, statement.properties, "alter")
    for name in ("partition_ttl_number", "partition_ttl"):
        late = session.engine.version.at_least("3.4")
        if late and name in statement.properties and view.partitioning.kind != "range":
            raise analysis_error(f"{name} is only supported for range partitioned materialized view")
    with session.engine.catalog.change(session.connection, [view.id]) as change:
        edited = change.edit(view)
        last = {k: edited.properties.pop(k) for k in ("replication_num", "storage_medium") if k in edited.properties}
        session_properties = {k: v for k, v in statement.properties.items() if k.startswith("session.")}
        edited.properties |= {k: v for k, v in statement.properties.items() if k not in session_properties}
        edited.properties |= {"replication_num": last.get("replication_num", "1")} | session_properties
        edited.properties["storage_medium"] = last.get("storage_medium", "HDD")


def _swap(session: Session, view: model.Table, statement: AlterMaterializedView) -> None:
    from starrocks_embedded.catalog.dependents import deactivate_dependents

    other = session.engine.catalog.table(view.database_id, statement.other)
    if other is None or other.kind == "view":
        raise failure(f"Table {statement.other} does not exist or is not OLAP/LAKE table")
    if other.materialized is None:
        raise failure("Materialized view can only SWAP WITH materialized view")
    if other.id == view.id:
        raise failure(f"New name conflicts with rollup index name: {view.name}")
    with session.engine.catalog.change(session.connection, [view.database_id, view.id, other.id]) as change:
        for one in (view, other):
            deactivate_dependents(change, one, f"base-table swapped: {one.name}")
        first, second = change.edit(view), change.edit(other)
        first.name, second.name = second.name, first.name


ACTIONS = {
    "rename": _rename,
    "refresh": _refresh,
    "active": _active,
    "inactive": _inactive,
    "set": _set,
    "swap": _swap,
}
