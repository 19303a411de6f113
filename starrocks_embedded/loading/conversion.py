"""The text of a field in the type of its column, as a back end's readers convert it: NULL where they cannot."""

from __future__ import annotations

import json

from starrocks_embedded.emit.casts import cast_sql
from starrocks_embedded.emit.expression import quote
from starrocks_embedded.errors import unsupported
from starrocks_embedded.types import JSON, MAX_VARCHAR, VARCHAR, Type, duckdb_type

TRIMMED = "trim({text}, E' \\t\\n\\r')"


def converted(text: str, type_: Type, is_json: bool = False) -> str:
    """DuckDB text for the value; `text` is DuckDB text for the field, NULL for the mark of NULL."""
    if type_.is_string:
        return f"CASE WHEN strlen({text}) <= {type_.length or MAX_VARCHAR} THEN {text} END"
    if type_.is_integer:
        return _integer(text, type_, is_json)
    if type_.name == "boolean":
        return _boolean(text)
    if type_.name == "json":
        return f"documents.parse_json({text})"
    if type_.is_nested and is_json:  # in that shape already
        return f"CASE WHEN json_valid({text}) THEN json_transform({text}, {quote(json.dumps(duckdb_type(type_)))}) END"
    if type_.is_nested:
        return cast_sql(f"documents.parse_json({text})", JSON, type_)
    if type_.is_decimal and not type_.is_wide:  # a reader, unlike a cast, minds the precision
        return f"TRY_CAST(fn.number_text({text}) AS DECIMAL({type_.precision},{type_.scale}))"
    if type_.is_wide:
        return f"fn.big_within({cast_sql(text, VARCHAR, type_)}, {type_.precision})"
    if type_.is_metric_object or type_.name == "varbinary":
        raise unsupported(f"Loading a field as {type_}")
    return cast_sql(text, VARCHAR, type_)


def _integer(text: str, type_: Type, is_json: bool) -> str:
    """Digits, or else a fraction of which the part before the point is taken; JSON's fractions are doubles."""
    name = duckdb_type(type_)
    through = "DECIMAL(38, 9)" if type_.name in ("bigint", "largeint") and not is_json else "DOUBLE"
    fraction = f"trunc(TRY_CAST(fn.number_text({text}) AS {through}))"
    return (
        f"CASE WHEN regexp_full_match({text}, '[-+]?\\d+') THEN TRY_CAST({text} AS {name}) "
        f"WHEN fn.integer_text({text}) IS NOT NULL THEN TRY_CAST(fn.integer_text({text}) AS {name}) "
        f"ELSE TRY_CAST({fraction} AS {name}) END"
    )


def _boolean(text: str) -> str:
    trimmed = TRIMMED.format(text=text)
    return (
        f"CASE lower({trimmed}) WHEN 'true' THEN true WHEN 'false' THEN false "
        f"ELSE TRY_CAST(fn.number_text({text}) AS DOUBLE) <> 0 END"
    )
