"""SHOW about loads and other jobs that a cluster has: most of them are never there in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.result import Result
from starrocks_embedded.statements.registry import grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters, show, show_database
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

LOAD = columns(
    "JobId:90|Label:90|State:90|Progress:90|Type:90|Priority:90|ScanRows:90|FilteredRows:90|UnselectedRows:90|"
    "SinkRows:90|EtlInfo:90|TaskInfo:90|ErrorMsg:90|CreateTime:90|EtlStartTime:90|EtlFinishTime:90|LoadStartTime:90|"
    "LoadFinishTime:90|TrackingSQL:90|JobDetails:90|Warehouse:90"
)
EXPORT = columns(
    "JobId:90|QueryId:90|State:90|Progress:90|TaskInfo:90|Path:90|CreateTime:90|StartTime:90|FinishTime:90|"
    "Timeout:90|ErrorMsg:90"
)
ROUTINE_LOAD = columns(
    "Id:90|Name:90|CreateTime:90|PauseTime:90|EndTime:90|DbName:90|TableName:90|State:90|DataSourceType:90|"
    "CurrentTaskNum:90|JobProperties:90|DataSourceProperties:90|CustomProperties:90|Statistic:90|Progress:90|"
    "TimestampProgress:90|ReasonOfStateChanged:90|ErrorLogUrls:90|TrackingSQL:90|OtherMsg:90|LatestSourcePosition:90|"
    "OffsetLag:90"
)
STREAM_LOAD = columns(
    "Label:90|Id:90|LoadId:90|TxnId:90|DbName:90|TableName:90|State:90|ErrorMsg:90|TrackingURL:90|ChannelNum:90|"
    "PreparedChannelNum:90|NumRowsNormal:90|NumRowsAbNormal:90|NumRowsUnselected:90|NumLoadBytes:90|TimeoutSecond:90|"
    "CreateTimeMs:90|BeforeLoadTimeMs:90|StartLoadingTimeMs:90|StartPreparingTimeMs:90|FinishPreparingTimeMs:90|"
    "EndTimeMs:90|ChannelState:90|Type:90|TrackingSQL:90"
)
PIPES = columns(
    "DATABASE_NAME:192|PIPE_ID:bigint|PIPE_NAME:192|STATE:24|TABLE_NAME:192|LOAD_STATUS:1536|LAST_ERROR:3072|"
    "CREATED_TIME:datetime"
)
DELETE = columns("TableName:90|PartitionName:90|CreateTime:90|DeleteCondition:90|State:90")


@show("LOAD", scope=True, ordered=True)
def show_load(session: Session, statement: Show) -> Result:
    database = session.engine.catalog.database(show_database(session, statement.scope))
    loads = session.engine.catalog.all(model.Load)
    rows = [_load_row(one) for one in loads if database and one.database_id == database.id]
    return filtered(statement, header(LOAD, rows))


def _load_row(load: model.Load) -> tuple[Any, ...]:
    return (
        str(load.id),
        load.label,
        load.state,
        "ETL:100%; LOAD:100%",
        load.kind,
        "NORMAL",
        str(load.rows + load.filtered),
        str(load.filtered),
        "0",
        str(load.rows),
        None,
        "resource:N/A; timeout(s):14400; max_filter_ratio:0.0",
        None,
        load.created,
        load.created,
        load.created,
        load.created,
        load.finished,
        load.tracking,
        "",
        "",
    )


show("LOAD", "ALL", scope=True, ordered=True)(show_load)


@show("EXPORT", scope=True, ordered=True)
def show_export(session: Session, statement: Show) -> Result:
    show_database(session, statement.scope)
    return header(EXPORT)


@grammar("SHOW", "ROUTINE", "LOAD")
@grammar("SHOW", "ALL", "ROUTINE", "LOAD")
def parse_routine_load(cursor: Cursor) -> Show:
    return _named_jobs(cursor, Show(show_routine_load))


@grammar("SHOW", "STREAM", "LOAD")
@grammar("SHOW", "ALL", "STREAM", "LOAD")
def parse_stream_load(cursor: Cursor) -> Show:
    return _named_jobs(cursor, Show(show_stream_load))


def _named_jobs(cursor: Cursor, statement: Show) -> Show:
    if cursor.accept("FOR"):
        statement.argument = cursor.qualified_name(2)
    if cursor.accept("FROM"):
        statement.scope = cursor.qualified_name(1)
    read_filters(cursor, statement, like=False, where=True, ordered=True)
    return statement


def show_routine_load(session: Session, statement: Show) -> Result:
    _check_job(session, statement)
    return header(ROUTINE_LOAD)


def show_stream_load(session: Session, statement: Show) -> Result:
    _check_job(session, statement)
    return header(STREAM_LOAD)


def _check_job(session: Session, statement: Show) -> None:
    show_database(session, statement.scope or (statement.argument or ())[:-1])
    if statement.argument is not None:
        raise analysis_error(f"There is no job named {statement.argument[-1]}")


@show("PIPES", scope=True, like=True, ordered=True)
def show_pipes(session: Session, statement: Show) -> Result:
    show_database(session, statement.scope)
    return header(PIPES)


@show("DELETE", scope=True)
def show_delete(session: Session, statement: Show) -> Result:
    """Conditions of past deletes are not kept: a delete is done when its statement ends."""
    show_database(session, statement.scope)
    return header(DELETE)
