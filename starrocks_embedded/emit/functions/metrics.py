"""BITMAP as a sorted list of numbers, HLL as a list of values."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from starrocks_embedded.emit.functions import MACROS, templates

MACROS.append(
    r"""
bitmap(a) AS list_sort(list_distinct(a))
bitmap_text(a) AS array_to_string(a, ',')
"""
)

EMPTY = "CAST([] AS HUGEINT[])"

templates(
    {
        "to_bitmap": "CASE WHEN {0} IS NULL THEN NULL ELSE list_filter([TRY_CAST({0} AS HUGEINT)], lambda e: e >= 0) END",
        "bitmap_empty": EMPTY,
        "bitmap_count": "coalesce(len({0}), 0)",
        "bitmap_to_string": "fn.bitmap_text({0})",
        "bitmap_to_array": "CAST({0} AS BIGINT[])",
        "array_to_bitmap": "fn.bitmap(CAST(list_filter({0}, lambda e: e >= 0) AS HUGEINT[]))",
        "bitmap_from_string": "TRY(fn.bitmap(CAST(string_split({0}, ',') AS HUGEINT[])))",
        "bitmap_and": "list_sort(list_intersect({0}, {1}))",
        "bitmap_or": "fn.bitmap(list_concat({0}, {1}))",
        "bitmap_andnot": "list_filter({0}, lambda e: NOT list_contains({1}, e))",
        "bitmap_xor": "list_sort(list_concat(list_filter({0}, lambda e: NOT list_contains({1}, e)), list_filter({1}, lambda e: NOT list_contains({0}, e))))",
        "bitmap_contains": "list_contains({0}, CAST({1} AS HUGEINT))",
        "bitmap_has_any": "list_has_any({0}, {1})",
        "bitmap_min": "list_min({0})",
        "bitmap_max": "list_max({0})",
        "bitmap_union": "coalesce(fn.bitmap(flatten(list({0}))), " + EMPTY + ")",
        "bitmap_agg": "coalesce(fn.bitmap(list(CAST({0} AS HUGEINT)) FILTER (WHERE {0} >= 0)), " + EMPTY + ")",
        "bitmap_union_count": "coalesce(len(list_distinct(flatten(list({0})))), 0)",
        "bitmap_union_int": "count(DISTINCT {0})",
        "hll_hash": "[CAST({0} AS VARCHAR)]",
        "hll_empty": "CAST([] AS VARCHAR[])",
        "hll_cardinality": "coalesce(len(list_distinct({0})), 0)",
        "hll_union": "coalesce(list_distinct(flatten(list({0}))), CAST([] AS VARCHAR[]))",
        "hll_union_agg": "coalesce(len(list_distinct(flatten(list({0})))), 0)",
    },
    same=[("hll_raw_agg", "hll_union")],
)
