"""Queries as statements: parsed, analyzed, written as DuckDB text, streamed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.folding import is_front_end_query
from starrocks_embedded.analysis.front_end_values import Constant, constants, with_constants
from starrocks_embedded.deadlines import DEADLINES
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.result import Column, Result
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery, OutputColumn
    from starrocks_embedded.session import Session

DEFAULT_TIMEOUT = 300


LITERAL_SELECTS_KEPT = 256


@dataclass
class SelectStatement(Statement):
    """`answer` is kept where the query is made of literals only: it can never change."""

    query: ast.Query
    answer: Result | None = None


def _register(head: str) -> None:
    @grammar(head)
    def parse(cursor: Cursor) -> Statement:
        from starrocks_embedded.statements.update import parse_with, writes_follow
        from starrocks_embedded.syntax.queries import parse_query

        if head == "WITH" and writes_follow(cursor):
            return parse_with(cursor)
        cursor.at -= 1  # the head word belongs to the query
        return SelectStatement(parse_query(cursor))


for _head in ("SELECT", "WITH", "("):
    _register(_head)


@executes(SelectStatement)
def select(session: Session, statement: SelectStatement) -> Result:
    from starrocks_embedded.analysis.analyzer import analyze_query

    if statement.answer is not None:
        return statement.answer
    literal = is_literal(statement.query)
    with hinted(session, statement.query):
        analyzed = analyze_query(session, statement.query)
        result = run_query(session, analyzed)
    return keep_answer(session, statement, result) if literal else result


def is_literal(query: ast.Query) -> bool:
    """Whether it is `select 1` and its like, which drivers and pools send all day: literals and nothing else."""
    body = query.body
    if not isinstance(body, ast.Select) or query.ctes or query.order_by or query.limit or query.outfile:
        return False
    if body.source or body.where or body.group_by or body.having or body.qualify or body.hints or body.variable_hints:
        return False
    return all(isinstance(item.expr, ast.Literal) for item in body.items)


def keep_answer(session: Session, statement: SelectStatement, result: Result) -> Result:
    statement.answer = Result(result.columns, list(result.rows), kept=[])
    kept = session.engine.literal_selects
    if len(kept) < LITERAL_SELECTS_KEPT:
        kept[statement.text, session.variables.get("sql_mode")] = statement
    return statement.answer


def run_query(session: Session, analyzed: AnalyzedQuery) -> Result:
    """An analyzed query's result; its rows are read from DuckDB while the client takes them."""
    from starrocks_embedded.emit.functions.states import shown
    from starrocks_embedded.emit.large_arrays import rows_at_once, with_large_arrays_spelled
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.transactions import check_reads

    check_reads(session, analyzed.tables)
    found = constants(analyzed.query)
    analyzed = replace(analyzed, query=with_constants(analyzed.query, found))
    prepare(session, analyzed)
    text = with_large_arrays_spelled(shown(query_sql(session, analyzed), analyzed.columns), analyzed.columns)
    folded = is_front_end_query(analyzed.query)
    columns = [_column(c, found.get(i), folded) for i, c in enumerate(analyzed.columns)]
    wait_for_sleeps(session, analyzed.query.body)
    with time_limit(session):
        rows = session.connection.stream(text, chunk=rows_at_once(analyzed.columns))
    return Result(columns, rows)


def _column(column: OutputColumn, constant: Constant | None, folded: bool) -> Column:
    if constant is None:
        return Column(column.name, column.type, folded=folded)
    type_ = constant.type if constant.type.is_null else column.type
    return Column(column.name, type_, folded=folded, spelled=constant.spelled(column.type))


def columns_of(analyzed: AnalyzedQuery) -> Sequence[Column]:
    return [Column(c.name, c.type) for c in analyzed.columns]


# ---- hints and limits


@contextmanager
def hinted(session: Session, query: ast.Query | None) -> Iterator[None]:
    """SET_VAR and set_user_variable hold for their statement only."""
    blocks = [b for b in _blocks(query.body) if b.hints or b.variable_hints] if query is not None else []
    if not blocks:
        yield
        return
    variables, user = dict(session.variables), dict(session.user_variables)
    try:
        for block in blocks:
            apply_hints(session, block)
        yield
    finally:
        session.variables, session.user_variables = variables, user


def _blocks(node: ast.Node | None) -> list[ast.Select]:
    """The blocks of a query whose hints count: those that set operations join and those of derived tables."""
    if isinstance(node, ast.SetOperation | ast.Join):
        return [*_blocks(node.left), *_blocks(node.right)]
    if isinstance(node, ast.Derived):
        return _blocks(node.query.body)
    return [node, *_blocks(node.source)] if isinstance(node, ast.Select) else []


def apply_hints(session: Session, select: ast.Select) -> None:
    from starrocks_embedded.metadata.constants import evaluate
    from starrocks_embedded.metadata.variables import assign_hints

    if "warehouse" in select.hints:
        from starrocks_embedded.statements.warehouses import check_hint

        check_hint(session, str(select.hints["warehouse"]))
    assign_hints(session, select.hints)
    for name, expr in select.variable_hints.items():
        session.user_variables[name] = evaluate(session, expr)


@contextmanager
def time_limit(session: Session) -> Iterator[None]:
    """Interrupts a statement that runs longer than the session's query_timeout."""
    seconds = timeout(session)
    late = threading.Event()

    def stop() -> None:
        late.set()
        session.connection.interrupt()

    with DEADLINES.within(seconds, stop):
        try:
            yield
        except StarRocksError as error:
            if late.is_set() and error.code == 1317:
                advice = "please increase the 'query_timeout' session variable and retry"
                raise failure(f"Query reached its timeout of {seconds} seconds, {advice}", 5024) from error
            raise


def timeout(session: Session) -> int:
    return int(session.variables.get("query_timeout", DEFAULT_TIMEOUT))


def wait_for_sleeps(session: Session, body: ast.Node) -> None:
    """sleep(n) in a select list waits before the rows are made; KILL ends it."""
    if not isinstance(body, ast.Select):
        return
    for item in body.items:
        seconds = sleep_seconds(item.expr)
        limit = time.monotonic() + seconds
        while seconds and (left := limit - time.monotonic()) > 0:
            if session.killed.wait(min(left, 0.2)):
                raise StarRocksError(1317, "Query execution was interrupted")


def sleep_seconds(expr: Any) -> int:
    if not isinstance(expr, ast.Call) or expr.name != "sleep" or not expr.args:
        return 0
    argument = expr.args[0]
    while isinstance(argument, ast.Cast):
        argument = argument.operand
    if isinstance(argument, ast.Literal) and isinstance(argument.value, int):
        return max(argument.value, 0)
    return 0
