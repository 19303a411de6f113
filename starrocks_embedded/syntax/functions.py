"""Function calls: the plain ones, those with a grammar of their own, and what the parser rewrites calls to."""

from __future__ import annotations

from collections.abc import Callable

from starrocks_embedded.errors import Span, StarRocksError, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor, place_error
from starrocks_embedded.syntax.keywords import is_reserved
from starrocks_embedded.syntax.lexer import Token

# reserved words that are function names when a parenthesis follows, with the number of arguments they take
FIXED = {
    "CHAR": (1, 1), "LEFT": (2, 2), "LIKE": (2, 2), "MOD": (2, 2), "REGEXP": (2, 2), "RIGHT": (2, 2), "RLIKE": (2, 2),
    "DAY": (1, 1), "HOUR": (1, 1), "MINUTE": (1, 1), "MONTH": (1, 1), "QUARTER": (1, 1), "SECOND": (1, 1),
    "YEAR": (1, 1), "FLOOR": (1, 1), "CEIL": (1, 1), "TRANSLATE": (0, None), "CATALOG": (0, 0), "USER": (0, 0),
    "IF": (0, None), "REPLACE": (0, None), "GROUPING": (0, None), "GROUPING_ID": (0, None),
    "DATABASE": (0, 0), "SCHEMA": (0, 0), "LAST_QUERY_ID": (0, 0),
}  # fmt: skip
FIXED_NAMES = {"RLIKE": "regexp", "GROUPING_ID": "grouping"}
INFORMATION = {
    "CATALOG", "DATABASE", "SCHEMA", "USER", "CURRENT_USER", "CURRENT_ROLE", "CURRENT_GROUP", "CURRENT_WAREHOUSE",
    "CONNECTION_ID", "SESSION_USER", "SESSION_ID",
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
AGGREGATE_NAMES = {"ARRAY_AGG_DISTINCT": "array_agg", "STRING_AGG": "group_concat"}
ORDERED = {"ARRAY_AGG", "ARRAY_AGG_DISTINCT", "GROUP_CONCAT", "STRING_AGG"}
DATE_ARITHMETIC = {"date_add", "adddate", "date_sub", "subdate", "days_sub"}
OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "int_divide": "div", "bitand": "&", "bitor": "|",
    "bitxor": "^",
}  # fmt: skip
SKETCHES = {"ds_hll_accumulate": "union", "ds_hll_combine": "union", "ds_hll_estimate": "merge"}
RENAMED = {"struct": "row", "boolor_agg": "bool_or", "approx_count_distinct_hll_sketch": "ds_hll_count_distinct"}


def starts_call(cursor: Cursor) -> bool:
    """Whether a function call stands here: a word known to be one, or a (qualified) name and a parenthesis."""
    token = cursor.token
    if token.key in BARE and (token.key != "CURRENT_WAREHOUSE" or cursor.version.at_least("4.0")):
        return True
    ahead = 1
    if token.kind == "word" and is_reserved(token.key, cursor.version):
        return token.key in FIXED or token.key in RANKING
    if token.kind not in ("word", "quoted"):
        return False
    while cursor.peek(ahead).key == "." and cursor.peek(ahead + 1).kind in ("word", "quoted"):
        ahead += 2
    return cursor.peek(ahead).key == "("


def parse_call(cursor: Cursor) -> ast.Expr:
    """A function call with all that may follow it."""
    at, start = cursor.at, cursor.token
    try:
        return _call(cursor)
    except StarRocksError as error:
        if "Unexpected input" not in error.message or not _reads_as_column(cursor, at):
            raise
        if is_reserved(start.key, cursor.version) and start.key not in BARE:
            raise
        if cursor.token.key == "ORDER" and start.key in AGGREGATES:
            raise cursor.no_viable(start) from None
        if cursor.token.key == "ORDER":
            raise cursor.unexpected(",", ")") from None
        # nothing that may follow makes it a call, so StarRocks reads a column and stumbles over the parenthesis
        cursor.at = at + 1
        raise cursor.unexpected("<EOF>", ";") from None


