"""Which column type may become which, and how the stored values are rewritten."""

from __future__ import annotations

from starrocks_embedded.catalog.columns import type_name
from starrocks_embedded.errors import failure
from starrocks_embedded.types import Type, duckdb_type, to_sql

WIDER = ("tinyint", "smallint", "int", "bigint", "largeint")
INTEGER_TARGETS = ("double", "varchar")
ALLOWED: dict[str, tuple[str, ...]] = {
    "tinyint": INTEGER_TARGETS,
    "smallint": INTEGER_TARGETS,
    "int": (*INTEGER_TARGETS, "date"),
    "bigint": INTEGER_TARGETS,
    "largeint": ("varchar",),
    "float": ("double", "varchar"),
    "double": ("varchar",),
    "char": ("varchar",),
    "json": ("varchar",),
    "varchar": (*WIDER, "float", "double", "decimal", "date", "json"),
    "date": ("datetime",),
    "datetime": ("date",),
}
JSON_LENGTH = 1024
SHORT_DECIMAL = 9


def is_allowed(old: Type, new: Type) -> bool:
    """By kind of type alone; lengths are another matter."""
    if old.is_decimal:
        return _decimal_allowed(old, new)
    if old.name == new.name:
        return True
    if old.name in WIDER and new.name in WIDER:
        return WIDER.index(old.name) < WIDER.index(new.name)
    return new.name in ALLOWED.get(old.name, ())


def _decimal_allowed(old: Type, new: Type) -> bool:
    if new.name == "varchar":
        point = 1 if old.scale else 0
        return old.precision + 1 + point + (1 if old.precision == old.scale else 0) <= (new.length or 1)
    return new.is_decimal and old.scale <= new.scale and old.precision - old.scale <= new.precision - new.scale


def check_conversion(old: Type, new: Type) -> None:
    """Whether a column of one type may be made one of the other."""
    if not is_allowed(old, new) or (old.is_nested and old != new):
        raise failure(f"Can not change {_stored_name(old)} to {_stored_name(new)}")


def _stored_name(type_: Type) -> str:
    """Short decimals are stored as decimal64; structs are spelled out."""
    if type_.is_decimal and type_.precision <= SHORT_DECIMAL:
        return f"DECIMAL64({type_.precision},{type_.scale})"
    return to_sql(type_) if type_.name == "struct" else type_name(type_)


def check_lengths(old: Type, new: Type) -> None:
    if old.is_string and new.is_string and (old.length or 1) > (new.length or 1):
        raise failure("Cannot shorten string length")
    if old.name == "json" and new.is_string and (new.length or 1) < JSON_LENGTH:
        raise failure(f"JSON needs minimum length of {JSON_LENGTH}")


def conversion_sql(column: str, old: Type, new: Type) -> str:
    """DuckDB's expression for the rewritten value; a value that has none fails the whole change."""
    target = duckdb_type(new)
    if duckdb_type(old) == target:
        return column
    if old.name == "int" and new.name == "date":
        return f"CAST(strptime(CAST({column} AS VARCHAR), '%Y%m%d') AS DATE)"
    if old.name == "boolean" and new.is_string:
        return f"CAST(CAST({column} AS INTEGER) AS VARCHAR)"
    if old.name in ("float", "double") and new.is_string:
        text = f"CAST({column} AS VARCHAR)"
        return f"CASE WHEN {text} LIKE '%.0' THEN left({text}, length({text}) - 2) ELSE {text} END"
    return f"CAST({column} AS {target})"
