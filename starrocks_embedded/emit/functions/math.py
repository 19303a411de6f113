"""Numbers."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.errors import RAISED
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast


MACROS.append(
    f"""
in_span(n, low, high) AS CASE WHEN low >= high THEN error('{RAISED}requirement: min < max') WHEN n < low THEN error('{RAISED}requirement: size >= min') WHEN n > high THEN error('{RAISED}requirement: size <= max') ELSE n END
bucket(n, low, high, buckets) AS (fn.in_span(n, low, high) - low) // greatest(1, (high - low) // buckets)
bar(n, low, high, width) AS repeat(chr(9619), CAST(trunc((fn.in_span(n, low, high) - low) / (high - low) * width) AS BIGINT))
"""
)
MACROS.append(
    r"""
cube_root(x) AS CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END
finite(x) AS CASE WHEN isfinite(x) THEN x END
shifted_bits(n, most) AS CASE WHEN n BETWEEN 0 AND most THEN n WHEN n IS NOT NULL THEN error('raised: a shift by ' || n || ' bits is not supported by the embedded engine') END
shift_right(x, n) AS CASE WHEN x < 0 THEN -1 - (CAST(-1 - x AS HUGEINT) >> n) ELSE CAST(x AS HUGEINT) >> n END
unsigned(x, w) AS CAST(x AS HUGEINT) + CASE WHEN x < 0 THEN CAST(1 AS HUGEINT) << w ELSE 0 END
signed(x, w) AS CASE WHEN x >= (CAST(1 AS HUGEINT) << (w - 1)) THEN x - (CAST(1 AS HUGEINT) << w) ELSE x END
shift_right_logical(x, n, w) AS fn.signed(fn.unsigned(x, w) >> CAST(n AS INTEGER), w)
shift_left(x, n, w) AS CASE WHEN n >= w THEN 0 ELSE fn.signed((fn.unsigned(x, w) & ((CAST(1 AS HUGEINT) << CAST(w - n AS INTEGER)) - 1)) << CAST(n AS INTEGER), w) END
most_128() AS CAST('170141183460469231731687303715884105727' AS HUGEINT)
unsigned_128(x) AS CASE WHEN x < 0 THEN CAST(x + fn.most_128() + 1 AS UHUGEINT) + CAST(fn.most_128() AS UHUGEINT) + 1 ELSE CAST(x AS UHUGEINT) END
signed_128(u) AS CASE WHEN u > CAST(fn.most_128() AS UHUGEINT) THEN CAST(u - CAST(fn.most_128() AS UHUGEINT) - 1 AS HUGEINT) - fn.most_128() - 1 ELSE CAST(u AS HUGEINT) END
low_bits_128(u, n) AS u & ((CAST(1 AS UHUGEINT) << CAST(128 - n AS UHUGEINT)) - 1)
shift_left_128(x, n) AS CASE WHEN n = 0 THEN x ELSE list_transform([fn.low_bits_128(fn.unsigned_128(x), n) << CAST(n AS UHUGEINT)], lambda u: fn.signed_128(u))[1] END
shift_right_logical_128(x, n) AS list_transform([fn.unsigned_128(x) >> CAST(n AS UHUGEINT)], lambda u: fn.signed_128(u))[1]
base_digits(x) AS list_transform(string_split(upper(x), ''), lambda digit: strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', digit) - 1)
of_digits(l, b) AS list_reduce(l, lambda total, digit: CASE WHEN total > 18446744073709551615 THEN total ELSE total * b + digit END, CAST(0 AS HUGEINT))
whole_power(b, n) AS list_reduce(list_transform(range(n), lambda step: CAST(b AS HUGEINT)), lambda power, factor: CASE WHEN power > 18446744073709551615 THEN power ELSE power * factor END, CAST(1 AS HUGEINT))
in_base(x, b) AS reverse(array_to_string(list_transform(list_filter(range(0, 64), lambda place: place = 0 OR CAST(x AS DOUBLE) >= pow(b, place) * 0.999), lambda place: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'[CAST(x // fn.whole_power(b, place) % b AS BIGINT) + 1]), ''))
no_zeros(t) AS CASE WHEN ltrim(t, '0') = '' THEN '0' ELSE ltrim(t, '0') END
as_base(x, b) AS list_transform([x], lambda value: CASE WHEN b < 0 THEN CASE WHEN value < 0 THEN '-' ELSE '' END || fn.no_zeros(fn.in_base(abs(value), -b)) ELSE fn.no_zeros(fn.in_base(fn.unsigned(value, 64), b)) END)[1]
is_base(b) AS abs(b) BETWEEN 2 AND 36
signed_64_of(n) AS ((n + 9223372036854775808) & 18446744073709551615) - 9223372036854775808
conv_limited(n, negative, signed) AS list_transform([n], lambda value: CASE WHEN signed THEN CASE WHEN negative THEN -least(value, 9223372036854775808) ELSE least(value, 9223372036854775807) END WHEN value > 18446744073709551615 THEN CASE WHEN negative THEN 0 ELSE -1 END ELSE fn.signed_64_of(CASE WHEN negative THEN -value ELSE value END) END)[1]
conv_parsed(t, b) AS list_transform([{'negative': t[1] = '-', 'digits': fn.base_digits(CASE WHEN t[1] = '-' THEN t[2:] ELSE t END)}], lambda read: CASE WHEN list_max(read['digits']) >= abs(b) OR list_min(read['digits']) < 0 THEN CAST(0 AS HUGEINT) ELSE fn.conv_limited(fn.of_digits(read['digits'], abs(b)), read['negative'], b < 0) END)[1]
conv_text(x, b, d) AS CASE WHEN NOT fn.is_base(b) OR NOT fn.is_base(d) THEN NULL WHEN ltrim(x, E' \t\n\r') IN ('', '-') THEN '0' ELSE fn.as_base(fn.conv_parsed(ltrim(x, E' \t\n\r'), b), d) END
conv_suffix(x, b) AS regexp_extract(CAST(abs(x) AS VARCHAR), CASE WHEN b < 10 THEN '^(?:.*[' || CAST(b AS VARCHAR) || '-9])?(.*)$' ELSE '(.*)' END, 1)
conv_number(x, b, d) AS CASE WHEN NOT fn.is_base(b) OR NOT fn.is_base(d) THEN NULL WHEN b = 10 THEN fn.as_base(CAST(x AS HUGEINT), d) ELSE fn.as_base(fn.conv_limited(fn.of_digits(fn.base_digits(CASE WHEN fn.conv_suffix(x, abs(b)) = '' THEN '0' ELSE fn.conv_suffix(x, abs(b)) END), abs(b)), x < 0, true), d) END
round_half(x) AS CASE WHEN x < 0 THEN ceil(x - 0.5) ELSE floor(x + 0.5) END
"""
)

MOST_128 = 2**127 - 1
DOUBLES = {
    "sin": "sin({0})", "cos": "cos({0})", "tan": "tan({0})", "cot": "CASE WHEN {0} <> 0 THEN 1.0 / tan({0}) END", "asin": "TRY(asin({0}))",
    "acos": "TRY(acos({0}))", "atan": "atan({0})", "atan2": "atan2({0}, {1})", "sinh": "sinh({0})",
    "cosh": "cosh({0})", "tanh": "tanh({0})", "exp": "fn.finite(exp({0}))", "ln": "TRY(ln({0}))",
    "log10": "TRY(log10({0}))", "log2": "TRY(ln({0}) / ln(2.0))", "sqrt": "TRY(sqrt({0}))", "cbrt": "fn.cube_root({0})",
    "pow": "fn.finite(pow({0}, {1}))", "square": "({0} * {0})", "radians": "({0} * pi() / 180)",
    "degrees": "({0} * 180 / pi())", "pi": "pi()", "e": "exp(1.0)", "log/1": "TRY(ln({0}))",
    "log/2": "CASE WHEN {0} > 0 AND {0} <> 1 AND {1} > 0 THEN ln({1}) / ln({0}) END",
}  # fmt: skip

templates(
    {
        **DOUBLES,
        "sign": "sign({0})",
        "positive": "{0}",
        "negative": "(-{0})",
        "ceil": "ceil({0})",
        "floor": "floor({0})",
        "mod": "({0} % nullif({1}, 0))",
        "bin": "bin({0})",
        "rand": "random()",
        "equiwidth_bucket": "fn.bucket({0}, {1}, {2}, {3})",
        "bar": "fn.bar({0}, {1}, {2}, {3})",
        "add": "({0} + {1})",
        "subtract": "({0} - {1})",
        "multiply": "({0} * {1})",
        "divide": "({0} / nullif({1}, 0))",
    },
    same=[
        ("dexp", "exp"), ("dlog1", "ln"), ("dlog10", "log10"), ("dsqrt", "sqrt"), ("power", "pow"), ("dpow", "pow"),
        ("fpow", "pow"), ("fmod", "mod"), ("dceil", "ceil"), ("ceiling", "ceil"), ("dfloor", "floor"),
        ("random", "rand"),
    ],
)  # fmt: skip


@rewrite("pmod")
def pmod(emitter: Emitter, call: ast.Call) -> str:
    """The sum of the remainder and the divisor wraps."""
    value, by = (emitter.sql(a) for a in call.args)
    if call.type.name == "bigint":
        total = f"fn.wrap(CAST({value} % nullif({by}, 0) AS HUGEINT) + {by})"
    else:
        total = f"({value} % nullif({by}, 0) + {by})"
    return f"({total} % nullif({by}, 0))"


@rewrite("abs")
def absolute(emitter: Emitter, call: ast.Call) -> str:
    """In the result's type: the least integer of a type has no counterpart in it."""
    return f"abs(CAST({emitter.sql(call.args[0])} AS {duckdb_type(call.type)}))"


@rewrite("round", "dround")
def round_(emitter: Emitter, call: ast.Call) -> str:
    """Half away from zero; with places a DOUBLE is rounded by its decimal text."""
    value = emitter.sql(call.args[0])
    if len(call.args) == 1:
        if call.args[0].type.is_decimal:
            return f"round({value}, 0)"
        return f"fn.round_half({value})"
    places = emitter.sql(call.args[1])
    if call.args[0].type.is_decimal:
        return to_places(value, call, f"round({value}, CAST({places} AS INTEGER))")
    return f"round({value}, CAST({places} AS INTEGER))"


def to_places(value: str, call: ast.Call, rounded: str) -> str:
    """NULL where the places that are added leave no room for the value."""
    scale = call.type.scale
    if scale <= call.args[0].type.scale:
        return rounded
    return f"CASE WHEN abs({value}) <= CAST('{MOST_128 // 10**scale}' AS DECIMAL(38,0)) THEN {value} END"


@rewrite("truncate")
def truncate(emitter: Emitter, call: ast.Call) -> str:
    value, places = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    if call.args[0].type.is_decimal:
        return to_places(value, call, f"trunc({value}, CAST({places} AS INTEGER))")
    power = f"pow(10, {places})"
    return f"(trunc(CAST(CAST({value} AS DOUBLE) * {power} AS DOUBLE)) / {power})"


@rewrite("int_divide")
def int_divide(emitter: Emitter, call: ast.Call) -> str:
    left, right = (emitter.sql(a) for a in call.args)
    return f"CAST({left} // nullif({right}, 0) AS {duckdb_type(call.type)})"


@rewrite("conv")
def conv(emitter: Emitter, call: ast.Call) -> str:
    """Digits read in one base and written in another: a negative base is of signed numbers."""
    family = "text" if call.args[0].type.is_string else "number"
    value, *bases = (emitter.sql(argument) for argument in call.args)
    source, target = (f"CAST({base} AS INTEGER)" for base in bases)
    return f"fn.conv_{family}({value}, {source}, {target})"


@rewrite("bitand", "bitor", "bitxor", "bitnot", "bit_shift_left", "bit_shift_right", "bit_shift_right_logical")
def bits(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import bitwise

    if call.name == "bitnot":
        return f"(~CAST({emitter.sql(call.args[0])} AS {duckdb_type(call.type)}))"
    op = {
        "bitand": "&", "bitor": "|", "bitxor": "^", "bit_shift_left": "bitshiftleft",
        "bit_shift_right": "bitshiftright", "bit_shift_right_logical": "bitshiftrightlogical",
    }[call.name]  # fmt: skip
    return bitwise(op, call.args[0], call.args[1], call.type, emitter)
