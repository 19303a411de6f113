"""The names of types: StarRocks' own, other databases' names for them, and those that have no counterpart."""

from __future__ import annotations

import re
from typing import NoReturn

from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.column import type_text
from dbt.adapters.starrocks.table_config.values import split

PLAIN = (
    *("boolean", "tinyint", "smallint", "int", "bigint", "largeint", "float", "double", "decimal"),
    *("char", "varchar", "string", "varbinary", "date", "datetime", "json", "variant"),
    *("bitmap", "hll", "percentile"),
)

# names of other databases that mean the same here
TRANSLATED = {
    "bool": "boolean",
    "byteint": "tinyint",
    "int1": "tinyint",
    "int2": "smallint",
    "int4": "int",
    "integer": "int",
    "mediumint": "int",
    "int8": "bigint",
    "int64": "bigint",
    "long": "bigint",
    "int128": "largeint",
    "hugeint": "largeint",
    "real": "float",
    "float4": "float",
    "float32": "float",
    "float8": "double",
    "float64": "double",
    "double precision": "double",
    "numeric": "decimal",
    "number": "decimal",
    "dec": "decimal",
    "text": "string",
    "clob": "string",
    "mediumtext": "string",
    "longtext": "string",
    "character varying": "varchar",
    "nvarchar": "varchar",
    "varchar2": "varchar",
    "character": "char",
    "nchar": "char",
    "bpchar": "char",
    "timestamp": "datetime",
    "timestamp without time zone": "datetime",
    "timestamp_ntz": "datetime",
    "timestampntz": "datetime",
    "datetime2": "datetime",
    "jsonb": "json",
    "binary": "varbinary",
    "bytes": "varbinary",
    "bytea": "varbinary",
    "blob": "varbinary",
    "uuid": "varchar(36)",
}

# names that have no counterpart, with what to write instead
WITHOUT_COUNTERPART = {
    "timestamptz": "a StarRocks datetime keeps no time zone: convert with convert_tz() and use `datetime`",
    "timestamp with time zone": "a StarRocks datetime keeps no time zone: convert with convert_tz() and use `datetime`",
    "timestamp_tz": "a StarRocks datetime keeps no time zone: convert with convert_tz() and use `datetime`",
    "timestamp_ltz": "a StarRocks datetime keeps no time zone: convert with convert_tz() and use `datetime`",
    "time": "StarRocks stores no time of day: use `string`, or `datetime` with a date",
    "interval": "StarRocks stores no interval: use `bigint` with a unit in the column's name",
    "serial": "use `bigint` with the column option `auto_increment: true`",
    "bigserial": "use `bigint` with the column option `auto_increment: true`",
    "money": "use `decimal(18,2)`",
    "super": "use `json`",
    "object": "use `json`",
    "geography": "use `string` with the text form",
    "geometry": "use `string` with the text form",
}
UNSIZED = ("datetime", "date", "boolean", "json", "float", "double", "string")
SIZED = re.compile(r"(.+?)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)(.*)", re.DOTALL)


def starrocks_type(text: str, where: str) -> str:
    """The type's one StarRocks spelling, as the adapter's columns have it. `where` names the place it was written."""
    written = re.sub(r"\s+", " ", text.strip())
    lowered = written.lower()
    if lowered.endswith("[]"):
        return f"array<{starrocks_type(written[:-2], where)}>"
    if "<" in written:
        return _nested(written, where)
    sized = SIZED.fullmatch(lowered)
    base = (sized[1] + sized[4]).strip() if sized else lowered
    size = ",".join(part for part in (sized[2], sized[3]) if part) if sized else ""
    name = _plain_name(base, text, where)
    return type_text(name if not size or name in UNSIZED or "(" in name or _is_integer(name) else f"{name}({size})")


def _is_integer(name: str) -> bool:
    return name.endswith("int")


def _plain_name(base: str, written: str, where: str) -> str:
    if base in PLAIN:
        return base
    if base in TRANSLATED:
        return TRANSLATED[base]
    if base in WITHOUT_COUNTERPART:
        _refuse(written, where, WITHOUT_COUNTERPART[base])
    if base.endswith(" unsigned"):
        _refuse(written, where, "StarRocks has no unsigned types: use the next wider one")
    _refuse(written, where, f"use one of {', '.join(PLAIN)}, array<…>, map<…, …>, struct<…>")


def _nested(written: str, where: str) -> str:
    head, _, rest = written.partition("<")
    kind = head.strip().lower()
    if kind not in ("array", "map", "struct") or not rest.rstrip().endswith(">"):
        _refuse(written, where, "write array<int>, map<string, int> or struct<a int, b string>")
    parts = _inner_parts(rest.rstrip()[:-1])
    if kind == "struct":
        return f"struct<{', '.join(_field(part, where) for part in parts)}>"
    if len(parts) != (2 if kind == "map" else 1):
        _refuse(written, where, "an array has one inner type, a map a key's and a value's")
    return f"{kind}<{','.join(starrocks_type(part, where) for part in parts)}>"


def _inner_parts(text: str) -> list[str]:
    """The parts between the outermost commas: angle brackets pair like round ones here."""
    shielded = text.replace("<", "(<").replace(">", ">)")
    return [part.replace("(<", "<").replace(">)", ">") for part in split(shielded)]


def _field(part: str, where: str) -> str:
    name, _, inner = part.replace(":", " ", 1).strip().partition(" ")
    if not inner:
        _refuse(part, where, "a field of a struct needs a name and a type")
    return f"{name} {starrocks_type(inner, where)}"


def _refuse(written: str, where: str, instead: str) -> NoReturn:
    raise CompilationError(f"{where} has the type '{written}', which StarRocks does not have: {instead}.")


def kind_of(data_type: str) -> str:
    """The type's word without its size and inside: `decimal`, `array`."""
    return re.split(r"[(<]", data_type, maxsplit=1)[0].strip().lower()
