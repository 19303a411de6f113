"""Aggregate functions: what they take, where they may stand, and what GROUP BY leaves visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.coercion import loud_text
from starrocks_embedded.analysis.functions import Signature
from starrocks_embedded.analysis.scope import Scope
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.analysis.trees import children, fingerprint, is_constant, walk, walk_everything
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.metadata.variables import value_text
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, to_sql
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

NO_AGGREGATION = "Type (nested) percentile/hll/bitmap/json/struct/map not support this aggregation function"
WINDOW_ONLY = {
    "lead", "lag", "row_number", "rank", "dense_rank", "ntile", "cume_dist", "percent_rank", "first_value",
    "last_value", "first_value_rewrite", "session_number",
}  # fmt: skip
EXCHANGE_METERS = {"exchange_bytes", "exchange_speed"}
DISTINCT_COUNTS = {"ndv", "approx_count_distinct", "ds_theta_count_distinct", "ds_hll_count_distinct"}
BITMAP_TAKERS = {"bitmap_union", "bitmap_union_count", "bitmap_intersect"}


# ---- arguments -------------------------------------------------------------------------------------------------------


def check_aggregate(call: ast.Call, signature: Signature, context: Context) -> None:
    """Refuses arguments that the signature alone would let pass."""
    name = call.name
    if call.star and name != "count":
        raise analysis_error(f"'*' can only be used in conjunction with COUNT: {shown(call)}", call.span)
    if call.distinct and call.window is None:
        _check_distinct(call)
    if name == "count":
        if len(call.args) > 1 and not call.distinct:
            raise analysis_error(f"COUNT must have DISTINCT for multiple arguments: {shown(call)}", call.span)
        return
    if name in WINDOW_ONLY and call.window is None:
        raise analysis_error(f"{name} only used in analytic function", call.span)
    if name in EXCHANGE_METERS and value_text(context.session, "new_planner_agg_stage") != "1":
        raise analysis_error(f"{name} should run in new_planner_agg_stage = 1", call.span)
    if call.args:
        _check_first(call)


def _check_distinct(call: ast.Call) -> None:
    types = [before_cast(a).type for a in (*call.args, *(item.expr for item in call.order_by))]
    if any((x.name == "json" or x.is_nested) and not can_group(x) for x in types):
        listed = ",".join(to_sql(x) for x in types)
        raise analysis_error(f"{shown(call)} can't rewrite distinct to group by on ({listed})")


def _check_first(call: ast.Call) -> None:
    name, given = call.name, before_cast(call.args[0]).type
    if name in ("max_by", "min_by"):
        _check_by(call)
    elif name in ("sum", "avg"):
        if not (given.is_numeric or given.is_string or given.is_null):
            raise analysis_error(f"{name} requires a numeric parameter: {shown(call)}", call.span)
    elif name in ("min", "max"):
        if not is_orderable_scalar(given):
            raise analysis_error(NO_AGGREGATION)
    elif name in DISTINCT_COUNTS:
        if not is_orderable_scalar(given) and given.name != "varbinary":
            raise analysis_error(NO_AGGREGATION)
    elif name in BITMAP_TAKERS and given.name != "bitmap":
        message = f"{name} function's argument should be of BITMAP getType(), but was {loud_text(given)}"
        raise analysis_error(message, call.args[0].span)
    elif name == "bitmap_agg" and not (given.is_integer or given.name == "boolean" or given.is_string):
        message = (
            f"{name} function's argument should be of int type or bool type or string type, but was {loud_text(given)}"
        )
        raise analysis_error(message, call.args[0].span)
    elif name == "bitmap_union_int" and (not given.is_integer or given.name == "largeint"):
        raise analysis_error("BITMAP_UNION_INT params only support Integer getType()", call.span)
    elif name in ("hll_union_agg", "hll_union", "hll_raw_agg") and given.name != "hll":
        raise analysis_error("HLL_UNION_AGG, HLL_RAW_AGG and HLL_CARDINALITY's params must be hll column", call.span)
    elif name == "ds_hll_estimate" and given.name != "varbinary":
        raise analysis_error("Resolved function ds_hll_count_distinct_merge has no binary as argument type")
    elif name.startswith("percentile_") and name in ("percentile_cont", "percentile_disc", "percentile_disc_lc"):
        _check_percentile(call)


def _check_by(call: ast.Call) -> None:
    if any(is_constant(a) for a in call.args):
        raise analysis_error(f"{call.name} function args must be column", call.span)
    if not is_orderable_scalar(before_cast(call.args[1]).type):
        raise analysis_error("Type (nested) percentile/hll/bitmap/json/struct/map not support order-by")


def _check_percentile(call: ast.Call) -> None:
    rate = before_cast(call.args[1])
    if not is_constant(rate) or not rate.type.is_numeric or rate.type.name == "boolean":
        message = f"{call.name} 's second parameter should be constant and its type should be numeric"
        raise analysis_error(message, call.span)
    if isinstance(rate, ast.Literal) and not 0 <= float(rate.value) <= 1:
        raise analysis_error(f"{call.name} second parameter'value should be between 0 and 1", rate.span)


def before_cast(expr: ast.Expr) -> ast.Expr:
    return expr.operand if isinstance(expr, ast.Cast) and expr.implicit else expr


def is_orderable_scalar(type_: Type) -> bool:
    return not (type_.is_metric_object or type_.is_nested or type_.name in ("json", "varbinary", "function"))


def can_order(type_: Type, version: Version) -> bool:
    if type_.name == "array" or (type_.name == "struct" and version.at_least("4.0")):
        return all(can_order(c, version) for c in type_.children)
    return is_orderable_scalar(type_)


def can_group(type_: Type) -> bool:
    """Also what DISTINCT and joins can compare."""
    if type_.is_nested:
        return all(can_group(c) for c in type_.children)
    return not (type_.is_metric_object or type_.name in ("json", "varbinary", "function"))


# ---- places ----------------------------------------------------------------------------------------------------------


def is_aggregate(node: Any) -> bool:
    return isinstance(node, ast.Call) and node.window is None and _kind(node) == "aggregate"


def is_window(node: Any) -> bool:
    return isinstance(node, ast.Call) and node.window is not None


def is_grouping(node: Any) -> bool:
    return isinstance(node, ast.Call) and _kind(node) == "grouping"


def _kind(call: ast.Call) -> str:
    return "" if call.function is None else str(call.function.kind)


def aggregates_in(expressions: Iterable[ast.Expr]) -> list[ast.Call]:
    return [n for e in expressions for n in walk(e) if is_aggregate(n)]


def forbid(expr: ast.Expr, clause: str, *kinds: str) -> None:
    """Refuses aggregates, windows, grouping functions or subqueries in a clause that cannot have them."""
    for node in walk(expr):
        if "aggregate" in kinds and is_aggregate(node):
            raise analysis_error(f"{clause} clause cannot contain aggregations", node.span)
        if "window" in kinds and is_window(node):
            raise analysis_error(f"{clause} clause cannot contain window function", node.span)
        if "grouping" in kinds and is_grouping(node):
            raise analysis_error(f"{clause} clause cannot contain grouping", node.span)
        if "subquery" in kinds and isinstance(node, ast.ScalarQuery | ast.Exists | ast.InQuery):
            raise analysis_error(f"{clause} clause cannot contain subquery", node.span)


# ---- GROUP BY --------------------------------------------------------------------------------------------------------


class GroupRules:
    """Whether expressions are constant within a group: they are group keys, aggregates, or made of such."""

    def __init__(self, keys: Sequence[ast.Expr], scope: Scope, strict: bool, outputs: Sequence[object] = ()) -> None:
        self.keys = {fingerprint(k) for k in keys}
        self.own = {id(f.column) for f in scope.fields}
        self.strict = strict
        self.outputs = outputs
        self.loose: list[ast.ColumnRef] = []  # columns that an any_value() must wrap, where the mode allows it

    def verify(self, expr: ast.Expr) -> None:
        if not self._stable(expr):
            message = f"'{shown(expr)}' must be an aggregate expression or appear in GROUP BY clause"
            raise analysis_error(message, expr.span)

    def _stable(self, node: Any) -> bool:
        if isinstance(node, ast.Expr) and fingerprint(node) in self.keys:
            return True
        if isinstance(node, ast.ColumnRef):
            return self._column(node)
        if is_aggregate(node):
            self._no_nesting(node)
            return True
        if isinstance(node, ast.ScalarQuery | ast.Exists | ast.InQuery):
            return self._subquery(node)
        return all(self._stable(c) for c in children(node))

    def _column(self, node: ast.ColumnRef) -> bool:
        if getattr(node.slot, "relation", None) is None:  # the parameter of a lambda
            return True
        if not self.strict:
            self.loose.append(node)
            return True
        return False

    def _no_nesting(self, call: ast.Call) -> None:
        inner: tuple[tuple[Callable[[Any], bool], str], ...] = (
            (is_aggregate, "aggregation function"),
            (is_window, "window function"),
        )
        for test, what in inner:
            if any(test(n) for a in call.args for n in walk(a)):
                raise analysis_error(f"Unsupported nest {what} inside aggregation", call.span)

    def _subquery(self, node: Any) -> bool:
        operands = getattr(node, "operands", [])
        if not all(self._stable(o) for o in operands):
            return False
        for inner in walk_everything(node.query):
            if isinstance(inner, ast.ColumnRef) and id(inner.slot) in self.own and fingerprint(inner) not in self.keys:
                return False
        return True
