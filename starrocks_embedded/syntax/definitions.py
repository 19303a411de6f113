"""Clauses that define tables: columns, indexes, keys, partitions, distribution; shared by CREATE, ALTER and CTAS."""

from __future__ import annotations

from dataclasses import dataclass, field

from starrocks_embedded.errors import Span, analysis_error, syntax_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.datatypes import NAMES, may_have_length, parse_type
from starrocks_embedded.syntax.expressions import parse_expression
from starrocks_embedded.syntax.lexer import Token
from starrocks_embedded.types import VARCHAR, Type

AGGREGATES = (
    "SUM", "MAX", "MIN", "REPLACE", "HLL_UNION", "BITMAP_UNION", "PERCENTILE_UNION", "REPLACE_IF_NOT_NULL",
)  # fmt: skip
NOT_TYPES = (
    *AGGREGATES,
    "KEY",
    "NOT",
    "NULL",
    "DEFAULT",
    "AUTO_INCREMENT",
    "AS",
    "COMMENT",
    "CHARSET",
    "CHARACTER",
    ",",
    ")",
)


@dataclass
class ColumnDef:
    """A column as written. `default` is the expression after DEFAULT; `state` the argument types of an aggregate
    function whose state the column keeps."""

    name: str
    type: Type
    span: Span
    charset: str = "utf8"
    key: bool = False
    aggregate: str = ""
    state: tuple[Type, ...] | None = None
    state_span: Span = NOWHERE
    nullable: bool | None = None
    default: ast.Expr | None = None
    default_text: str = ""
    auto_increment: bool = False
    generated: ast.Expr | None = None
    comment: str = ""
    partition_expression: bool = False  # a hidden column that holds a partition expression's value


@dataclass
class IndexDef:
    name: str
    columns: tuple[str, ...]
    kind: str
    properties: dict[str, str]
    comment: str
    span: Span


@dataclass
class KeysClause:
    """kind: duplicate, aggregate, unique, primary."""

    kind: str
    columns: tuple[str, ...]
    span: Span
    derived: bool = False


@dataclass
class FixedRange:
    """A named range: `lower` None means LESS THAN `upper`; a None inside stands for MAXVALUE."""

    name: str
    lower: tuple[str | None, ...] | None
    upper: tuple[str | None, ...]
    properties: dict[str, str] | None = None
    if_not_exists: bool = False
    maximum: bool = False  # LESS THAN MAXVALUE without parentheses


@dataclass
class BatchRange:
    """START … END … EVERY …; `unit` is empty for EVERY (n)."""

    start: str
    end: str
    step: int
    unit: str


@dataclass
class ListValues:
    """A named list partition; `several` tells (('a', 'b'), …) from ('a', …)."""

    name: str
    values: tuple[tuple[str | None, ...], ...]
    several: bool
    properties: dict[str, str] | None = None
    if_not_exists: bool = False


@dataclass
class PartitionClause:
    """kind: range, list, or expression for what creates its partitions by itself. `items` are column names or
    function calls; `partitions` None where no parentheses were written."""

    kind: str
    items: list[str | ast.Call]
    span: Span
    texts: tuple[str, ...] = ()
    partitions: list[FixedRange | BatchRange | ListValues] | None = None
    parenthesised: bool = False  # PARTITION BY (a, b) rather than a, b


@dataclass
class DistributionClause:
    kind: str
    columns: tuple[str, ...]
    buckets: int
    span: Span


@dataclass
class SortItem:
    expr: ast.Expr
    descending: bool = False


@dataclass
class RollupClause:
    """name (columns) [DUPLICATE KEY (columns)] [FROM index]"""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    source: str = ""


@dataclass
class TableClauses:
    """What may follow the columns; each None or empty when it was not written."""

    engine: str = ""
    charset: str = ""
    keys: KeysClause | None = None
    comment: str | None = None
    partition: PartitionClause | None = None
    distribution: DistributionClause | None = None
    order_by: list[SortItem] | None = None
    properties: dict[str, str] | None = None
    rollups: list[RollupClause] = field(default_factory=list)


