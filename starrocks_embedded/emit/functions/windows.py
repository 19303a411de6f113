"""Window functions and their frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, find, rewrite
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter


MACROS.append("sessions(l, d) AS 1 + len(list_filter(l, lambda x, i: i > 1 AND x - l[i - 1] > d))")


def windowed(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import typed
    from starrocks_embedded.emit.functions.decimals import wide_pattern

    write = find(call.name, len(call.args))
    if write is None or call.window is None:
        raise unsupported(f"function {call.name}()")
    wide_pattern(call)
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


@rewrite("session_number")
def session_number(emitter: Emitter, call: ast.Call) -> str:
    """Grows where a value is more than delta above the one before it, NULLs passed over."""
    value, delta = (emitter.sql(a) for a in call.args)
    so_far = f"fn.numbers(list({value}){{over}})"
    return f"CASE WHEN {value} IS NOT NULL THEN fn.sessions({so_far}, {delta}) END"


@rewrite("first_value", "last_value")
def edge(emitter: Emitter, call: ast.Call) -> str:
    return f"{call.name}({emitter.sql(call.args[0])}{' IGNORE NULLS' if call.ignore_nulls else ''})"
