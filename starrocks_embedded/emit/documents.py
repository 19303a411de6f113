"""JSON documents in StarRocks' own spelling: members sorted by key, one blank after `,` and `:`, numbers its own way.

Documents are kept as that text. A column's values get it from the macros below; a literal's gets it here, once, since
DuckDB would plan all of the macros for every literal."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

import json
import re
from typing import Any

from starrocks_embedded.errors import RAISED

# A document is made of tokens in their spelling, then closed from the inside: each pass sorts what holds no brackets any
# more and puts control characters in the place of its brackets and commas, as in strings from the beginning.
TOKEN = r""""(?:[^"\\]|\\.)*"\s*:?|[-+.\w]+|[\[\]{}]"""
SPACED = r"""((?:"(?:[^"\\]|\\.)*"|[^",:])*)([,:]|$)\s*"""
STRING = r'"(?:[^"\\]|\\.)*"'
INNERMOST = r"[\[{][^\[\]{}]*[\]}]"
DEEPEST = 24
LEVELS = "chr(1) || chr(2) || chr(4) || chr(5), '{}[]'"
HIDDEN = (" || ".join(f"chr({11 + i})" for i in range(6)), "{}[],:")  # strings hold no control characters of their own
NUMBER = r"'^(\d+)(?:\.(\d+))?(?:e([-+]?\d+))?$', ['whole', 'fraction', 'exponent']"