# ---- columns and indexes


def parse_column(cursor: Cursor) -> ColumnDef:
    start = cursor.token
    name = cursor.identifier()
    if _unknown_word(cursor):
        cursor.advance()
        cursor.expect("(")
    typeless = cursor.version.at_least("3.4") and cursor.token.key in NOT_TYPES
    written = None if cursor.done or typeless or _state_follows(cursor) else parse_type(cursor)
    column = ColumnDef(name, written or VARCHAR, cursor.since(start))
    column.charset = _charset(cursor)
    column.key = cursor.accept("KEY")
    _aggregate(cursor, column)
    if cursor.accept("NOT", "NULL"):
        column.nullable = False
        if column.state is not None:
            raise syntax_error(f"Agg state column {name} must be nullable column", start.line, start.column)
    elif cursor.accept("NULL"):
        column.nullable = True
    _value(cursor, column)
    if cursor.accept("COMMENT"):
        column.comment = cursor.string()
    column.span = cursor.since(start)
    if written is None and column.state is None:
        message = f"Unsupported type specification: 'Column's type is null and it's not agg state column{name}'"
        raise syntax_error(message, start.line, start.column)
    return column


def _charset(cursor: Cursor) -> str:
    if cursor.accept("CHARSET") or cursor.accept("CHAR", "SET") or cursor.accept("CHARACTER", "SET"):
        return cursor.identifier()
    return "utf8"


def _aggregate(cursor: Cursor, column: ColumnDef) -> None:
    word = cursor.token.key
    if word in AGGREGATES and cursor.peek().key != "(":
        column.aggregate = cursor.advance().key.lower()
    elif _state_follows(cursor):
        start = cursor.token
        column.aggregate = cursor.advance().text.lower()
        column.state = tuple(cursor.list_in_parentheses(lambda: _state_type(cursor)))
        column.state_span = cursor.since(start)
    elif _state_without_types(cursor):
        cursor.advance()
        cursor.expect("(")


def _state_follows(cursor: Cursor) -> bool:
    """avg(bigint): the state of an aggregate function, which is no type."""
    word = cursor.token
    if word.kind != "word" or cursor.peek().key != "(" or not cursor.version.at_least("3.4"):
        return False
    return not may_have_length(word.key) and (word.key in AGGREGATES or word.key not in NOT_TYPES)


def _state_without_types(cursor: Cursor) -> bool:
    """A last word that is none of a column's can only be the function of a state, whose parenthesis is missed then."""
    word = cursor.token
    known = word.key in NOT_TYPES or word.key == "FIRST"
    return cursor.version.at_least("3.4") and word.kind == "word" and not known and cursor.peek().key in (",", ")")


def _unknown_word(cursor: Cursor) -> bool:
    """A word that is no type can only be the function of a state (from 3.4), whose parenthesis is missed then."""
    word = cursor.token
    if not cursor.version.at_least("3.4"):
        return False
    known = word.key in NOT_TYPES or word.key in NAMES or word.key == "VARIANT"
    return word.kind == "word" and not known and cursor.at_identifier() and not _state_follows(cursor)


def _state_type(cursor: Cursor) -> Type:
    type_ = parse_type(cursor)
    if cursor.accept("NOT"):
        cursor.expect("NULL")
    else:
        cursor.accept("NULL")
    return type_


def _value(cursor: Cursor, column: ColumnDef) -> None:
    if cursor.accept("AUTO_INCREMENT"):
        column.auto_increment = True
    elif cursor.accept("AS"):
        column.generated = parse_expression(cursor)
        if column.key:
            raise cursor.refuse("Generated Column can not be KEY")
    elif cursor.accept("DEFAULT"):
        _default(cursor, column)


def _default(cursor: Cursor, column: ColumnDef) -> None:
    start = cursor.token
    column.default = _current_timestamp(cursor) or _bare_call(cursor)
    if column.default is None:
        if not cursor.version.at_least("4.0") and start.kind != "string" and start.key != "NULL":
            raise cursor.unexpected("SINGLE_QUOTED_TEXT", "DOUBLE_QUOTED_TEXT", "NULL", "CURRENT_TIMESTAMP", "(")
        column.default = parse_expression(cursor)
    column.default_text = cursor.source_since(start)


