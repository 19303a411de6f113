"""CREATE TABLE … AS SELECT: column types from a query, then its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.builder import Definition, build_table
from starrocks_embedded.catalog.created_columns import CreatedColumn, created_columns, shape_of
from starrocks_embedded.catalog.keys import ENUM_NAMES
from starrocks_embedded.catalog.tables import create_physical
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.session import Session
from starrocks_embedded.statements.registry import Statement, executes
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.definitions import ColumnDef, IndexDef, PartitionClause, TableClauses

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery


@dataclass
class CreateTableAsSelect(Statement):
    name: tuple[str, ...]
    if_not_exists: bool
    temporary: bool
    columns: tuple[str, ...]
    indexes: list[IndexDef]
    clauses: TableClauses
    query: ast.Query = field(default_factory=lambda: ast.Query(ast.Values([])))


@executes(CreateTableAsSelect)
def create_table_as_select(session: Session, statement: CreateTableAsSelect) -> Result:
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.statements.create_table import new_table_place
    from starrocks_embedded.statements.query import hinted

    with hinted(session, statement.query):
        if statement.if_not_exists and new_table_place(session, statement.name, True, statement.temporary) is None:
            return ok()
        shape = shape_of(statement.query)
        analyzed = analyze_query(session, statement.query)
        columns = created_columns(session.engine.version, analyzed, shape)
        definitions = column_definitions(statement, columns)
        place = new_table_place(session, statement.name, statement.if_not_exists, statement.temporary)
        if place is None:
            return ok()
        database, name = place
        table = build_table(
            session, database, name, Definition(definitions, statement.clauses, statement.indexes), statement.temporary
        )
        return _fill(session, table, analyzed)


def column_definitions(statement: CreateTableAsSelect, columns: list[CreatedColumn]) -> list[ColumnDef]:
    if statement.clauses.partition is not None and statement.clauses.partition.kind == "list":
        raise _named_lists(statement.clauses.partition, columns)
    names = [c.name for c in columns]
    if statement.columns:
        if len(statement.columns) != len(columns):
            given, found = len(statement.columns), len(columns)
            raise analysis_error(f"Number of select columns [{given}] don't equal query statement's columns [{found}]")
        names = list(statement.columns)
    keys = statement.clauses.keys
    if keys is not None and keys.kind not in ("primary", "duplicate"):
        raise analysis_error(f"CTAS does not support {ENUM_NAMES[keys.kind]} table")
    forced = {k.lower() for k in keys.columns} if keys is not None and keys.kind == "primary" else set()
    forced |= _partition_columns(statement.clauses)
    return [
        ColumnDef(n, c.type, NOWHERE, nullable=c.nullable and n.lower() not in forced)
        for n, c in zip(names, columns, strict=True)
    ]


def _named_lists(clause: PartitionClause, columns: list[CreatedColumn]) -> StarRocksError:
    """The server reads PARTITION BY LIST of a CTAS as ranges."""
    for column in columns:
        if column.name.lower() == str(clause.items[0]).lower() and column.type.is_string:
            return failure(f"Column[{column.name}] type[VARCHAR] cannot be a range partition key.")
    return unsupported("PARTITION BY LIST with named partitions in CREATE TABLE AS")


def _partition_columns(clauses: TableClauses) -> set[str]:
    """List partition columns never hold NULL in a table made from a query."""
    clause = clauses.partition
    if clause is None or clause.kind == "range":
        return set()
    if any(isinstance(i, ast.Call) for i in clause.items) or not clause.parenthesised:
        return set()
    return {str(i).lower() for i in clause.items}


def _fill(session: Session, table: model.Table, analyzed: AnalyzedQuery) -> Result:
    """Table and rows in one transaction: a failing query leaves nothing behind."""
    from starrocks_embedded.catalog import labels
    from starrocks_embedded.catalog.visibility import committed, withhold
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.insert import insert_rows

    catalog = session.engine.catalog
    prepare(session, analyzed)
    sql = query_sql(session, analyzed)
    label, transaction = labels.generated_label("insert"), catalog.new_id()
    written = [c for c in table.columns if not c.hidden]
    with catalog.change(session.connection, [table.database_id, table.id]) as change:
        create_physical(change, table)
        change.put(table)
        withhold(session.engine, change, table)
        rows = insert_rows(session, change, table, written, sql, [c.type for c in analyzed.columns])
        labels.remember(change, table, label, transaction, rows)
    return ok(rows, committed(session, label, transaction, [table]))
