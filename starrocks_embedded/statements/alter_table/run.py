"""Carries out ALTER TABLE: finds the table, checks the clauses together and one by one, then applies them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import jobs, model, visibility
from starrocks_embedded.catalog.dependents import affected_ids, deactivate_dependents
from starrocks_embedded.catalog.names import check_column_name
from starrocks_embedded.catalog.rollups import forget_column, refuse_used_column
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.statements.alter_table import (
    columns,
    fields,
    indexes,
    optimize,
    partitions,
    properties,
    rename_swap,
    rollup,
)
from starrocks_embedded.statements.alter_table.rewrite import rewriting
from starrocks_embedded.statements.registry import executes

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog, Change
    from starrocks_embedded.session import Session


# what changes the stored rows or their columns waits for the loads before it
EMPTYING = (c.DropPartitions, c.TruncatePartitions, c.ReplacePartitions)  # what takes rows away
RESHAPING = (
    c.AddColumn, c.AddColumns, c.DropColumn, c.ModifyColumn, c.AddField, c.DropField, c.ReorderColumns, c.AddRollup,
    c.ReplacePartitions, c.Optimize,
)  # fmt: skip


@executes(c.AlterTable)
def alter_table(session: Session, statement: c.AlterTable) -> Result:
    table = find_table(session, statement)
    check_together(session, statement.clauses)
    for clause in statement.clauses:
        _analyze(session, table, clause)
    if any(isinstance(clause, RESHAPING) for clause in statement.clauses):
        visibility.settle(session, table)
    with session.engine.catalog.change(session.connection, _to_lock(session, table, statement.clauses)) as change:
        current = session.engine.catalog.get(model.Table, table.id)
        if current is None:
            raise analysis_error(f"Table {table.name} is not found")
        jobs.require_normal(session.engine, current)
        _apply(session, change, current, statement.clauses)
    if any(isinstance(clause, EMPTYING) for clause in statement.clauses):
        session.engine.loaded(session.user, [table])
    return ok()


def _to_lock(session: Session, table: model.Table, found: list[c.Clause]) -> list[int]:
    catalog = session.engine.catalog
    swapped = [catalog.table(table.database_id, k.other) for k in found if isinstance(k, c.SwapWith)]
    return affected_ids(catalog, table, *(t for t in swapped if t is not None))


def find_table(session: Session, statement: c.AlterTable) -> model.Table:
    """The stored table that is meant; what is no such table is refused in StarRocks' words."""
    catalog, database_name, name = session.resolve(statement.name)
    database = session.engine.catalog.database(database_name)
    if catalog == "default_catalog" and database is None and _is_system(database_name):
        raise _not_native(database_name, name)
    if database is None or catalog != "default_catalog":
        raise analysis_error(f"Database {catalog}.{database_name} is not found")
    table = session.engine.catalog.table(database.id, name, session.id)
    if table is None:
        raise analysis_error(f"Table {name} is not found")
    if table.temporary_session:
        raise analysis_error("temporary table doesn't support alter table statement")
    if table.kind == "materialized_view" and not all(map(_changes_index, statement.clauses)):
        words = "cannot be alter by 'ALTER TABLE', because it is a materialized view"
        raise analysis_error(
            f"The '{name}' {words},you can use 'ALTER MATERIALIZED VIEW' to alter it.", statement.name_span
        )
    if table.kind == "view":
        raise _not_native(database_name, name)
    return table


def _changes_index(clause: c.Clause) -> bool:
    """What a materialized view, too, can be altered by."""
    bloom = isinstance(clause, c.SetProperties) and "bloom_filter_columns" in clause.properties
    return bloom or isinstance(clause, (c.AddIndex, c.DropIndex))


def _is_system(database: str) -> bool:
    return database.lower() in ("information_schema", "sys")


def _not_native(database: str, name: str) -> StarRocksError:
    return analysis_error(f"Do not support alter non-native table/materialized-view[{database}.{name}]")


def check_together(session: Session, found: list[c.Clause]) -> None:
    """Only changes of the schema, and rollups among themselves, may share a statement."""
    version = session.engine.version
    kinds = [c.kind_of(clause, version) for clause in found]
    for kind in kinds[1:]:
        if kind != kinds[0] or kind not in ("SCHEMA_CHANGE", "ADD_ROLLUP", "DROP_ROLLUP"):
            raise analysis_error(f"Alter operation {kind} conflicts with operation {kinds[0]}")


# ---- analysis


