"""Which fields a load reads from its body, and which column each of them or an expression over them fills."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import TINYINT, VARCHAR, Type

if TYPE_CHECKING:
    from starrocks_embedded.loading.options import Options
    from starrocks_embedded.session import Session

OP = "__op"  # of a row for a PRIMARY KEY table: 0 writes it, 1 deletes its key
OPERATIONS = {"upsert": 0, "delete": 1}


@dataclass(eq=False)
class SourceField:
    """A field of the body. `column` is the column it fills as it is; `used`: whether anything reads it."""

    name: str
    type: Type = VARCHAR
    column: model.Column | None = None
    used: bool = False


@dataclass
class Mapping:
    """`values` says what fills a column: a field, or an expression whose tree is annotated over all fields."""

    fields: list[SourceField]
    values: list[tuple[model.Column, SourceField | ast.Expr]]
    operation: SourceField | ast.Expr | int = 0
    partial: bool = False
    where: ast.Expr | None = None


@dataclass
class _Item:
    name: str
    expr: ast.Expr | None = None


def make_mapping(session: Session, table: model.Table, options: Options) -> Mapping:
    items = _parse_columns(session, options.columns)
    where = _parse_expression(session, options.where) if options.where else None
    _check_items(table, items)
    if options.partial_update and table.keys != "primary":
        raise failure("Only primary key table support partial update")
    if not any(i.expr is None for i in items):
        items += [_Item(c.name) for c in table.visible_columns if not c.generated and not c.auto_increment]
    given = {i.name.lower() for i in items}
    if options.partial_update:
        _check_keys(table, given)
    else:
        _check_defaults(table, given)
    fields = _fields(table, items, options.format == "json")
    exprs = {i.name.lower(): i.expr for i in items if i.expr is not None}
    operation = exprs.pop(OP, None)
    if operation is not None:
        operation = _operation(operation)
    analyzed = _analyze(session, table, fields, {**exprs, **({OP: operation} if operation is not None else {})})
    mapping = Mapping(fields, [], analyzed.pop(OP, 0), options.partial_update)
    _assign(table, mapping, analyzed)
    if where is not None:
        mapping.where = _filter(session, table, mapping, where)
    return mapping


# ---- reading the headers


def _parse_columns(session: Session, text: str) -> list[_Item]:
    """`columns`: names of fields, and assignments to columns."""
    if not text.strip():
        return []
    cursor = Cursor(f"COLUMNS ({text})", session.engine.version, session.sql_mode)
    cursor.expect("COLUMNS")
    items = cursor.list_in_parentheses(lambda: _item(cursor))
    if not cursor.done:
        raise cursor.unexpected("<EOF>")
    return items


def _item(cursor: Cursor) -> _Item:
    from starrocks_embedded.syntax.expressions import parse_expression

    name = cursor.qualified_name()[-1]
    return _Item(name, parse_expression(cursor) if cursor.accept("=") else None)


def _parse_expression(session: Session, text: str) -> ast.Expr:
    from starrocks_embedded.syntax.expressions import parse_expression

    cursor = Cursor(text, session.engine.version, session.sql_mode)
    expr = parse_expression(cursor)
    if not cursor.done:
        raise cursor.unexpected("<EOF>")
    return expr


# ---- checks


def _check_items(table: model.Table, items: list[_Item]) -> None:
    fields: set[str] = set()
    mapped: set[str] = set()
    for item in items:
        key, column = item.name.lower(), table.column(item.name)
        if column is not None and column.generated:
            raise failure(f"generated column: {item.name} can not be specified")
        if item.expr is None:
            if key in fields:
                raise failure(f"Duplicate column: {item.name}")
            fields.add(key)
            continue
        if key in mapped:
            raise failure(f"Duplicate column mapping: {item.name}")
        if column is None and item.name != OP:
            raise failure(f"Mapping column is not in table. column: {item.name}")
        mapped.add(key)
    for name in sorted(n for i in items if i.expr is not None for n in _names(i.expr)):
        column = table.column(name)
        if column is not None and column.generated:
            raise failure(f"Mapping column can not ref generated column: {name}")


def _check_defaults(table: model.Table, given: set[str]) -> None:
    for column in table.visible_columns:
        free = column.nullable or column.auto_increment or column.generated or column.default is not None
        if column.name.lower() not in given and not free:
            raise failure(f"Column has no default value. column: {column.name}")


def _check_keys(table: model.Table, given: set[str]) -> None:
    for column in table.visible_columns:
        if column.key and column.name.lower() not in given:
            raise failure(f"key column {column.name} not in partial update columns")


def _names(expr: ast.Expr) -> list[str]:
    return [node.parts[-1] for node in walk(expr) if isinstance(node, ast.ColumnRef)]


# ---- types


def _fields(table: model.Table, items: list[_Item], is_json: bool) -> list[SourceField]:
    """A field that only fills its column has that column's type; one that an expression reads is text, until the
    expression says what it needs."""
    read = {n.lower() for i in items if i.expr is not None for n in _names(i.expr)}
    mapped = {i.name.lower() for i in items if i.expr is not None}
    fields = []
    for item in items:
        if item.expr is not None:
            continue
        found, key = SourceField(item.name), item.name.lower()
        column = table.column(item.name)
        if item.name == OP and table.keys == "primary":
            found.type, found.used = TINYINT, True
        elif column is not None and key not in read:
            found.type = column.type
            if key not in mapped:
                found.column, found.used = column, True
        elif column is not None and key not in mapped:
            found.column, found.used = column, True
        fields.append(found)
    named = [i.name for i in items]
    if is_json and table.keys == "primary" and OP not in named:
        fields.append(SourceField(OP, TINYINT, used=True))
    return fields


def _operation(expr: ast.Expr) -> ast.Expr:
    """The words upsert and delete as the numbers they stand for."""
    if not isinstance(expr, ast.Literal):
        return expr
    if expr.kind == "string":
        word = str(expr.value).lower()
        if word not in OPERATIONS:
            raise analysis_error(f"load op type string not supported: {word}")
        return ast.Literal("int", OPERATIONS[word], str(OPERATIONS[word]), span=expr.span)
    if expr.kind != "int":
        raise analysis_error("const load op type column should only be upsert(0)/delete(1)")
    return expr


def _analyze(
    session: Session, table: model.Table, fields: list[SourceField], exprs: dict[str, ast.Expr]
) -> dict[str, ast.Expr]:
    """The expressions, annotated. What they cast a field to that no column has becomes the field's own type."""
    if not exprs:
        return {}
    by_name = {f.name.lower(): f for f in fields}
    for name, expr in exprs.items():
        for wanted in _names(expr):
            if wanted.lower() not in by_name:
                raise failure(
                    f"Referenced column '{wanted}' in expr '{_text(session, expr)}' can't be found in column list, "
                    f"derived column is '{_shown(table, name)}'",
                    5601,
                )
            by_name[wanted.lower()].used = True
    first = _annotated(session, table, fields, deepcopy(exprs))
    for name, type_ in _needed(first.values()):
        if table.column(name) is None:
            by_name[name.lower()].type = type_
    return _annotated(session, table, fields, exprs)


