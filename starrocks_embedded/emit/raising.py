"""Casts and sums that sql_mode turns from NULL into an error: with ERROR_IF_OVERFLOW those of decimals, with
ALLOW_THROW_EXCEPTION all other casts. The operands are computed once and handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.emit.attempts import handed_in
from starrocks_embedded.emit.casts import BOUNDS, cast_sql
from starrocks_embedded.errors import RAISED
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import DOUBLE, VARCHAR, Type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

OPERATIONS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}
FLOAT_MOST = 3.4028234663852886e38


def raises(emitter: Emitter, mode: str) -> bool:
    return emitter.session is not None and mode in emitter.session.sql_mode


def raising_operation(emitter: Emitter, expr: ast.Binary, write: Callable[[Emitter, ast.Binary], str]) -> str:
    """Arithmetic of decimals: NULL remains of a NULL and of a division by zero."""

    def checked(operands: list[ast.Expr]) -> str:
        left, right = operands
        text = write(emitter, replace(expr, left=left, right=right))
        given = f"{emitter.sql(left)} IS NOT NULL AND {emitter.sql(right)} IS NOT NULL"
        if expr.op in ("/", "%"):
            given += f" AND {emitter.cast(right, DOUBLE)} <> 0"
        message = f"The '{OPERATIONS[expr.op]}' operation involving decimal values overflows"
        return _or_error(given, text, _quoted(message))

    return handed_in(emitter, [expr.left, expr.right], [0, 1], checked)


def raising_cast(emitter: Emitter, expr: ast.Cast) -> str:
    """A cast; with the error of its mode where a value would be lost."""
    source, target = expr.operand.type, expr.target
    mode = "ERROR_IF_OVERFLOW" if source.is_decimal or target.is_decimal else "ALLOW_THROW_EXCEPTION"
    if not raises(emitter, mode) or source.is_null or source.is_nested or target.is_nested:
        return cast_sql(emitter.sql(expr.operand), source, target)

    def checked(operands: list[ast.Expr]) -> str:
        value = emitter.sql(operands[0])
        given = f"nullif({value}, 'null') IS NOT NULL" if source.name == "json" else f"{value} IS NOT NULL"
        return _or_error(given, cast_sql(value, source, target), _complaint(value, source, target))

    return handed_in(emitter, [expr.operand], [0], checked)


def _or_error(given: str, text: str, message: str) -> str:
    failed = f"error('{RAISED}Expr evaluate meet error: ' || {message})"
    return f"CASE WHEN {given} AND {text} IS NULL THEN {failed} ELSE {text} END"


def _quoted(message: str) -> str:
    return "'" + message.replace("'", "''") + "'"


def _complaint(value: str, source: Type, target: Type) -> str:
    """DuckDB text of the message."""
    if source.is_decimal or target.is_decimal:
        return _quoted(f"The type cast from {_kinds(source, target)} overflows")
    if source.is_numeric and (target.is_integer or target.is_float):
        return _range_complaint(value, source, target)
    return f"'cast from {_name(source)}(' || {cast_sql(value, source, VARCHAR)} || ') to {_name(target)} failed'"


def _kinds(source: Type, target: Type) -> str:
    if source.is_decimal:
        return "decimal to decimal" if target.is_decimal else "decimal to other types"
    return "string to decimal" if source.is_string else "other types to decimal"


def _range_complaint(value: str, source: Type, target: Type) -> str:
    """Floating-point numbers are written with six digits."""
    low, high = BOUNDS.get(target.name, (-FLOAT_MOST, FLOAT_MOST))
    if source.is_float:
        return f"printf('%g', CAST({value} AS DOUBLE)) || ' conflict with range of ({low:g}, {high:g})'"
    return f"CAST({value} AS VARCHAR) || ' conflict with range of ({low}, {high})'"


def _name(type_: Type) -> str:
    """A type as a back end names it."""
    return type_.name.upper()
