"""Which type meets which: casts allowed, common types, the types of arithmetic."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from starrocks_embedded import types as t
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.types import Type, to_sql
from starrocks_embedded.version import Version

INVALID = Type("invalid")
ORDER = (
    "invalid", "null", "boolean", "tinyint", "smallint", "int", "bigint", "largeint", "float", "double", "date",
    "datetime", "char", "varchar", "decimalv2", "hll", "time", "bitmap", "percentile", "decimal", "json", "variant",
    "function", "binary", "varbinary",
)  # fmt: skip
RANK = {name: position for position, name in enumerate(ORDER)}
PSEUDO = ("any_array", "any_map", "any_struct", "any_element")
BASIC = {
    "null", "boolean", "tinyint", "smallint", "int", "bigint", "largeint", "float", "double", "decimal", "date",
    "datetime", "time", "char", "varchar",
}  # fmt: skip
JSON_PARTNERS = {
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "largeint",
    "float",
    "double",
    "decimal",
    "char",
    "varchar",
}
CASTS: dict[str, set[str]] = {name: set(BASIC) for name in BASIC if name != "decimal"}
CASTS["null"] |= {"hll", "bitmap", "percentile", "json", "varbinary", "variant"}
CASTS["decimal"] = JSON_PARTNERS | {"time"}
CASTS["varbinary"] = BASIC | {"varbinary"}
CASTS["json"] = JSON_PARTNERS | {"json", "null"}
for _name in JSON_PARTNERS:
    CASTS[_name].add("json")
for _name in (*JSON_PARTNERS, "date", "datetime", "time", "json"):
    CASTS[_name].add("variant")
for _name in BASIC - {"decimal"}:
    CASTS[_name].add("varbinary")
EXACT = ("tinyint", "smallint", "int", "bigint", "largeint", "decimal")
FIXED_POINT = ("boolean", *t.INTEGERS)
SIZES = {"boolean": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8, "largeint": 16}
DIGITS = {"boolean": 1, "tinyint": 3, "smallint": 5, "int": 10, "bigint": 19, "largeint": 38}


def sql_text(type_: Type) -> str:
    """A type as error texts print it."""
    if type_ == INVALID:
        return "INVALID_TYPE"
    return to_sql(type_)


def loud_text(type_: Type) -> str:
    """A type as those errors print it that use the server's upper-case spelling."""
    if type_.name == "decimal":
        return f"{t.decimal_class(type_).upper()}({type_.precision},{type_.scale})"
    if type_.name in ("array", "map"):
        return f"{type_.name.upper()}<{','.join(loud_text(c) for c in type_.children)}>"
    if type_.name == "struct":
        return to_sql(type_)
    if type_.length is not None and type_.length > 0:
        return f"{type_.name.upper()}({type_.length})"
    return "NULL_TYPE" if type_.is_null else type_.name.upper()


def is_scalar(type_: Type) -> bool:
    return not type_.is_nested and type_.name not in PSEUDO


def can_cast(source: Type, target: Type) -> bool:
    """Whether a cast between the two is allowed at all."""
    if source.is_null:
        return True
    if source.is_string and target.name == "bitmap":
        return True
    if target.name == "variant" and source.is_nested:
        return _can_become_variant(source)
    if is_scalar(source) and is_scalar(target):
        return source.name == target.name or target.name in CASTS.get(source.name, ())
    if source.is_nested and source.name == target.name:
        pairs = zip(source.children, target.children, strict=False)
        return len(source.children) == len(target.children) and all(can_cast(a, b) for a, b in pairs)
    if source.is_string and target.name == "array":
        return True
    if source.name == "json":
        return _json_can_become(target)
    return source.name == "boolean" and target.is_nested


def _can_become_variant(source: Type) -> bool:
    if source.name == "map" and not can_cast(source.children[0], t.VARCHAR):
        return False
    parts = source.children[1:] if source.name == "map" else source.children
    return all(can_cast(part, t.VARIANT) for part in parts)


