"""CREATE MATERIALIZED VIEW, the asynchronous kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.created_columns import stored_type
from starrocks_embedded.catalog.indexes import build_indexes
from starrocks_embedded.catalog.keys import SHORT_KEY_BYTES, index_bytes
from starrocks_embedded.errors import Span, StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.materialized_views.clauses import (
    RefreshScheme,
    check_placement,
    check_properties,
    check_resource_group,
    check_scheme,
    refresh_scheme,
)
from starrocks_embedded.statements.materialized_views.lineage import FUNCTIONS, SLICE, origins
from starrocks_embedded.statements.materialized_views.refresh_plan import Request
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.views import ViewColumn, ViewDefinition, columns_of
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.definition_printer import Draft
from starrocks_embedded.syntax.definitions import ColumnDef, IndexDef, KeysClause, parse_index
from starrocks_embedded.syntax.expressions import parse_expression
from starrocks_embedded.syntax.queries import parse_query

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session

NEVER_COOLED = "9999-12-31 23:59:59"
NOT_DETERMINISTIC = {"rand", "random", "uuid", "uuid_numeric", "sleep"}
NO_KEY = {"float", "double", "json", "array", "map", "struct", "bitmap", "hll", "percentile", "varbinary"}
PARTITION_UNITS = ("year", "quarter", "month", "week", "day")
UNITS = ("second", "minute", "hour", "day", "month", "quarter", "year")  # from the shortest, as slices are compared


@dataclass
class CreateMaterializedView(Statement):
    name: tuple[str, ...]
    name_span: Span = field(default=NOWHERE, kw_only=True)
    columns: list[ViewColumn] = field(default_factory=list)
    indexes: list[IndexDef] = field(default_factory=list)
    comment: str = ""
    partition_by: list[ast.Expr] = field(default_factory=list)
    distribution: model.Distribution | None = None
    order_by: tuple[str, ...] = ()
    refresh: RefreshScheme | None = None
    properties: dict[str, str] = field(default_factory=dict)
    definition: ViewDefinition | None = None
    if_not_exists: bool = False


# ---- grammar


@grammar("CREATE", "MATERIALIZED", "VIEW")
def parse_create(cursor: Cursor) -> CreateMaterializedView:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    start = cursor.token
    statement = CreateMaterializedView(cursor.qualified_name(), if_not_exists=if_not_exists)
    statement.name_span = cursor.since(start)
    _read_columns(cursor, statement)
    if cursor.accept("COMMENT"):
        statement.comment = cursor.string()
    _read_clauses(cursor, statement)
    cursor.expect("AS")
    if not cursor.looking_at_any("SELECT", "WITH", "("):
        raise cursor.unexpected("SELECT", "WITH")
    start = cursor.token
    query = parse_query(cursor)
    statement.definition = ViewDefinition(query, cursor.source_since(start))
    if statement.refresh is None and statement.distribution is None and statement.partition_by:
        raise StarRocksError(
            1064,
            "Getting syntax error. Detail message: 'SYNC refresh type' cannot support 'PARTITION BY' "
            "in materialized view.",
        )
    return statement


def _read_columns(cursor: Cursor, statement: CreateMaterializedView) -> None:
    """(a, b COMMENT 'x', INDEX …) or nothing."""

    def item() -> None:
        if cursor.accept("INDEX"):
            statement.indexes.append(parse_index(cursor))
        else:
            name = cursor.identifier()
            statement.columns.append(ViewColumn(name, cursor.string() if cursor.accept("COMMENT") else ""))

    if cursor.looking_at("("):
        cursor.list_in_parentheses(item)


def _read_clauses(cursor: Cursor, statement: CreateMaterializedView) -> None:
    seen: set[str] = set()
    while True:
        start = cursor.token
        if cursor.accept("PARTITION", "BY"):
            statement.partition_by = _partition_expressions(cursor)
            clause = "PARTITION"
        elif cursor.accept("DISTRIBUTED", "BY"):
            statement.distribution = _distribution(cursor)
            clause = "DISTRIBUTION"
        elif cursor.accept("ORDER", "BY"):
            statement.order_by = tuple(cursor.list_in_parentheses(cursor.identifier))
            continue
        elif cursor.accept("REFRESH"):
            statement.refresh = refresh_scheme(cursor)
            clause = "REFRESH"
        elif cursor.accept("PROPERTIES"):
            statement.properties = cursor.properties()
            clause = "PROPERTIES"
        else:
            return
        if clause in seen:
            raise _syntax_error_over(
                f"Cannot use duplicated {clause} clause in building materialized view", cursor.since(start)
            )
        seen.add(clause)


def _partition_expressions(cursor: Cursor) -> list[ast.Expr]:
    if cursor.looking_at("("):
        expressions = cursor.list_in_parentheses(lambda: _partition_expression(cursor))
    else:
        expressions = [_partition_expression(cursor)]
    return expressions


def _partition_expression(cursor: Cursor) -> ast.Expr:
    start = cursor.token
    if not (cursor.token.kind == "quoted" or cursor.token.kind == "word") or cursor.looking_at("RANGE"):
        raise cursor.unexpected("a legal identifier")
    expression = parse_expression(cursor)
    allowed = ("date_trunc", "str2date", "time_slice", "to_date", "date_format", "from_unixtime")
    if isinstance(expression, ast.ColumnRef) or (isinstance(expression, ast.Call) and expression.name in allowed):
        return expression
    raise _syntax_error_over(
        f"Unsupported expr '{cursor.source_since(start)}' in PARTITION BY clause", cursor.since(start)
    )


def _syntax_error_over(message: str, span: Span) -> StarRocksError:
    where = f"from line {span.line}, column {span.column} to line {span.end_line}, column {span.end_column}"
    return StarRocksError(1064, f"Getting syntax error {where}. Detail message: {message}.")


def _distribution(cursor: Cursor) -> model.Distribution:
    if cursor.accept("RANDOM"):
        distribution = model.Distribution("random")
    else:
        cursor.expect("HASH")
        distribution = model.Distribution("hash", tuple(cursor.list_in_parentheses(cursor.identifier)))
    if cursor.accept("BUCKETS"):
        distribution.buckets = cursor.integer()
    return distribution


# ---- execution


@executes(CreateMaterializedView)
def create_materialized_view(session: Session, statement: CreateMaterializedView) -> Result:
    from starrocks_embedded.catalog.tables import create_physical
    from starrocks_embedded.statements.materialized_views.synchronous import create_synchronous

    if statement.refresh is None and statement.distribution is None:
        return create_synchronous(session, statement)
    catalog, database_name, name = session.resolve(statement.name)
    database = session.database(database_name, catalog)
    view = _define(session, statement, name)
    if session.engine.catalog.table(database.id, name) is not None:
        if statement.if_not_exists:
            return ok()
        raise StarRocksError(1050, f"Table '{name}' already exists")
    view.database_id = database.id
    with session.engine.catalog.change(session.connection, [database.id]) as change:
        if session.engine.catalog.table(database.id, name) is not None:
            raise StarRocksError(1050, f"Table '{name}' already exists")
        create_physical(change, view)
        change.put(view)
        change.put(refresh_task(session, view, database_name))
    _set_going(session, view)
    return ok()


def _set_going(session: Session, view: model.Table) -> None:
    """Its first refresh, unless that waits for its time, and those of its schedule."""
    from starrocks_embedded.statements.materialized_views.refresh import refresh_in_background, schedule_refresh

    assert view.materialized is not None
    if view.materialized.refresh_moment != "deferred":
        refresh_in_background(session.engine, session.user, view, Request())
    if view.materialized.refresh_every:
        schedule_refresh(session.engine, view)


def _define(session: Session, statement: CreateMaterializedView, name: str) -> model.Table:
    scheme = statement.refresh or RefreshScheme("", "MANUAL")
    definition = statement.definition
    assert definition is not None
    check_scheme(scheme)
    draft = Draft(definition.query, session.engine.version)
    analyzed = _analyzed(session, definition)
    columns = columns_of(analyzed, statement.columns, "materialized view")
    for column in columns:
        column.type = stored_type(column.type, session.engine.version, keep_float=True)
    check_properties(statement.properties, scheme, session.engine.version, "create")
    _check_replication(statement.properties)
    view = model.Table(session.engine.catalog.new_id(), 0, name, "materialized_view", creator=session.user)
    view.created = view.updated = now_text()
    view.comment = statement.comment
    view.distribution = _checked_distribution(statement.distribution or model.Distribution(), columns)
    view.order_by = _checked_order(statement.order_by, columns)
    view.columns = physical_order(columns, view.order_by)
    view.key_columns = tuple(c.name for c in view.columns if c.key)
    view.indexes = _indexes(session, statement.indexes, view)
    view.next_column_id = len(columns) + 1
    view.properties = _properties(statement.properties)
    view.partitioning = _partitioning(statement.partition_by, columns, analyzed)
    check_placement(statement.properties, view, session.engine.version)
    check_resource_group(session, statement.properties, "create")
    if view.partitioning.kind == "none":
        view.partitions = [model.Partition(session.engine.catalog.new_id(), name, "single")]
    view.query_home = (session.catalog_name, session.database_name)
    view.query_written = definition.text
    view.query = draft.text()
    shown = definition.text if session.engine.version.at_least("4.1") else draft.text(short=True)
    view.materialized = model.MaterializedView(
        shown, bool(statement.columns), scheme.moment, scheme.type, scheme.start, scheme.every,
        bases=bases_of(analyzed), task_id=session.engine.catalog.new_id(),
    )  # fmt: skip
    return view


def refresh_task(session: Session, view: model.Table, database: str) -> model.Task:
    details = view.materialized
    assert details is not None
    definition = f"insert overwrite `{view.name}` {view.query}"
    return model.Task(
        details.task_id,
        f"mv-{view.id}",
        database,
        definition,
        refresh_schedule(view),
        now_text(),
        "MV",
        creator=session.user,
    )


def refresh_schedule(view: model.Table) -> str:
    """What information_schema.tasks says of when it is refreshed; '' where it is asked to."""
    details = view.materialized
    if details is None or details.refresh_type != "ASYNC":
        return ""
    if not details.refresh_every:
        return "EVENT_TRIGGERED"
    start = (details.refresh_start or view.created)[:19].replace(" ", "T").removesuffix(":00")
    return f"PERIODICAL START({start}) EVERY({details.refresh_every[0]} {details.refresh_every[1]}S)"


def _analyzed(session: Session, definition: ViewDefinition) -> AnalyzedQuery:
    from starrocks_embedded.analysis.analyzer import analyze_query

    if isinstance(definition.query.body, ast.Query):
        kinds = "a single query block or multiple query blocks in set operations"
        raise analysis_error(f"Materialized view query statement only supports {kinds}", definition.query.body.span)
    analyzed = analyze_query(session, definition.query)
    if not any(t.table is not None or t.view is not None for t in analyzed.tables):
        raise analysis_error("Can not find base table in query statement")
    body = definition.query.body
    if isinstance(body, ast.Select):
        for item in body.items:
            if isinstance(item.expr, ast.Call) and item.expr.name in NOT_DETERMINISTIC:
                raise analysis_error(
                    f"Materialized view query statement select item {item.text} not supported "
                    "nondeterministic function",
                    item.expr.span,
                )
    return analyzed


def bases_of(analyzed: AnalyzedQuery) -> tuple[tuple[str, str, str], ...]:
    """Catalog, database and name of what the query reads, below views too."""
    found: dict[tuple[str, str, str], None] = {}
    for reference in analyzed.tables:
        if reference.table is not None or reference.view is not None:
            found[(*reference.home, reference.parts[-1])] = None
    return tuple(found)


def _check_replication(properties: dict[str, str]) -> None:
    number = properties.get("replication_num")
    if number is not None and number.isdigit() and int(number) > 1:
        raise analysis_error(
            "Table replication num should be less than of equal to the number of available BE nodes. You can change "
            "this default by setting the replication_num table properties. Current alive backend is [10001]."
        )


def _checked_distribution(distribution: model.Distribution, columns: list[model.Column]) -> model.Distribution:
    by_name = {c.name.lower(): c for c in columns}
    for name in distribution.columns:
        column = by_name.get(name.lower())
        if column is None:
            raise analysis_error(f"Distribution column({name}) doesn't exist.")
        if column.type.name in NO_KEY:
            raise failure(f"{column.type.name.upper()} column can not be distribution column")
    return distribution


def _checked_order(names: tuple[str, ...], columns: list[model.Column]) -> tuple[str, ...]:
    by_name = {c.name.lower(): c for c in columns}
    for name in names:
        column = by_name.get(name.lower())
        if column is None:
            raise analysis_error(f"Sort key not exists: {name}")
        if column.type.name in NO_KEY:
            raise analysis_error(f"Type {column.type.name.upper()} cannot be sort key: {name}")
    return names


def physical_order(columns: list[model.Column], order_by: tuple[str, ...]) -> list[model.Column]:
    """The keys first: those of ORDER BY, or else the ones that a short key holds."""
    wanted = [name.lower() for name in order_by] or _default_keys(columns)
    first = sorted((c for c in columns if c.name.lower() in wanted), key=lambda c: wanted.index(c.name.lower()))
    for column in first:
        column.key = True
    return first + [c for c in columns if c not in first]


def _default_keys(columns: list[model.Column]) -> list[str]:
    """As many columns as the bytes of a short key suffice for, up to a VARCHAR. Those that can be no key are passed
    over, but their bytes count behind the first that can."""
    keys: list[str] = []
    length = 0
    for column in columns:
        fits = column.type.name not in NO_KEY
        if not keys and not fits:
            continue
        length += index_bytes(column.type)
        if length > SHORT_KEY_BYTES:
            if column.type.name in ("char", "varchar"):
                keys.append(column.name.lower())
            break
        if fits:
            keys.append(column.name.lower())
        if column.type.name == "varchar":
            break
    if not keys:
        raise analysis_error("All columns of materialized view cannot be used for keys")
    return keys


def _indexes(session: Session, written: list[IndexDef], view: model.Table) -> list[model.Index]:
    columns = [ColumnDef(c.name, c.type, ast.NOWHERE) for c in view.columns]
    keys = KeysClause("duplicate", view.key_columns, ast.NOWHERE)
    return build_indexes(session.engine.catalog, written, columns, keys, session.engine.version)


def _properties(given: dict[str, str]) -> dict[str, str]:
    properties = {"replicated_storage": given.get("replicated_storage", "true")}
    properties |= {
        k: v for k, v in given.items() if k not in ("replication_num", "storage_medium", "replicated_storage")
    }
    properties["replication_num"] = given.get("replication_num", "1")
    properties["storage_medium"] = given.get("storage_medium", "HDD").upper()
    if properties["storage_medium"] == "SSD":
        properties = {"storage_cooldown_time": NEVER_COOLED} | properties
    return properties


def _partitioning(
    expressions: list[ast.Expr], columns: list[model.Column], analyzed: AnalyzedQuery
) -> model.Partitioning:
    if not expressions:
        return model.Partitioning()
    texts, names, kinds = [], [], []
    for expression in expressions:
        name = _partition_column(expression)
        position = next((i for i, c in enumerate(columns) if c.name.lower() == name.lower()), None)
        if position is None:
            raise analysis_error(f"Materialized view partition exp column:{name} is not found in query statement")
        kinds.append(_base_partition_kind(analyzed, position, expression))
        names.append(columns[position].name)
        texts.append(_partition_text(expression, columns[position].name))
    kind = "range" if kinds[0] == "range" else "list"
    return model.Partitioning(kind, tuple(texts), tuple(names), automatic=kind == "list")


def _partition_column(expression: ast.Expr) -> str:
    if isinstance(expression, ast.ColumnRef):
        return expression.parts[-1]
    if isinstance(expression, ast.Call):
        if expression.name == "time_slice":
            raise analysis_error(
                "Materialized view partition function time_slice is not supported yet.", expression.span
            )
        if expression.name == "date_trunc":
            unit = expression.args[0]
            if isinstance(unit, ast.Literal) and str(unit.value).lower() not in PARTITION_UNITS + ("hour",):
                raise analysis_error(
                    "date_trunc function can't support argument other than year|quarter|month|week|day", unit.span
                )
        for argument in expression.args:
            if isinstance(argument, ast.ColumnRef):
                return argument.parts[-1]
    raise analysis_error("Materialized view partition exp must refer to a column")


def _partition_text(expression: ast.Expr, name: str) -> str:
    if isinstance(expression, ast.ColumnRef):
        return f"`{name}`"
    assert isinstance(expression, ast.Call)
    shown = [f"`{name}`" if isinstance(a, ast.ColumnRef) else repr(getattr(a, "value", "")) for a in expression.args]
    return f"{expression.name}({', '.join(shown)})"


def _check_slice(call: ast.Call, partition: ast.Expr, text: str) -> None:
    """Of all functions only time_slice may stand below, where partitions are of a longer unit than the slices."""
    if call.name != SLICE or not (isinstance(partition, ast.Call) and partition.name == "date_trunc"):
        message = f"Materialized view partition function {call.name} is not support: {text}"
        raise analysis_error(message, call.span)
    unit, sliced, boundary = (str(getattr(a, "value", "")).lower() for a in (partition.args[0], *call.args[2:4]))
    if boundary != "floor" or {unit, sliced} - {*UNITS} or UNITS.index(sliced) >= UNITS.index(unit):
        message = f"Materialized view partition function date_trunc check failed: date_trunc('{unit}', {text})"
        raise analysis_error(message, partition.span)


def _base_partition_kind(analyzed: AnalyzedQuery, position: int, partition: ast.Expr) -> str:
    """Range or list, by the base table's partition column that the output is made of."""
    body: ast.Node = analyzed.query.body
    while isinstance(body, (ast.SetOperation, ast.Query)):
        body = body.left if isinstance(body, ast.SetOperation) else body.body
    if isinstance(body, ast.Select):
        expression = body.items[position].expr
        if isinstance(expression, ast.Call) and expression.name not in FUNCTIONS:
            _check_slice(expression, partition, body.items[position].text)
    found = [o for o in origins(analyzed.query, position) if o.partitions]
    if not found:
        raise analysis_error("Materialized view partition column in partition exp must be base table partition column")
    return "list" if found[0].table.partitioning.kind in ("list", "columns") else "range"
