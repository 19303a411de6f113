"""From a CREATE TABLE's clauses to a table of the catalog, checked in the order in which StarRocks checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.states import settle
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import build_column, check_column
from starrocks_embedded.catalog.indexes import build_indexes
from starrocks_embedded.catalog.keys import ENUM_NAMES, SQL_NAMES, check_sort_key, settle_keys, sort_columns
from starrocks_embedded.catalog.partitioning import (
    Partitioned,
    add_partition_expressions,
    analyze_partition_by,
    build_partitions,
    mark_partition_columns,
)
from starrocks_embedded.catalog.properties import check_distribution_column, settle_properties
from starrocks_embedded.catalog.tables import now_text
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.metadata.config import config_value
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.definitions import ColumnDef, DistributionClause, IndexDef, KeysClause, TableClauses

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

EXTERNAL = (
    "mysql", "iceberg", "hive", "hudi", "jdbc", "elasticsearch", "deltalake", "file", "odps", "paimon", "kudu",
    "broker", "schema", "starrocks",
)  # fmt: skip


@dataclass
class Definition:
    """All of a CREATE TABLE but its name."""

    columns: list[ColumnDef]
    clauses: TableClauses
    indexes: list[IndexDef] = field(default_factory=list)


def build_table(
    session: Session, database: model.Database, name: str, definition: Definition, temporary: bool = False
) -> model.Table:
    """A complete table with its partitions, ids given; nothing is stored yet."""
    clauses, columns = definition.clauses, definition.columns
    _check_engine(clauses, columns, temporary)
    if clauses.charset and clauses.charset.lower() != "utf8":
        raise analysis_error(f"charset name {clauses.charset} is not supported yet")
    version = session.engine.version
    settle(session, columns)
    partition = add_partition_expressions(session, clauses.partition, columns)
    check_column_set(session, columns)
    keys = settle_keys(clauses.keys, columns, version)
    partitioned = analyze_partition_by(session, partition, columns, keys, clauses.properties or {})
    distribution = _distribution(clauses, keys)
    _check_distribution(session, distribution, keys, columns)
    check_sort_key(clauses.order_by, keys, columns)
    _check_columns(session, columns, keys)
    texts = _generated_texts(session, columns, keys)
    indexes = build_indexes(session.engine.catalog, definition.indexes, columns, keys, version)
    table = _assemble(session, database, name, definition, keys, texts, partitioned, distribution, indexes, temporary)
    _settle(session, table, definition, partitioned)
    return table


def _check_engine(clauses: TableClauses, columns: list[ColumnDef], temporary: bool) -> None:
    engine = (clauses.engine or "olap").lower()
    if engine != "olap" and engine not in EXTERNAL:
        raise analysis_error(f"Unknown engine name: {clauses.engine}")
    if engine != "olap" and temporary:
        raise analysis_error("temporary table only support olap engine")
    if engine != "olap":
        for column in columns:
            if column.nullable is False:
                raise analysis_error(
                    f"All columns must be nullable for external table. Column {column.name} is not nullable, "
                    "You can rebuild the external table and We strongly recommend that you use catalog to access "
                    "external data"
                )
        raise failure(f"A table of engine {engine} is not supported by the embedded engine")


def check_column_set(session: Session, columns: list[ColumnDef]) -> None:
    most = int(config_value(session.engine, "max_column_number_per_table") or 10000)
    if len(columns) > most:
        raise analysis_error(
            f"The number of columns in a table must be less than or equal to {most}, Please decrease the number "
            "of columns or increase frontend config 'max_column_number_per_table'.",
            code=1117,
        )
    seen = set()
    for column in columns:
        if column.name.lower() in seen:
            raise analysis_error(f"Duplicate column name '{column.name}'", code=1060)
        seen.add(column.name.lower())


def _check_columns(session: Session, columns: list[ColumnDef], keys: KeysClause) -> None:
    if sum(c.auto_increment for c in columns) > 1:
        raise analysis_error("More than one AUTO_INCREMENT column defined in CREATE TABLE Statement")
    key_names = {k.lower() for k in keys.columns}
    for column in columns:
        check_column(column, keys.kind, column.name.lower() in key_names, session.engine.version)
        if column.auto_increment and column.type.name != "bigint":
            raise analysis_error("The AUTO_INCREMENT column must be BIGINT", column.span)
        if column.auto_increment and column.nullable:
            raise analysis_error(f"AUTO_INCREMENT column {column.name} must be NOT NULL")


def _generated_texts(session: Session, columns: list[ColumnDef], keys: KeysClause) -> dict[str, str]:
    if all(c.generated is None for c in columns):
        return {}
    from starrocks_embedded.catalog.generated import generated_texts

    return generated_texts(session, columns, keys)


def _distribution(clauses: TableClauses, keys: KeysClause) -> DistributionClause:
    clause = clauses.distribution
    if clause is None:
        if "colocate_with" in (clauses.properties or {}):
            raise analysis_error("Colocate table must specify distribution column")
        if keys.kind == "primary":
            return DistributionClause("hash", keys.columns, 0, NOWHERE)
        if keys.kind == "duplicate":
            return DistributionClause("random", (), 0, NOWHERE)
        raise analysis_error(f"Currently not support default distribution in {ENUM_NAMES[keys.kind]}")
    return clause


def _check_distribution(
    session: Session, clause: DistributionClause, keys: KeysClause, columns: list[ColumnDef]
) -> None:
    if clause.kind == "random" and keys.kind != "duplicate":
        how = (
            "cannot use random distribution" if session.engine.version.at_least("4.0") else "must use hash distribution"
        )
        raise analysis_error(f"{SQL_NAMES[keys.kind]} {how}", clause.span)
    names = {c.name.lower() for c in columns}
    for name in clause.columns:
        if name.lower() not in names:
            raise analysis_error(f"Distribution column({name}) doesn't exist.", clause.span)


def _assemble(
    session: Session, database: model.Database, name: str, definition: Definition, keys: KeysClause,
    texts: dict[str, str],
    partitioned: Partitioned, distribution: DistributionClause, indexes: list[model.Index], temporary: bool,
) -> model.Table:  # fmt: skip
    engine, clauses = session.engine, definition.clauses
    key_names = {k.lower() for k in keys.columns}
    columns = [
        build_column(c, i + 1, c.name.lower() in key_names, keys.kind, texts.get(c.name, ""))
        for i, c in enumerate(definition.columns)
    ]
    if not engine.version.at_least("4.0"):
        for written, column in zip(definition.columns, columns, strict=True):
            if column.type.name == "boolean" and column.default and column.default[0] == "const":
                column.default = ("const", str(getattr(written.default, "value", column.default[1])))
    by_name = {c.name.lower(): c.name for c in columns}
    return model.Table(
        id=engine.catalog.new_id(), database_id=database.id, name=name, columns=columns, comment=clauses.comment or "",
        created=now_text(), creator=session.user, keys=keys.kind,
        key_columns=tuple(by_name[k.lower()] for k in keys.columns),
        keys_declared=not keys.derived, partitioning=partitioned.partitioning, indexes=indexes,
        distribution=model.Distribution(
            distribution.kind, tuple(by_name.get(c.lower(), c) for c in distribution.columns), distribution.buckets
        ),
        temporary_session=session.id if temporary else 0, next_column_id=len(columns) + 1, updated=now_text(),
    )  # fmt: skip


def _settle(session: Session, table: model.Table, definition: Definition, partitioned: Partitioned) -> None:
    """What the server checks only while it builds the table: its refusals carry no analyzer's prefix."""
    _check_partition_properties(table, definition.clauses)
    for name in table.distribution.columns:
        column = table.column(name)
        if column is None:
            raise failure(f"Distribution column[{name}] does not exist")
        if table.keys != "duplicate" and not column.key:
            raise failure(f"Distribution column[{name}] is not key column")
        check_distribution_column(column, session.engine.version)
    table.order_by = sort_columns(definition.clauses.order_by, definition.columns)
    mark_partition_columns(table, definition)
    table.partitions = build_partitions(session, table, partitioned)
    table.properties = settle_properties(session.engine, table, definition.clauses.properties)
    from starrocks_embedded.catalog.partitions import dynamic_partitions

    table.partitions += dynamic_partitions(session.engine.catalog, table)


def _check_partition_properties(table: model.Table, clauses: TableClauses) -> None:
    from starrocks_embedded.catalog.properties import check_replication

    text = (clauses.properties or {}).get("replication_num")
    if text is not None:
        check_replication(text, table.name)
