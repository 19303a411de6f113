"""CREATE, ALTER, PAUSE, RESUME and STOP ROUTINE LOAD: jobs are checked and kept; no one here reads from Kafka."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.labels import PATTERN
from starrocks_embedded.catalog.names import COMMON
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.metadata.rights import require_on
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.insert import PartitionClause, parse_partitions
from starrocks_embedded.statements.loads.routine_properties import CHANGEABLE, check_job, check_source
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class LoadClauses:
    """What stands before PROPERTIES: how records are read. The texts are as SHOW CREATE prints them."""

    texts: dict[str, str] = field(default_factory=dict)
    partitions: PartitionClause | None = None


@dataclass
class CreateRoutineLoad(Statement):
    name: tuple[str, ...]
    table: str
    clauses: LoadClauses
    properties: dict[str, str]
    source: str
    source_properties: dict[str, str]


@dataclass
class AlterRoutineLoad(Statement):
    name: tuple[str, ...]
    clauses: LoadClauses
    properties: dict[str, str]
    source: str
    source_properties: dict[str, str]


@dataclass
class MoveRoutineLoad(Statement):
    """PAUSE, RESUME, STOP: the state that is wanted."""

    name: tuple[str, ...]
    state: str


# ---- grammar


@grammar("CREATE", "ROUTINE", "LOAD")
def parse_create(cursor: Cursor) -> CreateRoutineLoad:
    name = cursor.qualified_name(3)
    cursor.expect("ON")
    table = cursor.qualified_name(3)[-1]
    clauses = _clauses(cursor)
    properties = cursor.properties() if cursor.accept("PROPERTIES") else {}
    cursor.expect("FROM")
    source = cursor.identifier()
    return CreateRoutineLoad(
        name, table, clauses, properties, source.upper(), cursor.properties() if cursor.looking_at("(") else {}
    )


@grammar("ALTER", "ROUTINE", "LOAD", "FOR")
def parse_alter(cursor: Cursor) -> AlterRoutineLoad:
    name, clauses = cursor.qualified_name(3), _clauses(cursor)
    properties = cursor.properties() if cursor.accept("PROPERTIES") else {}
    source = cursor.identifier() if cursor.accept("FROM") else ""
    return AlterRoutineLoad(name, clauses, properties, source.upper(), cursor.properties() if source else {})


def _clauses(cursor: Cursor) -> LoadClauses:
    found = LoadClauses()
    if cursor.looking_at_any("COLUMNS", "ROWS", "WHERE", "PARTITION", "PARTITIONS", "TEMPORARY"):
        cursor.separated(lambda: _clause(cursor, found))
    return found


def _clause(cursor: Cursor, found: LoadClauses) -> None:
    from starrocks_embedded.syntax.expressions import parse_expression
    from starrocks_embedded.syntax.printer import expression_text

    for words in (("COLUMNS", "TERMINATED", "BY"), ("ROWS", "TERMINATED", "BY")):
        if cursor.accept(*words):
            found.texts[" ".join(words)] = f"'{cursor.string()}'"
            return
    if cursor.accept("COLUMNS"):
        found.texts["COLUMNS"] = ", ".join(cursor.list_in_parentheses(lambda: _column(cursor)))
    elif cursor.accept("WHERE"):
        found.texts["WHERE"] = expression_text(parse_expression(cursor), cursor.version)
    else:
        start = cursor.token
        found.partitions = parse_partitions(cursor)
        if found.partitions is None:
            raise cursor.unexpected("COLUMNS", "ROWS", "WHERE", "PARTITION")
        found.texts["PARTITION"] = cursor.source_since(start)


def _column(cursor: Cursor) -> str:
    from starrocks_embedded.syntax.expressions import parse_expression
    from starrocks_embedded.syntax.printer import expression_text

    name = cursor.qualified_name()[-1]
    return f"{name}={expression_text(parse_expression(cursor), cursor.version)}" if cursor.accept("=") else name


def _register(word: str, state: str) -> None:
    @grammar(word, "ROUTINE", "LOAD", "FOR")
    def parse(cursor: Cursor) -> MoveRoutineLoad:
        return MoveRoutineLoad(cursor.qualified_name(3), state)


for _word, _state in (("PAUSE", "PAUSED"), ("RESUME", "NEED_SCHEDULE"), ("STOP", "STOPPED")):
    _register(_word, _state)


# ---- execution


@executes(CreateRoutineLoad)
def create(session: Session, statement: CreateRoutineLoad) -> Result:
    from starrocks_embedded.metadata.variables import value_text

    name, version = statement.name[-1], session.engine.version
    database_name = _database_name(session, statement.name)
    if not COMMON.fullmatch(name):
        raise analysis_error(f"Incorrect ROUTINE LOAD NAME name '{name}'", code=5063)
    if not re.match(PATTERN, name):
        raise analysis_error(f"Label format error. regex: {PATTERN}, label: {name}")
    check_job(statement.properties)
    check_source(statement.source, statement.source_properties, version)
    table = _target(session, database_name, statement.table)
    _check_partitions(table, statement.clauses)
    if any(j.name == name and not j.is_over for j in jobs_of(session, table.database_id)):
        raise failure(f"Name {name} already used in db {database_name}")
    job = model.RoutineLoad(
        session.engine.catalog.new_id(),
        table.database_id,
        table.id,
        name,
        created=now_text(),
        clauses=statement.clauses.texts,
        properties=statement.properties,
        source=statement.source,
        source_properties=statement.source_properties,
        zone=value_text(session, "time_zone"),
    )
    with session.engine.catalog.change(session.connection) as change:
        change.put(job)
    return ok()


def _database_name(session: Session, name: tuple[str, ...]) -> str:
    found = name[-2] if len(name) > 1 else session.database_name
    if not found:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    return found


def _target(session: Session, database: str, name: str) -> model.Table:
    catalog = session.engine.catalog
    known = catalog.database(database)
    if known is None:
        raise StarRocksError(5501, f"Unknown database '{database}'")
    table = catalog.table(known.id, name)
    if table is None:
        raise StarRocksError(5502, f"Unknown table '{name}'")
    require_on(session, "INSERT", table)
    if table.kind != "table":
        raise failure(f"Only support olap table. table: {name}")
    return table


def _check_partitions(table: model.Table, clauses: LoadClauses) -> None:
    for name in clauses.partitions.names if clauses.partitions else ():
        if table.partition(name) is None:
            raise failure(f"Partition {name} does not exist")


@executes(AlterRoutineLoad)
def alter(session: Session, statement: AlterRoutineLoad) -> Result:
    check_job(statement.properties, CHANGEABLE)
    if statement.source:
        check_source(statement.source, statement.source_properties, session.engine.version, changing=True)
    job = _live_job(session, statement.name)
    if job.state != "PAUSED":
        raise failure("Only supports modification of PAUSED jobs")
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(job)
        edited.clauses = {**job.clauses, **statement.clauses.texts}
        edited.properties = {**job.properties, **statement.properties}
        edited.source_properties = {**job.source_properties, **statement.source_properties}
    return ok()


@executes(MoveRoutineLoad)
def move(session: Session, statement: MoveRoutineLoad) -> Result:
    job = _live_job(session, statement.name)
    if job.state == statement.state == "PAUSED":
        raise failure(f"Could not transform {job.state} to {statement.state}")
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(job)
        edited.state, edited.paused, edited.reason = statement.state, "", ""
        if statement.state == "PAUSED":
            user = f"User {session.user} pauses routine load job"
            edited.paused, edited.reason = now_text(), f"ErrorReason{{errCode = 100, msg='{user}'}}"
        elif statement.state == "STOPPED":
            edited.ended = now_text()
    return ok()


def _live_job(session: Session, name: tuple[str, ...]) -> model.RoutineLoad:
    database = session.engine.catalog.database(_database_name(session, name))
    found = [j for j in jobs_of(session, database.id) if j.name == name[-1] and not j.is_over] if database else []
    if not found:
        raise analysis_error(f"Routine load job [{name[-1]}] not found when checking privilege", code=5089)
    table = session.engine.catalog.get(model.Table, found[0].table_id)
    if table is not None:
        require_on(session, "INSERT", table)
    return found[0]


def jobs_of(session: Session, database_id: int) -> list[model.RoutineLoad]:
    return [j for j in session.engine.catalog.all(model.RoutineLoad) if j.database_id == database_id]