def _current_timestamp(cursor: Cursor) -> ast.Expr | None:
    if not cursor.accept("CURRENT_TIMESTAMP"):
        return None
    args: list[ast.Expr] = []
    if cursor.version.at_least("3.4") and cursor.accept("("):
        if cursor.token.kind == "int":
            args.append(ast.Literal("int", cursor.integer()))
        cursor.expect(")")
    return ast.Call("current_timestamp", args)


def _bare_call(cursor: Cursor) -> ast.Expr | None:
    """(uuid())"""
    if not (
        cursor.looking_at("(") and cursor.peek(2).key == "(" and cursor.peek(3).key == ")" and cursor.peek(4).key == ")"
    ):
        return None
    cursor.advance()
    name = cursor.identifier()
    cursor.expect("(", ")", ")")
    return ast.Call(name.lower(), [], written=f"({name}())")


def parse_index(cursor: Cursor) -> IndexDef:
    """After the word INDEX."""
    start = cursor.previous
    return parse_index_body(cursor, start, cursor.identifier())


def parse_index_body(cursor: Cursor, start: Token, name: str) -> IndexDef:
    """(columns) [USING kind [(properties)]] [COMMENT …]"""
    columns = tuple(cursor.list_in_parentheses(cursor.identifier))
    kind, properties = "bitmap", {}
    if cursor.accept("USING"):
        kinds = (
            ("BITMAP", "GIN", "NGRAMBF", "VECTOR") if cursor.version.at_least("3.4") else ("BITMAP", "GIN", "NGRAMBF")
        )
        kind = cursor.expect_any(*kinds).lower()
        if cursor.looking_at("("):
            properties = cursor.properties()
    comment = cursor.string() if cursor.accept("COMMENT") else ""
    return IndexDef(name, columns, kind, properties, comment, cursor.since(start))


# ---- table clauses


def parse_table_clauses(cursor: Cursor) -> TableClauses:
    """Everything between the columns and the end (or AS), in its fixed order."""
    clauses = TableClauses()
    if cursor.accept("ENGINE"):
        cursor.expect("=")
        clauses.engine = cursor.identifier()
    clauses.charset = parse_charset(cursor)
    clauses.keys = parse_keys(cursor)
    if cursor.accept("COMMENT"):
        clauses.comment = cursor.string()
    clauses.partition = parse_partition_by(cursor)
    clauses.distribution = parse_distribution(cursor)
    clauses.order_by = parse_order_by(cursor)
    if cursor.accept("ROLLUP"):
        clauses.rollups = cursor.list_in_parentheses(lambda: parse_rollup(cursor))
    if cursor.accept("PROPERTIES"):
        clauses.properties = parse_properties(cursor)
    return clauses


def parse_charset(cursor: Cursor) -> str:
    default = cursor.accept("DEFAULT")
    if not (cursor.accept("CHARSET") or cursor.accept("CHAR", "SET") or cursor.accept("CHARACTER", "SET")):
        if default:
            raise cursor.unexpected("CHARACTER", "CHARSET", "CHAR")
        return ""
    cursor.accept("=")
    return cursor.name_or_string()


def parse_properties(cursor: Cursor) -> dict[str, str]:
    """Keys lose the blanks around them, as everywhere in StarRocks."""
    if cursor.looking_at("(", ")"):
        cursor.advance()
        raise cursor.unexpected("SINGLE_QUOTED_TEXT", "DOUBLE_QUOTED_TEXT")
    pairs: dict[str, str] = {}
    for key, value in cursor.list_in_parentheses(lambda: _property(cursor)):
        pairs[key] = value
    return pairs


def _property(cursor: Cursor) -> tuple[str, str]:
    key = cursor.string()
    cursor.expect("=")
    return key.strip(), cursor.string()


