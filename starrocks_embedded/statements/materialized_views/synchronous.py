"""CREATE MATERIALIZED VIEW, the synchronous kind: a rollup of one table, always as new as the table itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.aggregates import aggregates_in, is_aggregate
from starrocks_embedded.analysis.coercion import loud_text
from starrocks_embedded.analysis.states import KEPT, UNION
from starrocks_embedded.analysis.text import shown
from starrocks_embedded.analysis.trees import walk
from starrocks_embedded.catalog import jobs, model
from starrocks_embedded.catalog.created_columns import stored_type
from starrocks_embedded.catalog.keys import default_key
from starrocks_embedded.catalog.rollups import JOINED, find_rollup, rollup_of
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definition_printer import Draft
from starrocks_embedded.syntax.definitions import ColumnDef
from starrocks_embedded.syntax.printer import NamePrinter, backquote
from starrocks_embedded.types import BIGINT, DOUBLE, Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session
    from starrocks_embedded.statements.materialized_views.create import CreateMaterializedView

FUNCTIONS = (*JOINED, "count", "bitmap_agg")
NO_KEY = ("float", "double", "json", "array", "map", "struct", "bitmap", "hll", "percentile", "varbinary")
SUMMABLE = ("tinyint", "smallint", "int", "bigint", "largeint", "float", "double", "decimal")
ORDERED = (*SUMMABLE, "date", "datetime", "char", "varchar")
MADE_BY = {"bitmap_union": "to_bitmap", "hll_union": "hll_hash", "percentile_union": "percentile_hash"}
PATTERNS = {
    "bitmap_union": "bitmap_union(to_bitmap(column)), type of column only support integer. "
    "Or bitmap_union(bitmap_column) in agg table",
    "hll_union": "hll_union(hll_hash(column)) column could not be decimal. Or hll_union(hll_column) in agg table",
    "percentile_union": "percentile_union(percentile_hash(column))or percentile_union(hll_column) in agg table",
}


def create_synchronous(session: Session, statement: CreateMaterializedView) -> Result:
    """Checks the query as the analyzer does, then the table; the rollup is there when its job has finished."""
    from starrocks_embedded.analysis.analyzer import analyze_query

    _, database_name, name = session.resolve(statement.name)
    assert statement.definition is not None
    query = statement.definition.query
    draft = Draft(query, session.engine.version)
    analyzed = analyze_query(session, query)
    ref, drafted = _only_table(analyzed, draft, database_name)
    rollup = model.Rollup(0, name, statement=statement.text)
    rollup.columns = _columns(session, ref, analyzed, drafted)
    _check_clauses(session, rollup, analyzed, drafted)
    if drafted.where is not None:
        names = BareNames(session.engine.version)
        rollup.where, rollup.where_reads = names.text(drafted.where), _reads(drafted.where)
    _check_keys(rollup, ref.table)
    _start(session, ref.table, rollup)
    return ok()


class Unfit(StarRocksError):
    """A query that only an asynchronous materialized view can have."""

    def __init__(self, reason: str) -> None:
        advice = "Please use Asynchronous Materialized View instead"
        super().__init__(1064, f"Getting analyzing error. Detail message: {reason}. {advice}")


class BareNames(NamePrinter):
    """Expressions whose columns are bare names in backquotes: the table may be renamed."""

    def _columnref(self, node: ast.ColumnRef) -> str:
        parts = node.parts if node.slot is None else (node.slot.name, *node.path)
        return ".".join(map(backquote, parts))


# ---- the query


def _only_table(analyzed: AnalyzedQuery, draft: Draft, database: str) -> tuple[ast.TableRef, ast.Select]:
    """The one table that a plain block reads, and the block as it was before its analysis."""
    if any(t.table is not None and t.table.temporary_session for t in analyzed.tables):
        raise analysis_error("Materialized view can't base on temporary table")
    block = draft.query.body
    if not isinstance(block, ast.Select):
        raise analysis_error("Materialized view query statement only supports a single query blocks")
    if len(analyzed.tables) != 1:
        raise Unfit("The materialized view only supports one table in from clause.")
    ref = analyzed.tables[0]
    if ref.home[1] != database:
        raise Unfit(
            f"Creating materialized view does not support: MV's db {database} is different "
            f"from table's db {ref.home[1]}"
        )
    if ref.view is not None:
        raise analysis_error(f"Do not support alter non-OLAP table[{ref.parts[-1]}]")
    if ref.table is None:
        raise Unfit("The materialized view only support olap table.")
    if block.source is not ref:
        raise Unfit("Materialized view query statement only support direct query from table.")
    return ref, block


def _columns(
    session: Session, ref: ast.TableRef, analyzed: AnalyzedQuery, drafted: ast.Select
) -> list[model.RollupColumn]:
    body = analyzed.query.body
    assert isinstance(body, ast.Select)
    if any(isinstance(item.expr, ast.Star) for item in drafted.items):
        raise Unfit("The materialized view currently does not support * in select statement")
    found: list[model.RollupColumn] = []
    for item, written in zip(body.items, drafted.items, strict=True):
        if not _reads(written.expr):
            raise Unfit("The materialized view currently does not support const expr in select statement: {}")
        if is_aggregate(item.expr):
            column = _joined_column(session, item, written)
        elif any(c.column.aggregate for c in found):
            raise Unfit(f"Any single column should be before agg column. Column {_bare(written)} at wrong location")
        elif aggregates_in([item.expr]):
            raise Unfit("Aggregate function with function expr is not supported yet")
        else:
            column = _key_column(session, item, written)
        if any(c.column.name == column.column.name for c in found):
            raise analysis_error(f"Duplicate column name '{column.column.name}'", code=1060)
        _refuse_other_meaning(ref.table, column, written)
        found.append(column)
    if found[0].column.aggregate:
        raise Unfit(
            "Only [] found in the select list. "
            "Please add group by clause and at least one group by column in the select list"
        )
    return found


def _bare(item: ast.SelectItem) -> str:
    return item.expr.parts[-1] if isinstance(item.expr, ast.ColumnRef) else item.text


def _reads(expr: ast.Expr) -> tuple[str, ...]:
    return tuple(n.slot.name for n in walk(expr) if isinstance(n, ast.ColumnRef) and n.slot is not None)


def _key_column(session: Session, item: ast.SelectItem, written: ast.SelectItem) -> model.RollupColumn:
    version, type_ = session.engine.version, item.expr.type
    if isinstance(written.expr, ast.ColumnRef):
        name = written.expr.slot.name
    else:
        name = _prefixed(written, item)
        type_ = stored_type(type_, version, keep_float=True)
    column = model.Column(0, name, type_, item.expr.nullable)
    return model.RollupColumn(column, BareNames(version).text(written.expr), _reads(written.expr))


def _prefixed(written: ast.SelectItem, item: ast.SelectItem) -> str:
    if not written.alias:
        kind = f"FunctionCallExpr{{type={loud_text(item.expr.type).upper()}}}" if is_aggregate(item.expr) else item.text
        raise analysis_error(f"Create materialized view non-slot ref expression should have an alias:{kind}")
    return f"mv_{written.alias}"


def _joined_column(session: Session, item: ast.SelectItem, written: ast.SelectItem) -> model.RollupColumn:
    call, drafted = item.expr, written.expr
    assert isinstance(call, ast.Call)
    assert isinstance(drafted, ast.Call)
    if call.distinct:
        raise Unfit(f"Materialized view does not support distinct function {shown(call)}")
    _check_pattern(call, drafted)
    name = _joined_name(item, written)
    define = BareNames(session.engine.version).text(drafted.args[0])
    if call.name not in FUNCTIONS:
        return model.RollupColumn(_state_column(session, call, name), define, _reads(drafted))
    argument = _uncast(call.args[0])
    aggregate, type_ = call.name, _joined_type(call, argument)
    if call.name == "count":
        aggregate, define = "sum", f"CASE WHEN {define} IS NULL THEN 0 ELSE 1 END"
    elif call.name == "bitmap_agg":
        aggregate, define = "bitmap_union", f"to_bitmap({define})"
    column = model.Column(0, name, type_, call.nullable, aggregate=aggregate)
    return model.RollupColumn(column, define, _reads(drafted))


def _state_column(session: Session, call: ast.Call, name: str) -> model.Column:
    """The joined states of an aggregate function."""
    if call.args[0].type.state is None:
        raise Unfit(f"Unsupported function:{call.name}, cannot find agg state desc from arg0")
    if call.function.combined is None or call.function.combined.suffix != UNION:
        raise Unfit(f"Unsupported function:{call.name}")
    type_ = stored_type(call.type, session.engine.version, keep_float=True).keeping(call.type.state)
    return model.Column(0, name, type_, call.nullable, aggregate=KEPT)


def _check_pattern(call: ast.Call, drafted: ast.Call) -> None:
    """Sketches are made in the statement itself, or come from a column that holds them."""
    maker = MADE_BY.get(call.name)
    if call.name in FUNCTIONS and len(drafted.args) != 1:
        raise Unfit(f"The function {call.name} must match pattern:{call.name}(column)")
    if maker is None:
        return
    argument = drafted.args[0]
    made = isinstance(argument, ast.Call) and argument.name == maker
    held = isinstance(argument, ast.ColumnRef) and argument.slot.type.name == call.name.removesuffix("_union")
    if not (made or held):
        raise Unfit(f"The function {call.name} must match pattern:{PATTERNS[call.name]}")


def _joined_name(item: ast.SelectItem, written: ast.SelectItem) -> str:
    """By function and column where there is but a column in it, whatever its alias."""
    call = written.expr
    assert isinstance(call, ast.Call)
    inner = call.args[0]
    if isinstance(inner, ast.Call) and inner.name in MADE_BY.values():
        inner = inner.args[0]
    if isinstance(inner, ast.ColumnRef) and call.name in FUNCTIONS:
        return f"mv_{'bitmap_union' if call.name == 'bitmap_agg' else call.name}_{inner.slot.name}"
    return _prefixed(written, item)


def _uncast(expr: ast.Expr) -> ast.Expr:
    while isinstance(expr, ast.Cast) and expr.implicit:
        expr = expr.operand
    return expr


def _joined_type(call: ast.Call, argument: ast.Expr) -> Type:
    type_ = argument.type
    if call.name == "count":
        return BIGINT
    if call.name not in ("sum", "min", "max"):
        return call.type
    if type_.name not in (SUMMABLE if call.name == "sum" else ORDERED):
        raise analysis_error(f"Invalid aggregate function '{call.name.upper()}' for '{loud_text(type_)}'")
    if call.name == "sum" and type_.name in ("tinyint", "smallint", "int"):
        return BIGINT
    return DOUBLE if call.name == "sum" and type_.name == "float" else type_


def _refuse_other_meaning(table: model.Table, column: model.RollupColumn, written: ast.SelectItem) -> None:
    """Rollups of a table share their columns: one name means one expression."""
    for rollup in table.rollups:
        for known in rollup.columns:
            if known.column.name == column.column.name and known.define.lower() != column.define.lower():
                raise Unfit(
                    f"The mv column {written.alias or column.column.name} has already existed in the table's full "
                    f"schema, old expr: {known.define}, new expr: {column.define}"
                )


# ---- its other clauses


def _check_clauses(session: Session, rollup: model.Rollup, analyzed: AnalyzedQuery, drafted: ast.Select) -> None:
    body, query = analyzed.query.body, analyzed.query
    assert isinstance(body, ast.Select)
    if drafted.distinct or drafted.group_by is not None or any(c.column.aggregate for c in rollup.columns):
        rollup.keys = "aggregate"
    if body.having is not None:
        raise Unfit(f"The having clause is not supported in add materialized view clause, expr:{shown(body.having)}")
    _check_order(rollup, query.order_by, drafted)
    _settle_keys(session, rollup)
    if query.limit is not None:
        limit = getattr(query.limit, "value", "")
        raise Unfit(f"The limit clause is not supported in add materialized view clause, expr: limit {limit}")


def _check_order(rollup: model.Rollup, order_by: list[Any], drafted: ast.Select) -> None:
    """ORDER BY as long as GROUP BY has to name the keys in their order; another is ignored."""
    groups = len(drafted.group_by.exprs) if drafted.group_by is not None else 0
    if not order_by or len(order_by) != groups:
        return
    keys = [c for c in rollup.columns if not c.column.aggregate]
    if len(order_by) > len(rollup.columns):
        raise Unfit("The number of columns in order clause must be less then the number of columns in select clause")
    if len(keys) < len(rollup.columns) and len(order_by) != len(keys):
        raise Unfit("The order-by columns must be identical to the group-by columns")
    for item, column in zip(order_by, rollup.columns, strict=False):
        if not isinstance(item.expr, ast.ColumnRef):
            raise Unfit(
                "The column in order clause must be original column without calculation. "
                f"Error column: {shown(item.expr)}"
            )
        if item.expr.parts[-1].lower() != column.column.name.lower():
            raise Unfit("The order of columns in order by clause must be same as the order of columns in select list")


def _settle_keys(session: Session, rollup: model.Rollup) -> None:
    """What is grouped by, or as many leading columns as a short key holds; the rest has the aggregate `none`."""
    columns = [c.column for c in rollup.columns]
    if rollup.keys == "aggregate":
        keys = [c.name for c in columns if not c.aggregate]
    else:
        keys = default_key([ColumnDef(c.name, c.type, ast.NOWHERE) for c in columns], session.engine.version)
        if not keys:
            raise analysis_error(f"Data type of first column cannot be {loud_text(columns[0].type)}")
    for column in columns:
        column.key = column.name in keys
        if not column.key and not column.aggregate:
            column.aggregate = "none"


def _check_keys(rollup: model.Rollup, table: model.Table) -> None:
    for column in rollup.columns:
        if column.column.key and column.column.type.name in NO_KEY:
            raise Unfit(
                f"Invalid data type of materialized key column '{column.column.name}': "
                f"'{loud_text(column.column.type)}'"
            )
        if column.column.name.startswith("mv_count_") and table.keys in ("aggregate", "unique"):
            raise Unfit("Aggregate type table do not support count function in materialized view")


# ---- the table


def _start(session: Session, table: model.Table, rollup: model.Rollup) -> None:
    if table.kind == "materialized_view":
        raise failure(
            f"Do not support create synchronous materialized view(rollup) on MATERIALIZED_VIEW table[{table.name}]"
        )
    if table.keys == "primary":
        raise failure(f"Do not support create materialized view on primary key table[{table.name}]")
    engine = session.engine
    with engine.catalog.change(session.connection, [table.id, table.database_id]) as change:
        table = engine.catalog.get(model.Table, table.id) or table
        jobs.require_normal(engine, table)
        if any(p.temporary for p in table.partitions):
            raise failure("Can not alter table when there are temp partitions in table")
        _refuse_taken_name(session, table, rollup.name)
        _check_against(table, rollup)
        jobs.start_job(engine, change, table, "rollup", {}, [], rollup=rollup)


def _refuse_taken_name(session: Session, table: model.Table, name: str) -> None:
    catalog = session.engine.catalog
    if name == table.name or rollup_of(table, name) is not None:
        raise failure(f"Materialized view[{name}] already exists in the table {table.name}")
    if catalog.table(table.database_id, name) is not None:
        database = catalog.get(model.Database, table.database_id)
        raise failure(f"Table [{name}] already exists in the db {database.name if database else ''}")
    if (other := find_rollup(catalog, table.database_id, name)) is not None:
        raise failure(f"Materialized view[{name}] already exists in table {other[0].name}")


def _check_against(table: model.Table, rollup: model.Rollup) -> None:
    """Columns of a table of joined values keep their aggregate; a partition column of any other stays a key."""
    if table.keys in ("aggregate", "unique"):
        if rollup.keys != "aggregate":
            raise failure("The materialized view of aggregation or unique table must has grouping columns")
        for column in rollup.columns:
            _check_joined(table, column)
        return
    partitioning = {c.lower() for c in table.partitioning.columns}
    for column in rollup.columns:
        if column.column.aggregate not in ("", "none"):
            for name in column.reads:
                if name.lower() in partitioning:
                    raise failure(f"The partition columns {name} must be key column in mv")


def _check_joined(table: model.Table, column: model.RollupColumn) -> None:
    name, mine = column.column.name, column.column.aggregate
    for read in column.reads:
        base = table.column(read)
        if base is None:
            continue
        theirs = base.aggregate or ("" if base.key else "replace")
        if base.key and not column.column.key:
            raise failure(f"The column[{name}] must be the key of materialized view")
        if theirs != mine:
            raise failure(
                f"The aggregation type of column[{name}] must be same as the aggregate type of base column "
                "in aggregate table"
            )
