"""Annotated expressions as DuckDB text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starrocks_embedded.analysis.aggregates import is_aggregate
from starrocks_embedded.analysis.folding import is_null_call
from starrocks_embedded.analysis.front_end_values import fold
from starrocks_embedded.analysis.states import PASSING
from starrocks_embedded.emit import nested
from starrocks_embedded.emit.attempts import Handed, attempted, handed_in, outside_of_attempts
from starrocks_embedded.emit.casts import cast_sql
from starrocks_embedded.errors import unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import BIGINT, DOUBLE, STRING, Type, duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "<=>": "IS NOT DISTINCT FROM"}
BITS = {"&", "|", "^", "bitshiftleft", "bitshiftright", "bitshiftrightlogical"}


def quote(text: str) -> str:
    """A DuckDB string literal."""
    quoted = "'" + text.replace("'", "''") + "'"
    if "\0" not in text:
        return quoted
    return "(" + quoted.replace("\0", "' || chr(0) || '") + ")"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def expression_sql(expr: ast.Expr, session: Session | None = None) -> str:
    return Emitter(session).sql(expr)


class Emitter:
    """Writes one statement: its clock, its CTE names and its select aliases are the statement's own."""

    def __init__(self, session: Session | None = None) -> None:
        self.session = session
        self.ctes: dict[int, str] = {}
        self.lifted: dict[int, str] = {}  # subqueries of join conditions that are computed beside the rows
        self.outputs: list[str] = []  # the texts of the select items that OutputRef may mean
        self.grouped = False  # whether columns are those of groups
        self.parameters: dict[int, str] = {}  # what the parameters of the lambdas around stand for
        self._names = 0
        self._moment: datetime | None = None

    # ---- the statement's surroundings

    @property
    def time_zone(self) -> str:
        from starrocks_embedded.emit.values import session_value

        return str(session_value(self.session, "time_zone", "UTC"))

    def utc(self) -> datetime:
        """The moment at which the statement began: the same wherever it is asked for."""
        if self._moment is None:
            self._moment = datetime.now(timezone.utc)
        return self._moment

    def now(self) -> datetime:
        return self.utc().astimezone(zone(self.time_zone)).replace(tzinfo=None)

    # ---- writing

    def sql(self, expr: ast.Expr) -> str:
        writer = WRITERS.get(type(expr))
        if writer is None:
            raise unsupported(f"{type(expr).__name__.lower()} expression")
        return writer(self, expr)

    def list(self, exprs: list[ast.Expr]) -> str:
        return ", ".join(self.sql(e) for e in exprs)

    def fresh_name(self) -> str:
        """A name for a parameter of a DuckDB lambda that no other one has."""
        self._names += 1
        return f"_{self._names}"

    @contextmanager
    def among_groups(self, grouped: bool) -> Iterator[None]:
        before, self.grouped = self.grouped, grouped
        try:
            yield
        finally:
            self.grouped = before

    def cast(self, expr: ast.Expr, target: Type) -> str:
        """An expression in another type, where the tree has no cast for it."""
        return cast_sql(self.sql(expr), expr.type, target)

    def query(self, query: ast.Query) -> str:
        from starrocks_embedded.emit.query import query_text

        return query_text(self, query)

    def order_item(self, item: ast.OrderItem) -> str:
        last = nulls_last(self, item)
        text = nested.sort_key(self, self.sql(item.expr), item.expr.type, last != item.descending)
        return text + direction(self, item)


def direction(emitter: Emitter, item: ast.OrderItem) -> str:
    text = " DESC" if item.descending else " ASC"
    return text + (" NULLS LAST" if nulls_last(emitter, item) else " NULLS FIRST")


def nulls_last(emitter: Emitter, item: ast.OrderItem) -> bool:
    if item.nulls_first is not None:
        return not item.nulls_first
    return item.descending or (emitter.session is not None and "SORT_NULLS_LAST" in emitter.session.sql_mode)


