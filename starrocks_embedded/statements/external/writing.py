"""INSERT, INSERT OVERWRITE, DELETE and UPDATE on tables of external catalogs."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.columns import type_name
from starrocks_embedded.catalog.external import External
from starrocks_embedded.catalog.partition_fields import field_sql, parted_by
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.external.places import database_of, require_kept
from starrocks_embedded.statements.staging import Batch, Rules, Source, drop_stage, new_name, stage
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import VARCHAR

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session

FILTERED = 5610
NO_TRANSACTION = -1  # the number of a load that no transaction of the server's stands behind


def insert(session: Session, external: External, statement: Any) -> Result:
    from starrocks_embedded.statements.insert import with_hints

    with with_hints(session, statement.hints):
        if session.transaction is not None:
            raise unsupported(f"INSERT into the external catalog {external.name} in an explicit transaction")
        table, columns, source, analyzed = _prepared(session, external, statement)
        with session.engine.catalog.change(session.connection, [table.id]) as change:
            edited = change.edit(table)
            batch = _staged(session, edited, columns, source, analyzed)
            if statement.overwrite and batch.rows:  # no rows, no files: then nothing is replaced
                _clear(change, edited, batch)
            _append(session, change, edited, batch)
    return written(batch.rows)


def written(rows: int) -> Result:
    return ok(rows, labels.ok_info(labels.generated_label("insert"), "VISIBLE", NO_TRANSACTION))


def _prepared(
    session: Session, external: External, statement: Any
) -> tuple[model.ExternalTable, list[model.Column], Source, AnalyzedQuery | None]:
    """All that the analyzer does: the query, the target, partitions, columns, in this order."""
    from starrocks_embedded.statements import insert_values
    from starrocks_embedded.statements.insert import (
        analyzed_query,
        check_properties,
        choose_columns,
        named_columns,
        query_source,
    )

    check_properties(statement.properties)
    analyzed = analyzed_query(session, statement)
    if not analyzed:
        insert_values.check_rows(session, statement)
    table = _target(session, external, statement)
    parted = parted_by(table)
    fixed = _fixed_values(table, parted, statement)
    _check_partition_types(external, parted)
    if statement.by_name and not analyzed:
        raise analysis_error("Insert match column by name does not support values()")
    columns, _ = choose_columns(session, table, named_columns(statement, analyzed))
    if fixed:
        columns = [c for c in columns if c not in parted]
    given = len(analyzed.columns) if analyzed else insert_values.width(statement)
    if given != len(columns):
        message = f"Inserted target column count: {len(columns)} doesn't match select/value column count: {given}"
        raise analysis_error(message, code=5604)
    source = query_source(session, analyzed) if analyzed else insert_values.source(session, statement, columns)
    if fixed:
        source = _with_values(source, fixed)
    return table, [*columns, *(parted if fixed else [])], source, analyzed


def _target(session: Session, external: External, statement: Any) -> model.ExternalTable:
    database = database_of(session, external, statement.target[:-1])
    table = external.table(database, statement.target[-1])
    if table is None:
        raise analysis_error(f"Table {statement.target[-1]} is not found")
    if statement.overwrite and (table.kind == "view" or external.type not in ("iceberg", "hive")):
        raise failure("Only support insert overwrite olap/iceberg/hive table")
    if table.kind == "view":
        raise failure("Only support insert into olap/mysql/iceberg/hive table")
    require_kept(external, "Only support insert into olap/mysql/iceberg/hive table")
    assert isinstance(table, model.ExternalTable)
    if external.type == "iceberg" and table.properties.get("write.format.default", "parquet").lower() != "parquet":
        raise failure("Only support insert into ICEBERG table with parquet file format")
    file_format = table.properties.get("file_format", "parquet").lower()
    if external.type == "hive" and file_format not in ("parquet", "orc", "textfile"):
        raise unsupported(f"INSERT into a Hive table of format {file_format}")
    return table


def _fixed_values(
    table: model.ExternalTable, parted: list[model.Column], statement: Any
) -> list[tuple[model.Column, str | None]]:
    """PARTITION (column = literal, …): every partition column with its value."""
    from starrocks_embedded.statements.overwrite import partition_values

    clause = statement.partition
    if statement.columns is not None:
        listed = {name.lower() for name in statement.columns}
        for column in parted:
            if column.name.lower() not in listed:
                raise analysis_error(f"Must include partition column {column.name}")
    if clause is None:
        return []
    if not clause.values or clause.temporary or statement.columns is not None:
        raise unsupported("INSERT into named partitions of an external table, or with PARTITION and a column list,")
    if any(f.transform != "identity" for f in table.partition_fields):
        raise unsupported("INSERT … PARTITION into an Iceberg table that is partitioned by transforms")
    order = [c.name.lower() for c in parted]
    shaped = copy.copy(table)
    shaped.partitioning = model.Partitioning(columns=tuple(c.name for c in parted))
    written_values = sorted(clause.values, key=lambda v: order.index(v[0].lower()) if v[0].lower() in order else -1)
    return list(zip(parted, partition_values(shaped, written_values), strict=True))


def _check_partition_types(external: External, parted: list[model.Column]) -> None:
    for column in parted:
        if external.type == "hive" and (column.type.is_decimal or column.type.name in ("float", "datetime")):
            raise analysis_error(f"Unsupported partition column type [{type_name(column.type)}] for HIVE table sink")


def _with_values(source: Source, fixed: list[tuple[model.Column, str | None]]) -> Source:
    from starrocks_embedded.emit.expression import quote

    first = len(source.types)
    items = [f"{'NULL' if text is None else quote(text)} AS o{first + i}" for i, (_, text) in enumerate(fixed)]
    sql = f"SELECT *, {', '.join(items)} FROM ({source.sql}) f"
    return Source(sql, [*source.types, *([VARCHAR] * len(fixed))], source.parameters, source.as_text)


# ---- rows


def write_query(session: Session, change: Change, table: model.ExternalTable, analyzed: AnalyzedQuery) -> int:
    """The rows of a CREATE TABLE AS SELECT."""
    from starrocks_embedded.statements.insert import query_source

    batch = _staged(session, table, table.columns, query_source(session, analyzed), analyzed)
    _append(session, change, table, batch)
    return batch.rows


def _staged(
    session: Session,
    table: model.ExternalTable,
    columns: list[model.Column],
    source: Source,
    analyzed: AnalyzedQuery | None,
) -> Batch:
    if analyzed is not None:
        from starrocks_embedded.emit.query import prepare

        prepare(session, analyzed)
    try:
        batch = stage(session, table, columns, source, Rules())
    except StarRocksError as error:
        if error.code == FILTERED:  # a server's files would take it
            raise unsupported(f"A text that is longer than its column of {table.name}") from None
        raise
    required = " OR ".join(f'"c{id_}" IS NULL' for id_ in table.required)
    if required and session.connection.rows(f"SELECT 1 FROM {batch.name} WHERE {required} LIMIT 1"):
        drop_stage(session, batch)
        raise unsupported(f"NULL in a column of {table.name} that was created as NOT NULL")
    return batch


def _clear(change: Change, table: model.ExternalTable, batch: Batch) -> None:
    """Removes what the rows replace: the partitions that they fall into, as far as they were written since the table
    is partitioned so, or everything."""
    if not table.partition_fields:
        change.run(f'DELETE FROM data."{table.physical}"')
        return
    keys = [field_sql(table, f, "b") for f in table.partition_fields]
    met = f"SELECT DISTINCT {', '.join(f'{k} AS k{i}' for i, k in enumerate(keys))} FROM {batch.name} b"
    same = [f"{field_sql(table, f, 't')} IS NOT DISTINCT FROM m.k{i}" for i, f in enumerate(table.partition_fields)]
    where = " AND ".join([f"t.p = {table.partition_spec}", *same])
    change.run(f'DELETE FROM data."{table.physical}" t USING ({met}) m WHERE {where}')


def _append(session: Session, change: Change, table: model.ExternalTable, batch: Batch) -> None:
    names = ", ".join(f'"{c.physical}"' for c in table.columns)
    rows = f"SELECT {names}, {table.partition_spec} FROM {batch.name} ORDER BY n"
    change.run(f'INSERT INTO data."{table.physical}" ({names}, p) {rows}')
    table.version += 1
    drop_stage(session, batch)


# ---- DELETE and UPDATE


def update(session: Session, external: External, statement: Any) -> Result:
    database = database_of(session, external, statement.target[:-1])
    if external.table(database, statement.target[-1]) is None:
        raise analysis_error(f"Table {statement.target[-1]} is not found")
    raise failure(f"table {statement.target[-1]} does not support update")


def delete(session: Session, external: External, statement: Any) -> Result:
    """Of Iceberg tables only, and from 4.1 on."""
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.insert import with_hints
    from starrocks_embedded.statements.update import row_query

    with with_hints(session, statement.hints):
        table = _deletable(session, external, statement)
        place = session.resolve(statement.target)[1:]
        items = [ast.SelectItem(ast.ColumnRef((*place, c.name)), f"o{i}") for i, c in enumerate(table.columns)]
        analyzed = analyze_query(session, row_query(statement.target, items, None, statement.where, []))
        prepare(session, analyzed)
        with session.engine.catalog.change(session.connection, [table.id]) as change:
            gone = new_name()
            count = _copied(session, gone, query_sql(session, analyzed))
            same = " AND ".join(f't."{c.physical}" IS NOT DISTINCT FROM g.o{i}' for i, c in enumerate(table.columns))
            distinct = f"SELECT DISTINCT * FROM {gone}"
            change.run(f'DELETE FROM data."{table.physical}" t USING ({distinct}) g WHERE {same}')
            change.edit(table).version += 1
            session.connection.run(f"DROP TABLE {gone}")
    return ok(count, labels.ok_info(labels.generated_label("delete"), "VISIBLE", NO_TRANSACTION))


def _copied(session: Session, name: str, sql: str) -> int:
    session.connection.run(f"CREATE TEMP TABLE {name[5:]} AS {sql}")
    [(count,)] = session.connection.rows(f"SELECT count(*) FROM {name}")
    return int(count)


def _deletable(session: Session, external: External, statement: Any) -> model.ExternalTable:
    database = database_of(session, external, statement.target[:-1])
    table = external.table(database, statement.target[-1])
    if table is None:
        raise analysis_error(f"Table {statement.target[-1]} is not found")
    if not session.engine.version.at_least("4.1"):
        if external.type != "iceberg":
            raise unsupported(f"DELETE in the external catalog {external.name}")
        raise analysis_error("Table of iceberg catalog doesn't support [DELETE]")
    if external.type != "iceberg" or table.kind == "view":
        raise analysis_error(f"Table of {external.type.upper()} catalog doesn't support [DELETE]")
    require_kept(external, "")
    if session.transaction is not None:
        raise unsupported(f"DELETE in the external catalog {external.name} in an explicit transaction")
    if statement.where is None:
        raise analysis_error("Delete must specify where clause to prevent full table delete")
    if statement.partition is not None:
        message = "Delete for Iceberg table do not support specifying partitions"
        raise analysis_error(message, statement.partition_span)
    if statement.using is not None:
        raise analysis_error("Delete for Iceberg table do not support `using` clause")
    if statement.ctes:
        raise analysis_error("Delete for Iceberg table do not support `with` clause")
    assert isinstance(table, model.ExternalTable)
    return table
