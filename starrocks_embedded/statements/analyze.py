"""ANALYZE TABLE and its kind: statistics are DuckDB's own, the statements answer as StarRocks does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.metadata.databases import database_exists
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, header, show
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

ANSWER = columns("Table|Op|Msg_type|Msg_text:600")
PROPERTIES = (
    "statistic_auto_collect_ratio", "statistic_sample_collect_rows", "statistic_collect_interval_sec",
    "statistic_auto_collect_small_table_rows", "histogram_bucket_num", "histogram_mcv_size",
    "histogram_sample_ratio", "unlimited_partition_statistic", "init_sample_statistic_job",
)  # fmt: skip


@dataclass
class Analyze(Statement):
    """`answers`: whether rows come back (ANALYZE TABLE) or an OK (CREATE ANALYZE, DROP STATS, DROP HISTOGRAM)."""

    name: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    operation: str = "analyze"
    answers: bool = True
    sample: bool = False


@grammar("ANALYZE", "TABLE")
@grammar("ANALYZE", "FULL", "TABLE")
@grammar("ANALYZE", "SAMPLE", "TABLE")
def parse_analyze(cursor: Cursor) -> Analyze:
    sample = cursor.peek(-2).key == "SAMPLE"
    statement = Analyze(cursor.qualified_name(3), sample=sample)
    if cursor.accept("DROP", "HISTOGRAM", "ON"):
        statement.names = cursor.separated(cursor.identifier)
        statement.answers = False
        return statement
    if cursor.accept("UPDATE", "HISTOGRAM", "ON"):
        _histogram(cursor, statement)
    else:
        _scope(cursor, statement)
    if cursor.accept("WITH"):
        cursor.expect_any("SYNC", "ASYNC")
        cursor.expect("MODE")
    if cursor.accept("PROPERTIES"):
        statement.properties = cursor.properties()
    return statement


def _histogram(cursor: Cursor, statement: Analyze) -> None:
    statement.operation = "histogram"
    statement.names = cursor.separated(cursor.identifier)
    if cursor.looking_at("WITH") and cursor.peek().kind == "int":
        cursor.accept("WITH")
        cursor.integer()
        cursor.expect("BUCKETS")


def _scope(cursor: Cursor, statement: Analyze) -> None:
    """Columns, and the partitions. Before 3.4 only columns by name."""
    if not cursor.version.at_least("3.4"):
        statement.names = cursor.list_in_parentheses(cursor.identifier) if cursor.looking_at("(") else []
        return
    if cursor.accept("ALL", "COLUMNS") or cursor.accept("PREDICATE", "COLUMNS"):
        pass
    elif cursor.accept("MULTIPLE", "COLUMNS") or cursor.looking_at("("):
        statement.names = cursor.list_in_parentheses(cursor.identifier)
    if cursor.accept_any("PARTITION", "PARTITIONS"):
        cursor.list_in_parentheses(cursor.identifier)


@grammar("CREATE", "ANALYZE")
def parse_create_analyze(cursor: Cursor) -> Analyze:
    cursor.accept_any("FULL", "SAMPLE")
    statement = Analyze((), answers=False)
    if cursor.accept("DATABASE"):
        cursor.identifier()
    elif not cursor.accept("ALL"):
        cursor.accept("IF", "NOT", "EXISTS")
        cursor.expect("TABLE")
        statement.name = cursor.qualified_name(3)
        if cursor.looking_at("("):
            statement.names = cursor.list_in_parentheses(cursor.identifier)
    if cursor.accept("PROPERTIES"):
        statement.properties = cursor.properties()
    return statement


@grammar("DROP", "STATS")
@grammar("DROP", "MULTIPLE", "COLUMNS", "STATS")
def parse_drop_stats(cursor: Cursor) -> Analyze:
    if cursor.peek(-1).key == "STATS" and cursor.peek(-2).key == "COLUMNS" and not cursor.version.at_least("3.5"):
        raise cursor.unknown_head()
    return Analyze(cursor.qualified_name(3), operation="drop", answers=False)


@grammar("DROP", "ANALYZE")
def parse_drop_analyze(cursor: Cursor) -> Analyze:
    cursor.integer()
    return Analyze((), answers=False)


@dataclass
class KillAnalyze(Statement):
    id: int


@grammar("KILL", "ANALYZE")
def parse_kill_analyze(cursor: Cursor) -> KillAnalyze:
    return KillAnalyze(cursor.integer())


@executes(KillAnalyze)
def kill_analyze(session: Session, statement: KillAnalyze) -> Result:
    raise analysis_error(f"There is no running task with analyzeId {statement.id}")


@executes(Analyze)
def analyze(session: Session, statement: Analyze) -> Result:
    if not statement.name:
        return ok()
    table = find_table(session, statement.name, qualified=statement.operation == "drop")
    return answer_for(statement, table, session.resolve(statement.name)[1])


def answer_for(statement: Analyze, table: model.Table, place: str) -> Result:
    """The names and properties are checked; `place` is what stands before the table's name in the answer."""
    for name in statement.names:
        if table.column(name) is None:
            raise analysis_error(f"Column '`{name}`' cannot be resolved")
    for key in statement.properties:
        if key.lower() not in PROPERTIES:
            raise analysis_error(f"Property '{key}' is not valid")
    if not statement.answers:
        return ok()
    return header(ANSWER, [(f"{place}.{table.name}", statement.operation, "status", "OK")])


def find_table(session: Session, name: tuple[str, ...], *, qualified: bool = False) -> model.Table:
    _, database, table = session.resolve(name)
    if not database_exists(session.engine, database):
        raise analysis_error(f"Database default_catalog.{database} is not found")
    found = session.engine.catalog.database(database)
    stored = session.engine.catalog.table(found.id, table, session.id) if found else None
    if stored is None:
        raise analysis_error(f"Table {f'{database}.{table}' if qualified else table} is not found")
    return stored


@show("ANALYZE", ordered=True)
def show_analyze_jobs(session: Session, statement: Show) -> Result:
    return header(
        columns(
            "Id:180|Catalog:180|Database:180|Table:180|Columns:600|Type|Schedule|Properties:600|Status|LastWorkTime|"
            "Reason:300"
        )
    )


show("ANALYZE", "JOB", ordered=True)(show_analyze_jobs)


@show("ANALYZE", "STATUS", ordered=True)
def show_analyze_status(session: Session, statement: Show) -> Result:
    return header(
        columns(
            "Id:180|Database:180|Table:180|Columns:600|Type|Schedule|Status|StartTime:180|EndTime:180|Properties:600|"
            "Reason:300"
        )
    )


@show("STATS", "META", ordered=True)
def show_stats_meta(session: Session, statement: Show) -> Result:
    names = "Database:180|Table:180|Columns:600|Type|UpdateTime:180|Properties:600|Healthy:15|ColumnStats:384"
    if session.engine.version.at_least("3.5"):
        names += "|TabletStatsReportTime:180|TableHealthyMetrics:384|TableUpdateTime:180"
    return header(columns(names))
