"""The types of expressions: every node is annotated, every cast that StarRocks makes silently is written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starrocks_embedded import types as t
from starrocks_embedded.analysis import coercion
from starrocks_embedded.analysis.coercion import INVALID, can_cast, sql_text
from starrocks_embedded.analysis.front_end_values import Constant, cast
from starrocks_embedded.analysis.scope import OutputColumn, Scope, field_type
from starrocks_embedded.analysis.subqueries import check_correlation, check_membership, scattered_complaint
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.errors import Span, analysis_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

NOT_PREDICATE = "HLL, BITMAP, PERCENTILE and ARRAY, MAP, STRUCT type couldn't as Predicate"
INTEGER = re.compile(r"[+-]?\d+")
INTEGER_RANGES = ((8, t.TINYINT), (16, t.SMALLINT), (32, t.INT), (64, t.BIGINT), (128, t.LARGEINT))


def annotate(expr: ast.Expr, scope: Scope, context: Context) -> ast.Expr:
    """The expression with types, slots and implicit casts; refused as StarRocks refuses it."""
    handler = HANDLERS.get(type(expr))
    if handler is None:
        raise analysis_error(f"not yet implemented: expression analyzer for {type(expr).__name__}", expr.span)
    return handler(expr, scope, context)


def coerce(expr: ast.Expr, target: Type) -> ast.Expr:
    """The expression as a value of that type: itself, or an implicit cast around it."""
    if expr.type == target or target == INVALID or (expr.type.is_string and target.is_string):
        return expr
    if target.is_null:
        return expr
    if isinstance(expr, ast.Literal) and expr.kind == "double" and target == t.DOUBLE:
        expr.type = target  # all the digits it was written with, not those that a FLOAT keeps
        return expr
    nullable = expr.nullable or not coercion.keeps_not_null(expr.type, target)
    return ast.Cast(expr, target, implicit=True, type=target, nullable=nullable, span=expr.span)


def checked_cast(expr: ast.Expr, target: Type) -> ast.Expr:
    """An implicit cast that may be refused."""
    if coercion.matches(expr.type, target) or target.is_null:
        return coerce(expr, target)
    if not can_cast(expr.type, target):
        shape = f"from {coercion.loud_text(expr.type)} to {coercion.loud_text(target)}"
        raise analysis_error(f"Cannot cast '{shown(expr)}' {shape}")
    if (
        isinstance(expr, ast.Literal)
        and expr.kind == "string"
        and target.is_integer
        and not INTEGER.fullmatch(expr.value)
    ):
        raise analysis_error(f"Invalid number format: {expr.value}")
    return coerce(expr, target)


def as_boolean(expr: ast.Expr) -> ast.Expr:
    """An operand of AND, OR, NOT."""
    if expr.type.name in ("boolean", "null"):
        return coerce(expr, t.BOOLEAN)
    if not can_cast(expr.type, t.BOOLEAN):
        raise analysis_error(f"{shown(expr)} can not be converted to boolean type.")
    return coerce(expr, t.BOOLEAN)


# ---- literals and names ----------------------------------------------------------------------------------------------


def _literal(expr: ast.Literal, scope: Scope, context: Context) -> ast.Expr:
    expr.type = _literal_type(expr)
    expr.nullable = expr.kind == "null"
    return expr


def _literal_type(expr: ast.Literal) -> Type:
    kind, value = expr.kind, expr.value
    if kind == "int":
        return integer_type(value, expr.span)
    if kind == "decimal":
        return decimal_type(value)
    if kind == "double":
        return t.DOUBLE if abs(value) > 3.4028234663852886e38 else t.FLOAT
    simple = {
        "null": t.NULL, "bool": t.BOOLEAN, "string": t.VARCHAR, "binary": t.VARBINARY, "date": t.DATE,
        "datetime": t.DATETIME,
    }  # fmt: skip
    return simple[kind]


def integer_type(value: int, span: Span) -> Type:
    """By its digits alone: a minus sign comes later, so -128 is a SMALLINT."""
    for bits, type_ in INTEGER_RANGES:
        if abs(value) < 1 << (bits - 1):
            return type_
    if value == -(1 << 127):
        return t.LARGEINT
    raise analysis_error(f"Number overflow: {value}", span)


def decimal_type(value: Decimal) -> Type:
    """The smallest decimal that holds a literal."""
    _, digits, exponent = value.as_tuple()
    places = int(exponent)
    count = len(digits) if any(digits) else 1
    if places >= 0:
        return t.decimal(max(1, count + places))
    return t.decimal(max(count, -places), -places)


def _column(expr: ast.ColumnRef, scope: Scope, context: Context) -> ast.Expr:
    found = scope.find(expr.parts)
    if found is None:
        raise analysis_error(f"Column '{_name_shown(expr.parts)}' cannot be resolved")
    reached, path = found
    return reference(expr, reached.column, path)


def _name_shown(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else ".".join(f"`{p}`" for p in parts)


def reference(expr: ast.ColumnRef, column: OutputColumn, path: tuple[str, ...] = ()) -> ast.Expr:
    expr.slot, expr.path = column, path
    expr.type = field_type(column.type, path) or column.type
    expr.nullable = column.nullable or bool(path)
    return expr


def refer_to(column: OutputColumn, span: Span = ast.NOWHERE) -> ast.ColumnRef:
    """A reference to a column that is known already."""
    made = ast.ColumnRef((column.name,), span=span)
    reference(made, column)
    return made


# ---- operators -------------------------------------------------------------------------------------------------------


def _unary(expr: ast.Unary, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    if expr.op == "not":
        expr.operand = as_boolean(expr.operand)
        expr.type, expr.nullable = t.BOOLEAN, True
        return expr
    if expr.op == "~":
        expr.operand = coerce(expr.operand, t.BIGINT)
        expr.type, expr.nullable = t.BIGINT, expr.operand.nullable
        return expr
    return _negated(expr)


def _negated(expr: ast.Unary) -> ast.Expr:
    """-x is -1 * x."""
    _left, right, result = coercion.arithmetic("*", t.TINYINT, expr.operand.type)
    complaint = coercion.check_operand(expr.operand.type, right)
    if complaint:
        raise analysis_error(complaint, expr.span)
    expr.nullable = expr.operand.nullable or expr.operand.type.is_decimal
    expr.operand, expr.type = coerce(expr.operand, right), result
    return expr


def _binary(expr: ast.Binary, scope: Scope, context: Context) -> ast.Expr:
    if isinstance(expr.right, ast.Interval) or isinstance(expr.left, ast.Interval):
        return _with_interval(expr, scope, context)
    expr.left = annotate(expr.left, scope, context)
    expr.right = annotate(expr.right, scope, context)
    if expr.op in ("and", "or", "xor"):
        expr.left, expr.right = as_boolean(expr.left), as_boolean(expr.right)
        expr.type, expr.nullable = t.BOOLEAN, True
        return expr
    if expr.op in ("=", "!=", "<", "<=", ">", ">=", "<=>"):
        return _comparison(expr, context)
    return _arithmetic(expr, context.session.variables.get("decimal_overflow_to_double") == "true")


def _with_interval(expr: ast.Binary, scope: Scope, context: Context) -> ast.Expr:
    swapped = isinstance(expr.left, ast.Interval)
    if swapped:
        expr.left, expr.right = expr.right, expr.left
    name = "date_add" if expr.op == "+" else "date_sub"
    spelling = expr.op if context.version.at_least("4.0") else ""
    return annotate(ast.Call(name, [expr.left, expr.right], expr.op, spelling, span=expr.span), scope, context)


def _comparison(expr: ast.Binary, context: Context) -> ast.Expr:
    one, two = expr.left.type, expr.right.type
    base = str(context.session.variables.get("cbo_eq_base_type", "decimal")).lower()
    common = coercion.comparison_type(one, two, expr.op in ("<", "<=", ">", ">="), base)
    if expr.op == "=":
        common = _whole_number(expr.left, expr.right) or _whole_number(expr.right, expr.left) or common
    if not (can_cast(one, common) and can_cast(two, common)):
        message = f"Column type {sql_text(one)} does not support binary predicate operation with type {sql_text(two)}"
        raise analysis_error(message, expr.span)
    expr.nullable = expr.op != "<=>" and (expr.left.nullable or expr.right.nullable)
    expr.left, expr.right, expr.type = coerce(expr.left, common), coerce(expr.right, common), t.BOOLEAN
    return expr


def _whole_number(number: ast.Expr, text: ast.Expr) -> Type | None:
    """The integer type in which a string constant that is such a number is compared with an integer."""
    if not number.type.is_integer or isinstance(number, ast.Literal) or not isinstance(text, ast.Literal):
        return None
    fits = text.kind == "string" and cast(Constant(text.value, text.type), number.type) is not None
    return number.type if fits else None


def _arithmetic(expr: ast.Binary, overflow_to_double: bool) -> ast.Expr:
    one, two = expr.left, expr.right
    left, right, result = coercion.arithmetic(expr.op, one.type, two.type, overflow_to_double)
    for operand, target in ((one, left), (two, right)):
        complaint = coercion.check_operand(operand.type, target)
        if complaint:
            raise analysis_error(complaint, expr.span)
    always = expr.op in ("/", "div", "%")
    expr.nullable = always or any(x.nullable or x.type.is_decimal for x in (one, two))
    expr.left, expr.right, expr.type = coerce(one, left), coerce(two, right), result
    return expr


# ---- predicates ------------------------------------------------------------------------------------------------------


def _refuse_objects(operands: list[ast.Expr], span: Span, nested: bool = True) -> None:
    for operand in operands:
        if operand.type.is_metric_object or (nested and operand.type.is_nested):
            raise analysis_error(NOT_PREDICATE, span)


def _is_null(expr: ast.IsNull, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    _refuse_objects([expr.operand], expr.span, nested=False)
    expr.type, expr.nullable = t.BOOLEAN, False
    return expr


def _between(expr: ast.Between, scope: Scope, context: Context) -> ast.Expr:
    members = [annotate(x, scope, context) for x in (expr.operand, expr.low, expr.high)]
    _refuse_objects(members, expr.span)
    types = [m.type for m in members]
    common = coercion.membership_type(types, between=True)
    for type_ in types:
        if not can_cast(type_, common):
            message = f"between predicate type {sql_text(type_)} with type {sql_text(common)} is invalid"
            raise analysis_error(message, expr.span)
    expr.operand, expr.low, expr.high = (coerce(m, common) for m in members)
    expr.type, expr.nullable = t.BOOLEAN, True
    return expr


def _in_list(expr: ast.InList, scope: Scope, context: Context) -> ast.Expr:
    members = [annotate(x, scope, context) for x in (expr.operand, *expr.items)]
    _refuse_objects(members, expr.span, nested=False)
    common = coercion.membership_type([m.type for m in members], between=False)
    _check_membership(members, common, expr.span)
    expr.operand, *expr.items = (coerce(m, common) for m in members)
    expr.type, expr.nullable = t.BOOLEAN, True
    return expr


def _check_membership(members: list[ast.Expr], common: Type, span: Span) -> None:
    if common == INVALID:
        listed = ",".join(sql_text(m.type) for m in members)
        raise analysis_error(f"The input types ({listed}) of in predict are not compatible", span)
    for member in members:
        if not can_cast(member.type, common):
            message = f"in predicate type {sql_text(member.type)} with type {sql_text(common)} is invalid"
            raise analysis_error(message, member.span)


def _like(expr: ast.Like, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    expr.pattern = annotate(expr.pattern, scope, context)
    expr.type, expr.nullable = t.BOOLEAN, True
    if expr.op.startswith("match"):
        return _match(expr)
    _refuse_objects([expr.operand, expr.pattern], expr.span)
    for side, operand in (("left", expr.operand), ("right", expr.pattern)):
        if not operand.type.is_string and not operand.type.is_null:
            message = f"{side} operand of {expr.op.upper()} must be of type STRING: {shown(expr)}"
            raise analysis_error(message, expr.span)
    return expr


def _match(expr: ast.Like) -> ast.Expr:
    if not expr.operand.type.is_string and not expr.operand.type.is_null:
        raise analysis_error("left operand of MATCH must be of type STRING with NOT NULL")
    if not isinstance(expr.operand, ast.ColumnRef):
        raise analysis_error("left operand of MATCH must be column ref")
    if not isinstance(expr.pattern, ast.Literal) or expr.pattern.kind != "string":
        raise analysis_error("right operand of MATCH must be of type StringLiteral with NOT NULL")
    return expr


# ---- CASE and CAST ---------------------------------------------------------------------------------------------------


def _case(expr: ast.Case, scope: Scope, context: Context) -> ast.Expr:
    operand = None if expr.operand is None else annotate(expr.operand, scope, context)
    conditions = [annotate(condition, scope, context) for condition, _ in expr.whens]
    results = [annotate(result, scope, context) for _, result in expr.whens]
    default = None if expr.default is None else annotate(expr.default, scope, context)
    if operand is not None:
        operand, conditions = _case_operand(operand, conditions, context)
    else:
        conditions = [_case_condition(c) for c in conditions]
    branches = [*results, *([default] if default is not None else [])]
    only_nulls = all(b.type.is_null for b in branches)
    expr.type = t.BOOLEAN if only_nulls else coercion.case_type([b.type for b in branches], context.version)
    for branch in branches:
        if not can_cast(branch.type, expr.type):
            shape = f"type {sql_text(branch.type)} with type {sql_text(expr.type)}"
            raise analysis_error(f"the case-when condition {shape} is invalid", expr.span)
    branches = [coerce(b, expr.type) for b in branches]
    expr.operand = operand
    expr.whens = list(zip(conditions, branches, strict=False))
    expr.default = None if default is None else branches[-1]
    expr.nullable = True
    return expr


def _case_operand(operand: ast.Expr, conditions: list[ast.Expr], context: Context) -> tuple[ast.Expr, list[ast.Expr]]:
    common = coercion.case_type([operand.type, *(c.type for c in conditions)], context.version)
    for each in (operand, *conditions):
        if not can_cast(each.type, common):
            shape = f"type {sql_text(each.type)} with type {sql_text(common)}"
            raise analysis_error(f"the case-when condition {shape} is invalid", each.span)
    return coerce(operand, common), [coerce(c, common) for c in conditions]


def _case_condition(condition: ast.Expr) -> ast.Expr:
    if not can_cast(condition.type, t.BOOLEAN):
        message = f"when clause {shown(condition)} can not be converted to boolean type"
        raise analysis_error(message, condition.span)
    return coerce(condition, t.BOOLEAN)


def _cast(expr: ast.Cast, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    if expr.implicit:
        return expr
    if not can_cast(expr.operand.type, expr.target):
        shape = f"from {sql_text(expr.operand.type)} to {sql_text(expr.target)}"
        plain = shown(expr.operand).replace("`", "")
        raise analysis_error(f"Invalid type cast {shape} in sql `{plain}`", expr.span)
    expr.type = expr.target
    expr.nullable = expr.operand.nullable or not coercion.keeps_not_null(expr.operand.type, expr.target)
    return expr


# ---- nested values ---------------------------------------------------------------------------------------------------


def _array(expr: ast.ArrayLiteral, scope: Scope, context: Context) -> ast.Expr:
    items = [annotate(item, scope, context) for item in expr.items]
    if expr.declared is not None:
        element = expr.declared.children[0]
    else:
        element = _common([i.type for i in items], context) if items else t.NULL
    expr.items = [checked_cast(i, element) for i in items]
    expr.type, expr.nullable = t.array(element), True
    return expr


def _common(types: list[Type], context: Context) -> Type:
    return coercion.lengthened(coercion.common_of(types), types, context.version)


def _map(expr: ast.MapLiteral, scope: Scope, context: Context) -> ast.Expr:
    entries = [(annotate(k, scope, context), annotate(v, scope, context)) for k, v in expr.entries]
    if expr.declared is not None:
        key, value = expr.declared.children
    elif entries:
        key = _common([k.type for k, _ in entries], context)
        value = _common([v.type for _, v in entries], context)
        if key.is_nested or key.is_metric_object or key.name in ("json", "varbinary"):
            raise analysis_error(f"Map key don't supported type: {coercion.loud_text(key)}", expr.span)
    else:
        key = value = t.NULL
    made = checked_cast if expr.declared is None else coerce  # what does not fit a declared type is NULL
    expr.entries = [(made(k, key), made(v, value)) for k, v in entries]
    expr.type, expr.nullable = t.map_(key, value), True
    return expr


def _subscript(expr: ast.Subscript, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    expr.index = annotate(expr.index, scope, context)
    container = expr.operand.type
    expr.nullable = True
    if container.name == "array":
        if not expr.index.type.is_numeric or expr.index.type.name == "boolean":
            raise analysis_error("array subscript must have type integer", expr.index.span)
        expr.index, expr.type = coerce(expr.index, t.INT), container.children[0]
    elif container.name == "map":
        expr.index, expr.type = checked_cast(expr.index, container.children[0]), container.children[1]
    elif container.name == "struct":
        expr.type = container.children[_position(expr.index, container)]
    else:
        reason = "because it is not an array or a map or a struct"
        raise analysis_error(f"cannot subscript type {coercion.loud_text(container)} {reason}", expr.operand.span)
    return expr


def _position(index: ast.Expr, container: Type) -> int:
    if not isinstance(index, ast.Literal) or index.kind != "int":
        raise analysis_error("struct subscript must have integer pos", index.span)
    size, place = len(container.children), int(index.value)
    if abs(place) > size:
        raise analysis_error("the pos is out of struct subfields", index.span)
    if place == 0:
        raise analysis_error("the pos can't set to zero", index.span)
    return place - 1 if place > 0 else size + place


def _field(expr: ast.FieldAccess, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    if expr.operand.type.name != "struct":
        raise analysis_error(f"{shown(expr.operand)} must be a struct type, check if you are using `'`", expr.span)
    found = field_type(expr.operand.type, (expr.name,))
    if found is None:
        raise analysis_error(f"Struct subfield '{expr.name}' cannot be resolved", expr.span)
    expr.type, expr.nullable = found, True
    return expr


def _arrow(expr: ast.Arrow, scope: Scope, context: Context) -> ast.Expr:
    expr.operand = annotate(expr.operand, scope, context)
    expr.path = annotate(expr.path, scope, context)
    if expr.operand.type.name != "json":
        found = coercion.loud_text(expr.operand.type)
        raise analysis_error(f"-> operator could only be used for json column, but got {found}", expr.operand.span)
    expr.type, expr.nullable = t.JSON, True
    return expr


def _lambda(expr: ast.Lambda, scope: Scope, context: Context) -> ast.Expr:
    message = "Lambda Functions can only be used in high-order functions with arrays/maps"
    raise analysis_error(message, expr.span)


# ---- subqueries, variables -------------------------------------------------------------------------------------------


def _subquery(query: ast.Query, scope: Scope, context: Context) -> list[OutputColumn]:
    from starrocks_embedded.analysis.queries import analyze_subquery

    return analyze_subquery(query, scope, context)


def _scalar_query(expr: ast.ScalarQuery, scope: Scope, context: Context) -> ast.Expr:
    columns = _subquery(expr.query, scope, context)
    if len(columns) != 1:
        raise analysis_error("Scalar subquery should output one column")
    check_correlation("scalar", expr.query, scope)
    expr.type, expr.nullable = columns[0].type, True
    return expr


def _exists(expr: ast.Exists, scope: Scope, context: Context) -> ast.Expr:
    _subquery(expr.query, scope, context)
    check_correlation("exists", expr.query, scope)
    expr.type, expr.nullable = t.BOOLEAN, True
    return expr


def _in_query(expr: ast.InQuery, scope: Scope, context: Context) -> ast.Expr:
    expr.operands = [annotate(o, scope, context) for o in expr.operands]
    columns = _subquery(expr.query, scope, context)
    expr.type, expr.nullable = t.BOOLEAN, True
    if len(expr.operands) == 1 and len(columns) != 1:
        raise analysis_error("subquery must return a single column when used in InPredicate")
    if len(expr.operands) != len(columns):
        message = "subquery must return the same number of columns as provided by the IN predicate"
        raise analysis_error(message, expr.span)
    _refuse_objects(expr.operands, expr.span, nested=False)
    wanted: list[Type] = []
    for i, (operand, column) in enumerate(zip(expr.operands, columns, strict=True)):
        if "json" in (operand.type.name, column.type.name):
            raise analysis_error("In predicate of JSON does not support subquery", operand.span)
        common = coercion.membership_type([operand.type, column.type], between=False)
        if common == INVALID or not (can_cast(operand.type, common) and can_cast(column.type, common)):
            listed = f"{sql_text(operand.type)},{sql_text(column.type)}"
            raise analysis_error(f"The input types ({listed}) of in predict are not compatible", expr.span)
        expr.operands[i] = coerce(operand, common)
        wanted.append(common)
    check_membership(expr.operands)
    check_correlation("in", expr.query, scope)
    expr.scattered = scattered_complaint(expr.operands, expr.query, scope)
    _cast_outputs(expr.query, wanted)
    return expr


def _cast_outputs(query: ast.Query, types: list[Type]) -> None:
    from starrocks_embedded.analysis.queries import cast_outputs

    cast_outputs(query, types)


def _variable(expr: ast.Variable, scope: Scope, context: Context) -> ast.Expr:
    expr.type, expr.nullable = context.variable_type(expr)
    return expr


def _tuple(expr: ast.Tuple_, scope: Scope, context: Context) -> ast.Expr:
    raise analysis_error("Multi-column IN subquery not supported anywhere except conjuncts of the WHERE clause")


def _known(expr: ast.Expr, scope: Scope, context: Context) -> ast.Expr:
    return expr


def _call(expr: ast.Call, scope: Scope, context: Context) -> ast.Expr:
    from starrocks_embedded.analysis.calls import analyze_call

    return analyze_call(expr, scope, context)


HANDLERS: dict[type, Callable[[Any, Scope, Any], ast.Expr]] = {
    ast.Literal: _literal,
    ast.ColumnRef: _column,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.IsNull: _is_null,
    ast.Between: _between,
    ast.InList: _in_list,
    ast.InQuery: _in_query,
    ast.Like: _like,
    ast.Case: _case,
    ast.Cast: _cast,
    ast.ArrayLiteral: _array,
    ast.MapLiteral: _map,
    ast.Subscript: _subscript,
    ast.FieldAccess: _field,
    ast.Arrow: _arrow,
    ast.Lambda: _lambda,
    ast.ScalarQuery: _scalar_query,
    ast.Exists: _exists,
    ast.Variable: _variable,
    ast.Tuple_: _tuple,
    ast.OutputRef: _known,
    ast.Call: _call,
}
