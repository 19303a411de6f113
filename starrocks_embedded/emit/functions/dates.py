"""Dates and times."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.emit.functions.constants import constant, is_null, literal_text
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MACROS.append(
    r"""
in_range(x) AS CASE WHEN x BETWEEN TIMESTAMP '0000-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN x END
week_day(d, m) AS CASE WHEN m % 2 = 1 THEN isodow(d) - 1 ELSE dayofweek(d) END
starts_late(w, m) AS CASE WHEN (m % 2 = 1) = (m // 4 % 2 = 1) THEN w <> 0 ELSE w >= 4 END
new_year(d) AS make_date(CAST(year(d) AS BIGINT), 1, 1)
plain_week(d, m) AS (dayofyear(d) - 1 + fn.week_day(fn.new_year(d), m) + CASE WHEN fn.starts_late(fn.week_day(fn.new_year(d), m), m) THEN 0 ELSE 7 END) // 7
next_wins(d, m) AS fn.plain_week(d, m) = 53 AND NOT fn.starts_late(fn.week_day(make_date(CAST(year(d) + 1 AS BIGINT), 1, 1), m), m)
year_week(d, m) AS CASE WHEN fn.plain_week(d, m) = 0 THEN fn.plain_week(fn.new_year(d) - 1, m) WHEN fn.next_wins(d, m) THEN 1 ELSE fn.plain_week(d, m) END
week(d, m) AS CASE WHEN m // 2 % 2 = 1 THEN fn.year_week(d, m) ELSE fn.plain_week(d, m) END
week_year(d, m) AS year(d) + CASE WHEN fn.plain_week(d, m) = 0 THEN -1 WHEN fn.next_wins(d, m) THEN 1 ELSE 0 END
ordinal(n) AS CAST(n AS VARCHAR) || CASE WHEN n BETWEEN 11 AND 13 THEN 'th' WHEN n % 10 = 1 THEN 'st' WHEN n % 10 = 2 THEN 'nd' WHEN n % 10 = 3 THEN 'rd' ELSE 'th' END
two(n) AS lpad(CAST(n AS VARCHAR), 2, '0')
hour12(d) AS (hour(d) + 11) % 12 + 1
number_of_day(s) AS CASE WHEN s IN ('Mo', 'Mon', 'Monday') THEN 1 WHEN s IN ('Tu', 'Tue', 'Tuesday') THEN 2 WHEN s IN ('We', 'Wed', 'Wednesday') THEN 3 WHEN s IN ('Th', 'Thu', 'Thursday') THEN 4 WHEN s IN ('Fr', 'Fri', 'Friday') THEN 5 WHEN s IN ('Sa', 'Sat', 'Saturday') THEN 6 WHEN s IN ('Su', 'Sun', 'Sunday') THEN 7 WHEN s IS NOT NULL THEN CAST(error(s || ' not supported in next_day dow_string') AS INTEGER) END
"""
)

UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond")
MONTHS = {"year": 12, "quarter": 3, "month": 1}
SECONDS = {"hour": 3600, "minute": 60, "second": 1}


# ---- now


@rewrite("now", "current_timestamp", "localtime", "localtimestamp", "utc_timestamp")
def now(emitter: Emitter, call: ast.Call) -> str:
    moment = emitter.utc().replace(tzinfo=None) if call.name == "utc_timestamp" else emitter.now()
    digits = 0
    if call.args:
        digits = constant(call.args[0])
    micros = int(f"{moment.microsecond:06d}"[:digits].ljust(6, "0")) if digits else 0
    return timestamp(moment.replace(microsecond=micros))


def timestamp(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"


@rewrite("curdate", "current_date")
def curdate(emitter: Emitter, call: ast.Call) -> str:
    return f"DATE '{emitter.now().date().isoformat()}'"


@rewrite("curtime", "current_time")
def curtime(emitter: Emitter, call: ast.Call) -> str:
    moment = emitter.now()
    return f"CAST({moment.hour * 3600 + moment.minute * 60 + moment.second} AS DOUBLE)"


@rewrite("utc_time")
def utc_time(emitter: Emitter, call: ast.Call) -> str:
    moment = emitter.utc()
    return f"CAST({moment.hour * 3600 + moment.minute * 60 + moment.second} AS DOUBLE)"


# ---- adding


def added(moment: str, amount: str, unit: str, minus: bool) -> str:
    if minus:
        amount = f"-({amount})"
    if unit in MONTHS:
        interval = f"to_months(CAST(({amount}) * {MONTHS[unit]} AS INTEGER))"
    elif unit in ("week", "day"):
        interval = f"to_days(CAST(({amount}) * {7 if unit == 'week' else 1} AS INTEGER))"
    elif unit in SECONDS:
        interval = f"to_seconds(CAST(({amount}) * {SECONDS[unit]} AS BIGINT))"
    else:
        interval = f"to_microseconds(CAST(({amount}) * {1000 if unit == 'millisecond' else 1} AS BIGINT))"
    return f"fn.in_range(TRY(CAST({moment} AS TIMESTAMP) + {interval}))"


@rewrite("date_add", "adddate", "days_add", "date_sub", "subdate", "days_sub")
def date_arithmetic(emitter: Emitter, call: ast.Call) -> str:
    moment, amount = call.args
    unit = "day"
    if isinstance(amount, ast.Interval):
        unit, amount = amount.unit, amount.value
    return added(emitter.sql(moment), whole(emitter, amount), unit, call.name in ("date_sub", "subdate", "days_sub"))


def whole(emitter: Emitter, amount: ast.Expr) -> str:
    from starrocks_embedded.types import BIGINT

    return f"CAST({emitter.cast(amount, BIGINT)} AS BIGINT)"


def _unit_function(unit: str, minus: bool) -> None:
    @rewrite(f"{unit}s_{'sub' if minus else 'add'}")
    def write(emitter: Emitter, call: ast.Call) -> str:
        return added(emitter.sql(call.args[0]), whole(emitter, call.args[1]), unit, minus)


for _unit in UNITS:
    _unit_function(_unit, False)
    _unit_function(_unit, True)


@rewrite("add_months")
def add_months(emitter: Emitter, call: ast.Call) -> str:
    return added(emitter.sql(call.args[0]), whole(emitter, call.args[1]), "month", False)


@rewrite("timestampadd")
def timestampadd(emitter: Emitter, call: ast.Call) -> str:
    unit = literal_text(call.args[0]) or ""
    return added(emitter.sql(call.args[2]), whole(emitter, call.args[1]), unit.lower(), False)


# ---- differences: complete units


def difference(unit: str, later: str, earlier: str) -> str:
    return f"datesub('{unit}', CAST({earlier} AS TIMESTAMP), CAST({later} AS TIMESTAMP))"


def _difference_function(unit: str) -> None:
    @rewrite(f"{unit}s_diff")
    def write(emitter: Emitter, call: ast.Call) -> str:
        return difference(unit, emitter.sql(call.args[0]), emitter.sql(call.args[1]))


for _unit in UNITS:
    _difference_function(_unit)


@rewrite("date_diff", "timestampdiff")
def date_diff(emitter: Emitter, call: ast.Call) -> str:
    unit = (literal_text(call.args[0]) or "").lower()
    if unit not in UNITS:
        return "NULL"
    first, second = emitter.sql(call.args[1]), emitter.sql(call.args[2])
    return difference(unit, first, second) if call.name == "date_diff" else difference(unit, second, first)


# ---- cutting


@rewrite("date_trunc")
def date_trunc(emitter: Emitter, call: ast.Call) -> str:
    unit = (literal_text(call.args[0]) or "").lower()
    return f"date_trunc('{unit}', {emitter.sql(call.args[1])})"


@rewrite("last_day")
def last_day(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if len(call.args) == 1:
        return f"last_day({value})"
    if is_null(call.args[1]):
        return "NULL"
    unit = (literal_text(call.args[1]) or "").lower()
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        raise unsupported(f"last_day with '{unit}'")
    return f"(CAST(date_trunc('{unit}', {value}) + to_months({months}) AS DATE) - 1)"


@rewrite("time_slice", "date_slice")
def time_slice(emitter: Emitter, call: ast.Call) -> str:
    """The beginning (or end) of the span that holds a moment, counted from 0001-01-01."""
    moment, amount = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    unit, edge = (literal_text(a) or "" for a in call.args[2:4])
    if unit not in UNITS:
        raise unsupported(f"function {call.name}() with '{unit}'")
    origin = "TIMESTAMP '0001-01-01 00:00:00'"
    count = f"datesub('{unit}', {origin}, CAST({moment} AS TIMESTAMP)) // nullif({amount}, 0)"
    if edge.lower() == "ceil":
        count = f"({count} + 1)"
    return added(origin, f"({count}) * {amount}", unit, False)


# ---- formats

FORMATS = {
    "a": "strftime({d}, '%a')", "b": "strftime({d}, '%b')", "c": "CAST(month({d}) AS VARCHAR)",
    "D": "fn.ordinal(day({d}))", "d": "fn.two(day({d}))", "e": "CAST(day({d}) AS VARCHAR)",
    "f": "strftime({d}, '%f')", "H": "fn.two(hour({d}))", "h": "fn.two(fn.hour12({d}))",
    "I": "fn.two(fn.hour12({d}))", "i": "fn.two(minute({d}))", "j": "strftime({d}, '%j')",
    "k": "CAST(hour({d}) AS VARCHAR)", "l": "CAST(fn.hour12({d}) AS VARCHAR)", "M": "monthname({d})",
    "m": "fn.two(month({d}))", "p": "strftime({d}, '%p')",
    "r": "fn.two(fn.hour12({d})) || strftime({d}, ':%M:%S %p')", "S": "fn.two(second({d}))",
    "s": "fn.two(second({d}))", "T": "strftime({d}, '%H:%M:%S')", "U": "fn.two(fn.week({d}, 0))",
    "u": "fn.two(fn.week({d}, 1))", "V": "fn.two(fn.week({d}, 2))", "v": "fn.two(fn.week({d}, 3))",
    "W": "dayname({d})", "w": "CAST(dayofweek({d}) AS VARCHAR)",
    "X": "lpad(CAST(fn.week_year({d}, 2) AS VARCHAR), 4, '0')",
    "x": "lpad(CAST(fn.week_year({d}, 3) AS VARCHAR), 4, '0')", "Y": "strftime({d}, '%Y')",
    "y": "strftime({d}, '%y')", "%": "'%'",
}  # fmt: skip
JAVA_FORMATS = {
    "yyyyMMdd": "%Y%m%d", "yyyy-MM-dd": "%Y-%m-%d", "yyyy-MM-dd HH:mm:ss": "%Y-%m-%d %H:%i:%s",
    "yyyyMMddHHmmss": "%Y%m%d%H%i%s",
}  # fmt: skip
PARSE = {
    "Y": "%Y", "y": "%y", "m": "%m", "c": "%m", "d": "%d", "e": "%d", "H": "%H", "k": "%H", "h": "%I", "I": "%I",
    "l": "%I", "i": "%M", "s": "%S", "S": "%S", "f": "%f", "p": "%p", "M": "%B", "b": "%b", "a": "%a", "W": "%A",
    "j": "%j", "T": "%H:%M:%S", "r": "%I:%M:%S %p", "%": "%%",
}  # fmt: skip


@rewrite("date_format")
def date_format(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "CAST(NULL AS VARCHAR)"
    pattern = literal_text(call.args[1])
    if pattern is None:
        raise unsupported("date_format with a format that is no constant")
    return formatted(emitter.sql(call.args[0]), JAVA_FORMATS.get(pattern, pattern))


def formatted(value: str, pattern: str) -> str:
    from starrocks_embedded.emit.expression import quote

    pieces, plain, i = [], "", 0
    while i < len(pattern):
        if pattern[i] == "%" and i + 1 < len(pattern):
            i += 1
            known = FORMATS.get(pattern[i])
            if known is None:
                plain += pattern[i]
            else:
                pieces += [quote(plain), known] if plain else [known]
                plain = ""
        else:
            plain += pattern[i]
        i += 1
    pieces += [quote(plain)] if plain or not pieces else []
    text = " || ".join(pieces).replace("{d}", "d")
    return f"list_extract(list_transform([{value}], lambda d: CASE WHEN d IS NOT NULL THEN {text} END), 1)"


@rewrite("str_to_date", "str2date")
def str_to_date(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "NULL"
    pattern = literal_text(call.args[1])
    if pattern is None:
        raise unsupported("str_to_date with a format that is no constant")
    from starrocks_embedded.emit.expression import quote

    return f"try_strptime(trim({emitter.sql(call.args[0])}), {quote(parse_pattern(pattern))})"


def parse_pattern(pattern: str) -> str:
    text, i = "", 0
    while i < len(pattern):
        if pattern[i] == "%" and i + 1 < len(pattern):
            i += 1
            if pattern[i] not in PARSE:
                raise unsupported(f"%{pattern[i]} in a date format")
            text += PARSE[pattern[i]]
        else:
            text += pattern[i]
        i += 1
    return text


# ---- zones


def zone_text(emitter: Emitter, expr: ast.Expr) -> str:
    from starrocks_embedded.emit.expression import quote

    text = literal_text(expr)
    return emitter.sql(expr) if text is None else quote(zone_name(text))


def zone_name(text: str) -> str:
    """As DuckDB knows the zone: offsets of whole hours are the Etc zones, whose sign is turned round."""
    if text == "CST":
        return "Asia/Shanghai"
    if text[:1] in "+-" and ":" in text:
        hours, minutes = text[1:].split(":")[:2]
        if int(minutes):
            raise unsupported(f"time zone {text}")
        return f"Etc/GMT{'-' if text[0] == '+' else '+'}{int(hours)}"
    return text


@rewrite("convert_tz")
def convert_tz(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    return f"TRY(timezone({zone_text(emitter, call.args[2])}, timezone({zone_text(emitter, call.args[1])}, {value})))"


def to_local(emitter: Emitter, seconds: str) -> str:
    """A Unix time in the session's time zone."""
    from starrocks_embedded.emit.expression import quote

    utc = f"make_timestamp(CAST({seconds} AS BIGINT) * 1000000)"
    if emitter.time_zone in ("UTC", "GMT", "Etc/UTC", "+00:00"):
        return utc
    return f"timezone({quote(zone_name(emitter.time_zone))}, timezone('UTC', {utc}))"


@rewrite("unix_timestamp")
def unix_timestamp(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import quote

    if not call.args:
        return str(int(emitter.utc().timestamp()))
    if len(call.args) > 1:
        return f"epoch({str_to_date(emitter, call)})"
    value = f"CAST({emitter.sql(call.args[0])} AS TIMESTAMP)"
    if emitter.time_zone not in ("UTC", "GMT", "Etc/UTC", "+00:00"):
        value = f"timezone({quote(zone_name(emitter.time_zone))}, {value})"
    return f"CASE WHEN {value} IS NOT NULL THEN greatest(CAST(floor(epoch({value})) AS BIGINT), 0) END"


@rewrite("from_unixtime")
def from_unixtime(emitter: Emitter, call: ast.Call) -> str:
    seconds = emitter.sql(call.args[0])
    local = to_local(emitter, f"CASE WHEN {seconds} BETWEEN 0 AND 253402243199 THEN {seconds} END")
    if len(call.args) == 1:
        return f"fn.datetime_text({local})"
    if any(is_null(a) for a in call.args[1:]):
        return "CAST(NULL AS VARCHAR)"
    pattern = literal_text(call.args[1])
    if pattern is None:
        raise unsupported("from_unixtime with a format that is no constant")
    return formatted(local, JAVA_FORMATS.get(pattern, pattern))


@rewrite("to_datetime", "to_datetime_ntz")
def to_datetime(emitter: Emitter, call: ast.Call) -> str:
    number = emitter.sql(call.args[0])
    scale = constant(call.args[1]) if len(call.args) > 1 else 0
    micros = f"CAST({number} AS BIGINT) * {10 ** (6 - scale)}"
    limited = f"CASE WHEN {number} BETWEEN 0 AND {253402243199 * 10**scale} THEN {micros} END"
    utc = f"make_timestamp({limited})"
    if call.name == "to_datetime_ntz" or emitter.time_zone in ("UTC", "GMT", "Etc/UTC", "+00:00"):
        return utc
    from starrocks_embedded.emit.expression import quote

    return f"timezone({quote(zone_name(emitter.time_zone))}, timezone('UTC', {utc}))"


@rewrite("date_part")
def date_part(emitter: Emitter, call: ast.Call) -> str:
    unit = (literal_text(call.args[0]) or "").lower()
    return emitter.sql(ast.Call(unit, call.args[1:], type=call.type))


templates(
    {
        "year": "year({0})",
        "quarter": "quarter({0})",
        "month": "month({0})",
        "day": "day({0})",
        "hour": "hour({0})",
        "minute": "minute({0})",
        "second": "second({0})",
        "millisecond": "(millisecond({0}) % 1000)",
        "microsecond": "(microsecond({0}) % 1000000)",
        "dayofweek": "(dayofweek({0}) + 1)",
        "dayofweek_iso": "isodow({0})",
        "weekday": "(isodow({0}) - 1)",
        "dayofyear": "dayofyear({0})",
        "week/1": "fn.week({0}, 0)",
        "week/2": "fn.week({0}, ({1}) & 7)",
        "weekofyear": "fn.week({0}, 3)",
        "yearweek/1": "(fn.week_year({0}, 2) * 100 + fn.year_week({0}, 2))",
        "yearweek/2": "(fn.week_year({0}, ({1}) & 7) * 100 + fn.year_week({0}, ({1}) & 7))",
        "dayname": "dayname({0})",
        "monthname": "monthname({0})",
        "to_days": "(CAST({0} AS DATE) - DATE '0000-01-01')",
        "from_days": "(DATE '0000-01-01' + CAST({0} AS INTEGER))",
        "to_date": "CAST({0} AS DATE)",
        "date": "CAST({0} AS DATE)",
        "timestamp": "CAST({0} AS TIMESTAMP)",
        "datediff": "(CAST({0} AS DATE) - CAST({1} AS DATE))",
        "timediff": "(CAST(floor((epoch_us({0}) - epoch_us({1})) / 1000000) AS DOUBLE))",
        "makedate": "CASE WHEN {1} BETWEEN 1 AND 366 AND {0} BETWEEN 0 AND 9999 AND year(make_date(CAST({0} AS BIGINT), 1, 1) + CAST({1} - 1 AS INTEGER)) = {0} THEN make_date(CAST({0} AS BIGINT), 1, 1) + CAST({1} - 1 AS INTEGER) END",
        "next_day": "(CAST({0} AS DATE) + CAST((fn.number_of_day({1}) - isodow({0}) + 6) % 7 + 1 AS INTEGER))",
        "previous_day": "(CAST({0} AS DATE) - CAST((isodow({0}) - fn.number_of_day({1}) + 6) % 7 + 1 AS INTEGER))",
        "time_to_sec": "CAST({0} AS BIGINT)",
        "sec_to_time": "fn.time_text({0})",
    },
    same=[("week_iso", "weekofyear"), ("dayofmonth", "day"), ("dayofweekiso", "dayofweek_iso")],
)


@rewrite("to_iso8601")
def to_iso8601(emitter: Emitter, call: ast.Call) -> str:
    pattern = "%Y-%m-%d" if call.args[0].type.name == "date" else "%Y-%m-%dT%H:%M:%S.%f"
    return f"strftime({emitter.sql(call.args[0])}, '{pattern}')"
