"""Numbers."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast

MACROS.append(
    r"""
finite(x) AS CASE WHEN isfinite(x) THEN x END
shift_right(x, n) AS CASE WHEN n >= 63 THEN CASE WHEN x < 0 THEN -1 ELSE 0 END WHEN x < 0 THEN -((-(CAST(x AS HUGEINT)) + (CAST(1 AS HUGEINT) << n) - 1) >> n) ELSE x >> n END
unsigned(x, w) AS CAST(x AS HUGEINT) + CASE WHEN x < 0 THEN CAST(1 AS HUGEINT) << w ELSE 0 END
signed(x, w) AS CASE WHEN x >= (CAST(1 AS HUGEINT) << (w - 1)) THEN x - (CAST(1 AS HUGEINT) << w) ELSE x END
shift_right_logical(x, n, w) AS fn.signed(fn.unsigned(x, w) >> CAST(n % w AS INTEGER), w)
shift_left(x, n, w) AS fn.signed((fn.unsigned(x, w) & ((CAST(1 AS HUGEINT) << CAST(w - n % w AS INTEGER)) - 1)) << CAST(n % w AS INTEGER), w)
round_half(x) AS CASE WHEN x < 0 THEN ceil(x - 0.5) ELSE floor(x + 0.5) END
"""
)

DOUBLES = {
    "sin": "sin({0})", "cos": "cos({0})", "tan": "tan({0})", "cot": "cot({0})", "asin": "TRY(asin({0}))",
    "acos": "TRY(acos({0}))", "atan": "atan({0})", "atan2": "atan2({0}, {1})", "sinh": "sinh({0})",
    "cosh": "cosh({0})", "tanh": "tanh({0})", "exp": "fn.finite(exp({0}))", "ln": "TRY(ln({0}))",
    "log10": "TRY(log10({0}))", "log2": "TRY(log2({0}))", "sqrt": "TRY(sqrt({0}))", "cbrt": "cbrt({0})",
    "pow": "fn.finite(pow({0}, {1}))", "square": "({0} * {0})", "radians": "radians({0})",
    "degrees": "degrees({0})", "pi": "pi()", "e": "exp(1.0)", "log/1": "TRY(ln({0}))",
    "log/2": "CASE WHEN {0} > 0 AND {0} <> 1 AND {1} > 0 THEN ln({1}) / ln({0}) END",
}  # fmt: skip

templates(
    {
        **DOUBLES,
        "abs": "abs({0})",
        "sign": "sign({0})",
        "positive": "{0}",
        "negative": "(-{0})",
        "ceil": "ceil({0})",
        "floor": "floor({0})",
        "pmod": "((({0}) % nullif({1}, 0) + ({1})) % nullif({1}, 0))",
        "mod": "({0} % nullif({1}, 0))",
        "bin": "bin({0})",
        "rand": "random()",
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


@rewrite("round", "dround")
def round_(emitter: Emitter, call: ast.Call) -> str:
    """Half away from zero; with places a DOUBLE is rounded by its decimal text."""
    value = emitter.sql(call.args[0])
    if len(call.args) == 1:
        if call.args[0].type.is_decimal:
            return f"round({value}, 0)"
        return f"fn.round_half({value})"
    return f"round({value}, CAST({emitter.sql(call.args[1])} AS INTEGER))"


@rewrite("truncate")
def truncate(emitter: Emitter, call: ast.Call) -> str:
    value, places = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    if call.args[0].type.is_decimal:
        return f"trunc({value}, CAST({places} AS INTEGER))"
    power = f"pow(10, {places})"
    return f"(trunc(CAST(CAST({value} AS DOUBLE) * {power} AS DOUBLE)) / {power})"


@rewrite("int_divide")
def int_divide(emitter: Emitter, call: ast.Call) -> str:
    left, right = (emitter.sql(a) for a in call.args)
    return f"CAST({left} // nullif({right}, 0) AS {duckdb_type(call.type)})"


@rewrite("conv")
def conv(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.errors import unsupported

    raise unsupported("function conv()")


@rewrite("bitand", "bitor", "bitxor", "bitnot", "bit_shift_left", "bit_shift_right", "bit_shift_right_logical")
def bits(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import bitwise

    if call.name == "bitnot":
        return f"(~CAST({emitter.sql(call.args[0])} AS {duckdb_type(call.type)}))"
    op = {
        "bitand": "&", "bitor": "|", "bitxor": "^", "bit_shift_left": "bitshiftleft",
        "bit_shift_right": "bitshiftright", "bit_shift_right_logical": "bitshiftrightlogical",
    }[call.name]  # fmt: skip
    return bitwise(op, emitter.sql(call.args[0]), emitter.sql(call.args[1]), call.type)
