"""Strings: bytes where StarRocks counts bytes, characters where it counts characters."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.emit.functions.constants import literal_text, raised
from starrocks_embedded.errors import RAISED, unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

# letters that become several in capitals, as ß does
SPREAD = [letter for letter in map(chr, range(0x80, 0x10000)) if len(letter.upper()) > 1]
CAPITALS = [letter.upper() for letter in SPREAD]

MACROS.append(
    f"""
lower_ascii(s) AS CASE WHEN strlen(s) = length(s) THEN lower(s) ELSE translate(s, '{ascii_uppercase}', '{ascii_lowercase}') END
upper_ascii(s) AS CASE WHEN strlen(s) = length(s) THEN upper(s) ELSE translate(s, '{ascii_lowercase}', '{ascii_uppercase}') END
capital(c) AS coalesce({CAPITALS!r}[list_position({SPREAD!r}, c)], upper(c))
upper_text(s) AS CASE WHEN regexp_matches(s, '[{"".join(SPREAD)}]') THEN array_to_string(list_transform(string_split(s, ''), lambda letter: fn.capital(letter)), '') ELSE upper(s) END
text_of_bytes(b) AS list_transform([b], lambda given: CASE WHEN given IS NOT NULL THEN coalesce(TRY(decode(given)), error('{RAISED}a text that is no UTF-8 is not supported by the embedded engine')) END)[1]
character(n) AS CASE WHEN n & 255 < 128 THEN chr(CAST(n & 255 AS INTEGER)) ELSE error('{RAISED}char() of a byte beyond 127 is not supported by the embedded engine') END
url_decoded(s) AS CASE WHEN contains(regexp_replace(s, '%[0-9A-F]{{2}}', '', 'g'), '%') THEN error('{RAISED}decode string contains illegal hex chars: ' || regexp_extract(regexp_replace(s, '%[0-9A-F]{{2}}', '', 'g'), '%(.?.?)', 1)) ELSE url_decode(s) END
"""
)
# Blanks and marks of the end are passed over, wherever they stand; of a digit that is left alone nothing comes.
MACROS.append(
    r"""
base64_digits(s) AS CASE WHEN s <> '' AND regexp_full_match(s, '[A-Za-z0-9+/= \t\r\n]*') AND NOT regexp_matches(s, '^=*(?:(?:[^=]=*){4})*[^=]=+[^=]') THEN regexp_replace(s, '[= \t\r\n]', '', 'g') END
bytes_of_digits(d) AS CASE length(d) % 4 WHEN 1 THEN from_base64(left(d, length(d) - 1)) WHEN 2 THEN from_base64(d || '==') WHEN 3 THEN from_base64(d || '=') ELSE from_base64(d) END
bytes_of_base64(s) AS list_transform([fn.base64_digits(s)], lambda d: fn.bytes_of_digits(d))[1]
"""
)
MACROS.append(
    r"""