def zone(name: str) -> Any:
    """A time zone by its name or its offset (+08:00, CST as China's)."""
    from datetime import timedelta

    if name[:1] in "+-" and ":" in name:
        hours, minutes = name[1:].split(":")[:2]
        delta = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-delta if name[0] == "-" else delta)
    return ZoneInfo("Asia/Shanghai" if name == "CST" else name)


# ---- literals and names


def literal(emitter: Emitter, expr: ast.Literal) -> str:
    type_ = expr.type
    if expr.value is None or expr.kind == "null":
        return "NULL" if type_.is_null else f"CAST(NULL AS {duckdb_type(type_)})"
    if expr.kind == "bool":
        return "true" if expr.value else "false"
    if expr.kind == "string":
        return quote(expr.value)
    if expr.kind == "binary":
        return f"unhex('{bytes(expr.value).hex()}')"
    if expr.kind in ("date", "datetime"):
        text = f"fn.to_datetime({quote(str(expr.value))})"
        return f"CAST({text} AS DATE)" if expr.kind == "date" else text
    storage = duckdb_type(DOUBLE if type_.is_null else type_)
    if type_.is_wide:
        return cast_sql(quote(f"{expr.value:f}"), STRING, type_)
    if expr.kind == "decimal":
        return f"CAST('{expr.value:f}' AS {storage})"
    return f"CAST({expr.value} AS {storage})" if expr.kind == "int" else f"CAST('{expr.value}' AS {storage})"


def column_ref(emitter: Emitter, expr: ast.ColumnRef) -> str:
    slot = expr.slot
    if slot is None:
        raise unsupported(f"the name {'.'.join(expr.parts)} here")
    text = slot_sql(emitter, slot)
    for name in expr.path:
        text = f"struct_extract({text}, {quote(name)})"
    return text


def slot_sql(emitter: Emitter, slot: Any) -> str:
    if slot.merged:
        return f"coalesce({emitter.list(list(slot.merged))})"
    if slot.relation is None:
        return emitter.parameters.get(id(slot)) or identifier(slot.physical or slot.name)
    return f"{identifier(slot.relation.key)}.{slot.physical}"


def variable(emitter: Emitter, expr: ast.Variable) -> str:
    from starrocks_embedded.emit.values import variable_value

    return cast_value(variable_value(emitter.session, expr), expr.type)


def cast_value(value: Any, type_: Type) -> str:
    """A Python value as a DuckDB expression of a type."""
    storage = duckdb_type(type_)
    if value is None:
        return f"CAST(NULL AS {storage})"
    if type_.is_string:
        return quote(str(value))
    if type_.is_nested:
        return f"CAST({python_literal(value)} AS {storage})"
    if isinstance(value, bytes):
        return f"unhex('{value.hex()}')"
    if isinstance(value, bool):
        value = int(value)
    return f"CAST({quote(str(value))} AS {storage})"


def python_literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(python_literal(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(k)}: {python_literal(v)}" for k, v in value.items()) + "}"
    return str(value) if isinstance(value, int | float) else quote(str(value))


def output_ref(emitter: Emitter, expr: ast.OutputRef) -> str:
    return emitter.outputs[expr.index]


# ---- operators


def unary(emitter: Emitter, expr: ast.Unary) -> str:
    value = emitter.sql(expr.operand)
    if expr.op == "+":
        return value
    if expr.op == "-" and expr.type.is_wide:
        return f"fn.big_negated({value})"
    if expr.op == "-":
        return f"(-CAST({value} AS {duckdb_type(expr.type)}))"
    if expr.op == "~":
        return f"(~{value})"
    return f"(NOT {value})"


def binary(emitter: Emitter, expr: ast.Binary) -> str:
    from starrocks_embedded.emit.raising import OPERATIONS, raises, raising_operation

    if expr.type.is_decimal and expr.op in OPERATIONS and raises(emitter, "ERROR_IF_OVERFLOW"):
        return raising_operation(emitter, expr, operation)
    return operation(emitter, expr)


