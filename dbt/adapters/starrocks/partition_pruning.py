"""Which partitions a delete+insert has to rewrite, where its predicates bound the column of the table's partitions.

Only comparisons with a literal count. Whatever else a predicate says narrows the rows further, never the partitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dbt.adapters.starrocks.existing_partitions import (
    RANGE,
    PartitionScheme,
    StoredPartition,
    Touched,
    overlapping,
    touched,
)
from dbt.adapters.starrocks.time_steps import STEPS

COMPARISON = re.compile(
    r"(?i)\(*\s*(?:DBT_INTERNAL_DEST\s*\.\s*)?`?(?P<column>\w+)`?\s*(?P<operator>>=|>|<=|<|=)\s*"
    r"(?:cast\s*\(\s*)?(?:date|datetime)?\s*(?P<quote>['\"])(?P<literal>[^'\"]*)(?P=quote)"
    r"(?:\s+as\s+(?:date|datetime)\s*\))?\s*\)*"
)
# what a condition is taken apart by: texts are passed over
TOKEN = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[()]"
    r"|(?P<joint>\b(?:and|or|xor|not|case|between|when)\b|\|\||&&|!(?!=))",
    re.I,
)
# the clock's smallest step: a bound that belongs to the span ends one later
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """From a moment, until one."""

    start: datetime = datetime.min
    end: datetime = datetime.max

    @property
    def is_bounded(self) -> bool:
        return self.start > datetime.min or self.end < datetime.max


def is_by_time(scheme: PartitionScheme) -> bool:
    """Ranges of dates and times, named or by date_trunc(): those that a span can be held against."""
    if scheme.is_automatic:
        return scheme.expressions[0].startswith("date_trunc") and scheme.unit in STEPS
    return scheme.kind == RANGE and not scheme.of_numbers and len(scheme.columns) == 1


def span_of(predicates: Iterable[str], column: str) -> Span:
    """What all predicates together leave of the column's values."""
    span = Span()
    for predicate in predicates:
        for part in _conjuncts(predicate):
            found = COMPARISON.fullmatch(part)
            if found is not None and found["column"].lower() == column.lower():
                span = _narrowed(span, found["operator"], found["literal"])
    return span


def _conjuncts(predicate: str) -> list[str]:
    """Conditions that must all hold; none where anything but AND joins them."""
    parts, depth, start = [], 0, 0
    for token in TOKEN.finditer(predicate):
        if token[0] in "()":
            depth += 1 if token[0] == "(" else -1
        elif depth == 0 and token["joint"]:
            if token[0].lower() != "and":
                return []
            parts.append(predicate[start : token.start()].strip())
            start = token.end()
    return [*parts, predicate[start:].strip()]


def _narrowed(span: Span, operator: str, literal: str) -> Span:
    try:
        bound = datetime.fromisoformat(literal)
    except ValueError:
        return span
    if bound.tzinfo is not None:
        return span
    if operator in (">=", "=", ">"):
        span = replace(span, start=max(span.start, bound))
    if operator in ("<", "<=", "="):
        span = replace(span, end=min(span.end, bound if operator == "<" else bound + TICK))
    return span


def rewritten(
    scheme: PartitionScheme,
    partitions: Sequence[StoredPartition],
    predicates: Iterable[str],
    rows: Sequence[Sequence[Any]],
    table: str,
) -> Touched | None:
    """The partitions that hold rows which may go, and those that new rows (`rows`: their partition values) come to.

    None where that cannot be told: the partition of NULL comes by itself too, but under a name of the server's."""
    if scheme.is_automatic and any(row[0] is None for row in rows):
        return None
    span = span_of(predicates, scheme.columns[0])
    met = overlapping(partitions, span.start, span.end) if span.start < span.end else []
    coming = touched(replace(scheme, kind=RANGE, partitions=tuple(partitions)), rows, table)
    names = dict.fromkeys([*(partition.name for partition in met), *coming.names])
    return Touched(tuple(names), coming.missing)
