"""SUBMIT TASK and DROP TASK: statements that run in the background, in a session of their own."""

from __future__ import annotations

import contextlib
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok, table
from starrocks_embedded.scheduler import seconds_until
from starrocks_embedded.statements.insert import Insert, prepare_insert, with_hints
from starrocks_embedded.statements.materialized_views.clauses import start_moment
from starrocks_embedded.statements.registry import Statement, execute, executes, grammar, parse_statement
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.hints import set_variables
from starrocks_embedded.taskqueue import Work
from starrocks_embedded.timeouts import meant_error, uninterrupted

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}
SHORTEST = 10
ABORTED = -1  # the code of runs that ended with their process
SESSION_PREFIX = "session."
SCHEDULE = re.compile(r"PERIODICAL START\(([^)]+)\) EVERY\((\d+) (SECOND|MINUTE|HOUR|DAY)S\)")


@dataclass
class Schedule:
    start: str
    count: int
    unit: str


@dataclass
class SubmitTask(Statement):
    name: tuple[str, ...]
    body: Statement
    definition: str
    schedule: Schedule | None = None
    properties: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)


@dataclass
class DropTask(Statement):
    name: tuple[str, ...]
    if_exists: bool = False
    force: bool = False


# ---- grammar


@grammar("SUBMIT")
def parse_submit(cursor: Cursor) -> SubmitTask:
    hint = cursor.hint()
    cursor.expect("TASK")
    name: tuple[str, ...] = ()
    if not cursor.looking_at_any("AS", "SCHEDULE", "PROPERTIES"):
        name = cursor.qualified_name()
    schedule, properties = None, {}
    while True:
        if cursor.accept("SCHEDULE"):
            schedule = _schedule(cursor)
        elif cursor.accept("PROPERTIES"):
            properties = cursor.properties()
        else:
            break
    cursor.expect("AS")
    if not cursor.looking_at_any("CREATE", "INSERT", "EXPLAIN", "CACHE"):
        raise cursor.unexpected("CREATE", "INSERT", "EXPLAIN", "CACHE", "DESC")
    if cursor.looking_at("CREATE") and cursor.peek().key not in ("TABLE", "TEMPORARY"):
        cursor.advance()
        raise cursor.unexpected("TABLE", "TEMPORARY")
    if cursor.looking_at("CACHE"):
        raise unsupported("CACHE SELECT")
    begin = cursor.token
    body = parse_statement(cursor)
    return SubmitTask(name, body, cursor.source_since(begin), schedule, properties, set_variables(cursor, hint))


def _schedule(cursor: Cursor) -> Schedule:
    """[START ('…')] EVERY (INTERVAL n unit)"""
    start = cursor.in_parentheses(cursor.string) if cursor.accept("START") else ""
    cursor.expect("EVERY", "(", "INTERVAL")
    sign = -1 if cursor.accept("-") else 1
    count = sign * cursor.integer()
    unit = cursor.expect_any(*SECONDS)
    cursor.expect(")")
    return Schedule(start, count, unit)


@grammar("DROP", "TASK")
def parse_drop(cursor: Cursor) -> DropTask:
    if_exists = cursor.version.at_least("3.5") and cursor.accept("IF", "EXISTS")
    return DropTask(cursor.qualified_name(), if_exists, cursor.accept("FORCE"))


# ---- execution


@executes(SubmitTask)
def submit(session: Session, statement: SubmitTask) -> Result:
    check_database(session, statement)
    with with_hints(session, statement.hints):
        _analyze(session, statement.body)
    if "warehouse" in statement.properties:
        raise analysis_error("Invalid parameter warehouse", code=6013)
    schedule = _schedule_text(statement.schedule)
    kind = "insert" if isinstance(statement.body, Insert) else "ctas"
    name = statement.name[-1] if statement.name else f"{kind}-{uuid.uuid4()}"
    if _find(session, name) is not None:
        raise failure(f"Task [{name}] already exists")
    task = model.Task(
        session.engine.catalog.new_id(), name, session.database_name, statement.definition, schedule, now_text(),
        creator=f"'{session.user}'@'%'", properties=_properties(statement), state="ACTIVE" if schedule else "UNKNOWN",
    )  # fmt: skip
    with session.engine.catalog.change(session.connection) as change:
        change.put(task)
    _start(session, task, statement)
    return table(["TaskName", "Status"], [(name, "SUBMITTED")])


def check_database(session: Session, statement: SubmitTask) -> None:
    if not session.database_name and len(statement.name) < 2:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")


def _analyze(session: Session, body: Statement) -> None:
    """What the front end refuses before it takes a task."""
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.statements.query import hinted

    if isinstance(body, Insert):
        with with_hints(session, body.hints):
            prepare_insert(session, body)
    query = getattr(body, "query", None)
    if query is not None and not isinstance(body, Insert):
        with hinted(session, query):
            analyze_query(session, query)


def _properties(statement: SubmitTask) -> dict[str, str]:
    return {**statement.properties, **{SESSION_PREFIX + k: v for k, v in statement.hints.items()}}


def _schedule_text(schedule: Schedule | None) -> str:
    if schedule is None:
        return ""
    if schedule.count * SECONDS[schedule.unit] < SHORTEST:
        raise analysis_error(f"schedule interval is too small, the minimum value is {SHORTEST} SECONDS", code=6013)
    start = start_moment(schedule.start) if schedule.start else now_text()
    moment = start.replace(" ", "T")
    moment = moment.removesuffix(":00")
    return f"PERIODICAL START({moment}) EVERY({schedule.count} {schedule.unit}S)"


def _find(session: Session, name: str) -> model.Task | None:
    return next((t for t in session.engine.catalog.all(model.Task) if t.name == name), None)


