"""Arrays and structs. NULL elements are kept where StarRocks keeps them."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import MACROS, rewrite, templates
from starrocks_embedded.emit.functions.constants import literal_text, raised
from starrocks_embedded.emit.functions.lambdas import bound, mapped, once, split_lambda
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import BIGINT, BOOLEAN, Type, decimal, duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MACROS.append(
    r"""
firsts(s) AS list_filter(list_zip(s, list_prepend(NULL, s)), lambda z: z[1] IS NOT NULL AND (z[2] IS NULL OR z[1].v IS DISTINCT FROM z[2].v))
unique_of_many(a) AS list_transform(list_sort(list_transform(fn.firsts(list_sort(list_transform(a, lambda e, i: {'v': e, 'i': i}))), lambda z: {'i': z[1].i, 'v': z[1].v})), lambda z: z.v)
unique(a) AS CASE WHEN a IS NULL THEN NULL WHEN len(a) < 1000 THEN list_filter(a, lambda e, i: i = list_position(a, e)) ELSE fn.unique_of_many(a) END
array_slice(a, o, n) AS CASE WHEN a IS NULL OR o IS NULL OR n IS NULL THEN NULL WHEN o = 0 THEN a[1:0] WHEN o > 0 THEN list_slice(a, o, o + least(n, len(a)) - 1) ELSE list_slice(a, greatest(len(a) + o, 0) + 1, greatest(len(a) + o + least(n, len(a) - o), 0)) END
numbers(a) AS list_filter(a, lambda e: e IS NOT NULL)
any_of(a) AS CASE WHEN list_position(a, true) IS NOT NULL THEN true WHEN len(fn.numbers(a)) < len(a) THEN NULL WHEN a IS NOT NULL THEN false END
all_of(a) AS CASE WHEN list_position(a, false) IS NOT NULL THEN false WHEN len(fn.numbers(a)) < len(a) THEN NULL WHEN a IS NOT NULL THEN true END
element_at(a, i) AS CASE WHEN i > 0 THEN list_extract(a, i) END
affordable(n) AS CASE WHEN n > 20000000 THEN error('raised: an array of ' || n || ' elements is more than the embedded engine builds (20000000)') ELSE n END
large_steps(a, b, s) AS CASE WHEN (s > 0) = (b >= a) OR a = b THEN fn.affordable((greatest(a, b) - least(a, b)) // abs(s) + 1) ELSE 0 END
large_series(a, b, s) AS CASE WHEN a IS NULL OR b IS NULL OR s IS NULL THEN NULL WHEN s = 0 THEN CAST([] AS HUGEINT[]) ELSE list_transform(range(CAST(fn.large_steps(a, b, s) AS BIGINT)), lambda i: a + i * s) END
series_end(a, b, s) AS CASE WHEN fn.affordable(abs(CAST(b AS HUGEINT) - a) // nullif(abs(CAST(s AS HUGEINT)), 0)) IS NOT NULL OR s = 0 THEN b END
common(a, b) AS CASE WHEN b IS NOT NULL THEN list_filter(fn.unique(a), lambda e: list_position(b, e) IS NOT NULL) END
starts_at(a, b, i) AS fn.all_of(list_transform(b, lambda e, j: a[i + j - 1] IS NOT DISTINCT FROM e))
contains_seq(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE len(b) = 0 OR len(list_filter(range(1, len(a) - len(b) + 2), lambda i: fn.starts_at(a, b, i))) > 0 END
top_n(a, n) AS CASE WHEN a IS NULL OR n IS NULL THEN NULL WHEN n <= 0 THEN a[1:0] ELSE list_sort(a, 'DESC', 'NULLS LAST')[1:n] END
ranked(ks, vs) AS CASE WHEN ks IS NULL THEN vs WHEN len(ks) <> len(vs) THEN error('raised: Input arrays'' size are not equal in array_sortby.') ELSE list_transform(list_sort(list_transform(vs, lambda v, i: struct_pack(k := ks[i], i := i, v := v)), 'ASC', 'NULLS FIRST'), lambda s: s.v) END
"""
)

DATE_UNITS = ("year", "quarter", "month", "week", "day")
CLOCK_UNITS = ("hour", "minute", "second", "millisecond", "microsecond")

templates(
    {
        "array": "[{*}]",
        "array_length": "len({0})",
        "array_append": "CASE WHEN {0} IS NOT NULL THEN list_append({0}, {1}) END",
        "array_contains": "CASE WHEN {0} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) > 0 END",
        "array_position": "CASE WHEN {0} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END",
        "array_distinct": "fn.unique({0})",
        "array_join/2": "CASE WHEN {1} IS NOT NULL THEN array_to_string(fn.numbers({0}), {1}) END",
        "array_join/3": "CASE WHEN {1} IS NOT NULL AND {2} IS NOT NULL THEN array_to_string(list_transform({0}, lambda e: coalesce(CAST(e AS VARCHAR), {2})), {1}) END",
        "array_slice/2": "fn.array_slice({0}, {1}, 9223372036854775807)",
        "array_slice/3": "fn.array_slice({0}, {1}, {2})",
        "array_remove": "list_filter({0}, lambda e: e IS DISTINCT FROM {1})",
        "array_flatten": "flatten(fn.numbers({0}))",
        "array_min": "list_min({0})",
        "array_max": "list_max({0})",
        "array_contains_all": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN len(list_filter({1}, lambda e: list_position({0}, e) IS NULL)) = 0 END",
        "array_contains_seq": "fn.contains_seq({0}, {1})",
        "arrays_overlap": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN len(list_filter({1}, lambda e: list_position({0}, e) IS NOT NULL)) > 0 END",
        "array_top_n": "fn.top_n({0}, {1})",
        "reverse_array": "list_reverse({0})",
    },
)


@rewrite("cardinality")
def cardinality(emitter: Emitter, call: ast.Call) -> str:
    return f"len({emitter.sql(call.args[0])})"


@rewrite("element_at")
def element_at(emitter: Emitter, call: ast.Call) -> str:
    value, index = emitter.sql(call.args[0]), emitter.sql(call.args[1])
    return f"fn.map_value({value}, {index})" if call.args[0].type.name == "map" else f"fn.element_at({value}, {index})"


# ---- structs


@rewrite("named_struct")
def named_struct(emitter: Emitter, call: ast.Call) -> str:
    return _struct(call, [emitter.sql(a) for a in call.args[1::2]])


@rewrite("row", "struct")
def row(emitter: Emitter, call: ast.Call) -> str:
    return _struct(call, [emitter.sql(a) for a in call.args])


def _struct(call: ast.Call, values: list[str]) -> str:
    pairs = ", ".join(f'"{name}" := {value}' for name, value in zip(call.type.fields, values, strict=True))
    return f"CAST(struct_pack({pairs}) AS {duckdb_type(call.type)})"


@rewrite("arrays_zip")
def arrays_zip(emitter: Emitter, call: ast.Call) -> str:
    """As long as the longest array; NULL if any of them is."""

    def zipped(*texts: str) -> str:
        missing = " OR ".join(f"{t} IS NULL" for t in texts)
        return f"CASE WHEN {missing} THEN NULL ELSE CAST(list_zip({', '.join(texts)}) AS {duckdb_type(call.type)}) END"

    return once(emitter, [emitter.sql(a) for a in call.args], zipped)


# ---- lambdas

IRREFLEXIVE = "Comparator violates irreflexivity: cmp(a, a) returned true for an element"
ONE_WAY = "Comparator violates asymmetry: both cmp(a, b) and cmp(b, a) returned true"


@rewrite("array_map", "transform")
def array_map(emitter: Emitter, call: ast.Call) -> str:
    function, arrays = split_lambda(call)
    assert function is not None
    return mapped(emitter, function, arrays)


@rewrite("array_filter")
def array_filter(emitter: Emitter, call: ast.Call) -> str:
    """What the second array, or the lambda, says neither true nor false of goes as well."""
    function, arrays = split_lambda(call)
    value = emitter.sql(arrays[0])
    if function is not None and len(arrays) == 1:
        name = emitter.fresh_name()
        return f"list_filter({value}, lambda {name}: coalesce({bound(emitter, function, [name])}, false))"
    kept = mapped(emitter, function, arrays) if function is not None else emitter.sql(arrays[1])

    def filtered(value: str, kept: str) -> str:
        return f"list_filter({value}, lambda e, i: coalesce(list_extract({kept}, i), false))"

    return once(emitter, [value, kept], filtered)


@rewrite("any_match", "all_match")
def matches(emitter: Emitter, call: ast.Call) -> str:
    function, arrays = split_lambda(call)
    truths = mapped(emitter, function, arrays) if function is not None else emitter.sql(arrays[0])
    name = "any_of" if call.name == "any_match" else "all_of"
    return once(emitter, [truths], lambda t: f"fn.{name}({t})")


@rewrite("array_sortby")
def array_sortby(emitter: Emitter, call: ast.Call) -> str:
    """Several key arrays sort like one of rows; a key array that is NULL does not count."""
    function, arrays = split_lambda(call)
    values = emitter.sql(arrays[0])
    if function is not None:
        keys = mapped(emitter, function, arrays)
    elif len(arrays) == 2:
        keys = emitter.sql(arrays[1])
    else:
        return once(emitter, [values, *(emitter.sql(a) for a in arrays[1:])], _rows_of_keys)
    return once(emitter, [keys, values], lambda k, v: f"fn.ranked({k}, {v})")


def _rows_of_keys(values: str, *keys: str) -> str:
    unequal = " OR ".join(f"len({k}) <> len({values})" for k in keys)
    fields = ", ".join(f"n{i} := {k}[i] IS NOT NULL, k{i} := {k}[i]" for i, k in enumerate(keys))
    rows = f"list_transform({values}, lambda v, i: struct_pack({fields}))"
    failure = "error('raised: Input arrays'' size are not equal in array_sortby.')"
    return f"CASE WHEN {unequal} THEN {failure} ELSE fn.ranked({rows}, {values}) END"


@rewrite("array_sort", "array_sort_lambda")
def array_sort(emitter: Emitter, call: ast.Call) -> str:
    """With a lambda that says which of two comes first, or whose number is below zero where the first one does: an
    element stands behind those that come before it."""
    from starrocks_embedded.emit.casts import cast_sql

    function, arrays = split_lambda(call)
    value = emitter.sql(arrays[0])
    if function is None:
        return f"list_sort({value}, 'ASC', 'NULLS FIRST')"
    one, other = emitter.fresh_name(), emitter.fresh_name()

    def first(*values: str) -> str:
        said, type_ = bound(emitter, function, values), function.body.type
        return f"coalesce({f'{said} < 0' if type_.is_numeric and type_ != BOOLEAN else cast_sql(said, type_, BOOLEAN)}, false)"

    before, after, itself = first(other, one), first(one, other), first(one, one)

    def ordered(value: str) -> str:
        place = f"len(list_filter({value}, lambda {other}, j: {before} OR (NOT {after} AND j < i)))"
        both = f"len(list_filter({value}, lambda {other}: {before} AND {after})) > 0"
        refused = f"CASE WHEN {itself} THEN error('raised: {IRREFLEXIVE}') WHEN {both} THEN error('raised: {ONE_WAY}')"
        rank = f"{refused} ELSE struct_pack(r := {place}, i := i, v := {one}) END"
        return f"list_transform(list_sort(list_transform({value}, lambda {one}, i: {rank})), lambda s: s.v)"

    return once(emitter, [value], ordered)


# ---- sums


def numeric(value: str, type_: Type) -> str:
    """Booleans count as 0 and 1."""
    return f"CAST({value} AS TINYINT[])" if type_.children[0].name == "boolean" else value


@rewrite("array_sum")
def array_sum(emitter: Emitter, call: ast.Call) -> str:
    total = f"list_sum({numeric(emitter.sql(call.args[0]), call.args[0].type)})"
    return f"fn.wrap({total})" if call.type.name == "bigint" else total


@rewrite("array_avg")
def array_avg(emitter: Emitter, call: ast.Call) -> str:
    """NULL elements add nothing and are counted."""
    from starrocks_embedded.emit.expression import decimal_quotient

    value, element = emitter.sql(call.args[0]), call.args[0].type.children[0]
    if not call.type.is_decimal:
        whole = numeric(value, call.args[0].type)
        return once(emitter, [whole], lambda v: f"list_sum({v}) / CAST(nullif(len({v}), 0) AS DOUBLE)")

    def average(value: str) -> str:
        number = f"nullif(len({value}), 0)"
        return decimal_quotient(f"list_sum({value})", decimal(38, element.scale), number, BIGINT, call.type)

    return once(emitter, [value], average)


@rewrite("array_cum_sum")
def array_cum_sum(emitter: Emitter, call: ast.Call) -> str:
    """A NULL element has no sum and adds nothing."""
    wrap = "fn.wrap" if call.type.children[0].name == "bigint" else ""

    def summed(value: str) -> str:
        return f"list_transform({value}, lambda e, i: CASE WHEN e IS NOT NULL THEN {wrap}(list_sum({value}[:i])) END)"

    return once(emitter, [emitter.sql(call.args[0])], summed)


@rewrite("array_difference")
def array_difference(emitter: Emitter, call: ast.Call) -> str:
    """The first element's difference is 0."""
    element, given = call.type.children[0], call.args[0].type
    storage = duckdb_type(element)

    def differences(value: str) -> str:
        if element.name == "bigint":
            step = f"fn.wrap(CAST(e AS HUGEINT) - {value}[i - 1])"
        else:
            step = f"CAST(e AS {storage}) - {value}[i - 1]"
        first = f"CASE WHEN e IS NOT NULL THEN CAST(0 AS {storage}) END"
        body = f"CASE WHEN i = 1 THEN {first} ELSE CAST({step} AS {storage}) END"
        return f"list_transform({value}, lambda e, i: {body})"

    return once(emitter, [numeric(emitter.sql(call.args[0]), given)], differences)


# ---- vectors

# Of single precision, as the elements are; what has no members, or NULL ones, has no distance. Up to seven members are
# added one by one; of more the sum depends on the processor.
MACROS.append(
    r"""
vectors(a, b, name) AS CASE WHEN a IS NULL OR b IS NULL OR len(fn.numbers(a)) < len(a) OR len(fn.numbers(b)) < len(b) THEN error('raised: ' || name || ' does not support null values') WHEN len(a) <> len(b) THEN error('raised: ' || name || ' requires equal length arrays') WHEN len(a) = 0 THEN error('raised: ' || name || ' requires non-empty arrays in each row') ELSE list_zip(a, b) END
float_sum(l) AS CASE WHEN len(l) < 8 THEN list_reduce(l, lambda total, e: total + e, CAST(0 AS FLOAT)) ELSE CAST(list_sum(l) AS FLOAT) END
vector_product(z) AS fn.float_sum(list_transform(z, lambda p: p[1] * p[2]))
vector_square(z, i) AS fn.float_sum(list_transform(z, lambda p: p[i] * p[i]))
cosine_of(product, one, other) AS CASE WHEN one = 0 OR other = 0 THEN 0 ELSE CAST(product / (CAST(sqrt(one) AS FLOAT) * CAST(sqrt(other) AS FLOAT)) AS FLOAT) END
cosine(z) AS list_transform([struct_pack(p := fn.vector_product(z), a := fn.vector_square(z, 1), b := fn.vector_square(z, 2))], lambda s: fn.cosine_of(s.p, s.a, s.b))[1]
l2(z) AS fn.float_sum(list_transform(z, lambda p: (p[1] - p[2]) * (p[1] - p[2])))
"""
)
MEASURES = {"cosine_similarity": "cosine", "cosine_similarity_norm": "vector_product", "l2_distance": "l2"}


@rewrite(*MEASURES)
def vector_measure(emitter: Emitter, call: ast.Call) -> str:
    """l2_distance() is the sum of squares itself: no root is taken."""
    one, other = (f"CAST({emitter.sql(a)} AS FLOAT[])" for a in call.args)
    return once(emitter, [f"fn.vectors({one}, {other}, '{call.name}')"], lambda z: f"fn.{MEASURES[call.name]}({z})")


# ---- making arrays


@rewrite("array_repeat")
def array_repeat(emitter: Emitter, call: ast.Call) -> str:
    """Of the word NULL there is none, of a column's NULLs there are."""
    element = call.args[0]
    while isinstance(element, ast.Cast) and element.implicit:
        element = element.operand
    if isinstance(element, ast.Literal) and element.value is None:
        return f"CAST(NULL AS {duckdb_type(call.type)})"
    value, number = (emitter.sql(a) for a in call.args)
    return f"list_transform(range(CAST(fn.affordable({number}) AS BIGINT)), lambda e: {value})"


@rewrite("array_generate")
def array_generate(emitter: Emitter, call: ast.Call) -> str:
    args = [emitter.sql(a) for a in call.args]
    if call.type.children[0].is_temporal:
        return _moments(call, args)
    if call.type.children[0].name == "largeint":
        return f"fn.large_series({', '.join(args[:3])})"
    start, stop, step = args[:3]
    whole = f"generate_series({start}, fn.series_end({start}, {stop}, {step}), {step})"
    missing = " OR ".join(f"{a} IS NULL" for a in args)
    series = f"CASE WHEN {missing} THEN NULL WHEN {step} = 0 THEN [] ELSE {whole} END"
    return f"CAST({series} AS {duckdb_type(call.type)})"


def _moments(call: ast.Call, args: list[str]) -> str:
    """Forwards or backwards, as the bounds lie."""
    unit = literal_text(call.args[3])
    of_dates = call.type.children[0].name == "date"
    if of_dates and unit in CLOCK_UNITS:
        return raised("DATE type does not support hour/minute/second/millisecond/microsecond units", call.type)
    if unit not in (*DATE_UNITS, *CLOCK_UNITS):
        return raised(f"Unsupported time unit: {unit}", call.type)
    start, stop, step = args[:3]
    missing = " OR ".join(f"{a} IS NULL" for a in args)
    span = f"CASE WHEN {start} <= {stop} THEN {step} ELSE -({step}) END"
    interval = f"(INTERVAL 1 {unit} * ({span}))"
    whole = f"generate_series(CAST({start} AS TIMESTAMP), CAST({stop} AS TIMESTAMP), {interval})"
    series = f"CASE WHEN {missing} THEN NULL WHEN {step} = 0 THEN [] ELSE {whole} END"
    return f"CAST({series} AS {duckdb_type(call.type)})"


@rewrite("array_concat", "array_cat")
def array_concat(emitter: Emitter, call: ast.Call) -> str:
    """NULL where any array is NULL."""
    return "(" + " || ".join(emitter.sql(a) for a in call.args) + ")"


@rewrite("array_intersect")
def array_intersect(emitter: Emitter, call: ast.Call) -> str:
    first, *rest = [emitter.sql(a) for a in call.args]
    for other in rest:
        first = f"fn.common({first}, {other})"
    return first if rest else f"fn.unique({first})"
