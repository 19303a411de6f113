"""Which values a variable takes, and the text it then has."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.types import BOOLEAN, DOUBLE, FLOAT, VARCHAR, Type
from starrocks_embedded.version import Version

LONGEST_TIMEOUT = 259200
RANGES: dict[str, tuple[int, int | None]] = {
    "chunk_size": (1, 65535),
    "load_mem_limit": (0, None),
    "query_mem_limit": (0, None),
    "sql_select_limit": (0, None),
    "query_timeout": (1, LONGEST_TIMEOUT),
    "insert_timeout": (1, LONGEST_TIMEOUT),
    "new_planner_optimize_timeout": (1, None),
}
INTEGER_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
SQL_MODES = {
    "REAL_AS_FLOAT": 1, "PIPES_AS_CONCAT": 1 << 1, "ANSI_QUOTES": 1 << 2, "IGNORE_SPACE": 1 << 3, "NOT_USED": 1 << 4,
    "ONLY_FULL_GROUP_BY": 1 << 5, "NO_UNSIGNED_SUBTRACTION": 1 << 6, "NO_DIR_IN_CREATE": 1 << 7,
    "FORBID_INVALID_DATE": 1 << 8, "ALLOW_THROW_EXCEPTION": 1 << 9, "MODE_DOUBLE_LITERAL": 1 << 17, "ANSI": 1 << 18,
    "NO_AUTO_VALUE_ON_ZERO": 1 << 19, "NO_BACKSLASH_ESCAPES": 1 << 20, "STRICT_TRANS_TABLES": 1 << 21,
    "STRICT_ALL_TABLES": 1 << 22, "NO_ZERO_IN_DATE": 1 << 23, "NO_ZERO_DATE": 1 << 24, "INVALID_DATES": 1 << 25,
    "ERROR_FOR_DIVISION_BY_ZERO": 1 << 26, "TRADITIONAL": 1 << 27, "HIGH_NOT_PRECEDENCE": 1 << 29,
    "NO_ENGINE_SUBSTITUTION": 1 << 30, "PAD_CHAR_TO_FULL_LENGTH": 1 << 31, "TIME_TRUNCATE_FRACTIONAL": 1 << 32,
    "SORT_NULLS_LAST": 1 << 33, "ERROR_IF_OVERFLOW": 1 << 35, "GROUP_CONCAT_LEGACY": 1 << 36,
}  # fmt: skip
COMBINED_MODES = {
    "ANSI": ("REAL_AS_FLOAT", "PIPES_AS_CONCAT", "ANSI_QUOTES", "IGNORE_SPACE", "ONLY_FULL_GROUP_BY"),
    "TRADITIONAL": (
        "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "NO_ZERO_IN_DATE", "NO_ZERO_DATE", "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_ENGINE_SUBSTITUTION",
    ),
}  # fmt: skip
OFFSET = re.compile(r"([+-])(\d{1,2}):(\d{2})")
ZONE_WITH_OFFSET = re.compile(r"(GMT|UTC|UT)[+-]\d{1,2}(:\d{2})?")
PARTIAL_UPDATE_MODES = ("auto", "row", "column")


def hinted(version: Version, name: str, type_: Type, value: Any) -> str | None:
    """The text that SET_VAR gives a variable, whose type alone is checked; None where the value has no effect."""
    if name == "time_zone":
        try:
            return time_zone(_text(value))
        except StarRocksError:
            return None
    return sql_mode(_text(value)) if name == "sql_mode" else _typed(version, name, type_, _text(value))


def canonical(version: Version, name: str, type_: Type, value: Any) -> str:
    """The text that a variable has after SET name = value, or the refusal."""
    text = _text(value)
    if name in RANGES:
        check_range(name, text, *RANGES[name])
    if name == "time_zone":
        return time_zone(text)
    if name == "sql_mode":
        return sql_mode(text)
    if name == "insert_max_filter_ratio":
        return _ratio(text)
    if name == "partial_update_mode" and text.lower() not in PARTIAL_UPDATE_MODES:
        raise failure("partial_update_mode only support auto|row|column")
    return _typed(version, name, type_, text)


def _text(value: Any) -> str:
    """A constant's text as the server reads it: booleans as words, NULL as itself."""
    if value is None or isinstance(value, bool):
        return str(value).replace("None", "NULL").lower() if isinstance(value, bool) else "NULL"
    return str(value)


def _typed(version: Version, name: str, type_: Type, text: str) -> str:
    if type_ == BOOLEAN:
        return _boolean(version, name, text)
    if type_ == VARCHAR:
        return "" if text == "NULL" and name == "character_set_results" else text
    if type_ in (FLOAT, DOUBLE):
        return _number(name, text)
    bits = INTEGER_BITS[type_.name]
    if not re.fullmatch(r"[+-]?\d+", text) or not -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1):
        raise wrong_type(name)
    return str(int(text))


def _boolean(version: Version, name: str, text: str) -> str:
    folded = text.lower()
    if folded in ("on", "true", "1"):
        return "true"
    if folded in ("off", "false", "0"):
        return "false"
    raise wrong_type(name) if version.at_least("4.0") else _wrong_value(name, text)


def _number(name: str, text: str) -> str:
    try:
        return str(float(text))
    except ValueError as error:
        raise wrong_type(name) from error


def wrong_type(name: str) -> StarRocksError:
    return StarRocksError(1232, f"Incorrect argument type to variable '{name}'")


def check_range(name: str, text: str, low: int, high: int | None) -> None:
    if not re.fullmatch(r"[+-]?\d+", text) or not -(2**63) <= int(text) < 2**63:
        raise analysis_error(f"{name} is not a number")
    if int(text) < low:
        raise analysis_error(f"{name} must be equal or greater than {low}")
    if high is not None and int(text) > high:
        raise analysis_error(f"{name} must be equal or smaller than {high}")


def _ratio(text: str) -> str:
    try:
        ratio = float(text)
    except ValueError as error:
        raise wrong_type("insert_max_filter_ratio") from error
    if not 0 <= ratio <= 1:
        message = f"Invalid insert_max_filter_ratio: '{text}'. Expected values should be between 0.0 and 1.0"
        raise StarRocksError(5018, message)
    return str(ratio)


def sql_mode(text: str) -> str:
    """Modes by name in any case or as a number; what is kept are the names in alphabetical order."""
    if re.fullmatch(r"-?\d+", text):
        bits = int(text)
        if bits < 0 or bits & ~sum(SQL_MODES.values()):
            raise _wrong_value("sql_mode", text)
        return ",".join(sorted(n for n, bit in SQL_MODES.items() if bits & bit))
    names: set[str] = set()
    for part in filter(None, (p.strip() for p in text.split(","))):
        if part.upper() not in SQL_MODES:
            raise _wrong_value("sql_mode", part)
        names |= {part.upper(), *COMBINED_MODES.get(part.upper(), ())}
    return ",".join(sorted(names))


def _wrong_value(name: str, value: str) -> StarRocksError:
    return StarRocksError(1231, f"Variable '{name}' can't be set to the value of '{value}'")


def time_zone(text: str) -> str:
    """A region, an offset between -12:00 and +14:00, or GMT+8 and its kind; short names but CST are refused."""
    if match := OFFSET.fullmatch(text):
        minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
        if int(match[3]) < 60 and -12 * 60 <= minutes <= 14 * 60:
            return f"{match[1]}{int(match[2]):02d}:{match[3]}"
    elif re.fullmatch(r"[+-]\d{4}", text) or ZONE_WITH_OFFSET.fullmatch(text) or text in ("CST", "Z"):
        return text
    elif text in available_timezones() and (text in ("UTC", "GMT") or len(text) > 3):
        return ZoneInfo(text).key
    raise analysis_error(f"Unknown or incorrect time zone: '{text}'", code=1298)
