"""From a column as written to a column of the catalog: types, keys, aggregates and defaults that go together."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.names import check_column_name
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import ColumnDef
from starrocks_embedded.types import Type, decimal, decimal_class, describe, to_sql
from starrocks_embedded.version import Version

CHARSETS = ("utf8", "gbk")
NO_KEY = ("float", "double", "json", "array", "map", "struct", "bitmap", "hll", "percentile", "variant", "time")
NUMBERS = ("tinyint", "smallint", "int", "bigint", "largeint", "float", "double", "decimal")
COMPARABLE = (*NUMBERS, "char", "varchar", "date", "datetime")
AGGREGATE_TYPES: dict[str, tuple[str, ...]] = {
    "sum": tuple(n for n in NUMBERS if n != "tinyint"),
    "min": COMPARABLE,
    "max": COMPARABLE,
    "hll_union": ("hll",),
    "bitmap_union": ("bitmap",),
    "percentile_union": ("percentile",),
}
INT_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64, "largeint": 128}
DEFAULT_FUNCTIONS = ("now", "current_timestamp", "uuid", "uuid_numeric")


def type_name(type_: Type) -> str:
    """A type as error texts spell it: DECIMAL64(10,2), VARCHAR(20), ARRAY<INT>."""
    if type_.is_decimal:
        return f"{decimal_class(type_).upper()}({type_.precision},{type_.scale})"
    return describe(type_).upper()


def primitive_name(type_: Type) -> str:
    return decimal_class(type_).upper() if type_.is_decimal else type_.name.upper()


def can_be_key(type_: Type, version: Version) -> bool:
    if type_.name == "varbinary":
        return version.at_least("4.0")
    return type_.name not in NO_KEY


def check_column(column: ColumnDef, keys: str, is_key: bool, version: Version) -> None:
    """Everything about one column that does not depend on the others. Widens the type of a decimal sum."""
    # the names of columns behind partition expressions are reserved since there are such columns
    check_column_name(column.name, column.partition_expression or not version.at_least("3.4"))
    _check_charset(column)
    _check_depth(column.type)
    _settle_length(column)
    if column.aggregate == "sum" and column.type.is_decimal:
        column.type = decimal(38, column.type.scale)
    if column.type.name == "time":
        raise analysis_error(f"Type:TIME of column:{column.name} does not support")
    if (is_key or column.key) and not can_be_key(column.type, version):
        instead = ", use decimal instead" if column.type.is_float else ""
        raise analysis_error(f"Invalid data type of key column '{column.name}': '{type_name(column.type)}'{instead}")
    _check_aggregate(column, keys, is_key)
    if column.state is not None and column.default is not None:
        raise analysis_error(f"Invalid default value for '{column.name}'")
    if column.default is not None:
        _check_default(column, version)


DEEPEST = 15


def _check_depth(type_: Type) -> None:
    if _depth(type_) > DEEPEST:
        raise analysis_error(f"Type exceeds the maximum nesting depth of {DEEPEST}:\n{_shortened(type_, 0)}")


def _depth(type_: Type) -> int:
    """A map's key does not count: it cannot be nested."""
    return 1 + max((_depth(child) for child in type_.children), default=0)


def _shortened(type_: Type, depth: int) -> str:
    if not type_.is_nested:
        return to_sql(type_)
    inner = [_shortened(child, depth + 1) for child in type_.children]
    if depth >= DEEPEST and type_.name != "map":
        return f"{type_.name}<...>"
    if type_.name == "struct":
        inner = [f"{name} {text}" for name, text in zip(type_.fields, inner, strict=True)]
    return f"{type_.name}<{','.join(inner)}>"


