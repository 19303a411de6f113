"""The syntax tree of expressions and queries. The analyzer fills `type` and `nullable`; nothing else is mutated.

Positions are those StarRocks prints in its errors. Names keep the case of the source text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starrocks_embedded.errors import Span
from starrocks_embedded.types import NULL, Type

NOWHERE = Span(0, 0, 0, 0)


@dataclass(eq=False, kw_only=True)
class Node:
    span: Span = field(default=NOWHERE, repr=False)


# ---- expressions -----------------------------------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class Expr(Node):
    type: Type = NULL
    nullable: bool = True


@dataclass(eq=False)
class Literal(Expr):
    """kind: null, bool, int, decimal, double, string, binary, date, datetime. `value` is the Python value
    (int, Decimal, float, str, bytes, bool, None; date/datetime keep their text), `text` the source text."""

    kind: str
    value: Any
    text: str = ""


@dataclass(eq=False)
class ColumnRef(Expr):
    """a, t.a, db.t.a, cat.db.t.a, and struct fields: the analyzer decides where the name ends and fields begin.
    It sets `slot` to the relation's output column it found and `path` to the trailing struct fields."""

    parts: tuple[str, ...]
    slot: Any = None
    path: tuple[str, ...] = ()


@dataclass(eq=False)
class Star(Expr):
    qualifier: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(eq=False)
class Unary(Expr):
    """op: - + ~ ! not"""

    op: str
    operand: Expr


@dataclass(eq=False)
class Binary(Expr):
    """Arithmetic: + - * / % div & | ^ bitshiftleft bitshiftright bitshiftrightlogical.
    Comparison: = != < <= > >= <=>. Logic: and or xor. `||` arrives as `or` or, by sql_mode, as a concat call."""

    op: str
    left: Expr
    right: Expr


@dataclass(eq=False)
class IsNull(Expr):
    operand: Expr
    negated: bool = False


@dataclass(eq=False)
class Between(Expr):
    operand: Expr
    low: Expr
    high: Expr
    negated: bool = False


@dataclass(eq=False)
class InList(Expr):
    operand: Expr
    items: list[Expr]
    negated: bool = False


@dataclass(eq=False)
class InQuery(Expr):
    """(a, b) in (select …): operands has one or more members. `scattered` is the complaint, once analyzed, if it stands
    elsewhere than as a condition of WHERE."""

    operands: list[Expr]
    query: Query
    negated: bool = False
    scattered: str = ""


@dataclass(eq=False)
class Exists(Expr):
    query: Query
    negated: bool = False


@dataclass(eq=False)
class ScalarQuery(Expr):
    query: Query


@dataclass(eq=False)
class Like(Expr):
    """op: like, rlike, regexp, match, match_any, match_all"""

    op: str
    operand: Expr
    pattern: Expr
    negated: bool = False


@dataclass(eq=False)
class Case(Expr):
    operand: Expr | None
    whens: list[tuple[Expr, Expr]]
    default: Expr | None


@dataclass(eq=False)
class Cast(Expr):
    """`implicit` casts are written by the analyzer; they print as nothing."""

    operand: Expr
    target: Type
    implicit: bool = False


@dataclass(eq=False)
class OrderItem(Node):
    expr: Expr
    descending: bool = False
    nulls_first: bool | None = None  # None: StarRocks' default (first when ascending, last when descending)


@dataclass(eq=False)
class Frame(Node):
    """unit: rows or range. A bound is (kind, expr): unbounded preceding, preceding, current row, following,
    unbounded following."""

    unit: str
    start: tuple[str, Expr | None]
    end: tuple[str, Expr | None] | None = None


@dataclass(eq=False)
class Window(Node):
    partition_by: list[Expr]
    order_by: list[OrderItem]
    frame: Frame | None = None
    hint: str = ""


@dataclass(eq=False)
class Call(Expr):
    """A function call. `name` is lower-case, `written` as in the source, `spelling` the same where calls that are
    written differently are different (from 4.0). date_add and its kind carry an Interval argument; timestampadd/diff
    and date_trunc's unit arrive as string literals. The analyzer sets `function`."""

    name: str
    args: list[Expr]
    written: str = ""
    spelling: str = ""
    database: str = ""
    distinct: bool = False
    star: bool = False  # count(*)
    order_by: list[OrderItem] = field(default_factory=list)
    separator: Expr | None = None
    filter: Expr | None = None
    ignore_nulls: bool = False
    window: Window | None = None
    function: Any = None


@dataclass(eq=False)
class Inlined(Expr):
    """The body of a SQL function with the call's arguments in it; `function` is the call as written."""

    body: Expr
    function: Call


@dataclass(eq=False)
class Interval(Expr):
    """unit: lower-case singular (day, week, …)."""

    value: Expr
    unit: str


@dataclass(eq=False)
class ArrayLiteral(Expr):
    items: list[Expr]
    declared: Type | None = None


@dataclass(eq=False)
class MapLiteral(Expr):
    entries: list[tuple[Expr, Expr]]
    declared: Type | None = None


@dataclass(eq=False)
class Subscript(Expr):
    operand: Expr
    index: Expr


@dataclass(eq=False)
class FieldAccess(Expr):
    """expr.field where expr is no plain name."""

    operand: Expr
    name: str


@dataclass(eq=False)
class Arrow(Expr):
    """json -> 'path'"""

    operand: Expr
    path: Expr


