"""Arguments that have to be constants, as they were written."""

from __future__ import annotations

from starrocks_embedded.errors import RAISED, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, duckdb_type


def literal_text(expr: ast.Expr) -> str | None:
    """The text of a constant argument, under the casts that the analyzer put around it."""
    expr = uncast(expr)
    return str(expr.value) if isinstance(expr, ast.Literal) and expr.value is not None else None


def is_null(expr: ast.Expr) -> bool:
    expr = uncast(expr)
    return isinstance(expr, ast.Literal) and expr.value is None


def uncast(expr: ast.Expr) -> ast.Expr:
    while isinstance(expr, ast.Cast):
        expr = expr.operand
    return expr


def constant(expr: ast.Expr) -> int:
    text = literal_text(expr)
    if text is None:
        raise unsupported("a precision that is no constant")
    if not text.lstrip("-").isdigit():
        raise unsupported(f"a precision of '{text}'")
    return int(text)


def raised(message: str, type_: Type) -> str:
    """An expression of that type which fails with the message when a row asks for it."""
    text = (RAISED + message).replace("'", "''")
    return f"CAST(error('{text}') AS {duckdb_type(type_)})"
