"""Decimals of more than 38 digits. Each is kept as the whole number that its digits are, without the point, and is
multiplied and divided digit by digit. Beyond 256 bits there is NULL. (DuckDB's own minus sign before such a number
gives one that compares wrongly, hence the difference from zero.)"""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS
from starrocks_embedded.emit.functions.narrow_decimals import bounded
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, decimal, duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

LEAST, MOST = -(2**255), 2**255 - 1

MACROS.append(
    rf"""
big(t) AS CAST(t AS BIGNUM)
big_fit(x) AS list_transform([x], lambda f: CASE WHEN f BETWEEN fn.big('{LEAST}') AND fn.big('{MOST}') THEN f END)[1]
big_minus(x) AS starts_with(CAST(x AS VARCHAR), '-')
big_digits(x) AS ltrim(CAST(x AS VARCHAR), '-')
big_negated(x) AS fn.big('0') - x
big_signed(minus, x) AS list_transform([x], lambda g: CASE WHEN minus THEN fn.big('0') - g ELSE g END)[1]
big_abs(x) AS fn.big(fn.big_digits(x))
big_pointed(d, s) AS CASE WHEN s = 0 THEN d ELSE left(d, length(d) - s) || '.' || right(d, s) END
big_texted(t, d, s) AS CASE WHEN starts_with(t, '-') THEN '-' ELSE '' END || fn.big_pointed(lpad(d, CAST(greatest(length(d), s + 1) AS INTEGER), '0'), s)
big_text(x, s) AS list_transform([CAST(x AS VARCHAR)], lambda t: fn.big_texted(t, ltrim(t, '-'), s))[1]
big_cut(d, n) AS CASE WHEN n > length(d) THEN fn.big('0') ELSE fn.big('0' || left(d, length(d) - n)) + fn.big(CASE WHEN substr(d, length(d) - n + 1, 1) >= '5' THEN '1' ELSE '0' END) END
big_scaled(d, f, s) AS CASE WHEN s - f > 100 THEN CASE WHEN ltrim(d, '0') = '' THEN fn.big('0') END WHEN s >= f THEN fn.big('0' || d || repeat('0', CAST(s - f AS BIGINT))) ELSE fn.big_cut(d, f - s) END
big_rescaled(x, f, s) AS list_transform([CAST(x AS VARCHAR)], lambda t: fn.big_fit(fn.big_signed(starts_with(t, '-'), fn.big_scaled(ltrim(t, '-'), f, s))))[1]
big_read(p, s) AS CASE WHEN p.whole || p.part <> '' THEN fn.big_fit(fn.big_signed(p.sign = '-', fn.big_scaled(p.whole || p.part, length(p.part) - CAST('0' || ltrim(p.exp, '+-') AS BIGINT) * CASE WHEN starts_with(p.exp, '-') THEN -1 ELSE 1 END, s))) END
big_of_text(t, s) AS list_transform([regexp_extract(trim(t), '^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{{1,6}}))?$', ['sign', 'whole', 'part', 'exp'])], lambda p: fn.big_read(p, s))[1]
big_of_double(x, u) AS trunc(x * u + CASE WHEN x < 0 THEN -0.5 ELSE 0.5 END)
big_within(x, p) AS list_transform([x], lambda h: CASE WHEN length(fn.big_digits(h)) <= p THEN h END)[1]
big_limbs(d) AS list_transform(range((length(d) + 17) // 18), lambda i: CAST(right(left(d, length(d) - 18 * i), 18) AS HUGEINT))
big_partial(x, y, zeros) AS fn.big(CAST(x * y AS VARCHAR) || repeat('0', 18 * zeros))
big_partials(a, b) AS flatten(list_transform(a, lambda x, i: list_transform(b, lambda y, j: fn.big_partial(x, y, i + j - 2))))
big_product(a, b) AS list_reduce(fn.big_partials(fn.big_limbs(ltrim(a, '-')), fn.big_limbs(ltrim(b, '-'))), lambda p, q: p + q)
big_operands(a, b) AS [struct_pack(a := CAST(a AS VARCHAR), b := CAST(b AS VARCHAR))]
big_times(a, b) AS list_transform(fn.big_operands(a, b), lambda w: fn.big_signed(starts_with(w.a, '-') <> starts_with(w.b, '-'), fn.big_product(w.a, w.b)))[1]
big_multiples(d) AS [d, d + d, d + d + d, d + d + d + d, d + d + d + d + d, d + d + d + d + d + d, d + d + d + d + d + d + d, d + d + d + d + d + d + d + d, d + d + d + d + d + d + d + d + d]
big_next(q, r, k, m) AS struct_pack(q := q || k, r := CASE WHEN k > 0 THEN r - m[k] ELSE r END, c := '')
big_digit(s, r, m) AS list_transform([len(list_filter(m, lambda x: x <= r))], lambda k: fn.big_next(s.q, r, k, m))[1]
big_step(s, e, m) AS list_transform([fn.big(CAST(s.r AS VARCHAR) || e.c)], lambda r: fn.big_digit(s, r, m))[1]
big_steps(n) AS list_prepend(struct_pack(q := '', r := fn.big('0'), c := ''), list_transform(string_split(n, ''), lambda c: struct_pack(q := '', r := fn.big('0'), c := c)))
big_division(n, d) AS list_transform([fn.big_multiples(d)], lambda m: list_reduce(fn.big_steps(n), lambda s, e: fn.big_step(s, e, m)))[1]
big_rounded(z, d) AS fn.big(z.q) + fn.big(CASE WHEN z.r + z.r >= d THEN '1' ELSE '0' END)
big_whole(n, d) AS list_transform([fn.big_division(n, d)], lambda z: fn.big_rounded(z, d))[1]
big_ratio(n, t) AS list_transform([fn.big(t)], lambda d: fn.big_whole(n, d))[1]
big_quotient(a, b, up) AS list_transform(fn.big_operands(a, b), lambda w: CASE WHEN w.b <> '0' AND fn.big_fit(fn.big(w.a || repeat('0', up))) IS NOT NULL THEN fn.big_fit(fn.big_signed(starts_with(w.a, '-') <> starts_with(w.b, '-'), fn.big_ratio(ltrim(w.a, '-') || repeat('0', up), ltrim(w.b, '-')))) END)[1]
big_rest(n, t) AS list_transform([fn.big(t)], lambda d: fn.big_division(n, d).r)[1]
big_remainder(a, b) AS list_transform(fn.big_operands(a, b), lambda w: CASE WHEN w.b <> '0' AND w.a IS NOT NULL THEN fn.big_signed(starts_with(w.a, '-'), fn.big_rest(ltrim(w.a, '-'), ltrim(w.b, '-'))) END)[1]
"""
)

