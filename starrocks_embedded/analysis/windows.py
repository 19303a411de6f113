"""Window functions: OVER, its order and its frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.analysis.aggregates import before_cast, can_group, can_order
from starrocks_embedded.analysis.coercion import can_cast, loud_text, sql_text
from starrocks_embedded.analysis.expressions import annotate
from starrocks_embedded.analysis.scope import Scope
from starrocks_embedded.analysis.text import call_shown, shown
from starrocks_embedded.analysis.trees import is_constant
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

RANKING = {"row_number", "rank", "dense_rank", "ntile", "cume_dist", "percent_rank"}
NO_FRAME = RANKING | {"lead", "lag"}
WINDOWED = {
    "min", "max", "sum", "count", "avg", "min_by", "max_by", "hll_union_agg", "bitmap_union_count", "bitmap_union",
    "approx_top_k", "stddev", "stddev_samp", "stddev_pop", "std", "variance", "var_samp", "variance_samp",
    "var_pop", "variance_pop", "covar_pop", "covar_samp", "corr", "bool_or", "intersect_count",
    "multi_distinct_count", "multi_distinct_sum", "fused_multi_distinct_count", "fused_multi_distinct_count_sum",
    "fused_multi_distinct_count_avg", "fused_multi_distinct_count_sum_avg",
}  # fmt: skip
WINDOWED_LATELY, WINDOWED_BEFORE = {"array_agg"}, {"count_if"}  # from 4.0 on, and until then
BOUNDS = ("unbounded preceding", "preceding", "current row", "following", "unbounded following")


def analyze_window(call: ast.Call, scope: Scope, context: Context) -> None:
    window = call.window
    assert window is not None
    window.partition_by = [annotate(p, scope, context) for p in window.partition_by]
    for item in window.order_by:
        item.expr = annotate(item.expr, scope, context)
    for bound in () if window.frame is None else (window.frame.start, window.frame.end):
        if bound is not None and bound[1] is not None:
            annotate(bound[1], scope, context)
    _check_clauses(call, window, context.version)
    _check_function(call, window, context.version)
    if window.frame is not None:
        _check_frame(call, window, window.frame)


def _check_clauses(call: ast.Call, window: ast.Window, version: Version) -> None:
    for expr in window.partition_by:
        if is_constant(expr):
            message = (
                f"Expressions in the PARTITION BY clause must not be constant: {shown(expr)} (in {call_shown(call)})"
            )
            raise analysis_error(message, expr.span)
        if not can_group(expr.type):
            raise analysis_error(f"{sql_text(expr.type)} type can't as partition by column", expr.span)
    for item in window.order_by:
        if is_constant(item.expr):
            message = (
                f"Expressions in the ORDER BY clause must not be constant: {shown(item.expr)} (in {call_shown(call)})"
            )
            raise analysis_error(message, item.expr.span)
        if not can_order(item.expr.type, version):
            raise analysis_error(f"{loud_text(item.expr.type)} type can't as order by column", item.expr.span)


def _check_function(call: ast.Call, window: ast.Window, version: Version) -> None:
    text = _without_window(call)
    if call.distinct and not _takes_distinct(call, window, version):
        raise analysis_error(f"DISTINCT not allowed in analytic function: {text}", call.span)
    windowed = WINDOWED | (WINDOWED_LATELY if version.at_least("4.0") else WINDOWED_BEFORE)
    alone = call.function.kind == "window" or (call.function.kind == "aggregate" and call.name in windowed)
    if call.filter is not None or not alone:
        raise analysis_error(f"Function '{text}' not supported with OVER clause.")
    if call.name in ("lead", "lag") and len(call.args) > 1:
        _check_offset(call, text)
    if call.name == "ntile" and not _is_positive(call.args[0]):
        message = f"The num_buckets parameter of NTILE must be a constant positive integer: {text}"
        raise analysis_error(message, call.args[0].span)


def _takes_distinct(call: ast.Call, window: ast.Window, version: Version) -> bool:
    by_rows = window.frame is not None and window.frame.unit != "range"
    return version.at_least("4.0") and not by_rows and call.name in ("count", "sum", "avg", "array_agg")


def _check_offset(call: ast.Call, text: str) -> None:
    if not _is_positive(call.args[1]):
        span = call.args[1].span
        del span
        message = f"The offset parameter of LEAD/LAG must be a constant positive integer: {text}"
        raise analysis_error(message, call.span)
    if len(call.args) > 2:
        _check_substitute(call)


def _check_substitute(call: ast.Call) -> None:
    """What LEAD and LAG answer beyond the edge is a constant of the first argument's type."""
    first, third = before_cast(call.args[0]), before_cast(call.args[2])
    wanted = call.function.arguments[0] if first.type.is_null else first.type
    if third.type.is_null:
        return
    if not can_cast(third.type, wanted) or _never_becomes(third, wanted):
        raise analysis_error(f"The third parameter of LEAD/LAG can't convert to {loud_text(wanted)}", third.span)
    if not is_constant(third) and third.type.name != wanted.name:
        message = f"The type of the third parameter of LEAD/LAG not match the type {loud_text(wanted)}"
        raise analysis_error(message)


