"""Expressions: what stands in select lists, conditions, defaults and partition clauses."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from starrocks_embedded.errors import Span, StarRocksError, failure, syntax_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor, place_error
from starrocks_embedded.syntax.datatypes import parse_type
from starrocks_embedded.syntax.functions import parse_call, starts_call
from starrocks_embedded.syntax.lexer import Token
from starrocks_embedded.types import Type

UNITS = {"YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "QUARTER", "MILLISECOND", "MICROSECOND"}
COMPARISONS = {"=": "=", "<>": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "<=>": "<=>"}
# the tighter an operator binds, the higher its figure
ARITHMETIC = {
    "^": 8, "*": 7, "/": 7, "%": 7, "DIV": 7, "MOD": 7, "+": 6, "-": 6, "&": 5, "|": 4,
    "BITSHIFTLEFT": 3, "BITSHIFTRIGHT": 2, "BITSHIFTRIGHTLOGICAL": 1,
}  # fmt: skip
SPELLING = {"MOD": "%"}
# what may follow a primary expression, by how tight it binds
COLLATE, DOT, CONCAT, SIGN, SUBSCRIPT, ARROW, MATCH = 7, 6, 5, 4, 3, 2, 1
SUFFIXES = {
    "COLLATE": COLLATE, ".": DOT, "||": CONCAT, "[": SUBSCRIPT, "->": ARROW,
    "MATCH": MATCH, "MATCH_ANY": MATCH, "MATCH_ALL": MATCH,
}  # fmt: skip
MATCHES = ("MATCH", "MATCH_ANY", "MATCH_ALL")
LARGEST_INT = 2**127
LARGEST_FLOAT = 1.7976931348623157e308


def parse_expression(cursor: Cursor) -> ast.Expr:
    """One expression, as far as it reaches."""
    start = cursor.token
    left = _conjunction(cursor)
    while cursor.token.key == "OR" or (cursor.token.key == "||" and "PIPES_AS_CONCAT" not in cursor.sql_mode):
        cursor.advance()
        left = ast.Binary("or", left, right_side(cursor, _conjunction), span=cursor.since(start))
    return left


def _conjunction(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    left = _negation(cursor)
    while cursor.token.key in ("AND", "&&"):
        cursor.advance()
        right = right_side(cursor, _negation)
        left = ast.Binary("and", left, right, span=cursor.since(start))
    return left


def _negation(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    if start.key == "NOT":
        cursor.advance()
        operand = _negation(cursor)
        return ast.Unary("not", operand, span=cursor.since(start))
    if start.key == "BINARY" and (binary := attempt(cursor, _binary)) is not None:
        return binary
    return _comparison(cursor)


def _binary(cursor: Cursor) -> ast.Expr:
    """BINARY x: the word has no effect on how strings compare."""
    cursor.advance()
    return _comparison(cursor)


def attempt(cursor: Cursor, parse: Callable[[Cursor], ast.Expr]) -> ast.Expr | None:
    """What `parse` reads, or None and the cursor where it was: for words that are keywords and names."""
    at = cursor.at
    try:
        return parse(cursor)
    except StarRocksError:
        cursor.at = at
        return None


def right_side(cursor: Cursor, parse: Callable[[Cursor], ast.Expr]) -> ast.Expr:
    """What follows an operator; where nothing can, StarRocks stumbles over the operator itself."""
    at = cursor.at
    try:
        return parse(cursor)
    except StarRocksError:
        if cursor.at != at:
            raise
        cursor.at = at - 1
        raise cursor.unexpected("<EOF>", ";") from None


def _comparison(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    left = _predicate(cursor)
    while True:
        key = cursor.token.key
        if key == "IS":
            cursor.advance()
            negated = cursor.accept("NOT")
            if not cursor.accept("NULL"):
                raise cursor.unexpected(*(("NULL",) if negated else ("NOT", "NULL")))
            left = ast.IsNull(left, negated, span=cursor.since(start))
        elif key in COMPARISONS:
            cursor.advance()
            right = right_side(cursor, _predicate)
            left = ast.Binary(COMPARISONS[key], left, right, span=cursor.since(start))
        else:
            return left


def _predicate(cursor: Cursor) -> ast.Expr:
    operand = parse_value(cursor)
    start = cursor.token  # StarRocks reports these predicates from their operator on
    ahead = start.key
    negated = ahead == "NOT" and cursor.peek().key in ("IN", "BETWEEN", "LIKE", "RLIKE", "REGEXP")
    if negated:
        cursor.advance()
        ahead = cursor.token.key
    if isinstance(operand, ast.Tuple_):
        if ahead != "IN":
            raise cursor.unexpected("a legal identifier")
        return _in(cursor, start, operand, negated)
    if ahead == "IN":
        return _in(cursor, start, operand, negated)
    if ahead == "BETWEEN":
        cursor.advance()
        low = parse_value(cursor)
        cursor.expect("AND")
        high = _predicate(cursor)
        return ast.Between(operand, low, high, negated, span=cursor.since(start))
    if ahead in ("LIKE", "RLIKE", "REGEXP"):
        cursor.advance()
        pattern = parse_value(cursor)
        operator = "like" if ahead == "LIKE" else "regexp"
        return ast.Like(operator, operand, pattern, negated, span=cursor.since(start))
    return operand


def _in(cursor: Cursor, start: Token, operand: ast.Expr, negated: bool) -> ast.Expr:
    if cursor.peek().key != "(":
        raise _unexpected_at(cursor, start)
    cursor.advance()
    opened = cursor.advance()
    operands = operand.items if isinstance(operand, ast.Tuple_) else [operand]
    if len(operands) > 1 or _query_follows(cursor):
        query = _subquery(cursor)
        cursor.expect(")")
        query.span = cursor.since(opened)
        return ast.InQuery(operands, query, negated, span=cursor.since(start))
    first = cursor.token
    items = cursor.separated(lambda: parse_expression(cursor))
    listed = cursor.since(first)
    cursor.expect(")")
    span = cursor.since(start)
    plain = cursor.version.at_least("4.0") and all(
        isinstance(i, ast.Literal) and i.kind in ("int", "string") and i.text[0] != "-" for i in items
    )
    check_count(cursor, items, "children in expr" if plain else "exprs", cursor.since(opened) if plain else listed)
    return ast.InList(operand, items, negated, span=span)


def parse_value(cursor: Cursor, least: int = 1) -> ast.Expr:
    """Arithmetic over primary expressions."""
    start = cursor.token
    left = parse_primary(cursor)
    while True:
        key = cursor.token.key
        strength = ARITHMETIC.get(key, 0)
        if strength < least:
            return left
        cursor.advance()
        right = parse_value(cursor, strength + 1)
        operator = SPELLING.get(key, key.lower())
        left = ast.Binary(operator, left, right, span=cursor.since(start))


def parse_primary(cursor: Cursor, least: int = MATCH) -> ast.Expr:
    """An operand with its signs, subscripts, fields and paths."""
    start = cursor.token
    left = _signed(cursor) if start.key in SIGNS else _operand(cursor)
    while True:
        key = cursor.token.key
        strength = SUFFIXES.get(key, 0)
        if key == "NOT" and cursor.peek().key in MATCHES:
            strength = MATCH
        elif strength == MATCH and not _operand_follows(cursor):
            return left
        if strength < least or (key == "||" and "PIPES_AS_CONCAT" not in cursor.sql_mode):
            return left
        if key == "." and cursor.peek().key == "*":
            return left
        left = _suffixed(cursor, start, left, key)


def _operand_follows(cursor: Cursor) -> bool:
    """Whether MATCH is the operator here and not an alias."""
    following = cursor.peek()
    if following.kind == "op":
        return following.key in ("(", "[", "@", "@@", "-", "+", "~", "!", "?", "{")
    return following.kind != "end" and following.key not in ("FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION")


SIGNS = {"-", "+", "~", "!"}


def _signed(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    operand = parse_primary(cursor, SIGN)
    if start.key == "+":
        return operand
    if start.key == "-" and isinstance(operand, ast.Literal) and operand.kind in ("int", "decimal", "double"):
        # a minus sign before a Decimal would round it to the 28 digits of Python's context
        if operand.kind == "decimal":
            operand.value = operand.value.copy_negate() if operand.value else operand.value  # zero has no sign
        else:
            operand.value = -operand.value
        operand.text = operand.text[1:] if operand.text.startswith("-") else "-" + operand.text
        return operand
    return ast.Unary("not" if start.key == "!" else start.key, operand, span=cursor.since(start))


def _slice_follows(cursor: Cursor) -> bool:
    """Reads 1:2] behind an opening bracket, if that stands there."""
    at = cursor.at
    if cursor.token.kind == "int":
        cursor.advance()
    if cursor.accept(":"):
        if cursor.token.kind == "int":
            cursor.advance()
        cursor.expect("]")
        return True
    cursor.at = at
    return False


def _suffixed(cursor: Cursor, start: Token, left: ast.Expr, key: str) -> ast.Expr:
    cursor.advance()
    if key == ".":
        name = cursor.identifier(start)
        if isinstance(left, ast.ColumnRef):
            return ast.ColumnRef((*left.parts, name), span=cursor.since(start))
        return ast.FieldAccess(left, name, span=cursor.since(start))
    if key == "[":
        if _slice_follows(cursor):
            raise place_error("Unsupported expr 'array slice'", cursor.since(start))
        index = parse_value(cursor)
        cursor.expect("]")
        return ast.Subscript(left, index, span=cursor.since(start))
    if key == "->":
        path = cursor.token
        if path.kind != "string":
            raise cursor.unexpected("a legal identifier")
        literal = _operand(cursor)
        return ast.Arrow(left, literal, span=cursor.since(start))
    if key == "COLLATE":
        cursor.name_or_string()
        return left
    if key == "||":
        right = parse_primary(cursor, CONCAT + 1)
        return ast.Call("concat", [left, right], "concat", span=cursor.since(start))
    negated = key == "NOT"
    operator = cursor.advance().key if negated else key
    right = parse_primary(cursor, MATCH + 1)
    return ast.Like(operator.lower(), left, right, negated, span=cursor.since(start))


# ---- operands --------------------------------------------------------------------------------------------------------


def _operand(cursor: Cursor) -> ast.Expr:
    token = cursor.token
    if token.kind in ("int", "decimal", "string", "binary"):
        cursor.advance()
        if token.kind == "int" and len(token.text) > 38:
            _check_integer(cursor, token)
        if token.kind == "decimal" and "MODE_DOUBLE_LITERAL" in cursor.sql_mode:
            return ast.Literal("double", float(token.text), token.text, span=token.span)
        return _fitted(literal(token), cursor) if token.kind == "decimal" else literal(token)
    if token.kind == "quoted":
        return _name(cursor)
    if token.kind == "op":
        reader = BY_OPERATOR.get(token.key)
    else:
        reader = BY_WORD.get(token.key)
    if reader is not None:
        read = reader(cursor)
        if read is not None:
            return read
    return _name(cursor)


def _check_integer(cursor: Cursor, token: Token) -> None:
    """DECIMAL256 made room for integers beyond 2^127."""
    most = 2**255 if cursor.version.at_least("4.0") else LARGEST_INT
    if int(token.text) > most:
        raise syntax_error(f"Numeric overflow {token.text}", token.line, token.column)


def _fitted(expr: ast.Expr, cursor: Cursor) -> ast.Expr:
    """A literal with more digits than a decimal holds is rounded, as long as those before its point fit."""
    if not isinstance(expr, ast.Literal) or expr.kind != "decimal":
        return expr
    most = 76 if cursor.version.at_least("4.0") else 38
    _, digits, exponent = expr.value.as_tuple()
    scale = max(-int(exponent), 0)
    whole = max(len(digits) + int(exponent), 0)
    if whole > most:
        sizes = f"precision={whole + scale}, scale={scale}"
        raise failure(f"Non-typed decimal literal is overflow, value='{expr.text}' ({sizes})")
    if whole + scale > most:
        exact = Context(prec=most + 1, rounding=ROUND_HALF_UP)
        expr.value = expr.value.quantize(Decimal(1).scaleb(whole - most), context=exact)
    return expr


def literal(token: Token) -> ast.Expr:
    """A number, string or binary literal."""
    if token.kind == "string":
        return ast.Literal("string", token.value, token.text, span=token.span)
    if token.kind == "binary":
        if len(token.value) % 2 or not _is_hexadecimal(token.value):
            message = "Binary literal can only contain hexadecimal digits and an even number of digits"
            raise syntax_error(message, token.line, token.column)
        return ast.Literal("binary", bytes.fromhex(token.value), token.text, span=token.span)
    return number(token)


def _is_hexadecimal(text: str) -> bool:
    return all(c in "0123456789abcdefABCDEF" for c in text)


def number(token: Token) -> ast.Expr:
    if token.kind == "int" and int(token.text) > LARGEST_INT:
        return ast.Literal("decimal", Decimal(token.text), token.text, span=token.span)
    if token.kind == "int":
        return ast.Literal("int", int(token.text), token.text, span=token.span)
    value = Decimal(token.text)
    if "e" in token.text.lower():
        if abs(float(token.text)) > LARGEST_FLOAT:
            raise syntax_error(f"Invalid numeric literal {token.text}", token.line, token.column)
        if len(format(abs(value), "f").replace(".", "").lstrip("0")) > 38:
            return ast.Literal("double", float(token.text), token.text, span=token.span)
    return ast.Literal("decimal", value, token.text, span=token.span)


def _name(cursor: Cursor) -> ast.Expr:
    """A column, a function call or a lambda of one parameter. The dots of a column are read as suffixes."""
    start = cursor.token
    if starts_call(cursor):
        return parse_call(cursor)
    name = cursor.identifier()
    if cursor.token.key == "->" and cursor.peek().kind != "string":
        cursor.advance()
        body = parse_expression(cursor)
        return ast.Lambda((name,), body, span=cursor.since(start))
    return ast.ColumnRef((name,), span=cursor.since(start))


def _parenthesized(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    if _query_follows(cursor):
        query = _subquery(cursor)
        cursor.expect(")")
        query.span = cursor.since(start)
        return ast.ScalarQuery(query, span=cursor.since(start))
    items = cursor.separated(lambda: parse_expression(cursor))
    cursor.expect(")")
    if cursor.token.key == "->" and cursor.peek().kind != "string":
        return _lambda(cursor, start, items)
    if len(items) == 1:
        return items[0]
    return ast.Tuple_(items, span=cursor.since(start))


def _lambda(cursor: Cursor, start: Token, params: list[ast.Expr]) -> ast.Expr:
    names = []
    for param in params:
        if not isinstance(param, ast.ColumnRef) or len(param.parts) != 1:
            raise cursor.unexpected("<EOF>", ";")
        names.append(param.parts[0])
    cursor.advance()
    body = attempt(cursor, parse_expression) if cursor.looking_at("(") else parse_expression(cursor)
    if body is None:
        opened = cursor.token
        items = cursor.list_in_parentheses(lambda: parse_expression(cursor))
        if len(items) != 2:
            message = "The right part of map lambda functions can accept at most 2 expressions"
            raise failure(f"{message}, but there are {len(items)}")
        body = ast.MapLiteral([(items[0], items[1])], span=cursor.since(opened))
    return ast.Lambda(tuple(names), body, span=cursor.since(start))


def _query_follows(cursor: Cursor) -> bool:
    from starrocks_embedded.syntax.queries import looking_at_query

    return looking_at_query(cursor)


def _subquery(cursor: Cursor) -> ast.Query:
    from starrocks_embedded.syntax.queries import parse_query

    return parse_query(cursor)


def _unexpected_at(cursor: Cursor, token: Token) -> StarRocksError:
    cursor.at = cursor.tokens.index(token)
    return cursor.unexpected("<EOF>", ";")


def check_count(cursor: Cursor, items: Sequence[object], what: str, span: Span) -> None:
    """The limit on how many expressions may stand in one list."""
    if len(items) > cursor.most_children:
        message = (
            f"The number of {what} are {len(items):,} exceeded the maximum limit {cursor.most_children:,}, "
            "please consider modify 'expr_children_limit' in FE conf"
        )
        raise place_error(message, span)


def _array(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    declared = None if cursor.looking_at("[") else parse_type(cursor)
    cursor.expect("[")
    first = cursor.token
    items = [] if cursor.looking_at("]") else cursor.separated(lambda: parse_expression(cursor))
    check_count(cursor, items, "exprs", cursor.since(first))
    cursor.expect("]")
    return ast.ArrayLiteral(items, declared, span=cursor.since(start))


def _map(cursor: Cursor) -> ast.Expr | None:
    if cursor.peek().key == "{":
        cursor.advance()
        return _map_body(cursor, cursor.previous, None)
    if cursor.peek().key == "<":
        return attempt(cursor, _typed_map)
    return None


def _typed_map(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    declared = parse_type(cursor)
    return _map_body(cursor, start, declared)


def _map_body(cursor: Cursor, start: Token, declared: Type | None) -> ast.Expr:
    def entry() -> tuple[ast.Expr, ast.Expr]:
        key = parse_expression(cursor)
        cursor.expect(":")
        return key, parse_expression(cursor)

    cursor.expect("{")
    entries = [] if cursor.looking_at("}") else cursor.separated(entry)
    cursor.expect("}")
    return ast.MapLiteral(entries, declared, span=cursor.since(start))


def _variable(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    if start.key == "@" and not cursor.looking_at("@"):
        name = cursor.name_or_string()
        return ast.Variable(name, "user", span=cursor.since(start))
    if start.key == "@":
        cursor.advance()
    scope, written = "session", False
    if cursor.looking_at_any("GLOBAL", "LOCAL", "SESSION", "VERBOSE") and cursor.peek().key == ".":
        written = True
        scope = "global" if cursor.advance().key == "GLOBAL" else "session"
        cursor.advance()
    name = cursor.identifier()
    return ast.Variable(name, scope, written, span=cursor.since(start))


def _odbc(cursor: Cursor) -> ast.Expr:
    cursor.advance()
    cursor.expect("FN")
    call = parse_call(cursor)
    cursor.expect("}")
    return call


def _parameter(cursor: Cursor) -> ast.Expr:
    token = cursor.advance()
    return ast.Parameter(span=token.span)


def _constant(cursor: Cursor) -> ast.Expr:
    token = cursor.advance()
    if token.key == "NULL":
        return ast.Literal("null", None, token.text, span=token.span)
    return ast.Literal("bool", token.key == "TRUE", token.text, span=token.span)


def _temporal(cursor: Cursor) -> ast.Expr | None:
    """DATE '…' and DATETIME '…'."""
    if cursor.peek().kind != "string":
        return None
    start = cursor.advance()
    text = cursor.advance().value
    span = cursor.since(start)
    if not TEMPORAL.fullmatch(text) or not _is_moment(text):
        raise place_error(f"Invalid date literal {text}", span)
    kind = start.key.lower()
    return ast.Literal(kind, _moment_text(kind, text), cursor.source_since(start), span=span)


TEMPORAL = re.compile(
    r"\s*(?:\d{1,4}-\d{1,2}-\d{1,2}|\d{8}|\d{6})(?:[ T]+\d{1,2}(?::\d{1,2}(?::\d{1,2}(?:\.\d{1,6})?)?)?|\d{6})?\s*"
)


def _moment_text(kind: str, text: str) -> str:
    """The literal as StarRocks prints it: all digits of a date, a time where it is a DATETIME."""
    parts = re.fullmatch(
        r"\s*(\d{4})-(\d+)-(\d+)(?:[ T]+(\d+)(?::(\d+)(?::(\d+)(?:\.(\d+))?)?)?)?\s*", text
    )  # what else there is has no separators
    if parts is None:
        return text
    day = f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}"
    if kind == "date":
        return day
    moment = ":".join(f"{int(parts[i] or 0):02}" for i in (4, 5, 6))
    fraction = (parts[7] or "").ljust(6, "0")
    return f"{day} {moment}" + (f".{fraction}" if int(fraction) else "")


def _is_moment(text: str) -> bool:
    """Whether it is a day of the calendar."""
    date = re.match(r"\s*(\d+)-(\d+)-(\d+)", text) or re.match(r"\s*(\d{4})(\d\d)(\d\d)", text)
    if date is None:
        return True
    year, month, day = (int(part) for part in date.groups())
    return 0 < month <= 12 and 0 < day <= monthrange(year or 4, month)[1]


def _interval(cursor: Cursor) -> ast.Expr | None:
    literal_first = cursor.peek().kind in ("int", "decimal", "string")
    if literal_first and cursor.peek(2).kind == "word" and cursor.peek(2).key not in ("FROM", "AS"):
        return interval(cursor)
    return attempt(cursor, interval)


def interval(cursor: Cursor) -> ast.Interval:
    """INTERVAL n DAY"""
    start = cursor.expect("INTERVAL")
    value = parse_expression(cursor)
    unit = cursor.expect_any(*sorted(UNITS)).lower()
    return ast.Interval(value, unit, span=cursor.since(start))


def _exists(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    cursor.expect("(")
    query = _subquery(cursor)
    cursor.expect(")")
    return ast.Exists(query, span=cursor.since(start))


def _cast(cursor: Cursor) -> ast.Expr | None:
    if cursor.peek().key != "(":
        return None
    start = cursor.advance()
    cursor.advance()
    operand = parse_expression(cursor)
    cursor.expect("AS" if start.key == "CAST" else ",")
    target = parse_type(cursor)
    cursor.expect(")")
    return ast.Cast(operand, target, span=cursor.since(start))


def _case(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    operand = None if cursor.looking_at("WHEN") else parse_expression(cursor)
    whens = []
    while cursor.accept("WHEN"):
        condition = parse_expression(cursor)
        cursor.expect("THEN")
        whens.append((condition, parse_expression(cursor)))
    if not whens:
        raise cursor.unexpected("WHEN")
    default = parse_expression(cursor) if cursor.accept("ELSE") else None
    cursor.expect("END")
    return ast.Case(operand, whens, default, span=cursor.since(start))


BY_OPERATOR: dict[str, Callable[[Cursor], ast.Expr | None]] = {
    "(": _parenthesized, "[": _array, "@": _variable, "@@": _variable, "{": _odbc, "?": _parameter,
}  # fmt: skip
BY_WORD: dict[str, Callable[[Cursor], ast.Expr | None]] = {
    "NULL": _constant, "TRUE": _constant, "FALSE": _constant, "DATE": _temporal, "DATETIME": _temporal,
    "INTERVAL": _interval, "EXISTS": _exists, "CAST": _cast, "CONVERT": _cast, "CASE": _case, "ARRAY": _array,
    "MAP": _map,
}  # fmt: skip
