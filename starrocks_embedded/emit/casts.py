"""Casts with StarRocks' rules in DuckDB's words: a value that cannot be converted becomes NULL."""

from __future__ import annotations

import re

from starrocks_embedded.emit import documents
from starrocks_embedded.errors import unsupported
from starrocks_embedded.types import Type, duckdb_type

BOUNDS = {
    "tinyint": (-(2**7), 2**7 - 1),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "largeint": (-(2**127), 2**127 - 1),
}

# literals in the plainest form: DuckDB reads them as StarRocks does, without the macros that take every other form
MOMENT = re.compile(r"'\d{4}-\d\d-\d\d( ([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,6})?)?'")
WHOLE = re.compile(r"'[-+]?\d+'")
NUMBER = re.compile(r"'[-+]?\d+(\.\d+)?'")
LITERAL_DOUBLE = re.compile(r"\(?-?CAST\('[^']*' AS DOUBLE\)\)?")
QUOTED = re.compile(r"'(?:[^']|'')*'")


def cast_sql(value: str, source: Type, target: Type) -> str:
    """The DuckDB text that turns `value` of type `source` into `target`."""
    if source.is_null:
        return f"CAST({value} AS {duckdb_type(target)})"
    if same_storage(source, target):
        return value
    if source.is_wide or target.is_wide:
        from starrocks_embedded.emit.functions.decimals import wide_cast

        return wide_cast(value, source, target)
    if target.is_string:
        return to_string(value, source)
    if target.name == "boolean":
        return to_boolean(value, source)
    if target.is_integer:
        return to_integer(value, source, target)
    if target.is_float:
        return to_float(value, source, target)
    if target.is_decimal:
        from starrocks_embedded.emit.functions.narrow_decimals import to_decimal

        return to_decimal(value, source, target)
    if target.name == "date":
        return f"CAST({to_datetime(value, source)} AS DATE)"
    if target.name == "datetime":
        return to_datetime(value, source)
    if target.name == "json":
        return to_json(value, source)
    if target.name == "time":
        return to_time(value, source)
    if target.name == "bitmap" and source.is_string:
        return f"hashes.bitmap_of_bytes({value})"
    if target.name == "varbinary" and source.name != "json":
        return f"encode({to_string(value, source)})"
    if target.is_nested:
        return to_nested(value, source, target)
    raise unsupported(f"cast from {source} to {target}")


def same_storage(source: Type, target: Type) -> bool:
    """Whether DuckDB keeps both types alike, so that nothing has to be done."""
    if source.is_string and target.is_string:
        return True
    return source == target


def to_string(value: str, source: Type) -> str:
    if source.name == "boolean":
        return f"CAST(CAST({value} AS TINYINT) AS VARCHAR)"
    if source.is_float:
        return f"fn.float_text({value})"
    if source.name == "date":  # DuckDB's own text has 1 BC for year 0
        return f"strftime({value}, '%Y-%m-%d')"
    if source.name == "datetime":
        return f"fn.datetime_text({value})"
    if source.name == "time":
        return f"fn.time_text({value})"
    if source.name == "varbinary":
        return f"fn.text_of_bytes({value})"
    if source.name == "json":
        return f"documents.json_string({value})"
    if source.is_nested or source.is_metric_object:
        raise unsupported(f"cast from {source} to varchar")
    if source.is_decimal and source.precision == source.scale < 38:  # with its zero before the point
        return f"CAST(CAST({value} AS DECIMAL({source.precision + 1},{source.scale})) AS VARCHAR)"
    return f"CAST({value} AS VARCHAR)"


def to_boolean(value: str, source: Type) -> str:
    if source.is_string:
        return f"fn.to_boolean({value})"
    if source.name == "json":
        return f"documents.json_truth({value})"
    if source.is_temporal:
        return f"({to_integer(value, source, Type('bigint'))} <> 0)"
    return f"({value} <> 0)"


