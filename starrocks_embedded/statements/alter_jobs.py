"""SHOW ALTER TABLE, SHOW ALTER MATERIALIZED VIEW and CANCEL ALTER."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import jobs, model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.result import Column, Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, read_filters, show_database
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import varchar

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

COMMON = 5064
COLUMN_TITLES = (
    "JobId", "TableName", "CreateTime", "FinishTime", "IndexName", "IndexId", "OriginIndexId", "SchemaVersion",
    "TransactionId", "State", "Msg", "Progress", "Timeout",
)  # fmt: skip
OPTIMIZE_TITLES = (
    "JobId", "TableName", "CreateTime", "FinishTime", "Operation", "TransactionId", "State", "Msg", "Progress",
    "Timeout",
)  # fmt: skip
ROLLUP_TITLES = (
    "JobId", "TableName", "CreateTime", "FinishedTime", "BaseIndexName", "RollupIndexName", "RollupId", "TransactionId",
    "State", "Msg", "Progress", "Timeout",
)  # fmt: skip
TITLES = {"COLUMN": COLUMN_TITLES, "OPTIMIZE": OPTIMIZE_TITLES, "ROLLUP": ROLLUP_TITLES}
TIMEOUT = "86400"
WIDTH = 30
FILTERS = ("tablename", "createtime", "finishtime", "finishedtime", "state")


# ---- SHOW ALTER


@grammar("SHOW", "ALTER", "TABLE")
def parse_show_alter(cursor: Cursor) -> Show:
    return _parse_show(cursor, cursor.expect_any("COLUMN", "ROLLUP", "OPTIMIZE"))


@grammar("SHOW", "ALTER", "MATERIALIZED", "VIEW")
def parse_show_alter_view(cursor: Cursor) -> Show:
    return _parse_show(cursor, "ROLLUP")


def _parse_show(cursor: Cursor, kind: str) -> Show:
    statement = Show(show_alter, argument=kind)
    if cursor.accept_any("FROM", "IN"):
        statement.scope = cursor.qualified_name()
    read_filters(cursor, statement, like=False, where=True, ordered=True)
    return statement


def show_alter(session: Session, statement: Show) -> Result:
    kind: str = statement.argument
    database_name = show_database(session, (".".join(statement.scope),) if statement.scope else ())
    database = session.engine.catalog.database(database_name)
    titles = TITLES[kind]
    conditions = _conditions(statement.where)
    positions = [(_position(item.expr, titles), item.descending) for item in statement.order_by]
    rows = [
        _row(session, j)
        for j in sorted(session.engine.catalog.all(model.Job), key=lambda j: j.id)
        if database is not None and j.database_id == database.id and j.kind == kind.lower()
    ]
    rows = [r for r in rows if all(_keeps(r, titles, *k) for k in conditions)]
    for position, descending in reversed(positions):
        rows.sort(key=lambda r: _order_key(r[position]), reverse=descending)
    if statement.limit is not None:
        rows = rows[statement.offset : statement.offset + statement.limit]
    return Result([Column(t, varchar(WIDTH), WIDTH * 3) for t in titles], rows)


def _row(session: Session, job: model.Job) -> tuple[Any, ...]:
    state = jobs.shown_state(session.engine, job)
    details = job.details
    transaction = str(details.get("transaction", -1))
    light = bool(details.get("light"))
    base = (str(job.id), job.table, job.created, job.finished)
    tail = (transaction, state, job.message)
    if job.kind == "optimize":
        return (*base, "", *tail, "100" if state == "FINISHED" else "0", TIMEOUT)
    if job.kind == "rollup":
        timeout = f"{TIMEOUT}000000" if session.engine.version.at_least("3.5") else TIMEOUT
        return (*base, job.table, details["rollup"].name, str(details["index_id"]), *tail, None, timeout)
    origin = str(details["table_id"])
    schema = f"{details['version']}:{zlib.crc32(f'{job.id}'.encode())}"
    index = origin if light else str(details["index_id"])
    return (*base, job.table, index, origin, schema, *tail, None, "1" if light else TIMEOUT)


def _conditions(where: ast.Expr | None) -> list[tuple[str, str, str]]:
    """(column, operator, value) of each part of a WHERE; only a few columns and comparisons are known here."""
    if where is None:
        return []
    if isinstance(where, ast.Binary) and where.op == "and":
        return _conditions(where.left) + _conditions(where.right)
    if not isinstance(where, ast.Binary) or where.op not in ("=", ">=", "<=", ">", "<", "!="):
        raise analysis_error("The operator =|>=|<=|>|<|!= are supported.", code=COMMON)
    name = where.left.parts[-1] if isinstance(where.left, ast.ColumnRef) else ""
    if name.lower() not in FILTERS:
        raise analysis_error("The columns of TableName/CreateTime/FinishTime/State are supported.", code=COMMON)
    text = isinstance(where.right, ast.Literal) and where.right.kind == "string"
    if name.lower() in ("tablename", "state") and not (where.op == "=" and text):
        raise analysis_error(
            'Where clause : TableName = "table1" or State = "FINISHED|CANCELLED|RUNNING|PENDING|WAITING_TXN"',
            code=COMMON,
        )
    if not isinstance(where.right, ast.Literal):
        raise analysis_error(
            'Where clause : CreateTime/FinishTime =|>=|<=|>|<|!= "2019-12-02|2019-12-02 14:54:00"', code=COMMON
        )
    return [(name.lower(), where.op, str(where.right.value))]


def _keeps(row: tuple[Any, ...], titles: tuple[str, ...], name: str, operator: str, wanted: str) -> bool:
    position = next((i for i, t in enumerate(titles) if t.lower() in (name, name.replace("finish", "finished"))), None)
    if position is None or row[position] is None:
        return False
    value = str(row[position])
    if name == "state":
        return value.upper() == wanted.upper()
    if name.endswith("time") and len(wanted) == len("2019-12-02"):
        wanted += " 00:00:00"
    return {
        "=": value == wanted, "!=": value != wanted, "<": value < wanted, "<=": value <= wanted,
        ">": value > wanted, ">=": value >= wanted,
    }[operator]  # fmt: skip


def _position(expr: ast.Expr, titles: tuple[str, ...]) -> int:
    name = expr.parts[-1] if isinstance(expr, ast.ColumnRef) else ""
    for i, title in enumerate(titles):
        if title.lower() == name.lower():
            return i
    raise analysis_error(f"Title name[{name}] does not exist", code=COMMON)


def _order_key(value: Any) -> tuple[bool, int, str]:
    text = str(value)
    return value is not None, int(text) if text.isdigit() else 0, text


# ---- CANCEL ALTER


@dataclass
class CancelAlter(Statement):
    """kind: COLUMN, OPTIMIZE, ROLLUP or VIEW."""

    kind: str
    name: tuple[str, ...]


@grammar("CANCEL", "ALTER", "TABLE")
def parse_cancel(cursor: Cursor) -> CancelAlter:
    kind = cursor.accept_any("COLUMN", "ROLLUP", "OPTIMIZE") or "COLUMN"
    cursor.expect("FROM")
    name = cursor.qualified_name()
    if cursor.looking_at("("):
        cursor.list_in_parentheses(cursor.integer)
    return CancelAlter(kind, name)


@grammar("CANCEL", "ALTER", "MATERIALIZED", "VIEW")
def parse_cancel_view(cursor: Cursor) -> CancelAlter:
    cursor.expect("FROM")
    return CancelAlter("VIEW", cursor.qualified_name())


@executes(CancelAlter)
def cancel_alter(session: Session, statement: CancelAlter) -> Result:
    if statement.kind == "VIEW":
        return _cancel_view(session, statement.name)
    table = _find(session, statement.name)
    engine = session.engine
    with engine.catalog.change(session.connection, [table.id]) as change:
        job = jobs.running_job(engine, engine.catalog.get(model.Table, table.id) or table)
        _check_cancel(statement.kind, table, job)
        assert job is not None
        jobs.cancel_job(engine, change, job, "user cancelled")
    return ok()


def _cancel_view(session: Session, written: tuple[str, ...]) -> Result:
    """A rollup that is being built, by its own name."""
    _, database_name, name = session.resolve(written)
    database, engine = session.database(database_name), session.engine
    for table in engine.catalog.tables(database.id):
        job = jobs.running_job(engine, table)
        if job is not None and job.kind == "rollup" and job.details["rollup"].name == name:
            with engine.catalog.change(session.connection, [table.id]) as change:
                jobs.cancel_job(engine, change, job, "user cancelled")
            return ok()
    raise failure(f"Table[{name}] is not under MATERIALIZED VIEW. Use 'DROP MATERIALIZED VIEW' if you want to.")


def _find(session: Session, name: tuple[str, ...]) -> model.Table:
    _, database_name, table_name = session.resolve(name)
    database = session.database(database_name)
    table = session.engine.catalog.table(database.id, table_name, session.id)
    if table is None:
        raise StarRocksError(5502, f"Unknown table '{table_name}'")
    if not table.is_stored:
        raise StarRocksError(5503, f"Table '{table_name}' is not a OLAP table")
    return table


def _check_cancel(kind: str, table: model.Table, job: model.Job | None) -> None:
    if kind == "ROLLUP":
        if job is None or job.kind != "rollup":
            raise failure(
                f"Table[{table.name}] is not under ROLLUP/WAITING_STABLE. Use 'ALTER TABLE DROP ROLLUP' if you want to."
            )
        # the server looks for these jobs where it does not keep them
        raise failure(f"Table[{table.name}] is under ROLLUP but job does not exist.")
    elif job is None or job.kind == "rollup" or (kind == "COLUMN" and job.kind != "column"):
        raise failure(f"Table[{table.name}] is not under SCHEMA_CHANGE/WAITING_STABLE.")