def _annotated(
    session: Session, table: model.Table, fields: list[SourceField], exprs: dict[str, ast.Expr]
) -> dict[str, ast.Expr]:
    from starrocks_embedded.analysis.analyzer import analyze_expression

    offered = offered_columns(fields)
    found = {}
    for name, expr in exprs.items():
        try:
            found[name] = analyze_expression(session, expr, offered)
        except StarRocksError as error:
            detail = error.message.partition("Detail message: ")[2].removesuffix(".") or error.message
            raise failure(
                f"Expr '{_text(session, expr)}' analyze error: {detail}, derived column is '{_shown(table, name)}'",
                5602,
            ) from error
    return found


def offered_columns(fields: list[SourceField]) -> list[OutputColumn]:
    return [OutputColumn(f.name, f.type, True, f"s{i}", ast.Relation(key="g")) for i, f in enumerate(fields)]


def _needed(exprs: Iterable[ast.Expr]) -> list[tuple[str, Type]]:
    """Fields that stand under an implicit cast, and its type."""
    found = []
    for expr in exprs:
        for node in walk(expr):
            if not isinstance(node, ast.Cast) or not node.implicit or node.target.is_string:
                continue
            if isinstance(node.operand, ast.ColumnRef):
                found.append((node.operand.parts[-1], node.target))
    return found


def _assign(table: model.Table, mapping: Mapping, exprs: dict[str, ast.Expr]) -> None:
    by_column = {f.column.id: f for f in mapping.fields if f.column is not None}
    for column in table.visible_columns:
        if column.name.lower() in exprs:
            mapping.values.append((column, exprs[column.name.lower()]))
        elif column.id in by_column:
            mapping.values.append((column, by_column[column.id]))
        elif column.type.name == "hll" and not column.generated:
            raise analysis_error(f"HLL column must use hll_hash function, like {column.name}=hll_hash(xxx)")
    for column, value in mapping.values:
        type_ = value.type
        if column.type.name == "hll" and (not isinstance(value, ast.Call)):
            raise analysis_error(f"HLL column must use hll_hash function, like {column.name}=hll_hash(xxx)")
        if column.aggregate.lower() == "bitmap_union" and (isinstance(value, SourceField) or type_.name != "bitmap"):
            raise analysis_error(f"bitmap column {column.name} require the function return type is BITMAP")
    for found in mapping.fields:
        if found.name == OP and table.keys == "primary":
            mapping.operation = found


def _filter(session: Session, table: model.Table, mapping: Mapping, where: ast.Expr) -> ast.Expr:
    """`where` speaks of the table's columns as they will be."""
    from starrocks_embedded.analysis.analyzer import analyze_expression

    for name in _names(where):
        if table.column(name) is None:
            raise failure(
                f"unknown column in where statement. the column '{name}' in where clause must be in the target table."
            )
    offered = [OutputColumn(c.name, c.type, True, c.physical, ast.Relation(key="w"), c) for c in table.columns]
    expr = analyze_expression(session, where, offered)
    if expr.type.name != "boolean":
        raise failure("where statement is not a valid statement return bool")
    return expr


def _text(session: Session, expr: ast.Expr) -> str:
    from starrocks_embedded.syntax.printer import expression_text

    return expression_text(expr, session.engine.version)


def _shown(table: model.Table, name: str) -> str:
    column = table.column(name)
    return column.name if column else name