def to_integer(value: str, source: Type, target: Type) -> str:
    name = duckdb_type(target)
    if source.is_string:
        return f"TRY_CAST({value if WHOLE.fullmatch(value) else f'fn.integer_text({value})'} AS {name})"
    if source.name == "json":
        return f"TRY_CAST(documents.json_whole({value}) AS {name})"
    if source.is_float:
        return f"TRY_CAST(trunc({value}) AS {name})"
    if source.is_decimal:
        return f"TRY_CAST(trunc({value}) AS {name})"
    if source.name == "date":
        return f"TRY_CAST(strftime({value}, '%Y%m%d') AS {name})"
    if source.name == "datetime":
        return f"TRY_CAST(strftime({value}, '%Y%m%d%H%M%S') AS {name})"
    if source.name == "time":
        return f"TRY_CAST(trunc({value}) AS {name})"
    if (source.is_integer and BOUNDS[source.name][1] <= BOUNDS[target.name][1]) or source.name == "boolean":
        return f"CAST({value} AS {name})"
    return f"TRY_CAST({value} AS {name})"


def to_float(value: str, source: Type, target: Type) -> str:
    name = duckdb_type(target)
    if source.is_string:
        return f"TRY_CAST({value if NUMBER.fullmatch(value) else f'fn.number_text({value})'} AS {name})"
    if source.name == "json":
        return f"TRY_CAST(documents.json_fraction({value}) AS {name})"
    if source.is_temporal:
        return f"TRY_CAST({to_integer(value, source, Type('bigint'))} AS {name})"
    if LITERAL_DOUBLE.fullmatch(value):  # a constant beyond FLOAT becomes infinite in the front end, not NULL
        return f"CAST(CAST({value} AS VARCHAR) AS {name})"
    return f"TRY_CAST({value} AS {name})"


def to_datetime(value: str, source: Type) -> str:
    if source.is_string:
        return f"TRY_CAST({value} AS TIMESTAMP)" if MOMENT.fullmatch(value) else f"fn.to_datetime({value})"
    if source.name == "date":
        return f"CAST({value} AS TIMESTAMP)"
    if source.name == "datetime":
        return value
    if source.is_numeric:
        return f"fn.number_to_datetime({to_integer(value, source, Type('bigint'))})"
    if source.name == "json":
        return f"fn.to_datetime(documents.json_string({value}))"
    raise unsupported(f"cast from {source} to datetime")


def to_time(value: str, source: Type) -> str:
    """Of a number, the digits are hours, minutes and seconds, as of the 64 bits that it has without a sign."""
    if source.is_string:
        return f"fn.to_time({value})"
    if source.name == "date":
        return f"CASE WHEN {value} IS NOT NULL THEN CAST(0 AS DOUBLE) END"
    if source.name == "datetime":
        return f"CAST(epoch_us({value} - date_trunc('day', {value})) // 1000000 AS DOUBLE)"
    if source.name == "boolean" or source.is_numeric:
        whole = f"TRY_CAST(trunc({value}) AS BIGINT)" if source.is_float or source.is_decimal else value
        checked = source.name not in ("boolean", "tinyint")
        return f"fn.clock_of_number(CAST({whole} AS HUGEINT), {str(checked).lower()})"
    raise unsupported(f"cast from {source} to time")


def to_json(value: str, source: Type) -> str:
    if source.is_string:
        return parsed_json(value)
    if source.is_temporal:
        return f"CAST(to_json({to_string(value, source)}) AS VARCHAR)"
    if source.name == "boolean" or source.is_integer:
        return f"CAST(to_json({value}) AS VARCHAR)"
    if source.is_decimal or source.is_float:
        return f"documents.json_double(CAST({value} AS DOUBLE))"
    if source.is_nested:
        return f"documents.json_canonical(CAST(to_json({json_ready(value, source)}) AS VARCHAR))"
    raise unsupported(f"cast from {source} to json")


