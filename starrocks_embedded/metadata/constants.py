"""Values of the expressions that stand in SET and its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.syntax import ast
from starrocks_embedded.types import BIGINT, BOOLEAN, INT, NULL, SMALLINT, TINYINT, VARCHAR, Type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

PLAIN = {"string": VARCHAR, "bool": BOOLEAN, "null": NULL}


def evaluate(session: Session, expr: ast.Expr) -> tuple[Any, Type]:
    """The value and type of `SELECT expr`: literals at once, everything else by running it."""
    if isinstance(expr, ast.Literal) and expr.kind in PLAIN:
        return expr.value, PLAIN[expr.kind]
    if isinstance(expr, ast.Literal) and expr.kind == "int" and abs(expr.value) < 2**63:
        return expr.value, _smallest_integer(expr.value)
    inner = expr.operand if isinstance(expr, ast.Unary) and expr.op == "-" else None
    if isinstance(inner, ast.Literal) and inner.kind == "int":
        return -inner.value, _smallest_integer(inner.value)
    return _selected(session, expr)


def _smallest_integer(value: int) -> Type:
    return next((t for t, bits in ((TINYINT, 7), (SMALLINT, 15), (INT, 31)) if abs(value) < 2**bits), BIGINT)


def _selected(session: Session, expr: ast.Expr) -> tuple[Any, Type]:
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.emit.query import prepare, query_sql

    query = ast.Query(ast.Select([ast.SelectItem(expr)]))
    analyzed = analyze_query(session, query)
    prepare(session, analyzed)
    rows = session.connection.rows(query_sql(session, analyzed))
    return (rows[0][0] if rows else None), analyzed.columns[0].type
