"""DuckDB macros that every query may use, kept in an in-memory catalog called `fn`."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starrocks_embedded.backend import Backend

MARKS = r"!-/:-@\[-`{-~"


def moment_pattern(year: str, number: str, apart: str) -> str:
    """Year, month, day, hour, minute, second, fraction. Between them stand marks, before the hour also blanks and T: a
    blank at another place makes the text wrong, a letter ends it."""

    def followed(by: str, also: str = "") -> str:
        marks = f"[{also}{MARKS}]"
        return rf"(?:{marks}{apart}{by}|{marks}*$|{marks}*[^\s\d{also}{MARKS}].*$)"

    second = rf"({number})(?:\.(\d{{1,6}}))?.*"
    minute = rf"({number}){followed(second)}"
    hour = rf"({number}){followed(minute)}"
    between = f"[{MARKS}]{apart}"
    clock = followed(hour, r"T\s")
    return rf"^({year}){between}({number}){between}({number}){clock}"


# numbers up to a mark, and numbers of two digits each behind a year of four or of two
APART = moment_pattern(r"\d+", r"\d+", "+")
TOGETHER = {size: moment_pattern(rf"\d{{1,{size}}}", r"\d{1,2}", "*") for size in (2, 4)}
# a macro's parameter is its text, written anew at each use: list_transform([x], lambda v: …)[1] evaluates x once
PARTS = "['y', 'm', 'd', 'h', 'i', 's', 'f']"
NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"


def quoted(pattern: str) -> str:
    return pattern.replace("'", "''")


CASTS = rf"""
integer_text(x) AS CASE WHEN regexp_full_match(trim(x, E' \t\n\r'), '[-+]?\d+') THEN trim(x, E' \t\n\r') END
number_text(x) AS CASE WHEN regexp_matches(trim(x, E' \t\n\r'), '{NUMBER}') THEN trim(x, E' \t\n\r') END
to_boolean(x) AS CASE WHEN lower(trim(x)) = 'true' THEN true WHEN lower(trim(x)) = 'false' THEN false ELSE TRY_CAST(fn.integer_text(x) AS INTEGER) <> 0 END
full_year(y) AS CAST(y AS INTEGER) + CASE WHEN length(y) <> 2 THEN 0 WHEN y < '70' THEN 2000 ELSE 1900 END
part(x) AS coalesce(TRY_CAST(x AS BIGINT), 0)
of_parts(r) AS CASE WHEN r.y <> '' AND fn.part(r.s) < 60 AND fn.part(r.i) < 60 AND fn.part(r.h) < 24 THEN TRY(make_timestamp(fn.full_year(r.y), fn.part(r.m), fn.part(r.d), fn.part(r.h), fn.part(r.i), fn.part(r.s) + CASE WHEN r.f = '' THEN 0 ELSE CAST(rpad(r.f, 6, '0') AS BIGINT) / 1000000.0 END)) END
digits_to_datetime(x) AS CASE length(x) WHEN 8 THEN try_strptime(x, '%Y%m%d') WHEN 14 THEN try_strptime(x, '%Y%m%d%H%M%S') WHEN 6 THEN try_strptime(CASE WHEN x < '70' THEN '20' ELSE '19' END || x, '%Y%m%d') WHEN 12 THEN try_strptime(CASE WHEN x < '70' THEN '20' ELSE '19' END || x, '%Y%m%d%H%M%S') END
short_year(x) AS length(regexp_extract(x, '^[\dT]+')) IN (1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13)
parts_of(x) AS CASE WHEN NOT regexp_matches(x, '^[\dT]+(\.|$)') THEN regexp_extract(x, '{quoted(APART)}', {PARTS}) WHEN fn.short_year(x) THEN regexp_extract(x, '{quoted(TOGETHER[2])}', {PARTS}) ELSE regexp_extract(x, '{quoted(TOGETHER[4])}', {PARTS}) END
any_datetime(x) AS list_transform([fn.parts_of(x)], lambda r: fn.of_parts(r))[1]
dashed(x) AS TRY_CAST(x[:4] || '-' || x[6:7] || '-' || x[9:10] AS TIMESTAMP)
loose_datetime(x) AS CASE WHEN regexp_matches(x, '^\d{{4}}\D\d\d\D\d\d(?:$|[^T\s])') AND fn.dashed(x) IS NOT NULL THEN fn.dashed(x) ELSE fn.any_datetime(x) END
to_datetime(x) AS CASE WHEN regexp_full_match(x, '\d{{4}}-\d\d-\d\d( ([01]\d|2[0-3]):\d\d:\d\d(\.\d{{1,6}})?)?') THEN TRY_CAST(x AS TIMESTAMP) ELSE list_transform([trim(x, E' \t\n\r\f' || chr(11))], lambda t: fn.loose_datetime(t))[1] END
number_to_datetime(x) AS CASE WHEN x BETWEEN 101 AND 99991231 THEN fn.digits_to_datetime(CASE WHEN x < 1000000 THEN lpad(CAST(x AS VARCHAR), 6, '0') ELSE lpad(CAST(x AS VARCHAR), 8, '0') END) WHEN x > 99991231 THEN fn.digits_to_datetime(CASE WHEN x < 1000000000000 THEN lpad(CAST(x AS VARCHAR), 12, '0') ELSE CAST(x AS VARCHAR) END) END
to_time(x) AS CASE WHEN regexp_full_match(trim(x), '-?\d+:\d{{1,2}}:\d{{1,2}}') THEN CAST(CASE WHEN starts_with(trim(x), '-') THEN -1 ELSE 1 END * (CAST(ltrim(split_part(trim(x), ':', 1), '-') AS BIGINT) * 3600 + CAST(split_part(trim(x), ':', 2) AS BIGINT) * 60 + CAST(split_part(trim(x), ':', 3) AS BIGINT)) AS DOUBLE) END
clock_of_digits(u) AS CAST((u // 10000 * 60 + u // 100 % 100) * 60 + u % 100 AS DOUBLE)
clock_of_number(x, checked) AS list_transform([x & 18446744073709551615], lambda u: CASE WHEN NOT checked OR (u % 100 <= 59 AND u % 10000 <= 5959) THEN fn.clock_of_digits(u) END)[1]
datetime_text(x) AS CASE WHEN microsecond(x) % 1000000 = 0 THEN strftime(x, '%Y-%m-%d %H:%M:%S') ELSE strftime(x, '%Y-%m-%d %H:%M:%S.%f') END
time_text(x) AS CASE WHEN x < 0 THEN '-' ELSE '' END || format('{{:02d}}:{{:02d}}:{{:02d}}', CAST(abs(x) AS BIGINT) // 3600, CAST(abs(x) AS BIGINT) // 60 % 60, CAST(abs(x) AS BIGINT) % 60)
float_text(x) AS CASE WHEN x = trunc(x) AND abs(x) < 1e15 THEN CAST(CAST(x AS BIGINT) AS VARCHAR) ELSE CAST(x AS VARCHAR) END
decimal_quotient(a, b) AS CASE WHEN b <> 0 THEN (CASE WHEN (a < 0) = (b < 0) THEN 1 ELSE -1 END) * ((2 * abs(a) + abs(b)) // (2 * abs(b))) END
wrap(x) AS CAST(((x + 9223372036854775808) & 18446744073709551615) - 9223372036854775808 AS BIGINT)
"""


def statements(text: str, catalog: str = "fn") -> list[str]:
    """One CREATE MACRO for each line `name(parameters) AS body`."""
    lines = [line for line in text.strip().split("\n") if line]
    return [f"CREATE MACRO {catalog}.main.{line}" for line in lines if re.match(r"\w+\(", line)]


def install(backend: Backend) -> None:
    """Makes the `fn` catalog of a store that was just opened; the large families of macros wait until they are used."""
    from starrocks_embedded.emit.functions import LATER, MACROS

    connection = backend.connect()
    created = statements(CASTS) + [s for text in MACROS for s in statements(text)]
    connection.run("; ".join(["ATTACH ':memory:' AS fn", *created]))
    connection.close()
    backend.attach_later(
        {name: "; ".join(s for t in texts for s in statements(t, name)) for name, texts in LATER.items()}
    )
