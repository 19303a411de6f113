"""How a table on the server is partitioned, and which of its partitions a set of rows meets or misses.

Only SHOW CREATE TABLE tells whether partitions come by themselves (PARTITION BY an expression or columns) or were named
one by one (RANGE, LIST); that decides whether a dynamic overwrite replaces some of them or everything."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.column import INTEGERS, StarRocksColumn
from dbt.adapters.starrocks.metadata import ExistingTable, quoted_names
from dbt.adapters.starrocks.time_steps import STEPS, floor, moment, next_after, partition_name, text_of

CLAUSE = re.compile(r"^PARTITION BY (.*?)\s*(?=^(?:DISTRIBUTED BY|ORDER BY|PROPERTIES|COMMENT)\b|\Z)", re.M | re.S)
RANGE_PARTITION = re.compile(r"PARTITION (\S+) VALUES \[\((.*?)\), \((.*?)\)\)")
LIST_PARTITION = re.compile(r"^\s*PARTITION (\S+) VALUES IN \((.*)\),?$", re.M)
SHOWN_RANGE = re.compile(r"keys: \[(.*?)\]; \.\.types: \[.*?\]; keys: \[(.*?)\]")
TRUNCATED = re.compile(r"(?i)date_trunc\('(\w+)',\s*`?(\w+)`?\)")
SLICED = re.compile(r"(?i)time_slice\(`?(\w+)`?,\s*(\d+),\s*'(\w+)',\s*'(\w+)'\)")
NULL = "NULL"
RANGE, LIST, AUTOMATIC, NONE = "range", "list", "automatic", "none"

# a wall-clock time or a number, of one kind in one table
Bound = Any


@dataclass(frozen=True)
class StoredPartition:
    """A range has bounds (`upper` None: no end), a list its rows of values."""

    name: str
    lower: Bound = None
    upper: Bound = None
    values: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class PartitionScheme:
    """`expressions` give a row's partition, one per partition column; `unit`: what one time partition spans."""

    kind: str
    columns: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()
    unit: str = ""
    partitions: tuple[StoredPartition, ...] = ()
    of_numbers: bool = False

    @property
    def is_automatic(self) -> bool:
        return self.kind == AUTOMATIC

    @property
    def coarse_expressions(self) -> tuple[str, ...]:
        """The same, but where ranges were named: few values, each of which tells the partition of all its rows."""
        bounds = [bound for p in self.partitions for bound in (p.lower, p.upper) if bound not in (None, datetime.min)]
        if self.kind != RANGE or not bounds:
            return self.expressions
        expression = self.expressions[0]
        if self.of_numbers:
            step = math.gcd(*(bound - bounds[0] for bound in bounds))
            return (f"{expression} - pmod({expression} - {bounds[0]}, {step})",) if step > 1 else self.expressions
        units = [unit for unit in STEPS[:3] if all(floor(bound, unit) == bound for bound in bounds)]
        return (f"date_trunc('{units[-1]}', {expression})",) if units else self.expressions


UNPARTITIONED = PartitionScheme(NONE)


# --- reading


def scheme_of(create_table: str, table: ExistingTable) -> PartitionScheme:
    """From the text of SHOW CREATE TABLE."""
    found = CLAUSE.search(create_table)
    if found is None:
        return UNPARTITIONED
    clause = found[1]
    columns = {column.name: column for column in table.columns}
    if clause.upper().startswith("RANGE"):
        return _ranges(clause, columns)
    if clause.upper().startswith("LIST"):
        return _lists(clause)
    return _automatic(clause, table, columns)


def _ranges(clause: str, columns: Mapping[str, StarRocksColumn]) -> PartitionScheme:
    head = clause[: clause.rindex("\n(")] if "\n(" in clause else clause
    named = quoted_names(head)
    numeric = len(named) == 1 and columns[named[0]].dtype in INTEGERS
    partitions = tuple(
        StoredPartition(name, _bound(lower, numeric), _bound(upper, numeric))
        for name, lower, upper in RANGE_PARTITION.findall(clause)
    )
    expressions = tuple(f"`{name}`" for name in named) or (head[len("RANGE(") : -1],)
    return PartitionScheme(RANGE, named, expressions, partitions=partitions, of_numbers=numeric)