def _settle_length(column: ColumnDef) -> None:
    """Strings without a length, or of length 0, hold one byte; the greatest lengths are checked."""
    type_ = column.type
    if type_.is_string and not type_.length:
        column.type = type_.with_length(1)
    if type_.is_decimal and not type_.precision:
        column.type = decimal(1, 0)
    most = {"char": 255, "varchar": 1048576}.get(type_.name)
    if most is not None and (type_.length or 1) > most:
        raise analysis_error(f"{type_.name.capitalize()} size must be <= {most}: {type_.length}")
    if type_.is_decimal and type_.scale > max(type_.precision, 1):
        raise failure("DECIMAL(P[,S]) type P must be greater than or equal to the value of S")
    if type_.name == "array" and type_.children[0].is_metric_object:
        raise analysis_error(f"Invalid data type: {describe(type_)}")


def _check_charset(column: ColumnDef) -> None:
    charset = column.charset.lower()
    scalar = not column.type.is_nested
    if scalar and charset != "utf8" and not (column.type.is_string or column.type.name == "varbinary"):
        raise analysis_error("character setting is only supported for type varchar in column definition")
    if charset not in CHARSETS:
        raise analysis_error(f"Unknown charset name: {charset}")
    if charset != "utf8":
        raise analysis_error(f"charset name {charset} is not supported yet in column definition")


def _check_aggregate(column: ColumnDef, keys: str, is_key: bool) -> None:
    aggregate = column.aggregate or ("replace" if keys in ("unique", "primary") and not is_key else "")
    if not aggregate:
        if column.type.is_metric_object:
            raise analysis_error(f"No aggregate function specified for '{column.name}'")
        return
    if is_key or column.key:
        raise analysis_error(f"Cannot specify aggregate function '{aggregate.upper()}' for key column '{column.name}'")
    allowed = AGGREGATE_TYPES.get(aggregate)
    if allowed is not None and column.type.name not in allowed:
        raise analysis_error(f"Invalid aggregate function '{aggregate.upper()}' for '{column.name}'")
    if aggregate == "replace_if_not_null":
        column.nullable = True


# ---- defaults


def _check_default(column: ColumnDef, version: Version) -> None:
    default = column.default
    if isinstance(default, ast.Literal) and default.kind == "null":
        if column.nullable is False:
            raise analysis_error(f"Invalid default value for '{column.name}'")
        return
    try:
        if isinstance(default, ast.Literal) and default.kind == "string":
            check_default_text(column.type, str(default.value), version)
        elif isinstance(default, ast.Call) and default.name != "row":
            _check_default_call(column.type, default, version)
        elif isinstance(default, (ast.ArrayLiteral, ast.MapLiteral, ast.Call)):
            _check_default_value(default)
        else:
            raise ValueError(f"Unsupported expr {_java_name(default)} for default value")
    except ValueError as problem:
        raise analysis_error(f"Invalid default value for '{column.name}': {problem}") from None


def _java_name(expr: ast.Expr | None) -> str:
    if isinstance(expr, ast.Literal) and expr.kind == "int":
        return f"IntLiteral{{type={_smallest(int(expr.value))}}}"
    if isinstance(expr, ast.Literal) and expr.kind == "decimal":
        digits = Decimal(str(expr.value)).as_tuple()
        scale = max(-int(digits.exponent), 0)
        return f"DecimalLiteral{{type={type_name(decimal(max(len(digits.digits), scale), scale))}}}"
    if isinstance(expr, ast.Literal) and expr.kind == "bool":
        return "BoolLiteral{type=BOOLEAN}"
    return {ast.ColumnRef: "SlotRef", ast.Binary: "ArithmeticExpr"}.get(
        type(expr), type(expr).__name__
    ) + "{type=INVALID_TYPE}"


def _smallest(value: int) -> str:
    for name, bits in INT_BITS.items():
        if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            return name.upper()
    return "LARGEINT"


