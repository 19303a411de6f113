"""Aggregates. Approximate ones are exact here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import rewrite, templates
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

GROUP_CONCAT_LIMIT = 1024

PLAIN = {
    "min": "min", "max": "max", "any_value": "any_value", "min_by": "arg_min", "max_by": "arg_max",
    "stddev": "stddev_pop", "stddev_pop": "stddev_pop", "std": "stddev_pop", "stddev_samp": "stddev_samp",
    "variance": "var_pop", "var_pop": "var_pop", "variance_pop": "var_pop", "var_samp": "var_samp",
    "variance_samp": "var_samp", "corr": "corr", "covar_pop": "covar_pop", "covar_samp": "covar_samp",
    "bool_or": "bool_or", "boolor_agg": "bool_or", "bool_and": "bool_and",
    "row_number": "row_number", "rank": "rank", "dense_rank": "dense_rank", "percent_rank": "percent_rank",
    "cume_dist": "cume_dist", "ntile": "ntile",
}  # fmt: skip


def tail(emitter: Emitter, call: ast.Call) -> str:
    """FILTER (WHERE …) of an aggregate."""
    return "" if call.filter is None else f" FILTER (WHERE {emitter.sql(call.filter)})"


def ordering(emitter: Emitter, items: list[ast.OrderItem]) -> str:
    return " ORDER BY " + ", ".join(emitter.order_item(i) for i in items) if items else ""


@rewrite(*PLAIN)
def plain(emitter: Emitter, call: ast.Call) -> str:
    distinct = "DISTINCT " if call.distinct and call.name not in ("min", "max") else ""
    return f"{PLAIN[call.name]}({distinct}{emitter.list(call.args)}){tail(emitter, call)}"


@rewrite("count")
def count(emitter: Emitter, call: ast.Call) -> str:
    if call.star or not call.args:
        return f"count(*){tail(emitter, call)}"
    if not call.distinct and len(call.args) == 1:
        return f"count({emitter.sql(call.args[0])}){tail(emitter, call)}"
    args = [emitter.sql(a) for a in call.args]
    word = "DISTINCT " if call.distinct else ""
    if len(args) == 1:
        return f"count({word}{args[0]}){tail(emitter, call)}"
    present = " AND ".join(f"{a} IS NOT NULL" for a in args)
    return f"count({word}CASE WHEN {present} THEN row({', '.join(args)}) END){tail(emitter, call)}"


@rewrite("multi_distinct_count", "approx_count_distinct", "ndv", "approx_count_distinct_hll_sketch")
def count_distinct(emitter: Emitter, call: ast.Call) -> str:
    return f"count(DISTINCT {emitter.sql(call.args[0])}){tail(emitter, call)}"


@rewrite("sum", "multi_distinct_sum", "sum_distinct")
def sum_(emitter: Emitter, call: ast.Call) -> str:
    word = "DISTINCT " if call.distinct or call.name != "sum" else ""
    value = emitter.sql(call.args[0])
    if call.args[0].type.name == "boolean":
        value = f"CAST({value} AS BIGINT)"
    return f"sum({word}{value}){tail(emitter, call)}"


@rewrite("avg")
def avg(emitter: Emitter, call: ast.Call) -> str:
    """Of decimals exact: the sum divided by the count."""
    from starrocks_embedded.emit.expression import decimal_quotient
    from starrocks_embedded.types import Type, decimal

    value, word = emitter.sql(call.args[0]), "DISTINCT " if call.distinct else ""
    type_ = call.args[0].type
    if type_.name == "boolean":
        value = f"CAST({value} AS BIGINT)"
    if type_.name == "date":
        raise unsupported("avg of a date")
    if not call.type.is_decimal:
        return f"avg({word}{value}){tail(emitter, call)}"
    total, number = f"sum({word}{value}){tail(emitter, call)}", f"count({word}{value}){tail(emitter, call)}"
    if call.window is not None:
        total, number = f"{total}{{over}}", f"{number}{{over}}"
    return decimal_quotient(total, decimal(38, type_.scale), number, Type("bigint"), call.type)


@rewrite("count_if/1", "count_if")
def count_if(emitter: Emitter, call: ast.Call) -> str:
    return f"count(*) FILTER (WHERE coalesce({emitter.sql(call.args[0])}, false))"


def collected(emitter: Emitter, value: str, call: ast.Call, where: str) -> str:
    """The list of an aggregate's values. DuckDB orders distinct values by themselves only: where other keys are given
    the values are listed in that order first and then made distinct."""
    order = ordering(emitter, call.order_by)
    foreign = [i for i in call.order_by if emitter.sql(i.expr) != value]
    if call.distinct and foreign:
        return f"fn.unique(list({value}{order}){where})"
    return f"list({'DISTINCT ' if call.distinct else ''}{value}{order}){where}"


@rewrite("group_concat", "string_agg")
def group_concat(emitter: Emitter, call: ast.Call) -> str:
    """NULLs are skipped, the text is cut where the session's limit says."""
    from starrocks_embedded.emit.expression import quote
    from starrocks_embedded.emit.values import session_value

    args, separator = list(call.args), call.separator
    text = "', '" if separator is None else emitter.sql(separator)
    if separator is None and emitter.session is not None:
        text = quote(",") if emitter.session.engine.version.at_least("3.1") else text
    values = [emitter.sql(a) for a in args]
    value = values[0] if len(values) == 1 else "(" + " || ".join(values) + ")"
    limit = session_value(emitter.session, "group_concat_max_len", str(GROUP_CONCAT_LIMIT))
    items = collected(emitter, value, call, f" FILTER (WHERE {value} IS NOT NULL)")
    whole = f"array_to_string({items}, {text})"
    return f"left({whole}, {int(limit)})"


@rewrite("array_agg")
def array_agg(emitter: Emitter, call: ast.Call) -> str:
    return collected(emitter, emitter.sql(call.args[0]), call, tail(emitter, call))


@rewrite("array_agg_distinct", "array_unique_agg")
def array_agg_distinct(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if call.name == "array_unique_agg":
        return f"list_distinct(flatten(list({value})))"
    return f"list(DISTINCT {value})"


@rewrite("percentile_cont", "percentile_disc", "percentile_approx")
def percentile(emitter: Emitter, call: ast.Call) -> str:
    value, part = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    name = "quantile_disc" if call.name == "percentile_disc" else "quantile_cont"
    return f"{name}({value}, {part}){tail(emitter, call)}"


@rewrite("grouping")
def grouping(emitter: Emitter, call: ast.Call) -> str:
    return f"grouping({emitter.list(call.args)})"


templates({"map_agg": "map_from_entries(list(struct_pack(key := {0}, value := {1})) FILTER (WHERE {0} IS NOT NULL))"})
templates({}, same=[("grouping_id", "grouping")])


def condition(emitter: Emitter, call: ast.Call, name: str) -> str:
    """f_if(x, …, condition): f over the rows where the condition holds."""
    *args, where = call.args
    inner = ast.Call(name, args, type=call.type, filter=where, distinct=call.distinct)
    return emitter.sql(inner)


@rewrite("sum_if", "avg_if", "min_if", "max_if", "count_if/2", "any_value_if", "array_agg_if")
def conditional(emitter: Emitter, call: ast.Call) -> str:
    return condition(emitter, call, call.name.removesuffix("_if"))
