"""PIVOT: a grouped query over its source, with one aggregate over a CASE for every value and measure."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from starrocks_embedded.analysis import functions
from starrocks_embedded.analysis.coercion import can_cast, loud_text
from starrocks_embedded.analysis.expressions import annotate
from starrocks_embedded.analysis.scope import Field, OutputColumn, Scope
from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.errors import analysis_error, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.printer import column_name
from starrocks_embedded.types import TINYINT

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context


def analyze_pivot(relation: ast.Pivot, outer: Scope | None, context: Context) -> list[Field]:
    """Writes the query into the relation; its fields are the source's that PIVOT does not use, and the new ones."""
    from starrocks_embedded.analysis.queries import analyze_query_node

    fields = _source_fields(relation, outer, context)
    _check_measures(relation, context)
    _check_values(relation, Scope(fields, outer), context)
    used = {n.parts[-1].lower() for e in _written(relation) for n in walk(e) if isinstance(n, ast.ColumnRef)}
    kept = [f for f in fields if f.column.name.lower() not in used]
    keys: list[ast.Expr] = [ast.ColumnRef((*f.qualifier, f.column.name)) for f in kept]
    items = [ast.SelectItem(key, f.column.name) for key, f in zip(keys, kept, strict=True)]
    items += _measured(relation, context)
    grouping = ast.Grouping("plain", [copy.deepcopy(key) for key in keys]) if keys else None
    relation.query = ast.Query(ast.Select(items, source=relation.source, group_by=grouping))
    columns = analyze_query_node(relation.query, outer, context)
    relation.columns = [OutputColumn(c.name, c.type, c.nullable, f"o{i}", relation) for i, c in enumerate(columns)]
    qualifiers = [f.qualifier for f in kept] + [()] * (len(columns) - len(kept))
    return [Field(column, qualifier) for column, qualifier in zip(relation.columns, qualifiers, strict=True)]


def _source_fields(relation: ast.Pivot, outer: Scope | None, context: Context) -> list[Field]:
    from starrocks_embedded.analysis.relations import analyze_relation

    before = len(context.tables)
    fields = analyze_relation(copy.deepcopy(relation.source), outer, context, set())
    del context.tables[before:]  # they come again with the query
    return fields


def _written(relation: ast.Pivot) -> list[ast.Expr]:
    return [*(call for call, _ in relation.aggregates), *relation.keys]


def _check_measures(relation: ast.Pivot, context: Context) -> None:
    for call, _ in relation.aggregates:
        if not isinstance(call, ast.Call) or functions.kind_of(call.name, context.version) != "aggregate":
            raise analysis_error("Measure expression in PIVOT must use aggregate function")
        if call.distinct or len(call.args) > 1 or call.order_by or call.separator is not None:
            raise unsupported(f"DISTINCT, ORDER BY or a second argument of {call.name} in PIVOT")


def _check_values(relation: ast.Pivot, scope: Scope, context: Context) -> None:
    types = [annotate(copy.deepcopy(key), scope, context).type for key in relation.keys]
    for values, _ in relation.values:
        for value, type_ in zip(values, types, strict=False):
            given = annotate(copy.deepcopy(value), scope, context).type
            if not can_cast(given, type_):
                shape = f"{loud_text(given)} is not compatible with pivot column type {loud_text(type_)}"
                raise analysis_error(f"Pivot value type {shape}")


def _measured(relation: ast.Pivot, context: Context) -> list[ast.SelectItem]:
    items = []
    for values, alias in relation.values:
        for call, measure in relation.aggregates:
            assert isinstance(call, ast.Call)
            name = alias or _value_name(values, context)
            if len(relation.aggregates) > 1:
                name = f"{name}_{measure or column_name(call, context.version)}"
            items.append(ast.SelectItem(_conditional(relation, call, values), name))
    return items


def _value_name(values: list[ast.Expr], context: Context) -> str:
    names = [column_name(value, context.version) for value in values]
    return names[0] if len(names) == 1 else "{" + ",".join(names) + "}"


def _conditional(relation: ast.Pivot, call: ast.Call, values: list[ast.Expr]) -> ast.Call:
    """f(CASE WHEN key = value AND … THEN argument END)"""
    condition: ast.Expr | None = None
    for key, value in zip(relation.keys, values, strict=True):
        equal = ast.Binary("=", copy.deepcopy(key), copy.deepcopy(value))
        condition = equal if condition is None else ast.Binary("and", condition, equal)
    assert condition is not None
    one = ast.Literal("int", 1, "1", type=TINYINT, nullable=False)
    argument = copy.deepcopy(call.args[0]) if call.args else one
    return ast.Call(call.name, [ast.Case(None, [(condition, argument)], None)], call.written, span=call.span)
