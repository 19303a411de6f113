"""States of aggregate functions. One that a back end keeps as bytes is here the list of the rows that it was made of,
as text in bytes, under the name of what it is the state of: joined, the lists are one; read, they are aggregated."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starrocks_embedded.analysis import states
from starrocks_embedded.analysis.functions import VARIANCES
from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.analysis.states import COMBINE, MERGE, STATE, STATE_MERGE, STATE_UNION, UNION, Combined
from starrocks_embedded.emit.functions import MACROS
from starrocks_embedded.emit.functions.aggregates import tail
from starrocks_embedded.emit.functions.state_rows import answer
from starrocks_embedded.errors import RAISED, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import DOUBLE, VARCHAR, AggregateState, Type, decimal, duckdb_type, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter

MARK = "state of "
UNREADABLE = "the bytes of an aggregate function''s state are not supported by the embedded engine"
FOREIGN = "a state that was made elsewhere, or of another function, is not supported by the embedded engine"

MACROS.append(
    rf"""
state(name, t) AS encode(chr(1) || '{MARK}' || name || ': ' || t)
state_of(name, r) AS fn.state(name, substr(CAST([r] AS VARCHAR), 2, length(CAST([r] AS VARCHAR)) - 2))
state_rows(b, name) AS CASE WHEN b[1:{len(MARK) + 3} + length(name)] = encode(chr(1) || '{MARK}' || name || ': ') THEN decode(b[{len(MARK) + 4} + length(name):]) WHEN b IS NOT NULL THEN error('{RAISED}{FOREIGN}') END
unless_state(b, x) AS CASE WHEN contains(CAST(b AS VARCHAR), 'x01{MARK}') THEN error('{RAISED}{UNREADABLE}') ELSE x END
"""
)

UNREAD = {"retention", "column_size", "column_compressed_size"}
SUMMED = {"count", "sum", "column_size", "column_compressed_size"}
BITMAPS = {"bitmap_agg", "bitmap_union_int"}
MOMENTS = {"avg", "corr", "covar_pop", "covar_samp", *VARIANCES}
NULL_KEPT = {"max_by", "min_by"}  # these look at the NULLs of their rows themselves
HASHED = {"ndv", "approx_count_distinct", "ds_hll_count_distinct", "ds_theta_count_distinct"}


def over_states(emitter: Emitter, call: ast.Call) -> str:
    combined: Combined = call.function.combined
    suffix, state = combined.suffix, combined.state
    if state.function in UNREAD:
        raise unsupported(f"function {call.name}()")
    if suffix == STATE:
        return made(emitter, call)
    if suffix == COMBINE:
        return joined(state, call.type, made(emitter, call), tail(emitter, call))
    args = [emitter.sql(a) for a in call.args]
    if suffix == UNION:
        return joined(state, call.type, args[0], tail(emitter, call))
    if suffix == STATE_UNION:
        return f"(SELECT {joined(state, call.type, 'v')} FROM (SELECT unnest([{args[0]}, {args[1]}]) AS v))"
    if suffix == MERGE:
        return read(combined, call.args[0].type, args[0], tail(emitter, call))
    assert suffix == STATE_MERGE
    if states.in_bytes(state):
        return read_rows(combined, f"fn.state_rows({args[0]}, {name_of(state)})")
    one = f"(SELECT {read(combined, call.args[0].type, 'v')} FROM (SELECT unnest([{args[0]}]) AS v))"
    return f"CASE WHEN {args[0]} IS NOT NULL THEN {one} END"


# ---- making


def made(emitter: Emitter, call: ast.Call) -> str:
    """The state of a single row."""
    state = call.function.combined.state
    args = [emitter.sql(a) for a in call.args]
    if not states.in_bytes(state):
        return plain(emitter, call, state.function, args[0])
    values = args[:1] if state.function in HASHED else args
    row = ", ".join(f"a{i} := {value}" for i, value in enumerate(values))
    whole = f"fn.state_of({name_of(state)}, struct_pack({row}))"
    if state.function in NULL_KEPT:
        return whole
    return f"CASE WHEN {' AND '.join(f'{a} IS NOT NULL' for a in args)} THEN {whole} END"


def plain(emitter: Emitter, call: ast.Call, function: str, value: str) -> str:
    """A state that is a value like any other."""
    if function == "count":
        return f"CASE WHEN {value} IS NULL THEN 0 ELSE 1 END"
    if function == "array_agg":
        return f"CAST(struct_pack(col1 := [{value}]) AS {duckdb_type(call.type)})"
    if function == "array_agg_distinct":
        return f"CASE WHEN {value} IS NOT NULL THEN CAST([{value}] AS {duckdb_type(call.type)}) END"
    if function in BITMAPS:
        return f"CASE WHEN {value} IS NOT NULL THEN list_filter([CAST({value} AS HUGEINT)], lambda b: b >= 0) END"
    return emitter.cast(call.args[0], call.type)


# ---- joining


def joined(state: AggregateState, type_: Type, value: str, where: str = "") -> str:
    """Many states as one: an aggregate."""
    function = state.function
    if states.in_bytes(state):
        rows = f"fn.state_rows({value}, {name_of(state)})"
        return f"fn.state({name_of(state)}, string_agg({rows}, ', '){where})"
    given = f"FILTER (WHERE {value} IS NOT NULL)" if not where else f"{where[:-1]} AND {value} IS NOT NULL)"
    if function == "array_agg":
        lists = f"list(struct_extract({value}, 'col1')) {given}"
        return f"CASE WHEN count(*) {given} > 0 THEN struct_pack(col1 := flatten({lists})) END"
    if function == "array_agg_distinct":  # the state of a NULL is NULL, and one when it is read
        return f"fn.unique(flatten(list(coalesce({value}, [NULL])){where}))"
    if function == "array_unique_agg":
        return f"fn.unique(flatten(list({value}) {given}))"
    if function in BITMAPS:
        return f"fn.bitmap(flatten(list({value}) {given}))"
    if function == "retention":
        return f"bit_or({value}){where}"
    total = f"{'sum' if function in SUMMED else function}({value}){where}"
    if function == "count":
        total = f"coalesce({total}, 0)"
    return f"CAST({total} AS {duckdb_type(type_)})"


# ---- reading


def read(combined: Combined, type_: Type, value: str, where: str = "") -> str:
    """What the aggregate function answers for all that went into the states: an aggregate. Where there are none that is
    NULL, but for count()."""
    state = combined.state
    if states.in_bytes(state):
        return read_rows(combined, f"string_agg(fn.state_rows({value}, {name_of(state)}), ', '){where}")
    one = joined(state, type_, value, where)
    if state.function == "array_agg":
        return f"struct_extract({one}, 'col1')"
    return f"len({one})" if state.function == "bitmap_union_int" else one


def read_rows(combined: Combined, rows: str) -> str:
    kept = kept_as(combined.state)
    fields = ", ".join(f"a{i} {duckdb_type(x)}" for i, x in enumerate(kept))
    listed = f"CAST('[' || {rows} || ']' AS STRUCT({fields})[])"
    return answer(combined.state.function, kept[0], combined.result, listed)


# ---- bytes that only a back end knows


def looking_into(emitter: Emitter, text: str, operands: Sequence[ast.Expr]) -> str:
    """What a function or a cast makes of bytes: they must not be those of a state."""
    for operand in operands:
        if has_bytes(operand.type) and not isinstance(operand, ast.Literal):
            text = f"fn.unless_state({emitter.sql(operand)}, {text})"
    return text


def has_bytes(type_: Type) -> bool:
    return type_.name == "varbinary" or any(map(has_bytes, type_.children))


def shown(text: str, columns: Sequence[OutputColumn]) -> str:
    """A query for a client, or for a file."""
    if not any(has_bytes(c.type) for c in columns):
        return text
    states.refuse_shown(columns)
    names = [f"o{i}" for i in range(len(columns))]
    bare = zip(names, columns, strict=True)
    items = [f"fn.unless_state({n}, {n}) AS {n}" if has_bytes(c.type) else n for n, c in bare]
    return f"SELECT {', '.join(items)} FROM ({text}) AS s({', '.join(names)})"


def name_of(state: AggregateState) -> str:
    """As a state is marked: two that a back end lays out alike have the same name."""
    from starrocks_embedded.emit.expression import quote

    return quote(f"{state.function}({', '.join(to_sql(x) for x in kept_as(state))})")


def kept_as(state: AggregateState) -> list[Type]:
    """The types of a row of a state. Sketches keep hashes of anything, means and variances sums of numbers."""
    if state.function in HASHED:
        return [VARCHAR]
    if state.function in MOMENTS:
        return [DOUBLE if state.function != "avg" or not x.is_decimal else wide(x) for x in state.arguments]
    return [VARCHAR if x.is_string else x for x in state.arguments]


def wide(type_: Type) -> Type:
    return decimal(max(type_.precision, 38), type_.scale)