WIDEST = 76
CONSTANT = re.compile(r"'[-+]?\d{1,500}(\.\d{1,500})?'")
# calls that only pass such values on, count or compare them
PLAIN = {
    "count", "min", "max", "any_value", "sum", "avg", "multi_distinct_count", "multi_distinct_sum", "ndv",
    "approx_count_distinct", "array_agg", "array_agg_distinct", "min_by", "max_by", "map_agg", "if", "ifnull",
    "coalesce", "nullif", "first_value", "last_value", "lead", "lag", "row", "struct", "named_struct", "array_length",
    "array_append", "array_contains", "array_position", "array_distinct", "array_sort", "array_concat", "array_max",
    "array_min", "array_slice", "array_remove", "reverse", "cardinality", "map_keys",
    "map_values", "map_size", "map_from_arrays", "map_entries", "element_at", "array_map", "array_filter", "typeof",
    "least", "greatest", "count_if", "unnest", "arrays_overlap", "array_intersect",
}  # fmt: skip
SAID = {"abs": "fn.big_abs({})", "negative": "fn.big_negated({})", "positive": "{}"}


def holds_wide(type_: Type) -> bool:
    return type_.is_wide or any(holds_wide(c) for c in type_.children)


def wide_pattern(call: ast.Call) -> str:
    """The pattern of a call over such decimals, if it has one; refuses those that would lose digits."""
    given = [a.type for a in call.args if holds_wide(a.type)]
    if not given and not holds_wide(call.type):
        return ""
    if call.name in SAID:
        return SAID[call.name]
    moved = call.type.is_decimal and any(g.is_decimal and g.scale != call.type.scale for g in given)
    narrowed = call.type.is_decimal and not call.type.is_wide
    if call.name not in PLAIN or narrowed or (moved and call.name != "avg"):
        raise unsupported(f"{call.name}() of decimals beyond 38 digits")
    return ""