def check_default_text(type_: Type, text: str, version: Version) -> None:
    """Whether a quoted default is a value of the type; ValueError with StarRocks' words where it is not."""
    if type_.is_nested:
        if version.at_least("4.0"):
            raise ValueError(
                f"Default value for complex type '{type_name(type_)}' requires expression syntax "
                "(e.g., [], map{}, row())"
            )
        raise ValueError(f"Cannot add default value for type '{type_name(type_)}'")
    if type_.name in INT_BITS:
        _check_integer(type_, text)
    elif type_.is_float:
        _check_float(type_, text)
    elif type_.is_decimal:
        _check_decimal(type_, text)
    elif type_.name == "boolean":
        if text.lower() not in ("true", "false", "1", "0"):
            raise ValueError(f"Invalid BOOLEAN literal: {text}")
    elif type_.is_temporal:
        parse_datetime(text, type_)
    elif type_.is_string:
        if len(text) > (type_.length or 1):
            raise ValueError(f"Default value is too long: {text}")
    elif type_.name in ("hll", "bitmap", "varbinary"):
        _check_empty(type_, text, version)
    elif type_.name == "json" and version.at_least("4.0"):
        _check_json(text)
    else:
        raise ValueError(f"Cannot add default value for type '{type_name(type_)}'")


def _check_integer(type_: Type, text: str) -> None:
    bits = INT_BITS[type_.name]
    number = re.fullmatch(r"[+-]?\d+", text)
    if number is None or (bits <= 64 and not -(2**63) <= int(text) < 2**63):
        raise ValueError(f"Invalid number format: {text}")
    if not -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1):
        raise ValueError(f"Number out of range[{text}]. type: {type_.name.upper()}")


def _check_float(type_: Type, text: str) -> None:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        raise ValueError(f"Invalid floating-point literal: {text}")
    value = float(text)
    if type_.name == "float" and (abs(value) > 3.4028235e38 or len(Decimal(text).normalize().as_tuple().digits) > 7):
        raise ValueError(f"Default value will loose precision: {text}")


def _check_decimal(type_: Type, text: str) -> None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"Invalid floating-point literal: {text}") from None
    _, digits, exponent = value.as_tuple()
    scale = max(-int(exponent), 0)
    whole = max(len(digits) + int(exponent), 0)
    if scale > type_.scale or whole > type_.precision - type_.scale:
        precision = max(len(digits), scale)
        size = f"(precision={precision}, scale={scale})"
        narrow = f"Type {type_name(type_)} is too narrow to hold the DecimalLiteral '{text}' {size}"
        raise StarRocksError(1064, f"Getting syntax error. Detail message: {narrow}.")


def _check_empty(type_: Type, text: str, version: Version) -> None:
    if not version.at_least("4.0"):
        raise ValueError(f"Cannot add default value for type '{type_name(type_)}'")
    if text:
        raise ValueError(f"Type '{type_name(type_)}' only supports empty string \"\" as default value")


def _check_json(text: str) -> None:
    if not text:
        return
    try:
        json.loads(text)
    except ValueError as problem:
        raise ValueError(f"Invalid JSON format for default value: {text}. Error: {problem}") from None


def _check_default_call(type_: Type, call: ast.Call, version: Version) -> None:
    if call.name not in DEFAULT_FUNCTIONS or (call.args and call.name not in ("now", "current_timestamp")):
        raise ValueError(f"Default expr for function {call.name} is not supported")
    if call.name in DEFAULT_FUNCTIONS[:2] and type_.name != "datetime" and not version.at_least("3.5"):
        raise ValueError(f"Default function now() for type {type_name(type_)} is not supported")
    if call.name == "uuid":
        if type_.name != "varchar":
            raise ValueError(f"Default function uuid() for type {type_name(type_)} is not supported")
        if (type_.length or 0) < 36:
            raise ValueError("Varchar type length must be greater than 36 for uuid function")
    if call.name == "uuid_numeric" and type_.name != "largeint":
        raise ValueError(f"Default function uuid_numeric() for type {type_name(type_)} is not supported")


