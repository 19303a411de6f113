"""EXPORT TABLE, CANCEL EXPORT, SHOW EXPORT: jobs are checked and kept; no one here writes to a remote store."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.errors import Span, analysis_error, failure
from starrocks_embedded.metadata.rights import require_on
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.insert import PartitionClause, parse_partitions
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters, show, show_database
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

EXPORTS = columns(
    "JobId:90|QueryId:90|State:90|Progress:90|TaskInfo:90|Path:90|CreateTime:90|StartTime:90|FinishTime:90|"
    "Timeout:90|ErrorMsg:90"
)
SCHEMES = "[s3a, viewfs, bos, hdfs, cosn, ks3, oss, afs]"
STATES = ("PENDING", "EXPORTING", "FINISHED", "CANCELLED")
TO_CANCEL = 'Where clause should look like: queryid = "your_query_id"'
TO_SHOW = 'Where clause should look like : queryid = "your_query_id" or STATE = "PENDING|EXPORTING|FINISHED|CANCELLED"'
TIMEOUT = 86400


@dataclass
class ExportTable(Statement):
    """`broker` is a named broker and where it stands; `has_broker`: WITH BROKER was said."""

    name: tuple[str, ...]
    partitions: PartitionClause | None
    columns: list[str]
    path: str
    properties: dict[str, str] = field(default_factory=dict)
    has_broker: bool = False
    broker: tuple[str, Span] | None = None


@dataclass
class CancelExport(Statement):
    scope: tuple[str, ...]
    where: ast.Expr | None


# ---- grammar


@grammar("EXPORT", "TABLE")
def parse_export(cursor: Cursor) -> ExportTable:
    name, partitions = cursor.qualified_name(), parse_partitions(cursor)
    chosen = cursor.list_in_parentheses(cursor.identifier) if cursor.looking_at("(") else []
    if not cursor.accept("TO"):
        raise cursor.unexpected("TO", "(")
    statement = ExportTable(name, partitions, chosen, cursor.string())
    if cursor.looking_at("WITH", "SYNC") or cursor.looking_at("WITH", "ASYNC"):
        cursor.advance()
        cursor.advance()
        cursor.expect("MODE")
    statement.properties = cursor.properties() if cursor.accept("PROPERTIES") else {}
    if cursor.looking_at("WITH", "BROKER"):
        _broker(cursor, statement)
    return statement


def _broker(cursor: Cursor, statement: ExportTable) -> None:
    statement.has_broker, start = True, cursor.token
    cursor.expect("WITH", "BROKER")
    if cursor.at_identifier() or cursor.token.kind == "string":
        statement.broker = cursor.name_or_string(), cursor.since(start)
    if cursor.looking_at("("):
        cursor.properties()


@grammar("CANCEL", "EXPORT")
def parse_cancel(cursor: Cursor) -> CancelExport:
    scope = cursor.qualified_name() if cursor.accept_any("FROM", "IN") else ()
    found = Show(show_export)
    read_filters(cursor, found, like=True, where=True, ordered=False)
    return CancelExport(scope, found.where)


# ---- execution


@executes(ExportTable)
def export_table(session: Session, statement: ExportTable) -> Result:
    table, database = _checked_table(session, statement)
    if "://" not in statement.path:
        raise analysis_error(f"Invalid export path. please use valid scheme: {SCHEMES}")
    if not statement.has_broker:
        raise analysis_error("broker is not provided")
    if statement.broker is not None:
        raise analysis_error(f"broker {statement.broker[0]} does not exist", statement.broker[1])
    timeout = statement.properties.get("timeout", str(TIMEOUT))
    if not timeout.isdigit():
        raise analysis_error(f'Invalid timeout value: For input string: "{timeout}"')
    require_on(session, "EXPORT", table)
    job = model.Export(
        session.engine.catalog.new_id(),
        table.database_id,
        str(uuid.uuid4()),
        statement.path,
        created=now_text(),
        timeout=int(timeout),
        details=_details(statement, table, database),
    )
    with session.engine.catalog.change(session.connection) as change:
        change.put(job)
    return ok()


def _checked_table(session: Session, statement: ExportTable) -> tuple[model.Table, str]:
    _, database, name = session.resolve(statement.name)
    table = session.engine.catalog.table(session.database(database).id, name)
    if table is None:
        raise analysis_error(f"Table {name} is not found")
    if table.kind == "view":
        raise analysis_error(f"Table[{name}] is VIEW type, do not support EXPORT.")
    clause = statement.partitions
    if clause is not None and clause.temporary:
        raise analysis_error("Do not support exporting temporary partitions", code=5064)
    for partition in clause.names if clause else ():
        if table.partition(partition) is None:
            raise analysis_error(f"Partition [{partition}] does not exist.")
    for column in statement.columns:
        if table.column(column) is None:
            raise analysis_error(f"Column [{column}] does not exist in table.")
    return table, database


def _details(statement: ExportTable, table: model.Table, database: str) -> str:
    facts: dict[str, Any] = {
        "partitions": statement.partitions.names if statement.partitions else ["*"],
        "mem limit": 2147483648,
        "column separator": statement.properties.get("column_separator", "\t"),
        "line delimiter": statement.properties.get("line_delimiter", "\n"),
        "columns": statement.columns or ["*"],
        "tablet num": 0,
        "broker": "",
        "coord num": 0,
        "db": database,
        "tbl": table.name,
        "row delimiter": statement.properties.get("line_delimiter", "\n"),
    }
    return json.dumps({key: facts[key] for key in hash_order(facts)}, separators=(",", ":"))


@executes(CancelExport)
def cancel_export(session: Session, statement: CancelExport) -> Result:
    database = session.database(show_database(session, statement.scope))
    wanted = _query_id(statement.where, TO_CANCEL)
    jobs = [j for j in session.engine.catalog.all(model.Export) if j.database_id == database.id]
    found = next((j for j in jobs if j.query_id == wanted), None)
    if found is None:
        raise failure(f"Export job [{wanted}] is not found")
    if found.state not in ("PENDING", "EXPORTING"):
        raise failure(f"Export job [{wanted}] is already finished or cancelled")
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(found)
        edited.state, edited.finished = "CANCELLED", now_text()
        edited.message = "type:USER_CANCEL; msg:user cancel"
    return ok()


def _equals(where: ast.Expr | None, advice: str) -> tuple[str, ast.Literal]:
    """The name and the literal of `name = literal`."""
    if not isinstance(where, ast.Binary) or where.op != "=":
        raise analysis_error(advice, code=5064)
    if not isinstance(where.left, ast.ColumnRef) or not isinstance(where.right, ast.Literal):
        raise analysis_error(advice)
    return where.left.parts[-1].lower(), where.right


def _query_id(where: ast.Expr | None, advice: str) -> str:
    name, value = _equals(where, advice)
    if name != "queryid" or value.kind != "string":
        raise analysis_error(advice)
    try:
        return str(uuid.UUID(str(value.value)))
    except ValueError as error:
        raise analysis_error(f"Invalid UUID string as queryid: {value.value}", code=5064) from error


# ---- SHOW


@show("EXPORT", scope=True, ordered=True)
def show_export(session: Session, statement: Show) -> Result:
    database = session.engine.catalog.database(show_database(session, statement.scope))
    jobs = [j for j in session.engine.catalog.all(model.Export) if database and j.database_id == database.id]
    if statement.where is not None:
        jobs = [j for j in jobs if _fits(j, statement.where)] if jobs else _nothing(statement.where)
        statement.where = None
    return filtered(statement, header(EXPORTS, [_row(job) for job in jobs]))


def _nothing(where: ast.Expr) -> list[model.Export]:
    """A condition is checked even if there is nothing it could fit."""
    _condition(where)
    return []


def _condition(where: ast.Expr) -> tuple[str, str]:
    name, value = _equals(where, TO_SHOW)
    if name == "queryid":
        return name, _query_id(where, TO_SHOW)
    text = str(value.value)
    if (name == "state" and text.upper() in STATES) or (name == "id" and value.kind == "int"):
        return name, text.upper()
    raise analysis_error(TO_SHOW)


def _fits(job: model.Export, where: ast.Expr) -> bool:
    name, value = _condition(where)
    return {"queryid": job.query_id, "state": job.state, "id": str(job.id)}[name] == value


def _row(job: model.Export) -> tuple[Any, ...]:
    return (
        str(job.id),
        job.query_id,
        job.state,
        "0%",
        job.details,
        job.path,
        job.created,
        None,
        job.finished or None,
        str(job.timeout),
        job.message or None,
    )
