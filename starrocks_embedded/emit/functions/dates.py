"""Dates and times."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.emit.functions.constants import constant, is_null, literal_text, raised
from starrocks_embedded.emit.functions.date_parsing import str_to_date
from starrocks_embedded.errors import RAISED, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import DATETIME

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

# counted_day, counted_of_year: weeks are counted in a calendar whose year 0 has no leap day
MACROS.append(
    r"""
in_range(x) AS CASE WHEN x BETWEEN TIMESTAMP '0000-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN x END
counted_day(d) AS CAST(d AS DATE) + CASE WHEN d < DATE '0000-03-01' THEN 1 ELSE 0 END
counted_of_year(d) AS dayofyear(d) - CASE WHEN d < DATE '0001-01-01' AND month(d) > 2 THEN 1 ELSE 0 END
week_day(d, m) AS CASE WHEN m % 2 = 1 THEN isodow(fn.counted_day(d)) - 1 ELSE dayofweek(fn.counted_day(d)) END
starts_late(w, m) AS CASE WHEN (m % 2 = 1) = (m // 4 % 2 = 1) THEN w <> 0 ELSE w >= 4 END
new_year(d) AS make_date(CAST(year(d) AS BIGINT), 1, 1)
plain_week(d, m) AS (fn.counted_of_year(d) - 1 + fn.week_day(fn.new_year(d), m) + CASE WHEN fn.starts_late(fn.week_day(fn.new_year(d), m), m) THEN 0 ELSE 7 END) // 7
next_wins(d, m) AS fn.plain_week(d, m) = 53 AND NOT fn.starts_late(fn.week_day(make_date(CAST(year(d) + 1 AS BIGINT), 1, 1), m), m)
year_week(d, m) AS CASE WHEN fn.plain_week(d, m) = 0 THEN fn.plain_week(fn.new_year(d) - 1, m) WHEN fn.next_wins(d, m) THEN 1 ELSE fn.plain_week(d, m) END
week(d, m) AS CASE WHEN m // 2 % 2 = 1 THEN fn.year_week(d, m) ELSE fn.plain_week(d, m) END
week_year(d, m) AS year(d) + CASE WHEN fn.plain_week(d, m) = 0 THEN -1 WHEN fn.next_wins(d, m) THEN 1 ELSE 0 END
ordinal(n) AS CAST(n AS VARCHAR) || CASE WHEN n BETWEEN 11 AND 13 THEN 'th' WHEN n % 10 = 1 THEN 'st' WHEN n % 10 = 2 THEN 'nd' WHEN n % 10 = 3 THEN 'rd' ELSE 'th' END
padded(n, size) AS CASE WHEN length(CAST(n AS VARCHAR)) < size THEN lpad(CAST(n AS VARCHAR), size, '0') ELSE CAST(n AS VARCHAR) END
two(n) AS lpad(CAST(n AS VARCHAR), 2, '0')
hour12(d) AS (hour(d) + 11) % 12 + 1
month_rest(x) AS epoch_us(x) - epoch_us(date_trunc('month', x))
year_rest(x) AS month(x) * 2678400000000 + fn.month_rest(x)
counted(n, l, r) AS n - CASE WHEN n >= 0 THEN CASE WHEN l < r THEN 1 ELSE 0 END ELSE CASE WHEN l > r THEN -1 ELSE 0 END END
months_between(l, r) AS fn.counted((year(l) - year(r)) * 12 + month(l) - month(r), fn.month_rest(l), fn.month_rest(r))
years_between(l, r) AS fn.counted(year(l) - year(r), fn.year_rest(l), fn.year_rest(r))
day_time(x) AS hour(x) * 3600000 + minute(x) * 60000 + second(x) * 1000 + microsecond(x) % 1000000
is_last(x) AS day(x) = day(last_day(x))
late_in_month(a, b) AS CASE WHEN day(a) > day(b) THEN NOT fn.is_last(b) OR (fn.is_last(a) AND fn.day_time(a) > fn.day_time(b)) WHEN day(a) = day(b) AND (NOT fn.is_last(b) OR fn.is_last(a)) THEN fn.day_time(a) > fn.day_time(b) ELSE false END
late_in_february(a, b) AS CASE WHEN day(a) > day(b) THEN NOT fn.is_last(b) OR (fn.is_last(a) AND fn.day_time(a) > fn.day_time(b)) ELSE day(a) = day(b) AND NOT fn.is_last(b) AND fn.day_time(a) > fn.day_time(b) END
late_in_year(a, b) AS CASE WHEN month(a) <> month(b) THEN month(a) > month(b) WHEN day(last_day(a)) <> day(last_day(b)) THEN fn.late_in_february(a, b) ELSE day(a) > day(b) OR (day(a) = day(b) AND fn.day_time(a) > fn.day_time(b)) END
one_less(n, late) AS n - CASE WHEN late THEN 1 ELSE 0 END
whole_months(a, b) AS fn.one_less((year(b) - year(a)) * 12 + month(b) - month(a), fn.late_in_month(a, b))
whole_years(a, b) AS fn.one_less(year(b) - year(a), fn.late_in_year(a, b))
later_months(l, r) AS CASE WHEN r < l THEN fn.whole_months(r, l) ELSE -fn.whole_months(l, r) END
later_years(l, r) AS CASE WHEN r < l THEN fn.whole_years(r, l) ELSE -fn.whole_years(l, r) END
short_text(x) AS list_transform([x], lambda text: CASE WHEN strlen(text) <= 127 THEN text END)[1]
micros_in_range(x) AS CASE WHEN x >= 0 AND x <= 253402243199999999 THEN CAST(x AS BIGINT) END
a_date(x) AS CASE WHEN x BETWEEN DATE '0000-01-01' AND DATE '9999-12-31' THEN x END
zone(z) AS CASE WHEN z = 'CST' THEN 'Asia/Shanghai' WHEN regexp_full_match(z, '[-+]\d{1,2}:00') THEN 'Etc/GMT' || CASE WHEN z[1] = '+' THEN '-' ELSE '+' END || CAST(CAST(split_part(z[2:], ':', 1) AS INTEGER) AS VARCHAR) ELSE z END
number_of_day(s) AS CASE WHEN s IN ('Mo', 'Mon', 'Monday') THEN 1 WHEN s IN ('Tu', 'Tue', 'Tuesday') THEN 2 WHEN s IN ('We', 'Wed', 'Wednesday') THEN 3 WHEN s IN ('Th', 'Thu', 'Thursday') THEN 4 WHEN s IN ('Fr', 'Fri', 'Friday') THEN 5 WHEN s IN ('Sa', 'Sat', 'Saturday') THEN 6 WHEN s IN ('Su', 'Sun', 'Sunday') THEN 7 WHEN s IS NOT NULL THEN NULL END
"""
)

MOST_SECONDS = 253402243199  # of a Unix time
JODA_PIECE = re.compile(r"'[^']*'?|([A-Za-z])\1*|[^A-Za-z']+")
JODA_PATTERN = re.compile(r"(?:'[^']*'|[GCYxweEyDMdaKhHkmsSzZ]|[^A-Za-z'])*")  # one that Joda-Time itself takes
LONGEST = 127  # bytes of a formatted date
UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond")
# the units of cutting, in the order in which a back end lists them
CUTS = ("microsecond", "millisecond", "second", "minute", "hour", "day", "month", "year", "week", "quarter")
CLOCK = ("second", "minute", "hour")
DATE_CUTS = CUTS[5:]
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


@rewrite("time_format")
def time_format(emitter: Emitter, call: ast.Call) -> str:
    """A TIME's seconds are taken for millionths here: the hour is always midnight's."""
    pattern = literal_text(call.args[1])
    if pattern is None:
        raise unsupported("time_format with a format that is no constant")
    value = f"CAST({emitter.sql(call.args[0])} AS BIGINT)"
    moment = f"make_timestamp(CASE WHEN {value} >= 0 THEN {value} END)"
    pieces = (
        piece if piece[0] != "%" or piece[1:] in tuple("HhiSsfp") else f"%{piece}"
        for piece in re.findall(r"%.|[^%]+|%$", pattern)
    )
    return formatted(moment, "".join(pieces))


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
    """Of the functions that are named after their unit: a month is complete when day and time of day are reached."""
    left, right = f"CAST({later} AS TIMESTAMP)", f"CAST({earlier} AS TIMESTAMP)"
    if unit not in MONTHS:
        return f"datesub('{unit}', {right}, {left})"
    return in_months(unit, "fn.months_between", "fn.years_between", left, right)


def date_difference(unit: str, later: str, earlier: str) -> str:
    """Of date_diff(): the last days of two months are equal days."""
    if unit not in MONTHS:
        return difference(unit, later, earlier)
    return in_months(
        unit, "fn.later_months", "fn.later_years", f"CAST({later} AS TIMESTAMP)", f"CAST({earlier} AS TIMESTAMP)"
    )


def in_months(unit: str, months: str, years: str, left: str, right: str) -> str:
    call = f"{years if unit == 'year' else months}(pair[1], pair[2])"
    counted = f"CAST(trunc({call} / 3) AS BIGINT)" if unit == "quarter" else call
    return f"list_transform([[{left}, {right}]], lambda pair: {counted})[1]"


def _difference_function(unit: str) -> None:
    @rewrite(f"{unit}s_diff")
    def write(emitter: Emitter, call: ast.Call) -> str:
        return difference(unit, emitter.sql(call.args[0]), emitter.sql(call.args[1]))


for _unit in UNITS:
    _difference_function(_unit)


@rewrite("timestampdiff")
def timestampdiff(emitter: Emitter, call: ast.Call) -> str:
    unit = (literal_text(call.args[0]) or "").lower()
    if unit not in UNITS:
        return "NULL"
    return difference(unit, emitter.sql(call.args[2]), emitter.sql(call.args[1]))


@rewrite("date_diff")
def date_diff(emitter: Emitter, call: ast.Call) -> str:
    unit, later, earlier = literal_text(call.args[0]), emitter.sql(call.args[1]), emitter.sql(call.args[2])
    if unit is not None:
        if unit.lower() not in UNITS[:-1]:
            return raised("type column should be one of day/hour/minute/second/millisecond", call.type)
        return date_difference(unit.lower(), later, earlier)
    if is_null(call.args[0]):
        return "CAST(NULL AS BIGINT)"
    choices = " ".join(f"WHEN '{u}' THEN {date_difference(u, later, earlier)}" for u in UNITS[:-1])
    refusal = f"error('{RAISED}unit of date_diff must be one of year/month/quarter/day/hour/minute/second/millisecond')"
    whole = f"{later} IS NOT NULL AND {earlier} IS NOT NULL AND {emitter.sql(call.args[0])} IS NOT NULL"
    return f"CASE WHEN {whole} THEN CASE lower({emitter.sql(call.args[0])}) {choices} ELSE {refusal} END END"


# ---- cutting


@rewrite("date_trunc")
def date_trunc(emitter: Emitter, call: ast.Call) -> str:
    unit = (literal_text(call.args[0]) or "").lower()
    known = CUTS if call.type.name == "datetime" else DATE_CUTS
    if unit not in known:
        return raised(f"format value must in {{{', '.join(known)}}}", call.type)
    return f"date_trunc('{unit}', {emitter.sql(call.args[1])})"


@rewrite("last_day")
def last_day(emitter: Emitter, call: ast.Call) -> str:
    value = emitter.sql(call.args[0])
    if len(call.args) == 1:
        return f"last_day({value})"
    if is_null(call.args[1]):
        return "NULL"
    unit = literal_text(call.args[1])
    if unit is None:
        choices = " ".join(f"WHEN '{unit}' THEN {last_day_of(unit, value)}" for unit in MONTHS)
        return f"CASE {emitter.sql(call.args[1])} {choices} END"
    if unit.lower() not in MONTHS:
        return raised("avaiable data_part parameter is year/month/quarter", call.type)
    return last_day_of(unit.lower(), value)


def last_day_of(unit: str, value: str) -> str:
    return f"(CAST(date_trunc('{unit}', {value}) + to_months({MONTHS[unit]}) AS DATE) - 1)"


@rewrite("next_day", "previous_day")
def next_day(emitter: Emitter, call: ast.Call) -> str:
    """The next or previous day of that name; NULL beyond the calendar."""
    day, name = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    steps = f"(fn.number_of_day({name}) - isodow({day}) + 6) % 7 + 1"
    if call.name == "previous_day":
        steps = f"-((isodow({day}) - fn.number_of_day({name}) + 6) % 7 + 1)"
    refusal = f"error('{RAISED}' || {name} || ' not supported in {call.name} dow_string')"
    known = f"fn.number_of_day({name}) IS NOT NULL OR {name} IS NULL OR {day} IS NULL"
    return f"CASE WHEN {known} THEN fn.a_date(CAST({day} AS DATE) + CAST({steps} AS INTEGER)) ELSE {refusal} END"


@rewrite("time_slice", "date_slice")
def time_slice(emitter: Emitter, call: ast.Call) -> str:
    """The beginning (or end) of the span that holds a moment, counted from 0001-01-01."""
    moment, amount = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    unit, edge = (literal_text(a) or "" for a in call.args[2:4])
    of_dates = call.args[0].type.name == "date"
    if of_dates and unit in CLOCK:
        return raised("can't use time_slice for date with time(hour/minute/second)", call.type)
    if unit not in (DATE_CUTS if of_dates else CUTS):
        listed = (*CLOCK, *DATE_CUTS) if of_dates else CUTS
        return raised(f"period unit must in {{{', '.join(listed)}}}", call.type)
    origin = "TIMESTAMP '0001-01-01 00:00:00'"
    count = f"datesub('{unit}', {origin}, CAST({moment} AS TIMESTAMP)) // nullif({amount}, 0)"
    if edge != "floor":
        count = f"({count} + 1)"
    early = raised("time used with time_slice can't before 0001-01-01 00:00:00", DATETIME)
    return f"CASE WHEN {moment} < {origin} THEN {early} ELSE {added(origin, f'({count}) * {amount}', unit, False)} END"


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
# Joda letters: a number is padded to the length of its run
JODA_NUMBERS = {
    "C": "year(d) // 100", "Y": "CASE WHEN year(d) > 0 THEN year(d) ELSE 1 END", "y": "year(d)", "x": "fn.week_year(d, 3)", "w": "fn.week(d, 3)",
    "e": "isodow(d)", "D": "dayofyear(d)", "M": "month(d)", "d": "day(d)", "K": "hour(d) % 12", "h": "fn.hour12(d)",
    "H": "hour(d)", "k": "(hour(d) + 23) % 24 + 1", "m": "minute(d)", "s": "second(d)",
}  # fmt: skip
JAVA_FORMATS = {
    "yyyyMMdd": "%Y%m%d", "yyyy-MM-dd": "%Y-%m-%d", "yyyy-MM-dd HH:mm:ss": "%Y-%m-%d %H:%i:%s",
    "yyyyMMddHHmmss": "%Y%m%d%H%i%s",
}  # fmt: skip


@rewrite("date_format")
def date_format(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "CAST(NULL AS VARCHAR)"
    pattern = literal_text(call.args[1])
    if pattern is None:
        return formatted_by(emitter.sql(call.args[0]), emitter.sql(call.args[1]))
    return formatted(emitter.sql(call.args[0]), JAVA_FORMATS.get(pattern, pattern))


def formatted_by(value: str, pattern: str) -> str:
    """By a format of each row: piece by piece. An empty one makes NULL."""
    java = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in JAVA_FORMATS.items())
    choices = " ".join(f"WHEN '%{letter}' THEN {text.replace('{d}', 'd')}" for letter, text in FORMATS.items())
    piece = f"CASE piece {choices} ELSE CASE WHEN piece[1] = '%' THEN piece[2:] ELSE piece END END"
    pieces = f"regexp_extract_all(CASE {pattern} {java} ELSE {pattern} END, '(?s)%.|[^%]+|%')"
    text = f"array_to_string(list_transform({pieces}, lambda piece: {piece}), '')"
    whole = f"d IS NOT NULL AND {pattern} <> ''"
    return f"list_transform([{value}], lambda d: CASE WHEN {whole} THEN fn.short_text({text}) END)[1]"


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
    if len(pattern) > LONGEST // 3:
        text = f"fn.short_text({text})"
    return f"list_extract(list_transform([{value}], lambda d: CASE WHEN d IS NOT NULL THEN {text} END), 1)"


@rewrite("jodatime_format")
def jodatime_format(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "CAST(NULL AS VARCHAR)"
    pattern = literal_text(call.args[1])
    if pattern is None:
        raise unsupported("jodatime_format with a format that is no constant")
    folded = literal_text(call.args[0]) is not None and JODA_PATTERN.fullmatch(pattern) is not None
    pieces = [joda_piece(piece, folded) for piece in (m[0] for m in JODA_PIECE.finditer(pattern))]
    if not pieces or "NULL" in pieces:
        return "CAST(NULL AS VARCHAR)"
    text = " || ".join(pieces)
    if len(pattern) > LONGEST // 9:
        text = f"fn.short_text({text})"
    return f"list_transform([{emitter.sql(call.args[0])}], lambda d: CASE WHEN d IS NOT NULL THEN {text} END)[1]"


def joda_piece(piece: str, folded: bool) -> str:
    """A run of one letter, or text; text between quotes stays as it is. A front end, which formats constants, knows
    of thousandths of a second only and of zones; a back end keeps the letters that it does not know."""
    from starrocks_embedded.emit.expression import quote

    letter, size = piece[0], len(piece)
    if letter == "'":
        return quote(piece.strip("'") or ("'" if folded and size > 1 else ""))
    if letter == "G":
        return "CASE WHEN year(d) > 0 THEN 'AD' ELSE 'BC' END"
    if letter == "E":
        return "dayname(d)" if size > 3 else "dayname(d)[:3]"
    if letter == "M" and size > 2:
        return "monthname(d)" if size > 3 else "monthname(d)[:3]"
    if letter == "a":
        return "CASE WHEN hour(d) >= 12 THEN 'PM' ELSE 'AM' END"
    if letter == "S":
        return joda_fraction(size, folded)
    if letter in "yYx" and size == 2:
        return f"fn.two(({JODA_NUMBERS[letter]}) % 100)"
    if letter in JODA_NUMBERS:
        return f"fn.padded({JODA_NUMBERS[letter]}, {size})"
    if letter in "zZ":
        if folded:
            raise unsupported(f"'{letter}' in a date format")
        return "''"
    return quote(piece)


def joda_fraction(size: int, folded: bool) -> str:
    if folded:
        return f"rpad(strftime(d, '%f')[:{min(size, 3)}], {size}, '0')"
    return f"strftime(d, '%f')[:{size}]" if size <= 6 else "NULL"


# ---- zones


def zone_text(emitter: Emitter, expr: ast.Expr) -> str:
    from starrocks_embedded.emit.expression import quote

    text = literal_text(expr)
    if text is None:
        return f"fn.zone({emitter.sql(expr)})"
    name = zone_name(text)
    return quote(name) if is_zone(name) else "NULL"


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


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


def in_utc(emitter: Emitter, local: str) -> str:
    from starrocks_embedded.emit.expression import quote

    if emitter.time_zone in ("UTC", "GMT", "Etc/UTC", "+00:00"):
        return local
    return f"timezone({quote(zone_name(emitter.time_zone))}, {local})"


@rewrite("unix_timestamp")
def unix_timestamp(emitter: Emitter, call: ast.Call) -> str:
    if not call.args:
        return str(int(emitter.utc().timestamp()))
    if len(call.args) > 1:
        return f"CAST(epoch({in_utc(emitter, str_to_date(emitter, call))}) AS BIGINT)"
    value = in_utc(emitter, f"CAST({emitter.sql(call.args[0])} AS TIMESTAMP)")
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
    """Seconds, or thousandths (3) or millionths (6) of them, from 1970 on; NULL for other scales and times before."""
    number = f"CAST({emitter.sql(call.args[0])} AS HUGEINT)"
    scale = emitter.sql(call.args[1]) if len(call.args) > 1 else "0"
    if len(call.args) > 1 and is_null(call.args[1]):
        return "CAST(NULL AS TIMESTAMP)"
    if all(literal_text(a) is not None for a in call.args):  # the front end takes a negative scale for none
        scale = f"greatest({scale}, 0)"
    micros = f"CASE {scale} WHEN 0 THEN {number} * 1000000 WHEN 3 THEN {number} * 1000 WHEN 6 THEN {number} END"
    utc = f"make_timestamp(fn.micros_in_range({micros}))"
    if call.name == "to_datetime_ntz" or emitter.time_zone in ("UTC", "GMT", "Etc/UTC", "+00:00"):
        return utc
    from starrocks_embedded.emit.expression import quote

    return f"timezone({quote(zone_name(emitter.time_zone))}, timezone('UTC', {utc}))"


@rewrite("from_unixtime_ms")
def from_unixtime_ms(emitter: Emitter, call: ast.Call) -> str:
    seconds = f"({emitter.sql(call.args[0])} // 1000)"
    return (
        f"fn.datetime_text({to_local(emitter, f'CASE WHEN {seconds} BETWEEN 0 AND {MOST_SECONDS} THEN {seconds} END')})"
    )


@rewrite("hour_from_unixtime")
def hour_from_unixtime(emitter: Emitter, call: ast.Call) -> str:
    seconds = emitter.sql(call.args[0])
    return f"hour({to_local(emitter, f'CASE WHEN {seconds} BETWEEN 0 AND {MOST_SECONDS} THEN {seconds} END')})"


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
        "week/1": "list_transform([{0}], lambda day: fn.week(day, 0))[1]",
        "week/2": "list_transform([{0}], lambda day: fn.week(day, ({1}) & 7))[1]",
        "weekofyear": "weekofyear({0})",
        "yearweek/1": "list_transform([{0}], lambda day: fn.week_year(day, 2) * 100 + fn.year_week(day, 2))[1]",
        "yearweek/2": "list_transform([{0}], lambda day: fn.week_year(day, ({1}) & 7) * 100 + fn.year_week(day, ({1}) & 7))[1]",
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
        "time_to_sec": "CAST({0} AS BIGINT)",
        "sec_to_time": "CAST(CASE WHEN {0} > 3023999 THEN 3023999 WHEN {0} < -3023999 THEN -3023999 ELSE {0} END AS DOUBLE)",
    },
    same=[("week_iso", "weekofyear"), ("dayofmonth", "day"), ("dayofweekiso", "dayofweek_iso")],
)


@rewrite("to_iso8601")
def to_iso8601(emitter: Emitter, call: ast.Call) -> str:
    pattern = "%Y-%m-%d" if call.args[0].type.name == "date" else "%Y-%m-%dT%H:%M:%S.%f"
    return f"strftime({emitter.sql(call.args[0])}, '{pattern}')"
