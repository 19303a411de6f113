"""Calls that DuckDB may fail on are wrapped in TRY, which takes no aggregate, window function or subquery, and of a
grouped query no column: these are computed outside of it and handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.aggregates import is_aggregate, is_window
from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

HANDED = "__handed"


@dataclass(eq=False)
class Handed(ast.Expr):
    """An argument under the name that it has inside of TRY."""

    text: str


def attempted(emitter: Emitter, call: ast.Call, write: Callable[[Emitter, ast.Call], str]) -> str:
    return attempt(emitter, call.args, lambda args: write(emitter, replace(call, args=args)))


def attempt(emitter: Emitter, operands: list[ast.Expr], write: Callable[[list[ast.Expr]], str]) -> str:
    """The text that `write` makes of the operands, with those handed in that its TRY does not take."""
    text = write(operands)
    outside = outside_of_attempts(emitter, operands) if "TRY(" in text else []
    return handed_in(emitter, operands, outside, write) if outside else text


def outside_of_attempts(emitter: Emitter, operands: list[ast.Expr]) -> list[int]:
    """The places of the operands that TRY does not take."""
    return [i for i, arg in enumerate(operands) if _stays_outside(arg, emitter.grouped)]


def handed_in(
    emitter: Emitter, operands: list[ast.Expr], outside: list[int], write: Callable[[list[ast.Expr]], str]
) -> str:
    """The text over operands of which those at the places `outside` are computed once, before."""
    args = [_handed(f"{HANDED}.a{i}", arg) if i in outside else arg for i, arg in enumerate(operands)]
    fields = ", ".join(f"a{i} := {emitter.sql(_value(operands[i]))}" for i in outside)
    return f"list_transform([struct_pack({fields})], lambda {HANDED}: {write(args)})[1]"


def _stays_outside(arg: ast.Expr, grouped: bool) -> bool:
    return any(
        is_aggregate(node)
        or is_window(node)
        or isinstance(node, ast.ScalarQuery | ast.InQuery | ast.Exists)
        or (grouped and isinstance(node, ast.ColumnRef))
        for node in walk(arg)
    )


def _value(arg: ast.Expr) -> ast.Expr:
    """An interval is no value that could be handed in: its number is."""
    return arg.value if isinstance(arg, ast.Interval) else arg


def _handed(text: str, arg: ast.Expr) -> ast.Expr:
    value = _value(arg)
    handed = Handed(text)
    handed.type, handed.nullable = value.type, value.nullable
    return replace(arg, value=handed) if isinstance(arg, ast.Interval) else handed
