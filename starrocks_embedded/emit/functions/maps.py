"""Maps. One is stored as the list of its entries, since its keys may be NULL and keep the order they came in."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.emit.functions.aggregates import gathered
from starrocks_embedded.emit.functions.lambdas import bound, once, split_lambda
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MACROS.append(
    r"""
map_keys(m) AS list_transform(m, lambda e: e.key)
map_values(m) AS list_transform(m, lambda e: e.value)
map_value(m, k) AS list_filter(m, lambda h: h.key IS NOT DISTINCT FROM k)[1].value
map_has(m, k) AS len(list_filter(m, lambda h: h.key IS NOT DISTINCT FROM k)) > 0
map_unique(m) AS len(list_distinct(list_transform(m, lambda e: e.key))) + least(len(list_filter(m, lambda e: e.key IS NULL)), 1) = len(m)
last_of_keys(m) AS list_transform([m], lambda l: CASE WHEN fn.map_unique(l) THEN l ELSE list_filter(l, lambda e, i: NOT fn.map_has(l[i + 1:], e.key)) END)[1]
first_of_keys(m) AS list_transform([m], lambda l: CASE WHEN fn.map_unique(l) THEN l ELSE list_filter(l, lambda e, i: NOT fn.map_has(l[:i - 1], e.key)) END)[1]
map_of_arrays(ks, vs) AS CASE WHEN ks IS NULL OR vs IS NULL THEN NULL WHEN len(ks) <> len(vs) THEN error('raised: Key and value arrays must be the same length') ELSE fn.last_of_keys(list_transform(ks, lambda k, i: struct_pack(key := k, value := vs[i]))) END
"""
)

templates(
    {
        "map_keys": "fn.map_keys({0})",
        "map_values": "fn.map_values({0})",
        "map_entries": "{0}",
        "map_size": "CAST(len({0}) AS INTEGER)",
        "map_from_arrays": "fn.map_of_arrays({0}, {1})",
        "distinct_map_keys": "fn.last_of_keys({0})",
    },
)


def entry(key: str, value: str) -> str:
    return f"struct_pack(key := {key}, value := {value})"


def map_literal(emitter: Emitter, expr: ast.MapLiteral) -> str:
    """Of equal keys the last one stays."""
    pairs = [(emitter.sql(k), emitter.sql(v)) for k, v in expr.entries]
    text = f"CAST([{', '.join(entry(k, v) for k, v in pairs)}] AS {duckdb_type(expr.type)})"
    keys = {k for k, _ in pairs}
    plain = all(isinstance(k, ast.Literal) for k, _ in expr.entries) and len(keys) == len(pairs)
    return text if plain or len(pairs) < 2 else f"fn.last_of_keys({text})"


@rewrite("map_concat")
def map_concat(emitter: Emitter, call: ast.Call) -> str:
    """The last map that has a key gives its value, and its entries stand first. NULL maps are passed over."""

    def joined(*maps: str) -> str:
        missing = " AND ".join(f"{m} IS NULL" for m in maps)
        whole = " || ".join(f"coalesce({m}, [])" for m in reversed(maps))
        return f"CASE WHEN {missing} THEN NULL ELSE fn.first_of_keys({whole}) END"

    return once(emitter, [emitter.sql(a) for a in call.args], joined)


@rewrite("map_apply", "transform_keys", "transform_values", "map_filter")
def over_entries(emitter: Emitter, call: ast.Call) -> str:
    """A lambda over key and value of each entry. map_filter() also takes an array of truths in its place."""
    function, given = split_lambda(call)
    value = emitter.sql(given[0])
    if function is None:
        return f"list_filter({value}, lambda e, i: coalesce(list_extract({emitter.sql(given[1])}, i), false))"
    name = emitter.fresh_name()
    body = bound(emitter, function, [f"{name}.key", f"{name}.value"])
    results = {
        "map_filter": f"list_filter({value}, lambda {name}: coalesce({body}, false))",
        "transform_values": f"list_transform({value}, lambda {name}: {entry(f'{name}.key', body)})",
        "transform_keys": f"fn.last_of_keys(list_transform({value}, lambda {name}: {entry(body, f'{name}.value')}))",
        "map_apply": f"fn.last_of_keys(list_transform({value}, lambda {name}: ({body})[1]))",
    }
    return results[call.name]


@rewrite("map_agg")
def map_agg(emitter: Emitter, call: ast.Call) -> str:
    """Of equal keys the first one stays, NULL keys are left out."""
    key, value = (emitter.sql(a) for a in call.args)
    return f"coalesce(fn.first_of_keys({gathered(emitter, call, entry(key, value), f'{key} IS NOT NULL')}), [])"
