"""REFRESH MATERIALIZED VIEW: recompute the rows in one transaction, as a task run that others can watch."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.show_create_view import query_order
from starrocks_embedded.errors import Span, StarRocksError, analysis_error, failure
from starrocks_embedded.result import Column, Result, ok
from starrocks_embedded.statements.materialized_views.alter import BY_USER, activate
from starrocks_embedded.statements.materialized_views.partitions import followed_partitions
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.queries import parse_query
from starrocks_embedded.types import varchar

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session


@dataclass
class RefreshMaterializedView(Statement):
    name: tuple[str, ...]
    range: tuple[str, str] | None = None
    values: list[list[str]] = field(default_factory=list)
    force: bool = False
    sync: bool = False
    place: Span = NOWHERE
    range_place: Span = NOWHERE


@dataclass
class CancelRefresh(Statement):
    name: tuple[str, ...]


@grammar("REFRESH", "MATERIALIZED", "VIEW")
def parse_refresh(cursor: Cursor) -> RefreshMaterializedView:
    start = cursor.token
    statement = RefreshMaterializedView(cursor.qualified_name())
    statement.place = cursor.since(start)
    if cursor.accept("PARTITION"):
        start = cursor.token
        if cursor.accept("START"):
            lower = cursor.in_parentheses(cursor.string)
            cursor.expect("END")
            statement.range = (lower, cursor.in_parentheses(cursor.string))
        else:
            statement.values = cursor.list_in_parentheses(lambda: cursor.list_in_parentheses(cursor.string))
        statement.range_place = cursor.since(start)
    statement.force = cursor.accept("FORCE")
    if cursor.looking_at("WITH") and not cursor.looking_at("WITH", "PRIORITY"):
        cursor.expect("WITH")
        statement.sync = cursor.expect_any("SYNC", "ASYNC") == "SYNC"
        cursor.expect("MODE")
    if cursor.accept("WITH", "PRIORITY"):
        cursor.integer()
    return statement


@grammar("CANCEL", "REFRESH", "MATERIALIZED", "VIEW")
def parse_cancel(cursor: Cursor) -> CancelRefresh:
    statement = CancelRefresh(cursor.qualified_name())
    if cursor.version.at_least("3.3"):
        cursor.accept("FORCE")
    return statement


@executes(RefreshMaterializedView)
def refresh_materialized_view(session: Session, statement: RefreshMaterializedView) -> Result:
    view = _target(session, statement)
    _check_partitions(view, statement)
    if not statement.sync:
        query_id = refresh_in_background(session, view)
    else:
        query_id = str(uuid.uuid4())
        refresh_now(session, view, query_id)
    return Result([Column("QUERY_ID", varchar(60), 180)], [(query_id,)])


@executes(CancelRefresh)
def cancel_refresh(session: Session, statement: CancelRefresh) -> Result:
    view = session.find_table(statement.name)
    if view is None or view.materialized is None:
        raise analysis_error(f"Can not find materialized view:{statement.name[-1]}")
    return ok()


def _target(session: Session, statement: RefreshMaterializedView) -> model.Table:
    _, database, name = session.resolve(statement.name)
    home = session.engine.catalog.database(database)
    if home is None:
        raise analysis_error(f"Can not find database:{database}", statement.place)
    view = session.engine.catalog.table(home.id, name)
    if view is None:
        raise analysis_error(f"Can not find materialized view:{name}", statement.place)
    if view.materialized is None:
        raise analysis_error(f"Can not refresh non materialized view:{name}", statement.place)
    if view.materialized.inactive_reason == BY_USER:
        raise analysis_error(
            f"Refresh materialized view failed because [{name}] is not active. You can try to active it with "
            f"ALTER MATERIALIZED VIEW {name} ACTIVE; ",
            statement.place,
        )
    return view


def _check_partitions(view: model.Table, statement: RefreshMaterializedView) -> None:
    kind = view.partitioning.kind
    if statement.range and kind != "range":
        which = "single partition" if kind == "none" else "non range partitioned"
        raise analysis_error(f"Not support refresh by partition for {which} mv", statement.place)
    if statement.values and kind != "list":
        which = "single partition" if kind == "none" else "non list partitioned"
        raise analysis_error(f"Not support refresh by partition for {which} mv", statement.place)
    if statement.range:
        if not all(bound[:4].isdigit() for bound in statement.range):
            raise analysis_error(
                "Batch build partition EVERY is date type but START or END does not type match", statement.range_place
            )
        if statement.range[0] >= statement.range[1]:
            raise analysis_error("Batch build partition start date should less than end date", statement.range_place)


def refresh_in_background(session: Session, view: model.Table) -> str:
    """Submits a refresh and returns at once. The thread has a session of its own."""
    query_id = str(uuid.uuid4())
    thread = threading.Thread(target=_refresh_quietly, args=(session, view, query_id), daemon=True)
    thread.start()
    return query_id


def _refresh_quietly(session: Session, view: model.Table, query_id: str) -> None:
    from starrocks_embedded.session import Session as OwnSession

    own = OwnSession(session.engine, 0, session.user)
    try:
        refresh_now(own, view, query_id)
    except StarRocksError:
        pass  # recorded in the task run, where StarRocks shows it too
    finally:
        own.close()


def refresh_now(session: Session, view: model.Table, query_id: str) -> None:
    """One refresh, recorded as a run of task mv-<id>."""
    details = view.materialized
    assert details is not None
    home = session.engine.catalog.get(model.Database, view.database_id)
    run = model.TaskRun(
        session.engine.catalog.new_id(), query_id, f"mv-{view.id}", home.name if home else "",
        f"insert overwrite `{view.name}` {view.query}", now_text(), state="RUNNING",
    )  # fmt: skip
    with session.engine.catalog.change(session.connection) as change:
        change.put(run)
    try:
        _reactivate(session, view)
        _recompute(session, view)
    except StarRocksError as error:
        _finish(session, run, "FAILED", error)
        raise failure(f"execute task mv-{view.id} failed: {error.message}", error.code) from error
    _finish(session, run, "SUCCESS", None)


def _reactivate(session: Session, view: model.Table) -> None:
    details = view.materialized
    if details is None or details.active:
        return
    try:
        activate(session, view)
    except StarRocksError as error:
        reason = details.inactive_reason
        raise failure(f"Materialized view: {view.name}/{view.id} is not active due to {reason}.") from error


def _finish(session: Session, run: model.TaskRun, state: str, error: StarRocksError | None) -> None:
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(run)
        edited.state, edited.finished, edited.progress = state, now_text(), "100%"
        if error is not None:
            edited.error_code, edited.error_message = error.code, error.message


def analyze_definition(session: Session, view: model.Table) -> AnalyzedQuery:
    """The view's query, analyzed where it was written."""
    from starrocks_embedded.analysis.analyzer import analyze_query

    assert view.materialized is not None
    here = session.catalog_name, session.database_name
    session.catalog_name, session.database_name = view.query_home
    try:
        query = parse_query(Cursor(view.query_written, session.engine.version, session.sql_mode))
        return analyze_query(session, query)
    finally:
        session.catalog_name, session.database_name = here


def _recompute(session: Session, view: model.Table) -> None:
    from starrocks_embedded.catalog.visibility import wait_to_exchange
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.insert import insert_rows

    analyzed = analyze_definition(session, view)
    prepare(session, analyzed)
    select = query_sql(session, analyzed)
    wait_to_exchange(session, view, patient=True)
    with session.engine.catalog.change(session.connection, [view.id]) as change:
        edited = change.edit(view)
        change.run(f"DELETE FROM data.{edited.physical}")
        if edited.partitioning.kind != "none":
            edited.partitions = followed_partitions(session.engine.catalog, edited, analyzed)
        insert_rows(session, change, edited, query_order(edited), select)
        edited.version += 1
        edited.updated = now_text()
