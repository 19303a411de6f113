"""Which queries the front end answers alone, without a backend: it spells their floating-point values its own way."""

from __future__ import annotations

from starrocks_embedded.analysis import functions
from starrocks_embedded.syntax import ast

FOLDED_OPERATORS = {"+", "-", "*", "/", "div", "=", "!=", "<", "<=", ">", ">=", "<=>", "and", "or"}
WHOLE_OPERATORS = {"%", "&", "|", "^"}
FOLDED_CALLS = {
    "if", "ifnull", "nullif", "coalesce", "typeof", "database", "user", "current_user", "version",
    "add", "add_months", "bitand", "bitor", "bitxor", "concat", "concat_ws", "convert_tz", "curdate", "current_date",
    "current_time", "current_timestamp", "current_timezone", "curtime", "date", "date_format", "date_trunc", "datediff",
    "day", "dayofweek", "days_add", "days_sub", "divide", "from_unixtime", "hour", "hours_add", "hours_sub",
    "int_divide", "last_day", "localtime", "localtimestamp", "lower", "makedate", "milliseconds_add",
    "milliseconds_sub", "minute", "minutes_add", "minutes_sub", "month", "months_add", "months_sub", "multiply",
    "next_day", "now", "previous_day", "quarters_add", "quarters_sub", "replace", "second", "seconds_add",
    "seconds_sub", "str2date", "str_to_date", "substr", "substring", "subtract", "time_slice", "timediff", "timestamp",
    "to_date", "to_datetime", "to_days", "to_iso8601", "unix_timestamp", "upper", "utc_timestamp", "week", "weeks_add",
    "weeks_sub", "year", "years_add", "years_sub", "yearweek",
}  # fmt: skip


TAKES_NULL = functions.NEVER_NULL | {
    "if", "concat_ws", "ifnull", "nullif", "coalesce", "bitmap_hash", "bitmap_hash64", "percentile_hash", "json_array",
    "json_object", "row", "struct", "named_struct", "aes_encrypt", "aes_decrypt", "encode_fingerprint_sha256",
    "encode_sort_key", "assert_true", "typeof",
}  # fmt: skip


def is_null_call(call: ast.Call) -> bool:
    """Whether the front end knows a call to be NULL, without a backend: of constants, one of which is NULL."""
    if call.window is not None or call.function.kind != "scalar" or call.name in TAKES_NULL:
        return False
    if call.function.combined is not None:
        return False
    bare = [_uncast(a) for a in call.args]
    return all(isinstance(a, ast.Literal) for a in bare) and any(getattr(a, "kind", "") == "null" for a in bare)


def _uncast(expr: ast.Expr) -> ast.Expr:
    while isinstance(expr, ast.Cast):
        expr = expr.operand
    return expr


def is_front_end_query(query: ast.Query) -> bool:
    """Whether an analyzed query is a row of constants and nothing else."""
    body = query.body
    if not isinstance(body, ast.Select) or query.ctes or query.order_by or query.limit is not None:
        return False
    if body.source is not None or body.where is not None or body.group_by is not None or body.having is not None:
        return False
    return all(_folds(item.expr) for item in body.items)


def _folds(expr: ast.Expr | None) -> bool:
    if expr is None or isinstance(expr, ast.Literal | ast.Variable):
        return True
    if isinstance(expr, ast.Cast):
        return _folds(expr.operand)
    if isinstance(expr, ast.Binary):
        folded = expr.op in FOLDED_OPERATORS or (expr.op in WHOLE_OPERATORS and not expr.type.is_float)
        return folded and _folds(expr.left) and _folds(expr.right)
    if isinstance(expr, ast.Interval):
        return _folds(expr.value)
    if isinstance(expr, ast.Unary):
        return expr.op != "~" and _folds(expr.operand)
    if isinstance(expr, ast.IsNull):
        return _folds(expr.operand)
    if isinstance(expr, ast.Case):
        branches = (part for pair in expr.whens for part in pair)
        return _folds(expr.operand) and _folds(expr.default) and all(map(_folds, branches))
    if isinstance(expr, ast.Call):
        known = expr.name in FOLDED_CALLS or (expr.name == "mod" and not expr.type.is_float)
        return known and expr.window is None and all(map(_folds, expr.args))
    return False
