"""UPDATE: whole new rows for PRIMARY KEY tables, computed by one query."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.visibility import committed, withhold
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.backend_config import configuration_named, update_configuration
from starrocks_embedded.statements.insert import DefaultValue, fresh, parse_value_or_default, rules_of, with_hints
from starrocks_embedded.statements.partial_updates import by_columns, check_updated
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.staging import Batch, Rules, Source, drop_stage, stage
from starrocks_embedded.statements.targets import find_target
from starrocks_embedded.statements.transactions import current, joined
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.hints import set_variables

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session


@dataclass
class Update(Statement):
    target: tuple[str, ...]
    assignments: list[tuple[str, ast.Expr]]
    source: ast.Relation | None = None
    where: ast.Expr | None = None
    ctes: list[ast.Cte] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)


@grammar("UPDATE")
def parse_update(cursor: Cursor) -> Update:
    from starrocks_embedded.syntax.expressions import parse_expression
    from starrocks_embedded.syntax.relations import parse_relations

    hint = cursor.hint()
    target = cursor.qualified_name()
    cursor.expect("SET")
    statement = Update(target, cursor.separated(lambda: _assignment(cursor)), hints=set_variables(cursor, hint))
    if cursor.accept("FROM"):
        statement.source = parse_relations(cursor)
    if cursor.accept("WHERE"):
        statement.where = parse_expression(cursor)
    return statement


def _assignment(cursor: Cursor) -> tuple[str, ast.Expr]:
    name = cursor.identifier()
    cursor.expect("=")
    return name, parse_value_or_default(cursor)


def writes_follow(cursor: Cursor) -> str | None:
    """UPDATE or DELETE where one stands behind the WITH clause that the cursor has just entered."""
    depth = 0
    for token in cursor.tokens[cursor.at :]:
        key = token.key
        if key == "(":
            depth += 1
        elif key == ")":
            depth -= 1
        elif depth == 0 and key in ("UPDATE", "DELETE", "SELECT", ";"):
            return key if key in ("UPDATE", "DELETE") else None
    return None


def parse_with(cursor: Cursor) -> Statement:
    """WITH … UPDATE | DELETE, behind the word WITH."""
    from starrocks_embedded.statements.delete import parse_delete
    from starrocks_embedded.syntax.queries import _cte

    begun = cursor.previous
    ctes = cursor.separated(lambda: _cte(cursor, begun))
    statement: Statement
    if cursor.accept("UPDATE"):
        statement = parse_update(cursor)
    else:
        cursor.expect("DELETE", "FROM")
        statement = parse_delete(cursor)
    statement.ctes = ctes
    return statement


# ---- execution


@executes(Update)
def update(session: Session, statement: Update) -> Result:
    with with_hints(session, statement.hints):
        if (configuration := configuration_named(session, statement.target)) is not None:
            return update_configuration(session, statement, configuration)
        table, columns, analyzed = prepare_update(session, statement)
        explicit = current(session)
        rules = rules_of(session, {}, explicit is not None)
        if explicit is not None:
            joined(session, explicit, table, analyzed.tables[1:], selects=False)
            batch = _staged(session, statement, table, columns, analyzed, rules)
            explicit.writes.append((batch, rules, "insert"))
            return ok(batch.rows, labels.ok_info(explicit.label, "PREPARE", explicit.id), batch.filtered)
        return _write(session, statement, table, columns, analyzed, rules)


def _write(
    session: Session,
    statement: Update,
    table: model.Table,
    columns: list[model.Column],
    analyzed: AnalyzedQuery,
    rules: Rules,
) -> Result:
    from starrocks_embedded.statements.storing import store

    label, transaction = labels.generated_label("update"), session.engine.catalog.new_id()
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        withhold(session.engine, change, fresh(session, table))
        batch = _staged(session, statement, fresh(session, table), columns, analyzed, rules)
        store(session, change, batch, rules)
        drop_stage(session, batch)
    return ok(batch.rows, committed(session, label, transaction, [table]), batch.filtered)


def _staged(
    session: Session,
    statement: Update,
    table: model.Table,
    columns: list[model.Column],
    analyzed: AnalyzedQuery,
    rules: Rules,
) -> Batch:
    batch = stage_query(session, table, columns, analyzed, rules)
    if _goes_by_columns(session, statement, table):
        try:
            check_updated(session, table, [name.lower() for name, _ in statement.assignments], batch.rows)
        except StarRocksError:
            drop_stage(session, batch)
            raise
    return batch


def stage_query(
    session: Session, table: model.Table, columns: list[model.Column], analyzed: AnalyzedQuery, rules: Rules
) -> Batch:
    from starrocks_embedded.emit.query import prepare, query_sql

    prepare(session, analyzed)
    return stage(
        session, table, columns, Source(query_sql(session, analyzed), [c.type for c in analyzed.columns]), rules
    )


def prepare_update(session: Session, statement: Update) -> tuple[model.Table, list[model.Column], AnalyzedQuery]:
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.statements.insert_values import check_value

    table = find_target(session, statement.target)
    if table is not None and table.kind == "materialized_view":
        raise analysis_error(
            f"The data of '{table.name}' cannot be modified because '{table.name}' is a materialized view,"
            "and the data of materialized view must be consistent with the base table."
        )
    if table is None or table.kind == "view" or table.keys != "primary":
        raise failure(f"table {statement.target[-1]} does not support update")
    assigned = _checked(session, statement, table)
    columns = [c for c in table.columns if not c.generated]
    place = session.resolve(statement.target)[1:]
    items = [
        ast.SelectItem(assigned.get(c.name.lower()) or ast.ColumnRef((*place, c.name)), f"o{i}")
        for i, c in enumerate(columns)
    ]
    analyzed = analyze_query(
        session, row_query(statement.target, items, statement.source, statement.where, statement.ctes)
    )
    for item, column in zip(analyzed.query.body.items, columns, strict=False):  # type: ignore[attr-defined]
        if column.name.lower() in assigned:
            check_value(session, item.expr, column.type)
    return table, columns, analyzed


def row_query(
    target: tuple[str, ...],
    items: list[ast.SelectItem],
    source: ast.Relation | None,
    where: ast.Expr | None,
    ctes: list[ast.Cte],
) -> ast.Query:
    """SELECT items FROM target [, source] WHERE …"""
    relation: ast.Relation = ast.TableRef(target)
    if source is not None:
        relation = ast.Join("cross", relation, source)
    return ast.Query(ast.Select(items, source=relation, where=where), copy.copy(ctes))


def _checked(session: Session, statement: Update, table: model.Table) -> dict[str, ast.Expr]:
    """The assignments by column, after StarRocks' checks of columns and of the missing WHERE."""
    assigned = {name.lower(): value for name, value in statement.assignments}
    for name in assigned:
        if table.column(name) is None:
            raise analysis_error(f"table '{table.name}' do not existing column '{name}'")
    if statement.where is None and not _goes_by_columns(session, statement, table):
        raise analysis_error("must specify where clause to prevent full table update")
    for column in table.columns:
        value = assigned.get(column.name.lower())
        if value is None:
            continue
        if column.key:
            raise analysis_error(f"primary key column cannot be updated: {column.name}")
        if column.auto_increment and isinstance(value, ast.Literal) and value.value is None:
            raise analysis_error(f"AUTO_INCREMENT column: {column.name} must not be NULL")
        if column.generated:
            raise analysis_error(f"generated column cannot be updated: {column.name}")
        if isinstance(value, DefaultValue):
            assigned[column.name.lower()] = _default(column)
    return assigned


def _default(column: model.Column) -> ast.Expr:
    if column.default is None or column.default[0] != "const":
        raise failure("constant value is null")
    return ast.Cast(ast.Literal("string", column.default[1], repr(column.default[1])), column.type)


def _goes_by_columns(session: Session, statement: Update, table: model.Table) -> bool:
    """In column mode; left to itself, only without WHERE."""
    from starrocks_embedded.metadata.variables import value_text

    automatic = value_text(session, "partial_update_mode").lower() == "auto"
    if automatic and statement.where is not None:
        return False
    return by_columns(session, len(statement.assignments), len(table.columns))
