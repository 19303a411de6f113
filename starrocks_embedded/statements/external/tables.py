"""CREATE, DROP and TRUNCATE TABLE in an external catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.builder import Definition
from starrocks_embedded.catalog.created_columns import CreatedColumn, created_columns, shape_of, stored_type
from starrocks_embedded.catalog.external import External
from starrocks_embedded.catalog.lake_tables import build_lake_table, check_definition
from starrocks_embedded.catalog.names import check_table_name
from starrocks_embedded.catalog.tables import create_physical, drop_physical
from starrocks_embedded.errors import analysis_error, failure, unsupported
from starrocks_embedded.metadata.config import config_value
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.external.places import database_of, droppable, require_kept
from starrocks_embedded.statements.external.writing import write_query, written

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CONNECTOR = "This connector doesn't support"
NO_TABLES = f"{CONNECTOR} creating tables"


def create_table(session: Session, external: External, statement: Any) -> Result:
    if _exists(session, external, statement):
        return ok()
    definition = Definition(statement.columns, statement.clauses, statement.indexes)
    table = _built(session, external, statement, definition)
    if statement.external and external.type == "hive":
        raise unsupported(f"CREATE EXTERNAL TABLE in the external catalog {external.name}")
    with session.engine.catalog.change(session.connection, [table.database_id]) as change:
        create_physical(change, table)
        change.put(table)
    return ok()


def _exists(session: Session, external: External, statement: Any) -> bool:
    """Whether it is there already, and may be."""
    check_table_name(statement.name[-1])
    database = database_of(session, external, statement.name[:-1])
    if statement.temporary:
        raise analysis_error("temporary table must be created under internal catalog")
    if external.table(database, statement.name[-1]) is None:
        return False
    if statement.if_not_exists:
        return True
    raise analysis_error(f"Table '{statement.name[-1]}' already exists", code=1050)


def _built(session: Session, external: External, statement: Any, definition: Definition) -> model.ExternalTable:
    if external.type not in ("iceberg", "hive"):
        check_definition(session, external, definition)
    database = require_kept(external, NO_TABLES).database(database_of(session, external, statement.name[:-1]))
    if database is None:
        raise unsupported(f"Tables in information_schema of {external.name}")
    return build_lake_table(session, external, database, statement.name[-1], definition)


def create_table_as_select(session: Session, external: External, statement: Any) -> Result:
    """Floats stay what they are. Table and rows in one transaction: a failing query leaves nothing behind."""
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.statements.ctas import column_definitions
    from starrocks_embedded.statements.query import hinted

    with hinted(session, statement.query):
        if statement.if_not_exists and _exists(session, external, statement):
            return ok()
        shape = shape_of(statement.query)
        analyzed = analyze_query(session, statement.query)
        version = session.engine.version
        columns = [
            CreatedColumn(made.name, stored_type(column.type, version, keep_float=True), made.nullable)
            for made, column in zip(created_columns(version, analyzed, shape), analyzed.columns, strict=True)
        ]
        definition = Definition(column_definitions(statement, columns), statement.clauses, statement.indexes)
        _exists(session, external, statement)
        copies = config_value(session.engine, "default_replication_num") or "1"
        statement.clauses.properties = {"replication_num": copies, **(statement.clauses.properties or {})}
        table = _built(session, external, statement, definition)
        with session.engine.catalog.change(session.connection, [table.database_id, table.id]) as change:
            create_physical(change, table)
            change.put(table)
            rows = write_query(session, change, table, analyzed)
    return written(rows)


def create_table_like(session: Session, external: External, statement: Any) -> Result:
    """A server takes the source's SHOW CREATE TABLE for the statement."""
    source_catalog, _, source = session.resolve(statement.source)
    other = session.engine.externals.get(source_catalog)
    if other is None:
        if session.find_table(statement.source) is None:
            raise analysis_error(f"Table {source} is not found")
        raise analysis_error(f"Can't create OLAP table in the {external.type} catalog")
    if other.table(database_of(session, other, statement.source[:-1]), source) is None:
        raise analysis_error(f"Table {source} is not found")
    if other.type == "iceberg" and not session.engine.version.at_least("4.1"):
        raise analysis_error("Table of iceberg catalog doesn't support [CREATE TABLE LIKE]")
    if other.type != "hive" and session.engine.version.at_least("4.1"):
        raise analysis_error(f"Table of {other.type.upper()} catalog doesn't support [CREATE_TABLE_LIKE]")
    raise unsupported(f"CREATE TABLE LIKE in the external catalog {external.name}")


def drop_table(session: Session, external: External, statement: Any) -> Result:
    database, table = droppable(session, external, statement, view=False)
    if table is None:
        return ok()
    require_kept(external, f"{CONNECTOR} dropping tables")
    if external.type == "hive" and not statement.force:
        full = f"{external.name}.{database}.{statement.name[-1]}"
        raise failure(
            f"Failed to drop table {full}. msg: Table location will be cleared. 'Force' must be set when dropping a "
            f"hive table. Please execute 'drop table {full} force'"
        )
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        drop_physical(change, table)
        change.delete(table)
    return ok()


def truncate_table(session: Session, external: External, statement: Any) -> Result | None:
    """Before 4.1 the catalog of the name counts for nothing: the table of that name in StarRocks itself is meant."""
    if not session.engine.version.at_least("4.1"):
        return None
    if statement.temporary:
        raise analysis_error("Not support truncate temp partitions")
    name = statement.name[-1]
    database = database_of(session, external, statement.name[:-1])
    table = external.table(database, name)
    require_kept(external, f"{CONNECTOR} truncate table")
    if table is None or table.kind == "view":
        raise unsupported(f"TRUNCATE of {name}, which is no table of the external catalog {external.name},")
    if statement.partitions:
        if external.type == "iceberg":
            raise failure(f"Iceberg table partition truncate is not supported: {database}.{name}")
        raise unsupported("TRUNCATE of partitions of a Hive table")
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        change.run(f'DELETE FROM data."{table.physical}"')
        change.edit(table).version += 1
    return ok()


def refresh_table(session: Session, external: External, statement: Any) -> Result:
    """What a server would have to ask for again is always at hand here."""
    database = database_of(session, external, statement.name[:-1])
    if external.table(database, statement.name[-1]) is None:
        raise analysis_error(f"Unknown table '{statement.name[-1]}'", code=5502)
    return ok()


def refuse_materialized_view(session: Session, external: External, statement: Any) -> Result:
    raise analysis_error(
        "Materialized view can only be created in default_catalog. You could either create it with "
        "default_catalog.<database>.<mv>, or switch to default_catalog through `set catalog <default_catalog>` "
        "statement",
        statement.name_span,
    )
