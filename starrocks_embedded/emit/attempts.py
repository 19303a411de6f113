"""Calls that DuckDB may fail on are wrapped in TRY, which takes no aggregate, window function or subquery: these are
computed outside of it and handed in."""

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
    outside = {f"a{i}": arg for i, arg in enumerate(call.args) if _stays_outside(arg)} if "TRY(" in text else {}
    if not outside:
        return text
    args = [_handed(f"a{i}", arg) if f"a{i}" in outside else arg for i, arg in enumerate(call.args)]
    fields = ", ".join(f"{name} := {emitter.sql(arg)}" for name, arg in outside.items())
    inside = write(emitter, replace(call, args=args))
    return f"list_transform([struct_pack({fields})], lambda {HANDED}: {inside})[1]"


def _stays_outside(arg: ast.Expr) -> bool:
    return not isinstance(arg, ast.Interval) and any(
        is_aggregate(node) or is_window(node) or isinstance(node, ast.ScalarQuery | ast.InQuery | ast.Exists)
        for node in walk(arg)
    )


def _handed(name: str, arg: ast.Expr) -> Handed:
    handed = Handed(f"{HANDED}.{name}")
    handed.type, handed.nullable = arg.type, arg.nullable
    return handed
