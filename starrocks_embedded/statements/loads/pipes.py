"""CREATE, ALTER, DROP, DESC PIPE and SHOW PIPES: pipes are checked and kept; no one here polls their files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.insert import Insert, parse_insert, prepare_insert
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_order, show_database
from starrocks_embedded.statements.targets import insert_target
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session
    from starrocks_embedded.version import Version

PIPES = columns(
    "DATABASE_NAME:192|PIPE_ID:bigint|PIPE_NAME:192|STATE:24|TABLE_NAME:192|LOAD_STATUS:1536|LAST_ERROR:3072|"
    "CREATED_TIME:datetime"
)
DESCRIPTION = columns("DATABASE_ID:bigint|ID:bigint|NAME:192|TYPE:24|TABLE_NAME:192|SOURCE:384|SQL:3072")
PROPERTIES = ("auto_ingest", "poll_interval", "batch_size", "batch_files", "warehouse")
LONGEST_POLL = 7 * 24 * 3600
# the numbers of a pipe's errors moved
CODES = {"bad": (5800, 6010), "unknown": (5801, 6011), "exists": (5802, 6012), "property": (5803, 6013)}


@dataclass
class CreatePipe(Statement):
    name: tuple[str, ...]
    insert: Insert
    insert_text: str
    properties: dict[str, str] = field(default_factory=dict)
    replace: bool = False
    if_not_exists: bool = False


@dataclass
class AlterPipe(Statement):
    """`change`: SUSPEND, RESUME, RETRY or SET."""

    name: tuple[str, ...]
    change: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class DropPipe(Statement):
    name: tuple[str, ...]
    if_exists: bool


@dataclass
class DescribePipe(Statement):
    name: tuple[str, ...]


# ---- grammar


@grammar("CREATE", "PIPE")
def parse_create(cursor: Cursor) -> CreatePipe:
    return _create(cursor, replace=False)


@grammar("CREATE", "OR", "REPLACE", "PIPE")
def parse_replace(cursor: Cursor) -> CreatePipe:
    return _create(cursor, replace=True)


def _create(cursor: Cursor, replace: bool) -> CreatePipe:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.qualified_name()
    properties = cursor.properties() if cursor.accept("PROPERTIES") else {}
    cursor.expect("AS")
    start = cursor.token
    if not cursor.accept("INSERT"):
        raise cursor.unexpected("INSERT", "DESC", "EXPLAIN", "DESCRIBE")
    insert = parse_insert(cursor)
    if not isinstance(insert, Insert):
        raise unsupported("A pipe that writes files")
    return CreatePipe(name, insert, cursor.source_since(start), properties, replace, if_not_exists)


@grammar("ALTER", "PIPE")
def parse_alter(cursor: Cursor) -> AlterPipe:
    name = cursor.qualified_name()
    change = cursor.expect_any("SUSPEND", "RESUME", "RETRY", "SET")
    if change == "RETRY" and cursor.expect_any("ALL", "FILE") == "FILE":
        cursor.string()
    return AlterPipe(name, change, cursor.properties() if change == "SET" else {})


@grammar("DROP", "PIPE")
def parse_drop(cursor: Cursor) -> DropPipe:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropPipe(cursor.qualified_name(), if_exists)


@grammar("DESC", "PIPE")
@grammar("DESCRIBE", "PIPE")
def parse_describe(cursor: Cursor) -> DescribePipe:
    return DescribePipe(cursor.qualified_name())


@grammar("SHOW", "PIPES")
def parse_show(cursor: Cursor) -> Show:
    from starrocks_embedded.syntax.expressions import parse_expression

    statement = Show(show_pipes)
    if cursor.accept("LIKE"):
        statement.pattern = cursor.string()
    elif cursor.accept("WHERE"):
        statement.where = parse_expression(cursor)
    elif cursor.accept("FROM"):
        statement.scope = cursor.qualified_name()
    read_order(cursor, statement)
    return statement


# ---- checks


def _error(version: Version, kind: str, message: str) -> StarRocksError:
    new, old = CODES[kind]
    return analysis_error(message, code=new if version.at_least("3.4") else old)


def _check_properties(version: Version, properties: dict[str, str]) -> None:
    for key, value in properties.items():
        name = key.lower()
        if name.startswith("task."):
            continue
        if name not in PROPERTIES:
            raise _error(version, "property", f"Unknown property {key}")
        if name == "poll_interval" and not _within(value, 1, LONGEST_POLL):
            raise _invalid(f"poll_interval should in [1, {LONGEST_POLL}]")
        if name == "batch_files" and not _within(value, 1, 1024):
            raise _invalid("batch_files should in [1, 1024]")
        if name == "batch_size" and not re.fullmatch(r"\s*\d+\s*([KMGTP]?B?)\s*", value, re.IGNORECASE):
            raise _invalid("batch_size should be greater than 0")
        if name == "auto_ingest" and value.lower() not in ("true", "false"):
            raise _invalid(f"auto_ingest: {value}")


def _invalid(what: str) -> StarRocksError:
    return analysis_error(f"Invalid parameter {what}", code=6013)


def _within(text: str, low: int, high: int) -> bool:
    return text.isdigit() and low <= int(text) <= high


def _check_insert(version: Version, insert: Insert) -> ast.TableFunction:
    """A pipe copies the rows of files into a table, and nothing else."""

    def bad(what: str) -> StarRocksError:
        return _error(version, "bad", f"Bad pipe statement: '{what}'")

    if insert.label:
        raise bad("INSERT INTO cannot with label")
    if insert.overwrite:
        raise bad("INSERT INTO cannot be OVERWRITE")
    body = insert.query.body if insert.query is not None else None
    if insert.query is None or not isinstance(body, ast.Select):
        raise bad("must be select statement")
    if body.group_by or body.having or insert.query.order_by or insert.query.limit:
        raise bad(
            "must be a vanilla select statement. Aggregation, order by clause, limit clause are not supported yet."
        )
    if not isinstance(body.source, ast.TableFunction) or body.source.name != "files":
        raise bad("only support FileTableFunction")
    return body.source


# ---- execution


@executes(CreatePipe)
def create_pipe(session: Session, statement: CreatePipe) -> Result:
    version = session.engine.version
    _check_properties(version, statement.properties)
    if version.at_least("3.5"):  # before its files are looked at
        insert_target(session, statement.insert.target, statement.insert.overwrite)
    plan = prepare_insert(session, statement.insert)
    _check_insert(version, statement.insert)
    database = _home(session, statement.name, plan.table)
    found = _find(session, database.id, statement.name[-1])
    if found is not None and not statement.replace:
        if statement.if_not_exists:
            return ok()
        raise _error(version, "exists", "Pipe exists")
    pipe = model.Pipe(
        session.engine.catalog.new_id(),
        database.id,
        plan.table.id,
        statement.name[-1],
        created=now_text(),
        properties={k.lower(): v for k, v in statement.properties.items()},
        statement=statement.insert_text,
    )
    with session.engine.catalog.change(session.connection) as change:
        if found is not None:
            change.delete(found)
        change.put(pipe)
    return ok()


def _home(session: Session, name: tuple[str, ...], table: model.Table) -> model.Database:
    """The pipe's database, which must be its table's."""
    target = session.engine.catalog.get(model.Database, table.database_id)
    if target is None:
        raise failure("the table's database was dropped")
    if len(name) > 1 and name[-2] != target.name:
        words = f"pipe's database [{name[-2]}] and target table's database [{target.name}] should be the same"
        raise _error(session.engine.version, "bad", f"Bad pipe statement: '{words}'")
    return target


def _find(session: Session, database_id: int, name: str) -> model.Pipe | None:
    pipes = session.engine.catalog.all(model.Pipe)
    return next((p for p in pipes if p.database_id == database_id and p.name == name), None)


def _named(session: Session, name: tuple[str, ...]) -> tuple[str, model.Pipe | None]:
    database_name = name[-2] if len(name) > 1 else session.database_name
    database = session.engine.catalog.database(database_name) if database_name else None
    if database is None:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    return f"{database.name}.{name[-1]}", _find(session, database.id, name[-1])


@executes(AlterPipe)
def alter_pipe(session: Session, statement: AlterPipe) -> Result:
    if statement.change == "SET":
        _check_properties(session.engine.version, statement.properties)
    _, pipe = _named(session, statement.name)
    if pipe is None:
        raise failure(f"pipe-{statement.name[-1]} not exists")
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(pipe)
        if statement.change == "SUSPEND":
            edited.state = "SUSPEND" if pipe.state == "RUNNING" else pipe.state
        elif statement.change == "RESUME":
            edited.state = "RUNNING"
        elif statement.change == "SET":
            edited.properties |= {k.lower(): v for k, v in statement.properties.items()}
    return ok()


@executes(DropPipe)
def drop_pipe(session: Session, statement: DropPipe) -> Result:
    shown, pipe = _named(session, statement.name)
    if pipe is None:
        if statement.if_exists:
            return ok()
        raise _error(session.engine.version, "unknown", f"Unknown pipe '{shown}'")
    with session.engine.catalog.change(session.connection) as change:
        change.delete(pipe)
    return ok()


# ---- shows


def show_pipes(session: Session, statement: Show) -> Result:
    name = show_database(session, statement.scope)
    database = session.engine.catalog.database(name)
    pipes = [p for p in session.engine.catalog.all(model.Pipe) if database and p.database_id == database.id]
    known = {c.name.lower() for c in PIPES}
    if statement.where is not None and any(n.lower() not in known for n in _names(statement.where)):
        return header(PIPES)  # a condition on what is no column fits no pipe
    rows = [pipe_row(session, pipe, name) for pipe in pipes]
    return filtered(statement, header(PIPES, rows), like_column=2)


def _names(where: ast.Expr) -> list[str]:
    return [node.parts[-1] for node in walk(where) if isinstance(node, ast.ColumnRef)]


def pipe_row(session: Session, pipe: model.Pipe, database: str) -> tuple[Any, ...]:
    return (
        database,
        pipe.id,
        pipe.name,
        pipe.state,
        table_of(session, pipe, database),
        load_status(),
        "",
        pipe.created,
    )


def table_of(session: Session, pipe: model.Pipe, database: str) -> str:
    table = session.engine.catalog.get(model.Table, pipe.table_id)
    return f"{database}.{table.name}" if table else ""


def load_status() -> str:
    """Of a pipe that never loaded a file."""
    status = {"loadedFiles": 0, "loadedBytes": 0, "loadingFiles": 0}
    return json.dumps(status, separators=(",", ":"))


@executes(DescribePipe)
def describe_pipe(session: Session, statement: DescribePipe) -> Result:
    shown, pipe = _named(session, statement.name)
    if pipe is None:
        raise _error(session.engine.version, "unknown", f"Unknown pipe '{shown}'")
    table = table_of(session, pipe, shown.partition(".")[0])
    return header(DESCRIPTION, [(pipe.database_id, pipe.id, pipe.name, "FILE", table, "", pipe.statement)])