def parse_keys(cursor: Cursor) -> KeysClause | None:
    if not (cursor.looking_at_any("DUPLICATE", "AGGREGATE", "UNIQUE", "PRIMARY")):
        return None
    start = cursor.token
    kind = cursor.advance().key.lower()
    cursor.expect("KEY")
    columns = tuple(cursor.list_in_parentheses(cursor.identifier))
    return KeysClause(kind, columns, cursor.since(start))


def parse_distribution(cursor: Cursor) -> DistributionClause | None:
    start = cursor.token
    if not cursor.accept("DISTRIBUTED"):
        return None
    cursor.expect("BY")
    columns: tuple[str, ...] = ()
    kind = cursor.expect_any("HASH", "RANDOM").lower()
    if kind == "hash":
        columns = tuple(cursor.list_in_parentheses(cursor.identifier))
    buckets = 0
    if cursor.accept("BUCKETS"):
        if cursor.token.kind != "int":
            raise cursor.unexpected("INTEGER_VALUE")
        buckets = cursor.integer()
    return DistributionClause(kind, columns, buckets, cursor.since(start))


def parse_order_by(cursor: Cursor) -> list[SortItem] | None:
    if not cursor.accept("ORDER"):
        return None
    cursor.expect("BY")
    return cursor.list_in_parentheses(lambda: _sort_item(cursor))


def _sort_item(cursor: Cursor) -> SortItem:
    if not cursor.version.at_least("4.0"):
        start = cursor.token
        name = cursor.identifier()
        return SortItem(ast.ColumnRef((name,), span=cursor.since(start)))
    expr = parse_expression(cursor)
    descending = cursor.accept_any("ASC", "DESC") == "DESC"
    if cursor.accept("NULLS"):
        cursor.expect_any("FIRST", "LAST")
    return SortItem(expr, descending)


def parse_rollup(cursor: Cursor) -> RollupClause:
    rollup = RollupClause(cursor.identifier(), tuple(cursor.list_in_parentheses(cursor.identifier)))
    if cursor.accept("DUPLICATE"):
        cursor.expect("KEY")
        rollup.keys = tuple(cursor.list_in_parentheses(cursor.identifier))
    if cursor.accept("FROM"):
        rollup.source = cursor.identifier()
    if cursor.accept("PROPERTIES"):
        cursor.properties()
    return rollup


# ---- partitions


def parse_partition_by(cursor: Cursor) -> PartitionClause | None:
    start = cursor.token
    if not cursor.accept("PARTITION"):
        return None
    cursor.expect("BY")
    if cursor.looking_at("RANGE"):
        clause = _partition_by_range(cursor)
    elif cursor.accept("LIST"):
        clause = _partition_by_list(cursor, named=True)
    elif cursor.looking_at("("):
        clause = _partition_by_list(cursor)
    else:
        clause = _partition_by_items(cursor)
    clause.span = cursor.since(start)
    return clause


def _partition_by_range(cursor: Cursor) -> PartitionClause:
    cursor.expect("RANGE")
    items: list[str | ast.Call]
    first = cursor.token
    if cursor.looking_at("(") and cursor.peek(2).key in (",", ")"):
        items = list(cursor.list_in_parentheses(cursor.identifier))
        texts = tuple(str(i) for i in items)
    else:
        expr = parse_expression(cursor)
        items, texts = [_call(expr, cursor)], (cursor.source_since(first),)
    return PartitionClause("range", items, cursor.since(first), texts, parse_ranges(cursor))


def _call(expr: ast.Expr, cursor: Cursor) -> ast.Call:
    if not isinstance(expr, ast.Call):
        raise analysis_error("Unsupported partition expression")
    return expr


def _partition_by_list(cursor: Cursor, named: bool = False) -> PartitionClause:
    """What is `named` a LIST never makes partitions by itself, even where none are written."""
    columns = cursor.list_in_parentheses(cursor.identifier)
    partitions: list[FixedRange | BatchRange | ListValues] | None = None
    if cursor.accept("("):
        partitions = []
        if not cursor.looking_at(")"):
            partitions.extend(cursor.separated(lambda: parse_list_values(cursor)))
        cursor.expect(")")
    kind = "expression" if partitions is None and not named else "list"
    return PartitionClause(kind, list(columns), Span(0, 0, 0, 0), tuple(columns), partitions, True)


