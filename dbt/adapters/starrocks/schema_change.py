"""What a table's columns lack to hold what a query returns, and the ALTER jobs that bring it about.

A job runs after its statement has returned: until it is done the server refuses an overwrite, and another ALTER."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import CompilationError, DbtDatabaseError

from dbt.adapters.starrocks.column import INTEGERS, StarRocksColumn
from dbt.adapters.starrocks.metadata import ExistingTable, ListedRelation
from dbt.adapters.starrocks.table_config.columns import ColumnDefinition

logger = AdapterLogger("StarRocks")

# digits that an integer may have
DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 19, "largeint": 39}
# a string at least as long holds every number, date and time as text
LONGEST_SCALAR = 48
TEXTUAL = (*INTEGERS, "float", "double", "decimal", "json")
BUSY = re.compile(
    r"schema change operation is in progress|is currently in state|rollup index is being created"
    r"|doing insert overwrite job|table state is|under SCHEMA_CHANGE",
    re.I,
)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
DEFAULT_TIMEOUT = 3600.0

Ask = Callable[[str], Sequence[Mapping[str, Any]]]


# --- the difference


@dataclass(frozen=True)
class SchemaChange:
    """`retyped`: the stored columns with their new types."""

    added: tuple[ColumnDefinition, ...] = ()
    dropped: tuple[StarRocksColumn, ...] = ()
    retyped: tuple[StarRocksColumn, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.retyped)

    def describe(self) -> str:
        listed = [f"new column {column.name} {column.data_type}" for column in self.added]
        listed += [f"column {column.name} is gone" for column in self.dropped]
        listed += [f"column {column.name} is now {column.data_type}" for column in self.retyped]
        return "; ".join(listed)


def difference(
    stored: Sequence[StarRocksColumn], found: Sequence[StarRocksColumn], wanted: Sequence[ColumnDefinition]
) -> SchemaChange:
    """`found`: what the query returns; `wanted`: the same columns as the model's configs and contract want them.

    Names do not differ by case. A type differs only where the stored one cannot hold what the query returns."""
    known = {column.name.lower(): column for column in stored if not column.generated}
    definitions = {definition.name.lower(): definition for definition in wanted}
    returned = {column.name.lower(): _declared(column, definitions.get(column.name.lower())) for column in found}
    retyped = []
    for name, column in returned.items():
        if name in known and not holds(known[name], column):
            retyped.append(_retyped(known[name], column))
    return SchemaChange(
        added=tuple(definitions[name] for name in returned if name not in known and name in definitions),
        dropped=tuple(column for name, column in known.items() if name not in {*returned, *definitions}),
        retyped=tuple(retyped),
    )


def _declared(column: StarRocksColumn, definition: ColumnDefinition | None) -> StarRocksColumn:
    """The type that the model declares; a string without a declared length has the length that the query gives."""
    if definition is None or (column.is_string() and definition.data_type == "string"):
        return column
    return StarRocksColumn.from_description(column.name, definition.data_type)


def _retyped(stored: StarRocksColumn, found: StarRocksColumn) -> StarRocksColumn:
    fresh = replace(found, column=stored.column)
    if stored.is_numeric() and found.is_numeric():
        # room for both: what the query returns may have more digits on one side and fewer on the other
        (whole, scale), (other_whole, other_scale) = _digits(stored), _digits(found)
        fresh.numeric_scale = max(scale, other_scale)
        fresh.numeric_precision = max(whole, other_whole) + fresh.numeric_scale
    fresh.nullable, fresh.is_key = stored.nullable, stored.is_key
    fresh.comment, fresh.default = stored.comment, stored.default
    return fresh


def holds(stored: StarRocksColumn, found: StarRocksColumn) -> bool:
    """Whether every value of the found type has its place in the stored one."""
    if stored.data_type == found.data_type:
        return True
    if stored.is_string():
        if found.is_string():
            return found.string_size() <= stored.string_size()
        return not found.is_nested() and stored.string_size() >= LONGEST_SCALAR
    if stored.is_integer():
        return found.dtype == "boolean" or (found.is_integer() and not stored.can_expand_to(found))
    if stored.is_numeric():
        return _decimal_holds(stored, found)
    if stored.is_float():
        return found.is_integer() or found.is_numeric() or found.dtype == "float"
    return stored.dtype == "datetime" and found.dtype == "date"


def _decimal_holds(stored: StarRocksColumn, found: StarRocksColumn) -> bool:
    whole, scale = _digits(stored)
    if found.is_integer():
        return DIGITS[found.dtype] <= whole
    if not found.is_numeric():
        return False
    other_whole, other_scale = _digits(found)
    return other_whole <= whole and other_scale <= scale


def _digits(column: StarRocksColumn) -> tuple[int, int]:
    """Before and after the point."""
    scale = int(column.numeric_scale or 0)
    return int(column.numeric_precision or 38) - scale, scale


def may_become(stored: StarRocksColumn, found: StarRocksColumn) -> bool:
    """The changes of type that the server makes in place, as far as they widen."""
    if stored.can_expand_to(found):
        return True
    if found.is_string():
        return stored.dtype in TEXTUAL
    if stored.is_integer():
        return found.dtype == "double" and stored.dtype != "largeint"
    return stored.dtype == "date" and found.dtype == "datetime"


def asked(
    stored: Sequence[StarRocksColumn], added: Iterable[StarRocksColumn], dropped: Iterable[StarRocksColumn]
) -> SchemaChange:
    """Columns by name, as dbt's macros hand them over; one that is there already is not added again."""
    known = {column.name.lower(): column for column in stored}
    fresh = {column.name.lower(): ColumnDefinition(column.name, column.data_type) for column in added}
    return SchemaChange(
        added=tuple(definition for name, definition in fresh.items() if name not in known),
        dropped=tuple(known[column.name.lower()] for column in dropped if column.name.lower() in known),
    )


