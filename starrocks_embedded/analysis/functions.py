"""Which built-in a call means: signatures, matching by argument types, return types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from starrocks_embedded import types as t
from starrocks_embedded.analysis import coercion
from starrocks_embedded.analysis.coercion import INVALID, can_cast, common_of, common_type, matches, sql_text
from starrocks_embedded.errors import Span, analysis_error
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version

KINDS = {"S": "scalar", "A": "aggregate", "W": "window", "T": "table"}
DECIMAL_DIGITS = {"DECIMAL32": 9, "DECIMAL64": 18, "DECIMAL128": 38, "DECIMAL256": 76}
SAME_TYPE = {"least", "greatest", "nullif", "ifnull", "coalesce", "mod"}
NO_LITERAL = 1 << 64
ROUNDING = {"truncate", "round", "dround"}
VARIANCES = {
    "var_pop", "var_samp", "variance", "variance_pop", "variance_samp", "std", "stddev", "stddev_pop", "stddev_samp",
}  # fmt: skip
AS_FIRST = {"max", "min", "lead", "lag", "first_value", "last_value", "any_value"}
UNARY_DECIMAL = {"abs", "positive", "negative", "money_format"}
ARRAY_DECIMAL = {
    "array_sum", "array_avg", "array_min", "array_max", "array_distinct", "array_sort", "reverse", "array_intersect",
    "array_difference", "arrays_overlap", "array_concat", "array_slice", "array_contains", "array_contains_all",
    "array_contains_seq", "array_position",
}  # fmt: skip
NEVER_NULL = {
    "count", "count_if", "multi_distinct_count", "null_or_empty", "hll_hash", "hll_union_agg", "ndv",
    "approx_count_distinct", "approx_top_k", "bitmap_union_int", "bitmap_union_count", "bitmap_count", "curdate",
    "current_timestamp", "current_time", "now", "utc_timestamp", "md5sum", "md5sum_numeric", "ds_hll_count_distinct",
    "ds_theta_count_distinct", "bitmap_empty", "hll_empty", "field", "split_part",
}  # fmt: skip
NULL_AS_ARGUMENTS = {"year", "month", "day", "hour", "add", "subtract", "multiply"}


@dataclass(frozen=True)
class Signature:
    """A built-in function of given argument types. With `variadic` the last argument type repeats."""

    name: str
    arguments: tuple[Type, ...]
    result: Type
    kind: str
    variadic: bool = False
    results: tuple[Type, ...] = ()  # of a table function
    combined: Any = None  # analysis.states.Combined of a function over states

    @property
    def is_polymorphic(self) -> bool:
        return any(a.name in coercion.PSEUDO for a in self.arguments)

    def argument(self, index: int) -> Type:
        return self.arguments[min(index, len(self.arguments) - 1)]


def _signature_type(text: str) -> Type:
    if text in DECIMAL_DIGITS:
        return Type("decimal", precision=DECIMAL_DIGITS[text], scale=-1)
    if text.startswith("ARRAY_ITEMS_"):
        return t.array(t.struct([("item", _signature_type(text[12:])), ("count", t.BIGINT)]))
    if text.startswith("ARRAY_"):
        return t.array(_signature_type(text[6:]))
    if text.startswith("COUNT_SUM_AVG_"):
        total, mean = (_signature_type(part) for part in text[14:].split("_"))
        return t.struct([("count", t.BIGINT), ("sum", total), ("avg", mean)])
    if text == "MAP_VARCHAR_VARCHAR":
        return t.map_(t.VARCHAR, t.VARCHAR)
    if text == "STRING":
        return t.STRING
    return t.char(None) if text == "CHAR" else Type(text.lower())


@cache
def _catalogue(version: Version) -> dict[str, tuple[Signature, ...]]:
    """Every built-in of a version by name, in the order in which StarRocks tries them."""
    found: dict[str, list[Signature]] = {}
    lines = files(__package__).joinpath("data/signatures.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        since, name, arguments, result, kind = line.split("\t")
        if since and not version.at_least(since):
            continue
        names = [a for a in arguments.split(",") if a and a != "..."]
        results = tuple(_signature_type(r) for r in result.split(","))
        signature = Signature(
            name, tuple(_signature_type(a) for a in names), results[0], KINDS[kind], arguments.endswith("..."), results
        )
        found.setdefault(name, []).append(signature)
    return {name: tuple(signatures) for name, signatures in found.items()}


def signatures(name: str, version: Version) -> tuple[Signature, ...]:
    return _catalogue(version).get(name, ())


def kind_of(name: str, version: Version) -> str | None:
    """scalar, aggregate, window or table; None for a name that is no built-in."""
    known = signatures(name, version)
    return known[0].kind if known else None


# ---- matching --------------------------------------------------------------------------------------------------------


def find(name: str, types: Sequence[Type], version: Version) -> Signature | None:
    """The best signature: identical, then polymorphic, then by implicit casts, then by any cast."""
    known = signatures(name, version)
    if not known and name.endswith("_if") and version.at_least("4.1"):
        return _conditional(name, types, version)
    plain = [s for s in known if not s.is_polymorphic]
    if exact := _exact(plain, types):
        return exact
    general = [s for s in known if s.is_polymorphic]
    chosen = _exact(general, types) or _by_cast(name, general, types)
    if chosen is not None:
        resolved = _resolve(chosen, types)
        if resolved.result.is_nested and chosen.result.name == chosen.argument(0).name:
            resolved = replace(resolved, result=coercion.lengthened(resolved.result, types, version))
        return _exact(plain, types if resolved.variadic else resolved.arguments) or resolved
    return _by_cast(name, plain, types)


def best(known: Sequence[Signature], types: Sequence[Type]) -> Signature | None:
    """Of signatures that are no built-ins."""
    return _exact(known, types) or _by_cast("", known, types)


def widens(given: Type, declared: Type) -> bool:
    """Whether every value of the one is a value of the other."""
    return _implicit(given, declared)


def names(version: Version) -> list[str]:
    return sorted(_catalogue(version))


NO_CONDITION = ("array_agg", "group_concat")


def _conditional(name: str, types: Sequence[Type], version: Version) -> Signature | None:
    """sum_if(x, condition) and its kind: an aggregate over the rows where the condition holds."""
    base = name.removesuffix("_if")
    if not types or base in NO_CONDITION or kind_of(base, version) != "aggregate":
        return None
    of = types[:-1]
    found = find_decimal(base, of, version, NOWHERE, 0) if of and has_decimal(base, of) else find(base, of, version)
    if found is None or not _castable(types[-1], t.BOOLEAN):
        return None
    arguments = (*(found.argument(i) for i in range(len(of))), t.BOOLEAN)
    return replace(found, name=name, arguments=arguments, variadic=False)


def _fits(signature: Signature, count: int) -> bool:
    if signature.variadic:
        return count >= len(signature.arguments)
    return count == len(signature.arguments)


def _exact(known: Sequence[Signature], types: Sequence[Type]) -> Signature | None:
    for signature in known:
        if len(signature.arguments) == len(types) and not signature.variadic and _all(signature, types, _same):
            return signature
    for signature in known:
        if _fits(signature, len(types)) and _all(signature, types, _same_or_null):
            return signature
    return None


def _by_cast(name: str, known: Sequence[Signature], types: Sequence[Type]) -> Signature | None:
    for judge in (_implicit, _castable):
        for signature in known:
            skip = 1 if name == "if" and judge is _implicit else 0
            if _fits(signature, len(types)) and _all(signature, types, judge, skip) and _allowed(signature, types):
                return signature
    return None


def _all(signature: Signature, types: Sequence[Type], judge: object, skip: int = 0) -> bool:
    return all(judge(types[i], signature.argument(i)) for i in range(skip, len(types)))  # type: ignore[operator]


def _same(given: Type, declared: Type) -> bool:
    return matches(given, declared)


def _same_or_null(given: Type, declared: Type) -> bool:
    return given.is_null or matches(given, declared)


def _implicit(given: Type, declared: Type) -> bool:
    if matches(given, declared):
        return True
    if given.name == declared.name == "array":
        return _implicit(given.children[0], declared.children[0])
    if not (coercion.is_scalar(given) and coercion.is_scalar(declared)):
        return False
    if declared.is_decimal and declared.scale < 0:
        digits = given.precision if given.is_decimal else coercion.DIGITS.get(given.name)
        return given.is_null or (digits is not None and digits <= declared.precision)
    common = coercion.assignable(given, declared)
    return common != INVALID and matches(common, declared)


def _castable(given: Type, declared: Type) -> bool:
    return matches(given, declared) or can_cast(given, declared)


def _allowed(signature: Signature, types: Sequence[Type]) -> bool:
    """Some functions do not let their first argument be cast."""
    name = signature.name
    if name in ("lead", "lag", "approx_top_k"):
        return types[0].is_null or matches(types[0], signature.arguments[0])
    if name == "hex":
        first = signature.arguments[0]
        return not types[0].is_metric_object and (types[0].is_string or not first.is_string)
    if name in ("ifnull", "nullif", "if", "coalesce"):
        start = 1 if name == "if" else 0
        if all(x.is_temporal for x in types[start:]):
            return signature.arguments[start].is_temporal
    return True


# ---- polymorphic functions -------------------------------------------------------------------------------------------


def _resolve(signature: Signature, types: Sequence[Type]) -> Signature:
    """The signature with real types in the place of ANY_…"""
    given = [_wrapped(type_, signature.argument(i)) for i, type_ in enumerate(types)]
    special = RESOLVERS.get(signature.name)
    if special is not None:
        return special(signature, given)
    pseudo = [a for a in signature.arguments if a.name in coercion.PSEUDO]
    if len(pseudo) == 1 and signature.result.name not in coercion.PSEUDO:
        real = tuple(
            _real(g if d.name in coercion.PSEUDO else d)
            for g, d in zip(given, _declared(signature, given), strict=True)
        )
        return replace(signature, arguments=real, variadic=False)
    return _common_element(signature, types)


def _declared(signature: Signature, types: Sequence[Type]) -> list[Type]:
    return [signature.argument(i) for i in range(len(types))]


def _wrapped(given: Type, declared: Type) -> Type:
    if declared.name not in coercion.PSEUDO:
        return _precise(declared, given)
    if not given.is_null:
        return given
    wraps = {
        "any_array": t.array(t.NULL),
        "any_map": t.map_(t.NULL, t.NULL),
        "any_struct": t.struct([("col1", t.NULL)]),
    }
    return wraps.get(declared.name, given)


def _real(type_: Type) -> Type:
    """NULL inside a type becomes BOOLEAN."""
    if type_.is_null:
        return t.BOOLEAN
    return replace(type_, children=tuple(_real(c) for c in type_.children)) if type_.children else type_


def _common_element(signature: Signature, types: Sequence[Type]) -> Signature:
    elements = []
    for given, declared in zip(types, _declared(signature, types), strict=True):
        if declared.name == "any_array" and given.name == "array":
            elements.append(given.children[0])
        elif declared.name == "any_element" and not given.is_null:
            elements.append(given)
    element = t.BOOLEAN
    if elements:
        element = elements[0] if signature.name in ("array_sortby", "array_sort_lambda") else _merged(elements)
        element = _real(element)
    real = {"any_array": t.array(element), "any_element": element}
    arguments = tuple(real.get(a.name, a) for a in signature.arguments)
    return replace(signature, arguments=arguments, result=real.get(signature.result.name, signature.result))


def _merged(elements: list[Type]) -> Type:
    common = elements[0]
    for element in elements[1:]:
        common = common_type(common, element)
    return common


def _to(signature: Signature, types: list[Type], result: Type) -> Signature:
    return replace(signature, arguments=tuple(_real(x) for x in types), result=_real(result), variadic=False)


def _map_parts(type_: Type) -> tuple[Type, Type]:
    return type_.children[0], type_.children[1]


def _keys(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, t.array(_map_parts(given[0])[0]))


def _values(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, t.array(_map_parts(given[0])[1]))


def _entries(signature: Signature, given: list[Type]) -> Signature:
    key, value = _map_parts(given[0])
    return _to(signature, given, t.array(t.struct([("key", key), ("value", value)])))


def _map_of_arrays(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, t.map_(given[0].children[0], given[1].children[0]))


def _as_first(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, given[0])


def _by_key(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, t.VARCHAR if given[0].is_string else given[0])


def _as_second(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, given[1])


def _branches(signature: Signature, given: list[Type]) -> Signature:
    common = common_type(given[1], given[2])
    return _to(signature, [given[0], common, common], common)


def _all_common(signature: Signature, given: list[Type]) -> Signature:
    common = common_of(given)
    return _to(signature, [common] * len(given), common)


def _row(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, t.struct([(f"col{i + 1}", g) for i, g in enumerate(given)]))


def _zip(signature: Signature, given: list[Type]) -> Signature:
    fields = [(f"col{i + 1}", g.children[0]) for i, g in enumerate(given)]
    return _to(signature, given, t.array(t.struct(fields)))


def _map_agg(signature: Signature, given: list[Type]) -> Signature:
    return _to(signature, given, t.map_(given[0], given[1]))


def _sum_map(signature: Signature, given: list[Type]) -> Signature:
    key, value = _map_parts(given[0])
    if key.is_nested or value.is_nested:
        raise analysis_error("sum_map only support scalar KV in the function [sum_map]")
    total = t.BIGINT if value.is_integer or value.name == "boolean" else t.DOUBLE if value.is_float else value
    return _to(signature, given, t.map_(key, total))


def _array_and_element(signature: Signature, given: list[Type]) -> Signature:
    common = common_type(given[0].children[0], given[1])
    return replace(signature, arguments=(t.array(common), common))


RESOLVERS = {
    "map_keys": _keys, "map_values": _values, "map_entries": _entries, "map_from_arrays": _map_of_arrays, "row": _row,
    "named_struct": _row, "map_apply": _as_second, "array_map": _as_second, "map_filter": _as_first,
    "distinct_map_keys": _as_first, "map_concat": _all_common, "if": _branches, "ifnull": _all_common,
    "nullif": _all_common, "coalesce": _all_common, "max_by": _by_key, "min_by": _by_key, "any_value": _as_first,
    "map_agg": _map_agg, "sum_map": _sum_map, "arrays_zip": _zip, "array_contains": _array_and_element,
    "array_position": _array_and_element,
}  # fmt: skip


# ---- decimals --------------------------------------------------------------------------------------------------------


def has_decimal(name: str, types: Sequence[Type]) -> bool:
    if name in ROUNDING:
        return True
    if name in ("array_contains", "array_position") and len(types) == 2:
        return types[0].name == "array" and (types[0].children[0].is_decimal or types[1].is_decimal)
    return any(x.is_decimal or (x.name == "array" and x.children[0].is_decimal) for x in types)


def find_decimal(name: str, types: Sequence[Type], version: Version, span: Span, scale: int | None) -> Signature:
    """The signature of a call over decimals, with their precision and scale. `scale` is round()'s literal argument:
    None where it is a column, NO_LITERAL where it is something else."""
    if name in VARIANCES:
        found = find(name, [t.DOUBLE] * len(types), version)
    else:
        types = _normalized(name, types)
        found = find(name, types, version)
    if found is None:
        listed = ", ".join(sql_text(x) for x in types)
        raise analysis_error(f"No matching function with signature: {name}({listed}).", span)
    if name in VARIANCES:
        return found
    if name in ROUNDING:
        return _rounded(found, types, scale, version)
    return _with_precision(found, types)


def _normalized(name: str, types: Sequence[Type]) -> list[Type]:
    start = 1 if name == "if" else 0
    if (name in SAME_TYPE or name == "if") and any(x.is_decimal for x in types[start:]):
        common = types[start]
        for following in types[start + 1 :]:
            common = _strict_common(common, following)
        return [t.BOOLEAN] * start + [common] * (len(types) - start)
    if name in ("array_intersect", "array_concat"):
        common = _merged([x.children[0] if x.name == "array" else x for x in types])
        return [t.array(common)] * len(types)
    if name in ("arrays_overlap", "array_contains_all", "array_contains_seq") and len(types) == 2:
        common = _merged([x.children[0] if x.name == "array" else x for x in types])
        return [t.array(common)] * 2
    if name in ("array_contains", "array_position") and len(types) == 2:
        common = _merged([x.children[0] if x.name == "array" else x for x in types])
        return [t.array(common), common]
    return list(types)


def _strict_common(one: Type, two: Type) -> Type:
    if coercion.is_scalar(one) and coercion.is_scalar(two):
        return coercion.assignable(one, two)
    return two if one.is_null else one if two.is_null else INVALID


def _rounded(found: Signature, types: Sequence[Type], scale: int | None, version: Version) -> Signature:
    first = types[0]
    if not found.arguments[0].is_decimal:
        return found
    argument = t.decimal(38, first.scale) if first.is_decimal else t.decimal(38, 9)
    if scale == NO_LITERAL:
        return find(found.name, [t.DOUBLE, t.INT], version) or found
    result = argument.scale if scale is None else min(scale, 38) if scale > argument.scale else max(scale, 0)
    precise = t.decimal(max(first.precision, argument.scale, 1), first.scale) if first.is_decimal else argument
    return replace(found, arguments=(precise, *found.arguments[1:]), result=t.decimal(38, result))


def _with_precision(found: Signature, types: Sequence[Type]) -> Signature:
    """Puts real decimals where the signature names only their class."""
    name, first = found.name, types[0]
    arguments = tuple(_precise(a, types[i]) for i, a in enumerate(found.arguments))
    found = replace(found, arguments=arguments)
    if name in AS_FIRST or name in ("max_by", "min_by"):
        return replace(found, result=first)
    if name in ("sum", "multi_distinct_sum", "avg", "count") and first.is_decimal:
        return _accumulated(found, first)
    if name in UNARY_DECIMAL or name in SAME_TYPE or name == "if":
        common = types[1 if name == "if" else 0]
        return replace(found, result=common) if found.result.is_decimal else found
    if name in ("percentile_disc", "percentile_disc_lc"):
        return replace(found, result=first)
    if name in ("array_agg_distinct", "min_n", "max_n"):
        return replace(found, result=t.array(first))
    if name == "approx_top_k":
        return replace(found, result=t.array(t.struct([("item", first), ("count", t.BIGINT)])))
    if name == "array_unique_agg":
        return replace(found, result=first)
    if name in ARRAY_DECIMAL and first.name == "array":
        return _over_array(found, types)
    return found


def _precise(declared: Type, given: Type) -> Type:
    """What the call gives where the signature names only the class of a decimal, or an array of it."""
    if declared.name == given.name == "array":
        return t.array(_precise(declared.children[0], given.children[0]))
    return given if declared.is_decimal and declared.scale < 0 and given.is_decimal else declared


def _accumulated(found: Signature, first: Type) -> Signature:
    most = 76 if first.precision > 38 else 38
    scale = min(first.scale, most - 20 if most == 38 else 36)
    argument = first if first.scale <= (18 if most == 38 else 36) else t.decimal(most, scale)
    if found.name == "count":
        return replace(found, arguments=(first,))
    if found.name == "avg":
        result = coercion.decimal_arithmetic("/", argument, t.decimal(most))[2]
        return replace(found, arguments=(argument,), result=result)
    return replace(found, arguments=(argument,), result=t.decimal(most, argument.scale))


def _over_array(found: Signature, types: Sequence[Type]) -> Signature:
    name, first = found.name, types[0]
    item = first.children[0]
    if not item.is_decimal:
        return found
    found = replace(
        found,
        arguments=tuple(types[: len(found.arguments)]) if name != "array_slice" else (first, *found.arguments[1:]),
    )
    if name in ("array_distinct", "array_sort", "reverse", "array_intersect", "array_concat", "array_slice"):
        return replace(found, result=first)
    if name in ("array_max", "array_min"):
        return replace(found, result=item)
    if name == "array_sum":
        return replace(found, result=t.decimal(38, min(item.scale, 18)))
    if name == "array_avg":
        return replace(found, result=coercion.decimal_arithmetic("/", item, t.decimal(38))[2])
    if name == "array_difference":
        return replace(found, result=t.array(coercion.decimal_arithmetic("-", item, item)[2]))
    return found
