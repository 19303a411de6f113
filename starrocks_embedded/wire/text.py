"""Values as the text a StarRocks server sends for their type."""

from __future__ import annotations

import datetime
import json
import struct
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from starrocks_embedded.types import Type

Text = Callable[[Any], str]
FLOAT = struct.Struct("<f")


def text_of(type_: Type) -> Text:
    """The function that spells a value of this type, not NULL, at the top level of a row."""
    if type_.is_nested:
        return _nested(type_)
    if type_.is_decimal:
        return wide_decimal_text(type_.scale) if type_.is_wide else decimal_text(type_.scale)
    return SPELLINGS.get(type_.name, str)


# ---- scalars


def boolean_text(value: Any) -> str:
    return "1" if value else "0"


def double_text(value: Any) -> str:
    """Shortest digits that give the same number; exponents outside 1e-4 … 1e16, as Python writes them."""
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def folded_text(type_: Type) -> Text:
    """As the front end writes a number of its own: always with a fraction, exponents without sign and padding."""
    spell = float_text if type_.name == "float" else double_text

    def spell_folded(value: Any) -> str:
        mantissa, _, exponent = spell(value).partition("e")
        if "." not in mantissa and mantissa.lstrip("-").isdigit():
            mantissa += ".0"
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa

    return spell_folded


def float_text(value: Any) -> str:
    """As for doubles, by single precision: the shortest digits, exponents from 1e8."""
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        return repr(number)
    digits = next((t for p in (6, 7, 8) if _same_float(t := f"{number:.{p - 1}e}", number)), f"{number:.8e}")
    mantissa, exponent = digits.split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    if -4 <= int(exponent) <= 7:
        return _plain(mantissa, int(exponent))
    return f"{mantissa}e{exponent}"


def _same_float(text: str, number: float) -> bool:
    try:
        return FLOAT.pack(float(text)) == FLOAT.pack(number)
    except OverflowError:
        return False


def _plain(mantissa: str, exponent: int) -> str:
    text = format(Decimal(mantissa).scaleb(exponent), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal_text(scale: int) -> Text:
    def spell(value: Any) -> str:
        if isinstance(value, str):
            return value
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        return format(number, f".{scale}f")

    return spell


def wide_decimal_text(scale: int) -> Text:
    """Of the whole number that the digits are."""

    def spell(value: Any) -> str:
        digits = str(value).lstrip("-").rjust(scale + 1, "0")
        point = len(digits) - scale
        text = f"{digits[:point]}.{digits[point:]}" if scale else digits
        return f"-{text}" if str(value).startswith("-") else text

    return spell


def moment_text(value: Any) -> str:
    """Microseconds are shown, all six digits, where there are some. A moment of year 0, which Python does not know,
    comes as DuckDB's text: there the year is 1 BC."""
    if not isinstance(value, str) or BEFORE_YEAR_1 not in value:
        return str(value)
    whole, point, fraction = value.replace(BEFORE_YEAR_1, "").partition(".")
    return f"0000{whole[4:]}{point}{fraction.ljust(6, '0') if point else ''}"


def time_text(value: Any) -> str:
    """Seconds as a signed clock time whose hours may grow beyond a day."""
    if isinstance(value, str):
        return value
    seconds = int(value.total_seconds() if isinstance(value, datetime.timedelta) else value)
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hours:02d}:{minutes:02d}:{rest:02d}"


def json_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def bytes_text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, (bytes, bytearray)) else str(value)


BEFORE_YEAR_1 = " (BC)"
SPELLINGS: dict[str, Text] = {
    "boolean": boolean_text,
    "float": float_text,
    "double": double_text,
    "date": moment_text,
    "datetime": moment_text,
    "time": time_text,
    "json": json_text,
    "varbinary": bytes_text,
}


# ---- nested values


def _nested(type_: Type) -> Text:
    if type_.name == "array":
        element = _inner(type_.children[0])
        return lambda value: value if isinstance(value, str) else f"[{','.join(map(element, value))}]"
    if type_.name == "map":
        key, item = (_inner(child) for child in type_.children)
        return lambda value: f"{{{','.join(f'{key(k)}:{item(v)}' for k, v in _entries(value))}}}"
    names = [_quoted(name, '"') for name in type_.fields]
    spells = [_inner(child) for child in type_.children]

    def spell(value: Any) -> str:
        members = value.values() if isinstance(value, dict) else value
        return f"{{{','.join(f'{n}:{s(m)}' for n, s, m in zip(names, spells, members, strict=True))}}}"

    return spell


def _entries(value: Any) -> Iterable[tuple[Any, Any]]:
    """A map as it is stored: a list of its entries."""
    return ((entry["key"], entry["value"]) for entry in value)


def _inner(type_: Type) -> Text:
    """Inside a nested value: null in words, strings and dates in double quotes, JSON in single ones."""
    spell = text_of(type_)
    if type_.name == "json":
        return lambda value: "null" if value is None else _quoted(spell(value), "'")
    if type_.is_string or type_.is_temporal or type_.name in ("time", "varbinary"):
        return lambda value: "null" if value is None else _quoted(spell(value), '"')
    return lambda value: "null" if value is None else spell(value)


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote
