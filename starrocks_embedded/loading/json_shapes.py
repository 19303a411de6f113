"""Nested JSON values in the shape of their column's type: what does not fit a member's type is null there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starrocks_embedded.emit.casts import BOUNDS
from starrocks_embedded.types import Type


def shaped(value: Any, type_: Type, text: Callable[[Any], str]) -> Any:
    """The value as JSON that DuckDB reads as that type; `text` writes a value as text."""
    if value is None:
        return None
    if type_.name == "array":
        return [shaped(v, type_.children[0], text) for v in value] if isinstance(value, list) else None
    if type_.name == "struct":
        if not isinstance(value, dict):
            return None
        members = zip(type_.fields, type_.children, strict=True)
        return {name: shaped(value.get(name), child, text) for name, child in members}
    if type_.name == "map":
        return _entries(value, type_, text) if isinstance(value, dict) else None
    if type_.name in BOUNDS and type_.name != "largeint":
        return _whole(value, *BOUNDS[type_.name])
    if type_.is_float:
        return _number(value)
    if type_.name == "boolean":
        return _boolean(value)
    written = text(value)
    fits = not type_.is_string or type_.length is None or len(written.encode()) <= type_.length
    return written if fits else None


def _entries(value: dict[str, Any], type_: Type, text: Callable[[Any], str]) -> list[dict[str, Any]]:
    key, member = type_.children
    return [{"key": shaped(k, key, text), "value": shaped(v, member, text)} for k, v in value.items()]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _whole(value: Any, low: int, high: int) -> int | None:
    if isinstance(value, str) and value.strip().lstrip("+-").isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        number = _number(value)
        if number is None or number != number or abs(number) == float("inf"):
            return None
        value = int(number)
    return value if low <= value <= high else None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    number = _number(value)
    return None if number is None else number != 0