def _bound(text: str, numeric: bool) -> Bound:
    """The first column's; MAXVALUE is no end. A year that Python does not know is the beginning of time."""
    first = text.split(",")[0].strip().strip('"')
    if first == "MAXVALUE":
        return None
    return int(first) if numeric else moment(first)


def _lists(clause: str) -> PartitionScheme:
    named = quoted_names(clause.split("(\n")[0])
    partitions = tuple(StoredPartition(name, values=_rows(text)) for name, text in LIST_PARTITION.findall(clause))
    return PartitionScheme(LIST, named, tuple(f"`{name}`" for name in named), partitions=partitions)


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Values as the server prints them: between quotes, but not escaped."""
    if text.startswith("("):
        return tuple(tuple(row[1:-1].split("', '")) for row in text.strip("()").split("), ("))
    return tuple((value,) for value in text[1:-1].split("', '"))


def _automatic(clause: str, table: ExistingTable, columns: Mapping[str, StarRocksColumn]) -> PartitionScheme:
    truncated, sliced = TRUNCATED.fullmatch(clause), SLICED.fullmatch(clause)
    if truncated is not None:
        unit, column = truncated[1].lower(), truncated[2]
        return PartitionScheme(AUTOMATIC, (column,), (f"date_trunc('{unit}', `{column}`)",), unit)
    if sliced is not None:
        column, count, unit, side = sliced.groups()
        slices = f"time_slice(`{column}`, interval {count} {unit}, {side})"
        return PartitionScheme(AUTOMATIC, (column,), (slices,))
    named = quoted_names(clause)
    generated = {column.name: column.generated for column in table.columns}
    expressions = tuple(generated.get(name) or f"`{name}`" for name in named)
    by_day = len(named) == 1 and named[0] in columns and columns[named[0]].dtype == "date" and not generated[named[0]]
    return PartitionScheme(AUTOMATIC, named, expressions, "day" if by_day else "")


def shown_ranges(rows: Iterable[Mapping[str, Any]]) -> tuple[StoredPartition, ...]:
    """From SHOW PARTITIONS of a table partitioned by time, in order."""
    found = []
    for row in rows:
        bounds = SHOWN_RANGE.search(str(row.get("range") or ""))
        if bounds is not None:
            found.append(StoredPartition(str(row["partitionname"]), moment(bounds[1]), moment(bounds[2])))
    return tuple(sorted(found, key=lambda partition: partition.lower))


# --- which partitions


@dataclass(frozen=True)
class Touched:
    """Partitions that rows belong to, and those that have to be made for them first."""

    names: tuple[str, ...]
    missing: tuple[StoredPartition, ...]

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names, *(partition.name for partition in self.missing))

    @property
    def name_list(self) -> str:
        return ", ".join(f"`{name}`" for name in self.all_names)


def touched(scheme: PartitionScheme, rows: Iterable[Sequence[Any]], table: str) -> Touched:
    """`rows`: the distinct partition values of the new rows."""
    names: dict[str, None] = {}
    missing: dict[str, StoredPartition] = {}
    for row in rows:
        found = _find(scheme, row)
        if found is not None:
            names[found.name] = None
        else:
            made = _make(scheme, row, table)
            missing[made.name] = made
    return Touched(tuple(names), tuple(missing.values()))


def _find(scheme: PartitionScheme, row: Sequence[Any]) -> StoredPartition | None:
    if scheme.kind == LIST:
        values = tuple(NULL if value is None else str(value) for value in row)
        return next((p for p in scheme.partitions if values in p.values), None)
    if row[0] is None:
        # NULL sorts before everything
        return min(scheme.partitions, key=lambda p: p.lower, default=None)
    return next((p for p in scheme.partitions if contains(p, _value(scheme, row[0]))), None)


def contains(partition: StoredPartition, value: Bound) -> bool:
    return partition.lower <= value and (partition.upper is None or value < partition.upper)


def _value(scheme: PartitionScheme, raw: Any) -> Bound:
    return int(raw) if scheme.of_numbers else moment(str(raw))


def _make(scheme: PartitionScheme, row: Sequence[Any], table: str) -> StoredPartition:
    if scheme.kind == LIST:
        values = tuple(NULL if value is None else str(value) for value in row)
        return StoredPartition(_list_name(values), values=(values,))
    value = _value(scheme, row[0]) if row[0] is not None else None
    made = _next_range(scheme, value) if value is not None else None
    if made is None or any(_overlap(made, there) for there in scheme.partitions):
        raise CompilationError(
            f"No partition of {table} takes rows with {', '.join(scheme.columns)} = {row[0]}, and what its partitions "
            "span does not tell which one to add. Add it (ALTER TABLE … ADD PARTITION), or partition the model by an "
            "expression such as date_trunc('day', column), whose partitions come by themselves."
        )
    return made


def _list_name(values: Sequence[str]) -> str:
    """Like the server's own: `p` and the values; what a name cannot hold is written in hex."""
    readable = "_".join(values)
    safe = re.sub(r"\W", lambda found: "x" + found[0].encode().hex(), readable, flags=re.A)
    return f"p{safe}"[:64]


