"""DELETE: by any condition from PRIMARY KEY tables, by plain comparisons from the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import jobs, labels, model
from starrocks_embedded.catalog.visibility import committed, withhold
from starrocks_embedded.errors import Span, StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.insert import PartitionClause, fresh, parse_partitions, rules_of, with_hints
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.staging import Batch, drop_stage
from starrocks_embedded.statements.targets import find_target
from starrocks_embedded.statements.transactions import current, joined
from starrocks_embedded.statements.update import row_query
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.hints import set_variables

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
IN_LIMIT = 10000


@dataclass
class Delete(Statement):
    target: tuple[str, ...]
    partition: PartitionClause | None = None
    partition_span: Span | None = None
    using: ast.Relation | None = None
    where: ast.Expr | None = None
    ctes: list[ast.Cte] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)


@grammar("DELETE")
def parse_delete_head(cursor: Cursor) -> Delete:
    hint = cursor.hint()
    if not cursor.accept("FROM"):
        raise cursor.no_viable()
    statement = parse_delete(cursor)
    statement.hints = set_variables(cursor, hint)
    return statement


def parse_delete(cursor: Cursor) -> Delete:
    from starrocks_embedded.syntax.expressions import parse_expression
    from starrocks_embedded.syntax.relations import parse_relations

    statement = Delete(cursor.qualified_name())
    start = cursor.token
    statement.partition = parse_partitions(cursor)
    if statement.partition is not None:
        statement.partition_span = cursor.since(start)
    if cursor.accept("USING"):
        statement.using = parse_relations(cursor)
    if cursor.accept("WHERE"):
        statement.where = parse_expression(cursor)
    return statement


@executes(Delete)
def delete(session: Session, statement: Delete) -> Result:
    with with_hints(session, statement.hints):
        table = find_target(session, statement.target)
        if table is None or table.kind == "view":
            kind = "SCHEMA" if table is None else "VIEW"
            raise analysis_error(f"Delete is not supported on {kind} table")
        if table.kind == "materialized_view":
            raise analysis_error(
                f"The data of '{table.name}' cannot be deleted because it is a materialized view,"
                "and the data of materialized view must be consistent with the base table.",
                statement.span,
            )
        if table.keys == "primary":
            return _by_query(session, statement, table)
        return _by_comparisons(session, statement, table)


def explained_delete(session: Session, statement: Delete) -> model.Table:
    """The table of a DELETE that passes analysis."""
    table = find_target(session, statement.target)
    if table is None:
        raise analysis_error("Delete is not supported on SCHEMA table")
    if table.keys == "primary":
        prepare_delete(session, statement, table)
    else:
        check_delete(session, statement, table)
    return table


# ---- PRIMARY KEY


def _by_query(session: Session, statement: Delete, table: model.Table) -> Result:
    from starrocks_embedded.statements.storing import remove

    analyzed = prepare_delete(session, statement, table)
    explicit = current(session)
    if explicit is not None:
        joined(session, explicit, table, analyzed.tables[1:], selects=False)
        batch = _stage_keys(session, table, analyzed)
        explicit.writes.append((batch, rules_of(session, {}), "delete"))
        return ok(batch.rows, labels.ok_info(explicit.label, "PREPARE", explicit.id))
    label, transaction = labels.generated_label("delete"), session.engine.catalog.new_id()
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        withhold(session.engine, change, fresh(session, table))
        batch = _stage_keys(session, fresh(session, table), analyzed)
        remove(change, batch)
        drop_stage(session, batch)
    return ok(batch.rows, committed(session, label, transaction, [table]))


def prepare_delete(session: Session, statement: Delete, table: model.Table) -> AnalyzedQuery:
    from starrocks_embedded.analysis.analyzer import analyze_query

    if statement.partition is not None:
        message = "Delete for primary key table do not support specifying partitions"
        raise analysis_error(message, statement.partition_span)
    if statement.where is None:
        raise analysis_error("Delete must specify where clause to prevent full table delete")
    place = session.resolve(statement.target)[1:]
    items = [ast.SelectItem(ast.ColumnRef((*place, n)), f"o{i}") for i, n in enumerate(table.key_columns)]
    return analyze_query(session, row_query(statement.target, items, statement.using, statement.where, statement.ctes))


def _stage_keys(session: Session, table: model.Table, analyzed: AnalyzedQuery) -> Batch:
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.staging import new_name

    prepare(session, analyzed)
    keys = [c for c in (table.column(n) for n in table.key_columns) if c is not None]
    picked = ", ".join(f'o{i} AS "{c.physical}"' for i, c in enumerate(keys))
    batch = Batch(table, new_name(), keys)
    source = query_sql(session, analyzed)
    batch.rows = session.connection.run(f"CREATE TEMP TABLE {batch.name[5:]} AS SELECT {picked} FROM ({source}) s")
    [(batch.rows,)] = session.connection.rows(f"SELECT count(*) FROM {batch.name}")
    return batch


# ---- the other key models


def _by_comparisons(session: Session, statement: Delete, table: model.Table) -> Result:
    """Commits at once, even inside an explicit transaction."""
    from starrocks_embedded.statements.storing import touch

    conditions = check_delete(session, statement, table)
    if jobs.table_state(session.engine, table) != "NORMAL":
        raise failure(f"Table's state is not normal: {table.name}")
    label, transaction = labels.generated_label("delete"), session.engine.catalog.new_id()
    with session.engine.catalog.change(session.connection, [table.id]) as change:
        mine = change.edit(table)
        chosen = _partitions(statement, mine)
        loaded = [p for p in chosen if p.version > 1]
        if not loaded:
            return ok()
        for condition in conditions:
            _check_value(condition, mine)
        withhold(session.engine, change, mine)
        where = " AND ".join([*(_condition_sql(session, c, mine) for c in conditions), f"p IN ({_ids(loaded)})"])
        change.run(f'DELETE FROM data."{mine.physical}" WHERE {where}')
        touch(mine, [p.id for p in loaded])
    return ok(info=committed(session, label, transaction, [table], "DELETE"))


def _ids(partitions: list[model.Partition]) -> str:
    return ", ".join(str(p.id) for p in partitions)


def _partitions(statement: Delete, table: model.Table) -> list[model.Partition]:
    if statement.partition is None:
        return [p for p in table.partitions if not p.temporary]
    return [p for p in (table.partition(n) for n in statement.partition.names) if p is not None]


def check_delete(session: Session, statement: Delete, table: model.Table) -> list[ast.Expr]:
    """The comparisons that AND joins, after StarRocks' checks."""
    if statement.partition is not None and statement.partition.temporary:
        raise analysis_error("Do not support deleting temp partitions", statement.partition_span)
    if statement.using is not None:
        raise analysis_error("Do not support `using` clause in non-primary table")
    if statement.ctes:
        raise analysis_error("Do not support `with` clause in non-primary table")
    if statement.where is None:
        raise analysis_error("Where clause is not set")
    conditions = _split(statement.where)
    for condition in conditions:
        _check_column(condition, table)
    if statement.partition is not None:
        for name in statement.partition.names:
            if table.partition(name) is None:
                raise failure(f"Partition does not exist. name: {name}")
    return conditions


