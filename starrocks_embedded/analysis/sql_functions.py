"""Calls of SQL functions: the body of a user's function stands in the call's place, its parameters as the arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis import functions
from starrocks_embedded.analysis.coercion import loud_text
from starrocks_embedded.analysis.expressions import annotate, coerce
from starrocks_embedded.analysis.functions import Signature
from starrocks_embedded.analysis.scope import Field, OutputColumn, Scope
from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.catalog import model
from starrocks_embedded.errors import analysis_error, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

ANALYZED = ("slot", "function", "type", "span")


def inline(call: ast.Call, context: Context) -> ast.Expr | None:
    """The body of the user's function that a call with annotated arguments means; None where it means a built-in."""
    known = [f for f in context.session.engine.catalog.all(model.SqlFunction) if f.name == call.name]
    types = [a.type for a in call.args]
    if not known or functions.find(call.name, types, context.version) is not None:
        return None
    found = _chosen(known, _home(call, context), types)
    if found is None:
        return None
    if call.distinct or call.order_by or call.filter is not None or call.window is not None:
        raise unsupported(f"DISTINCT, ORDER BY, FILTER or OVER in a call of the SQL function {found.name}")
    return _with_arguments(found, call, context)


def _home(call: ast.Call, context: Context) -> int:
    database = context.session.engine.catalog.database(call.database or context.session.database_name)
    return database.id if database is not None else 0


def _chosen(known: list[model.SqlFunction], home: int, types: Sequence[Type]) -> model.SqlFunction | None:
    """A function of the database before a global one."""
    for place in dict.fromkeys((home, 0)):
        by_signature = {signature_of(f): f for f in known if f.database_id == place}
        chosen = functions.best(list(by_signature), types)
        if chosen is not None:
            return by_signature[chosen]
    return None


def signature_of(function: model.SqlFunction) -> Signature:
    return Signature(function.name, tuple(type_ for _, type_ in function.parameters), function.result, "scalar")


def _with_arguments(found: model.SqlFunction, call: ast.Call, context: Context) -> ast.Expr:
    columns, arguments = [], {}
    for (name, declared), given in zip(found.parameters, call.args, strict=True):
        column = OutputColumn(name, declared, given.nullable, name)
        columns.append(column)
        arguments[id(column)] = _argument(given, declared)
    body = analyzed_body(parsed(found.body, context), columns, context)
    type_, nullable = body.type, body.nullable
    body = coerce(_replaced(body, arguments), type_)
    return ast.Inlined(body, call, type=type_, nullable=nullable, span=call.span)


def _argument(given: ast.Expr, declared: Type) -> ast.Expr:
    """A server puts the argument in as it is. Where that is not the same as its value in the parameter's type, the
    two would differ in what they compute."""
    if given.type.is_integer and declared.is_integer:  # the body computes in wider types anyway
        return given
    lossless = functions.widens(given.type, declared) and not (declared.is_decimal and given.type != declared)
    if not (given.type.is_null or lossless):
        raise unsupported(f"An argument of type {loud_text(given.type)} for a parameter of type {loud_text(declared)}")
    return coerce(given, declared)


def parsed(text: str, context: Context) -> ast.Expr:
    from starrocks_embedded.syntax.expressions import parse_expression

    return parse_expression(Cursor(text, context.version, context.session.sql_mode))


def analyzed_body(body: ast.Expr, columns: list[OutputColumn], context: Context) -> ast.Expr:
    """The body's tree with types; refused where it names something else than a parameter."""
    names = {c.name for c in columns}
    bound = {p.lower() for n in walk(body) if isinstance(n, ast.Lambda) for p in n.params}
    for node in walk(body):
        if isinstance(node, ast.ScalarQuery | ast.Exists | ast.InQuery):
            raise unsupported("A subquery in a SQL function")
        if isinstance(node, ast.ColumnRef) and node.parts[0] not in names and node.parts[0].lower() not in bound:
            raise analysis_error(f"Cannot find argument {node.parts[-1]} in function args")
    annotated = annotate(body, Scope([Field(c) for c in columns]), context)
    for node in walk(annotated):
        if isinstance(node, ast.Call) and isinstance(node.function, Signature) and node.function.kind != "scalar":
            raise unsupported(f"The {node.function.kind} function {node.name} in a SQL function")
    return annotated


def _replaced(node: Any, arguments: dict[int, ast.Expr]) -> Any:
    """The tree with arguments in the place of parameters."""
    if isinstance(node, ast.ColumnRef) and id(node.slot) in arguments and not node.path:
        return arguments[id(node.slot)]
    if isinstance(node, list):
        return [_replaced(one, arguments) for one in node]
    if isinstance(node, tuple):
        return tuple(_replaced(one, arguments) for one in node)
    if isinstance(node, ast.ColumnRef) and id(node.slot) in arguments:
        raise unsupported("Fields of a parameter in a SQL function")
    if isinstance(node, ast.Node):
        for field in fields(node):
            if field.name not in ANALYZED:
                setattr(node, field.name, _replaced(getattr(node, field.name), arguments))
    return node