def _json_can_become(target: Type) -> bool:
    if target.name == "array":
        item = target.children[0]
        return is_scalar(item) or item.name == "struct"
    if target.name == "map":
        return can_cast(t.VARCHAR, target.children[0]) and can_cast(t.JSON, target.children[1])
    return target.name == "struct"


def matches(given: Type, declared: Type) -> bool:
    """Whether a value of the type is taken as it is, without a cast."""
    if declared.name in PSEUDO:
        return declared.name == "any_element" or declared.name == f"any_{given.name}"
    if given.is_string and declared.is_string:
        return True
    if given.name != declared.name:
        return False
    if given.is_decimal:
        if t.decimal_class(given) != t.decimal_class(declared):
            return False
        return declared.scale < 0 or given.scale < 0 or given.scale == declared.scale
    if given.is_nested:
        pairs = zip(given.children, declared.children, strict=False)
        return len(given.children) == len(declared.children) and all(matches(a, b) for a, b in pairs)
    return True


def keeps_not_null(source: Type, target: Type) -> bool:
    """Whether a cast of a value that is there cannot yield NULL."""
    if not (is_scalar(source) and is_scalar(target)):
        return False
    if source == target:
        return True
    if source.name == "boolean":
        return target.is_numeric or target.is_string
    if source.is_integer:
        return target.is_string or (target.is_integer and RANK[source.name] < RANK[target.name])
    if source.is_decimal:
        if target.is_decimal:
            return target.precision >= source.precision and target.scale >= source.scale
        return target.is_string or target.is_float
    return source.is_string and target.is_string


# ---- common types ----------------------------------------------------------------------------------------------------


def common_type(one: Type, two: Type) -> Type:
    """The type both can be assigned to; INVALID where there is none."""
    if is_scalar(one) and is_scalar(two):
        return assignable(one, two)
    if one.is_nested and one.name == two.name:
        return _common_nested(one, two)
    if one.name == "boolean" and two.is_nested:
        return two
    if two.name == "boolean" and one.is_nested:
        return one
    if one.is_null or two.is_null:
        return two if one.is_null else one
    return INVALID


def _common_nested(one: Type, two: Type) -> Type:
    if len(one.children) != len(two.children):
        return INVALID
    children = tuple(common_type(a, b) for a, b in zip(one.children, two.children, strict=True))
    if INVALID in children:
        return INVALID
    return Type(one.name, children=children, fields=one.fields)


def common_of(types: Sequence[Type]) -> Type:
    """The common type of several; refused where two cannot be matched."""
    common = types[0]
    for following in types[1:]:
        merged = common_type(common, following)
        if merged == INVALID:
            raise analysis_error(f"types {loud_text(common)} and {loud_text(following)} cannot be matched")
        common = merged
    return common


def assignable(one: Type, two: Type) -> Type:
    """The scalar type both can be assigned to."""
    if INVALID in (one, two):
        return INVALID
    if one == two:
        return one
    if one.is_null or two.is_null:
        return two if one.is_null else one
    if "hll" in (one.name, two.name):
        return t.HLL if one.name == two.name else INVALID
    if one.is_string or two.is_string:
        if not one.length or not two.length:
            return t.VARCHAR
        return t.varchar(max(one.length, two.length))
    if one.is_decimal:
        return decimal_common(one, two)
    if two.is_decimal:
        return decimal_common(two, one)
    if "function" in (one.name, two.name):
        return INVALID
    smaller, larger = sorted((one, two), key=lambda x: RANK[x.name])
    return _from_matrix(smaller, larger)


def _from_matrix(small: Type, large: Type) -> Type:
    """The compatibility matrix of scalar types; `small` comes first in the order of types."""
    if small.name == large.name:
        return small
    if large.name == "json":
        return small if small.name in JSON_PARTNERS else INVALID
    if large.name == "varbinary":
        if small.name in ("json", "bitmap", "percentile"):
            raise failure(f"No assignment from {loud_text(large)} to {loud_text(small)}")
        return INVALID
    if small.name in FIXED_POINT:
        return _integer_with(small, large)
    if small.name == "float" and large.name in ("double", "time"):
        return t.DOUBLE
    if small.name == "double" and large.name in ("datetime", "time"):
        return t.DOUBLE
    return t.DATETIME if (small.name, large.name) == ("date", "datetime") else INVALID


