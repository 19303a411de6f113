"""SHOW LOAD and SHOW STREAM LOAD."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata.schema_loads import STREAM, loads_of, progress_text
from starrocks_embedded.result import Result
from starrocks_embedded.statements.registry import grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters, show
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

LOAD = columns(
    "JobId:90|Label:90|State:90|Progress:90|Type:90|Priority:90|ScanRows:90|FilteredRows:90|UnselectedRows:90|"
    "SinkRows:90|EtlInfo:90|TaskInfo:90|ErrorMsg:90|CreateTime:90|EtlStartTime:90|EtlFinishTime:90|LoadStartTime:90|"
    "LoadFinishTime:90|TrackingSQL:90|JobDetails:90|Warehouse:90"
)
STREAM_LOAD = columns(
    "Label:90|Id:90|LoadId:90|TxnId:90|DbName:90|TableName:90|State:90|ErrorMsg:90|TrackingURL:90|ChannelNum:90|"
    "PreparedChannelNum:90|NumRowsNormal:90|NumRowsAbNormal:90|NumRowsUnselected:90|NumLoadBytes:90|TimeoutSecond:90|"
    "CreateTimeMs:90|BeforeLoadTimeMs:90|StartLoadingTimeMs:90|StartPreparingTimeMs:90|FinishPreparingTimeMs:90|"
    "EndTimeMs:90|ChannelState:90|Type:90|TrackingSQL:90"
)
STATES = ("UNKNOWN", "PENDING", "ETL", "LOADING", "COMMITTED", "FINISHED", "CANCELLED", "QUEUEING")
WHERE = (
    'Where clause should looks like: LABEL = "your_load_label", or LABEL LIKE "matcher",  or STATE = '
    '"PENDING|ETL|LOADING|FINISHED|CANCELLED|QUEUEING",  or compound predicate with operator AND'
)


def job_database(session: Session, scope: tuple[str, ...]) -> model.Database:
    """The database whose jobs are shown: the one named, or the session's."""
    name = scope[-1] if scope else session.database_name
    if not name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    found = session.engine.catalog.database(name)
    if found is None:
        raise analysis_error(f"failed to find database by dbFullName {name}")
    return found


# ---- SHOW LOAD


@show("LOAD", scope=True, ordered=True)
def show_load(session: Session, statement: Show) -> Result:
    from starrocks_embedded.statements.shows import show_database

    database = show_database(session, statement.scope)
    return _shown(session, statement, database)


@show("LOAD", "ALL", scope=True, ordered=True)
def show_all_loads(session: Session, statement: Show) -> Result:
    return _shown(session, statement, statement.scope[-1] if statement.scope else "")


def _shown(session: Session, statement: Show, database: str) -> Result:
    keep = _conditions(statement.where)
    statement.where = None
    rows = [
        _load_row(load)
        for load, name in loads_of(session)
        if load.kind != STREAM and database in ("", name) and keep.accepts(load)
    ]
    return filtered(statement, header(LOAD, rows))


class _Conditions:
    """What WHERE asks of a load: LIKE means a part of the label here."""

    def __init__(self) -> None:
        self.label, self.part, self.state = "", "", ""

    def accepts(self, load: model.Load) -> bool:
        if (self.label and load.label != self.label) or (self.part and self.part not in load.label):
            return False
        return not self.state or load.state == self.state


def _conditions(where: ast.Expr | None) -> _Conditions:
    found = _Conditions()
    pending = [where] if where is not None else []
    while pending:
        expr = pending.pop()
        if isinstance(expr, ast.Binary) and expr.op in ("and", "or", "xor"):
            if expr.op != "and":
                raise analysis_error("Only allow compound predicate with operator AND", code=5064)
            pending += [expr.left, expr.right]
        elif not _take(expr, found):
            raise analysis_error(WHERE, code=5064)
    return found


