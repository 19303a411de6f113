"""Rows straight from a query into a table that only collects them: one DuckDB statement, no stage.

It fits unpartitioned DUPLICATE KEY tables outside of explicit transactions. Rows that break a rule are stored too, at
first, in no partition: so they are found, judged and taken out again within the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.statements.filtered_rows import explained
from starrocks_embedded.statements.staging import NEVER, Batch, Rules, Source, bad_row, completed_rows, judge
from starrocks_embedded.statements.storing import OVERWRITTEN, touch

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session


def collects(table: model.Table) -> bool:
    """Whether rows may go straight into the table."""
    return (
        table.keys == "duplicate"
        and table.partitioning.kind == "none"
        and not any(c.auto_increment for c in table.columns)
        and not any(p.temporary for p in table.partitions)
    )


def append(
    session: Session,
    change: Change,
    table: model.Table,
    columns: list[model.Column],
    source: Source,
    rules: Rules,
    replacing: bool = False,
) -> Batch:
    """Adds the rows; with `replacing` they stand instead of all that the table had, which the query may have read."""
    edited = change.edit(table)
    batch = Batch(edited, "", list(columns))
    rows = completed_rows(session, batch, columns, source)
    old = edited.partitions[0].id
    if replacing:
        edited.partitions[0].id = change.catalog.new_id()
        edited.partitions[0].visible_time = edited.updated
    _insert(change, batch, rows, source)
    _settle(session, change, batch, rules)
    if replacing:
        change.run(f'DELETE FROM data."{edited.physical}" WHERE p = {old}')
    touch(edited, [p.id for p in edited.partitions] if batch.rows else [])
    if replacing:
        edited.partitions[0].version = OVERWRITTEN
    return batch


def _insert(change: Change, batch: Batch, rows: str, source: Source) -> None:
    names = ", ".join(f'"{c.physical}"' for c in batch.columns)
    home, bad = batch.table.partitions[0].id, bad_row(batch)
    partition = str(home) if bad == NEVER else f"CASE WHEN {bad} THEN NULL ELSE {home} END"
    target = f'data."{batch.table.physical}" ({names}, p)'
    batch.rows = change.run(f"INSERT INTO {target} SELECT {names}, {partition} FROM ({rows}) x", source.parameters)


def _settle(session: Session, change: Change, batch: Batch, rules: Rules) -> None:
    if not batch.rows or bad_row(batch) == NEVER:
        return
    homeless = f'FROM data."{batch.table.physical}" WHERE p IS NULL'
    [(bad,)] = change.rows(f"SELECT count(*) {homeless}")
    if bad:
        batch.rows, batch.filtered = batch.rows - bad, bad
        batch.log += explained(session.connection, batch.columns, homeless)
        judge(session, batch, rules)
        change.run(f"DELETE {homeless}")