def _analyze(session: Session, table: model.Table, clause: c.Clause) -> None:
    if isinstance(clause, c.AddColumn):
        columns.analyze_add(session, table, clause.column, clause.position)
    elif isinstance(clause, c.AddColumns):
        _analyze_several(session, table, clause)
    elif isinstance(clause, c.ModifyColumn):
        columns.analyze_definition(session, table, clause.column)
    elif isinstance(clause, c.DropColumn):
        columns.analyze_drop(table, clause)
    elif isinstance(clause, (c.AddField, c.DropField)):
        fields.analyze_fields(table, clause, session.engine.version)
    elif isinstance(clause, c.RenameColumn):
        check_column_name(clause.new)
    elif isinstance(clause, c.RenameTable):
        rename_swap.analyze_rename(table, clause)
    elif isinstance(clause, c.SetProperties):
        properties.analyze_properties(session, clause.properties)
    elif isinstance(clause, c.AddIndex):
        indexes.analyze_index(session, table, clause)
    elif isinstance(clause, c.Optimize):
        optimize.analyze_optimize(session, table, clause)


def _analyze_several(session: Session, table: model.Table, clause: c.AddColumns) -> None:
    for column in clause.columns:
        columns.analyze_add(session, table, column, None)
    if len({column.generated is None for column in clause.columns}) > 1:
        raise analysis_error("Can not add normal column and Generated Column in the same time")


# ---- application


def _apply(session: Session, change: Change, table: model.Table, found: list[c.Clause]) -> None:
    columns.check_comment_alone(found, session.engine.version.at_least("4.0"))
    first = found[0]
    if isinstance(first, c.SCHEMA_CHANGES):
        _change_schema(session, change, table, found)
    elif isinstance(first, c.AddRollup):
        _add_rollups(session, change, table, found)
    elif isinstance(first, c.Optimize):
        _start_optimize(session, change, table, first)
    elif isinstance(first, c.SetProperties):
        _set_properties(session, change, table, first)
    elif not _apply_names(session, change, table, first) and not _apply_partitions(session, change, table, first):
        _apply_rest(session, change, table, first)


def _change_schema(session: Session, change: Change, table: model.Table, found: list[c.Clause]) -> None:
    schema = columns.SchemaChange.begin(session, table)
    for clause in found:
        if isinstance(clause, c.ModifyColumnComment):
            # before 4.0 other clauses may stand beside it: what precedes is forgotten, what follows never read
            columns.commented(change.edit(table), clause)
            return
        optimize.check_no_temporary_partitions(table)
        _change_column(schema, clause)
    if not schema.changed:
        return
    columns.check_result(schema)
    _inactivate(change, schema)
    _commit_schema(session, change, schema)


def _change_column(schema: columns.SchemaChange, clause: c.Clause) -> None:
    if getattr(clause, "rollup", ""):
        raise failure(f"Index[{clause.rollup}] does not exist in table[{schema.table.name}]")  # type: ignore[attr-defined]
    _spare_rollups(schema, clause)
    if isinstance(clause, c.AddColumn):
        columns.add_column(schema, clause.column, clause.position)
    elif isinstance(clause, c.AddColumns):
        for column in clause.columns:
            columns.add_column(schema, column, None)
    elif isinstance(clause, c.DropColumn):
        columns.drop_column(schema, clause)
        forget_column(schema.table, clause.name)
    elif isinstance(clause, c.ModifyColumn):
        columns.modify_column(schema, clause)
    elif isinstance(clause, (c.AddField, c.DropField)):
        fields.change_fields(schema, clause)
    elif isinstance(clause, c.ReorderColumns):
        columns.reorder_columns(schema, clause)
    elif isinstance(clause, c.AddIndex):
        indexes.add_index(schema.session, schema.before, schema.table, clause)
        schema.light = False
    elif isinstance(clause, c.DropIndex):
        indexes.drop_index(schema.table, clause)
        schema.light = False


def _spare_rollups(schema: columns.SchemaChange, clause: c.Clause) -> None:
    name = ""
    if isinstance(clause, c.DropColumn):
        name = clause.name
    elif isinstance(clause, c.ModifyColumn):
        name = clause.column.name
    elif isinstance(clause, (c.AddField, c.DropField)):
        name = clause.column
    if name:
        refuse_used_column(_database_name(schema.session.engine.catalog, schema.before), schema.before, name)


def _database_name(catalog: Catalog, table: model.Table) -> str:
    database = catalog.get(model.Database, table.database_id)
    return database.name if database else ""