def asked_type(stored: Sequence[StarRocksColumn], name: str, data_type: str) -> SchemaChange:
    for column in stored:
        if column.name.lower() == name.strip("`").lower():
            wanted = StarRocksColumn.from_description(column.name, data_type)
            return SchemaChange(retyped=(_retyped(column, wanted),) if wanted.data_type != column.data_type else ())
    raise CompilationError(f"There is no column {name} whose type could change.")


def followed(mode: str, change: SchemaChange, name: str) -> SchemaChange:
    """As much of the difference as `on_schema_change` lets happen."""
    if mode == "fail" and change:
        raise CompilationError(
            f"on_schema_change is `fail`, and the query of {name} no longer fits its table: {change.describe()}. "
            "Set `append_new_columns` or `sync_all_columns`, change the query, or run with --full-refresh."
        )
    if mode == "sync_all_columns":
        return change
    return SchemaChange(added=change.added) if mode == "append_new_columns" else SchemaChange()


def to_write(
    stored: Sequence[StarRocksColumn], options: Mapping[str, Any], found: Sequence[StarRocksColumn] | None, name: str
) -> list[StarRocksColumn]:
    """The table's columns that an INSERT names: not those the server fills, nor, where columns may differ, those that
    the query (`found`) does not return."""
    filled = {key.strip("`").lower() for key, value in options.items() if (value or {}).get("auto_increment")}
    columns = [column for column in stored if not column.generated and column.name.lower() not in filled]
    if found is None:
        return columns
    returned = {column.name.lower() for column in found}
    kept = [column for column in columns if column.name.lower() in returned]
    if not kept:
        raise CompilationError(f"The query returns none of the columns of {name}. Run the model with --full-refresh.")
    return kept


def refuse_missing(stored: Sequence[StarRocksColumn], found: Sequence[StarRocksColumn], name: str) -> None:
    """Where columns are not to follow, each of the table's must be there."""
    returned = {column.name.lower() for column in found}
    missing = [column.name for column in stored if column.name.lower() not in returned]
    if missing:
        raise CompilationError(
            f"The query no longer returns {', '.join(missing)}, which {name} has. Set `on_schema_change` to "
            "append_new_columns (the column stays, empty in new rows) or sync_all_columns (it goes), or run with "
            "--full-refresh."
        )


def casts(columns: Sequence[StarRocksColumn], found: Sequence[StarRocksColumn]) -> dict[str, str]:
    """Columns whose new values would drag the stored ones into a third type, and the type to cast them to."""
    returned = {column.name.lower(): column for column in found}
    needed = {}
    for column in columns:
        new = returned.get(column.name.lower())
        if new is not None and not _joins(column, new):
            needed[column.name] = column.data_type
    return needed


def _joins(stored: StarRocksColumn, new: StarRocksColumn) -> bool:
    """Whether the common type of both is the stored one, or strings, whose length an INSERT checks by itself."""
    if stored.data_type == new.data_type or (stored.is_string() and new.is_string()):
        return True
    return stored.is_integer() and new.is_integer() and holds(stored, new)


def default_clause(default: str) -> str:
    """DEFAULT as the server reads it: a text in quotes, but for the functions it knows."""
    if re.fullmatch(r"(?i)current_timestamp(\(\d*\))?|\(?uuid(_numeric)?\(\)\)?", default):
        return f"default {default}"
    escaped = default.replace("\\", "\\\\").replace('"', '\\"')
    return f'default "{escaped}"'


# --- what the server would refuse


def refuse_impossible(
    change: SchemaChange, name: str, table: ExistingTable, views: Iterable[ListedRelation]
) -> SchemaChange:
    """Says which columns stand in the way, before any of it is sent."""
    problems = [*_cannot_add(change, table), *_cannot_drop(change, table, list(views)), *_cannot_retype(change, table)]
    if problems:
        raise CompilationError(
            f"The columns of {name} cannot follow the query: {'; '.join(problems)}. "
            "Run the model with --full-refresh to rebuild the table."
        )
    return change