def operation(emitter: Emitter, expr: ast.Binary) -> str:
    if isinstance(expr.right, ast.Interval) or isinstance(expr.left, ast.Interval):
        return interval_arithmetic(emitter, expr)
    if expr.op in nested.COMPARED and expr.left.type.is_nested and expr.left.type == expr.right.type:
        return nested.compared(emitter, expr.op, expr.left, expr.right)
    if expr.left.type.is_wide or expr.right.type.is_wide:
        return wide_binary(emitter, expr)
    if expr.type.is_decimal and expr.op in ("*", "/"):
        return over_decimals(emitter, expr)
    if expr.op in BITS:
        return bitwise(expr.op, expr.left, expr.right, expr.type, emitter)
    left, right = emitter.sql(expr.left), emitter.sql(expr.right)
    if expr.op in COMPARISONS:
        return f"({left} {COMPARISONS[expr.op]} {right})"
    if expr.op in ("and", "or"):
        return f"({left} {expr.op.upper()} {right})"
    if expr.op == "xor":
        return f"({left} <> {right})"
    return arithmetic(expr.op, left, right, expr)


def wide_binary(emitter: Emitter, expr: ast.Binary) -> str:
    from starrocks_embedded.emit.functions import decimals

    if expr.op in COMPARISONS:
        left, right = decimals.compared(emitter, expr.left, expr.right)
        return f"({left} {COMPARISONS[expr.op]} {right})"
    return decimals.arithmetic(emitter, expr)


def interval_arithmetic(emitter: Emitter, expr: ast.Binary) -> str:
    base, interval = (expr.right, expr.left) if isinstance(expr.left, ast.Interval) else (expr.left, expr.right)
    name = "date_sub" if expr.op == "-" else "date_add"
    return emitter.sql(ast.Call(name, [base, interval], type=expr.type))


def over_decimals(emitter: Emitter, expr: ast.Binary) -> str:
    """A product or quotient; one that 128 bits do not hold is NULL."""

    def write(operands: list[ast.Expr]) -> str:
        left, right = map(emitter.sql, operands)
        if expr.op == "*":
            return decimal_product(left, expr.left.type, right, expr.right.type, expr.type)
        return decimal_division(left, right, expr)

    operands = [expr.left, expr.right]
    outside = outside_of_attempts(emitter, operands)  # found first: a chain of products would be written over and over
    return handed_in(emitter, operands, outside, write) if outside and may_overflow(expr) else write(operands)


def may_overflow(expr: ast.Binary) -> bool:
    """Whether a product or quotient of decimals is attempted."""
    one, two = expr.left.type, expr.right.type
    if expr.op == "*":
        return one.precision + two.precision > 38
    shift = expr.type.scale + two.scale - one.scale
    return shift > 0 and digits_of(expr.left) + shift > 38


def arithmetic(op: str, left: str, right: str, expr: ast.Binary) -> str:
    type_ = expr.type
    if op in ("+", "-", "*"):
        return sum_or_product(op, left, right, expr)
    if op == "/":
        return f"(CAST({left} AS DOUBLE) / nullif(CAST({right} AS DOUBLE), 0))"
    if op == "div":
        if expr.left.type.is_integer and expr.right.type.is_integer:
            return f"CAST({left} // nullif({right}, 0) AS {duckdb_type(type_)})"
        return f"TRY_CAST(trunc({left} / nullif({right}, 0)) AS {duckdb_type(type_)})"
    if op == "%" and type_.is_decimal:
        return decimal_remainder(left, expr.left.type, right, expr.right.type, type_)
    return f"CAST({left} % nullif({right}, 0) AS {duckdb_type(type_)})"


def sum_or_product(op: str, left: str, right: str, expr: ast.Binary) -> str:
    storage = duckdb_type(expr.type)
    if expr.type == BIGINT and not (small(expr.left) and small(expr.right)):
        return f"fn.wrap(CAST({left} AS HUGEINT) {op} CAST({right} AS HUGEINT))"
    if expr.type.is_decimal:
        return f"CAST({left} {op} {right} AS {storage})"
    return f"(CAST({left} AS {storage}) {op} CAST({right} AS {storage}))"


def small(expr: ast.Expr) -> bool:
    """Whether a sum or product of two such values cannot leave BIGINT."""
    while isinstance(expr, ast.Cast) and expr.implicit:
        expr = expr.operand
    return expr.type.name in ("tinyint", "smallint", "int", "boolean")