def wide_cast(value: str, source: Type, target: Type) -> str:
    """To or from such a decimal."""
    if source.is_float:  # scaled as the binary number that it is
        text = f"TRY_CAST(fn.big_of_double(CAST({value} AS DOUBLE), 1e{target.scale}) AS BIGNUM)"
        return f"fn.big_fit({text})"
    if not source.is_wide:
        text = from_text(_plain_text(value, source), target)
        return f"fn.big_within({text}, {WIDEST})" if source.is_string and not CONSTANT.fullmatch(value) else text
    if target.is_wide:
        return rescaled(value, source, target)
    text = f"fn.big_text({value}, {source.scale})"
    if target.is_string:
        return text
    if target.name == "boolean":
        return f"(fn.big_digits({value}) <> '0')"
    if target.is_integer:
        text = f"split_part({text}, '.', 1)"
    elif target.is_decimal:
        return bounded(text, target)
    elif not target.is_float:
        raise unsupported(f"cast from {source} to {target}")
    return f"TRY_CAST({text} AS {duckdb_type(target)})"


def _plain_text(value: str, source: Type) -> str:
    if source.is_string:
        return value
    if source.name == "boolean":
        return f"CAST(CAST({value} AS TINYINT) AS VARCHAR)"
    if source.is_integer or source.is_decimal:
        return f"CAST({value} AS VARCHAR)"
    raise unsupported(f"cast from {source} to a decimal beyond 38 digits")


def from_text(value: str, target: Type) -> str:
    if CONSTANT.fullmatch(value):
        return _constant(value[1:-1], target)
    return f"fn.big_of_text({value}, {target.scale})"


def _constant(text: str, target: Type) -> str:
    """A literal's digits are counted here: planning the macros for each would take longer than the rest."""
    with localcontext() as context:
        context.prec = 2000
        whole = int(Decimal(text).scaleb(target.scale).to_integral_value(ROUND_HALF_UP))
    return f"CAST('{whole}' AS BIGNUM)" if LEAST <= whole <= MOST else "CAST(NULL AS BIGNUM)"


def rescaled(value: str, source: Type, target: Type) -> str:
    return value if source.scale == target.scale else f"fn.big_rescaled({value}, {source.scale}, {target.scale})"


def widened(emitter: Emitter, expr: ast.Expr, scale: int) -> str:
    return emitter.cast(expr, decimal(WIDEST, scale))


def digits(emitter: Emitter, expr: ast.Expr) -> tuple[str, int]:
    """An operand as a wide decimal, and its scale."""
    scale = expr.type.scale if expr.type.is_decimal else 0
    return widened(emitter, expr, scale), scale


def compared(emitter: Emitter, left: ast.Expr, right: ast.Expr) -> tuple[str, str]:
    """Both at one scale, so that their digits can be compared."""
    scale = max(left.type.scale, right.type.scale)
    return widened(emitter, left, scale), widened(emitter, right, scale)


def arithmetic(emitter: Emitter, expr: ast.Binary) -> str:
    if expr.op in ("+", "-"):
        left, right = (widened(emitter, e, expr.type.scale) for e in (expr.left, expr.right))
        return f"fn.big_fit({left} {expr.op} {right})"
    (left, up), (right, down) = digits(emitter, expr.left), digits(emitter, expr.right)
    if expr.op == "*":
        product = f"fn.big_fit(fn.big_times({left}, {right}))"
        return rescaled(product, decimal(WIDEST, up + down), decimal(WIDEST, expr.type.scale))
    if expr.op == "/":
        return wide_quotient(left, up, right, down, expr.type.scale)
    if expr.op == "%":
        left, right = (widened(emitter, e, expr.type.scale) for e in (expr.left, expr.right))
        return f"fn.big_remainder({left}, {right})"
    raise unsupported(f"{expr.op} of decimals beyond 38 digits")


def wide_quotient(left: str, up: int, right: str, down: int, scale: int) -> str:
    shift = scale + down - up
    if shift < 0:
        raise unsupported("a quotient of decimals beyond 38 digits at this scale")
    return f"fn.big_quotient({left}, {right}, {shift})"
