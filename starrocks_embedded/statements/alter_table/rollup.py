"""ADD ROLLUP and DROP ROLLUP: accepted with their checks; nothing is stored twice, so nothing has to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure
from starrocks_embedded.statements.alter_table import clauses as c

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.engine import Engine


def rollups(engine: Engine, table: model.Table) -> list[str]:
    """Names of the rollups that are built."""
    jobs = [j for j in engine.catalog.all(model.Job) if j.kind == "rollup" and j.details.get("table_id") == table.id]
    return [j.details["rollup"] for j in jobs if j.state == "FINISHED" and not j.details.get("dropped")]


def check_rollup(engine: Engine, table: model.Table, clause: c.AddRollup) -> None:
    if clause.name == table.name or clause.name in rollups(engine, table):
        raise failure(f"Rollup index[{clause.name}] already exists")
    if clause.source and clause.source != table.name and clause.source not in rollups(engine, table):
        raise failure(f"Base index[{clause.source}] does not exist")
    seen = set()
    for name in clause.columns:
        column = table.column(name)
        if column is None:
            raise failure(f"Column[{name}] does not exist")
        if column.name in seen:
            raise failure(f"Duplicated column[{name}]")
        seen.add(column.name)
    if not any(k.key for k in table.columns if k.name in seen):
        raise failure("No key column is found")


def drop_rollup(change: Change, table: model.Table, name: str) -> None:
    if name == table.name:
        raise failure("Cannot drop base index by using DROP ROLLUP or DROP MATERIALIZED VIEW.")
    for job in change.catalog.all(model.Job):
        if (
            job.details.get("table_id") == table.id
            and job.details.get("rollup") == name
            and not job.details.get("dropped")
        ):
            change.edit(job).details["dropped"] = True
            return
    raise failure(f"Materialized view [{name}] does not exist in table [{table.name}]")


def rename_rollup(change: Change, table: model.Table, clause: c.RenameRollup, taken: list[str]) -> None:
    if clause.old in taken and clause.new in (*taken, table.name):
        raise failure(f"Rollup name[{clause.new}] is already used")
    for job in change.catalog.all(model.Job):
        if (
            job.details.get("table_id") == table.id
            and job.details.get("rollup") == clause.old
            and not job.details.get("dropped")
        ):
            change.edit(job).details["rollup"] = clause.new
            return
    raise failure(f"Rollup index[{clause.old}] does not exists")
