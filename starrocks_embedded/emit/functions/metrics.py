"""BITMAP as a sorted list of numbers, HLL as a list of values, PERCENTILE as the list of what went in: each is exact,
where a server only estimates."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import LATER, MACROS, rewrite, templates
from starrocks_embedded.emit.functions.aggregates import gathered
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import LARGEINT

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MACROS.append(
    r"""
bitmap(a) AS list_sort(list_distinct(a))
bitmap_of(a) AS CASE WHEN len(list_filter(a, lambda b: b BETWEEN 0 AND 18446744073709551615)) = len(a) THEN fn.bitmap(a) END
bitmap_text(a) AS array_to_string(a, ',')
bitmap_or_null(a) AS CASE WHEN len(a) > 0 THEN a END
bitmap_range(a, s, e) AS CASE WHEN s < e THEN fn.bitmap_or_null(list_filter(a, lambda b: b >= s AND b < e)) END
bitmap_limit(a, s, n) AS fn.bitmap_or_null(CASE WHEN n < 0 THEN list_filter(a, lambda b: b <= s)[n:] ELSE list_filter(a, lambda b: b >= s)[1:n] END)
bitmap_part(a, o, n) AS CASE WHEN n > 0 AND o < len(a) AND o >= -len(a) THEN fn.bitmap_or_null(fn.array_slice(a, CASE WHEN o < 0 THEN o ELSE o + 1 END, n)) END
bitmap_common(l) AS list_filter(l[1], lambda b: len(list_filter(l, lambda m: list_contains(m, b))) = len(l))
hll_members(l) AS list_distinct(flatten(l))
no_sketch(s, otherwise) AS CASE WHEN s[1] <= chr(3) AND s <> '' THEN error('raised: the bytes of a HLL are not supported by the embedded engine') ELSE otherwise END
"""
)
# The bytes of a bitmap begin with its kind: 0 is empty, 1 and 3 are a number of 32 and of 64 bits, 10 is a short list;
# 2, 4, 12 and 13 are compressed; others are read as empty. What is no base64 is NULL, its blanks and marks of the
# end are passed over.
LATER["hashes"].append(
    r"""
bare_base64(s) AS CASE WHEN s <> '' AND regexp_full_match(s, '[A-Za-z0-9+/= \t\r\n]*') THEN regexp_replace(s, '[= \t\r\n]', '', 'g') END
hex_of_base64(t) AS hex(from_base64(t || CASE length(t) % 4 WHEN 1 THEN 'A==' WHEN 2 THEN '==' WHEN 3 THEN '=' ELSE '' END))
listed_bitmap(h) AS list_transform(range(CAST(hashes.hex_little_4(h, 2) AS BIGINT)), lambda i: CAST(hashes.hex_little_8(h, CAST(10 + 16 * i AS INTEGER)) AS HUGEINT))
unread_bitmap() AS error('raised: the bytes of a large or broken bitmap are not supported by the embedded engine')
bitmap_of_hex(h) AS CASE WHEN h[:2] = '01' AND length(h) >= 10 THEN [CAST(hashes.hex_little_4(h, 2) AS HUGEINT)] WHEN h[:2] = '03' AND length(h) >= 18 THEN [CAST(hashes.hex_little_8(h, 2) AS HUGEINT)] WHEN h[:2] = '0A' AND length(h) >= 10 AND length(h) >= 10 + 16 * hashes.hex_little_4(h, 2) THEN fn.bitmap(hashes.listed_bitmap(h)) WHEN h[:2] IN ('01', '02', '03', '04', '0A', '0C', '0D') THEN hashes.unread_bitmap() WHEN h IS NOT NULL THEN [] END
bitmap_of_bytes(s) AS list_transform([hex(encode(s))], lambda h: CASE WHEN h <> '' AND h[:2] <= '0D' THEN hashes.bitmap_of_hex(h) END)[1]
bitmap_of_base64(s) AS list_transform([hashes.hex_of_base64(hashes.bare_base64(s))], lambda h: hashes.bitmap_of_hex(h))[1]
"""
)

EMPTY = "CAST([] AS HUGEINT[])"
LAST_MEMBER = 2**64 - 1

templates(
    {
        "to_bitmap": "fn.bitmap_of([TRY_CAST({0} AS HUGEINT)])",
        "bitmap_empty": EMPTY,
        "bitmap_count": "coalesce(len({0}), 0)",
        "bitmap_to_string": "fn.bitmap_text({0})",
        "bitmap_to_array": "CAST({0} AS BIGINT[])",
        "array_to_bitmap": "fn.bitmap(CAST(list_filter({0}, lambda e: e >= 0) AS HUGEINT[]))",
        "bitmap_from_string": "fn.bitmap_of(list_transform(string_split({0}, ','), lambda e: TRY_CAST(e AS HUGEINT)))",
        "bitmap_hash": "CASE WHEN {0} IS NULL THEN [] ELSE [CAST(hashes.murmur_32({0}, 104729) AS HUGEINT)] END",
        "bitmap_and": "list_sort(list_intersect({0}, {1}))",
        "bitmap_or": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN fn.bitmap(list_concat({0}, {1})) END",
        "bitmap_andnot": "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda e: NOT list_contains({1}, e)) END",
        "bitmap_xor": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN list_sort(list_concat(list_filter({0}, lambda e: NOT list_contains({1}, e)), list_filter({1}, lambda e: NOT list_contains({0}, e)))) END",
        "bitmap_remove": "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda e: e <> {1}) END",
        "bitmap_contains": "list_contains({0}, CAST({1} AS HUGEINT))",
        "bitmap_has_any": "list_has_any({0}, {1})",
        "bitmap_min": "list_min({0})",
        "bitmap_max": "list_max({0})",
        "bitmap_subset_in_range": "fn.bitmap_range({0}, {1}, {2})",
        "bitmap_subset_limit": "fn.bitmap_limit({0}, {1}, {2})",
        "sub_bitmap": "fn.bitmap_part({0}, {1}, {2})",
        "bitmap_hash64": "CASE WHEN {0} IS NULL THEN [] ELSE [CAST(hashes.xx_64(hashes.hashable({0}), CAST(0 AS UHUGEINT)) AS HUGEINT)] END",
        "base64_to_bitmap": "hashes.bitmap_of_base64({0})",
        "hll_deserialize": "fn.no_sketch({0}, CAST([] AS VARCHAR[]))",
        "hll_hash": "[CAST({0} AS VARCHAR)]",
        "hll_empty": "CAST([] AS VARCHAR[])",
        "percentile_hash": "[CAST({0} AS DOUBLE)]",
        "percentile_empty": "CAST([] AS DOUBLE[])",
    },
)


@rewrite("hll_cardinality")
def hll_cardinality(emitter: Emitter, call: ast.Call) -> str:
    """A string's is that of the sketch whose bytes it is."""
    value = emitter.sql(call.args[0])
    if call.args[0].type.is_string:
        return f"CASE WHEN {value} IS NOT NULL THEN fn.no_sketch({value}, 0) END"
    return f"coalesce(len(list_distinct({value})), 0)"