def _reads_as_column(cursor: Cursor, at: int) -> bool:
    """Whether the call that began at that token failed right between its own parentheses."""
    tokens = cursor.tokens[at : cursor.at]
    if len(tokens) < 2 or tokens[1].key != "(":
        return False
    if tokens[0].key in AGGREGATES and len(tokens) > 2 and tokens[2].key in ("DISTINCT", "ALL", "*"):
        return False
    level = 0
    for index, token in enumerate(tokens[1:]):
        level += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.key, 0)
        if level == 0 and index:
            return False
    return level == 1


def _call(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    reader = SPECIAL.get(start.key)
    if start.key == "STRING_AGG" and not cursor.version.at_least("4.0"):
        reader = None
    if start.key == "CURRENT_WAREHOUSE" and not cursor.version.at_least("4.0"):
        reader = None
    if reader is None or (start.key not in BARE and cursor.peek().key != "("):
        return _plain(cursor)
    if is_reserved(start.key, cursor.version):
        return reader(cursor)
    at = cursor.at
    try:
        return reader(cursor)
    except StarRocksError as failed:
        if "Unexpected input" not in failed.message:
            raise
        farthest, cursor.at = cursor.at, at
        try:
            return _plain(cursor)
        except StarRocksError:
            if cursor.at > farthest:
                raise
            cursor.at = farthest
            raise failed from None


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
    call = ast.Call(parts[-1].lower(), args, parts[-1], database=".".join(parts[:-1]), span=cursor.since(start))
    rewritten = rewrite(cursor, call)
    if isinstance(rewritten, ast.Call) and cursor.version.at_least("4.0"):
        rewritten.spelling = rewritten.written
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
    name = FIXED_NAMES.get(start.key, start.key.lower())
    written = start.key if start.key in INFORMATION else name
    return ast.Call(name, args, written, span=cursor.since(start))


def _bare(cursor: Cursor) -> ast.Expr:
    """CURRENT_DATE and its kind: parentheses are optional."""
    start = cursor.advance()
    args: list[ast.Expr] = []
    if cursor.accept("("):
        if start.key == "CURRENT_TIMESTAMP" and cursor.token.kind == "int":
            digits = cursor.advance()
            args.append(ast.Literal("int", int(digits.text), digits.text, span=digits.span))
        cursor.expect(")")
    written = start.key if start.key in INFORMATION else start.key.lower()
    return ast.Call(start.key.lower(), args, written, span=cursor.since(start))


def _ranking(cursor: Cursor) -> ast.Expr:
    start = cursor.advance()
    least, most = RANKING[start.key]
    call = ast.Call(start.key.lower(), [], start.key.lower())
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
    name = AGGREGATE_NAMES.get(start.key, start.key.lower())
    call = ast.Call(name, [], name)
    cursor.expect("(")
    if start.key == "COUNT" and cursor.accept("*"):
        call.star = True
    else:
        _aggregated(cursor, start, call)
    cursor.expect(")")
    call.span = cursor.since(start)
    if call.distinct and not call.args:
        raise place_error(f"Incorrect number of arguments in expr '{call.name}'", call.span)
    _resolve_ordinals(call)
    if start.key == "ARRAY_AGG_DISTINCT":
        call.distinct = True
    if start.key == "STRING_AGG":
        call.separator = call.args.pop()
    if start.key == "GROUP_CONCAT" and call.separator is None:
        _default_separator(cursor, call)
    if cursor.version.at_least("4.0") and cursor.looking_at("FILTER", "("):
        cursor.advance()
        cursor.expect("(", "WHERE")
        call.filter = _expression(cursor)
        cursor.expect(")")
        if call.name == "count" and call.distinct:
            raise cursor.refuse("Aggregation filter does not support COUNT DISTINCT")
    if cursor.looking_at("OVER"):
        call.window = parse_window(cursor)
    call.span = cursor.since(start)
    return call


def _resolve_ordinals(call: ast.Call) -> None:
    """ORDER BY 1 inside an aggregate is its first argument; other constants order nothing."""
    for item in call.order_by:
        if isinstance(item.expr, ast.Literal) and item.expr.kind == "int":
            if not 1 <= item.expr.value <= len(call.args):
                message = f"ORDER BY position {item.expr.value} is not in {call.name} output list"
                raise place_error(message, call.span)
            item.expr = call.args[item.expr.value - 1]
    call.order_by = [i for i in call.order_by if not isinstance(i.expr, ast.Literal)]


def _default_separator(cursor: Cursor, call: ast.Call) -> None:
    if "GROUP_CONCAT_LEGACY" not in cursor.sql_mode:
        call.separator = _string(",", call.span)
    elif len(call.args) == 1:
        call.separator = _string(", ", call.span)
    else:
        call.separator = call.args.pop()


def _string(value: str, span: Span) -> ast.Literal:
    return ast.Literal("string", value, f"'{value}'", span=span)


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
    return skew_hint(cursor)[0]


def skew_hint(cursor: Cursor) -> tuple[list[str], ast.Skew | None]:
    """[broadcast], or [skew|t.a(1, 2)]: a column and the values that many of its rows have."""
    cursor.expect("[")
    names, skew = cursor.separated(cursor.identifier), None
    if cursor.accept("|"):
        start = cursor.token
        column = ast.ColumnRef(cursor.qualified_name(4))
        column.span = cursor.since(start)
        skew = ast.Skew(column, _arguments(cursor))
    cursor.expect("]")
    return names, skew


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
    args: list[ast.Expr] = [ast.Literal("string", unit, unit, span=place.span)]
    for _ in range(2):
        cursor.expect(",")
        args.append(_expression(cursor))
    cursor.expect(")")
    return ast.Call(start.key.lower(), args, start.key.lower(), span=cursor.since(start))


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


def rewrite(cursor: Cursor, call: ast.Call) -> ast.Expr:
    """Calls that are another kind of node for StarRocks as well."""
    rewriter = REWRITERS.get(call.name)
    if rewriter is not None:
        return rewriter(call)
    if call.name in SKETCHES and not cursor.looking_at("OVER") and cursor.version.at_least("4.1"):
        return _sketch(call)
    if call.name in RENAMED:
        call.name = call.written = RENAMED[call.name]
    elif call.name in INFORMATION_CALLS:
        call.written = call.name.upper()
    return call


def _sketch(call: ast.Call) -> ast.Expr:
    """Sketches are states of ds_hll_count_distinct(), which are made, joined and read under other names."""
    if call.name == "ds_hll_accumulate":
        made = "ds_hll_count_distinct_state"
        call.args = [ast.Call(made, call.args, made)]
    name = f"ds_hll_count_distinct_{SKETCHES[call.name]}"
    return ast.Call(name, call.args, name)


def _date_arithmetic(call: ast.Call) -> ast.Expr:
    _count(call, len(call.args) == 2)
    if not isinstance(call.args[1], ast.Interval):
        call.args[1] = ast.Interval(call.args[1], "day", span=call.args[1].span)
    call.written = call.name
    return call


def _element_at(call: ast.Call) -> ast.Expr:
    _count(call, len(call.args) == 2)
    return ast.Subscript(call.args[0], call.args[1], span=call.span)


def _null_test(call: ast.Call) -> ast.Expr:
    _count(call, len(call.args) == 1)
    return ast.IsNull(call.args[0], call.name == "isnotnull", span=call.span)


def _operator(call: ast.Call) -> ast.Expr:
    _count(call, len(call.args) >= 1)
    if len(call.args) == 1:
        return ast.Unary(OPERATORS[call.name], call.args[0], span=call.span)
    return ast.Binary(OPERATORS[call.name], call.args[0], call.args[1], span=call.span)


def _map(call: ast.Call) -> ast.Expr:
    if len(call.args) % 2:
        message = f"Incorrect number {len(call.args)} of arguments in map(), Arguments must be in key/value pairs"
        raise place_error(message, call.span)
    return ast.MapLiteral(list(zip(call.args[::2], call.args[1::2], strict=True)), span=call.span)


def _slice(call: ast.Call) -> ast.Expr:
    """(time, INTERVAL n unit [, FLOOR | CEIL]) becomes (time, n, unit, boundary)."""
    _count(call, 2 <= len(call.args) <= 4)
    if len(call.args) == 4:
        for arg in call.args[2:]:
            _argument(call, arg, isinstance(arg, ast.Literal) and arg.kind == "string")
        return call
    boundary = "floor"
    if len(call.args) == 3:
        last = call.args[2]
        bare = isinstance(last, ast.ColumnRef) and last.parts[0].lower() in ("floor", "ceil") and len(last.parts) == 1
        _argument(call, last, bare)
        boundary = last.parts[0].lower() if isinstance(last, ast.ColumnRef) else boundary
    period = call.args[1]
    if not isinstance(period, ast.Interval):
        period = ast.Interval(period, "day", span=period.span)
    _int(period.value)
    call.args[1:] = [period.value, _string(period.unit, period.span), _string(boundary, call.span)]
    return call


def _array_generate(call: ast.Call) -> ast.Expr:
    if len(call.args) == 3 and isinstance(call.args[2], ast.Interval):
        period = call.args[2]
        call.args[2:] = [period.value, _string(period.unit, period.span)]
    return call


def _str_to_map(call: ast.Call) -> ast.Expr:
    _count(call, 1 <= len(call.args) <= 3)
    call.args += [_string(s, call.span) for s in (",", ":")[len(call.args) - 1 :]]
    call.written = call.name
    return call


def _pad(call: ast.Call) -> ast.Expr:
    if len(call.args) == 2:
        call.args.append(_string(" ", call.span))
    return call


def _ilike(call: ast.Call) -> ast.Expr:
    lowered: list[ast.Expr] = [ast.Call("lower", [arg], "lower", span=arg.span) for arg in call.args]
    return ast.Call("like", lowered, "like", span=call.span)


def _substring(call: ast.Call) -> ast.Expr:
    if len(call.args) not in (2, 3):
        call.args = []
    for arg in call.args[1:]:
        _int(arg)
    return call


def _int(arg: ast.Expr) -> None:
    """A whole number that a BIGINT holds, but no INT, is no such argument; a longer one is left to the analyzer."""
    if not isinstance(arg, ast.Literal) or arg.kind != "int":
        return
    if -(2**63) <= arg.value < -(2**31) or 2**31 <= arg.value < 2**63:
        raise failure(f"Cast argument {arg.value} to int type failed.")


REWRITERS: dict[str, Callable[[ast.Call], ast.Expr]] = {
    **dict.fromkeys(DATE_ARITHMETIC, _date_arithmetic),
    **dict.fromkeys(OPERATORS, _operator),
    "element_at": _element_at,
    "isnull": _null_test,
    "isnotnull": _null_test,
    "map": _map,
    "time_slice": _slice,
    "date_slice": _slice,
    "array_generate": _array_generate,
    "str_to_map": _str_to_map,
    "lpad": _pad,
    "rpad": _pad,
    "ilike": _ilike,
    "substr": _substring,
    "substring": _substring,
}
INFORMATION_CALLS = {"connection_id", "session_user", "session_id"}


def _count(call: ast.Call, right: bool) -> None:
    if not right:
        raise place_error(f"Incorrect number of arguments in expr '{call.name}'", call.span)


def _argument(call: ast.Call, arg: ast.Expr, right: bool) -> None:
    if not right:
        raise place_error(f"Incorrect type/value of arguments in expr '{call.name}'", arg.span)
