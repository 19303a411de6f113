"""The column types of lake formats: what becomes of a StarRocks type that is written there and read back."""

from __future__ import annotations

from dataclasses import replace

from starrocks_embedded.types import INT, Type, varchar

TEXT = varchar(1073741824)
PLAIN = ("boolean", "int", "bigint", "float", "double", "date", "datetime")
LONGEST_HIVE_VARCHAR = 65535


def lake_type(kind: str, type_: Type) -> Type | None:
    """None where the format has nothing like it."""
    if type_.is_nested:
        children = [lake_type(kind, child) for child in type_.children]
        kept = tuple(child for child in children if child is not None)
        return replace(type_, children=kept) if len(kept) == len(children) else None
    if type_.is_decimal:
        return replace(type_, declared=False) if type_.precision <= 38 else None
    if type_.name == "varbinary":
        return Type("varbinary")
    if type_.is_string:
        short = kind == "hive" and type_.length is not None and type_.length <= LONGEST_HIVE_VARCHAR
        return type_ if short else TEXT
    if type_.name in ("tinyint", "smallint"):
        return type_ if kind == "hive" else INT
    return type_ if type_.name in PLAIN else None
