"""PREPARE, EXECUTE and DEALLOCATE as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.analyzer import analyze_query
from starrocks_embedded.binding import literal, marks_of, substitute
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.metadata.variables import user_variable
from starrocks_embedded.result import Column, Result, ok
from starrocks_embedded.statements.query import SelectStatement
from starrocks_embedded.statements.registry import Statement, executes, grammar, parse_statement
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.printer import column_name

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class Prepare(Statement):
    name: str
    query: str


@dataclass
class Execute(Statement):
    name: str
    variables: tuple[str, ...]


@dataclass
class Deallocate(Statement):
    name: str


@grammar("PREPARE")
def parse_prepare(cursor: Cursor) -> Prepare:
    name = cursor.identifier()
    cursor.expect("FROM")
    if cursor.token.kind == "string" and cursor.token.text.startswith("'"):
        text = cursor.string()
        inner = Cursor(text, cursor.version, cursor.sql_mode)
        _check_query(parse_statement(inner))
        if inner.accept(";") and inner.token.kind != "end":
            raise _refused("only single statement is supported")
        return Prepare(name, text)
    statement = parse_statement(cursor)
    _check_query(statement)
    return Prepare(name, statement.text)


def _check_query(statement: Statement) -> None:
    query = statement.query if isinstance(statement, SelectStatement) else None
    if query is not None and any(isinstance(bound, ast.Parameter) for bound in (query.limit, query.offset)):
        raise _refused("using parameter(?) as limit or offset not supported")


def _refused(message: str) -> StarRocksError:
    return StarRocksError(1064, f"Getting syntax error. Detail message: {message}.")


@grammar("EXECUTE")
def parse_execute(cursor: Cursor) -> Execute:
    name = cursor.identifier()
    variables = cursor.separated(lambda: _variable(cursor)) if cursor.accept("USING") else []
    return Execute(name, tuple(variables))


def _variable(cursor: Cursor) -> str:
    cursor.expect("@")
    return cursor.name_or_string()


@grammar("DEALLOCATE", "PREPARE")
@grammar("DROP", "PREPARE")
def parse_deallocate(cursor: Cursor) -> Deallocate:
    return Deallocate(cursor.identifier())


@executes(Prepare)
def prepare(session: Session, statement: Prepare) -> Result:
    marks = marks_of(statement.query)
    (parsed,) = session.parse(substitute(statement.query, marks, ["NULL"] * len(marks)))
    if isinstance(parsed, SelectStatement):
        analyze_query(session, parsed.query)  # what it reads must be there
    session.prepared[statement.name] = statement.query
    return ok()


@executes(Execute)
def execute(session: Session, statement: Execute) -> Result:
    """Runs the prepared query with the variables' values in place of its question marks."""
    text = session.prepared.get(statement.name)
    if text is None:
        raise failure(f"Could not execute, since `{statement.name}` not exist")
    marks = marks_of(text)
    if len(marks) != len(statement.variables):
        raise analysis_error(f"Invalid arguments size {len(statement.variables)}, expected {len(marks)}")
    values = [user_variable(session, name) for name in statement.variables]
    literals = [literal(None if value is None else value[0]) for value in values]
    (bound,) = session.parse(substitute(text, marks, literals))
    result = session.execute(bound)
    if result.columns is not None and marks:
        result.columns = _named_as_prepared(session, text, result.columns)
    return result


def _named_as_prepared(session: Session, text: str, columns: Sequence[Column]) -> Sequence[Column]:
    """Columns without alias keep the question marks in their names."""
    (prepared,) = session.parse(text)
    body = prepared.query.body if isinstance(prepared, SelectStatement) else None
    if not isinstance(body, ast.Select) or any(isinstance(i.expr, ast.Star) for i in body.items):
        return columns
    names = [i.alias or column_name(i.expr, session.engine.version) for i in body.items]
    return [replace(column, name=name) for column, name in zip(columns, names, strict=True)]


@executes(Deallocate)
def deallocate(session: Session, statement: Deallocate) -> Result:
    if session.prepared.pop(statement.name, None) is None:
        raise failure(f"PrepareStatement `{statement.name}` not exist")
    return ok()