def _check_default_value(expr: ast.Expr) -> None:
    """Constants only, no nulls, however deeply nested."""
    only = "Only constant expressions (literals, arrays, maps, and row()) are allowed."
    if isinstance(expr, ast.Literal):
        if expr.kind == "null":
            raise ValueError(f"NULL literal is not supported in complex type default value. {only}")
        return
    if isinstance(expr, ast.ArrayLiteral):
        children: list[ast.Expr] = list(expr.items)
    elif isinstance(expr, ast.MapLiteral):
        children = [part for entry in expr.entries for part in entry]
    elif isinstance(expr, ast.Call):
        if expr.name != "row":
            raise ValueError(f"Function '{expr.name}' is not supported in complex type default value. {only}")
        children = list(expr.args)
    else:
        raise ValueError(
            f"Expression type '{type(expr).__name__}' is not supported in complex type default value. {only}"
        )
    for child in children:
        _check_default_value(child)


DATE_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), 3),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), 3),
    (re.compile(r"(\d{2})-(\d{1,2})-(\d{1,2})"), 3),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2})"), 5),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?"), 7),
    (re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})"), 6),
)


def parse_datetime(text: str, type_: Type) -> datetime:
    """A date or datetime text as the front end reads it."""
    for form, _ in DATE_FORMS:
        match = form.fullmatch(text.strip())
        if match is None:
            continue
        parts = [int(g) for g in match.groups()[:6] if g is not None]
        micros = int(match[7].ljust(6, "0")) if len(match.groups()) > 6 and match[7] else 0
        year = parts[0]
        if len(match[1]) == 2:
            year += 2000 if year < 70 else 1900
        try:
            # Python has no year 0: 0000-01-01 is every range's lower end, and its neighbour serves as well
            return datetime(max(year, 1), *parts[1:], microsecond=micros)  # type: ignore[misc,arg-type]
        except ValueError:
            break
    raise ValueError(f"date literal [{text}] is invalid")


def date_text(value: datetime | date, type_: Type) -> str:
    if type_.name == "date":
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    assert isinstance(value, datetime)
    text = f"{date_text(value, Type('date'))} {value:%H:%M:%S}"
    return text + (f".{value.microsecond:06d}" if value.microsecond else "")


# ---- into the catalog


def build_column(column: ColumnDef, id_: int, key: bool, keys: str, expression_text: str = "") -> model.Column:
    nullable = True if column.nullable is None else column.nullable
    if (keys == "primary" and key) or (column.auto_increment and column.nullable is None):
        nullable = False
    aggregate = column.aggregate if keys == "aggregate" and not key else ""
    return model.Column(
        id_, column.name, column.type, nullable, key, aggregate, default_of(column), column.auto_increment,
        expression_text, column.comment, column.charset, column.partition_expression,
    )  # fmt: skip


def default_of(column: ColumnDef) -> tuple[str, str] | None:
    default = column.default
    if default is None:
        return None
    if isinstance(default, ast.Literal):
        if default.kind == "null":
            return ("null", "")
        return ("const", _boolean(column.type, str(default.value)))
    if isinstance(default, ast.Call) and default.name in ("now", "current_timestamp"):
        precision = default.args[0].value if default.args and isinstance(default.args[0], ast.Literal) else 0
        return ("expr", f"current_timestamp({precision})" if precision else "CURRENT_TIMESTAMP")
    if isinstance(default, ast.Call) and default.name != "row":
        return ("expr", f"({default.name}())")
    return ("value", _value_text(default))


def _value_text(expr: ast.Expr) -> str:
    """A nested default as SHOW CREATE prints it: [1,2], map{'a':1}, row(1, 'x')."""
    if isinstance(expr, ast.ArrayLiteral):
        return f"[{','.join(map(_value_text, expr.items))}]"
    if isinstance(expr, ast.MapLiteral):
        return "map{" + ",".join(f"{_value_text(k)}:{_value_text(v)}" for k, v in expr.entries) + "}"
    if isinstance(expr, ast.Call):
        return f"{expr.name}({', '.join(map(_value_text, expr.args))})"
    if isinstance(expr, ast.Literal):
        return (
            "'" + str(expr.value).replace("'", "\\'") + "'" if expr.kind == "string" else expr.text or str(expr.value)
        )
    return str(expr)


def _boolean(type_: Type, text: str) -> str:
    if type_.name == "boolean":
        return {"true": "1", "false": "0"}.get(text.lower(), text)
    return text