def _split(where: ast.Expr) -> list[ast.Expr]:
    if isinstance(where, ast.Binary) and where.op in ("and", "or"):
        if where.op == "or":
            raise analysis_error("Compound predicate's op should be AND", where.span)
        return _split(where.left) + _split(where.right)
    _check_shape(where)
    return [where]


def _check_shape(condition: ast.Expr) -> None:
    if isinstance(condition, ast.Binary) and condition.op in (*COMPARISONS, "<=>"):
        if not isinstance(condition.left, ast.ColumnRef):
            raise analysis_error("Left expr of binary predicate should be column name", condition.left.span)
        if not _is_value(condition.right):
            raise analysis_error("Right expr of binary predicate should be value", condition.right.span)
    elif isinstance(condition, ast.IsNull):
        if not isinstance(condition.operand, ast.ColumnRef):
            raise analysis_error("Child of is_null predicate should be column name", condition.operand.span)
    elif isinstance(condition, ast.InList):
        if not isinstance(condition.operand, ast.ColumnRef):
            raise analysis_error("Left expr of in predicate should be column name", condition.operand.span)
        for item in condition.items:
            if not _is_value(item):
                raise analysis_error("Child of in predicate should be value", item.span)
    elif isinstance(condition, ast.InQuery):
        raise analysis_error("Child of in predicate should be value", condition.query.span)
    elif isinstance(condition, ast.Unary) and condition.op in ("not", "!"):
        raise analysis_error("Compound predicate's op should be AND", condition.span)
    else:
        raise analysis_error(
            "Where clause only supports compound predicate, binary predicate, is_null predicate and in predicate",
            condition.span,
        )


