"""information_schema about loads: of INSERT, of broker, routine and pipe jobs, over HTTP; and their error logs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.metadata.rights import holds_any_in, holds_any_on
from starrocks_embedded.metadata.schema_tables import SCHEMA, moment
from starrocks_embedded.metadata.system_tables import Record, fills

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

STREAM = "STREAM_LOAD"


def loads_of(session: Session) -> Iterable[tuple[model.Load, str]]:
    """Every load of a database that the account sees, and the database's name."""
    for load in session.engine.catalog.all(model.Load):
        database = session.engine.catalog.get(model.Database, load.database_id)
        if database is not None and holds_any_in(session, str(database.id)):
            yield load, database.name


def progress_text(load: model.Load) -> str:
    if load.kind == STREAM:
        return "100%" if load.state == "FINISHED" else "0%"
    return {"PENDING": "ETL:0%; LOAD:0%", "CANCELLED": "ETL:N/A; LOAD:N/A"}.get(load.state, "ETL:100%; LOAD:100%")


@fills(SCHEMA, "loads")
def loads(session: Session) -> Iterable[Record]:
    for load, database in loads_of(session):
        created, finished = moment(load.created), moment(load.finished)
        started = None if load.kind == "BROKER" else created
        yield {
            "ID": load.id,
            "LABEL": load.label,
            "DB_NAME": database,
            "TABLE_NAME": load.table,
            "USER": load.user,
            "WAREHOUSE": "",
            "STATE": load.state,
            "PROGRESS": progress_text(load),
            "TYPE": load.kind,
            "PRIORITY": "NORMAL",
            "SCAN_ROWS": 0 if load.kind == STREAM else load.rows + load.filtered,
            "SCAN_BYTES": load.bytes,
            "FILTERED_ROWS": load.filtered,
            "UNSELECTED_ROWS": load.unselected,
            "SINK_ROWS": load.rows,
            "RUNTIME_DETAILS": json.dumps({"txn_id": load.transaction}),
            "CREATE_TIME": created,
            "LOAD_START_TIME": started,
            "LOAD_COMMIT_TIME": finished if load.state == "FINISHED" else None,
            "LOAD_FINISH_TIME": finished,
            "PROPERTIES": json.dumps({"timeout": load.timeout}),
            "ERROR_MSG": load.message or None,
            "TRACKING_SQL": load.tracking or None,
            "REJECTED_RECORD_PATH": None,
            "JOB_ID": load.id,
        }


@fills(SCHEMA, "stream_loads")
def stream_loads(session: Session) -> Iterable[Record]:
    for load, database in loads_of(session):
        if load.kind != STREAM:
            continue
        created, finished = moment(load.created), moment(load.finished)
        yield {
            "LABEL": load.label,
            "ID": load.id,
            "TXN_ID": load.transaction,
            "DB_NAME": database,
            "TABLE_NAME": load.table,
            "STATE": load.state,
            "ERROR_MSG": load.message,
            "TRACKING_URL": load.tracking_url or None,
            "CHANNEL_NUM": 0,
            "PREPARED_CHANNEL_NUM": 0,
            "NUM_ROWS_NORMAL": load.rows,
            "NUM_ROWS_AB_NORMAL": load.filtered,
            "NUM_ROWS_UNSELECTED": load.unselected,
            "NUM_LOAD_BYTES": load.bytes,
            "TIMEOUT_SECOND": load.timeout,
            "CREATE_TIME_MS": created,
            "BEFORE_LOAD_TIME_MS": created,
            "START_LOADING_TIME_MS": created,
            "FINISH_PREPARING_TIME_MS": finished,
            "END_TIME_MS": finished,
            "CHANNEL_STATE": "",
            "TYPE": load.kind,
            "TRACKING_SQL": load.tracking or None,
        }


@fills(SCHEMA, "load_tracking_logs")
def load_tracking_logs(session: Session) -> Iterable[Record]:
    for log in session.engine.error_logs.all():
        database = session.engine.catalog.get(model.Database, log.database_id)
        if database is not None and holds_any_in(session, str(database.id)):
            yield {
                "ID": log.job,
                "JOB_ID": log.job,
                "LABEL": log.label,
                "DATABASE_NAME": database.name,
                "TRACKING_LOG": log.text,
                "TYPE": log.kind,
            }


@fills(SCHEMA, "routine_load_jobs")
def routine_load_jobs(session: Session) -> Iterable[Record]:
    from starrocks_embedded.statements.loads import routine_shows as shows

    for job in session.engine.catalog.all(model.RoutineLoad):
        database = session.engine.catalog.get(model.Database, job.database_id)
        table = session.engine.catalog.get(model.Table, job.table_id)
        if database is None or (table is not None and not holds_any_on(session, table)):
            continue
        row = shows.job_row(session, job, database.name, table)
        yield {
            "ID": job.id,
            "NAME": job.name,
            "CREATE_TIME": moment(job.created),
            "PAUSE_TIME": moment(job.paused),
            "END_TIME": moment(job.ended),
            "DB_NAME": database.name,
            "TABLE_NAME": row[6],
            "STATE": job.state,
            "DATA_SOURCE_TYPE": job.source,
            "CURRENT_TASK_NUM": 0,
            "JOB_PROPERTIES": row[10],
            "DATA_SOURCE_PROPERTIES": row[11],
            "CUSTOM_PROPERTIES": row[12],
            "STATISTICS": row[13],
            "PROGRESS": row[14],
            "TIMESTAMP_PROGRESS": row[15],
            "REASONS_OF_STATE_CHANGED": job.reason,
            "ERROR_LOG_URLS": "",
            "TRACKING_SQL": "",
            "OTHER_MSG": "",
            "LATEST_SOURCE_POSITION": "{}",
            "OFFSET_LAG": "{}",
        }


@fills(SCHEMA, "pipes")
def pipes(session: Session) -> Iterable[Record]:
    from starrocks_embedded.statements.loads.pipes import load_status, table_of

    for pipe in session.engine.catalog.all(model.Pipe):
        database = session.engine.catalog.get(model.Database, pipe.database_id)
        if database is None or not holds_any_in(session, str(database.id)):
            continue
        yield {
            "DATABASE_NAME": database.name,
            "PIPE_ID": pipe.id,
            "PIPE_NAME": pipe.name,
            "PROPERTIES": json.dumps(pipe.properties, separators=(",", ":")),
            "STATE": pipe.state,
            "TABLE_NAME": table_of(session, pipe, database.name),
            "LOAD_STATUS": load_status(),
            "LAST_ERROR": "",
            "CREATED_TIME": moment(pipe.created),
        }
