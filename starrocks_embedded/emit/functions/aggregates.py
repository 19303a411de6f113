"""Aggregates. Approximate ones are exact here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

GROUP_CONCAT_LIMIT, GROUP_CONCAT_LEAST = 1024, 4

MACROS.append(
    r"""
cut_length(t, n) AS len(list_filter(range(1, length(t) + 1), lambda i: strlen(left(t, i)) <= n))
cut_text(t, n) AS CASE WHEN strlen(t) <= n THEN t WHEN strlen(t) = length(t) THEN left(t, n) ELSE list_transform([left(t, n)], lambda c: left(c, fn.cut_length(c, n)))[1] END
"""  # noqa: E501 (a macro is one line)
)

PLAIN = {
    "min": "min", "max": "max", "any_value": "any_value", "min_by": "arg_min_null", "max_by": "arg_max_null",
    "stddev": "stddev_pop", "stddev_pop": "stddev_pop", "std": "stddev_pop", "stddev_samp": "stddev_samp",
    "variance": "var_pop", "var_pop": "var_pop", "variance_pop": "var_pop", "var_samp": "var_samp",
    "variance_samp": "var_samp", "covar_pop": "covar_pop", "covar_samp": "covar_samp",
    "bool_or": "bool_or", "boolor_agg": "bool_or", "bool_and": "bool_and",
    "row_number": "row_number", "rank": "rank", "dense_rank": "dense_rank", "percent_rank": "percent_rank",
    "cume_dist": "cume_dist", "ntile": "ntile",
}  # fmt: skip


MEMBERS = {"bitmap": "bitmap_union_count", "hll": "hll_union_agg"}  # count(DISTINCT) counts the members of all


def tail(emitter: Emitter, call: ast.Call) -> str:
    """FILTER (WHERE …) of an aggregate."""
    return "" if call.filter is None else f" FILTER (WHERE {emitter.sql(call.filter)})"


def gathered(emitter: Emitter, call: ast.Call, value: str, condition: str = "") -> str:
    """The list of an aggregate's values, those of its rows where the condition holds; a window follows it."""
    conditions = [condition] if condition else []
    if call.filter is not None:
        conditions.append(emitter.sql(call.filter))
    where = f" FILTER (WHERE {' AND '.join(f'({c})' for c in conditions)})" if conditions else ""
    return f"list({value}){where}{over(call)}"


def over(call: ast.Call) -> str:
    """Where the window goes when the aggregate stands inside a larger text."""
    return "" if call.window is None else "{over}"


def ordering(emitter: Emitter, items: list[ast.OrderItem]) -> str:
    return " ORDER BY " + ", ".join(emitter.order_item(i) for i in items) if items else ""


@rewrite(*PLAIN)
def plain(emitter: Emitter, call: ast.Call) -> str:
    distinct = "DISTINCT " if call.distinct and call.name not in ("min", "max") else ""
    return f"{PLAIN[call.name]}({distinct}{emitter.list(call.args)}){tail(emitter, call)}"


@rewrite("corr")
def corr(emitter: Emitter, call: ast.Call) -> str:
    """NULL of a single pair, of which DuckDB says that it is no number."""
    one, other = (emitter.sql(a) for a in call.args)
    end = tail(emitter, call) + over(call)
    return f"CASE WHEN regr_count({other}, {one}){end} > 1 THEN corr({one}, {other}){end} END"


@rewrite("count")
def count(emitter: Emitter, call: ast.Call) -> str:
    if call.star or not call.args:
        return f"count(*){tail(emitter, call)}"
    if not call.distinct and len(call.args) == 1:
        return f"count({emitter.sql(call.args[0])}){tail(emitter, call)}"
    if call.distinct and (name := MEMBERS.get(call.args[0].type.name)) and len(call.args) == 1:
        return emitter.sql(replace(call, name=name, distinct=False))
    args = [emitter.sql(a) for a in call.args]
    word = "DISTINCT " if call.distinct else ""
    if len(args) == 1:
        return f"count({word}{args[0]}){tail(emitter, call)}"
    present = " AND ".join(f"{a} IS NOT NULL" for a in args)
    return f"count({word}CASE WHEN {present} THEN row({', '.join(args)}) END){tail(emitter, call)}"


@rewrite(
    "multi_distinct_count", "approx_count_distinct", "ndv", "approx_count_distinct_hll_sketch",
    "ds_hll_count_distinct", "ds_theta_count_distinct",
)  # fmt: skip
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
    from starrocks_embedded.emit.functions.decimals import wide_quotient
    from starrocks_embedded.types import Type, decimal

    value, word = emitter.sql(call.args[0]), "DISTINCT " if call.distinct else ""
    type_ = call.args[0].type
    if type_.name == "boolean":
        value = f"CAST({value} AS BIGINT)"
    if type_.name == "date":
        raise unsupported("avg of a date")
    if not call.type.is_decimal:
        return f"avg({word}{value}){tail(emitter, call)}"
    end = tail(emitter, call) + over(call)
    total, number = f"sum({word}{value}){end}", f"count({word}{value}){end}"
    if type_.is_wide:
        return wide_quotient(total, type_.scale, f"fn.big(CAST({number} AS VARCHAR))", 0, call.type.scale)
    return decimal_quotient(total, decimal(38, type_.scale), number, Type("bigint"), call.type)


@rewrite("count_if/1", "count_if")
def count_if(emitter: Emitter, call: ast.Call) -> str:
    return f"count(*) FILTER (WHERE coalesce({emitter.sql(call.args[0])}, false)){over(call)}"