def _is_value(expr: ast.Expr) -> bool:
    if isinstance(expr, ast.Unary) and expr.op in ("-", "+"):
        return isinstance(expr.operand, ast.Literal)
    return isinstance(expr, ast.Literal)


def _column_of(condition: ast.Expr) -> ast.ColumnRef:
    reference = condition.left if isinstance(condition, ast.Binary) else condition.operand  # type: ignore[attr-defined]
    assert isinstance(reference, ast.ColumnRef)
    return reference


def _check_column(condition: ast.Expr, table: model.Table) -> None:
    name = _column_of(condition).parts[-1]
    column = table.column(name)
    if column is None:
        raise StarRocksError(5509, f"Unknown column '{name}' in '{table.name}'")
    if (not column.key and table.keys != "duplicate") or column.type.is_float:
        reason = "is not key column or storage model is not duplicate or column type is float or double."
        raise failure(f"Column[{column.name}] {reason}")
    if isinstance(condition, ast.Binary) and condition.op == "<=>":
        raise failure("Unsupported predicate operator: <=>")


def _check_value(condition: ast.Expr, table: model.Table) -> None:
    """Values are looked at only where there is data."""
    from starrocks_embedded.statements.insert_values import _check_text

    column = table.column(_column_of(condition).parts[-1])
    assert column is not None
    values = [condition.right] if isinstance(condition, ast.Binary) else getattr(condition, "items", [])
    for value in values:
        if isinstance(value, ast.Literal) and value.kind == "string":
            try:
                _check_text(str(value.value), column.type)
            except StarRocksError as error:
                detail = error.message.split("Detail message: ", 1)[-1].removesuffix(".")
                raise failure(f"Invalid value for column {column.name}: {detail}") from None


def _condition_sql(session: Session, condition: ast.Expr, table: model.Table) -> str:
    from starrocks_embedded.emit.casts import cast_sql

    column = table.column(_column_of(condition).parts[-1])
    assert column is not None
    name = f'"{column.physical}"'
    if isinstance(condition, ast.IsNull):
        return f"{name} IS {'NOT ' if condition.negated else ''}NULL"

    def value_sql(value: ast.Expr) -> str:
        from starrocks_embedded.analysis.analyzer import analyze_expression
        from starrocks_embedded.emit.expression import expression_sql

        analyzed = analyze_expression(session, value, [])
        return cast_sql(expression_sql(analyzed, session), analyzed.type, column.type)

    if isinstance(condition, ast.InList):
        listed = ", ".join(value_sql(v) for v in condition.items)
        return f"{name} {'NOT ' if condition.negated else ''}IN ({listed})"
    assert isinstance(condition, ast.Binary)
    operator = "<>" if condition.op == "!=" else condition.op
    return f"{name} {operator} {value_sql(condition.right)}"