english_words(s) AS CASE WHEN regexp_full_match(s, '[\x00-\x7f]+') THEN regexp_extract_all(lower(s), '[a-z]+') WHEN s <> '' THEN error('raised: tokenize() of other than ASCII text is not supported by the embedded engine') END
substring(s, p, n) AS CASE WHEN p = 0 OR n <= 0 OR (p < 0 AND length(s) + p < 0) THEN CASE WHEN s IS NOT NULL AND p IS NOT NULL AND n IS NOT NULL THEN '' END ELSE substr(s, CASE WHEN p < 0 THEN length(s) + p + 1 ELSE p END, n) END
repeated(s, n) AS CASE WHEN n <= 0 THEN '' ELSE repeat(s, CASE WHEN strlen(s) * CAST(n AS HUGEINT) <= 1048576 THEN n END) END
left_pad(s, n, f) AS CASE WHEN n < 0 THEN NULL WHEN n <= length(s) THEN left(s, n) WHEN f = '' THEN s ELSE lpad(s, CASE WHEN n <= 1048576 THEN CAST(n AS INTEGER) END, f) END
right_pad(s, n, f) AS CASE WHEN n < 0 THEN NULL WHEN n <= length(s) THEN left(s, n) WHEN f = '' THEN s ELSE rpad(s, CASE WHEN n <= 1048576 THEN CAST(n AS INTEGER) END, f) END
locate(f, s, p) AS CASE WHEN p < 1 OR p > length(s) + 1 THEN 0 WHEN instr(substr(s, p), f) = 0 THEN 0 ELSE instr(substr(s, p), f) + p - 1 END
not_too_long(s) AS list_transform([s], lambda text: CASE WHEN strlen(text) <= 1048576 THEN text END)[1]
from_right(s, d, n) AS reverse(list_extract(string_split(reverse(s), reverse(d)), CAST(n AS BIGINT)))
nth_character(s, n) AS CASE WHEN n > strlen(s) THEN '' ELSE substr(s, CASE WHEN n < 1 THEN 1 ELSE n END, 1) END
nth_part(s, d, n) AS CASE WHEN n > 0 THEN list_extract(string_split(s, d), CAST(n AS BIGINT)) ELSE fn.from_right(s, d, -n) END
split_part(s, d, n) AS CASE WHEN d = '' THEN fn.nth_character(s, n) WHEN n = 0 THEN '' WHEN NOT contains(s, d) THEN CASE WHEN n IN (1, -1) THEN s ELSE '' END ELSE coalesce(fn.nth_part(s, d, n), '') END
split_part_old(s, d, n) AS CASE WHEN n = 0 THEN NULL WHEN d = '' THEN nullif(fn.nth_character(s, n), '') WHEN NOT contains(s, d) THEN CASE WHEN n IN (1, -1) THEN s END ELSE fn.nth_part(s, d, n) END
substring_index(s, d, n) AS CASE WHEN n = 0 OR d = '' THEN NULL WHEN n > 0 THEN array_to_string(list_slice(string_split(s, d), 1, CAST(n AS BIGINT)), d) ELSE reverse(array_to_string(list_slice(string_split(reverse(s), reverse(d)), 1, CAST(-n AS BIGINT)), reverse(d))) END
find_in_set(s, l) AS CASE WHEN contains(s, ',') THEN 0 ELSE coalesce(list_position(string_split(l, ','), s), 0) + CASE WHEN s IS NULL OR l IS NULL THEN NULL ELSE 0 END END
initcap(s) AS array_to_string(list_transform(regexp_extract_all(lower(s), '[\p{L}\p{Nd}]+|[^\p{L}\p{Nd}]+'), lambda w: upper(w[1]) || substr(w, 2)), '')
places(s, d) AS list_filter(range(1, length(s) + 1), lambda place: starts_with(substr(s, place), d))
byte_place(s, n) AS strlen(left(s, CAST(n - 1 AS BIGINT))) + 1
strpos(s, d, n) AS CASE WHEN s IS NULL OR d IS NULL OR n IS NULL THEN NULL WHEN n = 0 THEN 0 WHEN d = '' THEN 1 ELSE coalesce(fn.byte_place(s, fn.places(s, d)[n]), 0) END
bytes_in(x, k) AS format('{:.2f}', CAST(x AS DOUBLE) / pow(1024, k)) || ' ' || ['KB', 'MB', 'GB', 'TB', 'PB', 'EB'][k]
format_bytes(x) AS CASE WHEN x < 0 THEN NULL WHEN x < 1024 THEN CAST(x AS VARCHAR) || ' B' WHEN x < 1048576 THEN fn.bytes_in(x, 1) WHEN x < 1073741824 THEN fn.bytes_in(x, 2) WHEN x < 1099511627776 THEN fn.bytes_in(x, 3) WHEN x < 1125899906842624 THEN fn.bytes_in(x, 4) WHEN x < 1152921504606846976 THEN fn.bytes_in(x, 5) ELSE fn.bytes_in(x, 6) END
text_of_hex(x) AS CASE WHEN NOT regexp_full_match(x, '([0-9a-fA-F]{2})+') THEN '' ELSE fn.text_of_bytes(unhex(x)) END
map_entry(x, d) AS CASE WHEN x = '' THEN {'key': '', 'value': CAST(NULL AS VARCHAR)} WHEN d = '' THEN {'key': x[1], 'value': x[2:]} WHEN contains(x, d) THEN {'key': string_split(x, d)[1], 'value': substr(x, instr(x, d) + length(d))} ELSE {'key': x, 'value': CAST(NULL AS VARCHAR)} END
last_entries(l) AS list_filter(l, lambda entry, place: len(list_filter(l[place + 1:], lambda later: later['key'] = entry['key'])) = 0)
map_of_parts(l, d) AS CASE WHEN d IS NOT NULL THEN fn.last_entries(list_transform(CASE WHEN len(l) = 0 THEN [''] ELSE l END, lambda part: fn.map_entry(part, d))) END
whole_money(x) AS format('{:,}', x) || '.00'
octets(s) AS list_transform(string_split(s, '.'), lambda octet: CAST(octet AS BIGINT))
inet_aton(s) AS CASE WHEN regexp_full_match(s, '\d{1,3}(\.\d{1,3}){3}') AND list_max(fn.octets(s)) <= 255 THEN list_reduce(fn.octets(s), lambda address, octet: address * 256 + octet) END
append_tail(s, t) AS CASE WHEN length(t) <> 1 THEN NULL WHEN s = '' OR ends_with(s, t) THEN s ELSE s || t END
"""
)

templates(
    {
        "length": "strlen({0})",
        "char_length": "length({0})",
        "char": "fn.character({0})",
        "left": "fn.substring({0}, 1, {1})",
        "right": "CASE WHEN {1} <= 0 THEN '' ELSE right({0}, {1}) END",
        "substring/2": "fn.substring({0}, {1}, 2147483647)",
        "substring/3": "fn.substring({0}, {1}, {2})",
        "instr": "instr({0}, {1})",
        "locate/2": "fn.locate({0}, {1}, 1)",
        "locate/3": "fn.locate({0}, {1}, {2})",
        "strpos/2": "fn.strpos({0}, {1}, 1)",
        "strpos/3": "fn.strpos({0}, {1}, {2})",
        "replace": "CASE WHEN {1} = '' THEN {0} ELSE replace({0}, {1}, {2}) END",
        "repeat": "fn.repeated({0}, {1})",
        "space": "fn.repeated(' ', {0})",
        "lpad/2": "fn.left_pad({0}, {1}, ' ')",
        "lpad/3": "fn.left_pad({0}, {1}, {2})",
        "rpad/2": "fn.right_pad({0}, {1}, ' ')",
        "rpad/3": "fn.right_pad({0}, {1}, {2})",
        "trim/1": "trim({0}, ' ')",
        "trim/2": "trim({0}, {1})",
        "ltrim/1": "ltrim({0}, ' ')",
        "ltrim/2": "ltrim({0}, {1})",
        "rtrim/1": "rtrim({0}, ' ')",
        "rtrim/2": "rtrim({0}, {1})",
        "starts_with": "starts_with({0}, {1})",
        "ends_with": "ends_with({0}, {1})",
        "substring_index": "fn.substring_index({0}, {1}, {2})",
        "split": "string_split({0}, {1})",
        "find_in_set": "fn.find_in_set({0}, {1})",
        "initcap": "fn.initcap({0})",
        "translate": "fn.not_too_long(translate({0}, {1}, {2}))",
        "append_trailing_char_if_absent": "fn.append_tail({0}, {1})",
        "unhex": "fn.text_of_hex({0})",
        "hex_decode_string": "fn.text_of_hex({0})",
        "hex_decode_binary": "CASE WHEN regexp_full_match({0}, '([0-9a-fA-F][0-9a-fA-F])*') THEN unhex({0}) WHEN {0} IS NOT NULL THEN unhex('') END",
        "format_bytes": "fn.format_bytes({0})",
        "inet_aton": "fn.inet_aton({0})",
        "str_to_map/2": "fn.map_of_parts({0}, {1})",
        "str_to_map/3": "fn.map_of_parts(string_split({0}, {1}), {2})",
        "replace_old": "CASE WHEN {1} = '' THEN {0} ELSE replace({0}, {1}, {2}) END",
        "from_base64": "fn.text_of_bytes(fn.bytes_of_base64({0}))",
        "url_encode": "url_encode({0})",
        "url_decode": "fn.url_decoded({0})",
        "strcmp": "CASE WHEN {0} < {1} THEN -1 WHEN {0} > {1} THEN 1 WHEN {0} = {1} THEN 0 END",
        "field": "CASE WHEN {0} IS NULL THEN 0 ELSE coalesce(list_position([{*}][2:], {0}), 0) END",
        "like": "({0} LIKE {1} ESCAPE '\\')",
        "uuid": "CAST(uuid() AS VARCHAR)",
        "uuid_v7": "CAST(uuidv7() AS VARCHAR)",
        "uuid_numeric": "CAST(hash(uuid()) AS HUGEINT)",
        "uuid_v7_numeric": "hashes.hex_128(replace(CAST(uuidv7() AS VARCHAR), '-', ''))",
    },
    same=[
        ("character_length", "char_length"), ("strleft", "left"),
        ("strright", "right"), ("substr", "substring"), ("mid", "substring"), ("base64_decode_string", "from_base64"),
    ],
)  # fmt: skip


@rewrite("lower", "lcase")
def lower(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"lower(replace({value}, 'İ', 'i' || chr(775)))" if every_letter(emitter) else f"fn.lower_ascii({value})"


@rewrite("upper", "ucase")
def upper(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"fn.upper_text({value})" if every_letter(emitter) else f"fn.upper_ascii({value})"


def every_letter(emitter: Emitter) -> bool:
    """Whether letters beyond ASCII have a case, too; by default they have none."""
    from starrocks_embedded.emit.values import session_value

    if emitter.session is None or not emitter.session.engine.version.at_least("3.5"):
        return False
    return session_value(emitter.session, "lower_upper_support_utf8") == "true"


@rewrite("tokenize")
def tokenize(emitter: Emitter, call: ast.Call) -> str:
    """Words of letters, in lower case."""
    method, value = literal_text(call.args[0]), emitter.sql(call.args[1])
    if method is None:
        return raised("Tokenize function requires constant parameter", call.type)
    if method not in ("english", "standard", "chinese"):
        known = "Supported methods are: 'english', 'standard', 'chinese'."
        return raised(f"Unknown method '{method}'. {known}", call.type)
    if method != "english":
        raise unsupported(f"tokenize() by the method '{method}'")
    return f"fn.english_words({value})"


@rewrite("ascii")
def ascii_(emitter: Emitter, call: ast.Call) -> str:
    """The first byte."""
    value = emitter.sql(call.args[0])
    return f"CASE WHEN {value} = '' THEN 0 ELSE CAST('0x' || substr(hex(encode({value})), 1, 2) AS INTEGER) END"


@rewrite("concat")
def concat(emitter: Emitter, call: ast.Call) -> str:
    if call.type.name == "array":
        return f"list_concat({emitter.list(call.args)})"
    return "(" + " || ".join(emitter.sql(a) for a in call.args) + ")"


@rewrite("reverse")
def reverse(emitter: Emitter, call: ast.Call) -> str:
    name = "list_reverse" if call.type.name == "array" else "reverse"
    return f"{name}({emitter.sql(call.args[0])})"


@rewrite("concat_ws")
def concat_ws(emitter: Emitter, call: ast.Call) -> str:
    """NULLs are left out; a NULL separator makes NULL, which DuckDB does as well."""
    separator, *rest = [emitter.sql(a) for a in call.args]
    kept = f"list_filter([{', '.join(rest)}], lambda s: s IS NOT NULL)"
    return f"CASE WHEN {separator} IS NOT NULL THEN coalesce(array_to_string({kept}, {separator}), '') END"


@rewrite("split_part")
def split_part(emitter: Emitter, call: ast.Call) -> str:
    """From 4.0 never NULL."""
    newer = emitter.session is None or emitter.session.engine.version.at_least("4.0")
    if newer:
        return f"coalesce(fn.split_part({emitter.list(call.args)}), '')"
    return f"fn.split_part_old({emitter.list(call.args)})"


@rewrite("hex")
def hex_(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if call.args[0].type.is_string:
        return f"hex(encode({value}))"
    return f"upper(to_hex({value}))"


@rewrite("money_format")
def money_format(emitter: Emitter, call: ast.Call) -> str:
    value, type_ = emitter.sql(call.args[0]), call.args[0].type
    if type_.is_integer:
        return f"fn.whole_money({value})"
    return f"format('{{:,.2f}}', CAST(round({value}, 2) AS DOUBLE))"


# ---- bytes


@rewrite("to_binary")
def to_binary(emitter: Emitter, call: ast.Call) -> str:
    """By default of hexadecimal digits; what is none is empty."""
    value, kind = emitter.sql(call.args[0]), binary_kind(call)
    if kind == "utf8":
        return f"encode({value})"
    if kind == "encode64":
        return f"fn.bytes_of_base64({value})"
    return f"CASE WHEN regexp_full_match({value}, '([0-9a-fA-F]{{2}})*') THEN unhex({value}) WHEN {value} IS NOT NULL THEN unhex('') END"


@rewrite("to_base64", "base64_encode")
def to_base64(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"base64({value})" if call.args[0].type.name == "varbinary" else f"base64(encode({value}))"


@rewrite("from_binary")
def from_binary(emitter: Emitter, call: ast.Call) -> str:
    value, kind = emitter.sql(call.args[0]), binary_kind(call)
    return {"utf8": f"fn.text_of_bytes({value})", "encode64": f"base64({value})"}.get(kind, f"hex({value})")


def binary_kind(call: ast.Call) -> str:
    if len(call.args) < 2:
        return "hex"
    text = literal_text(call.args[1])
    if text is None:
        raise unsupported(f"function {call.name}() with a format that is no constant")
    return text.lower()


@rewrite("base64_decode_binary")
def base64_decode_binary(emitter: Emitter, call: ast.Call) -> str:
    return f"fn.bytes_of_base64({emitter.sql(call.args[0])})"
