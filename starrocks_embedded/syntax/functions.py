"""Function calls: the plain ones, the ones with a grammar of their own, and what calls are rewritten to while parsing."""

from __future__ import annotations

from collections.abc import Callable

from starrocks_embedded.errors import Span, StarRocksError, syntax_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.keywords import is_reserved
from starrocks_embedded.syntax.lexer import Token

# reserved words that are function names when a parenthesis follows, with the number of arguments they take
FIXED = {
    "CHAR": (1, 1), "LEFT": (2, 2), "LIKE": (2, 2), "MOD": (2, 2), "REGEXP": (2, 2), "RIGHT": (2, 2), "RLIKE": (2, 2),
    "IF": (0, None), "REPLACE": (0, None), "GROUPING": (0, None), "GROUPING_ID": (0, None),
    "DATABASE": (0, 0), "SCHEMA": (0, 0), "LAST_QUERY_ID": (0, 0),
}  # fmt: skip
BARE = {
    "CURRENT_USER", "CURRENT_ROLE", "CURRENT_GROUP", "CURRENT_WAREHOUSE", "CURRENT_DATE", "CURRENT_TIME",
    "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP",
}  # fmt: skip
RANKING = {
    "ROW_NUMBER": (0, 0), "RANK": (0, 0), "DENSE_RANK": (0, 0), "CUME_DIST": (0, 0), "PERCENT_RANK": (0, 0),
    "NTILE": (0, 1), "LEAD": (0, None), "LAG": (0, None), "FIRST_VALUE": (0, None), "LAST_VALUE": (0, None),
}  # fmt: skip
NULLS_IGNORING = {"LEAD", "LAG", "FIRST_VALUE", "LAST_VALUE"}
AGGREGATES = {"AVG", "COUNT", "MAX", "MIN", "SUM", "ARRAY_AGG", "ARRAY_AGG_DISTINCT", "GROUP_CONCAT", "STRING_AGG"}
ORDERED = {"ARRAY_AGG", "ARRAY_AGG_DISTINCT", "GROUP_CONCAT", "STRING_AGG"}
DATE_ARITHMETIC = {"date_add", "adddate", "days_add", "date_sub", "subdate", "days_sub"}
OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "int_divide": "div", "mod": "%", "bitand": "&",
    "bitor": "|", "bitxor": "^", "bitnot": "~", "bit_shift_left": "bitshiftleft", "bit_shift_right": "bitshiftright",
    "bit_shift_right_logical": "bitshiftrightlogical",
}  # fmt: skip


def starts_call(cursor: Cursor) -> bool:
    """Whether a function call stands here: a word known to be one, or a (qualified) name and a parenthesis."""
    token = cursor.token
    if token.key in BARE:
        return not (token.key == "CURRENT_WAREHOUSE" and not cursor.version.at_least("4.0"))
    ahead = 1
    if token.kind == "word" and is_reserved(token.key, cursor.version):
        return (token.key in FIXED or token.key in RANKING) and cursor.peek().key == "("
    if token.kind not in ("word", "quoted"):
        return False
    while cursor.peek(ahead).key == "." and cursor.peek(ahead + 1).kind in ("word", "quoted"):
        ahead += 2
    return cursor.peek(ahead).key == "("


def parse_call(cursor: Cursor) -> ast.Expr:
    """A function call with all that may follow it."""
    start = cursor.token
    reader = SPECIAL.get(start.key)
    if reader is not None and (start.key in BARE or cursor.peek().key == "("):
        at = cursor.at
        try:
            return reader(cursor)
        except StarRocksError as failed:
            if is_reserved(start.key, cursor.version) or failed.message.find("Unexpected input") < 0:
                raise
            place = cursor.at
            cursor.at = at
            try:
                return _plain(cursor)
            except StarRocksError:
                if cursor.at > place:
                    raise
                raise failed from None
    return _plain(cursor)


def _expression(cursor: Cursor) -> ast.Expr:
    from starrocks_embedded.syntax.expressions import parse_expression

    return parse_expression(cursor)


def _arguments(cursor: Cursor) -> list[ast.Expr]:
    cursor.expect("(")
    args = [] if cursor.looking_at(")") else cursor.separated(lambda: _expression(cursor))
    cursor.expect(")")
    return args