def _cannot_add(change: SchemaChange, table: ExistingTable) -> Iterable[str]:
    for column in change.added:
        if column.not_null and not column.default:
            yield f"{column.name} is NOT NULL and has no default, so that the rows there are could not have it"
        elif table.key_model == "AGGREGATE" and not column.aggregate:
            yield f"{column.name} would become a key of an AGGREGATE KEY table (`column_options` names an aggregate)"


def _cannot_drop(change: SchemaChange, table: ExistingTable, views: Sequence[ListedRelation]) -> Iterable[str]:
    dropped = {column.name.lower() for column in change.dropped}
    left = {column.name.lower() for column in table.visible_columns} - dropped
    if dropped and not left:
        yield "all of its columns would go"
    for column in change.dropped:
        reason = _use(column.name, table) or _view_use(column.name, views)
        if reason:
            yield f"{column.name} cannot be dropped, it is {reason}"
    if table.key_model == "DUPLICATE" and table.keys and not {key.lower() for key in table.keys} & left:
        yield f"{', '.join(table.keys)} cannot be dropped, no key column would be left"


def _cannot_retype(change: SchemaChange, table: ExistingTable) -> Iterable[str]:
    stored = {column.name.lower(): column for column in table.visible_columns}
    for column in change.retyped:
        before = stored[column.name.lower()]
        reason = _use(column.name, table)
        if reason:
            yield f"{column.name} cannot become {column.data_type}, it is {reason}"
        elif table.key_model == "AGGREGATE":
            yield f"{column.name} cannot become {column.data_type} beside an aggregate"
        elif not may_become(before, column):
            yield f"{column.name} cannot become {column.data_type}, it is {before.data_type}"


def _use(column: str, table: ExistingTable) -> str:
    """What the table needs a column for; empty where it is free. The key of a DUPLICATE table may change."""
    name = column.lower()
    if name in _lowered(table.partition_columns) or any(_names(name, text) for text in table.partition_expressions):
        return "what the table is partitioned by"
    if name in _lowered(table.distribution_columns):
        return "what the table is distributed by"
    if table.key_model != "DUPLICATE" and name in _lowered(table.keys):
        return f"a key of this {table.key_model} KEY table"
    if table.key_model == "PRIMARY" and name in _lowered(table.sort_key):
        return "what the table is sorted by"
    for other in table.visible_columns:
        if other.generated and _names(name, other.generated):
            return f"what {other.name} is generated from"
    return ""


def _view_use(column: str, views: Sequence[ListedRelation]) -> str:
    users = [view.name for view in views if _names(column, view.definition or "")]
    return f"read by the materialized view {', '.join(users)}" if users else ""


def _lowered(listed: Iterable[str]) -> set[str]:
    return {name.lower() for name in listed}


def _names(column: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(column)}(?!\w)", text, re.I) is not None


# --- the jobs


class AlterJobs:
    """Schema changes of one table, seen through to their end. `ask` runs a statement and returns its rows."""

    def __init__(
        self,
        ask: Ask,
        schema: str,
        table: str,
        timeout: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._schema = schema
        self._table = table
        self._sleep = sleep
        self._clock = clock
        self._timeout = timeout
        self._ends = clock() + timeout

    def run(self, sql: str) -> None:
        """Sends an ALTER, after whatever job of another keeps the table busy, and waits until it took effect."""
        pause = FIRST_PAUSE
        while True:
            try:
                self._ask(sql)
                break
            except DbtDatabaseError as error:
                if not BUSY.search(str(error)):
                    raise
                logger.debug(f"{self._table} is busy with another job, waiting: {error}")
                pause = self._pause(pause, str(error))
        self.wait()

    def wait(self) -> None:
        """Until the newest job is done. Jobs of one second are told apart by their ids alone."""
        pause = FIRST_PAUSE
        while True:
            job = self._newest()
            state = str(job.get("state") or "FINISHED") if job else "FINISHED"
            if state == "FINISHED":
                return
            if state == "CANCELLED":
                raise DbtDatabaseError(
                    f"The server gave up changing the columns of {self._table}: {job.get('msg') or 'it gave no reason'}"
                )
            pause = self._pause(pause, f"the job is {state}")

    def _newest(self) -> Mapping[str, Any]:
        name = self._table.replace("\\", "\\\\").replace("'", "''")
        rows = self._ask(
            f"show alter table column from `{self._schema}` where TableName = '{name}' order by JobId desc limit 1"
        )
        return rows[0] if rows else {}

    def _pause(self, pause: float, reason: str) -> float:
        if self._clock() + pause > self._ends:
            raise DbtDatabaseError(
                f"Waited {self._timeout:g} seconds for {self._table} to change its columns: {reason}. The job goes on; "
                f"see SHOW ALTER TABLE COLUMN FROM `{self._schema}`. "
                "Raise `schema_change_timeout` (seconds) in the model's config if it needs longer."
            )
        self._sleep(pause)
        return min(pause * 2, LONGEST_PAUSE)
