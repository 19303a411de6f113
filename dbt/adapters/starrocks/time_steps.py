"""Wall-clock times and the units that batches and partitions span."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# from short to long: a longer one is made of whole shorter ones
STEPS = ("minute", "hour", "day", "month", "year")
FIXED = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
# as the server names the partitions that come by themselves
NAMES = {"minute": "p%Y%m%d%H%M", "hour": "p%Y%m%d%H", "day": "p%Y%m%d", "month": "p%Y%m", "year": "p%Y"}
OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")


def moment(text: str) -> datetime:
    """A date or datetime as the server prints it; the year 0, which Python lacks, is the beginning of time."""
    return datetime.min if text.startswith("0000") else datetime.fromisoformat(text.strip())


def wall_clock(given: datetime | str) -> datetime:
    """dbt's batches are times of UTC whose clock is read in the session's zone: what the clock shows counts."""
    if isinstance(given, datetime):
        return given.replace(tzinfo=None)
    return datetime.fromisoformat(OFFSET.sub("", given)).replace(tzinfo=None)


def text_of(given: datetime, dates_only: bool = False) -> str:
    return given.date().isoformat() if dates_only else given.isoformat(sep=" ")


def floor(given: datetime, unit: str) -> datetime:
    """The beginning of the minute, hour, day, month or year."""
    parts = (given.year, given.month, given.day, given.hour, given.minute)
    kept = {"year": 1, "month": 2, "day": 3, "hour": 4, "minute": 5}[unit]
    padded = (*parts[:kept], *(1, 1, 0, 0)[kept - 1 :])
    return datetime(*padded)  # type: ignore[arg-type]


def next_after(start: datetime, unit: str) -> datetime:
    """The beginning of the unit after the one that begins at `start`."""
    if unit in FIXED:
        return start + FIXED[unit]
    if unit == "month" and start.month < 12:
        return start.replace(month=start.month + 1)
    return start.replace(year=start.year + 1, month=1 if unit == "month" else start.month)


def partition_name(start: datetime, unit: str) -> str:
    return start.strftime(NAMES[unit])
