"""Partition clauses of ALTER TABLE: add, drop, truncate, rename, replace, modify."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.columns import parse_datetime
from starrocks_embedded.catalog.names import check_partition_name
from starrocks_embedded.catalog.partitions import (
    check_overlap,
    check_whole_periods,
    expression_period,
    list_partition,
    partition_types,
    range_partition,
    ranges_of_batch,
)
from starrocks_embedded.catalog.recycle import recycle_partition
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.statements.alter_table.generated import names_in, output_columns
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import BatchRange, FixedRange, ListValues
from starrocks_embedded.types import Type, duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog, Change
    from starrocks_embedded.session import Session

RANGES = ("range", "expression")
LISTS = ("list", "columns")
INFO = "com.starrocks.catalog"
PARTIAL_BATCHES = "enable_create_partial_partition_in_batch"


# ---- ADD


def add_partitions(change: Change, table: model.Table, clause: c.AddPartition) -> None:
    """New empty partitions, of `table`, the copy that belongs to the change."""
    if table.partitioning.kind == "none":
        raise analysis_error("Only support adding partition to range/list partitioned table")
    if isinstance(clause.partition, ListValues):
        made = _add_list(change.catalog, table, clause, clause.partition)
    else:
        made = _add_ranges(change.catalog, table, clause, clause.partition)
    for partition in made:
        partition.buckets = (clause.distribution and clause.distribution.buckets) or table.distribution.buckets
        partition.visible_time = now_text()
        partition.temporary = clause.temporary
    table.partitions.extend(made)


def _add_ranges(
    catalog: Catalog, table: model.Table, clause: c.AddPartition, written: FixedRange | BatchRange
) -> list[model.Partition]:
    if table.partitioning.kind not in RANGES:
        raise StarRocksError(5700, "Cannot add a Range partition to a table that partition type is not of Range")
    types = partition_types(table)
    batch = isinstance(written, BatchRange)
    ranges = _batch(catalog, table, written, types) if isinstance(written, BatchRange) else [written]
    if not batch and table.partitioning.automatic:
        raise analysis_error(
            "Currently, you cannot manually add a single range partition to a table that is automatically partition"
        )
    made: list[model.Partition] = []
    for item in ranges:
        if _is_taken(table, item.name, clause.temporary, item.if_not_exists, made):
            continue
        check_partition_name(item.name)
        others = [p for p in table.partitions if p.temporary == clause.temporary] + made
        try:
            partition = range_partition(catalog.new_id(), item, types, others, clause.temporary)
            check_overlap(partition, others, types)
        except StarRocksError as error:
            raise analysis_error(error.message) from None
        partition.properties |= clause.properties
        made.append(partition)
    return made


def _batch(catalog: Catalog, table: model.Table, written: BatchRange, types: tuple[Type, ...]) -> list[FixedRange]:
    if len(types) != 1:
        raise analysis_error("Batch build partition only support single range column")
    if table.partitioning.kind == "expression" and written.unit:
        unit, _ = expression_period(table)
        if unit != written.unit:
            raise analysis_error(
                f"The granularity of the auto-partitioned table granularity({unit}) should be consistent with the "
                f"increased partition granularity({written.unit.upper()})."
            )
        settings = [s.value for s in catalog.all(model.Setting) if s.scope == "config" and s.name == PARTIAL_BATCHES]
        if settings != ["true"]:
            check_whole_periods(written, types[0])
    return ranges_of_batch(written, types[0], table.partitioning.automatic, table.properties)


def _is_taken(
    table: model.Table, name: str, temporary: bool, if_not_exists: bool, made: Iterable[model.Partition]
) -> bool:
    taken = {p.name.lower() for p in [*table.partitions, *made]}
    if name.lower() not in taken:
        return False
    if if_not_exists:
        return True
    raise analysis_error(f"Duplicate partition name {name}", code=1517)


def _add_list(
    catalog: Catalog, table: model.Table, clause: c.AddPartition, written: ListValues
) -> list[model.Partition]:
    if table.partitioning.kind not in LISTS:
        raise failure(
            f"class {INFO}.RangePartitionInfo cannot be cast to class {INFO}.ListPartitionInfo "
            f"({INFO}.RangePartitionInfo and {INFO}.ListPartitionInfo are in unnamed module of loader 'app')"
        )
    if _is_taken(table, written.name, clause.temporary, written.if_not_exists, []):
        return []
    check_partition_name(written.name)
    if table.partitioning.automatic and len(written.values) > 1:
        raise analysis_error("Automatically partitioned tables does not support multiple values in the same partition")
    types = partition_types(table)
    if any(len(row) != len(types) for row in written.values):
        raise analysis_error("Partition column size should be one when use single list partition ")
    item = list_partition(written, types)
    held = {row for p in table.partitions if p.temporary == clause.temporary for row in p.values}
    if held & set(item.values):
        raise analysis_error(f"Duplicate partition values exist for partition: {written.name}")
    return [
        model.Partition(
            catalog.new_id(), written.name, "list", values=item.values, properties=dict(written.properties or {})
        )
    ]


# ---- DROP


def drop_partitions(session: Session, change: Change, table: model.Table, clause: c.DropPartitions) -> None:
    chosen = _chosen(session, table, clause)
    for partition in chosen:
        if not (clause.force or partition.temporary) and partition.kind == "range":
            recycle_partition(change, table, partition)
    forget(change, table, chosen)


def _chosen(session: Session, table: model.Table, clause: c.DropPartitions) -> list[model.Partition]:
    if clause.where is not None:
        return _satisfying(session, table, clause.where)
    names = clause.names
    if clause.batch is not None:
        names = tuple(r.name for r in ranges_of_batch(clause.batch, partition_types(table)[0], False, table.properties))
    elif not names:
        return [p for p in table.partitions if p.temporary]
    found = [p for p in (table.partition(n, clause.temporary) for n in names) if p is not None]
    missing = [n for n in names if table.partition(n, clause.temporary) is None]
    if missing and not clause.if_exists:
        raise StarRocksError(1507, f"Error in list of partitions to [{', '.join(missing)}]")
    if found and table.partitioning.kind == "none":
        raise StarRocksError(1507, f"Error in list of partitions to [{', '.join(names)}]")
    return found


def forget(change: Change, table: model.Table, partitions: list[model.Partition]) -> None:
    """Partitions and their rows go."""
    gone = {p.id for p in partitions}
    if gone:
        delete_rows(change, table, partitions)
        table.partitions = [p for p in table.partitions if p.id not in gone]


def delete_rows(change: Change, table: model.Table, partitions: list[model.Partition]) -> None:
    ids = ", ".join(str(p.id) for p in partitions)
    if ids:
        for name in (table.physical, *table.layers):
            change.run(f'DELETE FROM data."{name}" WHERE p IN ({ids})')
        table.version += 1
        table.updated = now_text()
    for partition in partitions:
        partition.version += 1
        partition.visible_time = now_text()


def _satisfying(session: Session, table: model.Table, where: ast.Expr) -> list[model.Partition]:
    """The partitions all of whose values meet the condition."""
    from starrocks_embedded.analysis.analyzer import analyze_expression
    from starrocks_embedded.emit.expression import expression_sql

    analyzed = analyze_expression(session, where, output_columns(table))
    columns = [k for k in (table.column(n) for n in table.partitioning.columns) if k is not None]
    known = {k.name.lower() for k in columns}
    for name in names_in(where):
        if name.lower() not in known:
            listed = ",".join(f"`{k.name}`" for k in columns)
            raise analysis_error(
                f"Column `{name}` in the partition condition is not a table's partition expression, "
                f"please use table's partition expressions: {listed}"
            )
    condition = expression_sql(analyzed)
    found = []
    for partition in table.partitions:
        samples = _samples(table, partition)
        if partition.temporary or not samples:
            continue
        rows = ", ".join(f"({', '.join(_typed(v, k.type) for v, k in zip(s, columns, strict=True))})" for s in samples)
        heads = ", ".join(f'"{k.physical}"' for k in columns)
        if session.connection.rows(f"SELECT bool_and(coalesce({condition}, false)) FROM (VALUES {rows}) s({heads})")[0][
            0
        ]:
            found.append(partition)
    return found


def _samples(table: model.Table, partition: model.Partition) -> list[tuple[str | None, ...]]:
    """A list's values, or a range's first and last value."""
    if partition.kind == "list":
        return list(partition.values)
    types = partition_types(table)
    if not partition.lower or not partition.upper or len(types) != 1 or "MAXVALUE" in partition.upper:
        return []
    return [(partition.lower[0].replace("0000-", "0001-"),), (_before(partition.upper[0], types[0]),)]


def _before(bound: str, type_: Type) -> str:
    if not type_.is_temporal:
        return str(int(bound) - 1)
    at: date = parse_datetime(bound, type_)
    if type_.name == "date":
        return (at - timedelta(days=1)).strftime("%Y-%m-%d")
    assert isinstance(at, datetime)
    return (at - timedelta(microseconds=1)).isoformat(sep=" ")


def _typed(value: str | None, type_: Type) -> str:
    if value is None:
        return f"CAST(NULL AS {duckdb_type(type_)})"
    quoted = value.replace("'", "''")
    return f"CAST('{quoted}' AS {duckdb_type(type_)})"


# ---- TRUNCATE, RENAME, MODIFY, REPLACE


def truncate_partitions(change: Change, table: model.Table, names: tuple[str, ...]) -> None:
    """Empties the named partitions, or all of them; the new, empty ones are new partitions."""
    if names:
        for name in names:
            if table.partition(name) is None:
                raise failure(f"Partition {name} does not exist")
        wanted = {n.lower() for n in names}
        delete_rows(change, table, [p for p in table.partitions if not p.temporary and p.name.lower() in wanted])
    else:
        delete_rows(change, table, [p for p in table.partitions if not p.temporary])


def rename_partition(table: model.Table, clause: c.RenamePartition) -> None:
    if table.partitioning.kind == "none" or table.partitioning.kind in LISTS:
        raise failure(f"Table[{table.name}] is single partitioned. no need to rename partition name.")
    if table.partitioning.automatic:
        raise failure(f"Table[{table.name}] is automatic partitioned. not support to rename partition name.")
    partition = table.partition(clause.old)
    if partition is None:
        raise failure(f"Partition[{clause.old}] does not exists")
    check_partition_name(clause.new)
    if clause.new.lower() == clause.old.lower():
        raise failure("Same partition name")
    if table.partition(clause.new) is not None:
        raise failure(f"Partition name[{clause.new}] is already used")
    partition.name = clause.new


def modify_partitions(table: model.Table, clause: c.ModifyPartitions) -> None:
    names = clause.names or tuple(p.name for p in table.partitions)
    for name in names:
        partition = table.partition(name)
        if partition is None:
            raise failure(f"Partition[{name}] does not exist in table[{table.name}]")
        partition.properties |= clause.properties


def replace_partitions(change: Change, table: model.Table, clause: c.ReplacePartitions) -> None:
    """The temporary partitions take the places of the named ones."""
    old, new = (
        [_existing(table, n, False) for n in clause.names],
        [_existing(table, n, True) for n in clause.temporary_names],
    )
    if clause.properties.get("strict_range", "true").lower() == "true":
        _check_same_range(old, new)
    names = [p.name for p in old]
    forget(change, table, old)
    keep_names = len(old) == len(new) and clause.properties.get("use_temp_partition_name", "false").lower() != "true"
    for i, partition in enumerate(new):
        partition.temporary = False
        partition.name = names[i] if keep_names else partition.name
    table.version += 1


def _existing(table: model.Table, name: str, temporary: bool) -> model.Partition:
    partition = table.partition(name, temporary)
    if partition is None:
        kind = "Temp partition" if temporary else "Partition"
        raise failure(f"{kind}[{name}] does not exist")
    return partition


def _check_same_range(old: list[model.Partition], new: list[model.Partition]) -> None:
    def covered(partitions: list[model.Partition]) -> list[object]:
        spans = sorted((p.lower or (), p.upper or (), p.values) for p in partitions)
        merged: list[list[object]] = []
        for low, high, values in spans:
            if merged and merged[-1][1] == low and low:
                merged[-1][1] = high
            else:
                merged.append([low, high, sorted(values, key=str)])
        return list(merged)

    if covered(old) != covered(new):
        raise failure("2 range lists are not stricly matched. " + _words(old) + " vs. " + _words(new))


def _words(partitions: list[model.Partition]) -> str:
    return "[" + ", ".join(f"[{', '.join(p.lower or ())}..{', '.join(p.upper or ())})" for p in partitions) + "]"


def compact(table: model.Table, clause: c.Compact) -> None:
    """Nothing to do: DuckDB compacts by itself."""
    for name in clause.names:
        if table.partition(name) is None:
            raise failure(f"Partition not found: {name}")
