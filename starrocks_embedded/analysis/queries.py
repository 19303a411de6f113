"""Queries: SELECT with its clauses in StarRocks' order of analysis, set operations, WITH, ORDER BY."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from starrocks_embedded import types as t
from starrocks_embedded.analysis import coercion
from starrocks_embedded.analysis.aggregates import (
    GroupRules,
    aggregates_in,
    can_group,
    can_order,
    forbid,
    is_aggregate,
    is_grouping,
    is_window,
)
from starrocks_embedded.analysis.aliases import spell_out
from starrocks_embedded.analysis.coercion import can_cast, loud_text
from starrocks_embedded.analysis.expressions import HANDLERS, annotate, coerce, refer_to
from starrocks_embedded.analysis.recursion import analyze_recursive, is_recursive
from starrocks_embedded.analysis.relations import analyze_relation, analyze_rows
from starrocks_embedded.analysis.scope import AnalyzedQuery, Field, OutputColumn, Scope
from starrocks_embedded.analysis.subqueries import check_scattered
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.analysis.trees import fingerprint, walk
from starrocks_embedded.errors import analysis_error, failure, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

NO_ORDER = "Type (nested) percentile/hll/bitmap/json/struct/map not support order-by"
NO_GROUP = "Type (nested) percentile/hll/bitmap/json not support group-by"


@dataclass(eq=False)
class Known(ast.Expr):
    """An expression that is annotated already, standing in one that is not yet."""

    inner: ast.Expr


HANDLERS[Known] = lambda expr, scope, context: expr.inner


@dataclass(eq=False)
class Block:
    """What an analyzed query block offers to its ORDER BY."""

    columns: list[OutputColumn]
    scope: Scope = field(default_factory=Scope)
    select: ast.Select | None = None
    rules: GroupRules | None = None
    named: list[int] = field(default_factory=list)  # the outputs that ORDER BY can name
    in_grouping: bool = True  # GROUP BY and HAVING are being read


def analyze_text(text: str, context: Context, sql_mode: frozenset[str] = frozenset()) -> AnalyzedQuery:
    """Parses and analyzes the text of a stored view."""
    from starrocks_embedded.syntax.queries import parse_query

    query = parse_query(Cursor(text, context.version, sql_mode))
    before = len(context.tables)
    columns = analyze_query_node(query, None, context)
    return AnalyzedQuery(query, columns, context.tables[before:])


def analyze_subquery(query: ast.Query, scope: Scope, context: Context) -> list[OutputColumn]:
    return analyze_query_node(query, scope, context)


def analyze_query_node(query: ast.Query, outer: Scope | None, context: Context) -> list[OutputColumn]:
    """Annotates a query; its output columns."""
    context.ctes.append({})
    try:
        for cte in query.ctes:
            if query.recursive and is_recursive(cte):
                _claim_name(cte, context)
                analyze_recursive(cte, outer, context)
                if query not in context.recursive:
                    context.recursive.append(query)
            else:
                _cte(cte, outer, context)
        block = _body(query.body, outer, context)
        if query.order_by:
            _order_by(query, block, context)
        for bound in (query.limit, query.offset):
            if bound is not None:
                annotate(bound, Scope(), context)
    finally:
        context.ctes.pop()
    return block.columns


def _cte(cte: ast.Cte, outer: Scope | None, context: Context) -> None:
    _claim_name(cte, context)
    columns = analyze_query_node(cte.query, outer, context)
    if cte.columns and len(cte.columns) != len(columns):
        raise analysis_error("View's SELECT and view's field list have different column counts", code=1353)
    if cte.columns:
        columns = [replace(c, name=name) for c, name in zip(columns, cte.columns, strict=True)]
    context.ctes[-1][cte.name] = cte
    context.cte_columns[id(cte)] = columns


def _claim_name(cte: ast.Cte, context: Context) -> None:
    if cte.name in context.ctes[-1]:
        raise analysis_error(f"Not unique table/alias: '{cte.name}'", code=1066)


def analyze_operand(body: ast.Node, outer: Scope | None, context: Context) -> list[OutputColumn]:
    """One side of a set operation by itself."""
    return _body(body, outer, context).columns


def _body(body: ast.Node, outer: Scope | None, context: Context) -> Block:
    if isinstance(body, ast.Select):
        return _select(body, outer, context)
    if isinstance(body, ast.SetOperation):
        return _set_operation(body, outer, context)
    if isinstance(body, ast.Values):
        described = analyze_rows(body.rows, outer or Scope(), context)
        return Block([OutputColumn(f"column_{i}", x, n, f"o{i}") for i, (x, n) in enumerate(described)])
    if isinstance(body, ast.Query):
        return Block(analyze_query_node(body, outer, context))
    raise unsupported(type(body).__name__)


# ---- set operations --------------------------------------------------------------------------------------------------


def _set_operation(node: ast.SetOperation, outer: Scope | None, context: Context) -> Block:
    if node.all and node.op != "union":
        raise analysis_error(f"{node.op.upper()} does not support ALL qualifier")
    left = _body(node.left, outer, context).columns
    right = _body(node.right, outer, context).columns
    if len(left) != len(right):
        raise analysis_error("Operands have unequal number of columns")
    columns = []
    for i, (one, two) in enumerate(zip(left, right, strict=True)):
        if two.type.is_metric_object and not (node.op == "union" and node.all):
            raise analysis_error(f"{loud_text(two.type)} not support set operation")
        common = coercion.common_type(one.type, two.type)
        if common == coercion.INVALID:
            shape = f"'{loud_text(one.type)}' and '{loud_text(two.type)}'"
            raise analysis_error(f"Incompatible return types {shape}")
        common = coercion.lengthened(common, [one.type, two.type], context.version)
        columns.append(OutputColumn(one.name, common, one.nullable, f"o{i}"))
    for side in (node.left, node.right):
        cast_outputs(side, [c.type for c in columns])
    return Block(columns)


def cast_outputs(body: ast.Node, types: list[Any]) -> None:
    """Casts what a query block yields, in the block itself."""
    if isinstance(body, ast.Select):
        if body.distinct or body.group_by is not None:
            _cast_items(body, types)
        else:
            _cast_items(body, types)
    elif isinstance(body, ast.SetOperation):
        cast_outputs(body.left, types)
        cast_outputs(body.right, types)
    elif isinstance(body, ast.Query):
        cast_outputs(body.body, types)
    elif isinstance(body, ast.Values):
        for row in body.rows:
            row[:] = [coerce(cell, type_) for cell, type_ in zip(row, types, strict=True)]


def _cast_items(select: ast.Select, types: list[Any]) -> None:
    for item, type_ in zip(select.items, types, strict=True):
        item.expr = coerce(item.expr, type_)


# ---- SELECT ----------------------------------------------------------------------------------------------------------


def _select(select: ast.Select, outer: Scope | None, context: Context) -> Block:
    fields = [] if select.source is None else analyze_relation(select.source, outer, context, set())
    scope = Scope(fields, outer)
    if select.where is not None:
        select.where = _where(select.where, scope, context)
    starred = any(isinstance(i.expr, ast.Star) for i in select.items)
    spell_out(select, scope, _source_first(context))
    block = _outputs(select, scope, context)
    keys = _group_by(select, block, context)
    if select.distinct:
        _check_distinct(select)
    if select.having is not None:
        select.having = _having(select.having, block, context)
    _check_groups(select, block, keys, starred, context)
    block.in_grouping = False
    if select.qualify is not None:
        select.qualify = coerce(
            annotate(_with_aliases(select.qualify, block, prefer_source=True), scope, context), t.BOOLEAN
        )
    _check_windows([i.expr for i in select.items])
    check_scattered([i.expr for i in select.items], select.where)
    return block


def _where(condition: ast.Expr, scope: Scope, context: Context) -> ast.Expr:
    condition = annotate(condition, scope, context)
    forbid(condition, "WHERE", "aggregate", "window", "grouping")
    if not can_cast(condition.type, t.BOOLEAN):
        raise analysis_error(f"WHERE clause {shown(condition)} can not be converted to boolean type")
    return coerce(condition, t.BOOLEAN)


def _outputs(select: ast.Select, scope: Scope, context: Context) -> Block:
    from starrocks_embedded.syntax.printer import column_name

    items: list[ast.SelectItem] = []
    named: list[int] = []
    for item in select.items:
        if isinstance(item.expr, ast.Star):
            items += _expanded(item, item.expr, select, scope)
            continue
        name = item.alias if item.alias is not None else column_name(item.expr, context.version)
        if item.alias is not None or isinstance(item.expr, ast.ColumnRef):
            named.append(len(items))
        item.expr = annotate(item.expr, scope, context)
        item.alias = name
        items.append(item)
    select.items = items
    columns = [
        OutputColumn(
            i.alias or "",
            i.expr.type,
            i.expr.nullable,
            f"o{n}",
            None,
            getattr(getattr(i.expr, "slot", None), "column", None),
        )
        for n, i in enumerate(items)
    ]
    return Block(columns, scope, select, named=named)


def _expanded(item: ast.SelectItem, star: ast.Star, select: ast.Select, scope: Scope) -> list[ast.SelectItem]:
    fields = scope.of_table(star.qualifier) if star.qualifier else [f for f in scope.fields if f.bare and f.starred]
    if not fields:
        if star.qualifier:
            raise analysis_error(f"Unknown table '{'.'.join(star.qualifier)}'")
        if select.source is None:
            raise analysis_error("SELECT * not allowed in queries without FROM clause")
        raise failure("SELECT * not allowed from relation that has no columns")
    fields = _without(star, fields)
    return [_starred(f.column, item) for f in fields]


def _starred(column: OutputColumn, item: ast.SelectItem) -> ast.SelectItem:
    reference = refer_to(column, item.span)
    reference.nullable = column.starred_nullable
    return ast.SelectItem(reference, column.name, span=item.span)


def _without(star: ast.Star, fields: list[Field]) -> list[Field]:
    if not star.exclude:
        return fields
    there = {f.column.name.lower() for f in fields}
    place = f"table '{'.'.join(star.qualifier)}'" if star.qualifier else ""
    missing = [e for e in star.exclude if e.lower() not in there]
    if missing:
        raise analysis_error(f"Column(s) [{', '.join(missing)}] do not exist in {place or 'current scope'}")
    dropped = {e.lower() for e in star.exclude}
    kept = [f for f in fields if f.column.name.lower() not in dropped]
    if not kept:
        raise analysis_error(f"EXCLUDE clause removes all columns from {place or 'query scope'}")
    return kept


def _check_distinct(select: ast.Select) -> None:
    for item in select.items:
        if not can_group(item.expr.type):
            raise analysis_error(f"DISTINCT can only be applied to comparable types : {loud_text(item.expr.type)}")


# ---- aliases ---------------------------------------------------------------------------------------------------------


def _with_aliases(expr: Any, block: Block, prefer_source: bool) -> Any:
    """The raw expression with select aliases replaced by what they stand for."""
    if isinstance(expr, ast.ColumnRef):
        return _alias(expr, block, prefer_source)
    if isinstance(expr, ast.Query | ast.Lambda) or not isinstance(expr, ast.Node):
        return expr
    from dataclasses import fields

    for each in fields(expr):
        value = getattr(expr, each.name)
        if each.name not in ("slot", "function"):
            setattr(expr, each.name, _alias_inside(value, block, prefer_source))
    return expr


def _alias_inside(value: Any, block: Block, prefer_source: bool) -> Any:
    if isinstance(value, ast.Node):
        return _with_aliases(value, block, prefer_source)
    if isinstance(value, list):
        return [_alias_inside(v, block, prefer_source) for v in value]
    if isinstance(value, tuple) and any(isinstance(v, ast.Node) for v in value):
        return tuple(_alias_inside(v, block, prefer_source) for v in value)
    return value


def _alias(expr: ast.ColumnRef, block: Block, prefer_source: bool) -> ast.Expr:
    if prefer_source and block.scope.here(expr.parts) is not None:
        return expr
    index = _output_index(expr, block)
    if index is None or block.select is None:
        return expr
    meant = block.select.items[index].expr
    if (is_aggregate(meant) or is_window(meant)) and block.in_grouping and block.scope.here(expr.parts) is not None:
        return expr
    return Known(block.select.items[index].expr, span=expr.span)


def _output_index(expr: ast.ColumnRef, block: Block) -> int | None:
    """The output that a bare name means; None where it names none."""
    if len(expr.parts) != 1 or block.select is None:
        return None
    named = [i for i in block.named if block.columns[i].name.lower() == expr.parts[0].lower()]
    if len({fingerprint(block.select.items[i].expr) for i in named}) > 1:
        raise analysis_error(f"Column '{expr.parts[0]}' is ambiguous")
    return named[0] if named else None


# ---- GROUP BY, HAVING ------------------------------------------------------------------------------------------------


def _source_first(context: Context) -> bool:
    from starrocks_embedded.metadata.variables import is_on

    return not is_on(context.session, "enable_groupby_use_output_alias")


def _group_by(select: ast.Select, block: Block, context: Context) -> list[ast.Expr]:
    grouping = select.group_by
    if grouping is None:
        return []
    grouping.exprs = [_group_key(e, select, block, context) for e in grouping.exprs]
    grouping.sets = [[_group_key(e, select, block, context) for e in one] for one in grouping.sets]
    return [*grouping.exprs, *(e for one in grouping.sets for e in one)]


def _group_key(expr: ast.Expr, select: ast.Select, block: Block, context: Context) -> ast.Expr:
    plain = select.group_by is not None and select.group_by.kind == "plain"
    if plain and isinstance(expr, ast.Literal) and expr.kind == "int":
        if not 1 <= expr.value <= len(select.items):
            raise analysis_error(f"Group by position {expr.value} is not in select list")
        key: ast.Expr = select.items[expr.value - 1].expr
    else:
        key = annotate(_with_aliases(expr, block, _source_first(context)), block.scope, context)
    if not can_group(key.type):
        raise analysis_error(NO_GROUP)
    forbid(key, "GROUP BY", "aggregate", "window", "grouping")
    return key


def _having(condition: ast.Expr, block: Block, context: Context) -> ast.Expr:
    condition = annotate(_with_aliases(condition, block, _source_first(context)), block.scope, context)
    forbid(condition, "HAVING", "window", "grouping")
    if condition.type.name not in ("boolean", "null"):
        raise analysis_error(f"HAVING clause must evaluate to a boolean: actual type {loud_text(condition.type)}")
    return coerce(condition, t.BOOLEAN)


def _check_groups(select: ast.Select, block: Block, keys: list[ast.Expr], starred: bool, context: Context) -> None:
    outputs = [i.expr for i in select.items]
    conditions = [] if select.having is None else [select.having]
    plain = select.group_by is None or select.group_by.kind == "plain"
    if plain and any(is_grouping(n) for e in outputs for n in walk(e)):
        raise analysis_error("cannot use GROUPING functions without [grouping sets|rollup|cube] clause")
    aggregates = aggregates_in([*outputs, *conditions])
    if not aggregates and select.group_by is None and not conditions:
        return
    if keys and starred and not select.distinct:
        raise analysis_error("cannot combine '*' in select list with GROUP BY: *")
    if select.distinct and not keys and aggregates:
        raise analysis_error("cannot combine SELECT DISTINCT with aggregate functions without GROUP BY")
    if select.distinct and not keys:
        rules = GroupRules(outputs, block.scope, "ONLY_FULL_GROUP_BY" in context.session.sql_mode)
        for condition in conditions:
            rules.verify(condition)
    if not aggregates and not keys:
        return
    block.rules = GroupRules(keys, block.scope, "ONLY_FULL_GROUP_BY" in context.session.sql_mode)
    for expr in [*outputs, *conditions]:
        block.rules.verify(expr)
    if block.rules.loose:
        _any_values(select, block.rules, context)


def _any_values(select: ast.Select, rules: GroupRules, context: Context) -> None:
    """Without ONLY_FULL_GROUP_BY a column outside GROUP BY means any of its values."""
    loose = {fingerprint(c) for c in rules.loose}
    for item in select.items:
        item.expr = _wrapped(item.expr, loose, rules, context)
    if select.having is not None:
        select.having = _wrapped(select.having, loose, rules, context)


def _wrapped(node: Any, loose: set[Any], rules: GroupRules, context: Context) -> Any:
    from dataclasses import fields

    from starrocks_embedded.analysis.calls import finish

    if isinstance(node, ast.Expr) and fingerprint(node) in rules.keys:
        return node
    if isinstance(node, ast.ColumnRef) and fingerprint(node) in loose:
        return finish(ast.Call("any_value", [node], "any_value", span=node.span), Scope(), context)
    if isinstance(node, list):
        return [_wrapped(n, loose, rules, context) for n in node]
    if isinstance(node, tuple):
        return tuple(_wrapped(n, loose, rules, context) for n in node)
    if not isinstance(node, ast.Node) or is_aggregate(node) or isinstance(node, ast.Query):
        return node
    for each in fields(node):
        if each.name not in ("slot", "function", "span", "type"):
            setattr(node, each.name, _wrapped(getattr(node, each.name), loose, rules, context))
    return node


def _check_windows(expressions: list[ast.Expr]) -> None:
    for expr in expressions:
        for node in walk(expr):
            if is_window(node) and any(is_window(inner) for inner in walk(node) if inner is not node):
                raise analysis_error(f"Nesting of analytic expressions is not allowed: {shown(expr)}")


# ---- ORDER BY --------------------------------------------------------------------------------------------------------


def _order_by(query: ast.Query, block: Block, context: Context) -> None:
    if query.order_by_all:
        template = query.order_by[0]
        query.order_by = [
            replace(template, expr=ast.OutputRef(i, type=c.type, nullable=c.nullable))
            for i, c in enumerate(block.columns)
        ]
        query.order_by_all = False
    for item in query.order_by:
        item.expr = _order_key(item.expr, block, context)
        if not can_order(item.expr.type, context.version):
            raise analysis_error(NO_ORDER)


def _order_key(expr: ast.Expr, block: Block, context: Context) -> ast.Expr:
    if isinstance(expr, ast.OutputRef):
        return expr
    if isinstance(expr, ast.Literal) and expr.kind == "int":
        if not 1 <= expr.value <= len(block.columns):
            raise analysis_error(f"ORDER BY position {expr.value} is not in select list")
        return _output(block, expr.value - 1, expr)
    if block.select is None:
        return _order_outputs(expr, block, context)
    if isinstance(expr, ast.ColumnRef) and (index := _output_index(expr, block)) is not None:
        return _output(block, index, expr)
    annotated = annotate(_with_aliases(expr, block, prefer_source=False), block.scope, context)
    forbid(annotated, "ORDER BY", "grouping", "subquery")
    known = fingerprint(annotated)
    for i, item in enumerate(block.select.items):
        if fingerprint(item.expr) == known:
            return _output(block, i, expr)
    _check_order(annotated, block)
    return annotated


def _check_order(expr: ast.Expr, block: Block) -> None:
    select = block.select
    assert select is not None
    if select.distinct and any(isinstance(n, ast.ColumnRef) for n in walk(expr)):
        outputs = {fingerprint(i.expr) for i in select.items}
        for node in walk(expr):
            if is_aggregate(node):
                raise analysis_error("for SELECT DISTINCT, ORDER BY expressions must appear in select list", expr.span)
            if (
                isinstance(node, ast.ColumnRef)
                and fingerprint(node) not in outputs
                and not _inside(node, expr, outputs)
            ):
                raise analysis_error(f"Column '{node.parts[-1]}' cannot be resolved")
    if block.rules is not None:
        block.rules.verify(expr)
    elif aggregates_in([expr]):
        message = "ORDER BY contains aggregate function and applies to the result of a non-aggregated query"
        raise analysis_error(message)


def _inside(column: ast.ColumnRef, expr: ast.Expr, outputs: set[Any]) -> bool:
    """Whether the column stands within a select item that the ORDER BY expression contains."""
    for node in walk(expr):
        if isinstance(node, ast.Expr) and fingerprint(node) in outputs and any(n is column for n in walk(node)):
            return True
    return False


def _output(block: Block, index: int, expr: ast.Expr) -> ast.Expr:
    column = block.columns[index]
    return ast.OutputRef(index, type=column.type, nullable=column.nullable, span=expr.span)


def _order_outputs(expr: ast.Expr, block: Block, context: Context) -> ast.Expr:
    """After a set operation only its outputs can be named."""
    if isinstance(expr, ast.ColumnRef) and len(expr.parts) == 1:
        found = [i for i, c in enumerate(block.columns) if c.name.lower() == expr.parts[0].lower()]
        if len(found) > 1:
            raise analysis_error(f"Column '{expr.parts[0]}' is ambiguous")
        if found:
            return _output(block, found[0], expr)
    scope = Scope([Field(c) for c in block.columns])
    outputs: ast.Expr = _as_outputs(annotate(expr, scope, context), block)
    return outputs


def _as_outputs(node: Any, block: Block) -> Any:
    from dataclasses import fields

    if isinstance(node, ast.ColumnRef):
        index = next((i for i, c in enumerate(block.columns) if c is node.slot), None)
        return node if index is None else _output(block, index, node)
    if isinstance(node, list):
        return [_as_outputs(n, block) for n in node]
    if isinstance(node, ast.Expr):
        for each in fields(node):
            if each.name not in ("slot", "function", "span", "type"):
                setattr(node, each.name, _as_outputs(getattr(node, each.name), block))
    return node
