"""Behaviour over time: window_funnel() and retention()."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite
from starrocks_embedded.emit.functions.aggregates import gathered
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

# The events run through a state in the order of their time. Of the chain that reached a level, `starts` holds when it
# began and `lasts` when it got there; `level` is where the present chain stands, `best` where an earlier one ended.
# The mode's bits: 1 ends a chain at an event it has already, 2 at one that leaps ahead, 4 wants times to increase.
MACROS.append(
    r"""
funnel_events(rows) AS list_sort(flatten(list_transform(rows, lambda r: list_filter(list_transform(r.hits, lambda hit, i: struct_pack(ts := r.ts, lv := CASE WHEN hit THEN i END)), lambda v: v.lv IS NOT NULL))))
funnel_start(rows, n) AS list_transform(fn.funnel_events(rows), lambda v: struct_pack(ts := v.ts, lv := v.lv, starts := list_resize(CAST([] AS BIGINT[]), n), lasts := list_resize(CAST([] AS BIGINT[]), n), level := 0, best := 0, begun := false, done := false))
funnel_move(s, e, w, mode) AS CASE WHEN s.done THEN 'none' WHEN e.lv = 1 THEN 'start' WHEN mode & 1 = 1 AND s.starts[e.lv] IS NOT NULL THEN 'end' WHEN mode & 2 = 2 AND s.begun AND s.starts[e.lv - 1] IS NULL THEN 'end' WHEN e.ts <= s.starts[e.lv - 1] + w AND (mode & 4 = 0 OR coalesce(s.lasts[e.lv - 1] < e.ts, true)) THEN 'rise' ELSE 'none' END
funnel_put(a, i, x) AS list_transform(a, lambda old, j: CASE WHEN j = i THEN x ELSE old END)
funnel_moved(s, e, m, mode, n) AS struct_pack(ts := e.ts, lv := e.lv, starts := CASE m WHEN 'start' THEN fn.funnel_put(s.starts, 1, e.ts) WHEN 'rise' THEN fn.funnel_put(s.starts, e.lv, s.starts[e.lv - 1]) WHEN 'end' THEN list_transform(s.starts, lambda old, j: CASE WHEN j > s.level THEN old END) ELSE s.starts END, lasts := CASE WHEN m = 'rise' OR (m = 'start' AND mode & 3 = 0) THEN fn.funnel_put(s.lasts, e.lv, e.ts) ELSE s.lasts END, level := CASE m WHEN 'start' THEN greatest(s.level, 1) WHEN 'rise' THEN greatest(s.level, e.lv) WHEN 'end' THEN 0 ELSE s.level END, best := CASE WHEN m = 'end' THEN greatest(s.best, s.level) ELSE s.best END, begun := s.begun OR m = 'start', done := s.done OR (m = 'rise' AND e.lv = n))
funnel_step(s, e, w, mode, n) AS list_transform([fn.funnel_move(s, e, w, mode)], lambda m: fn.funnel_moved(s, e, m, mode, n))[1]
funnel_end(s, mode, n) AS CASE WHEN s.done THEN n WHEN mode & 3 = 0 THEN coalesce(list_max(list_transform(s.starts, lambda x, i: CASE WHEN x IS NOT NULL THEN i END)), 0) ELSE greatest(s.level, s.best) END
funnel_idle(n) AS struct_pack(ts := CAST(0 AS BIGINT), lv := CAST(0 AS BIGINT), starts := list_resize(CAST([] AS BIGINT[]), n), lasts := list_resize(CAST([] AS BIGINT[]), n), level := 0, best := 0, begun := false, done := false)
funnel(rows, w, mode, n) AS fn.funnel_end(list_reduce(list_prepend(fn.funnel_idle(n), fn.funnel_start(rows, n)), lambda s, e: fn.funnel_step(s, e, w, mode, n)), mode, n)
retained(rows) AS list_transform(rows[1], lambda first, i: coalesce(list_bool_or(list_transform(rows, lambda r: r[1])) AND list_bool_or(list_transform(rows, lambda r: r[i])), false))
"""
)


@rewrite("window_funnel")
def window_funnel(emitter: Emitter, call: ast.Call) -> str:
    window, moment, mode, events = call.args
    if not isinstance(events, ast.ArrayLiteral):
        raise unsupported("window_funnel() over an array that is not written out")
    time = emitter.sql(moment)
    if moment.type.name == "datetime":
        time = f"CAST(floor(epoch({time})) AS BIGINT)"
    elif moment.type.name == "date":
        time = f"({time} - DATE '1970-01-01')"
    row = f"struct_pack(ts := CAST({time} AS BIGINT), hits := {emitter.sql(events)})"
    rows = gathered(emitter, call, row, f"{time} IS NOT NULL")
    return f"coalesce(fn.funnel({rows}, {emitter.sql(window)}, {emitter.sql(mode)}, {len(events.items)}), 0)"


@rewrite("retention")
def retention(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"fn.retained({gathered(emitter, call, value, f'{value} IS NOT NULL')})"
