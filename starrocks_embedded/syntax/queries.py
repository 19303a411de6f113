"""Queries: SELECT with all its clauses, set operations, WITH, and the relations of FROM."""

from __future__ import annotations

from typing import Any

from starrocks_embedded.errors import failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor, place_error
from starrocks_embedded.syntax.expressions import parse_expression
from starrocks_embedded.syntax.functions import sort_item
from starrocks_embedded.syntax.hints import read_hints
from starrocks_embedded.syntax.lexer import Token
from starrocks_embedded.syntax.relations import parse_relations

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=", "<=>")


def looking_at_query(cursor: Cursor) -> bool:
    """Whether a query stands here, one in parentheses included."""
    ahead = 0
    while cursor.peek(ahead).key == "(":
        ahead += 1
    key = cursor.peek(ahead).key
    if ahead == 0:
        return key in ("SELECT", "WITH")
    return key in ("SELECT", "WITH") and _closes_as_query(cursor, ahead)


def _closes_as_query(cursor: Cursor, depth: int) -> bool:
    """Whether `((select …) …` is a query in parentheses rather than an expression that begins with a subquery."""
    ahead, level = depth, depth
    while level > 0:
        token = cursor.peek(ahead)
        if token.kind == "end":
            return True
        if token.key in ("(", ")"):
            level += 1 if token.key == "(" else -1
            if token.key == ")" and level < depth and level > 0:
                following = cursor.peek(ahead + 1).key
                if following not in QUERY_GOES_ON:
                    return False
                depth = level
        ahead += 1
    return cursor.peek(ahead).key in QUERY_GOES_ON


QUERY_GOES_ON = {")", "UNION", "EXCEPT", "MINUS", "INTERSECT", "ORDER", "LIMIT", "<EOF>", ";", "INTO"}


def parse_query(cursor: Cursor) -> ast.Query:
    """[WITH …] query [ORDER BY …] [LIMIT …]"""
    start = cursor.token
    recursive = False
    ctes: list[ast.Cte] = []
    if cursor.accept("WITH"):
        ctes, recursive = parse_with(cursor)
        if not cursor.looking_at_any("SELECT", "("):
            raise cursor.no_viable(start)
    query = ast.Query(_unions(cursor), ctes, recursive)
    if cursor.accept("ORDER"):
        cursor.expect("BY")
        _order_by(cursor, query)
    if cursor.accept("LIMIT"):
        _limit(cursor, query)
    if cursor.looking_at("INTO"):
        query.outfile = _outfile(cursor)
    query.span = cursor.since(start)
    return query


def _outfile(cursor: Cursor) -> dict[str, Any]:
    """INTO OUTFILE 'path' [FORMAT AS f] [PROPERTIES (…)]"""
    cursor.expect("INTO", "OUTFILE")
    outfile: dict[str, Any] = {"path": cursor.string()}
    if cursor.accept("FORMAT"):
        cursor.expect("AS")
        outfile["format"] = cursor.name_or_string()
    if cursor.accept("PROPERTIES"):
        outfile["properties"] = cursor.properties()
    return outfile


def parse_with(cursor: Cursor) -> tuple[list[ast.Cte], bool]:
    """What follows the word WITH: the common table expressions, and whether they may be recursive."""
    begun = cursor.previous
    recursive = cursor.version.at_least("4.1") and cursor.accept("RECURSIVE")
    return cursor.separated(lambda: _cte(cursor, begun)), recursive


def _cte(cursor: Cursor, begun: Token) -> ast.Cte:
    """What is amiss here leaves open which statement the word WITH has begun."""
    start = cursor.token
    name = cursor.identifier(begun)
    columns: tuple[str, ...] = ()
    if cursor.looking_at("("):
        columns = tuple(cursor.list_in_parentheses(lambda: cursor.identifier(begun)))
    if not cursor.accept("AS") or not cursor.looking_at("("):
        raise cursor.no_viable(begun)
    if cursor.peek().key not in ("SELECT", "WITH", "("):
        cursor.advance()
        raise cursor.no_viable(begun)
    query = cursor.in_parentheses(lambda: parse_query(cursor))
    return ast.Cte(name, columns, query, span=cursor.since(start))


def _order_by(cursor: Cursor, query: ast.Query) -> None:
    if cursor.version.at_least("4.0") and cursor.looking_at("ALL"):
        start = cursor.advance()
        descending = cursor.accept_any("ASC", "DESC") == "DESC"
        nulls_first = cursor.expect_any("FIRST", "LAST") == "FIRST" if cursor.accept("NULLS") else None
        query.order_by_all = True
        query.order_by = [ast.OrderItem(ast.Star(), descending, nulls_first, span=cursor.since(start))]
        return
    query.order_by = cursor.separated(lambda: sort_item(cursor))