MACROS = rf"""
json_skeleton(x) AS regexp_replace(x, '{STRING}', '""', 'g')
json_finite(s) AS NOT regexp_matches(s, '[eE]\+?\d{{3}}|\d{{300}}') OR len(list_filter(regexp_extract_all(s, '-?\d[-+.\w]*'), lambda digits: NOT coalesce(isfinite(TRY_CAST(digits AS DOUBLE)), false))) = 0
json_strict(x) AS json_valid(x) AND NOT regexp_matches(documents.json_skeleton(x), ',\s*[\]}}]|(?i)nan|inf') AND documents.json_finite(documents.json_skeleton(x))
json_digits(t) AS list_transform([regexp_extract(t, {NUMBER})], lambda part: {{'digits': ltrim(part['whole'] || part['fraction'], '0'), 'power': coalesce(TRY_CAST(part['exponent'] AS INTEGER), 0) - length(part['fraction'])}})[1]
json_trimmed(x) AS list_transform([x], lambda long: {{'digits': rtrim(long['digits'], '0'), 'power': long['power'] + length(long['digits']) - length(rtrim(long['digits'], '0'))}})[1]
json_exponent(n) AS CASE WHEN n < 0 THEN 'e-' ELSE 'e+' END || CAST(abs(n) AS VARCHAR)
json_placed(d, k) AS CASE WHEN k >= 0 AND k < 8 THEN d || repeat('0', k) WHEN k < 0 AND (k > -7 OR abs(k + length(d) - 1) < 4) THEN CASE WHEN length(d) + k <= 0 THEN '0.' || repeat('0', -k - length(d)) || d ELSE left(d, length(d) + k) || '.' || right(d, -k) END ELSE d[1] || CASE WHEN length(d) > 1 THEN '.' || d[2:] ELSE '' END || documents.json_exponent(k + length(d) - 1) END
json_double(x) AS CASE WHEN x = 0 THEN CASE WHEN starts_with(CAST(x AS VARCHAR), '-') THEN '-0' ELSE '0' END WHEN abs(x) >= 9007199254740992 AND abs(x) < 18446744073709551616 THEN CAST(CAST(x AS HUGEINT) AS VARCHAR) || '.0' ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || list_transform([documents.json_trimmed(documents.json_digits(CAST(abs(x) AS VARCHAR)))], lambda short: documents.json_placed(short['digits'], short['power']))[1] END
json_number(t) AS CASE WHEN regexp_full_match(t, '-?\d{{1,18}}') THEN CASE WHEN t = '-0' THEN '0' ELSE t END WHEN regexp_full_match(t, '-?\d+') AND TRY_CAST(t AS HUGEINT) BETWEEN -9223372036854775808 AND 18446744073709551615 THEN t ELSE documents.json_double(TRY_CAST(t AS DOUBLE)) END
json_escaped(t) AS CASE WHEN contains(t, '\') THEN CAST(to_json(json_extract_string(t, '$')) AS VARCHAR) ELSE t END
json_hidden(t) AS translate(t, '{HIDDEN[1]}', {HIDDEN[0]})
json_shown(t) AS translate(t, {HIDDEN[0]}, '{HIDDEN[1]}')
json_atom(t) AS CASE WHEN t[1] = '"' THEN documents.json_escaped(t) WHEN t IN ('true', 'false', 'null') THEN t ELSE documents.json_number(t) END
json_token(t) AS CASE WHEN t IN ('{{', '[', '}}', ']', ',') THEN t WHEN t[1] = '"' AND t[-1] = ':' THEN documents.json_hidden(documents.json_escaped(rtrim(t[:-2], E' \t\n\r'))) || ':' WHEN t[1] = '"' THEN documents.json_hidden(documents.json_escaped(t)) ELSE documents.json_atom(t) END
json_key_of(m) AS CASE WHEN regexp_matches(m, '^"[^"]*[\\\x0b-\x1f]') THEN json_extract_string(documents.json_shown(regexp_extract(m, '^{STRING}')), '$') ELSE regexp_extract(m, '^"([^"]*)"', 1) END
json_sorted(f) AS list_transform(list_sort(list_transform(f, lambda member, place: {{'key': documents.json_key_of(member), 'place': place, 'text': member}})), lambda sorted: sorted['text'])
json_closed(t) AS CASE WHEN t[1] = '{{' THEN chr(1) || array_to_string(documents.json_sorted(string_split(t[2:-2], ',')), chr(3)) || chr(2) ELSE chr(4) || replace(t[2:-2], ',', chr(3)) || chr(5) END
json_pass(t) AS array_to_string(list_transform(list_zip(regexp_split_to_array(t, '{INNERMOST}'), list_transform(regexp_extract_all(t, '{INNERMOST}'), lambda deepest: documents.json_closed(deepest))), lambda pair: pair[1] || coalesce(pair[2], '')), '')
json_passes(t) AS list_reduce(list_transform(range({DEEPEST}), lambda level: ''), lambda text, level: CASE WHEN regexp_matches(text, '[\[{{]') THEN documents.json_pass(text) ELSE text END, t)
json_opened(t) AS CASE WHEN regexp_matches(t, '[\[{{]') THEN error('{RAISED}a JSON document of more than {DEEPEST} levels is not supported by the embedded engine') ELSE documents.json_shown(replace(replace(translate(t, {LEVELS}), chr(3), ', '), ':', ': ')) END
json_nested(x) AS list_transform([documents.json_passes(array_to_string(list_transform(regexp_extract_all(x, '{TOKEN}|,'), lambda token: documents.json_token(token)), ''))], lambda closed: documents.json_opened(closed))[1]
json_simple(x) AS regexp_full_match(x, '\{{"[^"\\ !]*": (?:"[^"\\]*"|-?\d{{1,15}}|true|false|null)\}}|\{{\}}|\[\]')
json_canonical(x) AS CASE WHEN documents.json_simple(x) THEN x WHEN regexp_matches(x, '^\s*[\[{{]') THEN documents.json_nested(x) ELSE documents.json_atom(trim(x, E' \t\n\r')) END
parse_json(x) AS CASE WHEN NOT regexp_matches(x, '^\s*[\[{{"]') THEN CAST(to_json(x) AS VARCHAR) WHEN documents.json_strict(x) THEN documents.json_canonical(x) END
json_source(x) AS CASE WHEN NOT regexp_matches(x, '^\s*[\[{{"]') THEN CAST(to_json(x) AS VARCHAR) WHEN documents.json_strict(x) THEN x END
json_spaced(x) AS rtrim(regexp_replace(x, '{SPACED}', '\1\2 ', 'g'), ' ')
json_piece(t) AS CASE WHEN t = ',' THEN ', ' WHEN t[-1] = ':' THEN t || ' ' WHEN regexp_matches(t, '^-?\d') THEN documents.json_number(t) ELSE t END
json_renumbered(x) AS array_to_string(list_transform(regexp_extract_all(x, '{TOKEN}|,'), lambda piece: documents.json_piece(piece)), '')
json_text(x) AS CASE WHEN regexp_matches(documents.json_skeleton(x), '\de|\d\.|\d{{16}}') THEN documents.json_renumbered(x) ELSE documents.json_spaced(x) END
json_line(d) AS chr(10) || repeat('  ', d)
json_pretty_piece(t, d) AS CASE WHEN t IN ('{{', '[') THEN t || documents.json_line(d + 1) WHEN t IN ('}}', ']') THEN documents.json_line(d - 1) || t WHEN t = ',' THEN t || documents.json_line(d) WHEN t[-1] = ':' THEN t[:-2] || ' : ' ELSE t END
json_pretty_step(s, t) AS {{'text': s['text'] || documents.json_pretty_piece(t, s['depth']), 'depth': s['depth'] + CASE WHEN t IN ('{{', '[') THEN 1 WHEN t IN ('}}', ']') THEN -1 ELSE 0 END}}
json_pretty(x) AS regexp_replace(list_reduce(list_transform(regexp_extract_all(x, '{TOKEN}|,'), lambda token: {{'text': token, 'depth': CAST(0 AS BIGINT)}}), lambda stack, token: documents.json_pretty_step(stack, token['text']), {{'text': '', 'depth': CAST(0 AS BIGINT)}})['text'], '([\[{{])\n *\n', '\1' || chr(10), 'g')
json_string(x) AS list_transform([x], lambda document: CASE WHEN document[1] = '"' THEN json_extract_string(document, '$') WHEN document <> 'null' THEN document END)[1]
json_boolean_digit(x) AS CASE x WHEN 'true' THEN '1' WHEN 'false' THEN '0' END
json_whole(x) AS list_transform([x], lambda document: CASE WHEN document[1] = '"' THEN fn.integer_text(json_extract_string(document, '$')) WHEN regexp_full_match(document, '-?\d+') THEN document ELSE coalesce(documents.json_boolean_digit(document), CAST(TRY_CAST(trunc(TRY_CAST(document AS DOUBLE)) AS HUGEINT) AS VARCHAR)) END)[1]
json_fraction(x) AS list_transform([x], lambda document: CASE WHEN document[1] = '"' THEN fn.number_text(json_extract_string(document, '$')) ELSE coalesce(documents.json_boolean_digit(document), TRY_CAST(TRY_CAST(document AS DOUBLE) AS VARCHAR)) END)[1]
json_members(x) AS list_transform(list_zip(json_keys(x), json_extract(x, '$.*')), lambda pair: {{'key': pair[1], 'text': CAST(pair[2] AS VARCHAR)}})
json_object_of(m) AS '{{' || array_to_string(list_transform(m, lambda one: CAST(to_json(one['key']) AS VARCHAR) || ':' || one['text']), ',') || '}}'
json_without_member(x, k) AS documents.json_object_of(list_filter(documents.json_members(x), lambda other: other['key'] <> k))
json_with_member(x, k, v) AS documents.json_object_of(list_sort(list_append(list_filter(documents.json_members(x), lambda other: other['key'] <> k), {{'key': k, 'text': v}})))
json_elements(x) AS CAST(json_extract(x, '$[*]') AS VARCHAR[])
json_array_of(e) AS '[' || array_to_string(e, ',') || ']'
json_without_element(x, i) AS documents.json_array_of(list_concat(documents.json_elements(x)[:i], documents.json_elements(x)[i + 2:]))
json_with_element(x, i, v) AS documents.json_array_of(list_concat(list_append(documents.json_elements(x)[:i], v), documents.json_elements(x)[i + 2:]))
json_truth(x) AS list_transform([x], lambda document: CASE WHEN document[1] = '"' THEN fn.to_boolean(json_extract_string(document, '$')) WHEN document IN ('true', 'false') THEN document = 'true' ELSE TRY_CAST(document AS DOUBLE) <> 0 END)[1]
"""