def _partition_by_items(cursor: Cursor) -> PartitionClause:
    pairs = cursor.separated(lambda: _partition_item(cursor))
    items = [item for item, _ in pairs]
    partitions = parse_ranges(cursor) if len(items) == 1 and cursor.looking_at("(") else None
    return PartitionClause("expression", items, Span(0, 0, 0, 0), tuple(t for _, t in pairs), partitions)


def _partition_item(cursor: Cursor) -> tuple[str | ast.Call, str]:
    start = cursor.token
    if cursor.peek().key != "(":
        name = cursor.identifier()
        if not cursor.version.at_least("3.4"):
            raise cursor.unexpected("(")
        return name, name
    expr = parse_expression(cursor)
    return _call(expr, cursor), cursor.source_since(start)


def parse_ranges(cursor: Cursor) -> list[FixedRange | BatchRange | ListValues]:
    cursor.expect("(")
    ranges: list[FixedRange | BatchRange | ListValues] = []
    if not cursor.looking_at(")"):
        ranges.extend(cursor.separated(lambda: parse_range(cursor)))
    cursor.expect(")")
    return ranges


def parse_range(cursor: Cursor) -> FixedRange | BatchRange:
    """PARTITION p VALUES … or START … END … EVERY …"""
    if cursor.looking_at("START"):
        return parse_batch(cursor)
    name, if_not_exists = _partition_name(cursor)
    lower: tuple[str | None, ...] | None = None
    maximum = False
    if cursor.accept("LESS"):
        cursor.expect("THAN")
        maximum = cursor.accept("MAXVALUE")
        upper = (None,) if maximum else tuple(cursor.list_in_parentheses(lambda: _bound(cursor)))
    else:
        cursor.expect("[")
        lower = tuple(cursor.list_in_parentheses(lambda: _bound(cursor)))
        cursor.expect(",")
        upper = tuple(cursor.list_in_parentheses(lambda: _bound(cursor)))
        cursor.expect(")")
    return FixedRange(name, lower, upper, _partition_properties(cursor), if_not_exists, maximum)


def parse_batch(cursor: Cursor) -> BatchRange:
    cursor.expect("START")
    start = cursor.in_parentheses(cursor.string)
    cursor.expect("END")
    end = cursor.in_parentheses(cursor.string)
    cursor.expect("EVERY", "(")
    unit = ""
    if cursor.accept("INTERVAL"):
        step = cursor.integer()
        unit = cursor.identifier() if cursor.token.kind == "quoted" else cursor.advance().text
    else:
        step = cursor.integer()
    cursor.expect(")")
    return BatchRange(start, end, step, unit.lower())


def _bound(cursor: Cursor) -> str | None:
    return None if cursor.accept("MAXVALUE") else cursor.string()


def _partition_name(cursor: Cursor) -> tuple[str, bool]:
    cursor.expect("PARTITION")
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.identifier()
    cursor.expect("VALUES")
    return name, if_not_exists


def _partition_properties(cursor: Cursor) -> dict[str, str] | None:
    return dict(cursor.list_in_parentheses(lambda: _property(cursor))) if cursor.looking_at("(") else None


def parse_list_values(cursor: Cursor) -> ListValues:
    """PARTITION p VALUES IN ('a', …) or IN (('a', 'b'), …)"""
    name, if_not_exists = _partition_name(cursor)
    cursor.expect("IN")
    several = cursor.looking_at("(", "(")
    if several:
        rows = cursor.list_in_parentheses(lambda: tuple(cursor.list_in_parentheses(lambda: _list_value(cursor))))
    else:
        rows = [(v,) for v in cursor.list_in_parentheses(lambda: _list_value(cursor))]
    return ListValues(name, tuple(rows), several, _partition_properties(cursor), if_not_exists)


def _list_value(cursor: Cursor) -> str | None:
    return None if cursor.accept("NULL") else cursor.string()
