"""CREATE TABLE … LIKE: another table's definition without its data."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.keys import ENUM_NAMES
from starrocks_embedded.catalog.partitioning import Partitioned, analyze_partition_by, build_partitions
from starrocks_embedded.catalog.properties import settle_properties
from starrocks_embedded.catalog.tables import now_text
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.result import Result, ok
from starrocks_embedded.session import Session
from starrocks_embedded.statements.registry import Statement, executes
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.definitions import ColumnDef, KeysClause, TableClauses


@dataclass
class CreateTableLike(Statement):
    name: tuple[str, ...]
    source: tuple[str, ...]
    if_not_exists: bool = False
    temporary: bool = False
    clauses: TableClauses = field(default_factory=TableClauses)


@executes(CreateTableLike)
def create_table_like(session: Session, statement: CreateTableLike) -> Result:
    from starrocks_embedded.statements.create_table import new_table_place, store_table

    source = _source(session, statement)
    place = new_table_place(session, statement.name, statement.if_not_exists, statement.temporary)
    if place is None:
        return ok()
    database, name = place
    store_table(session, _copied(session, database, name, source, statement))
    return ok()


def _source(session: Session, statement: CreateTableLike) -> model.Table:
    """Only permanent tables: a session's temporary ones are not seen here."""
    catalog_name, database_name, name = session.resolve(statement.source)
    database = session.database(database_name, catalog_name)
    found = session.engine.catalog.table(database.id, name)
    if found is None:
        named = name if session.engine.version.at_least("4.0") else statement.name[-1]
        raise analysis_error(f"Table {named} is not found")
    if found.kind != "table":
        raise analysis_error("Create table like does not support create view.", code=5075)
    return found


def _copied(
    session: Session, database: model.Database, name: str, source: model.Table, statement: CreateTableLike
) -> model.Table:
    catalog, clauses = session.engine.catalog, statement.clauses
    table = copy.deepcopy(source)
    table.id, table.database_id, table.name = catalog.new_id(), database.id, name
    table.temporary_session = session.id if statement.temporary else 0
    table.created = table.updated = now_text()
    table.creator, table.version, table.next_auto_increment, table.job = session.user, 1, 1, 0
    table.rollups = []
    if clauses.distribution is not None:
        table.distribution = model.Distribution(
            clauses.distribution.kind, clauses.distribution.columns, clauses.distribution.buckets
        )
    if clauses.partition is not None:
        _repartition(session, table, clauses)
    else:
        _fresh_partitions(session, table, source)
    for index in table.indexes:
        index.id = catalog.new_id()
    if clauses.properties is not None:
        table.properties = table.properties | settle_given(session, table, clauses.properties)
    if statement.temporary:
        table.properties.pop("colocate_with", None)
    return table


def _fresh_partitions(session: Session, table: model.Table, source: model.Table) -> None:
    """The source's partitions, but not those that data created."""
    kept = [] if table.partitioning.automatic else [p for p in table.partitions if not p.temporary]
    for partition in kept:
        partition.id = session.engine.catalog.new_id()
        partition.version, partition.visible_time = 1, table.created
        if partition.kind == "single":
            partition.name = table.name
    table.partitions = kept
    del source


def _repartition(session: Session, table: model.Table, clauses: TableClauses) -> None:
    """A PARTITION BY of its own: it names its partitions or stays empty, it never creates them by itself."""
    assert clauses.partition is not None
    columns = [ColumnDef(c.name, c.type, NOWHERE, nullable=c.nullable) for c in table.columns]
    keys = KeysClause(table.keys, table.key_columns, NOWHERE)
    assert keys.kind in ENUM_NAMES
    partitioned: Partitioned = analyze_partition_by(session, clauses.partition, columns, keys, clauses.properties or {})
    kind = {"columns": "list", "expression": "range"}.get(partitioned.partitioning.kind, partitioned.partitioning.kind)
    table.partitioning = model.Partitioning(kind, partitioned.partitioning.exprs, partitioned.partitioning.columns)
    partitioned.partitioning = table.partitioning
    table.partitions = build_partitions(session, table, partitioned)


def settle_given(session: Session, table: model.Table, written: dict[str, str]) -> dict[str, str]:
    """Only what the written properties change, in the form that is shown."""
    shown = settle_properties(session.engine, table, written)
    plain = settle_properties(session.engine, table, {})
    return {k: v for k, v in shown.items() if k in written or k not in plain}
