"""DROP MATERIALIZED VIEW."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import jobs, model
from starrocks_embedded.catalog.rollups import find_rollup
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.alter_table.rollup import drop_rollup
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class DropMaterializedView(Statement):
    name: tuple[str, ...]
    if_exists: bool = False


@grammar("DROP", "MATERIALIZED", "VIEW")
def parse_drop(cursor: Cursor) -> DropMaterializedView:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropMaterializedView(cursor.qualified_name(), if_exists)


@executes(DropMaterializedView)
def drop_materialized_view(session: Session, statement: DropMaterializedView) -> Result:
    from starrocks_embedded.catalog.dependents import deactivate_dependents
    from starrocks_embedded.catalog.tables import drop_physical

    _, database, name = session.resolve(statement.name)
    home = session.engine.catalog.database(database)
    if home is None:
        raise StarRocksError(5501, f"Unknown database '{database}'")
    view = session.engine.catalog.table(home.id, name)
    if view is None or view.materialized is None:
        if view is None or view.kind == "view":
            found = find_rollup(session.engine.catalog, home.id, name)
            if found is not None:
                return _drop_rollup(session, found[0], name)
        if statement.if_exists and (view is None or view.kind == "view"):
            return ok()
        if view is not None and view.kind == "table":
            raise failure("Cannot drop base index by using DROP ROLLUP or DROP MATERIALIZED VIEW.")
        raise failure(f"Materialized view {name} is not found")
    with session.engine.catalog.change(session.connection, [view.id]) as change:
        deactivate_dependents(change, view, f"base-table dropped: {name}")
        drop_physical(change, view)
        change.delete(view)
        task = session.engine.catalog.get(model.Task, view.materialized.task_id)
        if task is not None:
            change.delete(task)
    session.engine.scheduler.cancel(f"mv-{view.id}")
    return ok()


def _drop_rollup(session: Session, table: model.Table, name: str) -> Result:
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        table = session.engine.catalog.get(model.Table, table.id) or table
        jobs.require_normal(session.engine, table)
        drop_rollup(change, table, name)
    return ok()