def _integer_with(small: Type, large: Type) -> Type:
    if large.is_integer:
        return large
    if large.name == "float":
        return t.FLOAT if small.name in ("boolean", "tinyint", "smallint") else t.DOUBLE
    if large.name in ("double", "time"):
        return t.DOUBLE
    if large.name == "date" and small.name in ("int", "bigint", "largeint"):
        return small
    if large.name == "datetime" and small.name in ("bigint", "largeint"):
        return small
    return INVALID


def decimal_common(decimal: Type, other: Type) -> Type:
    """What a decimal and another scalar have in common."""
    if other.is_decimal:
        return _decimals_common(decimal, other)
    if other.name in DIGITS:
        return _decimals_common(decimal, t.decimal(DIGITS[other.name]))
    if other.name in ("float", "double", "char", "varchar", "date", "datetime", "time", "json"):
        return t.DOUBLE
    return INVALID


def _decimals_common(one: Type, two: Type) -> Type:
    if one == two:
        return one if one.declared else two
    scale = max(one.scale, two.scale)
    precision = max(one.precision - one.scale, two.precision - two.scale) + scale
    wide = one.precision > 38 or two.precision > 38
    if (precision > 38 and not wide) or precision > 76:
        return t.DOUBLE
    return replace(t.decimal(precision, scale), declared=one.declared or two.declared)


def lengthened(common: Type, types: Sequence[Type], version: Version) -> Type:
    """Before 4.0 the strings that others have in common are as long as the longest whose length is known."""
    if version.at_least("4.0"):
        return common
    if common.is_string and not common.length:
        known = [x.length for x in types if x.is_string and x.length]
        return t.varchar(max(known)) if known else common
    alike = [x for x in types if x.name == common.name and len(x.children) == len(common.children)]
    children = (lengthened(c, [x.children[i] for x in alike], version) for i, c in enumerate(common.children))
    return replace(common, children=tuple(children)) if common.is_nested else common


def case_type(types: Sequence[Type], version: Version) -> Type:
    """The type of a CASE over its branches."""
    common, unknown_length = types[0], False
    for before, following in itertools.pairwise(types):
        common = common_type(common, following)
        if common == INVALID:
            text = f"{loud_text(following)} and {loud_text(before)}"
            raise analysis_error(f"Failed to get compatible type for CaseWhen with {text}")
        unknown_length = unknown_length or (following.name == "varchar" and not following.length)
    common = lengthened(common, types, version)
    if common.is_string and unknown_length and common.length and version.at_least("3.4"):
        return t.varchar(t.MAX_VARCHAR)
    return common


def membership_type(types: Sequence[Type], between: bool) -> Type:
    """The type in which BETWEEN and IN compare."""
    common = types[0]
    for following in types[1:]:
        common = _membership(common, following, between)
    if common == t.VARCHAR and types[0].is_temporal:
        return types[0]
    return common


def _membership(one: Type, two: Type, between: bool) -> Type:
    if not between:
        if one.is_nested or two.is_nested:
            return common_type(one, two)
        if (one.is_string and two.name in EXACT) or (two.is_string and one.name in EXACT):
            return t.STRING
    if one.is_null or two.is_null:
        return two if one.is_null else one
    if one.is_decimal or two.is_decimal:
        return decimal_common(one, two) if one.is_decimal else decimal_common(two, one)
    if one.name == two.name and one != INVALID:
        return one
    if "json" in (one.name, two.name):
        return t.JSON
    kinds = {_comparison_kind(one), _comparison_kind(two)}
    if kinds == {"text"}:
        return t.VARCHAR
    if kinds == {"bigint"}:
        return assignable(one, two)
    return t.LARGEINT if kinds <= {"bigint", "largeint"} else t.DOUBLE


def _comparison_kind(type_: Type) -> str:
    if type_.name in ("boolean", "tinyint", "smallint", "int", "bigint"):
        return "bigint"
    if type_.name in ("date", "datetime", "time", "char", "varchar", "hll", "bitmap", "percentile", "json"):
        return "text"
    return "largeint" if type_.name == "largeint" else type_.name


