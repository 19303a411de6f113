"""The recycle bin: what DROP without FORCE leaves behind for a day, and how it comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.tables import drop_physical, now_text

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog, Change

KEPT = timedelta(days=1)


def recycle_table(change: Change, table: model.Table) -> None:
    """Takes a table out of its database and keeps its data. A newer drop of that name replaces an older one."""
    for old in _tables(change.catalog, table.database_id, table.name):
        _purge(change, old)
    purge_expired(change)
    change.put(model.Recycled(change.catalog.new_id(), table.name, now_text(), table=table))
    change.delete(table)


def recycle_partition(change: Change, table: model.Table, partition: model.Partition) -> None:
    """Keeps a partition's rows; the caller takes them out of the table."""
    for old in _partitions(change.catalog, table, partition.name):
        _purge(change, old)
    purge_expired(change)
    kept = model.Recycled(change.catalog.new_id(), partition.name, now_text(), partition=partition, owner=table.id)
    change.run(f'CREATE TABLE data."{kept.physical}" AS SELECT * FROM data."{table.physical}" WHERE p = {partition.id}')
    change.put(kept)


def restore_partition(change: Change, table: model.Table, kept: model.Recycled) -> None:
    """Puts a partition and its rows back."""
    assert kept.partition is not None
    names = ", ".join([*(f'"{c.physical}"' for c in table.columns), "p"])
    for physical in (table.physical, *table.layers):
        change.run(f'INSERT INTO data."{physical}" ({names}) SELECT {names} FROM data."{kept.physical}"')
    table.partitions.append(kept.partition)
    _purge(change, kept)


def find_partition(catalog: Catalog, table: model.Table, name: str) -> model.Recycled | None:
    return next(iter(_partitions(catalog, table, name)), None)


def _partitions(catalog: Catalog, table: model.Table, name: str) -> list[model.Recycled]:
    kept = [r for r in catalog.all(model.Recycled) if r.partition is not None and r.owner == table.id]
    return [r for r in kept if r.name.lower() == name.lower()]


def recycle_database(change: Change, database: model.Database, tables: list[model.Table]) -> None:
    """Keeps the names of its tables: without one of them, as after DROP … FORCE, the database does not come back."""
    for old in _databases(change.catalog, database.name):
        change.delete(old)
    names = tuple(t.name for t in tables if t.kind == "table")
    change.put(model.Recycled(change.catalog.new_id(), database.name, now_text(), database=database, tables=names))


def find_table(catalog: Catalog, database_id: int, name: str) -> model.Recycled | None:
    return next(iter(_tables(catalog, database_id, name)), None)


def find_database(catalog: Catalog, name: str) -> model.Recycled | None:
    return next(iter(_databases(catalog, name)), None)


def _databases(catalog: Catalog, name: str) -> list[model.Recycled]:
    return [r for r in catalog.all(model.Recycled) if r.database is not None and r.name == name]


def tables_of(catalog: Catalog, database_id: int) -> list[model.Recycled]:
    return [r for r in catalog.all(model.Recycled) if r.table is not None and r.table.database_id == database_id]


def _tables(catalog: Catalog, database_id: int, name: str) -> list[model.Recycled]:
    return [r for r in tables_of(catalog, database_id) if r.name == name]


def purge_expired(change: Change) -> None:
    oldest = (datetime.strptime(now_text(), "%Y-%m-%d %H:%M:%S") - KEPT).strftime("%Y-%m-%d %H:%M:%S")
    for item in change.catalog.all(model.Recycled):
        if item.dropped < oldest:
            _purge(change, item)


def _purge(change: Change, item: model.Recycled) -> None:
    if item.table is not None:
        drop_physical(change, item.table)
    if item.partition is not None:
        change.run(f'DROP TABLE data."{item.physical}"')
    change.delete(item)
