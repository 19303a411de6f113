"""What the front end computes of constants by itself, in Java's numbers: decimals of any length, FLOAT as DOUBLE,
texts as Java writes them. None stands for what it leaves to a back end."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import MAX_PREC, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from starrocks_embedded.errors import failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import NULL, STRING, Type, decimal, decimal_class

EXACT = Context(prec=MAX_PREC, Emax=10**6, Emin=-(10**6))
BYTES = {"decimal32": 4, "decimal64": 8, "decimal128": 16, "decimal256": 32}
BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
WHOLE = re.compile(r"[-+]?[0-9]+")
NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
MOST_DIGITS = 76
MOST_SECONDS = 253402243199  # of a Unix time
FUNCTIONS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "mod": "%"}
KINDS: dict[str, type] = {"bool": bool, "int": int, "double": float, "decimal": Decimal, "string": str, "binary": bytes}
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<=>": lambda a, b: a == b,
}


@dataclass(frozen=True)
class Constant:
    """A bool, int, float, Decimal, str, bytes or None, and the type that it has for the front end."""

    value: Any
    type: Type

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return "1" if self.value else "0"
        if isinstance(self.value, float):
            return plain(Decimal(repr(self.value)))
        if isinstance(self.value, Decimal):
            return aligned(self.value, self.type.scale)
        return str(self.value)

    def spelled(self, declared: Type) -> bool:
        """Whether the storage has nothing for it that would be shown as the front end shows it."""
        if isinstance(self.value, Decimal):
            if self.type.scale != declared.scale or _scale(self.value) > declared.scale:
                return True
            return abs(self.value) >= Decimal(10) ** (declared.precision - declared.scale)
        return self.type.name == "largeint" and isinstance(self.value, int) and not _fits(self.value, 128)

    def literal(self, declared: Type) -> ast.Literal:
        if self.spelled(declared):
            return ast.Literal("string", self.text, type=STRING)
        kind = next((k for k, kind in KINDS.items() if isinstance(self.value, kind)), "null")
        return ast.Literal(kind, self.value, type=declared if declared.is_decimal else self.type)


def plain(number: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    text = f"{number.normalize(EXACT):f}"
    return "0" if text == "-0" else text


def aligned(number: Decimal, scale: int) -> str:
    """With that many digits behind the point; what is cut leaves its sign."""
    return f"{number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN, EXACT):f}"


def constants(query: ast.Query) -> dict[int, Constant]:
    """The select items of an analyzed query without rows of its own that the front end computes, by their places."""
    body = query.body
    if not isinstance(body, ast.Select) or query.ctes or query.order_by:
        return {}
    if body.source is not None or body.where is not None or body.group_by is not None or body.having is not None:
        return {}
    computed = ((i, fold(item.expr)) for i, item in enumerate(body.items) if not isinstance(item.expr, ast.Literal))
    return {i: constant for i, constant in computed if constant is not None}


def with_constants(query: ast.Query, found: dict[int, Constant]) -> ast.Query:
    """The query with its computed items as literals. The tree itself stays as it was: it may be run again."""
    if not found or not isinstance(query.body, ast.Select):
        return query
    items = [
        replace(item, expr=found[i].literal(item.expr.type)) if i in found else item
        for i, item in enumerate(query.body.items)
    ]
    return replace(query, body=replace(query.body, items=items))


def fold(expr: ast.Expr) -> Constant | None:
    """The value of an analyzed expression over constants."""
    if isinstance(expr, ast.Literal):
        return _literal(expr)
    if isinstance(expr, ast.Cast):
        operand = fold(expr.operand)
        return None if operand is None else cast(operand, expr.target)
    if isinstance(expr, ast.Unary) and expr.op == "-":
        return _negated(fold(expr.operand), expr.type)
    if isinstance(expr, ast.Binary):
        return _binary(expr.op, fold(expr.left), fold(expr.right), expr.type)
    if isinstance(expr, ast.Call) and expr.window is None:
        return _call(expr)
    return None


def _literal(expr: ast.Literal) -> Constant | None:
    if expr.value is None:
        return Constant(None, expr.type)
    if expr.kind not in ("bool", "int", "decimal", "double", "string"):
        return None
    return Constant(float(expr.value) if expr.type.is_float else expr.value, expr.type)


def _call(expr: ast.Call) -> Constant | None:
    values = [fold(a) for a in expr.args]
    if expr.name == "to_datetime":
        return _moment(values)
    if expr.name not in FUNCTIONS or len(values) != 2:
        return None
    return _binary(FUNCTIONS[expr.name], values[0], values[1], expr.type)


def _moment(values: list[Constant | None]) -> Constant | None:
    """A time that does not exist is a NULL without a type. A scale below 0 is none."""
    if any(v is None or v.value is None for v in values):
        return None
    seconds, scale = (*(v.value for v in values if v is not None), 0)[:2]
    if scale > 0 and scale not in (3, 6):
        return Constant(None, NULL)
    whole = int(Fraction(seconds, 10 ** max(scale, 0)))
    return Constant(None, NULL) if seconds < 0 or whole > MOST_SECONDS else None


# ---- casts


def cast(given: Constant, target: Type) -> Constant | None:
    if given.value is None:
        return Constant(None, target)
    if isinstance(given.value, bytes):
        return None
    text = given.text
    if target.name == "varbinary":
        return Constant(text.encode(), target)
    if target.is_integer:
        return _whole(text.split(".")[0] if given.type.is_float else text, target)
    if target.is_decimal:
        return _decimal(text, target)
    if target.is_float:
        number = float(text) if NUMBER.fullmatch(text := text.strip()) else math.inf
        return Constant(number, target) if math.isfinite(number) else None
    if target.name == "boolean":
        truth = {"false": False, "0": False, "true": True, "1": True}.get(text.lower())
        return None if truth is None else Constant(truth, target)
    return Constant(text, target) if target.is_string else None


def _whole(text: str, target: Type) -> Constant | None:
    """A LARGEINT may be of any length."""
    if not WHOLE.fullmatch(text := text.strip()):
        return None
    return _within(int(text), target)


def _within(number: int, type_: Type) -> Constant | None:
    bits = BITS.get(type_.name)
    return Constant(number, type_) if bits is None or _fits(number, bits) else None


def _fits(number: int, bits: int) -> bool:
    return -(1 << bits - 1) <= number < 1 << bits - 1


def _decimal(text: str, target: Type) -> Constant | None:
    """NULL where the bytes of the type, which hold more than its digits, do not hold it."""
    if not NUMBER.fullmatch(text):
        return None
    number = _positive_zero(Decimal(text))
    if _overflows(number, target):
        return Constant(None, target)
    if target.scale <= _scale(number):
        number = _positive_zero(number.quantize(Decimal(1).scaleb(-target.scale), ROUND_HALF_UP, EXACT))
    return Constant(number, target)


def _overflows(number: Decimal, target: Type) -> bool:
    unit = Decimal(1).scaleb(-target.scale)
    digits = int(number.quantize(unit, ROUND_HALF_UP, EXACT).scaleb(target.scale, EXACT))
    return not _fits(digits, 8 * BYTES[decimal_class(target)])


# ---- operators


def _negated(given: Constant | None, type_: Type) -> Constant | None:
    if given is None or given.value is None or isinstance(given.value, str | bool):
        return None
    if isinstance(given.value, Decimal):
        return Constant(_positive_zero(given.value.copy_negate()), given.type)
    return Constant(-given.value, type_) if isinstance(given.value, float) else _within(-given.value, type_)


def _binary(op: str, left: Constant | None, right: Constant | None, result: Type) -> Constant | None:
    if left is None or right is None or left.value is None or right.value is None:
        return None
    if op in COMPARED:
        return _comparison(op, left, right, result)
    if result.is_decimal:
        return _over_decimals(op, left, right, result)
    if result.name == "double":
        return _over_doubles(op, left, right, result)
    if result.is_integer and isinstance(left.value, int) and isinstance(right.value, int):
        return _over_integers(op, int(left.value), int(right.value), result)
    return None


def _comparison(op: str, left: Constant, right: Constant, result: Type) -> Constant | None:
    keys = [_key(c.value) for c in (left, right)]
    return Constant(COMPARED[op](*keys), result) if type(keys[0]) is type(keys[1]) else None


def _key(value: Any) -> Any:
    """What Java orders values by: texts by their UTF-16 units, zeros by their sign."""
    if isinstance(value, float):
        return value, math.copysign(1, value)
    return value.encode("utf-16-be") if isinstance(value, str) else value


def _over_integers(op: str, left: int, right: int, result: Type) -> Constant | None:
    """A sum of TINYINTs is the only operation on them; what leaves the type is left to a back end, but for LARGEINT."""
    if op not in ("+", "-", "*") or (op != "+" and result.name == "tinyint"):
        return None
    number = {"+": left + right, "-": left - right, "*": left * right}[op]
    if result.name == "largeint" and not _fits(number, 128):
        raise failure(f"Getting syntax error. Detail message: Large int literal is out of range: {number}.")
    return _within(number, result)


def _over_doubles(op: str, left: Constant, right: Constant, result: Type) -> Constant | None:
    one, two = cast(left, result), cast(right, result)
    if one is None or two is None or op not in ("+", "-", "*", "/"):
        return None
    a, b = one.value, two.value
    if op == "/":
        return Constant(a / b, result) if b else Constant(None, result)
    number = a + b if op == "+" else a - b if op == "-" else a * b
    return Constant(number, result) if math.isfinite(number) else None


def _over_decimals(op: str, left: Constant, right: Constant, result: Type) -> Constant | None:
    if not all(isinstance(c.value, int | Decimal) for c in (left, right)):
        return None
    a, b = (c.value if isinstance(c.value, Decimal) else Decimal(int(c.value)) for c in (left, right))
    if op in ("/", "%") and not b:
        return Constant(None, result)
    number = DECIMALS[op](a, b) if op in DECIMALS else None
    return None if number is None else _decimal_result(_positive_zero(number), result)


def _decimal_result(number: Decimal, result: Type) -> Constant | None:
    """The number keeps its own scale where its own type is of the same class as the operator's."""
    digits, exponent = len(number.as_tuple().digits), int(number.as_tuple().exponent)
    scale = _scale(number)
    precision = digits + exponent if exponent > 0 else max(scale, digits)
    if precision > MOST_DIGITS:
        return None
    own = decimal(max(precision, 1), scale)
    if decimal_class(own) == decimal_class(result):
        return Constant(number, own)
    if own.is_wide and _overflows(number, result):
        return None
    return Constant(number, result)


