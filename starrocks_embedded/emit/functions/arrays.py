"""Arrays, maps and structs. NULL elements are kept where StarRocks keeps them."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MACROS.append(
    r"""
firsts(s) AS list_filter(list_zip(s, list_prepend(NULL, s)), lambda z: z[1] IS NOT NULL AND (z[2] IS NULL OR z[1].v IS DISTINCT FROM z[2].v))
unique_of_many(a) AS list_transform(list_sort(list_transform(fn.firsts(list_sort(list_transform(a, lambda e, i: {'v': e, 'i': i}))), lambda z: {'i': z[1].i, 'v': z[1].v})), lambda z: z.v)
unique(a) AS CASE WHEN a IS NULL THEN NULL WHEN len(a) < 1000 THEN list_filter(a, lambda e, i: i = list_position(a, e)) ELSE fn.unique_of_many(a) END
array_slice(a, o, n) AS CASE WHEN o > 0 THEN list_slice(a, o, o + n - 1) WHEN o < 0 AND -o <= len(a) THEN list_slice(a, len(a) + o + 1, len(a) + o + n) WHEN a IS NULL OR o IS NULL OR n IS NULL THEN NULL ELSE a[1:0] END
numbers(a) AS list_filter(a, lambda e: e IS NOT NULL)
element_at(a, i) AS CASE WHEN i > 0 THEN list_extract(a, i) END
affordable(n) AS CASE WHEN n > 20000000 THEN error('raised: an array of ' || n || ' elements is more than the embedded engine builds (20000000)') ELSE n END
series_end(a, b, s) AS CASE WHEN fn.affordable(abs(CAST(b AS HUGEINT) - a) // nullif(abs(CAST(s AS HUGEINT)), 0)) IS NOT NULL OR s = 0 THEN b END
"""
)

templates(
    {
        "array": "[{*}]",
        "array_length": "len({0})",
        "array_append": "CASE WHEN {0} IS NOT NULL THEN list_append({0}, {1}) END",
        "array_contains": "CASE WHEN {0} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) > 0 END",
        "array_position": "CASE WHEN {0} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END",
        "array_distinct": "fn.unique({0})",
        "array_sort": "list_sort({0}, 'ASC', 'NULLS FIRST')",
        "array_join/2": "array_to_string(fn.numbers({0}), {1})",
        "array_join/3": "array_to_string(list_transform({0}, lambda e: coalesce(CAST(e AS VARCHAR), {2})), {1})",
        "array_slice/2": "fn.array_slice({0}, {1}, 2147483647)",
        "array_slice/3": "fn.array_slice({0}, {1}, {2})",
        "array_remove": "list_filter({0}, lambda e: e IS DISTINCT FROM {1})",
        "array_flatten": "flatten({0})",
        "array_sum": "list_sum({0})",
        "array_avg": "list_avg({0})",
        "array_min": "list_min({0})",
        "array_max": "list_max({0})",
        "array_contains_all": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN len(list_filter({1}, lambda e: list_position({0}, e) IS NULL)) = 0 END",
        "arrays_overlap": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN len(list_filter({1}, lambda e: list_position({0}, e) IS NOT NULL)) > 0 END",
        "array_repeat": "list_transform(range(CAST(fn.affordable({1}) AS BIGINT)), lambda e: {0})",
        "reverse_array": "list_reverse({0})",
        "map_entries": "map_entries({0})",
        "map_keys": "map_keys({0})",
        "map_values": "map_values({0})",
        "map_size": "CAST(cardinality({0}) AS INTEGER)",
        "map_from_arrays": "map({0}, {1})",
        "map_contains_key": "map_contains({0}, {1})",
        "map_concat": "map_concat({*})",
        "distinct_map_keys": "{0}",
    },
)


@rewrite("cardinality")
def cardinality(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"cardinality({value})" if call.args[0].type.name == "map" else f"len({value})"


@rewrite("element_at")
def element_at(emitter: Emitter, call: ast.Call) -> str:
    value, index = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    if call.args[0].type.name == "map":
        return f"map_extract_value({value}, {index})"
    return f"fn.element_at({value}, {index})"


@rewrite("named_struct")
def named_struct(emitter: Emitter, call: ast.Call) -> str:
    return _struct(call, [emitter.sql(a) for a in call.args[1::2]])


@rewrite("row", "struct")
def row(emitter: Emitter, call: ast.Call) -> str:
    return _struct(call, [emitter.sql(a) for a in call.args])


def _struct(call: ast.Call, values: list[str]) -> str:
    pairs = ", ".join(f'"{name}" := {value}' for name, value in zip(call.type.fields, values, strict=True))
    return f"CAST(struct_pack({pairs}) AS {duckdb_type(call.type)})"


def split_lambda(call: ast.Call) -> tuple[ast.Lambda | None, list[ast.Expr]]:
    """The lambda stands first or last."""
    found = next((a for a in call.args if isinstance(a, ast.Lambda)), None)
    return found, [a for a in call.args if a is not found]


def mapped(emitter: Emitter, function: ast.Lambda, arrays: list[ast.Expr]) -> str:
    """A lambda over one array, or over several at once: their members zipped."""
    from starrocks_embedded.emit.expression import identifier

    if len(arrays) == 1:
        return f"list_transform({emitter.sql(arrays[0])}, {emitter.sql(function)})"
    zipped = f"list_zip({emitter.list(arrays)})"
    body = emitter.sql(function.body)
    for index, name in enumerate(function.params, 1):
        body = body.replace(identifier(name), f"struct_extract_at(z, {index})")
    return f"list_transform({zipped}, lambda z: {body})"


@rewrite("array_map", "transform")
def array_map(emitter: Emitter, call: ast.Call) -> str:
    function, arrays = split_lambda(call)
    assert function is not None
    return mapped(emitter, function, arrays)


@rewrite("array_filter")
def array_filter(emitter: Emitter, call: ast.Call) -> str:
    function, arrays = split_lambda(call)
    if function is not None and len(arrays) == 1:
        return f"list_filter({emitter.sql(arrays[0])}, {emitter.sql(function)})"
    value = emitter.sql(arrays[0])
    kept = mapped(emitter, function, arrays) if function is not None else emitter.sql(arrays[1])
    return f"list_filter({value}, lambda e, i: coalesce(list_extract({kept}, i), false))"


@rewrite("any_match", "all_match")
def matches(emitter: Emitter, call: ast.Call) -> str:
    function, arrays = split_lambda(call)
    truths = mapped(emitter, function, arrays) if function is not None else emitter.sql(arrays[0])
    if call.name == "any_match":
        return f"coalesce(list_bool_or({truths}), CASE WHEN len({truths}) = 0 THEN false END)"
    return f"coalesce(list_bool_and({truths}), CASE WHEN len({truths}) = 0 THEN true END)"


@rewrite("array_sortby")
def array_sortby(emitter: Emitter, call: ast.Call) -> str:
    function, arrays = split_lambda(call)
    value = emitter.sql(arrays[0])
    keys = mapped(emitter, function, arrays[:1]) if function is not None else emitter.sql(arrays[1])
    pairs = f"list_zip({keys}, {value})"
    return f"list_transform(list_sort({pairs}, 'ASC', 'NULLS FIRST'), lambda s: struct_extract_at(s, 2))"


@rewrite("array_generate")
def array_generate(emitter: Emitter, call: ast.Call) -> str:
    args = [emitter.sql(a) for a in call.args]
    if len(args) == 1:
        args = ["1", *args]
    if len(args) == 2:
        args.append(f"CASE WHEN {args[0]} <= {args[1]} THEN 1 ELSE -1 END")
    start, stop, step = args[:3]
    return f"generate_series({start}, fn.series_end({start}, {stop}, {step}), {step})"


@rewrite("array_concat", "array_cat")
def array_concat(emitter: Emitter, call: ast.Call) -> str:
    """NULL where any array is NULL."""
    return "(" + " || ".join(emitter.sql(a) for a in call.args) + ")"


@rewrite("array_intersect")
def array_intersect(emitter: Emitter, call: ast.Call) -> str:
    first, *rest = [emitter.sql(a) for a in call.args]
    for other in rest:
        first = f"list_filter(fn.unique({first}), lambda e: list_position({other}, e) IS NOT NULL)"
    return first
