"""`refresh_method`: when the server itself refreshes a materialized view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dbt.adapters.starrocks.table_config.values import known_keys, refuse, unescaped

UNITS = ("second", "minute", "hour", "day")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
SHORTEST = 60
SCHEME = re.compile(
    r"""(?:(?:immediate|deferred)\s+)?
        (?: (?P<kind>manual|incremental)
          | async (?:\s+start\s*\(\s*(?P<q>['"])(?P<start>[^'"]+)(?P=q)\s*\))?
                  (?:\s+every\s*\(\s*interval\s+(?P<count>\d+)\s+(?P<unit>\w+?)s?\s*\))? )""",
    re.I | re.X,
)
EXAMPLES = (
    "`manual`, `async`, `async every(interval 1 hour)`, `async start('2030-01-01 00:00:00') every(interval 1 day)`"
)


@dataclass(frozen=True)
class Refresh:
    """MANUAL, INCREMENTAL, or ASYNC: after each load, or every so often. IMMEDIATE or DEFERRED is no part of it: it
    speaks of the creation alone, and dbt refreshes what it creates itself."""

    kind: str = "manual"
    start: str | None = None
    count: int = 0
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Refresh | None:
        found = SCHEME.fullmatch(text.strip())
        if found is None:
            return None
        if found["kind"]:
            return cls(found["kind"].lower())
        return cls("async", found["start"], int(found["count"] or 0), (found["unit"] or "").lower())

    @property
    def sql(self) -> str:
        if self.kind != "async":
            return self.kind
        start = f" start ('{self.start}')" if self.start else ""
        every = f" every (interval {self.count} {self.unit})" if self.count else ""
        return f"async{start}{every}"

    def same_as(self, existing: Refresh | None) -> bool:
        """A start that the model does not name is whatever the server has."""
        if existing is None:
            return False
        mine, theirs = (self.kind, self.count, self.unit), (existing.kind, existing.count, existing.unit)
        return mine == theirs and (self.start is None or self.start == existing.start)


def parse_refresh(value: Any) -> Refresh:
    if value in (None, ""):
        return Refresh()
    text = _from_mapping(value) if isinstance(value, Mapping) else unescaped(str(value))
    refresh = Refresh.parse(text)
    if refresh is None:
        refuse(
            "refresh_method", value, "that is no refresh scheme of a materialized view", f"Expected one of: {EXAMPLES}."
        )
    if refresh.count:
        _check_interval(value, refresh)
    return refresh


def _from_mapping(value: Mapping[str, Any]) -> str:
    known_keys("refresh_method", value, ("start", "every"))
    start = f" start('{value['start']}')" if value.get("start") else ""
    every = f" every(interval {value['every']})" if value.get("every") else ""
    return f"async{start}{every}"


def _check_interval(value: Any, refresh: Refresh) -> None:
    if refresh.unit not in UNITS:
        refuse("refresh_method", value, f"its interval is in {refresh.unit}s", f"Expected one of: {', '.join(UNITS)}.")
    if refresh.count * SECONDS[refresh.unit] < SHORTEST:
        refuse("refresh_method", value, "StarRocks refreshes once a minute at most", "Give 60 seconds or more.")
