"""The rows of INSERT … VALUES: what the analyzer refuses in them, and their DuckDB text."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.emit.casts import BOUNDS
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.statements.bulk_values import bulk_source
from starrocks_embedded.statements.staging import Source, default_sql
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session
    from starrocks_embedded.statements.insert import Insert


def width(statement: Insert) -> int:
    return len(statement.bulk.columns) if statement.bulk else len(statement.rows[0])


def check_rows(session: Session, statement: Insert) -> None:
    """Analyses every value that is not DEFAULT."""
    from starrocks_embedded.analysis.analyzer import analyze_expression
    from starrocks_embedded.statements.insert import DefaultValue

    if statement.bulk:
        return
    if len({len(row) for row in statement.rows}) > 1:
        raise analysis_error("Values have unequal number of columns")
    for row in statement.rows:
        _refuse_aggregates(session, row)
        row[:] = [v if isinstance(v, DefaultValue) else analyze_expression(session, v, []) for v in row]


def _refuse_aggregates(session: Session, row: list[ast.Expr]) -> None:
    from starrocks_embedded.analysis.functions import kind_of

    for value in row:
        if isinstance(value, ast.Call) and kind_of(value.name, session.engine.version) == "aggregate":
            raise analysis_error("Values clause cannot contain aggregations", value.span)


def source(session: Session, statement: Insert, columns: list[model.Column]) -> Source:
    if statement.bulk:
        fast = bulk_source(statement.bulk, columns)
        if fast is not None:
            return fast
        _read_all(session, statement)
    rows = []
    for row in statement.rows:
        _check_defaults(row, columns)
    for row in statement.rows:
        values = [_value(session, value, column) for value, column in zip(row, columns, strict=True)]
        rows.append(f"({', '.join(values)})")
    names = ", ".join(f"o{i}" for i in range(len(columns)))
    sql = f"SELECT * FROM (VALUES {', '.join(rows)}) v({names})"
    return Source(sql, [c.type for c in columns])


def _read_all(session: Session, statement: Insert) -> None:
    """Back to the ordinary way, for literals of other kinds than their columns."""
    from starrocks_embedded.statements.registry import parse_statement
    from starrocks_embedded.syntax.cursor import Cursor

    whole = parse_statement(Cursor(statement.bulk.text, session.engine.version, session.sql_mode))
    statement.rows, statement.bulk = whole.rows, None  # type: ignore[attr-defined]
    check_rows(session, statement)


def _check_defaults(row: list[ast.Expr], columns: list[model.Column]) -> None:
    from starrocks_embedded.statements.insert import DefaultValue

    for value, column in zip(row, columns, strict=True):
        if isinstance(value, DefaultValue) and not column.auto_increment and _no_default(column):
            raise analysis_error(f"Column has no default value, column={column.name}")


def _no_default(column: model.Column) -> bool:
    return column.default is None


def _value(session: Session, value: ast.Expr, column: model.Column) -> str:
    """One value in the column's type; NULL where it cannot be converted."""
    from starrocks_embedded.emit.casts import cast_sql
    from starrocks_embedded.emit.expression import expression_sql
    from starrocks_embedded.statements.insert import DefaultValue
    from starrocks_embedded.types import duckdb_type

    if isinstance(value, DefaultValue):
        return f"CAST(NULL AS {duckdb_type(column.type)})" if column.auto_increment else default_sql(session, column)
    if column.auto_increment and isinstance(value, ast.Literal) and value.value is None:
        raise analysis_error(f"AUTO_INCREMENT column: {column.name} must not be NULL")
    check_value(session, value, column.type)
    text = expression_sql(_in_order(value), session)
    casted = cast_sql(text, value.type, column.type)
    if column.type.is_decimal:  # whose digits the table counts later
        return casted
    return casted if casted == text else f"CAST({casted} AS {duckdb_type(column.type)})"


def _in_order(value: ast.Expr) -> ast.Expr:
    """A constant map is stored by the order of its keys, NULL first; one whose values are maps is left as it is."""
    if isinstance(value, ast.Cast):
        return replace(value, operand=_in_order(value.operand))
    if isinstance(value, ast.ArrayLiteral):
        return replace(value, items=[_in_order(i) for i in value.items])
    if isinstance(value, ast.Call) and value.name in ("row", "named_struct"):
        return replace(value, args=[_in_order(a) for a in value.args])
    if not isinstance(value, ast.MapLiteral):
        return value
    entries = [(key, _in_order(item)) for key, item in value.entries]
    known = [getattr(_bare(key), "value", key) for key, _ in entries]
    alike = any(all(k is None or isinstance(k, kind) for k in known) for kind in (str, int | Decimal))
    if alike and value.type.children[1].name != "map":
        ranks = sorted(range(len(known)), key=lambda i: (known[i] is not None, known[i] if known[i] is not None else i))
        entries = [entries[i] for i in ranks]
    return replace(value, entries=entries)


def check_value(session: Session, value: ast.Expr, target: Type) -> None:
    """What StarRocks says of a value that cannot become the column's type."""
    from starrocks_embedded.analysis.coercion import can_cast, loud_text, sql_text

    if isinstance(value, ast.ArrayLiteral) and target.name == "array":
        for item in value.items:
            check_value(session, _bare(item), target.children[0])
        return
    if isinstance(value, ast.MapLiteral) and target.name == "map":
        for key, item in value.entries:
            check_value(session, _bare(key), target.children[0])
            check_value(session, _bare(item), target.children[1])
        return
    if not can_cast(value.type, target):
        nested = target.name == "struct" or value.type.name == "struct"
        spell = sql_text if nested else loud_text
        raise analysis_error(f"Cannot cast '{_text(session, value)}' from {loud_text(value.type)} to {spell(target)}")
    if isinstance(value, ast.Literal):
        _check_literal(value, target)


def _bare(value: ast.Expr) -> ast.Expr:
    while isinstance(value, ast.Cast) and value.implicit:
        value = value.operand
    return value


def _text(session: Session, value: ast.Expr) -> str:
    from starrocks_embedded.syntax.printer import expression_text

    return expression_text(value, session.engine.version)


def _check_literal(value: ast.Literal, target: Type) -> None:
    if value.kind == "string":
        _check_text(str(value.value), target)
    elif value.kind == "int" and target.name in BOUNDS and target.name != "largeint":
        low, high = BOUNDS[target.name]
        if not low <= int(value.value) <= high:
            raise analysis_error(f"Number out of range[{value.value}]. type: {target.name.upper()}")


def _check_text(text: str, target: Type) -> None:
    if target.name == "largeint":
        if not re.fullmatch(r"[+-]?\d+", text):
            raise analysis_error(f"Invalid integer literal: {text}")
    elif target.is_integer:
        if not re.fullmatch(r"[+-]?\d+", text):
            raise analysis_error(f"Invalid number format: {text}")
        low, high = BOUNDS[target.name]
        if not low <= int(text) <= high:
            raise analysis_error(f"Number out of range[{text}]. type: {target.name.upper()}")
    elif target.is_decimal:
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
            raise analysis_error(f"Invalid floating-point literal: {text}")
    elif target.is_float and not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?\s*", text):
        raise analysis_error(f"'{text}' is not a number", code=5012)
