"""Data types as they are written in SQL."""

from __future__ import annotations

from dataclasses import replace

from starrocks_embedded import types
from starrocks_embedded.errors import failure
from starrocks_embedded.syntax.cursor import Cursor, place_error
from starrocks_embedded.types import Type

PLAIN = {
    "BOOLEAN": types.BOOLEAN, "FLOAT": types.FLOAT, "DOUBLE": types.DOUBLE, "DATE": types.DATE,
    "DATETIME": types.DATETIME, "TIME": types.TIME, "STRING": types.STRING, "TEXT": types.STRING,
    "BITMAP": types.BITMAP, "HLL": types.HLL, "PERCENTILE": types.PERCENTILE, "JSON": types.JSON,
}  # fmt: skip
WIDE = {
    "TINYINT": types.TINYINT, "SMALLINT": types.SMALLINT, "INT": types.INT, "INTEGER": types.INT,
    "BIGINT": types.BIGINT, "LARGEINT": types.LARGEINT,
}  # fmt: skip
DECIMALS = {"DECIMAL", "DECIMALV2", "DECIMAL32", "DECIMAL64", "DECIMAL128", "DECIMAL256", "NUMERIC", "NUMBER"}
NAMES = sorted(
    {*PLAIN, *WIDE, *DECIMALS, "SIGNED", "UNSIGNED", "CHAR", "VARCHAR", "BINARY", "VARBINARY", "ARRAY", "MAP", "STRUCT"}
)
DIGITS = {"DECIMAL32": 9, "DECIMAL64": 18, "DECIMAL128": 38, "DECIMAL256": 76}


def may_have_length(word: str) -> bool:
    """Whether a type of that name can carry figures in parentheses."""
    return word in WIDE or word in DECIMALS or word in ("CHAR", "VARCHAR", "VARBINARY", "BINARY")


def parse_type(cursor: Cursor) -> Type:
    """One type, nested ones included."""
    word = cursor.token.key
    if word in PLAIN:
        cursor.advance()
        return PLAIN[word]
    if word in WIDE:
        cursor.advance()
        _parameter(cursor)  # a display width, without meaning
        return WIDE[word]
    if word in ("SIGNED", "UNSIGNED"):
        cursor.advance()
        cursor.accept_any("INT", "INTEGER")
        return types.INT
    if word in DECIMALS and (word != "DECIMAL256" or cursor.version.at_least("4.0")):
        return _decimal(cursor)
    if word in ("CHAR", "VARCHAR"):
        cursor.advance()
        return Type(word.lower(), _parameter(cursor))
    if word in ("VARBINARY", "BINARY"):
        cursor.advance()
        return Type("varbinary", _parameter(cursor))
    if word == "VARIANT" and cursor.version.at_least("4.0"):
        cursor.advance()
        return Type("variant")
    return _nested(cursor, word)


def _nested(cursor: Cursor, word: str) -> Type:
    if word not in ("ARRAY", "MAP", "STRUCT"):
        raise cursor.unexpected(*NAMES)
    cursor.advance()
    cursor.expect("<")
    if word == "ARRAY":
        result = types.array(parse_type(cursor))
    elif word == "MAP":
        key = _map_key(cursor)
        cursor.expect(",")
        result = types.map_(key, parse_type(cursor))
    else:
        result = types.struct(cursor.separated(lambda: _field(cursor)))
    cursor.expect(">")
    return result


def _map_key(cursor: Cursor) -> Type:
    start = cursor.token
    key = parse_type(cursor)
    if key.is_nested or key.is_metric_object or key.name in ("json", "variant"):
        from starrocks_embedded.syntax.printer import type_text

        why = "for map's key, which should be base types"
        raise place_error(f"Unsupported type specification: '{type_text(key)}' {why}", cursor.since(start))
    return key


def _field(cursor: Cursor) -> tuple[str, Type]:
    name = cursor.identifier()
    return name, parse_type(cursor)


def _parameter(cursor: Cursor) -> int | None:
    return cursor.in_parentheses(cursor.integer) if cursor.looking_at("(") else None


def _decimal(cursor: Cursor) -> Type:
    word = cursor.advance().key
    precision, scale = (38, 9) if word == "DECIMALV2" else (DIGITS[word], DIGITS[word]) if word in DIGITS else (10, 0)
    if cursor.accept("("):
        precision = cursor.integer()
        scale = min(precision, DIGITS.get(word, 0))  # the names with a width are all fraction by default
        if cursor.accept(","):
            scale = cursor.integer()
        cursor.expect(")")
    most = DIGITS.get(word, 76 if cursor.version.at_least("4.0") else 38)
    if precision > most:
        raise failure(f"DECIMAL's precision should range from 1 to {most}")
    if scale > precision:
        raise failure("DECIMAL(P[,S]) type P must be greater than or equal to the value of S")
    return replace(types.decimal(precision or 1, scale), declared=word != "DECIMAL32")
