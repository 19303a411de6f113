"""A batch's window against the table's partitions: which one statement replaces exactly the rows of the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.existing_partitions import (
    RANGE,
    PartitionScheme,
    StoredPartition,
    overlapping,
    step_of,
)
from dbt.adapters.starrocks.metadata import ExistingTable
from dbt.adapters.starrocks.table_config.values import boolean, refuse
from dbt.adapters.starrocks.time_steps import STEPS, floor, next_after, partition_name, text_of, wall_clock

# the window is a partition; lies inside one; spans several; has nothing to do with partitions
VALUE, INSIDE, SEVERAL, TABLE = "value", "inside", "several", "table"
DYNAMIC, DELETE_THEN_INSERT = "dynamic", "delete_then_insert"

Supports = Callable[[Feature], bool]


@dataclass(frozen=True)
class Batch:
    """`statement` replaces the rows of [start, end); `serial`: it rewrites rows of other batches too, so that none may
    run beside it."""

    column: str
    start: datetime
    end: datetime
    statement: str
    unit: str = ""
    dates_only: bool = False
    predicates: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def window(self) -> str:
        lower, upper = (text_of(bound, self.dates_only and _is_midnight(bound)) for bound in (self.start, self.end))
        return f"`{self.column}` >= '{lower}' and `{self.column}` < '{upper}'"

    @property
    def kept_if(self) -> str:
        """Stored rows that stay; one without a time belongs to no batch."""
        return f"not coalesce({' and '.join([self.window, *(f'({p})' for p in self.predicates)])}, false)"

    @property
    def kept_inside(self) -> str:
        """The same within the partition that the window lies in."""
        lower = floor(self.start, self.unit)
        whole = Batch(self.column, lower, next_after(lower, self.unit), VALUE, dates_only=self.dates_only)
        return f"{whole.window} and {self.kept_if}"

    @property
    def value(self) -> str:
        """The partition by its value."""
        start = floor(self.start, self.unit) if self.unit else self.start
        return f"`{self.column}` = '{text_of(start, self.dates_only)}'"

    def add_clause(self, run: tuple[datetime, datetime]) -> str:
        """ADD PARTITIONS of a run of missing ones."""
        lower, upper = (text_of(bound, self.dates_only) for bound in run)
        return f"start ('{lower}') end ('{upper}') every (interval 1 {self.unit})"

    @property
    def serial(self) -> bool:
        return self.statement not in (VALUE, DYNAMIC)


def _is_midnight(given: datetime) -> bool:
    return floor(given, "day") == given


def batch_of(
    model: Mapping[str, Any],
    table: ExistingTable,
    scheme: PartitionScheme,
    predicates: Sequence[str],
    supports: Supports,
) -> Batch:
    config = model["config"]
    column = _event_time(config, table)
    start, end = _bounds(model)
    statement, unit = _fit(scheme, column, str(config.get("batch_size")), start, end, supports)
    if predicates and statement == VALUE:
        # whole partitions know no predicates
        statement = INSIDE
    notices: tuple[str, ...] = ()
    if not boolean("delete_insert_atomic", config.get("delete_insert_atomic", True)):
        statement = _two_statements(predicates)
    elif boolean("microbatch_use_dynamic_overwrite", config.get("microbatch_use_dynamic_overwrite") or False):
        obstacle = _dynamic_obstacle(statement, column.name, scheme, predicates, supports)
        statement, notices = (statement, (obstacle,)) if obstacle else (_dynamic(statement), ())
    return Batch(column.name, start, end, statement, unit, column.dtype == "date", tuple(predicates), notices)


def _event_time(config: Mapping[str, Any], table: ExistingTable) -> StarRocksColumn:
    name = str(config["event_time"]).strip('`"')
    for column in table.visible_columns:
        if column.name.lower() == name.lower():
            if column.dtype not in ("date", "datetime"):
                refuse("event_time", name, f"the column is {column.data_type}", "Cast it to DATETIME or DATE.")
            return column
    columns = ", ".join(column.name for column in table.visible_columns)
    refuse("event_time", name, "the table has no such column", f"Its columns are: {columns}.")


def _bounds(model: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """From the batch (dbt 1.9 and newer), or from the config that dbt kept beside it."""
    batch, config = model.get("batch") or {}, model["config"]
    found = [
        batch.get(f"event_time_{side}") or config.get(f"__dbt_internal_microbatch_event_time_{side}")
        for side in ("start", "end")
    ]
    if any(bound is None for bound in found):
        raise CompilationError("dbt gave this microbatch model no window. Run it with `dbt run` or `dbt build`.")
    return wall_clock(found[0]), wall_clock(found[1])


def _fit(
    scheme: PartitionScheme, column: StarRocksColumn, size: str, start: datetime, end: datetime, supports: Supports
) -> tuple[str, str]:
    """How the window lies in the partitions, and the unit that one of them spans."""
    by_time = [name.lower() for name in scheme.columns] == [column.name.lower()]
    if scheme.kind == RANGE and by_time:
        return SEVERAL, step_of(scheme.partitions)
    if not scheme.is_automatic or not by_time or not scheme.unit or "`" not in scheme.expressions[0]:
        return TABLE, ""
    unit = scheme.unit
    if unit not in STEPS:
        return TABLE, ""
    if floor(start, unit) == start and next_after(start, unit) == end:
        return VALUE, unit
    if next_after(floor(start, unit), unit) >= end:
        return INSIDE, unit
    # ranges by name: 3.3 cannot overwrite them where they come by themselves; lists are named by their values
    truncated = scheme.expressions[0].startswith("date_trunc")
    return (SEVERAL, unit) if truncated and supports(Feature.OVERWRITE_AUTOMATIC_BY_NAME) else (TABLE, unit)


def _two_statements(predicates: Sequence[str]) -> str:
    if predicates:
        rule = "the DELETE of a batch takes the window and nothing else"
        refuse("incremental_predicates", list(predicates), rule, "Remove them, or `delete_insert_atomic: false`.")
    return DELETE_THEN_INSERT


def _dynamic(statement: str) -> str:
    # an empty batch has to empty its partition, which only the overwrite by value does
    return statement if statement == VALUE else DYNAMIC


def _dynamic_obstacle(
    statement: str, column: str, scheme: PartitionScheme, predicates: Sequence[str], supports: Supports
) -> str | None:
    """Why the batch is written as without the config, which asks for speed and must not cost rows."""
    if not supports(Feature.DYNAMIC_OVERWRITE):
        reason = f"dynamic overwrite needs StarRocks {Feature.DYNAMIC_OVERWRITE.since} or newer"
    elif statement in (INSIDE, TABLE) or not scheme.is_automatic or predicates:
        reason = (
            f"the partitions do not follow the batches of {column}, so a dynamic overwrite would replace rows "
            "of other batches too"
        )
    else:
        return None
    return (
        f"`microbatch_use_dynamic_overwrite` has no effect: {reason}. Batches are written without it; to write only "
        f"the partitions of a batch, partition the model by {column} in steps of its batch_size."
    )


# --- windows over several partitions


@dataclass(frozen=True)
class Cover:
    """The partitions that a window meets. `missing` are runs of partitions to add; `exact`: nothing else is in them."""

    names: tuple[str, ...]
    missing: tuple[tuple[datetime, datetime], ...]
    exact: bool

    @property
    def name_list(self) -> str:
        return ", ".join(f"`{name}`" for name in self.names)


def cover(batch: Batch, partitions: Sequence[StoredPartition], table: str) -> Cover:
    met = overlapping(partitions, batch.start, batch.end)
    missing = _gaps(batch, met)
    if missing and not batch.unit:
        raise CompilationError(
            f"No partition of {table} takes the rows from {missing[0][0]} to {missing[0][1]}, and its partitions do "
            "not all span the same unit, which would tell the ones to add. Add them, or partition the model by "
            "date_trunc(), whose partitions come by themselves."
        )
    names = [partition.name for partition in met]
    for start, end in missing:
        names += [partition_name(lower, batch.unit) for lower in _steps(start, end, batch.unit)]
    outside = any(p.lower < batch.start or p.upper is None or p.upper > batch.end for p in met)
    return Cover(tuple(names), tuple(missing), exact=not outside and not batch.predicates)


def _gaps(batch: Batch, met: Sequence[StoredPartition]) -> list[tuple[datetime, datetime]]:
    """What of the window no partition covers, widened to whole partitions."""
    gaps, reached = [], batch.start
    for partition in sorted(met, key=lambda p: p.lower):
        if partition.lower > reached:
            gaps.append((reached, partition.lower))
        reached = max(reached, partition.upper) if partition.upper is not None else batch.end
    if reached < batch.end:
        gaps.append((reached, batch.end))
    return [_widened(start, end, batch.unit) for start, end in gaps]


def _widened(start: datetime, end: datetime, unit: str) -> tuple[datetime, datetime]:
    if not unit:
        return start, end
    last = floor(end, unit)
    return floor(start, unit), end if last == end else next_after(last, unit)


def _steps(start: datetime, end: datetime, unit: str) -> list[datetime]:
    found = []
    while start < end:
        found.append(start)
        start = next_after(start, unit)
    return found


# --- one after the other


class Turns:
    """Batches of one model that rewrite each other's rows go one by one, whatever `concurrent_batches` says."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[tuple[str, ...], threading.Lock] = {}
        self._held = threading.local()

    def take(self, relation: tuple[str, ...]) -> None:
        self.leave()
        with self._guard:
            lock = self._locks.setdefault(relation, threading.Lock())
        lock.acquire()
        self._held.lock = lock

    def leave(self) -> None:
        lock: threading.Lock | None = getattr(self._held, "lock", None)
        self._held.lock = None
        if lock is not None:
            lock.release()
