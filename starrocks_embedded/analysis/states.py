"""States of aggregate functions: who has one, of which type it is, and the functions that make, join and read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.analysis import functions
from starrocks_embedded.analysis.aggregates import is_orderable_scalar
from starrocks_embedded.analysis.coercion import loud_text
from starrocks_embedded.analysis.functions import Signature
from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.errors import StarRocksError, place, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import ColumnDef
from starrocks_embedded.types import AggregateState, Type, to_sql
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

STATE, COMBINE = "_state", "_combine"  # both take what the aggregate function takes; the others take states
UNION, MERGE, STATE_UNION, STATE_MERGE = "_union", "_merge", "_state_union", "_state_merge"
# the longer of two suffixes stands first
SINCE = {STATE_MERGE: "4.0", STATE_UNION: "4.0", COMBINE: "4.0", STATE: "3.4", MERGE: "3.4", UNION: "3.4"}
AGGREGATES = (UNION, MERGE, COMBINE)
STATELESS = {
    "group_concat", "count_if", "hll_raw", "flat_json_meta", "exchange_bytes", "exchange_speed", "histogram",
    "histogram_hll_ndv", "dict_merge", "ds_hll_accumulate", "ds_hll_combine", "ds_hll_estimate", "window_funnel",
    "approx_top_k", "intersect_count", "percentile_disc_lc", "map_agg", "sum_map", "first_value_rewrite",
}  # fmt: skip
# their state is a value like their result; any other's is bytes, but for those of OWN_TYPES
LIKE_RESULT = {
    "count", "sum", "min", "max", "any_value", "bool_or", "array_agg_distinct", "array_unique_agg", "bitmap_agg",
    "column_size", "column_compressed_size",
}  # fmt: skip
OWN_TYPES = {"bitmap_union_int": t.BITMAP, "retention": t.BIGINT}
OF_SCALARS = {
    "min", "max", "ndv", "ds_hll_count_distinct", "ds_theta_count_distinct", "approx_count_distinct",
}  # fmt: skip
SKETCH = "ds_hll_count_distinct"


@dataclass(frozen=True)
class Combined:
    """What a function over states does; `result` is the type of what the aggregate function answers."""

    suffix: str
    state: AggregateState
    result: Type


def split(name: str, version: Version) -> tuple[str, str] | None:
    """The aggregate function and the suffix of avg_state, avg_union and their kind."""
    for suffix, since in SINCE.items():
        base = name.removesuffix(suffix)
        if base != name and version.at_least(since) and functions.kind_of(base, version) == "aggregate":
            return None if base in STATELESS else (base, suffix)
    return None


def has_state(signature: Signature) -> bool:
    """Whether the states of an aggregate function of these argument types can be kept."""
    name, arguments = signature.name, signature.arguments
    if name in STATELESS or signature.kind != "aggregate" or not arguments:
        return False
    if any(a.is_metric_object or a.name in ("time", "function", "null") for a in arguments):
        return False
    if name in OF_SCALARS:
        return all(is_orderable_scalar(a) for a in arguments)
    if name in ("sum", "avg"):
        return all(a.is_numeric for a in arguments)
    if name in ("max_by", "min_by"):
        return arguments[0].name != "varbinary" and is_orderable_scalar(arguments[1])
    return name != "bitmap_union_int" or (arguments[0].is_integer and arguments[0] != t.LARGEINT)


def state_type(signature: Signature) -> Type:
    if signature.name in LIKE_RESULT:
        return signature.result
    if signature.name == "array_agg":
        return t.struct([("col1", signature.result)])
    return OWN_TYPES.get(signature.name, t.VARBINARY)


def in_bytes(state: AggregateState) -> bool:
    return state.function not in LIKE_RESULT and state.function not in OWN_TYPES and state.function != "array_agg"


def is_opaque(type_: Type) -> bool:
    """Whether a value is the state of an aggregate function in a back end's own bytes, or has one in it."""
    return (type_.state is not None and in_bytes(type_.state)) or any(map(is_opaque, type_.children))


def never_null(state: AggregateState) -> bool:
    return state.function == "count"


def rows_of(state: AggregateState) -> list[ast.Expr]:
    """What stands for the arguments of the aggregate function: a state has forgotten what they were."""
    columns = [OutputColumn(f"a{i}", type_, True, f"a{i}") for i, type_ in enumerate(state.arguments)]
    return [ast.ColumnRef((c.name,), slot=c, type=c.type) for c in columns]


def takers(base: str, version: Version) -> list[Signature]:
    return [s for s in functions.signatures(base, version) if has_state(s)]


def candidates(base: str, suffix: str, version: Version) -> list[Signature]:
    """The signatures that a function over states of `base` is known under."""
    number = 2 if suffix == STATE_UNION else 1
    types = [t.struct([]) if s.name == "array_agg" else state_type(s) for s in takers(base, version)]
    return [Signature(base + suffix, (x,) * number, x, "aggregate") for x in dict.fromkeys(types)]


# ---- columns that keep a state


KEPT = "agg_state_union"


def settle(session: Session, columns: Sequence[ColumnDef]) -> None:
    """Gives each column that keeps a state the type of the state, and the aggregate that joins them."""
    for column in columns:
        if column.state is not None and column.aggregate != KEPT:
            _settle(session, column, column.aggregate, column.state)


def _settle(session: Session, column: ColumnDef, function: str, arguments: tuple[Type, ...]) -> None:
    from starrocks_embedded.catalog.created_columns import stored_type

    called = f"AggStateType function {function}"
    given = f"{called} with input [{', '.join(loud_text(a).upper() for a in arguments)}]"
    if function in STATELESS:
        raise _refused(column, f"{called} is not supported")
    if any(a.is_metric_object or a.name == "time" for a in arguments):
        raise _refused(column, f"{given} has unsupported type")
    found = _function(session, function, arguments)
    if found is None:
        raise _refused(column, f"{given} not found")
    if found.kind not in ("aggregate", "window"):
        raise _refused(column, f"{given} found but not an aggregate function")
    if not has_state(found):
        raise _refused(column, f"{given} is not supported yet.")
    state = AggregateState(function, arguments)
    column.type = stored_type(state_type(found), session.engine.version, keep_float=True).keeping(state)
    column.aggregate, column.nullable = KEPT, not never_null(state)


def _function(session: Session, name: str, arguments: tuple[Type, ...]) -> Signature | None:
    from starrocks_embedded.analysis.calls import function_of
    from starrocks_embedded.analysis.context import Context

    if not functions.signatures(name, session.engine.version):
        return None
    try:
        return function_of(ast.Call(name, rows_of(AggregateState(name, arguments))), Context.of(session))
    except StarRocksError:
        return None


def _refused(column: ColumnDef, reason: str) -> StarRocksError:
    where = place(column.state_span)
    return StarRocksError(1064, f"Getting syntax error {where}. Detail message: {reason}.")


def text(state: AggregateState) -> str:
    """As SHOW CREATE TABLE prints it."""
    return f"{state.function}({', '.join(to_sql(a) for a in state.arguments)})"


# ---- places where a state may not stand

PASSING = ("if", "ifnull", "coalesce", "any_value", "count", "typeof")  # they do not look into it


def refuse_read(call: ast.Call) -> None:
    if call.name not in PASSING and any(is_opaque(a.type) for a in call.args):
        raise unsupported(f"{call.name}() of the state of an aggregate function")


def refuse_shown(columns: Sequence[OutputColumn]) -> None:
    """A client would see bytes that only a back end knows."""
    for column in columns:
        if is_opaque(column.type):
            raise unsupported(f"Showing the state of an aggregate function ({column.name})")
