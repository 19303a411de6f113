"""The relations of a FROM clause."""

from __future__ import annotations

import re

from starrocks_embedded.errors import Span, failure, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor, place_error
from starrocks_embedded.syntax.expressions import parse_expression
from starrocks_embedded.syntax.functions import bracket_hint, parse_call, skew_hint
from starrocks_embedded.syntax.lexer import Token

JOINS = {
    ("JOIN",): "inner", ("INNER", "JOIN"): "inner", ("CROSS", "JOIN"): "cross", ("CROSS",): "cross",
    ("LEFT", "JOIN"): "left", ("LEFT", "OUTER", "JOIN"): "left", ("RIGHT", "JOIN"): "right",
    ("RIGHT", "OUTER", "JOIN"): "right", ("FULL", "JOIN"): "full", ("FULL", "OUTER", "JOIN"): "full",
    ("LEFT", "SEMI", "JOIN"): "left semi", ("RIGHT", "SEMI", "JOIN"): "right semi",
    ("LEFT", "ANTI", "JOIN"): "left anti", ("RIGHT", "ANTI", "JOIN"): "right anti",
    ("NULL", "AWARE", "LEFT", "ANTI", "JOIN"): "null aware left anti",
}  # fmt: skip
ASOF_JOINS = {
    ("ASOF", "JOIN"): "asof", ("ASOF", "INNER", "JOIN"): "asof", ("ASOF", "LEFT", "JOIN"): "asof left",
    ("ASOF", "LEFT", "OUTER", "JOIN"): "asof left",
}  # fmt: skip


def parse_relations(cursor: Cursor) -> ast.Relation:
    """Relations separated by commas, as cross joins."""
    start = cursor.token
    left = _relation(cursor)
    if cursor.looking_at("PIVOT", "("):
        left = _pivot(cursor, left)
    while cursor.accept(","):
        lateral = cursor.accept("LATERAL")
        right = _relation(cursor)
        _mark_lateral(right, lateral)
        left = ast.Join("cross", left, right, lateral=lateral, span=cursor.since(start))
    if cursor.looking_at("PIVOT", "("):
        left = _pivot(cursor, left)
    return left


def _relation(cursor: Cursor) -> ast.Relation:
    start = cursor.token
    left = _primary(cursor)
    while (head := _join_head(cursor)) is not None:
        left = _join(cursor, start, left, head)
    return left


def _join_head(cursor: Cursor) -> tuple[str, ...] | None:
    if cursor.token.key == "ASOF" and cursor.version.at_least("4.0"):
        return next((h for h in ASOF_JOINS if cursor.looking_at(*h)), None)
    if cursor.token.key not in JOIN_STARTS:
        return None
    if cursor.token.key == "NULL" and not cursor.version.at_least("4.0"):
        return None
    return max((h for h in JOINS if cursor.looking_at(*h)), key=len, default=None)


JOIN_STARTS = {head[0] for head in JOINS}


def _join(cursor: Cursor, start: Token, left: ast.Relation, head: tuple[str, ...]) -> ast.Join:
    cursor.accept(*head)
    kind = JOINS.get(head) or ASOF_JOINS[head]
    hints, skew = skew_hint(cursor) if cursor.looking_at("[") else ([""], None)
    lateral = cursor.accept("LATERAL")
    right = _primary(cursor)
    _mark_lateral(right, lateral)
    join = ast.Join(kind, left, right, hint=hints[0], skew=skew, lateral=lateral)
    if cursor.accept("ON"):
        join.on = parse_expression(cursor)
    elif cursor.accept("USING"):
        join.using = tuple(cursor.list_in_parentheses(cursor.identifier))
    elif kind not in ("inner", "cross"):
        raise cursor.unexpected("ON", "USING")
    join.span = cursor.since(start)
    return join


def _mark_lateral(relation: ast.Relation, lateral: bool) -> None:
    if isinstance(relation, ast.Derived | ast.TableFunction):
        relation.lateral = lateral


def _primary(cursor: Cursor) -> ast.Relation:
    start = cursor.token
    relation = _unaliased(cursor)
    if isinstance(relation, ast.Derived | ast.ValuesRelation | ast.TableFunction):
        _alias(cursor, relation)
    relation.span = cursor.since(start)
    return relation


