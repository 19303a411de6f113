"""The frame of SHOW statements: FROM, LIKE, WHERE, ORDER BY, LIMIT around a function that makes the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata.databases import database_exists
from starrocks_embedded.metadata.filters import RowFilter, like
from starrocks_embedded.result import Column, Result
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import BIGINT, BOOLEAN, DATETIME, DOUBLE, INT, Type, varchar

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

SPECIAL_TYPES = {"bigint": BIGINT, "int": INT, "boolean": BOOLEAN, "datetime": DATETIME, "double": DOUBLE}


@dataclass
class Show(Statement):
    """A SHOW statement that answers rows. `scope` is the name after FROM, `argument` what the family reads itself."""

    answer: Answer
    scope: tuple[str, ...] = ()
    pattern: str | None = None
    where: ast.Expr | None = None
    order_by: list[ast.OrderItem] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    argument: Any = None


Answer = Callable[["Session", Show], Result]


def columns(text: str) -> list[Column]:
    """'Name:length' or 'Name:type', separated by bars; without either the length is 60."""
    return [_column(part.strip()) for part in text.split("|")]


def _column(text: str) -> Column:
    name, _, what = text.rpartition(":") if ":" in text else (text, "", "60")
    if what in SPECIAL_TYPES:
        return Column(name, SPECIAL_TYPES[what])
    return Column(name, varchar(int(what) // 3), int(what))


def header(result_columns: Sequence[Column], rows: Iterable[Sequence[Any]] = ()) -> Result:
    return Result(list(result_columns), list(rows))


def show(
    *head: str, scope: bool = False, like: bool = False, ordered: bool = False, where: bool = False
) -> Callable[[Answer], Answer]:
    """Registers the function that answers SHOW head; the flags say which clauses the statement takes."""

    def register(answer: Answer) -> Answer:
        def parse(cursor: Cursor) -> Show:
            statement = Show(answer)
            if scope and cursor.accept_any("FROM", "IN"):
                statement.scope = cursor.qualified_name(3)
            read_filters(cursor, statement, like=like, where=like or where or ordered, ordered=ordered)
            return statement

        grammar("SHOW", *head)(parse)
        return answer

    return register


def read_filters(cursor: Cursor, statement: Show, *, like: bool, where: bool, ordered: bool) -> None:
    if like and cursor.accept("LIKE"):
        statement.pattern = cursor.string()
    elif where and cursor.accept("WHERE"):
        statement.where = _expression(cursor)
    if ordered:
        read_order(cursor, statement)


def read_order(cursor: Cursor, statement: Show) -> None:
    if cursor.accept("ORDER", "BY"):
        statement.order_by = cursor.separated(lambda: _order_item(cursor))
    if cursor.accept("LIMIT"):
        statement.limit = cursor.integer()
        if cursor.accept(","):
            statement.offset, statement.limit = statement.limit, cursor.integer()
        elif cursor.accept("OFFSET"):
            statement.offset = cursor.integer()


def _expression(cursor: Cursor) -> ast.Expr:
    from starrocks_embedded.syntax.expressions import parse_expression

    return parse_expression(cursor)


def _order_item(cursor: Cursor) -> ast.OrderItem:
    expr = _expression(cursor)
    direction = cursor.accept_any("ASC", "DESC")
    return ast.OrderItem(expr, direction == "DESC")


@executes(Show)
def run_show(session: Session, statement: Show) -> Result:
    return statement.answer(session, statement)


# ---- what answers are made of


def filtered(statement: Show, result: Result, like_column: int = 0, ignore_case: bool = False) -> Result:
    """The rows that LIKE and WHERE keep, in the order and number asked for."""
    names = [c.name for c in result.columns or []]
    rows = list(result.rows)
    if statement.pattern is not None:
        rows = [r for r in rows if like(r[like_column], statement.pattern, ignore_case)]
    if statement.where is not None:
        keep = RowFilter(statement.where, names)
        keep.accepts([None] * len(names))
        rows = [r for r in rows if keep.accepts(r)]
    for item in reversed(statement.order_by):
        position = _position(item.expr, names)
        rows.sort(key=lambda r: _sort_key(r[position]), reverse=item.descending)
    if statement.limit is not None:
        rows = rows[statement.offset : statement.offset + statement.limit]
    return Result(result.columns, rows)


def _position(expr: ast.Expr, names: list[str]) -> int:
    name = expr.parts[-1] if isinstance(expr, ast.ColumnRef) else ""
    for i, known in enumerate(names):
        if known.lower() == name.lower():
            return i
    raise analysis_error(f"Table column({name}) does not exist")


def _sort_key(value: Any) -> tuple[bool, bool, Any]:
    try:
        return value is not None, False, float(value)
    except (TypeError, ValueError):
        return value is not None, True, str(value)


def show_database(session: Session, scope: tuple[str, ...]) -> str:
    """The database a SHOW … FROM names, or the session's; it must exist."""
    from starrocks_embedded.statements.use import require_catalog

    if len(scope) > 1:
        require_catalog(session, scope[0])
    name = scope[-1] if scope else session.database_name
    if not name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    if not database_exists(session.engine, name):
        raise analysis_error(f"Unknown database '{name}'", code=5501)
    return name


def typed(name: str, type_: Type) -> Column:
    return Column(name, type_)
