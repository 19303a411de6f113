"""Arguments that a function's signature would take and StarRocks refuses all the same."""

from __future__ import annotations

from collections.abc import Callable

from starrocks_embedded.analysis.coercion import sql_text
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.analysis.trees import is_constant
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast

INTERVAL_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond")


def check_arguments(call: ast.Call) -> None:
    """Before the signature is looked up; the arguments are annotated."""
    check = CHECKS.get(call.name)
    if check is not None:
        check(call)


def _every_array(call: ast.Call) -> None:
    for i, argument in enumerate(call.args):
        if argument.type.name != "array" and not argument.type.is_null:
            what = f"{i + 1}-th input of {call.name} should be an array, rather than {sql_text(argument.type)}"
            raise analysis_error(what, call.span)


def _first_array(call: ast.Call) -> None:
    if call.args and call.args[0].type.name != "array" and not call.args[0].type.is_null:
        raise analysis_error(f"The first input of {call.name} should be an array", call.span)


def _one_output(call: ast.Call) -> None:
    if len(call.args) != 1:
        raise analysis_error("array_agg should have exact one output expressions before [ORDER BY]", call.span)


def _constant_count(call: ast.Call) -> None:
    name = call.name.upper() if call.name == "approx_top_k" else call.name
    for position, word in ((1, "second"), (2, "third")):
        if len(call.args) > position and not _is_positive(call.args[position]):
            message = f"The {word} parameter of {name} must be a constant positive integer: {shown(call)}"
            raise analysis_error(message, call.args[position].span)


def _is_positive(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Literal) and expr.kind == "int" and expr.value > 0


def _no_constants(call: ast.Call) -> None:
    if any(is_constant(a) for a in call.args):
        raise analysis_error(f"{call.name} function 's args must be constant")


def _sketch(call: ast.Call) -> None:
    if len(call.args) < 2:
        return
    size = call.args[1]
    if not size.type.is_integer:
        raise analysis_error("ds_hll_count_distinct 's second parameter's data type is wrong ")
    if isinstance(size, ast.Literal) and not 4 <= size.value <= 21:
        raise analysis_error("ds_hll_count_distinct second parameter'value should be between 4 and 21")


def _test_alternative(call: ast.Call) -> None:
    if len(call.args) > 2 and not (isinstance(call.args[2], ast.Literal) and call.args[2].kind == "string"):
        raise analysis_error("mann_whitney_u_test's third parameter should be a string literal.")


def _ngram(call: ast.Call) -> None:
    if len(call.args) < 3:
        return
    if not call.args[0].type.is_string:
        message = f"{call.name} function 's first parameter and second parameter must be string type"
        raise analysis_error(message, call.span)
    if not (is_constant(call.args[1]) and is_constant(call.args[2])):
        message = f"{call.name} function 's second parameter and third parameter must be constant"
        raise analysis_error(message, call.span)


def _percentile(call: ast.Call) -> None:
    words = ("first parameter (value)", "second parameter (percentile)", "third parameter (compression)")
    if call.name.endswith("weighted"):
        words = ("first parameter (value)", "second parameter (weight)", "third parameter (percentile)")
    for argument, word in zip(call.args, words, strict=False):
        numeric = (argument.type.is_numeric and argument.type.name != "boolean") or argument.type.is_null
        listed = "percentile" in word
        if numeric or (listed and argument.type.name == "array"):
            continue
        kind = "numeric type or array type" if listed else "numeric type"
        message = f"{call.name} requires the {word} to be {kind}, but got: {sql_text(argument.type)}"
        raise analysis_error(message, call.span)


def _integers(call: ast.Call) -> None:
    types = [a.type for a in call.args]
    if len(types) >= 2 and any(x.is_temporal or x.is_string for x in types[:2]):
        return
    if any(not (x.is_integer or x.is_null) for x in types):
        raise analysis_error("array_generate's parameter only support Integer")


def _retention(call: ast.Call) -> None:
    for argument in call.args[:1]:
        if argument.type.name != "array" or argument.type.children[0].name not in ("boolean", "null"):
            raise analysis_error("retention only support Array<BOOLEAN>", argument.span)


def _filter_column(call: ast.Call) -> None:
    if len(call.args) <= 2:
        usage = "intersect_count(bitmap_column, column_to_filter, filter_values)"
        message = f"{usage} function requires at least three parameters"
        raise analysis_error(message, call.span)
    if is_constant(call.args[1]):
        raise analysis_error("intersect_count function filter_values arg must be column", call.args[1].span)
    for argument in call.args[2:]:
        if not is_constant(argument):
            raise analysis_error("intersect_count function filter_values arg must be constant", argument.span)


CHECKS: dict[str, Callable[[ast.Call], None]] = {
    **dict.fromkeys(
        ("array_concat", "array_intersect", "arrays_overlap", "array_contains_all", "array_contains_seq"), _every_array
    ),
    **dict.fromkeys(
        ("array_join", "array_slice", "array_contains", "array_position", "array_distinct", "array_min", "array_max",
         "array_append", "array_remove"),
        _first_array,
    ),
    **dict.fromkeys(("min_n", "max_n", "approx_top_k"), _constant_count),
    **dict.fromkeys(("corr", "covar_pop", "covar_samp"), _no_constants),
    **dict.fromkeys(("ds_hll_accumulate", "ds_hll_count_distinct"), _sketch),
    **dict.fromkeys(("ngram_search", "ngram_search_case_insensitive"), _ngram),
    **dict.fromkeys(("percentile_approx", "percentile_approx_weighted"), _percentile),
    "array_agg": _one_output,
    "mann_whitney_u_test": _test_alternative,
    "array_generate": _integers,
    "retention": _retention,
    "intersect_count": _filter_column,
}  # fmt: skip
