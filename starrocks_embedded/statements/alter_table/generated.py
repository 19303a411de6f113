"""Generated columns that ALTER TABLE adds or redefines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import type_name
from starrocks_embedded.catalog.generated import calls, matches, references
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import ColumnDef
from starrocks_embedded.syntax.lexer import tokenize

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import OutputColumn
    from starrocks_embedded.session import Session

AGGREGATES = ("sum", "count", "avg", "min", "max", "any_value", "group_concat", "array_agg", "stddev", "variance")


def check_generated_form(column: ColumnDef) -> None:
    """What the parser refuses of a column with AS (…)."""
    if column.generated is None:
        return
    if column.key:
        raise failure("Getting syntax error. Detail message: Generated Column can not be KEY.")
    if column.nullable is False:
        raise failure("Getting syntax error. Detail message: Generated Column must be nullable column.")


def analyze_generated(session: Session, table: model.Table, column: ColumnDef) -> str:
    """Checks the expression; its StarRocks text."""
    from starrocks_embedded.syntax.printer import expression_text

    assert column.generated is not None
    expr = _analyzed(session, table, column.generated)
    if any(n.name in AGGREGATES for n in calls(column.generated)):
        raise analysis_error("Generated Column don't support aggregation function")
    for name in names_in(column.generated):
        used = table.column(name)
        if used is not None and used.generated:
            raise analysis_error(f"Expression can not refers to other generated columns: {used.name}")
        if used is not None and used.auto_increment:
            raise analysis_error(f"Expression can not refers to AUTO_INCREMENT columns: {used.name}")
    if not matches(column.type, expr.type):
        raise analysis_error(
            f"Illegal expression type for Generated Column Column Type: {type_name(column.type)}, "
            f"Expression Type: {type_name(expr.type)}"
        )
    return expression_text(expr, session.engine.version)


def generated_sql(session: Session, table: model.Table, column: model.Column) -> str:
    """DuckDB's expression for a stored generated column over the rows of its table."""
    from starrocks_embedded.analysis.analyzer import coerce
    from starrocks_embedded.emit.expression import expression_sql
    from starrocks_embedded.syntax.cursor import Cursor
    from starrocks_embedded.syntax.expressions import parse_expression

    expr = parse_expression(Cursor(column.generated, session.engine.version, session.sql_mode))
    return expression_sql(coerce(_analyzed(session, table, expr), column.type))


def _analyzed(session: Session, table: model.Table, expr: ast.Expr) -> ast.Expr:
    from starrocks_embedded.analysis.analyzer import analyze_expression

    return analyze_expression(session, expr, output_columns(table))


def output_columns(table: model.Table) -> list[OutputColumn]:
    from starrocks_embedded.analysis.scope import OutputColumn

    return [OutputColumn(c.name, c.type, c.nullable, c.physical, None, c) for c in table.columns]


def referenced_columns(column: model.Column) -> set[str]:
    """The names, in lower case, that a generated column's text mentions."""
    return {t.value.lower() for t in tokenize(column.generated) if t.kind in ("word", "quoted")}


def names_in(expr: ast.Expr) -> list[str]:
    return [reference.parts[-1] for reference in references(expr)]
