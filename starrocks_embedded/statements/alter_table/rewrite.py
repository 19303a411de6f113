"""The DuckDB statements that bring a table's rows into its new shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.statements.alter_table.conversions import conversion_sql
from starrocks_embedded.statements.alter_table.fields import reshaped_sql
from starrocks_embedded.statements.alter_table.generated import generated_sql
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def rewriting(session: Session, before: model.Table, after: model.Table) -> list[str]:
    """From the columns of one to those of the other, matched by id."""
    place = f'data."{before.physical}"'
    old, new = {c.id: c for c in before.columns}, {c.id: c for c in after.columns}
    statements = [f'ALTER TABLE {place} DROP COLUMN "{c.physical}"' for c in before.columns if c.id not in new]
    for column in after.columns:
        known = old.get(column.id)
        if known is None:
            statements += _added(session, place, after, column)
        elif known.generated != column.generated:
            statements.append(_filled(place, column, generated_sql(session, after, column)))
        elif duckdb_type(known.type) != duckdb_type(column.type):
            using = _converted(known, column)
            statements.append(
                f'ALTER TABLE {place} ALTER COLUMN "{column.physical}" '
                f"SET DATA TYPE {duckdb_type(column.type)} USING {using}"
            )
    return statements


def _converted(old: model.Column, new: model.Column) -> str:
    if old.type.is_nested:
        return reshaped_sql(new.physical, old.type, new.type)
    return conversion_sql(new.physical, old.type, new.type)


def _added(session: Session, place: str, table: model.Table, column: model.Column) -> list[str]:
    statements = [f'ALTER TABLE {place} ADD COLUMN "{column.physical}" {duckdb_type(column.type)}']
    value = generated_sql(session, table, column) if column.generated else default_sql(session, column)
    if value:
        statements.append(_filled(place, column, value))
    return statements


def _filled(place: str, column: model.Column, value: str) -> str:
    """DuckDB allows no UPDATE of a table that the same transaction altered, but one alteration after the other."""
    return (
        f'ALTER TABLE {place} ALTER COLUMN "{column.physical}" SET DATA TYPE {duckdb_type(column.type)} USING {value}'
    )


def default_sql(session: Session, column: model.Column) -> str:
    """What the rows that are there already show in a new column; empty for NULL."""
    if column.default is None:
        return "[]" if column.type.is_metric_object and not column.nullable else ""
    kind, text = column.default
    if kind == "null":
        return ""
    if kind == "expr":
        return f"CAST('{column.added_at}' AS {duckdb_type(column.type)})"
    if kind == "value":
        return _expression(session, column, text)
    if column.type.is_metric_object:
        return "[]"
    quoted = text.replace("'", "''")
    return f"CAST('{quoted}' AS {duckdb_type(column.type)})"


def _expression(session: Session, column: model.Column, text: str) -> str:
    from starrocks_embedded.analysis.analyzer import analyze_expression, coerce
    from starrocks_embedded.emit.expression import expression_sql
    from starrocks_embedded.syntax.cursor import Cursor
    from starrocks_embedded.syntax.expressions import parse_expression

    expr = parse_expression(Cursor(text, session.engine.version, session.sql_mode))
    return expression_sql(coerce(analyze_expression(session, expr, []), column.type))