def decimal_division(left: str, right: str, expr: ast.Binary) -> str:
    """NULL where the dividend has too many digits for the result's scale."""
    one, two, result = expr.left.type, expr.right.type, expr.type
    shift = result.scale + two.scale - one.scale
    top, bottom = unscaled(left, one, max(shift, 0)), unscaled(right, two, max(-shift, 0))
    if may_overflow(expr):
        top = f"TRY({top})"
    return scaled(f"fn.decimal_quotient({top}, {bottom})", result)


def digits_of(expr: ast.Expr) -> int:
    """How many digits a decimal operand has at most, before it was widened for its operator."""
    while isinstance(expr, ast.Cast) and expr.implicit and expr.operand.type.is_decimal:
        expr = expr.operand
    return expr.type.precision


def decimal_quotient(left: str, left_type: Type, right: str, right_type: Type, result: Type) -> str:
    """Exact, rounded half away from zero at the result's scale."""
    shift = result.scale + right_type.scale - left_type.scale
    top = unscaled(left, left_type, max(shift, 0))
    bottom = unscaled(right, right_type, max(-shift, 0))
    return scaled(f"fn.decimal_quotient({top}, {bottom})", result)


def decimal_remainder(left: str, left_type: Type, right: str, right_type: Type, result: Type) -> str:
    """By whole numbers: DuckDB's own is that of doubles."""
    top = unscaled(left, left_type, result.scale - left_type.scale)
    bottom = unscaled(right, right_type, result.scale - right_type.scale)
    return scaled(f"({top} % nullif({bottom}, 0))", result)


def decimal_product(left: str, left_type: Type, right: str, right_type: Type, result: Type) -> str:
    """DuckDB multiplies operands of 64 bits in 64 bits, however wide the result is; what overflows 128 is NULL."""
    if left_type.precision <= 18 < result.precision:
        left = f"CAST({left} AS DECIMAL(19,{left_type.scale}))"
    product = f"CAST({left} * {right} AS {duckdb_type(result)})"
    return f"TRY({product})" if left_type.precision + right_type.precision > 38 else product


def scaled(digits: str, result: Type) -> str:
    """The decimal of a whole number's digits."""
    one = "0." + "1".rjust(result.scale, "0") if result.scale else "1"
    unit = f"CAST('{one}' AS DECIMAL({max(result.scale, 1)},{result.scale}))"
    return f"CAST(CAST({digits} AS DECIMAL(38,0)) * {unit} AS {duckdb_type(result)})"


def unscaled(value: str, type_: Type, up: int = 0) -> str:
    """A decimal's digits as a whole number, `up` zeros behind them; by its text where a product could overflow."""
    if type_.precision + type_.scale <= 38:
        wide = f"CAST({value} AS DECIMAL(38,{type_.scale}))" if type_.precision + type_.scale > 18 else value
        digits = f"CAST({wide} * {10**type_.scale} AS HUGEINT)"
    else:
        digits = f"CAST(replace(CAST(CAST({value} AS {duckdb_type(type_)}) AS VARCHAR), '.', '') AS HUGEINT)"
    return f"({digits} * CAST({10**up} AS HUGEINT))" if up else digits


def bitwise(op: str, left: ast.Expr, right: ast.Expr, type_: Type, emitter: Emitter) -> str:
    from starrocks_embedded.emit.functions.constants import literal_text

    storage = duckdb_type(type_)
    value, other = f"CAST({emitter.sql(left)} AS {storage})", emitter.sql(right)
    if op in ("&", "|"):
        return f"({value} {op} CAST({other} AS {storage}))"
    if op == "^":
        return f"xor({value}, CAST({other} AS {storage}))"
    width = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64, "largeint": 128}[type_.name]
    most = max(width, 32) - 1  # a narrower number is shifted as an INT is
    # what a processor makes of more bits depends on how many rows there are: a single row's count is taken modulo
    alone = literal_text(left) is not None and literal_text(right) is not None
    bits = f"CAST({other} AS BIGINT) & {most}" if alone else f"fn.shifted_bits(CAST({other} AS BIGINT), {most})"
    if op == "bitshiftright":
        return f"CAST(fn.shift_right({value}, {bits}) AS {storage})"
    name = "shift_left" if op == "bitshiftleft" else "shift_right_logical"
    if width > 64:
        return f"fn.{name}_128({value}, {bits})"
    return f"CAST(fn.{name}({value}, {bits}, {width}) AS {storage})"