def _limit(cursor: Cursor, query: ast.Query) -> None:
    query.limit = _limit_value(cursor)
    if cursor.accept("OFFSET"):
        query.offset = _limit_value(cursor)
    elif cursor.accept(","):
        query.offset, query.limit = query.limit, _limit_value(cursor)


def _limit_value(cursor: Cursor) -> ast.Expr:
    variables = ("?", "@") if cursor.version.at_least("3.4") else ("?",)
    if cursor.token.kind != "int" and cursor.token.key not in variables:
        raise cursor.no_viable(cursor.previous)
    return parse_expression(cursor) if cursor.token.kind != "int" else _integer(cursor)


def _integer(cursor: Cursor) -> ast.Literal:
    token = cursor.advance()
    return ast.Literal("int", int(token.text), token.text, span=token.span)


# ---- set operations --------------------------------------------------------------------------------------------------


def _unions(cursor: Cursor) -> ast.Node:
    start = cursor.token
    left = _intersections(cursor)
    while operator := cursor.accept_any("UNION", "EXCEPT", "MINUS"):
        every = cursor.accept_any("ALL", "DISTINCT") == "ALL"
        right = _intersections(cursor)
        left = ast.SetOperation("union" if operator == "UNION" else "except", left, right, every)
        left.span = cursor.since(start)
    return left


def _intersections(cursor: Cursor) -> ast.Node:
    start = cursor.token
    left = _primary(cursor)
    while cursor.accept("INTERSECT"):
        every = cursor.accept_any("ALL", "DISTINCT") == "ALL"
        left = ast.SetOperation("intersect", left, _primary(cursor), every, span=cursor.since(start))
    return left


def _primary(cursor: Cursor) -> ast.Node:
    if cursor.looking_at("("):
        return cursor.in_parentheses(lambda: parse_query(cursor))
    if cursor.looking_at("SELECT"):
        return parse_select(cursor)
    raise cursor.unexpected("SELECT", "WITH", "(")


# ---- SELECT ----------------------------------------------------------------------------------------------------------


def parse_select(cursor: Cursor) -> ast.Select:
    """One query block."""
    start = cursor.expect("SELECT")
    hint = cursor.hint()
    distinct = cursor.accept_any("DISTINCT", "ALL") == "DISTINCT"
    select = ast.Select(cursor.separated(lambda: _item(cursor)), distinct)
    if hint is not None:
        read_hints(cursor, hint, select)
    if cursor.accept("FROM"):
        select.source = _from(cursor, select)
    if cursor.accept("WHERE"):
        select.where = parse_expression(cursor)
    if cursor.accept("GROUP"):
        cursor.expect("BY")
        select.group_by = _grouping(cursor)
    if cursor.accept("HAVING"):
        select.having = parse_expression(cursor)
    if cursor.looking_at("QUALIFY"):
        select.qualify = _qualify(cursor)
        if not all(isinstance(i.expr, ast.ColumnRef) for i in select.items):
            raise cursor.refuse("Can't support result other than column.")
    select.span = cursor.since(start)
    return select


def _from(cursor: Cursor, select: ast.Select) -> ast.Relation | None:
    if not cursor.accept("DUAL"):
        return parse_relations(cursor)
    for item in select.items:
        if isinstance(item.expr, ast.Star):
            raise place_error("No tables used", item.span)
    return None


def _item(cursor: Cursor) -> ast.SelectItem:
    start = cursor.token
    star = _star(cursor)
    if star is not None:
        return ast.SelectItem(star, None, cursor.source_since(start), span=cursor.since(start))
    expr = parse_expression(cursor)
    if isinstance(expr, ast.Interval):
        message = "Not implement getRealObjectValue in derived class. "
        raise cursor.refuse(message) if cursor.version.at_least("4.0") else failure(message)
    text = cursor.source_since(start)
    if cursor.accept("AS"):
        alias: str | None = cursor.name_or_string()
    else:
        alias = optional_alias(cursor, strings=True)
    return ast.SelectItem(expr, alias, text, span=cursor.since(start))


