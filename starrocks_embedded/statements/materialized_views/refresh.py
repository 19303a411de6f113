"""REFRESH MATERIALIZED VIEW: the partitions whose base data changed are computed anew, each refresh in one
transaction, as a task run that others can watch."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.dependents import dependents
from starrocks_embedded.catalog.partitions import partition_id_sql
from starrocks_embedded.catalog.show_create_view import query_order
from starrocks_embedded.catalog.store import copied
from starrocks_embedded.errors import Span, StarRocksError, analysis_error, failure
from starrocks_embedded.result import Column, Result, ok
from starrocks_embedded.scheduler import seconds_until
from starrocks_embedded.statements.materialized_views.alter import BY_USER, activate
from starrocks_embedded.statements.materialized_views.clauses import SECONDS
from starrocks_embedded.statements.materialized_views.refresh_plan import (
    HIGH,
    NORMAL,
    Plan,
    Request,
    is_triggered,
    is_triggered_by,
    plan_refresh,
)
from starrocks_embedded.statements.materialized_views.runs import begin_run, end_run
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.queries import parse_query
from starrocks_embedded.taskqueue import Work
from starrocks_embedded.timeouts import meant_error, uninterrupted
from starrocks_embedded.types import varchar

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

MOST_FAILURES = 10  # in a row, until a view is not refreshed any more
OVERWRITTEN = 2  # the version of a partition that an overwrite has made


@dataclass
class RefreshMaterializedView(Statement):
    name: tuple[str, ...]
    range: tuple[str, str] | None = None
    values: list[list[str]] = field(default_factory=list)
    force: bool = False
    sync: bool = False
    priority: int | None = None
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
        statement.priority = cursor.integer()
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
    request = Request(
        statement.force, *(statement.range or ("", "")), tuple(map(tuple, statement.values)), statement.sync,
        manual=True, priority=HIGH if statement.priority is None else statement.priority,
    )  # fmt: skip
    if not statement.sync:
        query_id = refresh_in_background(session.engine, session.user, view, request)
    else:
        query_id = str(uuid.uuid4())
        refresh_now(session, view, request, query_id)
    return Result([Column("QUERY_ID", varchar(60), 180)], [(query_id,)])


@executes(CancelRefresh)
def cancel_refresh(session: Session, statement: CancelRefresh) -> Result:
    view = session.find_table(statement.name)
    if view is None or view.materialized is None:
        raise analysis_error(f"Can not find materialized view:{statement.name[-1]}")
    running = session.engine.running_tasks.get(f"mv-{view.id}")
    if running is not None:
        running.connection.interrupt()
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


def refresh_in_background(engine: Engine, user: str, view: model.Table, request: Request) -> str:
    """Submits a refresh and returns at once with its query id. One like it that still waits stands for both."""
    view_id = view.id
    query_id = str(uuid.uuid4())

    def work() -> None:
        with contextlib.suppress(Exception):  # the engine was closed: nobody is left to be told
            _refresh_quietly(engine, user, view_id, request, query_id)

    return engine.task_queue.submit(view_id, Work(repr(request), query_id, work))


def _refresh_quietly(engine: Engine, user: str, view_id: int, request: Request, query_id: str) -> None:
    from starrocks_embedded.session import Session as OwnSession

    view = engine.catalog.get(model.Table, view_id)
    if view is None:
        return
    own = OwnSession(engine, 0, user)
    task = f"mv-{view_id}"
    engine.running_tasks[task] = own
    own.begin_statement(f"refresh materialized view {view.name}")
    try:
        refresh_now(own, view, request, query_id)
    except StarRocksError:
        pass  # recorded in the task run, where StarRocks shows it too
    finally:
        engine.running_tasks.pop(task, None)
        own.end_statement()
        own.close()


def refresh_now(session: Session, view: model.Table, request: Request, query_id: str) -> None:
    """A refresh, recorded as a run of task mv-<id>, or as several where it is cut into batches."""
    job_id, rest = "", request
    while True:
        run = begin_run(session, view, rest, query_id, job_id)
        try:
            _reactivate(session, view)
            plan = _recompute(session, view, rest)
        except StarRocksError as caught:
            error = meant_error(session, caught) if not request.sync else caught
            uninterrupted(partial(end_run, session, run, "FAILED", error=error))
            _give_up_failing(session, view)
            raise failure(f"execute task mv-{view.id} failed: {error.message}", error.code) from error
        except Exception as defect:  # of the engine: it must show in task_runs, where the client looks
            end_run(session, run, "FAILED", error=failure(f"The embedded engine failed: {type(defect).__name__}"))
            raise
        end_run(session, run, "SUCCESS" if plan and plan.computes else _skipped(session), plan)
        if plan is None or plan.rest is None:
            break
        job_id, query_id, rest = job_id or query_id, str(uuid.uuid4()), plan.rest
    refresh_dependents(session.engine, session.user, view)


def _skipped(session: Session) -> str:
    return "SKIPPED" if session.engine.version.at_least("3.4") else "SUCCESS"


def _give_up_failing(session: Session, view: model.Table) -> None:
    """A view whose refresh fails time after time is left alone."""
    runs = sorted((r for r in session.engine.catalog.all(model.TaskRun) if r.task_name == f"mv-{view.id}"), key=_id)
    current = session.engine.catalog.get(model.Table, view.id)
    if current is None or current.materialized is None or not current.materialized.active:
        return
    if len(runs) >= MOST_FAILURES and all(r.state == "FAILED" for r in runs[-MOST_FAILURES:]):
        with session.engine.catalog.change(session.connection, [view.id]) as change:
            details = change.edit(view).materialized
            assert details is not None
            details.active, details.inactive_reason = False, f"mv consecutive failures: {view.name}"


def _id(run: model.TaskRun) -> int:
    return run.id


def refresh_dependents(engine: Engine, user: str, table: model.Table) -> None:
    """Materialized views that are refreshed after each load of a table they read, in the background."""
    catalog = engine.catalog
    waiting = [t for t in catalog.all(model.Table) if t.materialized is not None and is_triggered(t.materialized)]
    if not waiting:
        return
    for view in dependents(catalog, table):
        if view in waiting and view.id != table.id and is_triggered_by(catalog, view, table):
            refresh_in_background(engine, view.creator or user, view, Request(priority=NORMAL))


def schedule_refresh(engine: Engine, view: model.Table) -> None:
    """Refreshes the view at its times, from now on; ends what an earlier schedule of it had in mind."""

    def current() -> model.Table | None:
        found = engine.catalog.get(model.Table, view.id)
        return found if found is not None and found.materialized and found.materialized.refresh_every else None

    def wait() -> float | None:
        found = current()
        return None if found is None else seconds_to_refresh(found, datetime.now(timezone.utc))

    def refresh() -> None:
        found = current()
        if found is not None and found.materialized and found.materialized.inactive_reason != BY_USER:
            refresh_in_background(engine, found.creator or engine.admin, found, Request())

    engine.scheduler.every(f"mv-{view.id}", wait, refresh)


def seconds_to_refresh(view: model.Table, now: datetime) -> float:
    """To the next moment that is whole intervals after the schedule's start."""
    details = view.materialized
    assert details is not None
    assert details.refresh_every is not None
    start = datetime.fromisoformat(details.refresh_start or view.created).replace(tzinfo=timezone.utc)
    return seconds_until(start, details.refresh_every[0] * SECONDS[details.refresh_every[1]], now)