def is_null(emitter: Emitter, expr: ast.IsNull) -> str:
    text = emitter.sql(expr.operand)
    if expr.operand.type.name == "json":  # its own null counts as one
        text = f"nullif({text}, 'null')"
    return f"({text} IS {'NOT ' if expr.negated else ''}NULL)"


def between(emitter: Emitter, expr: ast.Between) -> str:
    word = "NOT BETWEEN" if expr.negated else "BETWEEN"
    return f"({emitter.sql(expr.operand)} {word} {emitter.sql(expr.low)} AND {emitter.sql(expr.high)})"


def in_list(emitter: Emitter, expr: ast.InList) -> str:
    if expr.operand.type.is_nested:
        return nested.among(emitter, expr)
    word = "NOT IN" if expr.negated else "IN"
    return f"({emitter.sql(expr.operand)} {word} ({emitter.list(expr.items)}))"


def in_query(emitter: Emitter, expr: ast.InQuery) -> str:
    operands = emitter.list(expr.operands)
    if len(expr.operands) > 1:
        operands = f"({operands})"
    return f"({operands} {'NOT IN' if expr.negated else 'IN'} ({emitter.query(expr.query)}))"


def exists(emitter: Emitter, expr: ast.Exists) -> str:
    return f"({'NOT ' if expr.negated else ''}EXISTS ({emitter.query(expr.query)}))"


def scalar_query(emitter: Emitter, expr: ast.ScalarQuery) -> str:
    return f"({emitter.query(expr.query)})"


def like(emitter: Emitter, expr: ast.Like) -> str:
    value, pattern = emitter.sql(expr.operand), emitter.sql(expr.pattern)
    if expr.op == "like":
        return f"({value} {'NOT ' if expr.negated else ''}LIKE {pattern} ESCAPE '\\')"
    if expr.op not in ("rlike", "regexp"):
        raise unsupported(f"{expr.op.upper()} predicate")
    from starrocks_embedded.emit.functions.regexps import matches

    text = matches(emitter, value, expr.pattern)
    return f"(NOT {text})" if expr.negated else text


def case(emitter: Emitter, expr: ast.Case) -> str:
    parts = ["CASE"]
    if expr.operand is not None:
        parts.append(emitter.sql(expr.operand))
    parts += [f"WHEN {emitter.sql(c)} THEN {emitter.sql(v)}" for c, v in expr.whens]
    if expr.default is not None:
        parts.append(f"ELSE {emitter.sql(expr.default)}")
    return " ".join([*parts, "END"])


def cast(emitter: Emitter, expr: ast.Cast) -> str:
    from starrocks_embedded.emit.functions.states import looking_into
    from starrocks_embedded.emit.raising import raising_cast

    if expr.operand.type.is_float and (text := folded_cast(emitter, expr)):
        return text
    text = raising_cast(emitter, expr)
    return text if expr.target.name == "varbinary" else looking_into(emitter, text, [expr.operand])


def folded_cast(emitter: Emitter, expr: ast.Cast) -> str:
    """A constant of floating point as the front end converts it: by its shortest digits, without an exponent."""
    constant = fold(expr)
    if constant is None or constant.value is None:
        return ""
    if isinstance(constant.value, Decimal):
        return cast_sql(quote(constant.text), STRING, expr.target)
    return literal(emitter, constant.literal(expr.target))


# ---- nested values


def array_literal(emitter: Emitter, expr: ast.ArrayLiteral) -> str:
    return f"CAST([{emitter.list(expr.items)}] AS {duckdb_type(expr.type)})"


def map_literal(emitter: Emitter, expr: ast.MapLiteral) -> str:
    from starrocks_embedded.emit.functions.maps import map_literal

    return map_literal(emitter, expr)