STARTS = re.compile(r'\s*[\[{"]')
CONTROL = re.compile(r"[\x00-\x1f]")
SHORT = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def parsed(text: str) -> str | None:
    """The document that a string is: JSON if it begins like an object, an array or a string, else a string itself."""
    if not STARTS.match(text):
        return string(text)
    try:
        document = json.loads(
            text, object_pairs_hook=Members, parse_int=number, parse_float=number, parse_constant=refuse
        )
    except (ValueError, RecursionError):
        return None
    return spelled(document)


class Members(list[tuple[str, Any]]):
    """An object's members: a key may stand there twice."""


class Number(str):
    """A number, already in its spelling."""


def refuse(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity, which Python reads and JSON does not have


def spelled(value: Any) -> str:
    if isinstance(value, Members):
        members = sorted(value, key=lambda m: m[0].encode("utf-8", "surrogatepass"))
        return "{" + ", ".join(f"{string(k)}: {spelled(v)}" for k, v in members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(spelled, value)) + "]"
    if isinstance(value, Number):
        return str(value)
    return string(value) if isinstance(value, str) else {True: "true", False: "false", None: "null"}[value]


def string(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + CONTROL.sub(lambda m: SHORT.get(m[0], f"\\u{ord(m[0]):04X}"), quoted) + '"'


def number(text: str) -> Number:
    """Whole numbers of 64 bits as they are, all others as doubles."""
    if text.lstrip("-").isdigit() and -(2**63) <= int(text) < 2**64:
        return Number(int(text))
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(text)
    return Number(double(value))


def double(value: float) -> str:
    """The shortest digits, with an exponent where more than seven places would have to be filled."""
    sign = "-" if repr(value).startswith("-") else ""
    value = abs(value)
    if 2**53 <= value < 2**64:
        return f"{sign}{int(value)}.0"
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) - len(fraction) + len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    return sign + (placed(digits, power) if digits else "0")


def placed(digits: str, power: int) -> str:
    """Those digits times ten to that power."""
    first = power + len(digits) - 1  # the exponent of the first digit
    if 0 <= power < 8:
        return digits + "0" * power
    if power < 0 and (power > -7 or abs(first) < 4):
        if first < 0:
            return "0." + "0" * (-first - 1) + digits
        return digits[:power] + "." + digits[power:]
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'-' if first < 0 else '+'}{abs(first)}"