def _unaliased(cursor: Cursor) -> ast.Relation:
    from starrocks_embedded.syntax.queries import looking_at_query

    if cursor.looking_at("(", "VALUES"):
        return _values(cursor)
    if cursor.looking_at("("):
        cursor.advance()
        if looking_at_query(cursor):
            return _derived(cursor)
        return _parenthesized(cursor)
    if cursor.looking_at("ASSERT_ROWS", "(") and cursor.version.at_least("4.0"):
        cursor.advance()
        cursor.advance()
        return _derived(cursor)
    if cursor.looking_at("FILES", "("):
        cursor.advance()
        return ast.TableFunction("files", [], properties=cursor.properties())
    if cursor.looking_at("TABLE", "("):
        return _normalized_function(cursor)
    return _named(cursor)


def _values(cursor: Cursor) -> ast.ValuesRelation:
    cursor.accept("(", "VALUES")
    rows = cursor.separated(lambda: cursor.list_in_parentheses(lambda: parse_expression(cursor)))
    cursor.expect(")")
    return ast.ValuesRelation(rows)


def _derived(cursor: Cursor) -> ast.Derived:
    """What follows the parenthesis of a subquery."""
    from starrocks_embedded.syntax.queries import parse_query

    query = parse_query(cursor)
    cursor.expect(")")
    return ast.Derived(query)


def _parenthesized(cursor: Cursor) -> ast.Relation:
    relation = parse_relations(cursor)
    cursor.expect(")")
    return relation


def _normalized_function(cursor: Cursor) -> ast.TableFunction:
    """TABLE(f(…)), arguments by place or by name."""
    cursor.accept("TABLE", "(")
    name = cursor.qualified_name()
    function = ast.TableFunction(name[-1].lower(), [], normalized=True)
    cursor.expect("(")
    if cursor.at_identifier() and cursor.peek().key in ("=>", "="):
        while True:
            key = cursor.identifier()
            cursor.expect_any("=>", "=")
            function.named[key] = parse_expression(cursor)
            if not cursor.accept(","):
                break
    else:
        function.args = cursor.separated(lambda: parse_expression(cursor))
    cursor.expect(")")
    cursor.expect(")")
    return function


def _named(cursor: Cursor) -> ast.Relation:
    name = cursor.qualified_name(9)
    if cursor.looking_at("("):
        args = cursor.list_in_parentheses(lambda: parse_expression(cursor))
        return ast.TableFunction(name[-1].lower(), args)
    if len(name) > 3:
        raise cursor.refuse(f"Invalid table name format '{'.'.join(name)}'")
    table = ast.TableRef(name)
    _travel(cursor, table)
    _partitions(cursor, table)
    if cursor.looking_at_any("TABLET", "TABLETS") and (cursor.peek().key == "(" or cursor.peek().kind == "int"):
        cursor.advance()
        table.tablets = _integers(cursor)
    if cursor.looking_at("REPLICA", "("):
        cursor.advance()
        _integers(cursor)
    if cursor.looking_at("SAMPLE") and cursor.version.at_least("3.5"):
        start = cursor.advance()
        table.sample = cursor.properties() if cursor.looking_at("(") else {}
        _check_sample(table.sample, cursor.since(start))
    table.alias = _single_alias(cursor)
    if cursor.looking_at("["):
        table.hints = tuple(bracket_hint(cursor))
    if cursor.looking_at("BEFORE") and cursor.peek().kind == "string":
        cursor.advance()
        moment = cursor.string()
        raise unsupported("BEFORE") if moment.isdigit() else failure(f'For input string: "{moment}"')
    return table


def _check_sample(sample: dict[str, str], span: Span) -> None:
    for key, value in sample.items():
        kind = key.lower()
        if kind not in ("percent", "method", "seed"):
            raise place_error(f"unrecognized property: {key}", span)
        if kind != "method" and not re.fullmatch(r"[-+]?\d+", value):
            raise place_error(f"invalid number: {value}", span)
        if kind == "percent" and not 0 < int(value) < 100:
            raise place_error(f"invalid {key} which should in (0, 100)", span)
        if kind == "method" and value.lower() not in ("by_block", "by_page"):
            raise place_error(f"unrecognized sample-method: {value}", span)


def _integers(cursor: Cursor) -> tuple[int, ...]:
    if cursor.looking_at("("):
        return tuple(cursor.list_in_parentheses(cursor.integer))
    return tuple(cursor.separated(cursor.integer))