def _never_becomes(expr: ast.Expr, wanted: Type) -> bool:
    """Whether a string is no number where one is wanted."""
    if not (isinstance(expr, ast.Literal) and expr.kind == "string" and wanted.is_numeric):
        return False
    try:
        float(expr.value)
    except ValueError:
        return True
    return False


def _is_positive(expr: ast.Expr) -> bool:
    inner = expr.operand if isinstance(expr, ast.Cast) and expr.implicit else expr
    return isinstance(inner, ast.Literal) and inner.kind == "int" and inner.value > 0


def _without_window(call: ast.Call) -> str:
    return call_shown(call).split(" OVER (")[0]


def _check_frame(call: ast.Call, window: ast.Window, frame: ast.Frame) -> None:
    if call.name in NO_FRAME:
        raise analysis_error(f"Windowing clause not allowed with '{_without_window(call)}'", call.span)
    if not window.order_by:
        raise analysis_error(f"Windowing clause requires ORDER BY clause: {call_shown(call)}", call.span)
    start, end = frame.start, frame.end
    if end is None and start[0] == "following":
        raise analysis_error("FOLLOWING requires a BETWEEN clause", frame.span)
    if start[0] == "unbounded following":
        raise analysis_error("UNBOUNDED FOLLOWING is only allowed for upper bound of BETWEEN")
    if end is not None and end[0] == "unbounded preceding":
        raise analysis_error("UNBOUNDED PRECEDING is only allowed for lower bound of BETWEEN")
    if frame.unit == "range":
        _check_range(frame)
    for bound in (start, end):
        if bound is not None and bound[1] is not None:
            _check_bound(bound[0], bound[1])
    _check_order(start, end)


def _check_order(start: tuple[str, ast.Expr | None], end: tuple[str, ast.Expr | None] | None) -> None:
    if end is None or start[1] is None or end[1] is None:
        return
    first, last = (int(getattr(b[1], "value", 0)) * (-1 if b[0] == "preceding" else 1) for b in (start, end))
    if start[0] == end[0] and first > last:
        raise analysis_error("Offset boundaries are in the wrong order", end[1].span)


def _check_range(frame: ast.Frame) -> None:
    kinds = {frame.start[0], "current row" if frame.end is None else frame.end[0]}
    if kinds & {"preceding", "following"} or kinds == {"current row"}:
        supported = "both the lower and upper bounds UNBOUNDED or one UNBOUNDED and the other CURRENT ROW."
        message = f"RANGE is only supported with {supported}"
        raise analysis_error(message, frame.span)


def _check_bound(kind: str, offset: ast.Expr) -> None:
    if (
        not is_constant(offset)
        or offset.type not in (t.TINYINT, t.SMALLINT, t.INT, t.BIGINT)
        or not _is_positive(offset)
    ):
        message = "For ROWS window, the value of a PRECEDING/FOLLOWING offset must be a constant positive integer"
        raise analysis_error(f"{message}: {shown(offset)} {kind.upper()}", offset.span)