def _take(expr: ast.Expr, found: _Conditions) -> bool:
    if isinstance(expr, ast.Binary) and expr.op == "=":
        name, value = _pair(expr.left, expr.right)
    elif isinstance(expr, ast.Like) and expr.op == "like" and not expr.negated:
        name, value = _pair(expr.operand, expr.pattern)
        if name != "label":
            return False
        found.part = value
        return bool(value)
    else:
        return False
    if name == "label":
        found.label = value
    elif name == "state" and value.upper() in STATES:
        found.state = value.upper()
    else:
        return False
    return bool(value)


def _pair(left: ast.Expr, right: ast.Expr) -> tuple[str, str]:
    if isinstance(left, ast.ColumnRef) and isinstance(right, ast.Literal) and right.kind == "string":
        return left.parts[-1].lower(), str(right.value)
    return "", ""


def _load_row(load: model.Load) -> tuple[Any, ...]:
    started = None if load.kind == "BROKER" else load.created
    return (
        str(load.id),
        load.label,
        load.state,
        progress_text(load),
        load.kind,
        "NORMAL",
        str(load.rows + load.filtered),
        str(load.filtered),
        str(load.unselected),
        str(load.rows),
        None,
        f"resource:N/A; timeout(s):{load.timeout}; max_filter_ratio:0.0",
        load.message or None,
        load.created,
        started,
        started,
        started,
        load.finished or None,
        load.tracking,
        _details(load),
        "",
    )


def _details(load: model.Load) -> str:
    facts: dict[str, Any] = {
        "All backends": {},
        "FileNumber": 0,
        "FileSize": 0,
        "InternalTableLoadBytes": 0,
        "InternalTableLoadRows": load.rows,
        "ScanBytes": load.bytes,
        "ScanRows": load.rows + load.filtered,
        "TaskNumber": 0 if load.kind == "BROKER" else 1,
        "Unfinished backends": {},
    }
    return json.dumps(facts, separators=(",", ":"))


# ---- SHOW STREAM LOAD


@grammar("SHOW", "STREAM", "LOAD")
def parse_stream_load(cursor: Cursor) -> Show:
    return read_named(cursor, Show(show_stream_load))


@grammar("SHOW", "ALL", "STREAM", "LOAD")
def parse_all_stream_loads(cursor: Cursor) -> Show:
    return read_named(cursor, Show(show_all_stream_loads))


def read_named(cursor: Cursor, statement: Show) -> Show:
    """[FOR job] [FROM database] and the filters."""
    if cursor.accept("FOR"):
        statement.argument = cursor.qualified_name(2)
    if cursor.accept("FROM"):
        statement.scope = cursor.qualified_name(1)
    read_filters(cursor, statement, like=False, where=True, ordered=True)
    return statement


def show_stream_load(session: Session, statement: Show) -> Result:
    return _stream_loads(session, statement, ended=False)


def show_all_stream_loads(session: Session, statement: Show) -> Result:
    return _stream_loads(session, statement, ended=True)


def _stream_loads(session: Session, statement: Show, ended: bool) -> Result:
    """Without ALL, those that are still under way; by a label, that one in any case."""
    database = job_database(session, statement.scope or (statement.argument or ())[:-1])
    label = statement.argument[-1] if statement.argument else ""
    rows = [
        _stream_row(load, name)
        for load, name in loads_of(session)
        if load.kind == STREAM and name == database.name and (load.label == label if label else ended)
    ]
    if label and not rows:
        raise analysis_error(f"There is no label {label} in db {database.name}")
    return filtered(statement, header(STREAM_LOAD, rows))


def _stream_row(load: model.Load, database: str) -> tuple[Any, ...]:
    return (
        load.label,
        str(load.id),
        "",
        str(load.transaction),
        database,
        load.table,
        load.state,
        load.message,
        load.tracking_url or None,
        "0",
        "0",
        str(load.rows),
        str(load.filtered),
        str(load.unselected),
        str(load.bytes),
        str(load.timeout),
        load.created,
        load.created,
        load.created,
        None,
        load.finished,
        load.finished,
        "",
        load.kind,
        load.tracking,
    )
