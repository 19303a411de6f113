"""Regular expressions: RE2 on both sides, with different switches."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite
from starrocks_embedded.emit.functions.constants import is_null, literal_text
from starrocks_embedded.errors import RAISED, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MOST_GROUPS = 9
EMPTY_MATCHES = (
    f"error('{RAISED}a regular expression that matches nothing in between is not supported by the embedded engine')"
)

MACROS.append(
    rf"""
regexp_groups(p) AS len(regexp_extract_all(regexp_replace(p, '\\.|\[\^?\]?[^\]]*\]', '', 'g'), '\((?:[^?]|$)|\(\?P?<[^=!]'))
regexp_valid(p) AS TRY(len(regexp_extract_all('', p))) IS NOT NULL
regexp_number(s, p) AS CASE WHEN p = '' THEN NULL ELSE TRY(len(regexp_extract_all(s, p))) END
regexp_matched(s, p) AS list_transform([regexp_extract_all(s, p)], lambda found: CASE WHEN list_contains(found, '') THEN {EMPTY_MATCHES} ELSE found END)[1]
regexp_parts(s, p) AS CASE WHEN len(fn.regexp_matched(s, p)) = 0 THEN [s] ELSE regexp_split_to_array(s, p) END
regexp_length(l, n) AS coalesce(CAST(list_sum(list_transform(l[:n], lambda part: length(part))) AS BIGINT), 0)
regexp_limited(s, parts, found, n) AS CASE WHEN n < 1 OR len(parts) <= n THEN parts ELSE list_append(parts[:n - 1], substr(s, fn.regexp_length(parts, n - 1) + fn.regexp_length(found, n - 1) + 1)) END
regexp_bytes(s, n) AS CASE WHEN strlen(s) <> length(s) THEN error('{RAISED}regexp_split() into bytes is not supported by the embedded engine') WHEN s = '' THEN CAST([] AS VARCHAR[]) WHEN n < 1 OR length(s) <= n THEN string_split(s, '') ELSE list_append(string_split(left(s, n - 1), '')[:n - 1], substr(s, n)) END
regexp_split(s, p, n) AS CASE WHEN s IS NULL OR p IS NULL THEN NULL WHEN p = '' THEN fn.regexp_bytes(s, n) WHEN NOT fn.regexp_valid(p) THEN error('{RAISED}Invalid regex: ' || p) ELSE fn.regexp_limited(s, fn.regexp_parts(s, p), fn.regexp_matched(s, p), n) END
regexp_place(s, p, f, k) AS CASE WHEN p = '' THEN CASE WHEN k <= length(s) + 1 THEN f + k - 1 ELSE -1 END WHEN len(fn.regexp_matched(s, p)) < k THEN -1 ELSE f + fn.regexp_length(regexp_split_to_array(s, p), k) + fn.regexp_length(fn.regexp_matched(s, p), k - 1) END
regexp_position(s, p, f, k) AS CASE WHEN s IS NULL OR p IS NULL OR f IS NULL OR k IS NULL THEN NULL WHEN f < 1 OR k < 1 OR f > length(s) THEN -1 ELSE fn.regexp_place(substr(s, f), p, f, k) END
"""
)


@dataclass
class Shape:
    """What a pattern is made of. `lazy` holds the places of its lazy marks."""

    groups: int = 0
    valid: bool = True
    lazy: tuple[int, ...] = ()


def shape(pattern: str) -> Shape:
    found, depth, at, repeatable = Shape(), 0, 0, False
    lazy: list[int] = []
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            if pattern[at : at + 2] == "\\Q":
                at = len(pattern) if pattern.find("\\E", at) < 0 else pattern.find("\\E", at)
            at, repeatable = at + 2, True
            found.valid &= at <= len(pattern) or pattern.find("\\Q") >= 0
            continue
        if char == "[":
            at, repeatable = _after_class(pattern, at), True
            found.valid &= at > 0
            if not found.valid:
                break
            continue
        if char == "(":
            special = pattern[at + 1 : at + 2] == "?"
            found.groups += not special or pattern[at + 2 : at + 3] in "P<"
            depth, repeatable = depth + 1, False
            at += 2 if special else 1
            continue
        if char in "*+?":
            found.valid &= repeatable
        if char == "?" and at and pattern[at - 1] in "*+?}":
            lazy.append(at)
        depth -= char == ")"
        found.valid &= depth >= 0
        repeatable = char not in "|"
        at += 1
    found.valid &= depth == 0
    found.lazy = tuple(lazy)
    return found


def _after_class(pattern: str, at: int) -> int:
    """The place after a character class; 0 where it does not end."""
    at += 2 if pattern[at + 1 : at + 2] == "^" else 1
    at += pattern[at : at + 1] == "]"
    while at < len(pattern):
        if pattern[at] == "]":
            return at + 1
        if pattern[at : at + 2] == "[:":
            at = max(pattern.find(":]", at) + 1, at)
        at += 2 if pattern[at] == "\\" else 1
    return 0


def pattern_sql(emitter: Emitter, expr: ast.Expr, dots: bool = True) -> str:
    """The pattern, refused where it is none. With `dots` a dot matches line ends too."""
    text = literal_text(expr)
    if text is None:
        return f"('(?s)' || {emitter.sql(expr)})" if dots else emitter.sql(expr)
    from starrocks_embedded.emit.expression import quote

    if not shape(text).valid:
        raise failure(f"Invalid regex expression: {text}")
    return quote("(?s)" + text if dots and "." in text else text)


def matches(emitter: Emitter, value: str, pattern: ast.Expr) -> str:
    return f"regexp_matches({value}, {pattern_sql(emitter, pattern)})"


@rewrite("regexp", "rlike")
def regexp(emitter: Emitter, call: ast.Call) -> str:
    return matches(emitter, emitter.sql(call.args[0]), call.args[1])


@rewrite("regexp_extract")
def regexp_extract(emitter: Emitter, call: ast.Call) -> str:
    """The group of the first match; what is not there is empty. A pattern from a column may be none: NULL."""
    value, pattern = emitter.sql(call.args[0]), pattern_sql(emitter, call.args[1])

    def one(group: int) -> str:
        return f"regexp_extract({value}, {pattern}, {group})"

    found = by_group(emitter, call, one, "''")
    return found if literal_text(call.args[1]) is not None else f"CASE WHEN fn.regexp_valid({pattern}) THEN {found} END"


@rewrite("regexp_extract_all")
def regexp_extract_all(emitter: Emitter, call: ast.Call) -> str:
    value, pattern = emitter.sql(call.args[0]), pattern_sql(emitter, call.args[1])

    def one(group: int) -> str:
        return f"regexp_extract_all({value}, {pattern}, {group})"

    return by_group(emitter, call, one, "CAST([] AS VARCHAR[])")


def by_group(emitter: Emitter, call: ast.Call, one: object, missing: str) -> str:
    """DuckDB wants a constant group that the pattern has."""
    assert callable(one)
    text, number = literal_text(call.args[1]), literal_text(call.args[2]) if len(call.args) > 2 else "1"
    most = MOST_GROUPS if text is None else min(shape(text).groups, MOST_GROUPS)
    groups = "" if text is not None else f"fn.regexp_groups({emitter.sql(call.args[1])})"
    whole = f"{emitter.sql(call.args[0])} IS NOT NULL AND {emitter.sql(call.args[1])} IS NOT NULL"
    if number is not None and number.lstrip("-").isdigit():
        if not 0 <= int(number) <= most:
            return f"CASE WHEN {whole} THEN {missing} END"
        guard = f"{groups} < {number}" if groups else "false"
        return f"CASE WHEN {guard} THEN {missing} ELSE {one(int(number))} END"
    group = emitter.sql(call.args[2])
    found = " ".join(
        f"WHEN {group} = {n}{f' AND {groups} >= {n}' if groups else ''} THEN {one(n)}" for n in range(most + 1)
    )
    return f"CASE {found} WHEN {whole} AND {group} IS NOT NULL THEN {missing} END"


@rewrite("regexp_replace")
def regexp_replace(emitter: Emitter, call: ast.Call) -> str:
    """All matches, the longest at each place: a lazy mark has no meaning then. The empty pattern replaces nothing in an
    empty text."""
    from starrocks_embedded.emit.expression import quote

    value, replacement = emitter.sql(call.args[0]), emitter.sql(call.args[2])
    text = literal_text(call.args[1])
    if text is None:
        pattern = pattern_sql(emitter, call.args[1])
    else:
        found = shape(text)
        if not found.valid:
            raise failure(f"Invalid regex expression: {text}")
        text = "".join(char for at, char in enumerate(text) if at not in found.lazy)
        pattern = quote("(?s)" + longest_first(text))
    return f"CASE WHEN {value} = '' AND {emitter.sql(call.args[1])} = '' THEN '' ELSE regexp_replace({value}, {pattern}, {replacement}, 'g') END"


def longest_first(pattern: str) -> str:
    """Alternatives that are plain words, in the order in which the longest wins."""
    words = pattern.split("|")
    if len(words) < 2 or not all(word.replace(" ", "a").isalnum() for word in words):
        return pattern
    return "|".join(sorted(words, key=len, reverse=True))


@rewrite("regexp_count")
def regexp_count(emitter: Emitter, call: ast.Call) -> str:
    return f"fn.regexp_number({emitter.sql(call.args[0])}, {pattern_sql(emitter, call.args[1], dots=False)})"


@rewrite("regexp_split")
def regexp_split(emitter: Emitter, call: ast.Call) -> str:
    """NULL as the number of parts is NULL only where it is written so; from a column it is no limit."""
    most = "-1"
    if len(call.args) > 2:
        most = emitter.sql(call.args[2])
        if is_null(call.args[2]):
            return f"CAST(NULL AS {duckdb_type(call.type)})"
    pattern = pattern_sql(emitter, call.args[1], dots=False)
    return f"fn.regexp_split({emitter.sql(call.args[0])}, {pattern}, coalesce({most}, -1))"


@rewrite("regexp_position")
def regexp_position(emitter: Emitter, call: ast.Call) -> str:
    """Which match, and from which character on: both 1 where they are not said."""
    value, pattern = emitter.sql(call.args[0]), pattern_sql(emitter, call.args[1], dots=False)
    start, which = [*(emitter.sql(a) for a in call.args[2:]), "1", "1"][:2]
    return f"fn.regexp_position({value}, {pattern}, {start}, {which})"