def comparison_type(one: Type, two: Type, ranged: bool, base: str = "decimal") -> Type:
    """The type in which = and < compare. `base` is the session's for strings that should equal numbers."""
    if not ranged:
        if one.is_nested or two.is_nested:
            return common_type(one, two)
        if (one.is_string and two.name in EXACT) or (two.is_string and one.name in EXACT):
            return _equality_type(two if one.is_string else one, base)
    if "array" in (one.name, two.name):
        return common_type(one, two)
    if one.is_nested or two.is_nested or one.is_metric_object or two.is_metric_object:
        return INVALID
    if one == two:
        return one
    if one.is_null or two.is_null:
        return two if one.is_null else one
    if "json" in (one.name, two.name):
        return t.JSON
    if one.is_decimal or two.is_decimal:
        return decimal_common(one, two) if one.is_decimal else decimal_common(two, one)
    if (one.is_temporal and (two.is_string or two.is_temporal)) or (two.is_temporal and one.is_string):
        return t.DATETIME
    return _compared_numbers(one, two)


def _equality_type(number: Type, base: str) -> Type:
    if base == "decimal":
        return number if number.is_decimal else t.decimal(38, 9)
    return t.DOUBLE if base == "double" else t.STRING


def _compared_numbers(one: Type, two: Type) -> Type:
    fixed_one, fixed_two = one.is_integer, two.is_integer
    if one.is_string and two.is_string:
        return t.VARCHAR
    if fixed_one and fixed_two:
        return one if SIZES[one.name] > SIZES[two.name] else two
    if (one.name == "boolean" and two.is_numeric) or (fixed_one and two.is_float):
        return two
    if (two.name == "boolean" and one.is_numeric) or (fixed_two and one.is_float):
        return one
    return one if one.name == "varbinary" and two.name == "varchar" else t.DOUBLE


# ---- arithmetic ------------------------------------------------------------------------------------------------------

BIGGER = {"tinyint": t.SMALLINT, "smallint": t.INT, "int": t.BIGINT, "bigint": t.BIGINT, "largeint": t.LARGEINT}
BITS = ("&", "|", "^")
SHIFTS = ("bitshiftleft", "bitshiftright", "bitshiftrightlogical")


def arithmetic(op: str, one: Type, two: Type, overflow_to_double: bool = False) -> tuple[Type, Type, Type]:
    """(left, right, result): what the operands of + - * / % div & | ^ and shifts are cast to, and the result. With
    `overflow_to_double` a product of decimals that may have too many digits is one of doubles."""
    if _number(one).is_decimal or _number(two).is_decimal:
        return _decimal_operation(op, one, two, overflow_to_double)
    if one.is_null and two.is_null:
        return t.NULL, t.NULL, t.DOUBLE if op == "/" else t.NULL if op in ("+", "-", "*", "div", *SHIFTS) else t.TINYINT
    left = right = _arithmetic_common(_number(one), _number(two))
    if op in ("+", "-", "*"):
        left = right = BIGGER.get(left.name, t.DOUBLE if left.is_float else left)
    elif op == "/":
        left = right = t.DOUBLE if left.name in FIXED_POINT else left
    elif op in SHIFTS:
        left, right = _number(one), t.BIGINT
        if left.name not in FIXED_POINT and left != INVALID:
            raise _no_shift(op, left, _number(two))
    elif op != "%" and left.name not in FIXED_POINT:
        left = right = t.BIGINT
    if INVALID in (left, right):
        raise analysis_error("Any function type can not cast to INVALID_TYPE")
    return left, right, t.DOUBLE if op == "/" else left


def _no_shift(op: str, one: Type, two: Type) -> StarRocksError:
    names = {"bitshiftleft": "bitShiftLeft", "bitshiftright": "bitShiftRight"}
    shape = f"{loud_text(one)} and {loud_text(two)}"
    return analysis_error(f"No matching function '{names.get(op, 'bitShiftRightLogical')}' with operand types {shape}")