@executes(DropTask)
def drop(session: Session, statement: DropTask) -> Result:
    task = _find(session, statement.name[-1])
    if task is None:
        if statement.if_exists:
            return ok()
        raise analysis_error(f"Task {statement.name[-1]} is not exist")
    with session.engine.catalog.change(session.connection) as change:
        change.delete(task)
    session.engine.scheduler.cancel(f"task {task.name}")
    running = session.engine.running_tasks.get(task.name)
    if running is not None:
        running.connection.interrupt()
    return ok()


# ---- in the background


def _start(session: Session, task: model.Task, statement: SubmitTask) -> None:
    """Runs the task now, unless its schedule says when it begins; and then time after time, if it has one."""
    if task.schedule:
        _repeat(session.engine, task, session.user)
    if statement.schedule is None or not statement.schedule.start:
        _run_once(session, task)


def resume(engine: Engine) -> None:
    """Takes up the schedules that an earlier process kept; the runs that ended with it have failed."""
    from starrocks_embedded.statements.materialized_views.refresh import schedule_refresh

    _abort_unfinished(engine)
    for task in engine.catalog.all(model.Task):
        if SCHEDULE.fullmatch(task.schedule) and task.source != "MV":
            _repeat(engine, task, task.creator.split("'")[1] if "'" in task.creator else task.creator)
    for view in engine.catalog.all(model.Table):
        if view.materialized is not None and view.materialized.refresh_every:
            schedule_refresh(engine, view)


def _abort_unfinished(engine: Engine) -> None:
    unfinished = [r for r in engine.catalog.all(model.TaskRun) if r.state in ("PENDING", "RUNNING")]
    if not unfinished:
        return
    connection = engine.backend.connect()
    with engine.catalog.change(connection) as change:
        for run in unfinished:
            edited = change.edit(run)
            edited.state, edited.finished = "FAILED", now_text()
            edited.error_code, edited.error_message = ABORTED, "Fe abort the task"
    connection.close()


def _repeat(engine: Engine, task: model.Task, user: str) -> None:
    def wait() -> float | None:
        if engine.catalog.get(model.Task, task.id) is None:  # dropped
            return None
        return seconds_until_next(task.schedule, datetime.now(timezone.utc))

    def run() -> None:
        from starrocks_embedded.session import Session as OwnSession

        if engine.catalog.get(model.Task, task.id) is None:
            return
        with contextlib.suppress(Exception):  # the engine was closed: whoever opens the store next resumes
            session = OwnSession(engine, 0, user)
            session.catalog_name, session.database_name = task.catalog, task.database
            _run_once(session, task)
            session.close()

    engine.scheduler.every(f"task {task.name}", wait, run)


def seconds_until_next(schedule: str, now: datetime) -> float:
    """To the next moment that is whole intervals after the schedule's start."""
    match = SCHEDULE.fullmatch(schedule)
    assert match is not None
    start = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
    return seconds_until(start, int(match[2]) * SECONDS[match[3]], now)


def _run_once(session: Session, task: model.Task) -> None:
    run = model.TaskRun(
        session.engine.catalog.new_id(), str(uuid.uuid4()), task.name, task.database, task.definition, now_text(),
        progress="0%", properties=dict(task.properties),
    )  # fmt: skip
    with session.engine.catalog.change(session.connection) as change:
        change.put(run)
    own = _own_session(session, task)
    session.engine.task_queue.submit(task.id, Work(run.query_id, run.query_id, lambda: _run(own, run)))


def _own_session(session: Session, task: model.Task) -> Session:
    from starrocks_embedded.session import Session as OwnSession

    own = OwnSession(session.engine, 0, session.user)
    own.catalog_name, own.database_name = session.catalog_name, session.database_name
    for key, value in task.properties.items():
        if key.startswith(SESSION_PREFIX) and session.engine.version.at_least("3.5.2"):
            _set_variable(own, key.removeprefix(SESSION_PREFIX), value)
    return own


def _set_variable(session: Session, name: str, value: str) -> None:
    from starrocks_embedded.metadata.variables import Assignment, assign, checked

    with contextlib.suppress(StarRocksError):  # accepted by the server when the task is submitted
        assign(session, [checked(session, Assignment(name, value))])


def _run(session: Session, run: model.TaskRun) -> None:
    with contextlib.suppress(StarRocksError):  # the engine was closed meanwhile: nobody is left to be told
        _carry_out(session, run)


def _carry_out(session: Session, run: model.TaskRun) -> None:
    session.engine.running_tasks[run.task_name] = session
    session.begin_statement(run.definition)
    try:
        _record(session, run, "RUNNING", None)
        for statement in session.parse(run.definition):
            execute(session, statement)
        _end(session, run, "SUCCESS", None)
    except StarRocksError as error:
        _end(session, run, "FAILED", meant_error(session, error))
    except Exception as error:  # a defect of the engine must show in task_runs, where the client looks
        _end(session, run, "FAILED", failure(f"The embedded engine failed: {type(error).__name__}"))
    finally:
        session.engine.running_tasks.pop(run.task_name, None)
        session.close()


def _end(session: Session, run: model.TaskRun, state: str, error: StarRocksError | None) -> None:
    session.end_statement()
    uninterrupted(lambda: _record(session, run, state, error))


def _record(session: Session, run: model.TaskRun, state: str, error: StarRocksError | None) -> None:
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(run)
        edited.state = state
        if state != "RUNNING":
            edited.finished = now_text()
        if state == "SUCCESS":
            edited.progress = "100%"
        if error is not None:
            edited.error_code, edited.error_message = error.code, error.message
