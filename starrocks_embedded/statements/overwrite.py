"""INSERT OVERWRITE: which partitions it replaces, and the replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session
    from starrocks_embedded.statements.insert import Insert, InsertPlan
    from starrocks_embedded.statements.staging import Batch, Rules

Chosen = tuple[tuple[str, ...], "tuple[str | None, ...] | None", bool]


def choose_partitions(session: Session, statement: Insert, table: model.Table) -> Chosen:
    """The partitions named, the values of PARTITION (column = literal), and whether the overwrite is dynamic."""
    from starrocks_embedded.metadata.variables import is_on

    clause = statement.partition
    if clause is not None and clause.names:
        for name in clause.names:
            if table.partition(name, clause.temporary) is None:
                raise analysis_error(f"Unknown partition '{name}' in table '{table.name}'")
        if statement.overwrite and table.partitioning.kind == "expression":
            _refuse_names(session)
        return tuple(clause.names), None, False
    if clause is not None and clause.values:
        return (), partition_values(table, clause.values), False
    if statement.overwrite and is_on(session, "dynamic_overwrite") and table.partitioning.automatic:
        return (), None, True
    if not table.partitions and not table.partitioning.automatic:
        raise analysis_error(
            f"data cannot be inserted into table with empty partition.Use `SHOW PARTITIONS FROM {table.name}` "
            "to see the currently partitions of this table. "
        )
    return (), None, False


def _refuse_names(session: Session) -> None:
    """3.3 cannot overwrite a partition by name where ranges make themselves."""
    if not session.engine.version.at_least("3.4"):
        raise failure(
            "Specify the partition name, and automatically create partition names. "
            "Currently, only List partitions are supported."
        )


def partition_values(table: model.Table, written: list[tuple[str, ast.Expr]]) -> tuple[str | None, ...]:
    from starrocks_embedded.catalog.columns import parse_datetime

    columns = table.partitioning.columns
    if len(written) > len(columns):
        raise analysis_error(f"Only {len(columns)} partition columns can be included in the partition clause")
    folded = [c.lower() for c in columns]
    for name, _ in written:
        if name.lower() not in folded:
            raise analysis_error(f"Can't find partition column {name}")
    if len(written) < len(columns):
        raise analysis_error(f"Must include all {len(columns)} partition columns in the partition clause")
    if not table.partitioning.automatic and table.partitioning.kind == "list":
        raise analysis_error("No partition specified in partition lists")
    texts: list[str | None] = []
    for (_, value), name in zip(written, columns, strict=True):
        text = _literal_text(value)
        column = table.column(name)
        if text is not None and column is not None and column.type.is_temporal:
            try:
                parse_datetime(text, column.type)
            except Exception:
                raise analysis_error(f"date literal [{text}] is invalid") from None
        texts.append(text)
    return tuple(texts)


def _literal_text(value: ast.Expr) -> str | None:
    if isinstance(value, ast.Unary):
        return f"-{_literal_text(value.operand)}"
    assert isinstance(value, ast.Literal)
    return None if value.kind == "null" else str(value.value)


def overwrite_refusals(table: model.Table) -> None:
    from starrocks_embedded.statements.insert import refuse_running_job

    refuse_running_job(table)


def overwrite(session: Session, change: Change, batch: Batch, plan: InsertPlan, rules: Rules) -> None:
    """Replaces partitions by the staged rows: all of them, the named ones, the one of a value, or those met."""
    from starrocks_embedded.statements.storing import OVERWRITTEN, store

    if plan.temporary:
        raise failure("replace partitions failed")
    table = change.edit(batch.table)
    if plan.values is not None:
        batch.partitions = (_partition_of_value(session, change, table, plan.values),)
    if plan.dynamic:
        replaced = _partitions_met(session, change, table, batch)
    elif batch.partitions:
        replaced = [p for p in (table.partition(name) for name in batch.partitions) if p is not None]
    else:
        replaced = [p for p in table.partitions if not p.temporary]
    _renew(change, table, replaced)
    store(session, change, batch, rules)
    for partition in replaced:
        partition.version = OVERWRITTEN


def _renew(change: Change, table: model.Table, replaced: list[model.Partition]) -> None:
    """Empties partitions; each is a new one afterwards, with an id of its own."""
    if not replaced:
        return
    ids = ", ".join(str(p.id) for p in replaced)
    change.run(f'DELETE FROM data."{table.physical}" WHERE p IN ({ids})')
    for partition in replaced:
        partition.id = change.catalog.new_id()
        partition.visible_time = table.updated


def _partitions_met(session: Session, change: Change, table: model.Table, batch: Batch) -> list[model.Partition]:
    """The partitions that rows of the batch fall into; missing ones are created."""
    from starrocks_embedded.catalog.partitions import missing_partitions, partition_id_sql

    del session
    missing_partitions(change, table, f"SELECT * FROM {batch.name}")
    met = {p for (p,) in change.rows(f"SELECT DISTINCT {partition_id_sql(table, False)} FROM {batch.name}")}
    return [p for p in table.partitions if p.id in met and not p.temporary]


def _partition_of_value(session: Session, change: Change, table: model.Table, values: tuple[str | None, ...]) -> str:
    """The name of the partition that a row of these values belongs to; it is created where it is missing."""
    from starrocks_embedded.catalog.partitions import missing_partitions, partition_id_sql
    from starrocks_embedded.emit.casts import cast_sql
    from starrocks_embedded.emit.expression import quote
    from starrocks_embedded.types import VARCHAR, duckdb_type

    del session
    items = []
    for name, text in zip(table.partitioning.columns, values, strict=True):
        column = table.column(name)
        assert column is not None
        value = (
            f"CAST(NULL AS {duckdb_type(column.type)})" if text is None else cast_sql(quote(text), VARCHAR, column.type)
        )
        items.append(f'{value} AS "{column.physical}"')
    row = f"SELECT {', '.join(items)}"
    missing_partitions(change, table, row)
    [(found,)] = change.rows(f"SELECT {partition_id_sql(table, False)} FROM ({row}) r")
    if found is None:
        raise analysis_error("No partition specified in partition lists")
    return next(p.name for p in table.partitions if p.id == found)
