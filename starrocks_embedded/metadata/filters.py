"""LIKE and WHERE of SHOW statements, over the rows the statement made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast

Row = Sequence[Any]
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<=>": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def like_pattern(pattern: str, ignore_case: bool = False) -> re.Pattern[str]:
    """% is any text, _ any character, a backslash takes the next one literally."""
    parts, i = [], 0
    while i < len(pattern):
        char = pattern[i]
        if char == "\\" and i + 1 < len(pattern):
            i += 1
            parts.append(re.escape(pattern[i]))
        else:
            parts.append({"%": ".*", "_": "."}.get(char) or re.escape(char))
        i += 1
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def like(text: Any, pattern: str, ignore_case: bool = False) -> bool:
    return text is not None and like_pattern(pattern, ignore_case).fullmatch(str(text)) is not None


class RowFilter:
    """Evaluates a WHERE over rows with these column names. Unknown names are StarRocks' analysis error."""

    def __init__(self, where: ast.Expr, names: Sequence[str]) -> None:
        self.where = where
        self.positions = {n.lower(): i for i, n in enumerate(names)}

    def accepts(self, row: Row) -> bool:
        return bool(self._value(self.where, row))

    def _value(self, expr: ast.Expr, row: Row) -> Any:
        if isinstance(expr, ast.Literal):
            return expr.value
        if isinstance(expr, ast.ColumnRef):
            return self._column(expr, row)
        if isinstance(expr, ast.Binary):
            return self._binary(expr, row)
        if isinstance(expr, ast.Unary) and expr.op in ("not", "!"):
            value = self._value(expr.operand, row)
            return None if value is None else not value
        if isinstance(expr, ast.Like) and expr.op == "like":
            found = like(self._value(expr.operand, row), str(self._value(expr.pattern, row)))
            return found != expr.negated
        if isinstance(expr, ast.InList):
            found = _text(self._value(expr.operand, row)) in [_text(self._value(i, row)) for i in expr.items]
            return found != expr.negated
        if isinstance(expr, ast.IsNull):
            return (self._value(expr.operand, row) is None) != expr.negated
        raise analysis_error("Unsupported expression in the WHERE of a SHOW statement")

    def _column(self, expr: ast.ColumnRef, row: Row) -> Any:
        position = self.positions.get(expr.parts[-1].lower())
        if position is None:
            raise analysis_error(f"Column '{expr.parts[-1]}' cannot be resolved", expr.span)
        return row[position]

    def _binary(self, expr: ast.Binary, row: Row) -> Any:
        left = self._value(expr.left, row)
        if expr.op in ("and", "or"):
            right = self._value(expr.right, row)
            return (left and right) if expr.op == "and" else (left or right)
        if expr.op not in COMPARISONS:
            raise analysis_error("Unsupported expression in the WHERE of a SHOW statement")
        right = self._value(expr.right, row)
        if left is None or right is None:
            return None
        return COMPARISONS[expr.op](*_alike(left, right))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Both as numbers if both are, else as texts."""
    try:
        return float(left), float(right)
    except (TypeError, ValueError):
        return str(left), str(right)