def _next_range(scheme: PartitionScheme, value: Bound) -> StoredPartition | None:
    """The partition that follows the pattern of those there are."""
    finite = [p for p in scheme.partitions if p.upper is not None and p.lower not in (datetime.min, None)]
    if isinstance(value, datetime):
        unit = scheme.unit or step_of(finite)
        if not unit:
            return None
        lower = floor(value, unit)
        return StoredPartition(partition_name(lower, unit), lower, next_after(lower, unit))
    spans = {p.upper - p.lower for p in finite}
    if len(spans) != 1 or not isinstance(value, int):
        return None
    span, first = spans.pop(), finite[0].lower
    start = first + (value - first) // span * span
    return StoredPartition(f"p{start}".replace("-", "_"), start, start + span)


def step_of(partitions: Sequence[StoredPartition]) -> str:
    """The unit that every partition spans, from its beginning; empty where they differ."""
    for unit in STEPS:
        if partitions and all(_spans(partition, unit) for partition in partitions):
            return unit
    return ""


def _spans(partition: StoredPartition, unit: str) -> bool:
    lower = partition.lower
    return isinstance(lower, datetime) and floor(lower, unit) == lower and next_after(lower, unit) == partition.upper


def _overlap(one: StoredPartition, other: StoredPartition) -> bool:
    starts_before = other.upper is None or one.lower < other.upper
    return bool(starts_before and (one.upper is None or other.lower < one.upper))


def overlapping(partitions: Iterable[StoredPartition], start: datetime, end: datetime) -> list[StoredPartition]:
    window = StoredPartition("", start, end)
    return [partition for partition in partitions if _overlap(window, partition)]


def batch_definition(partition: StoredPartition, unit: str, dates_only: bool) -> str:
    """The same for ADD PARTITIONS, which is the form that tables take whose partitions come by themselves."""
    lower, upper = (_quoted(bound_text(bound, dates_only)) for bound in (partition.lower, partition.upper))
    return f"start ({lower}) end ({upper}) every (interval 1 {unit})"


def definition(partition: StoredPartition, dates_only: bool = False) -> str:
    """What stands behind VALUES in ADD PARTITION."""
    if partition.values:
        rows = [", ".join(NULL if v == NULL else _quoted(v) for v in row) for row in partition.values]
        return f"in ({', '.join(rows if len(partition.values[0]) == 1 else [f'({row})' for row in rows])})"
    bounds = [_quoted(bound_text(bound, dates_only)) for bound in (partition.lower, partition.upper)]
    return f"[({bounds[0]}), ({bounds[1]}))"


def bound_text(bound: Bound, dates_only: bool) -> str:
    return text_of(bound, dates_only) if isinstance(bound, datetime) else str(bound)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