def parsed_json(value: str) -> str:
    """A string's document. A literal's is made here: planning the macros for each would take longer than the rest."""
    if not QUOTED.fullmatch(value):
        return f"documents.parse_json({value})"
    document = documents.parsed(value[1:-1].replace("''", "'"))
    return "CAST(NULL AS VARCHAR)" if document is None else "'" + document.replace("'", "''") + "'"


def json_ready(value: str, source: Type) -> str:
    """A nested value whose JSON members DuckDB may embed as JSON."""
    if source.name == "array" and source.children[0].name == "json":
        return f"list_transform({value}, lambda _e: CAST(_e AS JSON))"
    if source.name == "map":
        key, item = source.children
        name = f"coalesce({cast_sql('_e.key', key, Type('varchar'))}, 'null')"
        entry = f"struct_pack(key := {name}, value := {json_ready('_e.value', item)})"
        return f"map_from_entries(list_transform({value}, lambda _e: {entry}))"
    return value


def to_nested(value: str, source: Type, target: Type) -> str:
    """Element by element. A boolean, which NULL may be of, is no nested value."""
    if source.name == "boolean":
        return f"CAST(NULL AS {duckdb_type(target)})"
    if source.name == "array" and target.name == "array":
        inner = cast_sql("_e", source.children[0], target.children[0])
        return f"list_transform({value}, lambda _e: {inner})"
    if source.name == "map" and target.name == "map":
        key = cast_sql("_e.key", source.children[0], target.children[0])
        member = cast_sql("_e.value", source.children[1], target.children[1])
        entry = f"struct_pack(key := {key}, value := {member})"
        return f"fn.last_of_keys(list_transform({value}, lambda _e: {entry}))"
    if source.name == "struct" and target.name == "struct":
        return _struct(value, source, target)
    if source.is_string and target.name == "array":
        return f"TRY_CAST({value} AS {duckdb_type(target)})"
    if source.name == "json" and target.name == "array":
        inner = cast_sql("documents.json_text(CAST(_e AS VARCHAR))", source, target.children[0])
        return f"list_transform(TRY_CAST({value} AS JSON[]), lambda _e: {inner})"
    if source.name == "json" and target.name == "struct":
        return _struct_of_json(value, source, target)
    if source.name == "json" and target.name == "map" and target.children[0].is_string:
        return _map_of_json(value, source, target)
    raise unsupported(f"cast from {source} to {target}")


def _struct_of_json(value: str, source: Type, target: Type) -> str:
    """An array gives the fields by their places, an object by their names; what is missing or unfit is NULL."""

    def packed(paths: list[str]) -> str:
        parts = zip(target.fields, paths, target.children, strict=True)
        return ", ".join(f'"{name}" := {cast_sql(_member(path), source, child)}' for name, path, child in parts)

    by_place = packed([f"'$[{index}]'" for index in range(len(target.fields))])
    by_name = packed(["'$.\"" + name.replace("'", "''") + "\"'" for name in target.fields])
    return (
        f"list_transform([{value}], lambda j: CASE json_type(j) WHEN 'ARRAY' THEN struct_pack({by_place}) "
        f"WHEN 'OBJECT' THEN struct_pack({by_name}) END)[1]"
    )


def _map_of_json(value: str, source: Type, target: Type) -> str:
    member = cast_sql(_member("'$.\"' || k || '\"'"), source, target.children[1])
    entry = f"struct_pack(key := k, value := {member})"
    entries = f"list_transform(list_sort(json_keys(j)), lambda k: {entry})"
    return f"list_transform([{value}], lambda j: CASE json_type(j) WHEN 'OBJECT' THEN {entries} END)[1]"


def _member(path: str) -> str:
    return f"documents.json_text(CAST(json_extract(j, {path}) AS VARCHAR))"


def _struct(value: str, source: Type, target: Type) -> str:
    parts = []
    for index, (name, old, new) in enumerate(zip(target.fields, source.children, target.children, strict=True), 1):
        parts.append(f'"{name}" := {cast_sql(f"struct_extract_at({value}, {index})", old, new)}')
    return f"CASE WHEN {value} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