def subscript(emitter: Emitter, expr: ast.Subscript) -> str:
    value, index = emitter.sql(expr.operand), emitter.sql(expr.index)
    if expr.operand.type.name == "map":
        return f"fn.map_value({value}, {index})"
    if expr.operand.type.name == "struct":
        return f"struct_extract_at({value}, {index})"
    if isinstance(expr.index, ast.Literal) and isinstance(expr.index.value, int) and expr.index.value > 0:
        return f"list_extract({value}, {expr.index.value})"
    return f"CASE WHEN {index} > 0 THEN list_extract({value}, {index}) END"


def field_access(emitter: Emitter, expr: ast.FieldAccess) -> str:
    return f"struct_extract({emitter.sql(expr.operand)}, {quote(expr.name)})"


def arrow(emitter: Emitter, expr: ast.Arrow) -> str:
    from starrocks_embedded.emit.functions.json import queried

    return queried(emitter, expr.operand, expr.path)


def tuple_(emitter: Emitter, expr: ast.Tuple_) -> str:
    return f"({emitter.list(expr.items)})"


def text_of(emitter: Emitter, expr: ast.Expr) -> str:
    return emitter.cast(expr, STRING)


def call(emitter: Emitter, expr: ast.Call) -> str:
    from starrocks_embedded.emit.functions import find
    from starrocks_embedded.emit.functions.decimals import wide_pattern
    from starrocks_embedded.emit.functions.states import looking_into, over_states
    from starrocks_embedded.emit.functions.windows import windowed

    if expr.window is not None:
        return windowed(emitter, expr)
    if is_null_call(expr):
        return f"CAST(NULL AS {duckdb_type(expr.type)})"
    write = find(expr.name, len(expr.args)) if expr.function.combined is None else over_states
    if write is None:
        raise unsupported(f"function {expr.name}()")
    if pattern := wide_pattern(expr):
        return pattern.format(emitter.sql(expr.args[0]))
    with emitter.among_groups(emitter.grouped and not is_aggregate(expr)):
        text = typed(attempted(emitter, expr, write), expr.type)
    if is_aggregate(expr) or expr.function.combined is not None or expr.name in PASSING:
        return text
    return looking_into(emitter, text, expr.args)


def typed(text: str, type_: Type) -> str:
    """A call in its declared type: DuckDB's own result may be wider. A cast to the same type costs nothing."""
    if type_.is_integer or type_.is_float or type_.is_decimal or type_.is_temporal:
        return f"CAST({text} AS {duckdb_type(type_)})"
    if type_.name == "array" and type_.children[0].is_decimal:
        return f"CAST({text} AS {duckdb_type(type_)})"
    return text


def lifted(write: Callable[[Emitter, Any], str]) -> Callable[[Emitter, Any], str]:
    """Only the name of a subquery's value where that is computed elsewhere already."""
    return lambda emitter, expr: emitter.lifted.get(id(expr)) or write(emitter, expr)


def inlined(emitter: Emitter, expr: ast.Inlined) -> str:
    return f"({emitter.sql(expr.body)})"


WRITERS: dict[type[ast.Expr], Callable[[Emitter, Any], str]] = {
    ast.Literal: literal,
    ast.Inlined: inlined,
    Handed: lambda _, expr: expr.text,
    ast.ColumnRef: column_ref,
    ast.Variable: variable,
    ast.OutputRef: output_ref,
    ast.Unary: unary,
    ast.Binary: binary,
    ast.IsNull: is_null,
    ast.Between: between,
    ast.InList: in_list,
    ast.InQuery: lifted(in_query),
    ast.Exists: lifted(exists),
    ast.ScalarQuery: lifted(scalar_query),
    ast.Like: like,
    ast.Case: case,
    ast.Cast: cast,
    ast.ArrayLiteral: array_literal,
    ast.MapLiteral: map_literal,
    ast.Subscript: subscript,
    ast.FieldAccess: field_access,
    ast.Arrow: arrow,
    ast.Tuple_: tuple_,
    ast.Call: call,
}
