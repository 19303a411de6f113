"""What every load does: a body becomes staged rows, and these become rows of a table, together with a label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.visibility import committed, withhold
from starrocks_embedded.errors import failure
from starrocks_embedded.loading import csv_rows, json_rows, problems
from starrocks_embedded.loading.compression import decompressed
from starrocks_embedded.loading.mapping import Mapping, make_mapping
from starrocks_embedded.loading.staging import Staged, stage_rows
from starrocks_embedded.loading.targets import check_kind
from starrocks_embedded.metadata.config import config_value
from starrocks_embedded.statements.filtered_rows import MOST_ROWS
from starrocks_embedded.statements.staging import Rules, drop_stage
from starrocks_embedded.statements.storing import store, write_operations

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.loading.lines import Lines
    from starrocks_embedded.loading.options import Options
    from starrocks_embedded.session import Session

TOO_MANY = "too many filtered rows"
NO_ROWS = (
    "No rows were imported from upstream. Possible causes: 1) all rows were filtered by load conditions, 2) all rows "
    "failed data quality/validation checks, or 3) upstream has no data. If this is acceptable, set `ADMIN SET FRONTEND "
    "CONFIG ('empty_load_as_error' = 'false')` to ignore empty loads"
)
NO_ROWS_BEFORE = (  # 3.4
    "No partitions have data available for loading. If you are sure there may be no data to be loaded, you can use "
    '`ADMIN SET FRONTEND CONFIG ("empty_load_as_error" = "false")` to ensure such load jobs can succeed'
)


@dataclass
class Part:
    """One body on its way into one table. `log` are lines of the load's error log."""

    table: model.Table
    options: Options
    mapping: Mapping
    staged: Staged | None = None
    log: list[str] = field(default_factory=list)

    @property
    def rows(self) -> Staged:
        if self.staged is None:
            raise ValueError("the body was not read yet")
        return self.staged


# ---- planning


def plan_part(session: Session, table: model.Table, options: Options) -> Part:
    check_kind(table)
    mapping = make_mapping(session, table, options)
    if options.condition:
        _check_condition(table, mapping, options.condition)
    for name in options.partitions:
        if table.partition(name, options.temporary) is None:
            raise failure(f"Unknown partition '{name}' in table '{table.name}'")
    return Part(table, options, mapping)


def _check_condition(table: model.Table, mapping: Mapping, name: str) -> None:
    if table.keys != "primary":
        raise failure(f"Conditional update only support primary key table {table.name}")
    given = [c for c, _ in mapping.values] if mapping.partial else table.visible_columns
    column = next((c for c in given if c.name.lower() == name.lower()), None)
    if column is None:
        raise failure(
            f"Merge condition column {name} does not exist. If you are doing partial update with condition update, "
            "please check condition column is in the given update columns. "
            f"Otherwise please check condition column is in table {table.name}"
        )
    if column.key:
        raise failure(f"Merge condition column {name} should not be primary key!")
    if column.type.is_string or column.type.is_metric_object or column.type.name in ("json", "varbinary"):
        raise failure("Merge condition column has invalid type maybe bitmap/hll/percentile/json/varchar!")


# ---- bodies


def stage_part(session: Session, part: Part, body: Path) -> None:
    """Reads the body; afterwards its good rows wait in a temporary table."""
    options, mapping = part.options, part.mapping
    plain = decompressed(body, options.compression)
    if options.format == "json":
        source, mark = json_rows.json_lines(plain, mapping.fields, options), json_rows.NULL_MARK
    else:
        source, mark = csv_rows.csv_lines(plain, options, MOST_ROWS), csv_rows.NULL_MARK
    if any(c.auto_increment for c in part.table.columns):
        part.staged = _stage_numbered(session, part, source, mark)
    else:
        part.staged = stage_rows(session, part.table, mapping, options, source, mark)
    if mapping.partial:
        _check_sort_key(session, part)
    part.log = problems.explained(mapping, options, part.staged, source, plain)