@dataclass(eq=False)
class Lambda(Expr):
    params: tuple[str, ...]
    body: Expr
    columns: list[Any] = field(default_factory=list)  # what the parameters are, once analyzed


@dataclass(eq=False)
class Variable(Expr):
    """@x (scope 'user'), @@x, @@session.x, @@global.x (scope 'session' or 'global')."""

    name: str
    scope: str
    scope_written: bool = False


@dataclass(eq=False)
class Parameter(Expr):
    """? of a prepared statement."""


@dataclass(eq=False)
class OutputRef(Expr):
    """The select list's item of that index (from 0): what the analyzer makes of ORDER BY 1 or an ordered alias."""

    index: int


@dataclass(eq=False)
class Tuple_(Expr):
    """(a, b) where several expressions stand together, as in (a, b) in (…)."""

    items: list[Expr]


# ---- relations -------------------------------------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class Relation(Node):
    alias: str | None = None
    column_aliases: tuple[str, ...] = ()
    # filled by the analyzer: what the relation offers to its scope, and its unique name in the DuckDB text
    columns: list[Any] = field(default_factory=list)  # analysis.scope.OutputColumn
    key: str = ""


@dataclass(eq=False)
class TableRef(Relation):
    """[catalog.][database.]table. `system_time`, `sample` and bracket hints are kept as parsed."""

    parts: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    temporary_partitions: bool = False
    tablets: tuple[int, ...] = ()
    hints: tuple[str, ...] = ()
    sample: dict[str, str] | None = None
    travel: Expr | None = None
    # filled by the analyzer, exactly one of them: a stored table, a view's analyzed query, a CTE, a system table
    table: Any = None
    view: Any = None
    cte: Cte | None = None
    system: Any = None
    home: tuple[str, str] = ("", "")  # the catalog and database it was found in


@dataclass(eq=False)
class Derived(Relation):
    """(select …) alias"""

    query: Query
    lateral: bool = False


@dataclass(eq=False)
class TableFunction(Relation):
    """unnest(…), generate_series(…), table(f(…)), files(k = v, …)."""

    name: str
    args: list[Expr]
    named: dict[str, Expr] = field(default_factory=dict)
    properties: dict[str, str] | None = None
    lateral: bool = False
    normalized: bool = False  # TABLE(f(…)): may stand alone
    files: Any = None  # files.reading.FileSet, filled by the analyzer


@dataclass(eq=False)
class ValuesRelation(Relation):
    """(values (1, 2), …) alias (a, b)"""

    rows: list[list[Expr]]


@dataclass(eq=False)
class Skew(Node):
    """What a join's hint [skew|column(values)] says."""

    column: Expr
    values: list[Expr]


@dataclass(eq=False)
class Join(Relation):
    """kind: inner, cross, left, right, full, left semi, left anti, right semi, right anti, asof, asof left."""

    kind: str
    left: Relation
    right: Relation
    on: Expr | None = None
    using: tuple[str, ...] = ()
    hint: str = ""
    skew: Skew | None = None
    lateral: bool = False


@dataclass(eq=False)
class Pivot(Relation):
    source: Relation
    aggregates: list[tuple[Expr, str | None]]
    keys: list[Expr]
    values: list[tuple[list[Expr], str | None]]
    query: Any = None  # what the analyzer makes of it


# ---- queries ---------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Cte(Node):
    """A recursive one is analyzed into its first operand, the others and their types; `stored` is DuckDB's text for the
    rows, once they are computed."""

    name: str
    columns: tuple[str, ...]
    query: Query
    anchor: Any = None
    steps: list[Any] = field(default_factory=list)
    types: list[Type] = field(default_factory=list)
    step_types: list[list[Type]] = field(default_factory=list)
    is_distinct: bool = False
    stored: str = ""


@dataclass(eq=False)
class Query(Node):
    """[WITH …] body [ORDER BY …] [LIMIT …]. `body` is a Select, SetOperation, Values or Query in parentheses."""

    body: Node
    ctes: list[Cte] = field(default_factory=list)
    recursive: bool = False
    order_by: list[OrderItem] = field(default_factory=list)
    order_by_all: bool = False
    limit: Expr | None = None
    offset: Expr | None = None
    outfile: dict[str, Any] | None = None


@dataclass(eq=False)
class SelectItem(Node):
    """`text` is the source text of the expression, between its first and last token."""

    expr: Expr
    alias: str | None = None
    text: str = ""


@dataclass(eq=False)
class Grouping(Node):
    """kind: plain, all, rollup, cube, sets."""

    kind: str
    exprs: list[Expr] = field(default_factory=list)
    sets: list[list[Expr]] = field(default_factory=list)


@dataclass(eq=False)
class Select(Node):
    items: list[SelectItem]
    distinct: bool = False
    source: Relation | None = None
    where: Expr | None = None
    group_by: Grouping | None = None
    having: Expr | None = None
    qualify: Expr | None = None
    hints: dict[str, str] = field(default_factory=dict)  # SET_VAR
    variable_hints: dict[str, Expr] = field(default_factory=dict)  # set_user_variable


@dataclass(eq=False)
class SetOperation(Node):
    """op: union, except, intersect (MINUS is except)."""

    op: str
    left: Node
    right: Node
    all: bool = False


@dataclass(eq=False)
class Values(Node):
    rows: list[list[Expr]]
