"""How many rows the stored tables and their partitions hold, counted in one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model

if TYPE_CHECKING:
    from starrocks_embedded.backend import Connection
    from starrocks_embedded.session import Session

AT_ONCE = 200  # tables that one statement counts: a text of thousands is slow to plan


def row_counts(session: Session, tables: Iterable[model.Table]) -> dict[int, int]:
    """Rows by table id. Those of temporary partitions do not count; a table that was dropped meanwhile is left out."""
    counts: dict[int, int] = {}
    wanted = [t for t in tables if t.is_stored]
    with _snapshot(session.connection) as connection:
        present = _physical_tables(connection) if wanted else set()
        there = [t for t in wanted if t.readable in present]
        for start in range(0, len(there), AT_ONCE):
            counts.update(connection.rows(" UNION ALL ".join(map(_count, there[start : start + AT_ONCE]))))
    return counts


def partition_counts(session: Session, tables: Iterable[model.Table]) -> dict[int, int]:
    """Rows by partition id; empty partitions are left out."""
    counts: dict[int, int] = defaultdict(int)
    with _snapshot(session.connection) as connection:
        present = _physical_tables(connection)
        for table in tables:
            if table.is_stored and table.readable in present:
                counts.update(connection.rows(f'SELECT p, count(*) FROM data."{table.readable}" GROUP BY p'))
    return counts


def _count(table: model.Table) -> str:
    temporary = ", ".join(str(p.id) for p in table.partitions if p.temporary)
    where = f" WHERE p NOT IN ({temporary})" if temporary else ""
    return f'SELECT {table.id}, count(*) FROM data."{table.readable}"{where}'


def _physical_tables(connection: Connection) -> set[str]:
    return {name for (name,) in connection.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data'")}


@contextmanager
def _snapshot(connection: Connection) -> Iterator[Connection]:
    """One picture of the store for several reads: what is seen in it cannot vanish before it is counted."""
    if connection.in_transaction:
        yield connection
        return
    connection.begin()
    try:
        yield connection
    finally:
        connection.rollback()
