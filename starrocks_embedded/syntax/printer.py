"""Expressions back to text, as StarRocks spells them in names of unaliased columns and inside messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, decimal_class
from starrocks_embedded.version import Version

OPERATORS = {
    "div": "DIV", "and": "AND", "or": "OR", "bitshiftleft": "BITSHIFTLEFT", "bitshiftright": "BITSHIFTRIGHT",
    "bitshiftrightlogical": "BITSHIFTRIGHTLOGICAL",
}  # fmt: skip
SLICES = ("time_slice", "date_slice")
TIMESTAMPS = ("timestampadd", "timestampdiff")
ANNOUNCED = ("date_add", "adddate", "date_sub", "subdate", "days_sub")


def expression_text(expr: ast.Expr, version: Version) -> str:
    """The text that names a result column; operands of operators stand in parentheses."""
    return NamePrinter(version).text(expr)


def error_text(expr: ast.Expr, version: Version) -> str:
    """The text of an expression inside an error message."""
    return ErrorPrinter(version).text(expr)


def column_name(expr: ast.Expr, version: Version) -> str:
    """The name of an unaliased select item: a column's own name, else its text."""
    return expr.parts[-1] if isinstance(expr, ast.ColumnRef) else expression_text(expr, version)


def type_text(type_: Type) -> str:
    """A type as it stands in CAST(x AS …) of a generated text."""
    name = type_.name
    if name == "decimal":
        return f"{decimal_class(type_).upper()}({type_.precision},{type_.scale})"
    if name in ("char", "varchar", "varbinary"):
        return name.upper() + ("" if type_.length is None else f"({type_.length})")
    if name == "array":
        return f"ARRAY<{type_text(type_.children[0])}>"
    if name == "map":
        return f"MAP<{','.join(map(type_text, type_.children))}>"
    if name == "struct":
        return str(_struct(type_))
    return "NULL_TYPE" if name == "null" else name.upper()


def _struct(type_: Type) -> str:
    from starrocks_embedded.types import to_sql

    return to_sql(type_)


def string_text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def backquote(name: str) -> str:
    return f"`{name}`"


def double_text(value: float) -> str:
    """A double as Java prints it."""
    if value == 0:
        return "0.0"
    exponent = Decimal(repr(value)).adjusted()
    if -3 <= exponent < 7:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else text + ".0"
    digits = "".join(map(str, Decimal(repr(value)).as_tuple().digits)).rstrip("0") or "0"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def decimal_text(value: Decimal) -> str:
    """A decimal literal: one without a fraction carries E0."""
    text = format(value, "f")
    return text if "." in text else text + "E0"


