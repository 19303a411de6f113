"""Whether a table on the server is partitioned as its design wants it.

The server tells the columns of a partitioning, the expressions only of those that became hidden columns, and the bounds
of each partition. From one partition's bounds one sees whether it is a range, and how long a time it spans."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from dbt.adapters.starrocks.metadata import ExistingTable
from dbt.adapters.starrocks.table_config.partition import Batch, Partitioning
from dbt.adapters.starrocks.time_steps import FIXED, moment, next_after

RANGE = re.compile(r"\[types: \[.*?\]; keys: \[(.*?)\]; \.\.types: \[.*?\]; keys: \[(.*?)\]")
TRUNCATED = re.compile(r"(?is)\s*date_trunc\s*\(\s*['\"](\w+)['\"]\s*,.*")
SLICED = re.compile(r"(?is)\s*time_slice\s*\(.*?,\s*interval\s+(\d+)\s+(\w+)\s*[,)].*")
NAME_IN_TEXT = re.compile(r"(?i)\bpartition\s+(?:if\s+not\s+exists\s+)?`?(\w+)`?\s+values\b")
LENGTHS = {**FIXED, "second": timedelta(seconds=1), "week": timedelta(weeks=1)}
DYNAMIC = "dynamic_partition.enable"


def partition_differences(wanted: Partitioning | None, existing: ExistingTable) -> list[str]:
    if not _same_columns(wanted, existing):
        return [_change(existing, wanted)]
    if wanted is None or _same_partitions(wanted, existing):
        return []
    return [_change(existing, wanted)]


def _change(existing: ExistingTable, wanted: Partitioning | None) -> str:
    before = existing.partition_expressions or existing.partition_columns
    return f"partition_by: {', '.join(before) or 'none'} -> {', '.join(wanted.parts) if wanted else 'none'}"


def _same_columns(wanted: Partitioning | None, existing: ExistingTable) -> bool:
    if (wanted.key_columns if wanted else ()) != existing.partition_columns:
        return False
    hidden = wanted.hidden_expressions if wanted else ()
    return [_plain(text) for text in hidden] == [_plain(text) for text in existing.partition_expressions]


def _plain(expression: str) -> str:
    """Without quotes of names, blanks and letter case, which the server writes in its own way."""
    return re.sub(r"[`\s]", "", expression).replace('"', "'").lower()


def _same_partitions(wanted: Partitioning, existing: ExistingTable) -> bool:
    is_range = RANGE.match(existing.partitions.value)
    if wanted.automatic and existing.properties.get(DYNAMIC) == "true":
        return False
    if wanted.kind == "columns" or wanted.hidden_expressions:
        return not is_range and existing.partitions.count > 0
    if wanted.kind == "expression":
        # without a partition nothing tells the expression, and there is nothing to keep either
        return is_range is not None and _spans(wanted.parts[0], is_range[1], is_range[2])
    return _as_written(wanted, existing, is_range is not None)


def _spans(expression: str, lower: str, upper: str) -> bool:
    """Whether a partition of these bounds is one step of the expression."""
    steps = 1
    if sliced := SLICED.fullmatch(expression):
        steps, unit = int(sliced[1]), sliced[2].lower()
    elif truncated := TRUNCATED.fullmatch(expression):
        unit = truncated[1].lower()
    else:
        return False
    end = moment(lower)
    for _ in range(steps):
        end = _after(end, unit)
    return end == moment(upper)


def _after(start: datetime, unit: str) -> datetime:
    if unit in LENGTHS:
        return start + LENGTHS[unit]
    for _ in range(3 if unit == "quarter" else 1):
        start = next_after(start, "month" if unit == "quarter" else unit)
    return start


def _as_written(wanted: Partitioning, existing: ExistingTable, is_range: bool) -> bool:
    """Partitions that the model writes out: by name, or as many as its steps make. A dynamic table has its own."""
    stored = existing.partitions
    if stored.count and is_range != (wanted.kind == "range"):
        return False
    names = [partition.name for partition in wanted.partitions]
    names += [name for text in wanted.texts for name in NAME_IN_TEXT.findall(text)]
    if names:
        return (stored.count, stored.first, stored.last) == (len(names), min(names), max(names))
    counts = [_count(batch) for batch in wanted.batches]
    return None in counts or not counts or stored.count == sum(count for count in counts if count)


def _count(batch: Batch) -> int | None:
    """How many partitions a batch makes; None for bounds in a form of their own."""
    try:
        if not batch.unit:
            return math.ceil((int(batch.end) - int(batch.start)) / batch.step)
        return _steps(moment(batch.start), moment(batch.end), batch)
    except ValueError:
        return None


def _steps(start: datetime, end: datetime, batch: Batch) -> int:
    count = 0
    while start < end:
        for _ in range(batch.step):
            start = _after(start, batch.unit)
        count += 1
    return count
