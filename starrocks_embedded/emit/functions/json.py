"""JSON: kept as text in StarRocks' own spelling."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.casts import to_json
from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.types import NULL

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast

MACROS.append(
    r"""
json_of_string(x) AS CASE WHEN regexp_matches(x, '^\s*[\[{"]') THEN fn.parse_json(x) ELSE CAST(to_json(x) AS VARCHAR) END
json_key(x) AS CASE WHEN json_valid(x) AND json_type(x) = 'VARCHAR' THEN nullif(fn.json_string(x), '') END
json_get(j, p) AS json_extract(CASE WHEN json_valid(j) THEN j END, fn.json_path(p))
json_int(j, p) AS TRY_CAST(trunc(TRY_CAST(fn.json_scalar(CAST(fn.json_get(j, p) AS VARCHAR)) AS DECIMAL(38,9))) AS BIGINT)
json_double(j, p) AS TRY_CAST(fn.json_scalar(CAST(fn.json_get(j, p) AS VARCHAR)) AS DOUBLE)
json_text_at(j, p) AS fn.json_string(fn.json_text(CAST(nullif(fn.json_get(j, p), CAST('null' AS JSON)) AS VARCHAR)))
json_count(j) AS CASE json_type(j) WHEN 'ARRAY' THEN json_array_length(j) WHEN 'OBJECT' THEN len(json_keys(j)) ELSE CASE WHEN j IS NOT NULL THEN 1 END END
json_boolean(j, p) AS fn.to_boolean(fn.json_scalar(CAST(fn.json_get(j, p) AS VARCHAR)))
"""
)

templates(
    {
        "parse_json": "fn.parse_json({0})",
        "json_query": "fn.json_query({0}, {1})",
        "get_json_int": "fn.json_int({0}, {1})",
        "get_json_double": "fn.json_double({0}, {1})",
        "get_json_string": "fn.json_text_at({0}, {1})",
        "get_json_object": "fn.json_text_at({0}, {1})",
        "get_json_bool": "fn.json_boolean({0}, {1})",
        "json_exists": "(json_extract({0}, fn.json_path({1})) IS NOT NULL)",
        "json_string": "{0}",
        "json_keys/1": "fn.json_text(CAST(to_json(json_keys({0})) AS VARCHAR))",
        "json_length/1": "fn.json_count({0})",
        "json_length/2": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(fn.json_count(CAST(fn.json_get({0}, {1}) AS VARCHAR)), 0) END",
    },
)


def member(emitter: Emitter, expr: ast.Expr) -> str:
    """A value as a member of a JSON document; NULL becomes null."""
    text = emitter.sql(expr)
    if expr.type.name == "json":
        return f"coalesce(CAST({text} AS JSON), CAST('null' AS JSON))"
    if expr.type.is_string:
        return f"coalesce(to_json({text}), CAST('null' AS JSON))"
    if expr.type is NULL or expr.type.is_null:
        return "CAST('null' AS JSON)"
    return f"coalesce(CAST({to_json(text, expr.type)} AS JSON), CAST('null' AS JSON))"


def key_of(emitter: Emitter, key: ast.Expr) -> str:
    """A key: the text of a JSON string, NULL for what is no key."""
    text = emitter.sql(key)
    return f"fn.json_key({text})" if key.type.name == "json" else f"nullif({text}, '')"


@rewrite("json_array")
def json_array(emitter: Emitter, call: ast.Call) -> str:
    return f"fn.json_text(CAST(json_array({', '.join(member(emitter, a) for a in call.args)}) AS VARCHAR))"


@rewrite("json_object")
def json_object(emitter: Emitter, call: ast.Call) -> str:
    """NULL where one of the keys is none."""
    keys = [key_of(emitter, arg) for arg in call.args[::2]]
    values = [member(emitter, arg) for arg in call.args[1::2]]
    if len(values) < len(keys):
        values.append("CAST('null' AS JSON)")
    parts = (f"coalesce({key}, '?'), {value}" for key, value in zip(keys, values, strict=True))
    document = f"fn.json_text(CAST(json_object({', '.join(parts)}) AS VARCHAR))"
    conditions = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    return f"CASE WHEN {conditions} THEN {document} END" if keys else document


@rewrite("to_json")
def to_json_(emitter: Emitter, call: ast.Call) -> str:
    return to_json(emitter.sql(call.args[0]), call.args[0].type)