class NamePrinter:
    """Column names."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def text(self, node: Any) -> str:
        printer: Callable[[Any], str] = getattr(self, f"_{type(node).__name__.lower()}")
        return printer(node)

    def many(self, nodes: Sequence[Any], separator: str = ", ") -> str:
        return separator.join(map(self.text, nodes))

    def operand(self, node: ast.Expr) -> str:
        """An operand: in parentheses unless it is a column or a literal."""
        while isinstance(node, ast.Cast) and node.implicit:
            node = node.operand
        text = self.text(node)
        return text if isinstance(node, ast.ColumnRef | ast.Literal) else f"({text})"

    # ---- operands

    def _literal(self, node: ast.Literal) -> str:
        if node.kind == "null":
            return "NULL"
        if node.kind == "bool":
            return "TRUE" if node.value else "FALSE"
        if node.kind == "decimal":
            return decimal_text(node.value)
        if node.kind == "double":
            return double_text(node.value)
        if node.kind == "binary":
            return f"'{node.value.hex().upper()}'"
        if node.kind in ("string", "date", "datetime"):
            return string_text(str(node.value))
        return str(node.value)

    def _columnref(self, node: ast.ColumnRef) -> str:
        return ".".join(node.parts)

    def _star(self, node: ast.Star) -> str:
        text = ".".join((*node.qualifier, "*"))
        if node.exclude:
            text += f" EXCLUDE ( {','.join(map(backquote, node.exclude))} ) "
        return text

    def _variable(self, node: ast.Variable) -> str:
        if node.scope == "user":
            return f"@{node.name}"
        if not node.scope_written:
            return f"@@{node.name}"
        return f"@@{'GLOBAL' if node.scope == 'global' else 'SESSION'}.{node.name}"

    def _parameter(self, node: ast.Parameter) -> str:
        return "?"

    def _outputref(self, node: ast.OutputRef) -> str:
        return str(node.index + 1)

    def _interval(self, node: ast.Interval) -> str:
        return f"INTERVAL {self.text(node.value)} {node.unit.upper()}"

    def _tuple_(self, node: ast.Tuple_) -> str:
        return f"({self.many(node.items)})"

    # ---- operators

    def _unary(self, node: ast.Unary) -> str:
        if node.op == "not":
            return f"NOT {self.operand(node.operand)}"
        if node.op == "-":
            return f"-1 * {self.operand(node.operand)}"
        return f"{node.op}{self.operand(node.operand)}"

    def _binary(self, node: ast.Binary) -> str:
        operator = OPERATORS.get(node.op, node.op)
        if isinstance(node.right, ast.Interval):
            return f"{self.text(node.left)} {operator} {self.text(node.right)}"
        if isinstance(node.left, ast.Interval):
            return f"{self.text(node.left)} {operator} {self.text(node.right)}"
        return f"{self.operand(node.left)} {operator} {self.operand(node.right)}"

    def _isnull(self, node: ast.IsNull) -> str:
        return f"{self.operand(node.operand)} IS {'NOT ' if node.negated else ''}NULL"

    def _between(self, node: ast.Between) -> str:
        word = "NOT BETWEEN" if node.negated else "BETWEEN"
        return f"{self.operand(node.operand)} {word} {self.operand(node.low)} AND {self.operand(node.high)}"

    def _inlist(self, node: ast.InList) -> str:
        word = "NOT IN" if node.negated else "IN"
        return f"{self.operand(node.operand)} {word} ({', '.join(map(self.operand, node.items))})"

    def _inquery(self, node: ast.InQuery) -> str:
        word = "NOT IN" if node.negated else "IN"
        subquery = f"({self.query(node.query)})"
        if len(node.operands) > 1:
            return f"({self.many(node.operands)}) {word} ({subquery})"
        return f"{self.operand(node.operands[0])} {word} (({subquery}))"

    def _exists(self, node: ast.Exists) -> str:
        return f"{'NOT ' if node.negated else ''}EXISTS ({self.query(node.query)})"

    def _scalarquery(self, node: ast.ScalarQuery) -> str:
        return f"({self.query(node.query)})"

    def _like(self, node: ast.Like) -> str:
        word = "MATCH" if node.op.startswith("match") else node.op.upper()
        text = f"{self.operand(node.operand)} {word} {self.operand(node.pattern)}"
        return f"NOT ({text})" if node.negated else text

    def _case(self, node: ast.Case) -> str:
        parts = ["CASE"]
        if node.operand is not None:
            parts.append(self.operand(node.operand))
        for condition, result in node.whens:
            parts.append(f"WHEN {self.operand(condition)} THEN {self.operand(result)}")
        if node.default is not None:
            parts.append(f"ELSE {self.operand(node.default)}")
        return " ".join((*parts, "END"))

    def _cast(self, node: ast.Cast) -> str:
        if node.implicit:
            return self.text(node.operand)
        return f"CAST({self.operand(node.operand)} AS {type_text(node.target)})"

    # ---- nested values

    def _arrayliteral(self, node: ast.ArrayLiteral) -> str:
        return f"[{self.many(node.items)}]"

    def _mapliteral(self, node: ast.MapLiteral) -> str:
        return "map{" + ",".join(f"{self.text(k)}:{self.text(v)}" for k, v in node.entries) + "}"

    def _subscript(self, node: ast.Subscript) -> str:
        return f"{self.text(node.operand)}[{self.text(node.index)}]"

    def _fieldaccess(self, node: ast.FieldAccess) -> str:
        return f"{self.text(node.operand)}.{node.name}"

    def _arrow(self, node: ast.Arrow) -> str:
        return f"{self.text(node.operand)}->{self.text(node.path)}"

    def _lambda(self, node: ast.Lambda) -> str:
        names = node.params[0] if len(node.params) == 1 else f"({', '.join(node.params)})"
        return f"{names} -> {self.text(node.body)}"

    # ---- calls

    def _call(self, node: ast.Call) -> str:
        text = f"{self.call_name(node)}({self.arguments(node)})"
        return text if node.window is None else f"{text} OVER ({self.window(node.window)})"

    def call_name(self, node: ast.Call) -> str:
        return f"{node.name}_if" if node.filter is not None else node.written or node.name

    def arguments(self, node: ast.Call) -> str:
        head = "*" if node.star and node.filter is None else "DISTINCT " if node.distinct else ""
        if node.name in SLICES and len(node.args) == 4:
            value, unit, boundary = node.args[1:]
            return f"{self.text(node.args[0])}, INTERVAL {self.text(value)} {_plain(unit)}, {_plain(boundary)}"
        if node.name in TIMESTAMPS:
            return f"{_plain(node.args[0]).upper()}, {self.many(node.args[1:])}"
        if node.name in ("array_agg", "group_concat") and node.filter is None:
            return head + self.aggregated(node)
        args = [*node.args, node.filter] if node.filter is not None else node.args
        texts = [self.text(a) for a in args]
        if node.ignore_nulls and texts and isinstance(node.args[0], ast.ColumnRef):
            texts = [
                t + " ignore nulls" if isinstance(a, ast.ColumnRef) else t for t, a in zip(texts, args, strict=True)
            ]
        return head + ", ".join(texts)

    def aggregated(self, node: ast.Call) -> str:
        text = self.many(node.args, ",")
        if node.order_by:
            text += " ORDER BY " + self.many(node.order_by)
        if node.separator is not None:
            text += f" SEPARATOR {self.text(node.separator)}"
        return text

    def window(self, node: ast.Window) -> str:
        text = ""
        if node.partition_by:
            text += f"PARTITION BY {self.many(node.partition_by)} "
        if node.order_by:
            text += f"ORDER BY {self.many(node.order_by)} "
        return text + (self.text(node.frame) if node.frame is not None else "")

    def _frame(self, node: ast.Frame) -> str:
        if node.end is None:
            return f"{node.unit.upper()} {self.bound(node.start)}"
        return f"{node.unit.upper()} BETWEEN {self.bound(node.start)} AND {self.bound(node.end)}"

    def bound(self, bound: tuple[str, ast.Expr | None]) -> str:
        kind, offset = bound
        return kind.upper() if offset is None else f"{self.text(offset)} {kind.upper()}"

    def _orderitem(self, node: ast.OrderItem) -> str:
        text = self.text(node.expr) + (" DESC" if node.descending else " ASC")
        if node.nulls_first is not None and node.nulls_first == node.descending:
            text += " NULLS FIRST" if node.nulls_first else " NULLS LAST"
        return text

    def query(self, query: ast.Query) -> str:
        from starrocks_embedded.syntax.query_printer import query_text

        return query_text(query, self.version, self)


def _plain(node: ast.Expr) -> str:
    return str(node.value) if isinstance(node, ast.Literal) else ""


class ErrorPrinter(NamePrinter):
    """Expressions in messages: no parentheses around operands, columns with their table."""

    def operand(self, node: ast.Expr) -> str:
        return self.text(node)

    def _columnref(self, node: ast.ColumnRef) -> str:
        relation = getattr(node.slot, "relation", None)
        if relation is None:
            return ".".join(node.parts)
        return f"{relation_name(relation)}.`{node.slot.name}`" + "".join(f".{p}" for p in node.path)

    def _literal(self, node: ast.Literal) -> str:
        if node.kind == "decimal":
            return format(node.value, "f")
        return super()._literal(node)

    def _unary(self, node: ast.Unary) -> str:
        if node.op == "not":
            return f"NOT ({self.text(node.operand)})"
        return f"-1 * {self.text(node.operand)}" if node.op == "-" else f"{node.op} {self.text(node.operand)}"

    def _binary(self, node: ast.Binary) -> str:
        if node.op in ("and", "or"):
            return f"({self.text(node.left)}) {node.op.upper()} ({self.text(node.right)})"
        return super()._binary(node)


def relation_name(relation: ast.Relation) -> str:
    """`db`.`table` of a relation, or its alias alone."""
    if relation.alias is not None:
        return backquote(relation.alias)
    if isinstance(relation, ast.TableRef):
        return ".".join(map(backquote, relation.parts[-2:]))
    return ""