def _reactivate(session: Session, view: model.Table) -> None:
    current = session.engine.catalog.get(model.Table, view.id)
    details = current.materialized if current is not None else None
    if current is None or details is None or details.active:
        return
    try:
        activate(session, current)
    except StarRocksError as error:
        reason = details.inactive_reason
        raise failure(f"Materialized view: {view.name}/{view.id} is not active due to {reason}.") from error


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


def _recompute(session: Session, view: model.Table, request: Request) -> Plan | None:
    """Computes what changed. The plan is made of what the catalog says before the data is read, so that a load in
    between is seen by the next refresh, and made anew where the view was changed before its lock was held."""
    from starrocks_embedded.catalog.visibility import wait_to_exchange
    from starrocks_embedded.statements.insert import with_hints

    wait_to_exchange(session, view, patient=True)
    with with_hints(session, _session_properties(view)):
        while True:
            current = session.engine.catalog.get(model.Table, view.id)
            if current is None:
                raise failure(f"Materialized view {view.name} is not found")
            analyzed = analyze_definition(session, current)
            plan = plan_refresh(session, current, analyzed, request)
            if plan is None:
                return None
            with session.engine.catalog.change(session.connection, [view.id]) as change:
                if session.engine.catalog.get(model.Table, view.id) is not current:
                    continue
                _replace(session, change, change.edit(current), analyzed, plan)
                return plan


def _session_properties(view: model.Table) -> dict[str, str]:
    return {k.removeprefix("session."): v for k, v in view.properties.items() if k.startswith("session.")}


def _replace(session: Session, change: Change, view: model.Table, analyzed: AnalyzedQuery, plan: Plan) -> None:
    """New rows for the planned partitions, which are new ones afterwards; the rows of dropped ones go."""
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.insert import insert_rows

    prepare(session, analyzed)
    select = query_sql(session, analyzed)
    view.partitions = copied(plan.partitions)
    refreshed = {p.id for p in plan.refreshed}
    kept = ", ".join(str(p.id) for p in view.partitions if p.id not in refreshed) or "-1"
    change.run(f'DELETE FROM data."{view.physical}" WHERE p NOT IN ({kept})')
    renewed = [p for p in view.partitions if p.id in refreshed]
    for partition in renewed:
        partition.id = change.catalog.new_id()
    if plan.computes:
        rows = select if plan.whole else _of_partitions(view, select, [p.id for p in renewed])
        insert_rows(session, change, view, query_order(view), rows)
    view.updated = now_text()
    view.version += 1
    plan.refreshed = renewed or (view.partitions if plan.whole else [])
    for partition in plan.refreshed:
        partition.version, partition.visible_time = OVERWRITTEN, view.updated
    assert view.materialized is not None
    _remember(view.materialized, plan)


def _of_partitions(view: model.Table, select: str, ids: list[int]) -> str:
    """The query's rows that belong to some partitions."""
    columns = query_order(view)
    named = ", ".join(f'o{i} AS "{c.physical}"' for i, c in enumerate(columns))
    back = ", ".join(f'"{c.physical}" AS o{i}' for i, c in enumerate(columns))
    inside = f"{partition_id_sql(view, only=ids)} IS NOT NULL"
    return f"SELECT {back} FROM (SELECT {named} FROM ({select}) computed) placed WHERE {inside}"


def _remember(details: model.MaterializedView, plan: Plan) -> None:
    """Which state of the base tables the view has by now."""
    for table, partitions in plan.versions.items():
        before = {} if plan.whole else details.base_versions.get(table, {})
        details.base_versions[table] = before | partitions