def _scale(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def _positive_zero(number: Decimal) -> Decimal:
    return number if number else number.copy_abs()


def _quotient(a: Decimal, b: Decimal) -> Decimal | None:
    """Exact, at the difference of the scales or with the digits that it needs; None where it has no end."""
    least = int(b.as_tuple().exponent) - int(a.as_tuple().exponent)
    if not a:
        return Decimal(0).scaleb(-least)
    ratio = Fraction(a) / Fraction(b)
    scale = _digits_needed(ratio)
    if scale is None:
        return None
    scale = max(scale, least)
    return Decimal(int(ratio * Fraction(10) ** scale)).scaleb(-scale, EXACT)


def _digits_needed(ratio: Fraction) -> int | None:
    """Behind the point; below 0 for zeros before it."""
    rest, needed = ratio.denominator, 0
    if rest == 1:
        text = str(abs(ratio.numerator))
        return len(text.rstrip("0")) - len(text)
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        needed = max(needed, power)
    return needed if rest == 1 else None


def _remainder(a: Decimal, b: Decimal) -> Decimal:
    """Its scale comes from the whole quotient's, which may end in zeros that do not count."""
    first, second = -int(a.as_tuple().exponent), -int(b.as_tuple().exponent)
    whole = abs(int(Fraction(a) / Fraction(b)))
    rest = Fraction(a) - Fraction(b) * int(Fraction(a) / Fraction(b))
    scale = first
    if whole:
        zeros = len(str(whole)) - len(str(whole).rstrip("0"))
        scale = max(first, max(-zeros, first - second) + second)
    return Decimal(int(rest * Fraction(10) ** scale)).scaleb(-scale, EXACT)


DECIMALS: dict[str, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": _quotient,
    "%": _remainder,
}
