"""Window functions and their frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import find, rewrite
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter


def windowed(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import typed

    write = find(call.name, len(call.args))
    if write is None or call.window is None:
        raise unsupported(f"function {call.name}()")
    over = f" OVER ({window_text(emitter, call.window)})"
    text = write(emitter, call)
    text = text.replace("{over}", over) if "{over}" in text else text + over
    return typed(text, call.type)


def window_text(emitter: Emitter, window: ast.Window) -> str:
    parts = []
    if window.partition_by:
        parts.append(f"PARTITION BY {emitter.list(window.partition_by)}")
    if window.order_by:
        parts.append("ORDER BY " + ", ".join(emitter.order_item(i) for i in window.order_by))
    if window.frame is not None:
        parts.append(frame_text(emitter, window.frame))
    return " ".join(parts)


def frame_text(emitter: Emitter, frame: ast.Frame) -> str:
    start = bound_text(emitter, frame.start)
    if frame.end is None:
        return f"{frame.unit.upper()} {start}"
    return f"{frame.unit.upper()} BETWEEN {start} AND {bound_text(emitter, frame.end)}"


def bound_text(emitter: Emitter, bound: tuple[str, ast.Expr | None]) -> str:
    kind, expr = bound
    return kind.upper() if expr is None else f"{emitter.sql(expr)} {kind.upper()}"


@rewrite("lead", "lag")
def shifted(emitter: Emitter, call: ast.Call) -> str:
    args = [emitter.sql(a) for a in call.args]
    if call.ignore_nulls:
        args[-1] += " IGNORE NULLS"
    return f"{call.name}({', '.join(args)})"


@rewrite("first_value", "last_value")
def edge(emitter: Emitter, call: ast.Call) -> str:
    return f"{call.name}({emitter.sql(call.args[0])}{' IGNORE NULLS' if call.ignore_nulls else ''})"
