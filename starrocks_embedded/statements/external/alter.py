"""ALTER TABLE of Iceberg tables: columns, comment, properties, name. The other connectors refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.external import External
from starrocks_embedded.catalog.lake_tables import CODECS, lake_column
from starrocks_embedded.catalog.partition_fields import field_of
from starrocks_embedded.errors import analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.statements.external.places import require_kept
from starrocks_embedded.types import Type, duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session
    from starrocks_embedded.syntax.definitions import ColumnDef

CONNECTOR = "This connector doesn't support"
READ_ONLY = ("deltalake", "paimon")  # from 4.1 on their tables say so themselves
MUST_BE_NULLABLE = "column in iceberg table must be nullable."
HIVE_NAMES = {"RenameTable": "TableRenameClause", "RenameColumn": "ColumnRenameClause"}


def alter_table(session: Session, external: External, statement: Any) -> Result:
    from starrocks_embedded.statements.alter_table.run import check_together

    check_together(session, statement.clauses)
    _, database, name = session.resolve(statement.name)
    if not external.has_database(database):
        raise analysis_error(f"Database {external.name}.{database} is not found")
    table = external.table(database, name)
    if table is None:
        raise analysis_error(f"Table {name} is not found")
    _check_connector(session, external, statement)
    if table.kind == "view":
        raise unsupported(f"ALTER TABLE of a view in the external catalog {external.name}")
    require_kept(external, f"{CONNECTOR} alter table")
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        edited = change.edit(table)
        assert isinstance(edited, model.ExternalTable)
        for clause in statement.clauses:
            _apply(session, change, external, edited, clause)
        edited.version += 1
    return ok()


def _check_connector(session: Session, external: External, statement: Any) -> None:
    if external.type in READ_ONLY and session.engine.version.at_least("4.1"):
        raise analysis_error(f"Table of {external.type.upper()} catalog doesn't support [ALTER]")
    if external.type == "hive":
        clause = statement.clauses[0]
        if isinstance(clause, c.AddPartition):
            raise unsupported(f"ALTER TABLE … ADD PARTITION in the external catalog {external.name}")
        name = type(clause).__name__
        known = HIVE_NAMES.get(name, f"{name}Clause")
        raise failure(f"{CONNECTOR} alter table type: {known}")


def _apply(session: Session, change: Change, external: External, table: model.ExternalTable, clause: c.Clause) -> None:
    if isinstance(clause, c.AddColumn):
        _add(change, external, table, clause.column, clause.position)
    elif isinstance(clause, c.AddColumns):
        for column in clause.columns:
            _add(change, external, table, column, None)
    elif isinstance(clause, c.DropColumn):
        _drop(change, table, clause.name)
    elif isinstance(clause, c.RenameColumn):
        _free_name(table, clause.new)
        _column(table, clause.old).name = clause.new
    elif isinstance(clause, c.ModifyColumn):
        _modify(change, external, table, clause)
    elif isinstance(clause, c.SetProperties):
        _set_properties(table, clause.properties)
    elif isinstance(clause, c.ModifyComment):
        table.comment = table.properties["comment"] = clause.comment
    elif isinstance(clause, c.RenameTable):
        _rename(session, external, table, clause.new)
    elif isinstance(clause, c.AddPartitionColumn | c.DropPartitionColumn):
        _part_anew(session, table, clause)
    else:
        raise unsupported(f"This form of ALTER TABLE in the external catalog {external.name}")


def _column(table: model.ExternalTable, name: str) -> model.Column:
    """Iceberg knows columns by their exact names."""
    found = next((column for column in table.columns if column.name == name), None)
    if found is None:
        raise unsupported(f"Column {name}, which the Iceberg table {table.name} has not,")
    return found


def _free_name(table: model.ExternalTable, name: str) -> None:
    if table.column(name) is not None:
        raise unsupported(f"A second column {name} of the Iceberg table {table.name}")


def _add(
    change: Change, external: External, table: model.ExternalTable, written: ColumnDef, position: c.Position | None
) -> None:
    if written.nullable is False:
        raise failure(MUST_BE_NULLABLE)
    _free_name(table, written.name)
    column = lake_column(external, written, table.next_column_id)
    table.next_column_id += 1
    table.columns.append(column)
    _move(table, column, position)
    change.run(f'ALTER TABLE data."{table.physical}" ADD COLUMN "{column.physical}" {duckdb_type(column.type)}')


def _move(table: model.ExternalTable, column: model.Column, position: c.Position | None) -> None:
    if position is None:
        return
    table.columns.remove(column)
    at = table.columns.index(_column(table, position.after)) + 1 if position.after else 0
    table.columns.insert(at, column)


def _drop(change: Change, table: model.ExternalTable, name: str) -> None:
    column = _column(table, name)
    if len(table.columns) == 1 or any(f.column_id == column.id for f in table.partition_fields):
        raise unsupported(f"Dropping {name}, the last or a partition column of an Iceberg table,")
    table.columns.remove(column)
    table.required = tuple(id_ for id_ in table.required if id_ != column.id)
    change.run(f'ALTER TABLE data."{table.physical}" DROP COLUMN "{column.physical}"')


def _modify(change: Change, external: External, table: model.ExternalTable, clause: c.ModifyColumn) -> None:
    column, written = _column(table, clause.column.name), clause.column
    new = lake_column(external, written, column.id).type
    if new.is_nested:
        raise failure(f"Cannot modify {column.name}, not a primitive type")
    if not _widens(column.type, new):
        raise unsupported(f"Changing an Iceberg column from {column.type} to {new}")
    if written.nullable is False:
        raise failure(MUST_BE_NULLABLE)
    column.type = new
    column.comment = written.comment or column.comment
    table.required = tuple(id_ for id_ in table.required if id_ != column.id)
    _move(table, column, clause.position)
    change.run(f'ALTER TABLE data."{table.physical}" ALTER "{column.physical}" TYPE {duckdb_type(new)}')


def _widens(old: Type, new: Type) -> bool:
    """What Iceberg takes: int to bigint, float to double, a decimal with more digits before the point."""
    if old.is_decimal and new.is_decimal:
        return new.scale == old.scale and new.precision >= old.precision
    return old == new or (old.name, new.name) in (("int", "bigint"), ("float", "double"))


def _set_properties(table: model.ExternalTable, given: dict[str, str]) -> None:
    for key, value in given.items():
        if key.lower() == "file_format":
            if value.lower() not in ("parquet", "orc", "avro"):
                raise unsupported(f"The Iceberg file format {value}")
            table.properties["write.format.default"] = value.lower()
        elif key.lower() == "location":
            table.location = value
        elif key.lower() == "compression_codec":
            if value.lower() not in CODECS:
                raise failure(f"Unsupported compression codec for iceberg connector: {value}")
            chosen = given.get("file_format") or table.properties.get("write.format.default", "parquet")
            table.properties[f"write.{chosen.lower()}.compression-codec"] = value
        else:
            table.properties[key] = value


def _part_anew(
    session: Session, table: model.ExternalTable, clause: c.AddPartitionColumn | c.DropPartitionColumn
) -> None:
    """Rows stay where they are: only those written from now on are parted by the new fields."""
    if not session.engine.version.at_least("4.1"):
        raise unsupported("ALTER TABLE … PARTITION COLUMN before 4.1")
    for expr in clause.exprs:
        field = field_of(table, expr)
        known = field in table.partition_fields
        if known == isinstance(clause, c.AddPartitionColumn):
            raise unsupported(f"Adding a partition field that {table.name} has, or dropping one that it has not,")
        if known:
            table.partition_fields.remove(field)
        else:
            table.partition_fields.append(field)
    table.partition_spec += 1


def _rename(session: Session, external: External, table: model.ExternalTable, new: str) -> None:
    new = external.folded(new)
    if session.engine.catalog.table(table.database_id, new) is not None:
        raise unsupported(f"Renaming an Iceberg table to {new}, which exists,")
    table.name = new