def collected(emitter: Emitter, value: str, call: ast.Call, where: str) -> str:
    """The list of an aggregate's values. DuckDB orders distinct values by themselves only: where other keys are given
    the values are listed in that order first and then made distinct."""
    order = ordering(emitter, call.order_by)
    foreign = [i for i in call.order_by if emitter.sql(i.expr) != value]
    if call.distinct and foreign:
        return f"fn.unique(list({value}{order}){where}{over(call)})"
    return f"list({'DISTINCT ' if call.distinct else ''}{value}{order}){where}{over(call)}"


@rewrite("group_concat", "string_agg")
def group_concat(emitter: Emitter, call: ast.Call) -> str:
    """NULLs are skipped; of the text as many whole characters stay as the session's limit has bytes."""
    from starrocks_embedded.emit.expression import quote
    from starrocks_embedded.emit.values import session_value

    args, separator = list(call.args), call.separator
    text = "', '" if separator is None else f"coalesce({emitter.sql(separator)}, '')"
    if separator is None and emitter.session is not None:
        text = quote(",") if emitter.session.engine.version.at_least("3.1") else text
    values = [emitter.sql(a) for a in args]
    value = values[0] if len(values) == 1 else "(" + " || ".join(values) + ")"
    limit = session_value(emitter.session, "group_concat_max_len", str(GROUP_CONCAT_LIMIT))
    items = collected(emitter, value, call, f" FILTER (WHERE {value} IS NOT NULL)")
    whole = f"array_to_string({items}, {text})"
    return f"list_transform([{whole}], lambda t: fn.cut_text(t, {max(int(limit), GROUP_CONCAT_LEAST)}))[1]"


@rewrite("array_agg")
def array_agg(emitter: Emitter, call: ast.Call) -> str:
    return collected(emitter, emitter.sql(call.args[0]), call, tail(emitter, call))


@rewrite("array_agg_distinct", "array_unique_agg")
def array_agg_distinct(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if call.name == "array_unique_agg":
        return f"fn.unique(flatten({gathered(emitter, call, value, f'{value} IS NOT NULL')}))"
    return f"fn.unique({gathered(emitter, call, value)})"


@rewrite("min_n", "max_n")
def extremes(emitter: Emitter, call: ast.Call) -> str:
    """The smallest or largest values, NULLs aside, both from the smallest on."""
    value, number = (emitter.sql(a) for a in call.args)
    part = f"1:{number}" if call.name == "min_n" else f"-{number}:"
    listed = gathered(emitter, call, value, f"{value} IS NOT NULL")
    return f"coalesce(list_sort({listed})[{part}], [])"


@rewrite("sum_map")
def sum_map(emitter: Emitter, call: ast.Call) -> str:
    """Entries without a value are left out, those without a key are not."""
    value, type_ = emitter.sql(call.args[0]), call.type.children[1]
    entries = gathered(emitter, call, value, f"{value} IS NOT NULL")
    if call.window is not None:
        raise unsupported("sum_map() over a window")
    total = f"CAST(list_sum(list_transform(same, lambda s: s.value)) AS {duckdb_type(type_)})"
    same = "list_filter(l, lambda o: o.key IS NOT DISTINCT FROM f.key)"
    sums = f"list_transform([{same}], lambda same: struct_pack(key := f.key, value := {total}))[1]"
    flat = f"list_filter(flatten({entries}), lambda e: e.value IS NOT NULL)"
    return f"list_transform([{flat}], lambda l: list_transform(fn.first_of_keys(l), lambda f: {sums}))[1]"


@rewrite("approx_top_k")
def approx_top_k(emitter: Emitter, call: ast.Call) -> str:
    """The most frequent values and how often they occur; among equally frequent ones the first that came."""
    value = emitter.sql(call.args[0])
    number = emitter.sql(call.args[1]) if len(call.args) > 1 else "5"
    counted = "struct_pack(n := -len(list_filter(l, lambda o: o IS NOT DISTINCT FROM v)), i := i, v := v)"
    top = f"list_sort(list_transform(fn.unique(l), lambda v, i: {counted}))[1:{number}]"
    items = f"list_transform({top}, lambda t: struct_pack(item := t.v, count := -t.n))"
    whole = f"list_transform([{gathered(emitter, call, value)}], lambda l: {items})[1]"
    return f"CAST(coalesce({whole}, []) AS {duckdb_type(call.type)})"


@rewrite("grouping")
def grouping(emitter: Emitter, call: ast.Call) -> str:
    return f"grouping({emitter.list(call.args)})"


templates({}, same=[("grouping_id", "grouping")])


def condition(emitter: Emitter, call: ast.Call, name: str) -> str:
    """f_if(x, …, condition): f over the rows where the condition holds."""
    *args, where = call.args
    return emitter.sql(replace(call, name=name, args=args, filter=where))


CONDITIONAL = (
    "sum", "avg", "min", "max", "any_value", "min_by", "max_by", "stddev", "stddev_pop", "stddev_samp", "std",
    "variance", "var_pop", "variance_pop", "var_samp", "variance_samp", "corr", "covar_pop", "covar_samp", "bool_or",
    "multi_distinct_count", "multi_distinct_sum", "approx_count_distinct", "ndv", "ds_hll_count_distinct",
    "percentile_cont", "percentile_disc", "percentile_approx", "bitmap_union", "bitmap_union_count", "bitmap_agg",
    "bitmap_union_int", "bitmap_intersect", "hll_union", "hll_union_agg", "hll_raw_agg", "array_agg_distinct",
    "array_unique_agg", "map_agg",
)  # fmt: skip


@rewrite("count_if/2", *(f"{name}_if" for name in CONDITIONAL))
def conditional(emitter: Emitter, call: ast.Call) -> str:
    return condition(emitter, call, call.name.removesuffix("_if"))
