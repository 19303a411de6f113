"""Columns computed from others: their expressions, checked against the table's columns."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.catalog.columns import type_name
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import ColumnDef, KeysClause
from starrocks_embedded.syntax.printer import NamePrinter
from starrocks_embedded.types import Type, decimal_class
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def analyze(
    session: Session, expr: ast.Expr, columns: list[ColumnDef], missing_as_partition_column: bool = False
) -> ast.Expr:
    """The expression with types, over columns that are about to exist."""
    from starrocks_embedded.analysis.analyzer import analyze_expression

    if missing_as_partition_column:
        known = {c.name.lower() for c in columns}
        for reference in references(expr):
            if reference.parts[-1].lower() not in known:
                raise analysis_error(f"Partition column[{reference.parts[-1]}] does not exist in column list.")
    outputs = [OutputColumn(c.name, c.type, c.nullable is not False, f"c{i + 1}") for i, c in enumerate(columns)]
    return analyze_expression(session, expr, outputs)


def generated_texts(session: Session, columns: list[ColumnDef], keys: KeysClause) -> dict[str, str]:
    """The text of each generated column's expression by the column's name, after StarRocks' checks."""
    if keys.kind == "aggregate":
        raise analysis_error("Generated Column does not support AGG table")
    texts: dict[str, str] = {}
    for column in columns:
        if column.generated is None:
            if texts:
                raise analysis_error("All generated columns must be defined after ordinary columns")
            continue
        texts[column.name] = _checked_text(session, column, columns, keys)
    return texts


def _checked_text(session: Session, column: ColumnDef, columns: list[ColumnDef], keys: KeysClause) -> str:
    assert column.generated is not None
    if column.name.lower() in (k.lower() for k in keys.columns):
        raise analysis_error(f"Generated Column {column.name} can not be KEY")
    typed = analyze(session, copy.deepcopy(column.generated), columns)
    if any(_is_aggregate(call) for call in calls(typed)):
        raise analysis_error("Generated Column don't support aggregation function")
    _check_references(column, columns)
    constant = isinstance(typed, ast.Literal) and typed.kind == "int" and column.type.is_integer
    if not constant and not matches(column.type, typed.type):
        raise analysis_error(
            "Illegal expression type for Generated Column "
            f"Column Type: {type_name(column.type)}, Expression Type: {type_name(typed.type)}"
        )
    quoted = keys.kind != "primary" or not session.engine.version.at_least("3.5")
    return definition_text(column.generated, session.engine.version, quoted)


def definition_text(expr: ast.Expr, version: Version, quoted: bool = True) -> str:
    """An expression as a column's definition prints it: names in backticks, but not in PRIMARY KEY tables."""
    return (_QuotedNames if quoted else NamePrinter)(version).text(expr)


class _QuotedNames(NamePrinter):
    def _columnref(self, node: ast.ColumnRef) -> str:
        return f"`{node.parts[-1]}`"


def _is_aggregate(call: ast.Call) -> bool:
    return bool(getattr(call.function, "is_aggregate", False) or getattr(call.function, "kind", "") == "aggregate")


def _check_references(column: ColumnDef, columns: list[ColumnDef]) -> None:
    by_name = {c.name.lower(): c for c in columns}
    for reference in references(column.generated):
        used = by_name.get(reference.parts[-1].lower())
        if used is not None and used.generated is not None:
            raise analysis_error("Expression can not refers to other generated columns")
        if used is not None and used.auto_increment:
            raise analysis_error("Expression can not refers to AUTO_INCREMENT columns")


def matches(declared: Type, computed: Type) -> bool:
    """Strings and bytes match whatever their lengths, decimals of one width and scale whatever their precision."""
    if declared.is_string and computed.is_string:
        return True
    if declared.is_decimal and computed.is_decimal:
        return decimal_class(declared) == decimal_class(computed) and declared.scale == computed.scale
    if declared.is_nested and declared.name == computed.name:
        return all(matches(d, c) for d, c in zip(declared.children, computed.children, strict=False))
    return declared.name == computed.name


def walk(expr: object) -> list[ast.Node]:
    if not isinstance(expr, ast.Node):
        return []
    found: list[ast.Node] = [expr]
    for name, value in vars(expr).items():
        if name in ("slot", "function"):
            continue
        for part in value if isinstance(value, list) else [value]:
            for inner in part if isinstance(part, tuple) else [part]:
                found.extend(walk(inner))
    return found


def references(expr: object) -> list[ast.ColumnRef]:
    return [n for n in walk(expr) if isinstance(n, ast.ColumnRef)]


def calls(expr: object) -> list[ast.Call]:
    return [n for n in walk(expr) if isinstance(n, ast.Call)]
