"""Strings: bytes where StarRocks counts bytes, characters where it counts characters."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.errors import RAISED, unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MACROS.append(
    r"""
substring(s, p, n) AS CASE WHEN p = 0 OR n <= 0 OR (p < 0 AND -p > length(s)) THEN CASE WHEN s IS NOT NULL AND p IS NOT NULL AND n IS NOT NULL THEN '' END ELSE substr(s, CASE WHEN p < 0 THEN length(s) + p + 1 ELSE p END, n) END
repeated(s, n) AS CASE WHEN n <= 0 THEN '' ELSE repeat(s, CASE WHEN strlen(s) * CAST(n AS HUGEINT) <= 1048576 THEN n END) END
left_pad(s, n, f) AS CASE WHEN n < 0 THEN NULL WHEN n <= length(s) THEN left(s, n) WHEN f = '' THEN s ELSE lpad(s, CASE WHEN n <= 1048576 THEN CAST(n AS INTEGER) END, f) END
right_pad(s, n, f) AS CASE WHEN n < 0 THEN NULL WHEN n <= length(s) THEN left(s, n) WHEN f = '' THEN s ELSE rpad(s, CASE WHEN n <= 1048576 THEN CAST(n AS INTEGER) END, f) END
locate(f, s, p) AS CASE WHEN p < 1 OR p > length(s) + 1 THEN 0 WHEN instr(substr(s, p), f) = 0 THEN 0 ELSE instr(substr(s, p), f) + p - 1 END
split_part(s, d, n) AS CASE WHEN n = 0 THEN NULL WHEN NOT contains(s, d) THEN NULL WHEN n > 0 THEN list_extract(string_split(s, d), CAST(n AS BIGINT)) WHEN -n > len(string_split(s, d)) THEN NULL ELSE list_extract(string_split(s, d), len(string_split(s, d)) + 1 + CAST(n AS BIGINT)) END
split_part_old(s, d, n) AS CASE WHEN n = 0 THEN NULL WHEN n > 0 THEN list_extract(string_split(s, d), CAST(n AS BIGINT)) WHEN -n > len(string_split(s, d)) THEN NULL ELSE list_extract(string_split(s, d), len(string_split(s, d)) + 1 + CAST(n AS BIGINT)) END
substring_index(s, d, n) AS CASE WHEN n = 0 OR d = '' THEN '' WHEN n > 0 THEN array_to_string(list_slice(string_split(s, d), 1, CAST(n AS BIGINT)), d) WHEN -n >= len(string_split(s, d)) THEN s ELSE array_to_string(list_slice(string_split(s, d), len(string_split(s, d)) + 1 + CAST(n AS BIGINT), len(string_split(s, d))), d) END
find_in_set(s, l) AS CASE WHEN contains(s, ',') THEN 0 ELSE coalesce(list_position(string_split(l, ','), s), 0) + CASE WHEN s IS NULL OR l IS NULL THEN NULL ELSE 0 END END
initcap(s) AS array_to_string(list_transform(regexp_extract_all(lower(s), '[a-z0-9]+|[^a-z0-9]+'), lambda w: upper(w[1]) || substr(w, 2)), '')
append_tail(s, t) AS CASE WHEN length(t) <> 1 THEN NULL WHEN s = '' OR ends_with(s, t) THEN s ELSE s || t END
"""
)

templates(
    {
        "length": "strlen({0})",
        "char_length": "length({0})",
        "lower": "lower({0})",
        "upper": "upper({0})",
        "char": "chr(CAST({0} AS INTEGER))",
        "left": "fn.substring({0}, 1, {1})",
        "right": "CASE WHEN {1} <= 0 THEN '' ELSE right({0}, {1}) END",
        "substring/2": "fn.substring({0}, {1}, 2147483647)",
        "substring/3": "fn.substring({0}, {1}, {2})",
        "instr": "instr({0}, {1})",
        "locate/2": "fn.locate({0}, {1}, 1)",
        "locate/3": "fn.locate({0}, {1}, {2})",
        "strpos/2": "instr({0}, {1})",
        "replace": "CASE WHEN {1} = '' THEN {0} ELSE replace({0}, {1}, {2}) END",
        "repeat": "fn.repeated({0}, {1})",
        "space": "fn.repeated(' ', {0})",
        "lpad/2": "fn.left_pad({0}, {1}, ' ')",
        "lpad/3": "fn.left_pad({0}, {1}, {2})",
        "rpad/2": "fn.right_pad({0}, {1}, ' ')",
        "rpad/3": "fn.right_pad({0}, {1}, {2})",
        "trim/1": "trim({0}, ' ')",
        "trim/2": "trim({0}, {1})",
        "ltrim/1": "ltrim({0}, ' ')",
        "ltrim/2": "ltrim({0}, {1})",
        "rtrim/1": "rtrim({0}, ' ')",
        "rtrim/2": "rtrim({0}, {1})",
        "starts_with": "starts_with({0}, {1})",
        "ends_with": "ends_with({0}, {1})",
        "substring_index": "fn.substring_index({0}, {1}, {2})",
        "split": "string_split({0}, {1})",
        "find_in_set": "fn.find_in_set({0}, {1})",
        "initcap": "fn.initcap({0})",
        "translate": "translate({0}, {1}, {2})",
        "append_trailing_char_if_absent": "fn.append_tail({0}, {1})",
        "unhex": "coalesce(TRY(decode(unhex({0}))), CASE WHEN {0} IS NOT NULL THEN '' END)",
        "to_base64": "base64(encode({0}))",
        "base64_encode": "base64(encode({0}))",
        "from_base64": "TRY(decode(from_base64({0})))",
        "url_encode": "url_encode({0})",
        "url_decode": "url_decode({0})",
        "strcmp": "CASE WHEN {0} < {1} THEN -1 WHEN {0} > {1} THEN 1 WHEN {0} = {1} THEN 0 END",
        "field": "coalesce(list_position([{*}][2:], {0}), 0)",
        "like": "({0} LIKE {1} ESCAPE '\\')",
        "uuid": "CAST(uuid() AS VARCHAR)",
        "uuid_numeric": "CAST(hash(uuid()) AS HUGEINT)",
    },
    same=[
        ("character_length", "char_length"), ("lcase", "lower"), ("ucase", "upper"), ("strleft", "left"),
        ("strright", "right"), ("substr", "substring"), ("mid", "substring"), ("base64_decode_string", "from_base64"),
    ],
)  # fmt: skip


@rewrite("ascii")
def ascii_(emitter: Emitter, call: ast.Call) -> str:
    """The first byte."""
    value = emitter.sql(call.args[0])
    return f"CASE WHEN {value} = '' THEN 0 ELSE CAST('0x' || substr(hex(encode({value})), 1, 2) AS INTEGER) END"


@rewrite("concat")
def concat(emitter: Emitter, call: ast.Call) -> str:
    if call.type.name == "array":
        return f"list_concat({emitter.list(call.args)})"
    return "(" + " || ".join(emitter.sql(a) for a in call.args) + ")"


@rewrite("reverse")
def reverse(emitter: Emitter, call: ast.Call) -> str:
    name = "list_reverse" if call.type.name == "array" else "reverse"
    return f"{name}({emitter.sql(call.args[0])})"


@rewrite("concat_ws")
def concat_ws(emitter: Emitter, call: ast.Call) -> str:
    """NULLs are left out; a NULL separator makes NULL, which DuckDB does as well."""
    separator, *rest = [emitter.sql(a) for a in call.args]
    kept = f"list_filter([{', '.join(rest)}], lambda s: s IS NOT NULL)"
    return f"CASE WHEN {separator} IS NOT NULL THEN coalesce(array_to_string({kept}, {separator}), '') END"


@rewrite("split_part")
def split_part(emitter: Emitter, call: ast.Call) -> str:
    newer = emitter.session is None or emitter.session.engine.version.at_least("4.0")
    return f"fn.split_part{'' if newer else '_old'}({emitter.list(call.args)})"


@rewrite("hex")
def hex_(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if call.args[0].type.is_string:
        return f"hex(encode({value}))"
    return f"upper(to_hex({value}))"


@rewrite("conv")
def conv(emitter: Emitter, call: ast.Call) -> str:
    """From hexadecimal to decimal, which is what hashes are made numbers with; signs and overflows are left out."""
    bases = [arg.value for arg in map(_uncast, call.args[1:]) if isinstance(arg, ast.Literal)]
    value = emitter.sql(call.args[0])
    if bases != [16, 10] or not call.args[0].type.is_string:
        raise unsupported("conv() between other bases than 16 and 10")
    number = f"CAST(CAST('0x' || {value} AS BIGINT) AS VARCHAR)"
    refusal = f"error('{RAISED}conv() of ' || {value} || ' is not supported by the embedded engine')"
    return f"CASE WHEN regexp_full_match({value}, '[0-9a-fA-F]{{1,15}}') THEN {number} WHEN {value} IS NOT NULL THEN {refusal} END"


def _uncast(expr: ast.Expr) -> ast.Expr:
    return expr.operand if isinstance(expr, ast.Cast) and expr.implicit else expr


@rewrite("money_format")
def money_format(emitter: Emitter, call: ast.Call) -> str:
    return f"format('{{:,.2f}}', CAST({emitter.sql(call.args[0])} AS DOUBLE))"