def _inactivate(change: Change, schema: columns.SchemaChange) -> None:
    """A reordering stops materialized views when it is asked for, a changed column when it has changed."""
    table = schema.before
    if schema.reordered:
        deactivate_dependents(change, table, f"base-table reordered columns:{table.name}")
    if schema.touched and schema.light:
        names = ",".join(schema.touched)
        deactivate_dependents(change, table, f"base table schema changed for columns: {names}", schema.touched)


def _commit_schema(session: Session, change: Change, schema: columns.SchemaChange) -> None:
    """At once where no data has to be rewritten, else by a job."""
    engine, before, after = session.engine, schema.before, schema.table
    names = ("columns", "key_columns", "order_by", "indexes", "rollups", "next_column_id")
    attributes = {n: getattr(after, n) for n in names}
    statements = rewriting(session, before, after)
    if not schema.light:
        jobs.start_job(engine, change, before, "column", attributes, statements, touched=schema.touched)
        return
    for statement in statements:
        change.run(statement)
    table = change.edit(before)
    for name, value in attributes.items():
        setattr(table, name, value)
    jobs.record_finished(engine, change, before, "column")


def _add_rollups(session: Session, change: Change, table: model.Table, found: list[c.Clause]) -> None:
    for clause in found:
        assert isinstance(clause, c.AddRollup)
        optimize.check_no_temporary_partitions(table)
        built = rollup.build_rollup(table, clause.rollup)
        jobs.start_job(session.engine, change, table, "rollup", {}, [], rollup=built)


def _start_optimize(session: Session, change: Change, table: model.Table, clause: c.Optimize) -> None:
    optimize.check_no_temporary_partitions(table)
    deactivate_dependents(change, table, f"base-table optimized:{table.name}")
    buckets = optimize.rebucketed(table, clause)
    jobs.start_job(session.engine, change, table, "optimize", optimize.optimized(table, clause), [], buckets=buckets)


def _set_properties(session: Session, change: Change, table: model.Table, clause: c.SetProperties) -> None:
    if not properties.changes_storage(clause.properties):
        properties.set_properties(session, change.edit(table), clause.properties)
        return
    after = copy.deepcopy(table)
    properties.set_properties(session, after, clause.properties)
    jobs.start_job(session.engine, change, table, "column", {"properties": after.properties}, [])


def _apply_names(session: Session, change: Change, table: model.Table, clause: c.Clause) -> bool:
    if isinstance(clause, c.RenameTable):
        rename_swap.rename_table(change, table, clause)
    elif isinstance(clause, c.SwapWith):
        rename_swap.swap_tables(change, table, clause.other, session.engine.version)
    elif isinstance(clause, c.RenameColumn):
        column = table.column(clause.old)
        refuse_used_column(_database_name(change.catalog, table), table, clause.old)
        columns.rename_column(change.edit(table), clause)
        if column is not None:
            reason = f"base table schema changed for columns: {column.name}"
            deactivate_dependents(change, table, reason, [column.name])
    elif isinstance(clause, c.RenamePartition):
        partitions.rename_partition(change.edit(table), clause)
    elif isinstance(clause, c.ModifyComment):
        change.edit(table).comment = clause.comment
    else:
        return False
    return True


def _apply_partitions(session: Session, change: Change, table: model.Table, clause: c.Clause) -> bool:
    if isinstance(clause, c.AddPartition):
        partitions.add_partitions(change, change.edit(table), clause)
    elif isinstance(clause, c.DropPartitions):
        partitions.drop_partitions(session, change, change.edit(table), clause)
    elif isinstance(clause, c.TruncatePartitions):
        if clause.temporary:
            raise analysis_error("Not support truncate temp partitions")
        partitions.truncate_partitions(change, change.edit(table), clause.names)
    elif isinstance(clause, c.ModifyPartitions):
        partitions.modify_partitions(change.edit(table), clause)
    elif isinstance(clause, c.ReplacePartitions):
        partitions.replace_partitions(change, change.edit(table), clause)
    elif isinstance(clause, c.Compact):
        partitions.compact(table, clause)
    else:
        return False
    return True


def _apply_rest(session: Session, change: Change, table: model.Table, clause: c.Clause) -> None:
    if isinstance(clause, c.DefaultBuckets):
        optimize.set_default_buckets(change.edit(table), clause)
    elif isinstance(clause, c.RenameRollup):
        rollup.rename_rollup(change, table, clause)
    elif isinstance(clause, c.DropRollup):
        rollup.drop_rollup(change, table, clause.name)
    elif isinstance(clause, (c.AddPartitionColumn, c.DropPartitionColumn)):
        raise failure(f"Not support alter table operation : com.starrocks.sql.ast.{type(clause).__name__}Clause")
    else:
        raise unsupported("This ALTER TABLE clause")