def check_operand(given: Type, target: Type) -> str | None:
    """The complaint about an operand that arithmetic cannot take."""
    if given.is_null or (_number(given) != INVALID and can_cast(given, target)):
        return None
    return f"cast type {sql_text(given)} with type {sql_text(target)} is invalid"


def _number(type_: Type) -> Type:
    """The number that arithmetic sees in a value."""
    if type_.name in ("boolean", "null"):
        return t.TINYINT
    if type_.name in ("char", "varchar", "date", "datetime", "time", "float", "double"):
        return t.DOUBLE
    return type_ if type_.is_numeric else INVALID


def _arithmetic_common(one: Type, two: Type) -> Type:
    if t.DOUBLE in (one, two):
        return t.DOUBLE
    for wide in (t.LARGEINT, t.BIGINT):
        if wide in (one, two):
            return wide
    small = [x for x in (one, two) if x.name in ("tinyint", "smallint", "int")]
    return max(small, key=lambda x: RANK[x.name]) if small else INVALID


def _decimal_operation(op: str, one: Type, two: Type, overflow_to_double: bool) -> tuple[Type, Type, Type]:
    whole = op in BITS or op in SHIFTS or op == "div"
    if not whole and any(x.is_float or x.is_string for x in (one, two)):
        return t.DOUBLE, t.DOUBLE, t.DOUBLE
    left, right, result = decimal_arithmetic(op, _as_decimal(one), _as_decimal(two))
    if overflow_to_double and op == "*" and left.precision + right.precision > result.precision:
        return t.DOUBLE, t.DOUBLE, t.DOUBLE
    return left, right, result


def _as_decimal(type_: Type) -> Type:
    if type_.is_decimal:
        return type_
    if type_.name == "largeint":
        return t.decimal(38)
    if type_.name == "bigint":
        return t.decimal(18)
    if type_.is_integer or type_.name == "boolean":
        return t.decimal(9)
    if type_.is_null or type_.is_float or type_.is_string:
        return t.decimal(1)
    raise failure("Implicit casting for decimal arithmetic operations only support integer/float/boolean/null")


def decimal_arithmetic(op: str, one: Type, two: Type) -> tuple[Type, Type, Type]:
    """The rules of precision and scale."""
    most = 76 if max(one.precision, two.precision) > 38 else 38
    scale = max(one.scale, two.scale)
    if op in ("+", "-"):
        whole = max(one.precision - one.scale, two.precision - two.scale)
        precision = min(whole + scale + 1, most)
        return t.decimal(precision, one.scale), t.decimal(precision, two.scale), t.decimal(precision, scale)
    if op == "*":
        return one, two, _product(one, two, most)
    if op == "%":
        digits = next(n for n in (18, 38, 76) if max(one.precision, two.precision) <= n)
        return t.decimal(digits, one.scale), t.decimal(digits, two.scale), t.decimal(digits, scale)
    if op in ("/", "div"):
        return _quotient(op, one, two, most)
    return t.BIGINT, t.BIGINT, t.BIGINT


def _product(one: Type, two: Type, most: int) -> Type:
    precision, scale = one.precision + two.precision, one.scale + two.scale
    if scale > most:
        raise analysis_error(
            f"Return scale({scale}) exceeds maximum value({most}), please cast decimal type to low-precision one"
        )
    return t.decimal(min(precision, most), scale)


def _quotient(op: str, one: Type, two: Type, most: int) -> tuple[Type, Type, Type]:
    scale = one.scale + 6 if one.scale <= 6 else 12 if one.scale <= 12 else one.scale
    if scale + two.scale > most:
        raise analysis_error(
            f"Dividend fails to adjust scale to {scale + two.scale} that exceeds maximum value({most})"
        )
    result = t.BIGINT if op == "div" else t.decimal(most, scale)
    return t.decimal(most, one.scale), t.decimal(most, two.scale), result


def comparison_refused(one: Type, two: Type) -> StarRocksError:
    return analysis_error(
        f"Column type {sql_text(one)} does not support binary predicate operation with type {sql_text(two)}"
    )