@rewrite("bitmap_union", "bitmap_intersect", "bitmap_union_count")
def of_bitmaps(emitter: Emitter, call: ast.Call) -> str:
    given = gathered(emitter, call, emitter.sql(call.args[0]))
    if call.name == "bitmap_intersect":
        return f"coalesce(fn.bitmap_common({given}), {EMPTY})"
    if call.name == "bitmap_union":
        return f"coalesce(fn.bitmap(flatten({given})), {EMPTY})"
    return f"coalesce(len(list_distinct(flatten({given}))), 0)"


@rewrite("bitmap_agg")
def bitmap_agg(emitter: Emitter, call: ast.Call) -> str:
    """What is no unsigned number of 64 bits is left out."""
    value = emitter.cast(call.args[0], LARGEINT)
    return f"coalesce(fn.bitmap({gathered(emitter, call, value, f'{value} BETWEEN 0 AND {LAST_MEMBER}')}), {EMPTY})"


@rewrite("bitmap_union_int")
def bitmap_union_int(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"coalesce(len(list_distinct({gathered(emitter, call, value, f'{value} IS NOT NULL')})), 0)"


@rewrite("intersect_count")
def intersect_count(emitter: Emitter, call: ast.Call) -> str:
    """The members that the bitmaps of every one of the given values have."""
    bitmap, column, *values = [emitter.sql(a) for a in call.args]
    unions = ", ".join(f"fn.bitmap(flatten({gathered(emitter, call, bitmap, f'{column} = {v}')}))" for v in values)
    return f"coalesce(len(fn.bitmap_common(list_transform([{unions}], lambda u: coalesce(u, {EMPTY})))), 0)"


@rewrite("hll_union", "hll_raw_agg", "hll_raw", "hll_union_agg")
def of_sketches(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if call.name == "hll_raw":
        value = f"[CAST({value} AS VARCHAR)]"
    members = f"fn.hll_members({gathered(emitter, call, value)})"
    return f"coalesce(len({members}), 0)" if call.name == "hll_union_agg" else f"coalesce({members}, [])"


@rewrite("percentile_union")
def percentile_union(emitter: Emitter, call: ast.Call) -> str:
    return f"coalesce(flatten({gathered(emitter, call, emitter.sql(call.args[0]))}), [])"