def _travel(cursor: Cursor, table: ast.TableRef) -> None:
    """[FOR] SYSTEM_TIME | TIMESTAMP | VERSION AS OF x, and the ranges."""
    explicit = cursor.looking_at("FOR")
    ahead = 1 if explicit else 0
    if cursor.peek(ahead).key not in ("SYSTEM_TIME", "TIMESTAMP", "VERSION"):
        return
    if not explicit and cursor.peek(1).key not in ("AS", "BETWEEN", "ALL", "FROM"):
        return
    if not explicit and cursor.peek(1).key == "AS" and cursor.peek(2).key != "OF":
        return
    for _ in range(ahead + 1):
        cursor.advance()
    if cursor.accept("AS"):
        cursor.expect("OF")
        table.travel = parse_expression(cursor)
    elif cursor.accept("BETWEEN"):
        table.travel = parse_expression(cursor)
    elif cursor.accept("FROM"):
        parse_expression(cursor)
        cursor.expect("TO")
        table.travel = parse_expression(cursor)
    else:
        cursor.expect("ALL")
        table.travel = ast.Literal("null", None, "ALL")  # no point in time, and time travel all the same


def _partitions(cursor: Cursor, table: ast.TableRef) -> None:
    temporary = cursor.looking_at("TEMPORARY") and cursor.peek().key in ("PARTITION", "PARTITIONS")
    head = cursor.peek(1 if temporary else 0)
    if head.key not in ("PARTITION", "PARTITIONS"):
        return
    following = cursor.peek(2 if temporary else 1)
    if head.key == "PARTITIONS" and following.key != "(" and following.kind not in ("word", "quoted", "string"):
        return
    if temporary:
        cursor.advance()
    cursor.advance()
    table.temporary_partitions = temporary
    if cursor.looking_at("("):
        table.partitions = tuple(cursor.list_in_parentheses(lambda: _partition(cursor)))
    else:
        table.partitions = tuple(cursor.separated(cursor.name_or_string))


def _partition(cursor: Cursor) -> str:
    name = cursor.name_or_string()
    if cursor.accept("="):
        parse_expression(cursor)
    return name


def _single_alias(cursor: Cursor) -> str | None:
    from starrocks_embedded.syntax.queries import begins_clause

    if cursor.accept("AS"):
        return cursor.identifier()
    if not cursor.at_identifier() or begins_clause(cursor):
        return None
    return cursor.identifier()


def _alias(cursor: Cursor, relation: ast.Relation) -> None:
    relation.alias = _single_alias(cursor)
    if relation.alias is not None and cursor.looking_at("("):
        relation.column_aliases = tuple(cursor.list_in_parentheses(cursor.identifier))


def _pivot(cursor: Cursor, source: ast.Relation) -> ast.Pivot:
    start = cursor.advance()
    cursor.expect("(")
    aggregates = cursor.separated(lambda: _pivot_aggregate(cursor))
    cursor.expect("FOR")
    columns: list[ast.Expr] = []
    if cursor.looking_at("("):
        columns = list(cursor.list_in_parentheses(lambda: _column(cursor)))
    else:
        columns = [_column(cursor)]
    cursor.expect("IN")
    values = cursor.list_in_parentheses(lambda: _pivot_value(cursor))
    cursor.expect(")")
    return ast.Pivot(source, aggregates, columns, values, span=cursor.since(start))


def _column(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    return ast.ColumnRef((cursor.identifier(),), span=cursor.since(start))


def _pivot_aggregate(cursor: Cursor) -> tuple[ast.Expr, str | None]:
    call = parse_call(cursor)
    return call, _pivot_alias(cursor)


def _pivot_value(cursor: Cursor) -> tuple[list[ast.Expr], str | None]:
    from starrocks_embedded.syntax.expressions import parse_primary

    if cursor.looking_at("("):
        values = cursor.list_in_parentheses(lambda: parse_primary(cursor))
    else:
        values = [parse_primary(cursor)]
    return values, _pivot_alias(cursor)


def _pivot_alias(cursor: Cursor) -> str | None:
    if cursor.accept("AS"):
        return cursor.name_or_string()
    if cursor.token.kind == "string" or cursor.at_identifier():
        return cursor.name_or_string()
    return None
