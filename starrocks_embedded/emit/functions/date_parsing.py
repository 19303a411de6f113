"""Dates read by a format: a constant format becomes one regular expression whose groups are the parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import rewrite
from starrocks_embedded.emit.functions.constants import is_null, literal_text, raised
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

Pieces = Iterable[tuple[str, str]]  # the part that a piece of the format means ("" for text), and what it looks like

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def words(names: Iterable[str], size: int | None = None) -> str:
    return "(?i:" + "|".join(name[:size] for name in names) + r")\b"


MYSQL = {
    "y": ("short_year", r"\d{1,2}"), "Y": ("year", r"\d{1,4}"), "m": ("month", r"\d{1,2}"), "c": ("month", r"\d{1,2}"),
    "M": ("month_name", words(MONTHS)), "b": ("month_name", words(MONTHS, 3)), "d": ("day", r"\d{1,2}"),
    "e": ("day", r"\d{1,2}"), "D": ("day", r"\d{1,2}"), "h": ("half_hour", r"\d{1,2}"),
    "I": ("half_hour", r"\d{1,2}"), "l": ("half_hour", r"\d{1,2}"), "k": ("hour", r"\d{1,2}"),
    "H": ("hour", r"\d{1,2}"), "i": ("minute", r"\d{1,2}"), "s": ("second", r"\d{1,2}"), "S": ("second", r"\d{1,2}"),
    "f": ("fraction", r"\d{1,6}"), "p": ("half", r"[AaPp][Mm]"), "W": ("weekday_name", words(DAYS)),
    "a": ("weekday_name", words(DAYS, 3)), "w": ("weekday_number", "[0-6]"),
    "j": ("day_of_year", r"\d{1,3}"), "V": ("sunday_week", r"\d{1,2}"),
    "v": ("monday_week", r"\d{1,2}"), "X": ("sunday_year", r"\d{1,4}"), "x": ("monday_year", r"\d{1,4}"),
    "%": ("", "%"),
}  # fmt: skip
TERADATA = {
    "yyyy": ("year", r"\d{1,4}"), "yy": ("short_year", r"\d{1,2}"), "mm": ("month", r"\d{1,2}"),
    "dd": ("day", r"\d{1,2}"), "hh24": ("hour", r"\d{1,2}"), "hh": ("hour", r"\d{1,2}"),
    "mi": ("minute", r"\d{1,2}"), "ss": ("second", r"\d{1,2}"), "am": ("", "am"), "pm": ("later", "pm"),
}  # fmt: skip
TERADATA_PIECE = re.compile(r"h+(?:24)?|mi|[ap]m|(.)\1*", re.DOTALL)
TERADATA_MARKS = "-/,.;: \r\n\t"
JODA_HOURS = {"H": "hour", "k": "hour", "K": "hour_to_11", "h": "hour_to_12"}


@rewrite("str_to_date", "str2date")
def str_to_date(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "NULL"
    return read_by(emitter.sql(call.args[0]), constant_format(call))


def read_by(value: str, pattern: str) -> str:
    """The rest of the text does not matter, nor does a rest of the format once the text is used up."""
    pieces = list(mysql_pieces(pattern))
    steps = [rf"\s*{look}" if part or look else "" for part, look in grouped(pieces)]
    expression = ""
    for step in reversed(steps):
        expression = rf"{step}(?:\s*$|{expression})" if expression else step
    return moment(value, "^" + expression, parts_of(pieces), "0")


@rewrite("str_to_jodatime")
def str_to_jodatime(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "NULL"
    pattern = constant_format(call)
    pieces = [joda_piece(m[0]) for m in re.finditer(r"(.)\1*", pattern, re.DOTALL)]
    if None in pieces:
        return raised(f"invalid datetime format: {pattern}", call.type)
    return whole(emitter, call, [piece for piece in pieces if piece])


def joda_piece(run: str) -> tuple[str, str] | None:
    """None where a back end refuses the format. Of a run of text, the first character is wanted, once."""
    letter, size = run[0], len(run)
    if letter in "GC" or (letter == "M" and size not in (2, 3, 4)):
        return None
    if letter == "M":
        return ("month", r"\d{1,2}") if size == 2 else ("month_name", words(MONTHS, 3 if size == 3 else None))
    if letter in "yYx":
        return "year", r"\d{1,4}"
    if letter == "d":
        return "day", r"\d{1,2}"
    if letter == "D":
        return "day_of_year", rf"\d{{1,{size}}}"
    if letter in JODA_HOURS:
        return JODA_HOURS[letter], rf"\d{{1,{size}}}"
    if letter == "m":
        return "minute", rf"\d{{1,{size}}}"
    if letter == "s":
        return "second", r"\d{1,2}"
    if letter == "S" and size <= 6:
        return "fraction", rf"\d{{1,{size}}}"
    if letter == "a":
        return "half_of_day", "(?s:.)[mM]"
    if letter == "e":  # the days of the week count with a week only
        return "", "[0-6]"
    if letter == "E":
        return "", words(DAYS, 3 if size <= 3 else None)
    if letter in "wzZS":
        raise unsupported(f"'{run}' in a date format")
    return "", re.escape(letter)


@rewrite("to_tera_date", "to_tera_timestamp")
def to_tera(emitter: Emitter, call: ast.Call) -> str:
    if is_null(call.args[1]):
        return "NULL"
    pattern = constant_format(call)
    pieces = [tera_piece(m[0]) for m in TERADATA_PIECE.finditer(pattern)]
    if None in pieces:
        return raised(f"The format parameter {pattern} is invalid", call.type)
    text = whole(emitter, call, [piece for piece in pieces if piece])
    return f"CAST({text} AS DATE)" if call.name == "to_tera_date" else text


def tera_piece(piece: str) -> tuple[str, str] | None:
    """None where a back end refuses the format. Of a run of one mark, a single one is wanted."""
    if piece in TERADATA:
        return TERADATA[piece]
    return ("", re.escape(piece[0])) if piece[0] in TERADATA_MARKS else None


def whole(emitter: Emitter, call: ast.Call, pieces: list[tuple[str, str]]) -> str:
    """All of the format is wanted; the first of January is where it says no day."""
    expression = "^" + "".join(look for _, look in grouped(pieces))
    return moment(emitter.sql(call.args[0]), expression, parts_of(pieces), "1")


def constant_format(call: ast.Call) -> str:
    text = literal_text(call.args[1])
    if text is None:
        raise unsupported(f"{call.name} with a format that is no constant")
    return text


# ---- formats


def mysql_pieces(pattern: str) -> Iterator[tuple[str, str]]:
    for piece in re.findall(r"%.|\s+|[^%\s]|%", pattern):
        if piece.isspace():
            continue
        if len(piece) < 2:
            yield "", re.escape(piece)
        elif piece == "%T":
            yield from mysql_pieces("%H:%i:%S")
        elif piece == "%r":
            yield from mysql_pieces("%I:%i:%S")
            yield "half", r"(?:[AaPp][Mm])?"  # may be left out here
        elif piece[1] in MYSQL:
            yield MYSQL[piece[1]]
        else:
            raise unsupported(f"{piece} in a date format")


def grouped(pieces: Pieces) -> Iterator[tuple[str, str]]:
    for part, look in pieces:
        yield part, f"({look})" if part else look


def parts_of(pieces: Pieces) -> list[str]:
    return [part for part, _ in pieces if part]


# ---- moments


def moment(value: str, expression: str, parts: list[str], missing: str) -> str:
    """The parts put together; NULL where the text does not look like it or there is no such day."""
    from starrocks_embedded.emit.expression import quote

    if not parts:
        known = "TIMESTAMP '2000-01-01 00:00:00'" if missing == "1" else "CAST(NULL AS TIMESTAMP)"
        return f"CASE WHEN regexp_matches({value}, {quote(expression)}) THEN {known} END"
    names = [f"{part}_{index}" for index, part in enumerate(parts)]
    last = {part: f"part['{name}']" for part, name in zip(parts, names, strict=True)}
    date = date_of(last, missing)
    seconds = number(last, "second")
    if "fraction" in last:
        seconds += f" + CAST(rpad({last['fraction']}, 6, '0') AS BIGINT) / 1000000.0"
    hour, minute = hour_of(last), number(last, "minute")
    conditions = f"{minute} < 60 AND {number(last, 'second')} < 60 AND {hour} < 24"
    at = f"TRY(make_timestamp(year({date}), month({date}), day({date}), {hour}, {minute}, {seconds}))"
    found = f"regexp_extract({value}, {quote(expression)}, [{', '.join(map(quote, names))}])"
    made = f"list_transform([{found}], lambda part: CASE WHEN {conditions} THEN {at} END)[1]"
    return f"CASE WHEN regexp_matches({value}, {quote(expression)}) THEN {made} END"


def number(parts: dict[str, str], name: str, missing: str = "0") -> str:
    return f"coalesce(TRY_CAST({parts[name]} AS BIGINT), {missing})" if name in parts else missing


def hour_of(parts: dict[str, str]) -> str:
    if "half_hour" not in parts:
        return full_hour_of(parts)
    hour = number(parts, "half_hour")
    later = f" + CASE WHEN upper({parts['half']}) = 'PM' THEN 12 ELSE 0 END" if "half" in parts else ""
    return f"CASE WHEN {hour} BETWEEN 1 AND 12 THEN {hour} % 12{later} END"


def full_hour_of(parts: dict[str, str]) -> str:
    """Hours up to a bound, and the halves of the day that count from any of them."""
    hour = number(parts, "hour")
    for bound in (11, 12):
        if f"hour_to_{bound}" in parts:
            read = number(parts, f"hour_to_{bound}")
            hour = f"CASE WHEN {read} <= {bound} THEN {read} END"
    if "half_of_day" in parts:
        return f"CASE WHEN upper({parts['half_of_day']}[1]) = 'P' THEN ({hour}) % 12 + 12 ELSE {hour} END"
    return f"({hour} + 12)" if "later" in parts else hour


def date_of(parts: dict[str, str], missing: str) -> str:
    if "sunday_week" in parts or "monday_week" in parts:
        return date_of_week(parts)
    year = year_of(parts, missing)
    if "day_of_year" in parts:
        return f"(TRY(make_date({year}, 1, 1)) + CAST({number(parts, 'day_of_year')} - 1 AS INTEGER))"
    month = number(parts, "month", missing)
    if "month_name" in parts:
        places = ", ".join(f"'{name[:3].lower()}'" for name in MONTHS)
        month = f"list_position([{places}], lower({parts['month_name']}[:3]))"
    return f"TRY(make_date({year}, {month}, {number(parts, 'day', missing)}))"


def year_of(parts: dict[str, str], missing: str) -> str:
    """Of two digits, 70 and more are of the last century."""
    if "short_year" in parts:
        return f"fn.full_year(lpad({parts['short_year']}, 2, '0'))"
    if "year" not in parts:
        return "2000" if missing == "1" else missing
    text = parts["year"]
    return f"CASE WHEN length({text}) <= 2 THEN fn.full_year(lpad({text}, 2, '0')) ELSE {number(parts, 'year')} END"


def date_of_week(parts: dict[str, str]) -> str:
    """The named day of a week of a year that the format counts in the same way."""
    kind = "sunday" if "sunday_week" in parts else "monday"
    if f"{kind}_year" not in parts or not {"weekday_name", "weekday_number"} & parts.keys():
        raise unsupported("a date format with a week but without its year and day")
    names = ", ".join(f"'{name[:3].lower()}'" for name in DAYS)
    if "weekday_name" in parts:
        day = f"list_position([{names}], lower({parts['weekday_name']}[:3]))"
    else:
        day = f"((CAST({parts['weekday_number']} AS INTEGER) + 6) % 7 + 1)"
    first = f"make_date({number(parts, f'{kind}_year')}, 1, 1)"
    week = f"({number(parts, f'{kind}_week')} - 1) * 7"
    if kind == "sunday":
        begun = f"dayofweek({first})"
        days = f"CASE WHEN {begun} = 0 THEN 0 ELSE 7 - {begun} END + {week} + {day} % 7"
    else:
        begun = f"(isodow({first}) - 1)"
        days = f"CASE WHEN {begun} <= 3 THEN 0 ELSE 7 END - {begun} + {week} + {day} - 1"
    return f"TRY({first} + CAST({days} AS INTEGER))"
