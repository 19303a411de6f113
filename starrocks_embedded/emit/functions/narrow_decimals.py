"""Decimals of up to 38 digits as a back end computes them: what a cast gives NULL for is decided by the bits of the
type's class (32, 64, 128), not by its precision. Only a table minds the precision, when a row is written."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

from starrocks_embedded.emit.functions import MACROS
from starrocks_embedded.errors import unsupported
from starrocks_embedded.types import Type, decimal_class, duckdb_type

BITS = {"decimal32": 32, "decimal64": 64, "decimal128": 128}
SURE = {32: 9, 64: 18, 128: 38}
WHOLE = {32: "int", 64: "bigint"}
ROOM = {32: 10, 64: 19, 128: 38}  # digits that DuckDB needs for a class; of 128 bits it has one too few
DIGITS = {"boolean": 1, "tinyint": 3, "smallint": 5, "int": 10, "bigint": 19, "largeint": 39, "date": 8, "datetime": 14}

NUMBER = re.compile(r"'[-+]?\d{1,300}(\.\d{1,300})?'")
# a literal's text, or a constant of it
CONSTANT = re.compile(r"\(?-?CAST\('[^']*' AS (FLOAT|DOUBLE)\)\)?")
INTEGER = re.compile(r"CAST\((-?\d+) AS [A-Z]+\)")

MACROS.append("within(x, low, high) AS CASE WHEN x BETWEEN low AND high THEN x END")
OF_39_DIGITS = "BETWEEN 1e38 AND 1.7014118346046923e38"


def to_decimal(value: str, source: Type, target: Type) -> str:
    if source.is_string:
        return _of_text(value, target)
    if constant := INTEGER.fullmatch(value):
        return _of_text(f"'{constant[1]}'", target)
    if source.name == "json":
        return f"TRY_CAST(documents.json_fraction({value}) AS {duckdb_type(target)})"
    if source.is_float:  # a constant by its shortest digits, else as the binary number it is
        return bounded(f"CAST({value} AS {'VARCHAR' if CONSTANT.fullmatch(value) else 'DOUBLE'})", target)
    if source.is_temporal:
        from starrocks_embedded.emit.casts import to_integer

        value = to_integer(value, source, Type("bigint"))
    if source.name == "boolean":
        value = f"CAST({value} AS TINYINT)"
    if not (source.is_decimal or source.name in DIGITS):
        raise unsupported(f"cast from {source} to {target}")
    if source.name == WHOLE.get(_bits(target)) and not target.scale:  # an integer of as many bits
        return f"CAST({value} AS {_type(ROOM[_bits(target)], 0)})"
    if _digits(source, target) <= SURE[_bits(target)]:
        return f"CAST({value} AS {duckdb_type(target)})"
    return bounded(value, target)


def _type(precision: int, scale: int) -> str:
    return f"DECIMAL({precision},{scale})"


def _bits(type_: Type) -> int:
    return BITS[decimal_class(type_)]


def _digits(source: Type, target: Type) -> int:
    """The digits of the longest number that may come out; rounding may add one before the point."""
    if not source.is_decimal:
        return DIGITS[source.name] + target.scale
    return source.precision - source.scale + (source.scale > target.scale) + target.scale


def bounded(value: str, target: Type) -> str:
    """What leaves the class is NULL."""
    bits = _bits(target)
    if ROOM[bits] < target.scale:
        raise unsupported(f"cast to {target}")
    cast = f"TRY_CAST({value} AS {_type(ROOM[bits], target.scale)})"
    if bits == 128:  # a number of 39 digits is refused
        about = f"abs(TRY_CAST({value} AS DOUBLE)) * 1e{target.scale}"
        return f"CASE WHEN {about} {OF_39_DIGITS} THEN {cast[4:]} ELSE {cast} END"
    low, high = (_number(n, target.scale, ROOM[bits]) for n in (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1))
    return f"fn.within({cast}, {low}, {high})"


def _number(digits: int, scale: int, room: int) -> str:
    text = str(abs(digits)).rjust(scale + 1, "0")
    point = len(text) - scale
    return f"CAST('{'-' if digits < 0 else ''}{text[:point]}.{text[point:]}' AS {_type(room, scale)})"


def _of_text(value: str, target: Type) -> str:
    """A text has as many digits as a class is sure to hold; a constant, which the front end reads, as fit its bits."""
    bits = _bits(target)
    if not NUMBER.fullmatch(value):
        return f"TRY_CAST(fn.number_text({value}) AS {_type(SURE[bits], target.scale)})"
    with localcontext() as context:
        context.prec = 700
        digits = int(Decimal(value[1:-1]).scaleb(target.scale).to_integral_value(ROUND_HALF_UP))
    if not -(2 ** (bits - 1)) <= digits < 2 ** (bits - 1):
        return f"CAST(NULL AS {duckdb_type(target)})"
    if abs(digits) >= 10**38:
        raise unsupported("A decimal of 39 digits")
    return _number(digits, target.scale, max(len(str(abs(digits))), target.precision))


def beyond_precision(name: str, type_: Type) -> str:
    """The condition under which a table does not take a value of its column; empty where none can be."""
    if type_.is_wide:
        return f"length(fn.big_digits({name})) > {type_.precision}"
    limit = _number(10**type_.precision - 1, type_.scale, type_.precision)
    return f"abs({name}) > {limit}"
