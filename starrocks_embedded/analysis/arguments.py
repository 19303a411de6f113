"""Arguments that a function's signature would take and StarRocks refuses all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.analysis.coercion import can_cast, sql_text
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.analysis.trees import is_constant
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from typing import TypeGuard

INTERVAL_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond")


def check_arguments(call: ast.Call) -> None:
    """Before the signature is looked up; the arguments are annotated."""
    check = CHECKS.get(call.name)
    if check is not None:
        check(call)


def _not_array(expr: ast.Expr) -> bool:
    return expr.type.name != "array" and not expr.type.is_null


def _only_array(call: ast.Call) -> None:
    if len(call.args) != 1:
        raise analysis_error(f"{call.name} should have only one input", call.span)
    if _not_array(call.args[0]):
        given = sql_text(call.args[0].type)
        message = f"The only one input of {call.name} should be an array, rather than {given}"
        raise analysis_error(message, call.span)


def _array_of_arrays(call: ast.Call) -> None:
    if len(call.args) != 1:
        raise analysis_error(f"{call.name} should have only one input", call.span)
    given = call.args[0].type
    if not given.is_null and (given.name != "array" or given.children[0].name != "array"):
        message = f"The only one input of {call.name} should be an array of arrays, rather than {sql_text(given)}"
        raise analysis_error(message, call.span)


def _difference(call: ast.Call) -> None:
    _only_array(call)
    given = call.args[0].type
    if given.name == "array" and not (given.children[0].is_numeric or given.children[0].is_null):
        raise analysis_error("array_difference function only support numeric array types", call.args[0].span)


def _matched_array(call: ast.Call) -> None:
    if len(call.args) != 1:
        raise analysis_error(f"{call.name} should have a input array", call.span)
    if _not_array(call.args[0]):
        message = f"{call.name}'s input {shown(call.args[0])} should be an array"
        raise analysis_error(f"{message}, but real type is {sql_text(call.args[0].type)}", call.span)
    _castable_to_booleans(call, "input", call.args[0])


def _two_arrays(call: ast.Call) -> None:
    """What these take beside a lambda."""
    if call.name == "array_filter" and len(call.args) != 2:
        message = "should have 2 array inputs or lambda functions, but really have"
        raise analysis_error(f"{call.name} {message} {len(call.args)} inputs", call.span)
    if len(call.args) != 2:
        return
    for argument, word in zip(call.args, ("first", "second"), strict=True):
        if _not_array(argument):
            message = f"{call.name}'s {word} input {shown(argument)} should be an array or a lambda function"
            raise analysis_error(f"{message}, but real type is {sql_text(argument.type)}", call.span)
    if call.name == "array_filter":
        _castable_to_booleans(call, "second input", call.args[1])


def _filtered_map(call: ast.Call) -> None:
    if len(call.args) != 2:
        message = f"{call.name} should have 2 inputs, but there are just {len(call.args)} inputs"
        raise analysis_error(message)
    entries, wanted = call.args
    if entries.type.name != "map" and not entries.type.is_null:
        message = f"{call.name}'s first input {shown(entries)} should be a map or a lambda function"
        raise analysis_error(f"{message}, but real type is {sql_text(entries.type)}")
    if _not_array(wanted):
        message = f"{call.name}'s second input {shown(wanted)} should be an array or a lambda function"
        raise analysis_error(f"{message}, but real type is {sql_text(wanted.type)}")


def _castable_to_booleans(call: ast.Call, which: str, argument: ast.Expr) -> None:
    if not can_cast(argument.type, t.array(t.BOOLEAN)):
        message = f"{call.name}'s {which} {shown(argument)} can't cast from {sql_text(argument.type)} to ARRAY<BOOL>"
        raise analysis_error(message, call.span)


def _every_array(call: ast.Call) -> None:
    for i, argument in enumerate(call.args):
        if _not_array(argument):
            what = f"{i + 1}-th input of {call.name} should be an array, rather than {sql_text(argument.type)}"
            raise analysis_error(what, call.span)


def _first_array(call: ast.Call) -> None:
    if call.args and _not_array(call.args[0]):
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


def _is_integer(expr: ast.Expr) -> TypeGuard[ast.Literal]:
    return isinstance(expr, ast.Literal) and expr.kind == "int"


def _is_string(expr: ast.Expr) -> TypeGuard[ast.Literal]:
    return isinstance(expr, ast.Literal) and expr.kind == "string"


def _is_positive(expr: ast.Expr) -> bool:
    return _is_integer(expr) and expr.value > 0


def _no_constants(call: ast.Call) -> None:
    if any(is_constant(a) for a in call.args):
        raise analysis_error(f"{call.name} function 's args must be constant")


def _sketch(call: ast.Call) -> None:
    if len(call.args) < 2:
        return
    size = call.args[1]
    if not _is_integer(size):
        raise analysis_error("ds_hll_count_distinct 's second parameter's data type is wrong ")
    if not 4 <= size.value <= 21:
        raise analysis_error("ds_hll_count_distinct second parameter'value should be between 4 and 21")


def _test_alternative(call: ast.Call) -> None:
    if len(call.args) < 3:
        return
    alternative = call.args[2]
    if not _is_string(alternative):
        raise analysis_error("mann_whitney_u_test's third parameter should be a string literal.")
    if alternative.value not in ("two-sided", "greater", "less"):
        message = "mann_whitney_u_test's third parameter should be one of ['two-sided', 'greater', 'less']"
        raise analysis_error(f"{message}, but get '{alternative.value}'.")
    if len(call.args) > 3 and not (_is_integer(call.args[3]) and call.args[3].value >= 0):
        raise analysis_error("mann_whitney_u_test's fourth parameter should be a non-negative int literal.")


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
        _step(call)
        return
    if len(types) == 4:
        raise analysis_error("array_generate step param has wrong input type")
    if len(types) != 3 and any(isinstance(a, ast.ColumnRef) for a in call.args):
        raise analysis_error("array_generate with IntColumn doesn't support default parameters")
    if any(not (x.is_integer or x.is_null) for x in types):
        raise analysis_error("array_generate's parameter only support Integer")


def _step(call: ast.Call) -> None:
    if len(call.args) < 3:
        return
    if not _is_integer(call.args[2]):
        raise analysis_error("array_generate requires step parameter must be a constant integer", call.span)
    if call.args[2].value < 0:
        raise analysis_error("array_generate requires step parameter must be non-negative", call.span)


def _slice(call: ast.Call) -> None:
    if len(call.args) < 2:
        return
    if not _is_integer(call.args[1]):
        raise analysis_error(f"{call.name} requires second parameter must be a constant interval", call.span)
    if call.args[1].value <= 0:
        raise analysis_error(f"{call.name} requires second parameter must be greater than 0", call.span)


def _encryption(call: ast.Call) -> None:
    """Only the GCM modes take a fifth argument."""
    if len(call.args) != 5 or not _is_string(call.args[3]) or "GCM" in call.args[3].value.upper():
        return
    message = f"{call.name} with 5 parameters requires GCM mode to use AAD parameter"
    modes = "Only GCM modes (AES_128_GCM, AES_192_GCM, AES_256_GCM) support AAD parameter."
    raise analysis_error(f"{message}, but got mode: {call.args[3].value.upper()}. {modes}", call.span)


def _role(call: ast.Call) -> None:
    if len(call.args) != 1:
        raise analysis_error("IS_ROLE_IN_SESSION currently only supports a single parameter")
    if not _is_string(call.args[0]):
        raise analysis_error("IS_ROLE_IN_SESSION currently only supports constant parameters")


def _funnel(call: ast.Call) -> None:
    if len(call.args) < 3:
        return
    window, moment, mode = call.args[:3]
    if not _is_integer(mode):
        raise analysis_error("mode argument must be numerical type", mode.span)
    if not 0 <= mode.value <= 7:
        raise analysis_error("mode argument's range must be [0-7]", mode.span)
    if not _is_integer(window):
        raise analysis_error("window argument must be numerical type", window.span)
    if window.value < 0:
        raise analysis_error("window argument must >= 0", window.span)
    if is_constant(moment):
        raise analysis_error("time arg must be column", moment.span)


def _position_in_list(call: ast.Call) -> None:
    if len(call.args) < 2:
        raise analysis_error("Incorrect parameter count in the call to native function 'field'")


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
        ("array_join", "array_slice", "array_contains", "array_position", "array_append", "array_remove"),
        _first_array,
    ),
    **dict.fromkeys(("min_n", "max_n", "approx_top_k"), _constant_count),
    **dict.fromkeys(("corr", "covar_pop", "covar_samp"), _no_constants),
    **dict.fromkeys(("ds_hll_accumulate", "ds_hll_count_distinct"), _sketch),
    **dict.fromkeys(("ngram_search", "ngram_search_case_insensitive"), _ngram),
    **dict.fromkeys(("percentile_approx", "percentile_approx_weighted"), _percentile),
    **dict.fromkeys(
        ("array_avg", "array_sort", "array_sum", "array_cum_sum", "array_length", "array_to_bitmap", "array_distinct",
         "array_min", "array_max"),
        _only_array,
    ),
    **dict.fromkeys(("any_match", "all_match"), _matched_array),
    **dict.fromkeys(("array_filter", "array_sortby"), _two_arrays),
    **dict.fromkeys(("time_slice", "date_slice"), _slice),
    **dict.fromkeys(("aes_encrypt", "aes_decrypt"), _encryption),
    "map_filter": _filtered_map,
    "array_flatten": _array_of_arrays,
    "array_difference": _difference,
    "is_role_in_session": _role,
    "window_funnel": _funnel,
    "field": _position_in_list,
    "array_agg": _one_output,
    "mann_whitney_u_test": _test_alternative,
    "array_generate": _integers,
    "retention": _retention,
    "intersect_count": _filter_column,
}  # fmt: skip