def _check_sort_key(session: Session, part: Part) -> None:
    """A row that is written in part must still say where it is sorted, but may not be moved in the column mode; one
    that is deleted need not."""
    given, sorted_by = {c.name.lower() for c, _ in part.mapping.values}, {n.lower() for n in part.table.order_by}
    keys = {n.lower() for n in part.table.key_columns}
    moves = part.options.partial_mode == "column" and given & sorted_by - keys
    if sorted_by <= given and not moves:
        return
    if session.connection.rows(f"SELECT 1 FROM {part.rows.batch.name} WHERE op = 0 LIMIT 1"):
        raise failure("partial update on table with sort key must provide all sort key columns")


def _stage_numbered(session: Session, part: Part, source: Lines, mark: str) -> Staged:
    """AUTO_INCREMENT values are given to rows now; nobody else is given them until then, nor if the load fails."""
    catalog = session.engine.catalog
    with catalog.holding([part.table.id]):
        table = catalog.get(model.Table, part.table.id) or part.table
        staged = stage_rows(session, table, part.mapping, part.options, source, mark)
        with catalog.change(session.connection) as change:
            change.edit(table).next_auto_increment += staged.batch.rows + staged.filtered + staged.unselected
        staged.batch.auto_increments = 0
    return staged


def forget(session: Session, parts: Sequence[Part]) -> None:
    for part in parts:
        if part.staged is not None:
            drop_stage(session, part.staged.batch)


# ---- storing


def judge(session: Session, parts: Sequence[Part]) -> None:
    """Refuses a load of which too many rows were filtered, or that has no row at all."""
    for part in parts:
        staged = part.rows
        if staged.filtered > part.options.max_filter_ratio * (staged.loaded + staged.filtered):
            raise failure(TOO_MANY)
    check_not_empty(session, parts)


def check_not_empty(session: Session, parts: Sequence[Part]) -> None:
    empty = not any(p.rows.loaded for p in parts)
    if empty and config_value(session.engine, "empty_load_as_error") == "true":
        raise failure(NO_ROWS if session.engine.version.at_least("3.5") else NO_ROWS_BEFORE)


def store_parts(
    session: Session,
    parts: Sequence[Part],
    label: str,
    transaction: int,
    judged: Callable[[Session, Sequence[Part]], None] = judge,
    **facts: Any,
) -> str:
    """Puts all staged rows into their tables, in one transaction; the info of the load when it is committed."""
    engine = session.engine
    with engine.catalog.change(session.connection, {p.table.id for p in parts}) as change:
        for part in parts:
            _store(session, change, part)
        judged(session, parts)
        rows, filtered = sum(p.rows.loaded for p in parts), sum(p.rows.filtered for p in parts)
        labels.remember(change, parts[0].table, label, transaction, rows, filtered, **facts)
        for part in parts:
            drop_stage(session, part.rows.batch)
    return committed(session, label, transaction, [p.table for p in parts], "BACKEND_STREAMING")


def _store(session: Session, change: Change, part: Part) -> None:
    staged = part.rows
    batch = staged.batch
    table = session.engine.catalog.get(model.Table, part.table.id)
    if table is None:
        raise failure(f"Table {part.table.name} is not found")
    if [(c.id, c.type) for c in table.columns] != [(c.id, c.type) for c in part.table.columns]:
        raise failure(f"The columns of {table.name} were changed while its load ran. Load again")
    withhold(session.engine, change, table)
    if part.mapping.operation != 0:
        write_operations(change, batch)

    before = batch.filtered
    store(session, change, batch, Rules(strict=False, max_filter_ratio=1.0))
    part.log = [*part.log, *batch.log][:MOST_ROWS]
    homeless = batch.filtered - before
    staged.loaded, staged.filtered = staged.loaded - homeless, staged.filtered + homeless
