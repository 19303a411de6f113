"""Optimizer hints: /*+ SET_VAR(…) */ and /*+ set_user_variable(…) */."""

from __future__ import annotations

from typing import Any

from starrocks_embedded.errors import StarRocksError, syntax_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor


def read_hints(cursor: Cursor, hint: str, select: ast.Select) -> None:
    """Puts what the hint behind SELECT sets into the block; a text that is no hint is a comment."""
    inner = Cursor(hint, cursor.version, cursor.sql_mode)
    head = inner.token.key
    if head not in ("SET_VAR", "SET_USER_VARIABLE"):
        return
    try:
        inner.advance()
        if head == "SET_VAR":
            select.hints = dict(inner.list_in_parentheses(lambda: variable(inner)))
        else:
            select.variable_hints = dict(inner.list_in_parentheses(lambda: user_variable(inner)))
        if inner.token.kind != "end":
            raise inner.unexpected("<EOF>")
    except StarRocksError:
        raise syntax_error(f"Invalid hint value '/*+{hint}*/'", 1, 1) from None


def set_variables(cursor: Cursor, hint: str | None) -> dict[str, Any]:
    """What a hint behind INSERT, UPDATE, DELETE or SUBMIT sets; user variables have their sign before the name."""
    select = ast.Select([])
    if hint is not None:
        read_hints(cursor, hint, select)
    return {**select.hints, **{f"@{name}": value for name, value in select.variable_hints.items()}}


def variable(cursor: Cursor) -> tuple[str, str]:
    from starrocks_embedded.syntax.expressions import parse_primary

    name = cursor.name_or_string()
    cursor.expect("=")
    value = parse_primary(cursor)
    if isinstance(value, ast.Literal):
        return name, value.value if value.kind == "string" else value.text
    if isinstance(value, ast.ColumnRef):
        return name, value.parts[-1]
    raise cursor.unexpected("a literal")


def user_variable(cursor: Cursor) -> tuple[str, ast.Expr]:
    from starrocks_embedded.syntax.expressions import parse_expression

    cursor.expect("@")
    name = cursor.name_or_string()
    cursor.expect("=")
    return name, parse_expression(cursor)