def _plain(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    parts = [cursor.identifier()]
    while cursor.accept("."):
        parts.append(cursor.identifier())
    args = _arguments(cursor)
    call = ast.Call(parts[-1].lower(), args, parts[-1], ".".join(parts[:-1]), span=cursor.since(start))
    rewritten = rewrite(call)
    if cursor.looking_at("OVER"):
        call.window = parse_window(cursor)
        call.span = cursor.since(start)
    return rewritten


def _fixed(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    least, most = FIXED[start.key]
    cursor.expect("(")
    args: list[ast.Expr] = []
    if least or (most is None and not cursor.looking_at(")")):
        args.append(_expression(cursor))
        while (most is None or len(args) < most) and (cursor.looking_at(",") or len(args) < least):
            cursor.expect(",")
            args.append(_expression(cursor))
    cursor.expect(")")
    name = "regexp" if start.key == "RLIKE" else start.key.lower()
    return ast.Call(name, args, start.text, span=cursor.since(start))


def _bare(cursor: Cursor) -> ast.Expr:
    """CURRENT_DATE and its kind: parentheses are optional."""
    start = cursor.advance()
    args: list[ast.Expr] = []
    if cursor.accept("("):
        if start.key == "CURRENT_TIMESTAMP" and cursor.token.kind == "int":
            digits = cursor.advance()
            args.append(ast.Literal("int", int(digits.text), digits.text, span=digits.span))
        cursor.expect(")")
    return ast.Call(start.key.lower(), args, start.text, span=cursor.since(start))


def _ranking(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    least, most = RANKING[start.key]
    call = ast.Call(start.key.lower(), [], start.text)
    cursor.expect("(")
    if not cursor.looking_at(")") and most != 0:
        call.args.append(_expression(cursor))
        call.ignore_nulls = _ignore_nulls(cursor, start)
        while most is None and cursor.accept(","):
            call.args.append(_expression(cursor))
    cursor.expect(")")
    call.ignore_nulls = _ignore_nulls(cursor, start) or call.ignore_nulls
    call.window = parse_window(cursor)
    call.span = cursor.since(start)
    del least
    return call


def _ignore_nulls(cursor: Cursor, start: Token) -> bool:
    return start.key in NULLS_IGNORING and cursor.accept("IGNORE", "NULLS")


def _aggregate(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    call = ast.Call(start.key.lower(), [], start.text)
    cursor.expect("(")
    if start.key == "COUNT" and cursor.accept("*"):
        call.star = True
    else:
        _aggregated(cursor, start, call)
    cursor.expect(")")
    call.span = cursor.since(start)
    if start.key == "ARRAY_AGG_DISTINCT":
        call.name, call.distinct = "array_agg", True
    if start.key == "STRING_AGG":
        call.name, call.separator = "group_concat", call.args.pop()
    if cursor.version.at_least("4.0") and cursor.looking_at("FILTER", "("):
        cursor.advance()
        cursor.expect("(", "WHERE")
        call.filter = _expression(cursor)
        cursor.expect(")")
    if cursor.looking_at("OVER"):
        call.window = parse_window(cursor)
    call.span = cursor.since(start)
    return call


def _aggregated(cursor: Cursor, start: Token, call: ast.Call) -> None:
    if start.key != "ARRAY_AGG_DISTINCT":
        call.distinct = cursor.accept_any("DISTINCT", "ALL") == "DISTINCT"
    if start.key == "COUNT":
        if call.distinct and cursor.looking_at("["):
            bracket_hint(cursor)
        if not cursor.looking_at(")"):
            call.args = cursor.separated(lambda: _expression(cursor))
        return
    call.args.append(_expression(cursor))
    if start.key == "STRING_AGG":
        cursor.expect(",")
        call.args.append(_expression(cursor))
    while start.key == "GROUP_CONCAT" and cursor.accept(","):
        call.args.append(_expression(cursor))
    if start.key in ORDERED and cursor.accept("ORDER", "BY"):
        call.order_by = cursor.separated(lambda: sort_item(cursor))
    if start.key == "GROUP_CONCAT" and cursor.accept("SEPARATOR"):
        call.separator = _expression(cursor)


def bracket_hint(cursor: Cursor) -> list[str]:
    """[broadcast]"""
    cursor.expect("[")
    hints = cursor.separated(cursor.identifier)
    if cursor.accept("|"):
        _expression(cursor)
        _arguments(cursor)
    cursor.expect("]")
    return hints


def sort_item(cursor: Cursor) -> ast.OrderItem:
    """expression [ASC | DESC] [NULLS FIRST | LAST]"""
    start = cursor.token
    expr = _expression(cursor)
    descending = cursor.accept_any("ASC", "DESC") == "DESC"
    nulls_first = None
    if cursor.accept("NULLS"):
        nulls_first = cursor.expect_any("FIRST", "LAST") == "FIRST"
    return ast.OrderItem(expr, descending, nulls_first, span=cursor.since(start))


def parse_window(cursor: Cursor) -> ast.Window:
    """OVER (…)"""
    start = cursor.expect("OVER")
    cursor.expect("(")
    window = ast.Window([], [])
    if cursor.looking_at("["):
        window.hint = ", ".join(bracket_hint(cursor))
        if not cursor.looking_at("PARTITION"):
            raise cursor.unexpected("PARTITION")
    if cursor.accept("PARTITION", "BY"):
        window.partition_by = cursor.separated(lambda: _expression(cursor))
    if cursor.accept("ORDER", "BY"):
        window.order_by = cursor.separated(lambda: sort_item(cursor))
    if cursor.looking_at_any("ROWS", "RANGE"):
        window.frame = _frame(cursor)
    cursor.expect(")")
    window.span = cursor.since(start)
    return window


def _frame(cursor: Cursor) -> ast.Frame:
    start = cursor.advance()
    if cursor.accept("BETWEEN"):
        first = _bound(cursor)
        cursor.expect("AND")
        return ast.Frame(start.key.lower(), first, _bound(cursor), span=cursor.since(start))
    return ast.Frame(start.key.lower(), _bound(cursor), span=cursor.since(start))


def _bound(cursor: Cursor) -> tuple[str, ast.Expr | None]:
    if cursor.accept("UNBOUNDED"):
        return f"unbounded {cursor.expect_any('PRECEDING', 'FOLLOWING').lower()}", None
    if cursor.accept("CURRENT", "ROW"):
        return "current row", None
    from starrocks_embedded.syntax.expressions import parse_expression

    offset = parse_expression(cursor)
    return cursor.expect_any("PRECEDING", "FOLLOWING").lower(), offset


def _extract(cursor: Cursor) -> ast.Expr:
    """EXTRACT(unit FROM x) is the call unit(x)."""
    from starrocks_embedded.syntax.expressions import parse_value

    start = cursor.advance()
    cursor.expect("(")
    unit = cursor.identifier()
    cursor.expect("FROM")
    operand = parse_value(cursor)
    cursor.expect(")")
    return ast.Call(unit.lower(), [operand], unit, span=cursor.since(start))


def _timestamp_arithmetic(cursor: Cursor) -> ast.Expr:
    """TIMESTAMPADD(unit, …) and TIMESTAMPDIFF(unit, …)"""
    from starrocks_embedded.syntax.expressions import UNITS

    start = cursor.advance()
    cursor.expect("(")
    place = cursor.token
    unit = cursor.expect_any(*sorted(UNITS)).lower()
    args: list[ast.Expr] = [ast.Literal("string", unit, f"'{unit}'", span=place.span)]
    for _ in range(2):
        cursor.expect(",")
        args.append(_expression(cursor))
    cursor.expect(")")
    return ast.Call(start.key.lower(), args, start.text, span=cursor.since(start))


SPECIAL: dict[str, Callable[[Cursor], ast.Expr]] = {
    **dict.fromkeys(FIXED, _fixed),
    **dict.fromkeys(BARE, _bare),
    **dict.fromkeys(RANKING, _ranking),
    **dict.fromkeys(AGGREGATES, _aggregate),
    "EXTRACT": _extract,
    "TIMESTAMPADD": _timestamp_arithmetic,
    "TIMESTAMPDIFF": _timestamp_arithmetic,
}


# ---- what the parser makes of some calls -----------------------------------------------------------------------------


def rewrite(call: ast.Call) -> ast.Expr:
    """Calls that are another kind of node for StarRocks as well."""
    name, args, span = call.name, call.args, call.span
    if name in DATE_ARITHMETIC:
        _count(call, len(args) == 2)
        if not isinstance(args[1], ast.Interval):
            args[1] = ast.Interval(args[1], "day", span=args[1].span)
    elif name == "element_at":
        _count(call, len(args) == 2)
        return ast.Subscript(args[0], args[1], span=span)
    elif name in ("isnull", "isnotnull"):
        _count(call, len(args) == 1)
        return ast.IsNull(args[0], name == "isnotnull", span=span)
    elif name in OPERATORS:
        _count(call, len(args) >= 1)
        if len(args) == 1:
            return ast.Unary(OPERATORS[name], args[0], span=span)
        return ast.Binary(OPERATORS[name], args[0], args[1], span=span)
    elif name == "map":
        if len(args) % 2:
            wanted = "Arguments must be in key/value pairs"
            message = f"Incorrect number of arguments {len(args)} in map(), {wanted}"
            raise syntax_error(message, span.line, span.column)
        return ast.MapLiteral(list(zip(args[::2], args[1::2], strict=True)), span=span)
    return call


def _count(call: ast.Call, right: bool) -> None:
    if not right:
        raise _place_error(f"Incorrect number of arguments in expr '{call.name}'", call.span)


def _place_error(message: str, span: Span) -> StarRocksError:
    return syntax_error(message, span.line, span.column)