def _star(cursor: Cursor) -> ast.Star | None:
    """*, t.*, db.t.*"""
    ahead = 0
    while cursor.peek(ahead).kind in ("word", "quoted") and cursor.peek(ahead + 1).key == ".":
        ahead += 2
    if cursor.peek(ahead).key != "*" or cursor.peek(ahead).kind != "op":
        return None
    start = cursor.token
    parts = []
    for _ in range(ahead // 2):
        parts.append(cursor.identifier())
        cursor.advance()
    cursor.advance()
    star = ast.Star(tuple(parts))
    if cursor.version.at_least("4.0") and _excludes(cursor):
        cursor.advance()
        star.exclude = tuple(cursor.list_in_parentheses(cursor.identifier))
    star.span = cursor.since(start)
    return star


def _excludes(cursor: Cursor) -> bool:
    """Whether EXCLUDE (a, b) or EXCEPT (a, b) stands here, and not a set operation."""
    named = cursor.looking_at_any("EXCEPT", "EXCLUDE") and cursor.peek().key == "("
    return named and cursor.peek(2).key not in ("SELECT", "WITH", "(")


def optional_alias(cursor: Cursor, strings: bool = False) -> str | None:
    """An alias without AS, if one stands here."""
    token = cursor.token
    if strings and token.kind == "string":
        return cursor.advance().value
    return cursor.identifier() if cursor.at_identifier() and not begins_clause(cursor) else None


SET_OPERATORS = ("UNION", "EXCEPT", "MINUS", "INTERSECT")


def begins_clause(cursor: Cursor) -> bool:
    """Whether a word that is free to be an alias begins a clause here."""
    key, following = cursor.token.key, cursor.peek()
    if key in ("MINUS", "EXCEPT"):
        return following.key in ("SELECT", "(", "ALL", "DISTINCT")
    if key == "QUALIFY":
        return following.kind != "end" and following.key not in AFTER_ALIAS
    if key == "PIVOT":
        return following.key == "("
    return key == "BEFORE" and following.kind == "string"


AFTER_ALIAS = {
    ")",
    ",",
    ";",
    "WHERE",
    "GROUP",
    "ORDER",
    "LIMIT",
    "HAVING",
    "JOIN",
    "INNER",
    "LEFT",
    "RIGHT",
    "ON",
    "FROM",
}


def _grouping(cursor: Cursor) -> ast.Grouping:
    start = cursor.token
    if cursor.looking_at_any("ROLLUP", "CUBE") and cursor.peek().key == "(" and _stands_alone(cursor):
        kind = cursor.advance().key.lower()
        cursor.advance()
        exprs = [] if cursor.looking_at(")") else cursor.separated(lambda: parse_expression(cursor))
        cursor.expect(")")
        return ast.Grouping(kind, exprs, span=cursor.since(start))
    if cursor.accept("GROUPING", "SETS"):
        sets = cursor.list_in_parentheses(lambda: _grouping_set(cursor))
        return ast.Grouping("sets", sets=sets, span=cursor.since(start))
    exprs = cursor.separated(lambda: parse_expression(cursor))
    return ast.Grouping("plain", exprs, span=cursor.since(start))


def _stands_alone(cursor: Cursor) -> bool:
    """Whether nothing follows ROLLUP(…) in the list; beside others ROLLUP is an ordinary, unknown function."""
    if cursor.token.key == "CUBE":
        return True
    ahead, level = 2, 1
    while level and cursor.peek(ahead).kind != "end":
        level += {"(": 1, ")": -1}.get(cursor.peek(ahead).key, 0)
        ahead += 1
    return cursor.peek(ahead).key != ","


def _grouping_set(cursor: Cursor) -> list[ast.Expr]:
    cursor.expect("(")
    exprs = [] if cursor.looking_at(")") else cursor.separated(lambda: parse_expression(cursor))
    cursor.expect(")")
    return exprs


def _qualify(cursor: Cursor) -> ast.Expr:
    """QUALIFY window function, comparison, integer: nothing else."""
    cursor.advance()
    start = cursor.token
    condition = parse_expression(cursor)
    if cursor.previous.kind != "int" or cursor.tokens[cursor.at - 2].key not in COMPARISONS:
        raise cursor.unexpected(*COMPARISONS)
    operator, limit, whole = _split_comparison(condition)
    return ast.Binary(operator, whole, limit, span=cursor.since(start))


def _split_comparison(condition: ast.Expr) -> tuple[str, ast.Expr, ast.Expr]:
    """The last comparison of a condition, and what stands before it: `a = 1 and x > 1` is `(a = 1 and x) > 1`."""
    assert isinstance(condition, ast.Binary)
    if condition.op not in ("and", "or"):
        return condition.op, condition.right, condition.left
    operator, limit, rest = _split_comparison(condition.right)
    condition.right = rest
    return operator, limit, condition
