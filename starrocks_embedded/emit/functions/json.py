"""JSON: kept as text in StarRocks' own spelling."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit import documents, json_paths
from starrocks_embedded.emit.casts import parsed_json, to_json
from starrocks_embedded.emit.functions import LATER, rewrite, templates
from starrocks_embedded.emit.functions.constants import is_null, literal_text
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import NULL

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

NOTHING = "CAST(NULL AS VARCHAR)"

LATER["documents"] += [
    documents.MACROS,
    r"""
json_key(x) AS CASE WHEN x[1] = '"' THEN nullif(documents.json_string(x), '') END
json_count(j) AS CASE json_type(j) WHEN 'ARRAY' THEN json_array_length(j) WHEN 'OBJECT' THEN len(json_keys(j)) ELSE CASE WHEN j IS NOT NULL THEN 1 END END
json_parts(j) AS CASE json_type(j) WHEN 'ARRAY' THEN documents.json_elements(j) ELSE [] END
json_has_members(t, c) AS len(list_filter(documents.json_members(c), lambda wanted: len(list_filter(documents.json_members(t), lambda given: given['key'] = wanted['key'] AND given['text'] = wanted['text'])) = 0)) = 0
json_spread_members(t, c) AS len(list_filter(documents.json_members(c), lambda wanted: len(list_filter(documents.json_parts(t), lambda part: json_type(part) = 'OBJECT' AND len(list_filter(documents.json_members(part), lambda given: given['key'] = wanted['key'] AND given['text'] = wanted['text'])) > 0)) = 0)) = 0
json_contains_one(t, c) AS CASE WHEN c = 'null' THEN true WHEN t = 'null' THEN false WHEN t = c THEN true WHEN json_type(t) = 'OBJECT' AND json_type(c) = 'OBJECT' THEN documents.json_has_members(t, c) WHEN json_type(t) = 'ARRAY' THEN CASE WHEN json_type(c) = 'OBJECT' THEN documents.json_spread_members(t, c) ELSE error('raised: json_contains() of arrays in arrays is not supported by the embedded engine') END ELSE false END
json_among(t, c) AS len(list_filter(documents.json_parts(t), lambda part: documents.json_contains_one(part, c))) > 0
json_contains(t, c) AS CASE WHEN json_type(t) = 'ARRAY' AND t <> c AND c <> 'null' AND json_type(c) <> 'OBJECT' THEN CASE WHEN json_type(c) = 'ARRAY' THEN len(list_filter(documents.json_parts(c), lambda wanted: NOT documents.json_among(t, wanted))) = 0 ELSE documents.json_among(t, c) END ELSE documents.json_contains_one(t, c) END
json_key_list(j) AS CASE WHEN json_type(j) = 'OBJECT' THEN documents.json_spaced(CAST(to_json(json_keys(j)) AS VARCHAR)) END
""",
]

templates(
    {
        "json_string": "{0}",
        "json_pretty": "documents.json_pretty({0})",
        "json_keys/1": "documents.json_key_list({0})",
        "json_length/1": "documents.json_count({0})",
    },
)


# ---- reading


def document(emitter: Emitter, expr: ast.Expr) -> str:
    """A JSON value, or a string that holds one."""
    text = emitter.sql(expr)
    return f"documents.json_source({text})" if expr.type.is_string else text


def found(emitter: Emitter, source: ast.Expr, path: ast.Expr) -> str | None:
    """The text of what a path finds in a document, spelled as DuckDB does. None for a path that is none."""
    steps = constant_path(path)
    if steps is None:
        return None
    text = document(emitter, source)
    if any(step.range for step in steps):
        inner = json_paths.extracted("whole", steps)
        return f"list_transform([{text}], lambda whole: CAST({inner} AS VARCHAR))[1]"
    return f"CAST({json_paths.extracted(text, steps)} AS VARCHAR)" if steps else text


def constant_path(path: ast.Expr) -> list[json_paths.Step] | None:
    text = literal_text(path)
    if text is None:
        if is_null(path):
            return None
        raise unsupported("a JSON path that is no constant")
    try:
        return json_paths.parse(text)
    except json_paths.BadPath:
        return None


def queried(emitter: Emitter, source: ast.Expr, path: ast.Expr) -> str:
    text = found(emitter, source, path)
    return NOTHING if text is None else f"documents.json_text({text})"


@rewrite("json_query")
def json_query(emitter: Emitter, call: ast.Call) -> str:
    return queried(emitter, call.args[0], call.args[1])


@rewrite("get_json_string", "get_json_object")
def get_json_string(emitter: Emitter, call: ast.Call) -> str:
    text = found(emitter, call.args[0], call.args[1])
    spell = "json_canonical" if call.args[0].type.is_string else "json_text"
    return NOTHING if text is None else f"documents.json_string(documents.{spell}({text}))"


@rewrite("get_json_int", "get_json_double", "get_json_bool")
def get_json_number(emitter: Emitter, call: ast.Call) -> str:
    text = found(emitter, call.args[0], call.args[1])
    if text is None:
        return "NULL"
    if call.name == "get_json_bool":
        return f"documents.json_truth({text})"
    if call.name == "get_json_int":
        return f"TRY_CAST(documents.json_whole({text}) AS BIGINT)"
    return f"TRY_CAST(documents.json_fraction({text}) AS DOUBLE)"


@rewrite("json_exists")
def json_exists(emitter: Emitter, call: ast.Call) -> str:
    text = found(emitter, call.args[0], call.args[1])
    if text is None:
        return "CAST(NULL AS BOOLEAN)"
    return f"CASE WHEN {emitter.sql(call.args[0])} IS NOT NULL THEN {text} IS NOT NULL END"


@rewrite("json_length/2")
def json_length(emitter: Emitter, call: ast.Call) -> str:
    """0 where the path leads nowhere."""
    if literal_text(call.args[1]) == "":
        return f"documents.json_count({emitter.sql(call.args[0])})"
    text = found(emitter, call.args[0], call.args[1])
    if text is None:
        return "NULL"
    return f"CASE WHEN {emitter.sql(call.args[0])} IS NOT NULL THEN coalesce(documents.json_count({text}), 0) END"


@rewrite("json_keys/2")
def json_keys(emitter: Emitter, call: ast.Call) -> str:
    text = found(emitter, call.args[0], call.args[1])
    return NOTHING if text is None else f"documents.json_key_list({text})"


@rewrite("json_contains")
def json_contains(emitter: Emitter, call: ast.Call) -> str:
    """Without blanks, equal values have equal texts."""
    target, wanted = (f"CAST(json({emitter.sql(argument)}) AS VARCHAR)" for argument in call.args)
    pair = f"list_transform([[{target}, {wanted}]], lambda pair: documents.json_contains(pair[1], pair[2]))[1]"
    return (
        f"CASE WHEN {emitter.sql(call.args[0])} IS NOT NULL AND {emitter.sql(call.args[1])} IS NOT NULL THEN {pair} END"
    )


# ---- changing


@rewrite("json_remove")
def json_remove(emitter: Emitter, call: ast.Call) -> str:
    """All paths mean places of the document as it was, so later elements go first. What is no path removes nothing."""
    text = emitter.sql(call.args[0])
    paths = [steps for steps in map(constant_path, call.args[1:]) if steps]
    for steps in sorted(paths, key=lambda steps: [(s.key, s.index or 0) for s in steps], reverse=True):
        text = json_paths.removed(text, steps)
    return f"documents.json_text({text})"


@rewrite("json_set")
def json_set(emitter: Emitter, call: ast.Call) -> str:
    """One path after the other. NULL where a path or a value is."""
    text, values = emitter.sql(call.args[0]), [emitter.sql(value) for value in call.args[2::2]]
    if len(call.args) % 2 == 0:
        raise unsupported("json_set() with a path that has no value")
    for path, value in zip(call.args[1::2], values, strict=True):
        steps = constant_path(path)
        if steps is None:
            return NOTHING
        text = json_paths.replaced(text, steps, value)
    given = " AND ".join(f"{value} IS NOT NULL" for value in values)
    return f"CASE WHEN {given} THEN documents.json_text({text}) END"


# ---- making


@rewrite("parse_json")
def parse_json(emitter: Emitter, call: ast.Call) -> str:
    return parsed_json(emitter.sql(call.args[0]))


def member(emitter: Emitter, expr: ast.Expr) -> str:
    """The text of a value as a member of a document; NULL becomes null."""
    if expr.type is NULL or expr.type.is_null:
        return "'null'"
    text = emitter.sql(expr)
    return f"coalesce({text if expr.type.name == 'json' else to_json(text, expr.type)}, 'null')"


def key_of(emitter: Emitter, key: ast.Expr) -> str:
    """A key: the text of a JSON string, NULL for what is no key."""
    text = emitter.sql(key)
    return f"documents.json_key({text})" if key.type.name == "json" else f"nullif({text}, '')"


@rewrite("json_array")
def json_array(emitter: Emitter, call: ast.Call) -> str:
    return (
        f"'[' || array_to_string(CAST([{', '.join(member(emitter, a) for a in call.args)}] AS VARCHAR[]), ', ') || ']'"
    )


@rewrite("json_object")
def json_object(emitter: Emitter, call: ast.Call) -> str:
    """NULL where one of the keys is none."""
    if not call.args:
        return "'{}'"
    keys = [key_of(emitter, arg) for arg in call.args[::2]]
    values = [member(emitter, arg) for arg in call.args[1::2]]
    values += ["'null'"] * (len(keys) - len(values))
    members = (f"{{'key': {key}, 'text': {value}}}" for key, value in zip(keys, values, strict=True))
    sorted_ = f"list_sort([{', '.join(members)}])"
    spelled = f"list_transform({sorted_}, lambda made: CAST(to_json(made['key']) AS VARCHAR) || ': ' || made['text'])"
    given = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    return f"CASE WHEN {given} THEN '{{' || array_to_string({spelled}, ', ') || '}}' END"


@rewrite("to_json")
def to_json_(emitter: Emitter, call: ast.Call) -> str:
    return to_json(emitter.sql(call.args[0]), call.args[0].type)
