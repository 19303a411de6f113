"""Function calls: those with rules of their own, then built-ins by signature."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.analysis import coercion, functions, states
from starrocks_embedded.analysis.aggregates import before_cast, check_aggregate
from starrocks_embedded.analysis.arguments import check_arguments
from starrocks_embedded.analysis.coercion import can_cast, matches, sql_text
from starrocks_embedded.analysis.dictionaries import dict_mapping
from starrocks_embedded.analysis.expressions import annotate, checked_cast, coerce
from starrocks_embedded.analysis.functions import Signature
from starrocks_embedded.analysis.scope import Field, OutputColumn, Scope
from starrocks_embedded.analysis.trees import NONDETERMINISTIC
from starrocks_embedded.analysis.windows import analyze_window
from starrocks_embedded.errors import StarRocksError, analysis_error, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import AggregateState, Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context

INFORMATION = {
    "database": t.VARCHAR, "schema": t.VARCHAR, "catalog": t.VARCHAR, "user": t.VARCHAR, "session_user": t.VARCHAR,
    "current_user": t.VARCHAR, "current_role": t.VARCHAR, "current_group": t.VARCHAR, "current_warehouse": t.VARCHAR,
    "connection_id": t.BIGINT, "session_id": t.VARCHAR,
}  # fmt: skip
INFORMATION_SINCE = {"current_group": "3.5", "current_warehouse": "4.0"}
DATE_FAMILY = {
    "date_add": "add", "adddate": "add", "days_add": "add", "timestampadd": "add", "date_sub": "sub", "subdate": "sub",
    "days_sub": "sub",
}  # fmt: skip
OF_ANY_KEYS = {"array_sortby"}  # each key array keeps its type
INSPECTING = {  # what they show is a front end's memory
    "inspect_all_pipes", "inspect_global_dict", "inspect_hive_part_info", "inspect_memory", "inspect_memory_detail",
    "inspect_mv_meta", "inspect_mv_plan", "inspect_mv_refresh_info", "inspect_mv_relationships", "inspect_related_mv",
    "inspect_table_partition_info", "inspect_task_runs", "get_query_dump", "lookup_string", "dictionary_get",
}  # fmt: skip
HIGHER_ARRAY = {
    "array_map", "transform", "array_filter", "any_match", "all_match", "array_sortby", "array_sort",
    "array_sort_lambda",
}  # fmt: skip
HIGHER_MAP = {"map_filter", "transform_values", "transform_keys", "map_apply"}
TIME_LETTERS = re.compile(".*[HhIiklrSsT].*")  # wherever they stand in a format
TRUNCATIONS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
PARTS = {
    "year": "year", "yy": "year", "yyyy": "year", "quarter": "quarter", "qq": "quarter", "q": "quarter",
    "month": "month", "mm": "month", "m": "month", "day": "day", "dd": "day", "d": "day", "hour": "hour", "hh": "hour",
    "minute": "minute", "mi": "minute", "n": "minute", "second": "second", "ss": "second", "s": "second",
    "dow": "dayofweek", "doy": "dayofyear", "week": "week_iso", "wk": "week_iso", "ww": "week_iso",
}  # fmt: skip


def analyze_call(call: ast.Call, scope: Scope, context: Context) -> ast.Expr:
    special = SPECIAL.get(call.name)
    if any(isinstance(a, ast.Lambda) for a in call.args):
        return _higher_order(call, scope, context)
    if special is not None and (answer := special(call, scope, context)) is not None:
        return answer
    call.args = [annotate(a, scope, context) for a in call.args]
    for item in call.order_by:
        item.expr = annotate(item.expr, scope, context)
    if call.separator is not None:
        call.separator = annotate(call.separator, scope, context)
    if call.filter is not None:
        call.filter = coerce(annotate(call.filter, scope, context), t.BOOLEAN)
        _check_filtered(call)
    from starrocks_embedded.analysis.sql_functions import inline

    return inline(call, context) or finish(call, scope, context)


def _check_filtered(call: ast.Call) -> None:
    """f(x) FILTER (WHERE c) is f_if(x, c), which neither group_concat nor an ordered array_agg has."""
    if call.name != "group_concat" and not call.order_by:
        return
    types = [a.type for a in (*call.args, *(i.expr for i in call.order_by))]
    if call.separator is not None:
        types.append(call.separator.type)
    listed = ", ".join(sql_text(x) for x in (*types, t.BOOLEAN))
    raise analysis_error(f"No matching function with signature: {call.name}_if({listed})", call.span)


def finish(call: ast.Call, scope: Scope, context: Context) -> ast.Call:
    """Finds the function of a call whose arguments are annotated."""
    signature = _signature(call, context)
    if signature.kind == "table":
        raise analysis_error("Table function cannot be used in expression", call.span)
    _use(call, signature)
    if signature.combined is None:
        _check(call, signature, context)
        states.refuse_read(call)
    if call.window is not None:
        analyze_window(call, scope, context)
    return call


def _signature(call: ast.Call, context: Context) -> Signature:
    if (parts := states.split(call.name, context.version)) and not functions.signatures(call.name, context.version):
        return _over_states(call, *parts, context)
    check_arguments(call)
    return function_of(call, context)


def function_of(call: ast.Call, context: Context) -> Signature:
    """The function that a call means by the types of its arguments."""
    name, types = call.name, [a.type for a in call.args]
    adjusted = ADJUSTED.get(name)
    found = None if adjusted is None else adjusted(call, types, context)
    if found is not None:
        _require_castable(call, found)
        return found
    if functions.has_decimal(name, types) and (
        name not in functions.ROUNDING or functions.signatures(name, context.version)
    ):
        found = functions.find_decimal(name, types, context.version, call.span, _rounding_scale(call))
    else:
        found = functions.find(name, types, context.version)
    if found is None:
        raise unmatched(call, types)
    _require_castable(call, found)
    return found


def _over_states(call: ast.Call, base: str, suffix: str, context: Context) -> Signature:
    """A function that makes the states of an aggregate function out of its arguments, or one that takes states: whose
    they are is not what its name says but what their type does."""
    if suffix in (states.STATE, states.COMBINE):
        return _making_states(call, base, suffix, context)
    types = [a.type for a in call.args]
    state = types[0].state if len(types) == (2 if suffix == states.STATE_UNION else 1) else None
    if state is None or state.function != base:
        known = functions.best(states.candidates(base, suffix, context.version), types)
        if known is None:
            raise _unmatched_states(call, types)
        state = state or _state_of_bytes(call, base, suffix, known)
    reader = _reader(state, context)
    type_ = states.state_type(reader.function).keeping(state)
    result = reader.type if suffix in (states.MERGE, states.STATE_MERGE) else type_
    return _combined(call, suffix, (types[0],) * len(types), result, state, reader)


def _making_states(call: ast.Call, base: str, suffix: str, context: Context) -> Signature:
    inner = replace(call, name=base)
    types = [a.type for a in call.args]
    try:
        found = function_of(inner, context)
    except StarRocksError as error:
        error.message = error.message.replace(f"signature: {base}(", f"signature: {call.name}(")
        raise error from None
    if not states.has_state(found) and functions.best(states.takers(base, context.version), types) is None:
        raise unmatched(call, types)
    check_arguments(inner)
    check_aggregate(inner, found, context)
    arguments = tuple(_given(found.argument(i), given) for i, given in enumerate(types))
    state = AggregateState(base, arguments)
    return _combined(call, suffix, arguments, states.state_type(found).keeping(state), state, _reader(state, context))


def _combined(
    call: ast.Call, suffix: str, arguments: tuple[Type, ...], result: Type, state: AggregateState, reader: ast.Call
) -> Signature:
    kind = "aggregate" if suffix in states.AGGREGATES else "scalar"
    return Signature(call.name, arguments, result, kind, combined=states.Combined(suffix, state, reader.type))


def _reader(state: AggregateState, context: Context) -> ast.Call:
    """The aggregate function over the rows that its states are made of."""
    reader = ast.Call(state.function, states.rows_of(state))
    _use(reader, function_of(reader, context))
    return reader


def _state_of_bytes(call: ast.Call, base: str, suffix: str, known: Signature) -> AggregateState:
    """Only sketches are taken out of bytes that nothing is known of."""
    given = call.args[0].type
    if base != states.SKETCH or suffix not in (states.UNION, states.MERGE):
        listed = ", ".join(sql_text(x) for x in known.arguments)
        message = f"AggState's AggFunc should have AggStateDesc: {call.name}({listed})"
        raise analysis_error(message, call.span)
    if given.name != "varbinary":
        raise analysis_error(f"Resolved function {call.name} has no binary as argument type", call.span)
    return AggregateState(base, (t.VARCHAR,))


def _unmatched_states(call: ast.Call, types: list[Type]) -> StarRocksError:
    error = unmatched(call, types)
    if functions.has_decimal(call.name, types):
        error.message += "."
    return error


def _require_castable(call: ast.Call, found: Signature) -> None:
    types = [a.type for a in call.args]
    for i, given in enumerate(types):
        if found.arguments and not matches(given, found.argument(i)) and not can_cast(given, found.argument(i)):
            raise unmatched(call, types)


def unmatched(call: ast.Call, types: list[Type]) -> StarRocksError:
    listed = "*" if call.star else ", ".join(sql_text(x) for x in types)
    return analysis_error(f"No matching function with signature: {call.name}({listed})", call.span)


def _rounding_scale(call: ast.Call) -> int | None:
    if len(call.args) < 2:
        return 0
    scale = call.args[1]
    if isinstance(scale, ast.Literal):
        return int(scale.value) if scale.kind == "int" else functions.NO_LITERAL
    return None if any(isinstance(n, ast.ColumnRef) for n in _walk(scale)) else functions.NO_LITERAL


def _walk(expr: ast.Expr) -> list[ast.Expr]:
    from starrocks_embedded.analysis.trees import walk

    return list(walk(expr))


def _use(call: ast.Call, signature: Signature) -> None:
    """Writes the function into the call and casts its arguments."""
    before = list(call.args)
    if signature.arguments and call.name not in OF_ANY_KEYS:
        call.args = [coerce(a, _given(signature.argument(i), a.type)) for i, a in enumerate(call.args)]
    types = tuple(a.type for a in call.args)
    call.function = replace(signature, arguments=types, variadic=False)
    call.type = signature.result
    if signature.combined is not None:
        call.nullable = not states.never_null(signature.combined.state)
    elif call.name in functions.NEVER_NULL:
        conditional = call.name == "count_if" or call.filter is not None
        call.nullable = conditional or (call.name == "field" and signature.arguments[0].is_decimal)
    elif call.name in functions.NULL_AS_ARGUMENTS:
        call.nullable = any(a.nullable or a.type.is_decimal for a in before)
    else:
        call.nullable = True
    if call.window is not None:
        call.nullable = True


def _given(declared: Type, given: Type) -> Type:
    """The type an argument is cast to: what the signature says, as precise as it can be said."""
    if declared.name in coercion.PSEUDO:
        return given
    if declared.is_decimal and declared.scale < 0:
        if given.is_decimal:
            return given
        return t.decimal(declared.precision, 9 if declared.precision > 18 else 0)
    return declared


def _check(call: ast.Call, signature: Signature, context: Context) -> None:
    if signature.kind in ("aggregate", "window"):
        check_aggregate(call, signature, context)
    elif call.star:
        raise analysis_error("Cannot pass '*' to scalar function.", call.span)
    if call.name == "date_trunc":
        _check_truncation(call)


def _check_truncation(call: ast.Call) -> None:
    unit = call.args[0]
    if not isinstance(unit, ast.Literal) or unit.kind != "string":
        raise analysis_error("date_trunc requires first parameter must be a string constant", unit.span)
    unit.value = unit.value.lower()
    moment = before_cast(call.args[1])  # a string is looked at by the backend
    if moment.type.name == "datetime" and unit.value not in TRUNCATIONS:
        message = "date_trunc function can't support argument other than year|quarter|month|week|day|hour|minute|second"
        raise analysis_error(message, unit.span)
    if moment.type.name == "date" and unit.value not in TRUNCATIONS[:5]:
        message = "date_trunc function can't support argument other than year|quarter|month|week|day"
        raise analysis_error(message, moment.span)


# ---- functions with a rule of their own ------------------------------------------------------------------------------


def _information(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    if call.args or not context.version.at_least(INFORMATION_SINCE.get(call.name, "0")):
        return None
    call.type, call.nullable = INFORMATION[call.name], True
    call.function = Signature(call.name, (), call.type, "scalar")
    return call


def _date_arithmetic(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    """date_add(x, INTERVAL n unit) and timestampadd('unit', n, x): becomes days_add(x, n) and its kind."""
    verb = DATE_FAMILY[call.name]
    if call.name == "timestampadd" and not _has_unit(call):
        return None
    if call.name == "timestampadd":
        unit_literal, count, moment = call.args
        unit = str(getattr(unit_literal, "value", ""))
    else:
        interval = call.args[1] if len(call.args) == 2 else None
        if not isinstance(interval, ast.Interval):
            return None
        moment, unit, count = call.args[0], interval.unit, interval.value
    moment, count = annotate(moment, scope, context), annotate(count, scope, context)
    call.name = f"{unit}s_{verb}"
    call.args = [checked_cast(moment, t.DATETIME), count]
    types = [a.type for a in call.args]
    found = functions.find(call.name, types, context.version)
    if found is None:
        raise unmatched(call, types)
    _use(call, found)
    return call


def _has_unit(call: ast.Call) -> bool:
    """Whether the first argument is a unit, not a string in quotes."""
    unit = call.args[0] if len(call.args) == 3 else None
    return isinstance(unit, ast.Literal) and unit.kind == "string" and not unit.text.startswith(("'", '"'))


def _date_difference(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    """timestampdiff('unit', a, b) is units_diff(b, a)."""
    if not _has_unit(call):
        return None
    unit = str(getattr(call.args[0], "value", ""))
    start, end = (annotate(a, scope, context) for a in call.args[1:])
    call.name = f"{unit}s_diff"
    call.args = [checked_cast(end, t.DATETIME), checked_cast(start, t.DATETIME)]
    found = functions.find(call.name, [a.type for a in call.args], context.version)
    if found is None:
        raise unmatched(call, [a.type for a in call.args])
    _use(call, found)
    return call


def _typeof(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    if len(call.args) != 1:
        return None
    call.args = [annotate(call.args[0], scope, context)]
    call.type, call.nullable = t.STRING, True
    call.function = Signature("typeof", (call.args[0].type,), t.STRING, "scalar")
    return call


def _date_part(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    if functions.signatures("date_part", context.version) or not context.version.at_least("4.1"):
        return None
    if len(call.args) != 2:
        raise analysis_error("DATE_PART requires 2 arguments: DATE_PART('unit', date_expr)")
    unit = call.args[0]
    if not isinstance(unit, ast.Literal) or unit.kind != "string":
        raise analysis_error("The first argument of DATE_PART must be a constant string literal, e.g., 'year'")
    if unit.value.lower() not in PARTS:
        raise analysis_error(f"Unsupported unit for DATE_PART: {unit.value.lower()}")
    call.name, call.args = PARTS[unit.value.lower()], call.args[1:]
    return analyze_call(call, scope, context)


def _grouping_function(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    if not call.args:
        raise analysis_error("GROUPING functions required at least one parameters", call.span)
    call.args = [annotate(a, scope, context) for a in call.args]
    call.type, call.nullable = t.BIGINT, True
    call.function = Signature(call.name, tuple(a.type for a in call.args), t.BIGINT, "grouping")
    return call


def _inspecting(call: ast.Call, scope: Scope, context: Context) -> ast.Expr | None:
    raise unsupported(f"function {call.name}()")


SPECIAL: dict[str, Callable[[ast.Call, Scope, Context], ast.Expr | None]] = {
    **dict.fromkeys(INFORMATION, _information),
    **dict.fromkeys(DATE_FAMILY, _date_arithmetic),
    **dict.fromkeys(INSPECTING, _inspecting),
    "timestampdiff": _date_difference,
    "typeof": _typeof,
    "date_part": _date_part,
    "dict_mapping": dict_mapping,
    "grouping": _grouping_function,
    "grouping_id": _grouping_function,
}


# ---- functions whose signature is not only a matter of types ---------------------------------------------------------


def _count(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if not call.distinct or len(types) < 2:
        return None
    found = functions.find("count", types[:1], context.version)
    return None if found is None else replace(found, arguments=tuple(types))


def _array_agg(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if not types:
        return None
    element = t.BOOLEAN if types[0].is_null else types[0]
    return Signature("array_agg", (element,), t.array(element), "aggregate")


def _group_concat(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    for given in types:
        if not can_cast(given, t.VARCHAR):
            raise unmatched(call, types)
    return Signature("group_concat", (t.VARCHAR,) * len(types), t.VARCHAR, "aggregate")


def _named_struct(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if len(types) < 2:
        raise analysis_error("named_struct should have at least two inputs", call.span)
    if len(types) % 2:
        raise analysis_error(
            f"named_struct arguments must be in key/value pairs, but got {len(types)} arguments", call.span
        )
    names = []
    for key in call.args[::2]:
        if not isinstance(key, ast.Literal) or key.kind != "string":
            raise analysis_error("The key of named_struct should be a string literal", call.span)
        names.append(key.value)
    values = [t.BOOLEAN if x.is_null else x for x in types[1::2]]
    arguments = tuple(x for name, value in zip(types[::2], values, strict=True) for x in (name, value))
    return Signature("named_struct", arguments, t.struct(list(zip(names, values, strict=True))), "scalar")


def _concat(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if not any(x.name == "array" for x in types):
        return None
    call.args = [a if a.type.name == "array" else _wrapped(a) for a in call.args]
    call.name = "array_concat"
    coercion.common_of([a.type for a in call.args])
    return _signature(call, context)


def _wrapped(item: ast.Expr) -> ast.Expr:
    return ast.ArrayLiteral([item], type=t.array(item.type), span=item.span)


def _str_to_date(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    found = functions.find("str_to_date", types, context.version)
    if found is None or len(call.args) < 2 or not isinstance(call.args[1], ast.Literal):
        return found
    if call.args[1].value is None or TIME_LETTERS.fullmatch(str(call.args[1].value)):
        return found
    call.name = "str2date"
    return functions.find("str2date", types, context.version)


def _field_position(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if not types or not functions.signatures("field", context.version):
        return None
    target = t.INT if types[0].is_null else types[0]
    for given in types[1:]:
        if given.is_null or types[0].is_null:
            continue
        alike = (target.is_numeric and given.is_numeric) or (target.is_string and given.is_string)
        target = coercion.assignable(target, given) if alike else t.DOUBLE
    return Signature("field", (target,) * len(types), t.INT, "scalar")


def _min_max_n(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if len(types) != 2:
        return None
    value = t.BOOLEAN if types[0].is_null else types[0]
    found = functions.find(call.name, [value, t.INT], context.version)
    return None if found is None else replace(found, arguments=(value, t.INT), result=t.array(value))


def _array_generate(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    def literal(kind: str, value: object, type_: Type) -> ast.Literal:
        return ast.Literal(kind, value, str(value), type=type_, nullable=False)

    if len(types) >= 2 and any(x.is_temporal or x.is_string for x in types[:2]):
        if len(types) == 2:
            call.args.append(literal("int", 1, t.INT))
        if len(call.args) == 3:
            call.args.append(literal("string", "day", t.VARCHAR))
    else:
        if len(types) == 1:
            call.args.insert(0, literal("int", 1, t.TINYINT))
        if len(call.args) == 2:
            call.args.append(literal("int", _direction(call.args), t.TINYINT))
    return functions.find("array_generate", [a.type for a in call.args], context.version)


def _direction(bounds: list[ast.Expr]) -> int:
    start, end = bounds
    known = isinstance(start, ast.Literal) and isinstance(end, ast.Literal) and start.kind == end.kind == "int"
    return -1 if known and start.value > end.value else 1  # type: ignore[attr-defined]


def _multiple_of_percentile(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if len(types) != 2:
        return None
    found = functions.find(call.name, [types[0], t.DOUBLE], context.version)
    if found is None or not types[0].is_decimal:
        return found
    return replace(found, arguments=(types[0], t.DOUBLE), result=types[0])


def _null_array(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if len(types) == 2 and types[1].is_null and types[0].name == "array" and types[0].children[0].is_null:
        return functions.find(call.name, [t.array(t.BOOLEAN), t.BOOLEAN], context.version)
    return None


def _bitmap_union(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if len(types) == 1 and types[0].name != "bitmap":
        return None
    return functions.find("bitmap_union", types, context.version)


def _variadic_row(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    if not types:
        return None
    fields = [(f"col{i + 1}", t.BOOLEAN if x.is_null else x) for i, x in enumerate(types)]
    return Signature(call.name, tuple(x for _, x in fields), t.struct(fields), "scalar")


def _regexp_position(call: ast.Call, types: list[Type], context: Context) -> Signature | None:
    """The start and the occurrence may be left out."""
    if not 2 <= len(types) < 4:
        return None
    found = functions.find(call.name, [*types, t.INT, t.INT][:4], context.version)
    return None if found is None else replace(found, arguments=found.arguments[: len(types)])


ADJUSTED: dict[str, Callable[[ast.Call, list[Type], Context], Signature | None]] = {
    "count": _count, "array_agg": _array_agg, "group_concat": _group_concat, "named_struct": _named_struct,
    "concat": _concat, "str_to_date": _str_to_date, "field": _field_position, "min_n": _min_max_n, "max_n": _min_max_n,
    "array_generate": _array_generate, "percentile_disc": _multiple_of_percentile,
    "percentile_disc_lc": _multiple_of_percentile, "array_contains": _null_array, "array_position": _null_array,
    "bitmap_union": _bitmap_union, "row": _variadic_row, "struct": _variadic_row,
    "regexp_position": _regexp_position,
}  # fmt: skip


# ---- lambdas ---------------------------------------------------------------------------------------------------------


def _higher_order(call: ast.Call, scope: Scope, context: Context) -> ast.Expr:
    too_early = call.name == "array_sort" and not context.version.at_least("4.0")
    if too_early or call.name not in HIGHER_ARRAY | HIGHER_MAP:
        from starrocks_embedded.syntax.printer import error_text

        message = f"{call.name} can't use lambda functions, as it is not a supported high-order function"
        raise analysis_error(f"{message} in {error_text(call, context.version)}", call.span)
    if isinstance(call.args[-1], ast.Lambda):
        call.args = [call.args[-1], *call.args[:-1]]
    function = call.args[0]
    if not isinstance(function, ast.Lambda):
        raise analysis_error("Lambda Functions can only be used in high-order functions with arrays/maps", call.span)
    inputs = [annotate(a, scope, context) for a in call.args[1:]]
    if call.name in HIGHER_MAP:
        return _over_map(call, function, inputs[0], scope, context)
    return _over_arrays(call, function, inputs, scope, context)


def _over_arrays(
    call: ast.Call, function: ast.Lambda, inputs: list[ast.Expr], scope: Scope, context: Context
) -> ast.Expr:
    items = []
    for i, given in enumerate(inputs):
        if given.type.is_null:
            given = inputs[i] = coerce(given, t.array(t.INT))
        if given.type.name != "array":
            from starrocks_embedded.analysis.text import shown

            message = (
                f"{i + 1}-th lambda input ( {shown(given)} ) should be arrays, but real type is {sql_text(given.type)}"
            )
            raise analysis_error(message)
        items.append(given.type.children[0])
    if call.name in ("array_sort", "array_sort_lambda"):
        items = items * 2
    body = _bind(function, items, scope, context)
    if call.name in ("array_sort", "array_sort_lambda"):
        _check_comparator(function, body)
    call.args = [function, *inputs]
    call.name = "array_map" if call.name == "transform" else call.name
    call.type = _array_result(call, body, inputs)
    call.nullable = True
    call.function = Signature(call.name, tuple(a.type for a in call.args), call.type, "scalar")
    return call


def _check_comparator(function: ast.Lambda, body: ast.Expr) -> None:
    used = {id(n.slot) for n in _walk(body) if isinstance(n, ast.ColumnRef)}
    if used != {id(c) for c in function.columns} or any(
        isinstance(n, ast.Call) and n.name in NONDETERMINISTIC for n in _walk(body)
    ):
        needed = "should only depend on both two arguments and contain no non-deterministic functions"
        raise analysis_error(f"Lambda function in sort_array {needed}")
    if not (body.type.is_numeric or body.type == t.BOOLEAN):
        raise analysis_error("Return type of lambda function in array_sort must be boolean|numeric types")


def _array_result(call: ast.Call, body: ast.Expr, inputs: list[ast.Expr]) -> Type:
    if call.name == "array_map":
        return t.array(body.type)
    if call.name in ("any_match", "all_match"):
        return t.BOOLEAN
    if call.name == "array_filter" and not can_cast(body.type, t.BOOLEAN):
        raise unmatched(call, [inputs[0].type, t.array(body.type)])
    return inputs[0].type


def _over_map(call: ast.Call, function: ast.Lambda, given: ast.Expr, scope: Scope, context: Context) -> ast.Expr:
    if given.type.is_null:
        given = coerce(given, t.map_(t.BOOLEAN, t.BOOLEAN))
    if given.type.name != "map":
        from starrocks_embedded.analysis.text import shown

        raise analysis_error(
            f"Lambda input ( {shown(given)} ) should be a map, but real type is {sql_text(given.type)}"
        )
    key, value = given.type.children
    body = _bind(function, [key, value], scope, context)
    results = {
        "transform_values": lambda: t.map_(key, body.type),
        "transform_keys": lambda: t.map_(body.type, value),
        "map_apply": lambda: body.type,
        "map_filter": lambda: given.type,
    }
    call.args = [function, given]
    call.type, call.nullable = results[call.name](), True
    call.function = Signature(call.name, (t.FUNCTION, given.type), call.type, "scalar")
    return call


def _bind(function: ast.Lambda, types: list[Type], scope: Scope, context: Context) -> ast.Expr:
    """Gives the parameters their types and analyzes the body."""
    if len(function.params) != len(types):
        raise analysis_error("Lambda arguments should equal to lambda input arrays", function.span)
    columns = [OutputColumn(n, x, True, n) for n, x in zip(function.params, types, strict=True)]
    inner = Scope([Field(c) for c in columns], scope, is_lambda=True)
    function.columns = list(columns)
    function.body = annotate(function.body, inner, context)
    function.type = t.FUNCTION
    return function.body
