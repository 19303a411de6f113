"""The lists that table functions spread over rows."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from starrocks_embedded.emit.functions import LATER, MACROS

LATER["documents"].append(
    r"""
member_pair(j, k, p) AS struct_pack(key := k, value := documents.json_text(CAST(json_extract(j, p) AS VARCHAR)))
member_names(j) AS list_transform(list_sort(json_keys(j)), lambda k: documents.member_pair(j, k, '$."' || k || '"'))
member_places(j) AS list_transform(range(CAST(json_array_length(j) AS BIGINT)), lambda i: documents.member_pair(j, CAST(i AS VARCHAR), '$[' || i || ']'))
json_each(j) AS CASE json_type(j) WHEN 'OBJECT' THEN documents.member_names(j) WHEN 'ARRAY' THEN documents.member_places(j) END
"""
)
MACROS.append(
    r"""
bitmap_pieces(b, n) AS CASE WHEN n > 0 THEN list_transform(range(1, len(b) + 1, CAST(n AS BIGINT)), lambda i: b[i:i + n - 1]) END
series_step(s) AS CASE WHEN s = 0 THEN error('raised: step size cannot equal zero') ELSE s END
"""
)

# the list whose members are the rows, and what of a member the columns are
ROWS = {
    "json_each": "documents.json_each({0})",
    "unnest_bitmap": "CAST({0} AS BIGINT[])",
    "subdivide_bitmap": "fn.bitmap_pieces({0}, {1})",
}
MEMBERS = {"json_each": (".key", ".value")}
