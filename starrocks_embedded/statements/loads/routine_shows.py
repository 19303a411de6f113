"""SHOW about routine loads: the jobs, their tasks (there are none), and the statement that makes one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.metadata.rights import holds_any_on
from starrocks_embedded.result import Result
from starrocks_embedded.statements.loads.routine import jobs_of
from starrocks_embedded.statements.loads.routine_properties import completed
from starrocks_embedded.statements.loads.shows import job_database, read_named
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

JOBS = (
    "Id:90|Name:90|CreateTime:90|PauseTime:90|EndTime:90|DbName:90|TableName:90|State:90|DataSourceType:90|"
    "CurrentTaskNum:90|JobProperties:90|DataSourceProperties:90|CustomProperties:90|Statistic:90|Progress:90|"
    "TimestampProgress:90|ReasonOfStateChanged:90|ErrorLogUrls:90|TrackingSQL:90|OtherMsg:90|LatestSourcePosition:90"
)
LAG = "|OffsetLag:90"  # 3.5
TASKS = columns(
    "TaskId:90|TxnId:90|TxnStatus:90|JobId:90|CreateTime:90|LastScheduledTime:90|ExecuteStartTime:90|Timeout:90|"
    "BeId:90|DataSourceProperties:90|Message:90"
)
CREATE = columns("Job:60|Create Job:90")


@dataclass
class ShowCreateRoutineLoad(Statement):
    name: tuple[str, ...]


@dataclass
class ShowRoutineLoadTask(Statement):
    database: tuple[str, ...]
    where: ast.Expr


@grammar("SHOW", "ROUTINE", "LOAD")
def parse_jobs(cursor: Cursor) -> Show:
    return read_named(cursor, Show(show_jobs))


@grammar("SHOW", "ALL", "ROUTINE", "LOAD")
def parse_all_jobs(cursor: Cursor) -> Show:
    return read_named(cursor, Show(show_all_jobs))


@grammar("SHOW", "CREATE", "ROUTINE", "LOAD")
def parse_create(cursor: Cursor) -> ShowCreateRoutineLoad:
    return ShowCreateRoutineLoad(cursor.qualified_name(3))


@grammar("SHOW", "ROUTINE", "LOAD", "TASK")
def parse_tasks(cursor: Cursor) -> ShowRoutineLoadTask:
    from starrocks_embedded.syntax.expressions import parse_expression

    database = cursor.qualified_name(2) if cursor.accept("FROM") else ()
    if not cursor.accept("WHERE"):
        raise cursor.unexpected("WHERE", "FROM")
    return ShowRoutineLoadTask(database, parse_expression(cursor))


# ---- jobs


def show_jobs(session: Session, statement: Show) -> Result:
    return _jobs(session, statement, history=False)


def show_all_jobs(session: Session, statement: Show) -> Result:
    return _jobs(session, statement, history=True)


def _jobs(session: Session, statement: Show, history: bool) -> Result:
    database = job_database(session, statement.scope or (statement.argument or ())[:-1])
    name = statement.argument[-1] if statement.argument else ""
    found = [
        (job, table)
        for job in jobs_of(session, database.id)
        if (history or not job.is_over) and name in ("", job.name)
        for table in [session.engine.catalog.get(model.Table, job.table_id)]
        if table is None or holds_any_on(session, table)
    ]
    if name and not found:
        raise analysis_error(
            f"There is no running job named {name} in db {database.name}. Include history? {str(history).lower()}, "
            "you can try `show all routine load job for job_name` if you want to list stopped and cancelled jobs"
        )
    has_lag = session.engine.version.at_least("3.5")
    rows = [job_row(session, job, database.name, table)[: None if has_lag else -1] for job, table in found]
    return filtered(statement, header(columns(JOBS + (LAG if has_lag else "")), rows))


def job_row(session: Session, job: model.RoutineLoad, database: str, table: model.Table | None) -> tuple[Any, ...]:
    return (
        str(job.id),
        job.name,
        job.created,
        job.paused or None,
        job.ended or None,
        database,
        table.name if table else str(job.table_id),
        job.state,
        job.source,
        "0",
        job_properties(session, job),
        source_properties(job),
        _json({k.removeprefix("property."): v for k, v in _custom(job).items()}),
        statistic(),
        "{}",
        "{}",
        job.reason,
        "",
        "",
        "",
        "{}",
        "{}",
    )


def job_properties(session: Session, job: model.RoutineLoad) -> str:
    full = completed(job.properties, job.zone, session.engine.version)
    facts = {
        "partitions": job.clauses.get("PARTITION", "*"),
        "columnToColumnExpr": job.clauses.get("COLUMNS", "*").replace(", ", ","),
        "whereExpr": job.clauses.get("WHERE", "*"),
        "maxErrorNum": full["max_error_number"],
        "maxFilterRatio": full["max_filter_ratio"],
        "maxBatchIntervalS": full["max_batch_interval"],
        "maxBatchRows": full["max_batch_rows"],
        "currentTaskConcurrentNum": "0",
        "desireTaskConcurrentNum": full["desired_concurrent_number"],
        "taskConsumeSecond": full["task_consume_second"],
        "taskTimeoutSecond": full["task_timeout_second"],
    }
    if full["format"] == "json":
        facts["dataFormat"] = "json"
    else:
        facts["columnSeparator"] = job.clauses.get("COLUMNS TERMINATED BY", "'\t'")[1:-1]
        facts["rowDelimiter"] = job.clauses.get("ROWS TERMINATED BY", "'\n'")[1:-1]
    return _json(facts | {k: v for k, v in full.items() if k in KEPT})


KEPT = (
    "format", "jsonpaths", "strip_outer_array", "json_root", "strict_mode", "timezone", "partial_update", "trim_space",
    "enclose", "escape", "log_rejected_record_num", "merge_condition", "pause_on_fatal_parse_error",
)  # fmt: skip


def source_properties(job: model.RoutineLoad) -> str:
    given = job.source_properties
    if job.source == "KAFKA":
        broker, topic = given.get("kafka_broker_list", ""), given.get("kafka_topic", "")
        facts = {"brokerList": broker, "topic": topic}
        if "confluent.schema.registry.url" in given:
            facts["confluent.schema.registry.url"] = given["confluent.schema.registry.url"]
        return _json({**facts, "currentKafkaPartitions": given.get("kafka_partitions", "")})
    return _json(
        {
            "serviceUrl": given.get("pulsar_service_url", ""),
            "topic": given.get("pulsar_topic", ""),
            "subscription": given.get("pulsar_subscription", ""),
            "currentPulsarPartitions": given.get("pulsar_partitions", ""),
        }
    )


def statistic() -> str:
    """Of a job that never ran."""
    names = (
        "receivedBytes", "errorRows", "committedTaskNum", "loadedRows", "loadRowsRate", "abortedTaskNum", "totalRows",
        "unselectedRows", "receivedBytesRate",
    )  # fmt: skip
    return _json({**dict.fromkeys(names, 0), "taskExecuteTimeMs": 1, "partitionLagTime": {}})


def _custom(job: model.RoutineLoad) -> dict[str, str]:
    return {k: v for k, v in job.source_properties.items() if k.startswith("property.")}


def _json(facts: dict[str, Any]) -> str:
    return json.dumps({k: facts[k] for k in hash_order(facts)}, separators=(",", ":"), ensure_ascii=False)


# ---- SHOW CREATE, SHOW … TASK


@executes(ShowCreateRoutineLoad)
def show_create(session: Session, statement: ShowCreateRoutineLoad) -> Result:
    database = job_database(session, statement.name[:-1])
    rows = [
        (job.name, _create_text(session, job, database.name))
        for job in jobs_of(session, database.id)
        if job.name == statement.name[-1] and not job.is_over
    ]
    return header(CREATE, rows)


def _create_text(session: Session, job: model.RoutineLoad, database: str) -> str:
    if job.source == "PULSAR":
        raise analysis_error("not support pulsar datasource")
    table = session.engine.catalog.get(model.Table, job.table_id)
    text = f"CREATE ROUTINE LOAD {database}.{job.name} on {table.name if table else job.table_id}"
    if "COLUMNS TERMINATED BY" in job.clauses:
        text += f"\n COLUMNS TERMINATED BY {job.clauses['COLUMNS TERMINATED BY']}"
    if "COLUMNS" in job.clauses:
        text += f",\nCOLUMNS ({job.clauses['COLUMNS']})"
    if "PARTITION" in job.clauses:
        text += f",\n{job.clauses['PARTITION']}"
    if "WHERE" in job.clauses:
        text += f",\nWHERE {job.clauses['WHERE']}"
    source = {k: job.source_properties.get(k, "") for k in ("kafka_broker_list", "kafka_topic", "kafka_partitions")}
    offsets = {k: v for k, v in job.source_properties.items() if k == "kafka_offsets"}
    properties = completed(job.properties, job.zone, session.engine.version)
    origin = _listed({**source, **offsets, **_custom(job)})
    return f"{text}\nPROPERTIES\n{_listed(properties)}\nFROM {job.source}\n{origin};"


def _listed(properties: dict[str, str]) -> str:
    lines = ",\n".join(f'"{key}"="{value}"' for key, value in properties.items())
    return f"(\n{lines}\n)"


@executes(ShowRoutineLoadTask)
def show_tasks(session: Session, statement: ShowRoutineLoadTask) -> Result:
    where = statement.where
    named = isinstance(where, ast.Binary) and where.op == "=" and isinstance(where.right, ast.Literal)
    if not named or not isinstance(where.left, ast.ColumnRef) or where.left.parts[-1].lower() != "jobname":  # type: ignore[attr-defined]
        raise analysis_error(
            'show routine load job only support one equal expr which is sames like JobName="ILoveStarRocks"'
        )
    database, name = job_database(session, statement.database), str(where.right.value)  # type: ignore[attr-defined]
    if not any(j.name == name and not j.is_over for j in jobs_of(session, database.id)):
        raise analysis_error(f"The job named {name}does not exists or job state is stopped or cancelled")
    return header(TASKS)
