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
    text = write(emitter, call)
    outside: dict[str, ast.Expr] = {}
    if "TRY(" in text:
        outside = {f"a{i}": _value(arg) for i, arg in enumerate(call.args) if _stays_outside(arg, emitter.grouped)}
    if not outside:
        return text
    args = [_handed(f"a{i}", arg) if f"a{i}" in outside else arg for i, arg in enumerate(call.args)]
    fields = ", ".join(f"{name} := {emitter.sql(arg)}" for name, arg in outside.items())
    inside = write(emitter, replace(call, args=args))
    return f"list_transform([struct_pack({fields})], lambda {HANDED}: {inside})[1]"


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


def _handed(name: str, arg: ast.Expr) -> ast.Expr:
    value = _value(arg)
    handed = Handed(f"{HANDED}.{name}")
    handed.type, handed.nullable = value.type, value.nullable
    return replace(arg, value=handed) if isinstance(arg, ast.Interval) else handed
