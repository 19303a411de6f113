"""INSERT INTO and INSERT OVERWRITE: their grammar, what they refuse, and how their rows reach the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.error_logs import tracking_sql
from starrocks_embedded.catalog.visibility import committed, drop_replaced, wait_to_exchange, withhold
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.appending import append, collects
from starrocks_embedded.statements.filtered_rows import FilteredRows
from starrocks_embedded.statements.partial_updates import check_dependencies, check_inserted
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.staging import Batch, Rules, Source, drop_stage, stage
from starrocks_embedded.statements.targets import insert_target
from starrocks_embedded.statements.transactions import Explicit, current, joined
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.hints import set_variables
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session
    from starrocks_embedded.version import Version


@dataclass(eq=False)
class DefaultValue(ast.Expr):
    """DEFAULT in a row of VALUES or behind SET."""


@dataclass
class PartitionClause:
    """PARTITION (names) or PARTITION (column = literal, …)."""

    names: list[str] = field(default_factory=list)
    values: list[tuple[str, ast.Expr]] = field(default_factory=list)
    temporary: bool = False


@dataclass
class Insert(Statement):
    target: tuple[str, ...]
    overwrite: bool
    partition: PartitionClause | None = None
    label: str = ""
    columns: list[str] | None = None
    by_name: bool = False
    properties: dict[str, str] = field(default_factory=dict)
    query: ast.Query | None = None
    rows: list[list[ast.Expr]] = field(default_factory=list)
    bulk: Any = None  # insert_values.Bulk: the rows of a long list of plain literals
    hints: dict[str, Any] = field(default_factory=dict)


# ---- grammar


@grammar("INSERT")
def parse_insert(cursor: Cursor) -> Statement:
    start = cursor.previous
    hint = cursor.hint()
    overwrite = cursor.expect_any("INTO", "OVERWRITE") == "OVERWRITE"
    if cursor.looking_at("FILES", "(") and not overwrite:
        from starrocks_embedded.statements.insert_files import parse_insert_files

        return parse_insert_files(cursor)
    if cursor.looking_at("FILES", "(") or cursor.looking_at("BLACKHOLE", "("):
        raise unsupported(f"INSERT {'OVERWRITE' if overwrite else 'INTO'} {cursor.token.key}()")
    statement = Insert(cursor.qualified_name(), overwrite, hints=set_variables(cursor, hint))
    statement.partition = parse_partitions(cursor)
    _label_and_columns(cursor, statement)
    if cursor.version.at_least("3.4") and cursor.accept("PROPERTIES"):
        statement.properties = cursor.properties()
    if cursor.accept("VALUES"):
        statement.rows = cursor.separated(lambda: _row(cursor))
        if len(statement.rows) > cursor.most_children:
            raise _too_many_rows(cursor, start, len(statement.rows))
    else:
        statement.query = _query(cursor)
    return statement


def _query(cursor: Cursor) -> ast.Query:
    from starrocks_embedded.syntax.queries import looking_at_query, parse_query

    if not looking_at_query(cursor):
        raise cursor.unexpected("VALUES", "SELECT", "PROPERTIES", "WITH", "(")
    return parse_query(cursor)


def _row(cursor: Cursor) -> list[ast.Expr]:
    return cursor.list_in_parentheses(lambda: parse_value_or_default(cursor))


def parse_value_or_default(cursor: Cursor) -> ast.Expr:
    from starrocks_embedded.syntax.expressions import parse_expression

    start = cursor.token
    if cursor.accept("DEFAULT"):
        return DefaultValue(span=cursor.since(start))
    return parse_expression(cursor)


def _label_and_columns(cursor: Cursor, statement: Insert) -> None:
    """WITH LABEL and the column list or BY NAME, in any order."""
    while True:
        if cursor.looking_at("WITH", "LABEL"):
            cursor.accept("WITH", "LABEL")
            statement.label = cursor.identifier()
        elif cursor.version.at_least("3.4") and cursor.accept("BY"):
            cursor.expect("NAME")
            statement.by_name = True
        elif cursor.looking_at("(") and cursor.peek().key not in ("SELECT", "WITH", "("):
            statement.columns = cursor.list_in_parentheses(cursor.identifier)
        else:
            break
    if statement.by_name and statement.columns is not None:
        message = "Cannot use COLUMN LIST and BY NAME clause together in insert"
        raise StarRocksError(1064, f"Getting syntax error. Detail message: {message}.")


def parse_partitions(cursor: Cursor) -> PartitionClause | None:
    """[TEMPORARY] PARTITION[S] name | (name, …) | (column = literal, …)"""
    temporary = cursor.looking_at_any("TEMPORARY") and cursor.peek().key in ("PARTITION", "PARTITIONS")
    if temporary:
        cursor.advance()
    word = cursor.accept_any("PARTITION", "PARTITIONS")
    if word is None:
        return None
    clause = PartitionClause(temporary=temporary)
    if not cursor.looking_at("("):
        clause.names = [cursor.name_or_string()]
    elif word == "PARTITION" and cursor.peek(2).key == "=":
        clause.values = cursor.list_in_parentheses(lambda: _partition_value(cursor))
    else:
        clause.names = cursor.list_in_parentheses(cursor.name_or_string)
    return clause


def _partition_value(cursor: Cursor) -> tuple[str, ast.Expr]:
    from starrocks_embedded.syntax.expressions import parse_value

    name = cursor.identifier()
    cursor.expect("=")
    at = cursor.token
    value = parse_value(cursor)
    if not isinstance(value, ast.Literal) and not (
        isinstance(value, ast.Unary) and isinstance(value.operand, ast.Literal)
    ):
        cursor.at = cursor.tokens.index(at)
        raise cursor.unexpected("a literal")
    return name, value


def _too_many_rows(cursor: Cursor, start: Any, count: int) -> StarRocksError:
    last = cursor.previous
    place = f"from line {start.line}, column {start.column:,} to line {last.line}, column {last.column:,}"
    message = (
        f"The inserted rows are {count:,} exceeded the maximum limit {cursor.most_children:,}, "
        "please consider modify 'expr_children_limit' in FE conf."
    )
    return StarRocksError(1064, f"Getting syntax error {place}. Detail message: {message}")


# ---- execution


@executes(Insert)
def insert(session: Session, statement: Insert) -> Result:
    from starrocks_embedded.statements.overwrite import overwrite_refusals
    from starrocks_embedded.statements.query import hinted

    with with_hints(session, statement.hints), hinted(session, statement.query):
        plan = prepare_insert(session, statement)
        explicit = current(session)
        rules = rules_of(session, statement.properties, explicit is not None)
        if statement.overwrite:
            overwrite_refusals(plan.table)
        if explicit is not None:
            return _join_transaction(session, explicit, plan, rules)
        label, transaction = statement.label or labels.generated_label("insert"), session.engine.catalog.new_id()
        rules.label = label
        try:
            batch = _write(session, statement, plan, rules, transaction)
        except FilteredRows as error:
            _note_filtered(session, plan.table, label, transaction, error)
            raise
    return ok(batch.rows, committed(session, label, transaction, [plan.table]), batch.filtered)


def _write(session: Session, statement: Insert, plan: InsertPlan, rules: Rules, transaction: int) -> Batch:
    from starrocks_embedded.statements.overwrite import overwrite

    waited = wait_to_exchange(session, plan.table) if statement.overwrite else 0
    with session.engine.catalog.change(session.connection, [plan.table.id]) as change:
        table = fresh(session, plan.table)
        withhold(session.engine, change, table, waited)
        if labels.is_used(session.engine.catalog, table.database_id, rules.label):
            raise analysis_error(f"fail to begin transaction. Label [{rules.label}] has already been used.")
        if plan.goes_straight(table):
            batch = plan.append(session, change, table, rules)
        else:
            batch = plan.stage(session, table, rules)
            if statement.overwrite:
                overwrite(session, change, batch, plan, rules)
            else:
                _store(session, change, batch, rules)
            drop_stage(session, batch)
        if statement.overwrite:
            drop_replaced(change, change.edit(table))
        _remember(session, change, table, batch, rules.label, transaction)
    return batch


def _remember(session: Session, change: Change, table: model.Table, batch: Batch, label: str, transaction: int) -> None:
    load = labels.remember(change, table, label, transaction, batch.rows, batch.filtered, user=session.user)
    if batch.log:
        session.engine.error_logs.add(load.id, label, table.database_id, "INSERT", batch.log)
        load.tracking = tracking_sql(load.id)


def _note_filtered(session: Session, table: model.Table, label: str, transaction: int, error: FilteredRows) -> None:
    """The load that failed, for those who look for its log."""
    facts: dict[str, Any] = {
        "state": "CANCELLED",
        "message": error.message,
        "tracking": tracking_sql(error.job),
        "user": session.user,
    }
    with session.engine.catalog.change(session.connection) as change:
        labels.remember(change, table, label, transaction, 0, id=error.job, **facts)


def fresh(session: Session, table: model.Table) -> model.Table:
    """The table as it is now that its lock is held."""
    found = session.engine.catalog.get(model.Table, table.id)
    if found is None:
        raise analysis_error(f"Table {table.name} is not found")
    return found


def _store(session: Session, change: Change, batch: Batch, rules: Rules) -> None:
    from starrocks_embedded.statements.storing import store

    store(session, change, batch, rules)


def _join_transaction(session: Session, explicit: Explicit, plan: InsertPlan, rules: Rules) -> Result:
    joined(session, explicit, plan.table, plan.read)
    batch = plan.stage(session, plan.table, rules)
    explicit.writes.append((batch, rules, "insert"))
    return ok(batch.rows, labels.ok_info(explicit.label, "PREPARE", explicit.id), batch.filtered)


@dataclass
class InsertPlan:
    """An INSERT that passed analysis."""

    table: model.Table
    columns: list[model.Column]
    source: Source
    partial: bool = False
    partitions: tuple[str, ...] = ()
    temporary: bool = False
    values: tuple[str | None, ...] | None = None  # PARTITION (column = literal, …)
    dynamic: bool = False
    overwrite: bool = False
    condition: str = ""
    read: Sequence[ast.TableRef] = ()
    analyzed: AnalyzedQuery | None = None

    def goes_straight(self, table: model.Table) -> bool:
        return collects(table) and not (self.partial or self.temporary or self.condition or self.values)

    def append(self, session: Session, change: Change, table: model.Table, rules: Rules) -> Batch:
        self._load(session)
        return append(session, change, table, self.columns, self.source, rules, self.overwrite)

    def _load(self, session: Session) -> None:
        if self.analyzed is not None:
            from starrocks_embedded.emit.query import prepare

            prepare(session, self.analyzed)

    def stage(self, session: Session, table: model.Table, rules: Rules) -> Batch:
        self._load(session)
        replacing = self.overwrite and self.partial
        batch = stage(session, table, self.columns, self.source, rules, self.partial and not replacing, replacing)
        batch.partitions, batch.temporary, batch.condition = self.partitions, self.temporary, self.condition
        if batch.partial:
            try:
                check_inserted(session, table, self.columns, batch.rows)
            except StarRocksError:
                drop_stage(session, batch)
                raise
        return batch


def prepare_insert(session: Session, statement: Insert) -> InsertPlan:
    """All that StarRocks' analyzer does: the query, the target, partitions, columns, in this order."""
    from starrocks_embedded.statements import insert_values
    from starrocks_embedded.statements.overwrite import choose_partitions

    check_properties(statement.properties)
    analyzed = analyzed_query(session, statement)
    if not analyzed:
        insert_values.check_rows(session, statement)
    table = insert_target(session, statement.target, statement.overwrite)
    partitions, values, dynamic = choose_partitions(session, statement, table)
    if statement.by_name and not analyzed:
        raise analysis_error("Insert match column by name does not support values()")
    names = named_columns(statement, analyzed)
    columns, partial = choose_columns(session, table, names)
    given = len(analyzed.columns) if analyzed else insert_values.width(statement)
    if given != len(columns):
        message = f"Inserted target column count: {len(columns)} doesn't match select/value column count: {given}"
        raise analysis_error(message, code=5604)
    if partial:
        check_dependencies(session, table, columns)
    _check_condition(session.engine.version, statement.properties, table, columns)
    if statement.label:
        labels.check_label(statement.label)
    source = query_source(session, analyzed) if analyzed else insert_values.source(session, statement, columns)
    temporary = bool(statement.partition and statement.partition.temporary)
    condition = statement.properties.get("merge_condition", "")
    read = analyzed.tables if analyzed else ()
    return InsertPlan(
        table,
        columns,
        source,
        partial,
        partitions,
        temporary,
        values,
        dynamic,
        statement.overwrite,
        condition,
        read,
        analyzed,
    )


def analyzed_query(session: Session, statement: Insert) -> AnalyzedQuery | None:
    if statement.query is None:
        return None
    from starrocks_embedded.analysis.analyzer import analyze_query

    return analyze_query(session, statement.query)


def query_source(session: Session, analyzed: AnalyzedQuery) -> Source:
    from starrocks_embedded.emit.query import query_sql

    return Source(query_sql(session, analyzed), [c.type for c in analyzed.columns])


def named_columns(statement: Insert, analyzed: AnalyzedQuery | None) -> list[str] | None:
    if not statement.by_name or analyzed is None:
        return statement.columns
    names = [c.name for c in analyzed.columns]
    _no_duplicates(names)
    return names


def _no_duplicates(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise analysis_error(f"Duplicate column name '{name}'", code=1060)
        seen.add(name.lower())


def choose_columns(session: Session, table: model.Table, names: list[str] | None) -> tuple[list[model.Column], bool]:
    """The target columns in the order of the source, and whether the others keep what the table has."""
    plain = [c for c in table.visible_columns if not c.generated]
    if names is None:
        return plain, False
    columns = [_mentioned(session, table, names, i) for i in range(len(names))]
    mentioned = {c.id for c in columns}
    partial = False
    if table.keys == "primary":
        missing = [
            c.name for c in plain if c.key and c.id not in mentioned and c.default is None and not c.auto_increment
        ]
        if missing:
            raise analysis_error(f"missing key columns:{','.join(missing)} for primary key table", code=6014)
        keyed = all(c.id in mentioned for c in plain if c.key)  # or else every row gets a new key
        partial = keyed and len(columns) < len(plain) and _partial_updates(session)
    if not partial:
        for column in plain:
            if (
                column.id not in mentioned
                and not column.nullable
                and column.default is None
                and not column.auto_increment
            ):
                listed = "".join(f" {n} " for n in sorted((n for n in names), key=str.lower))
                raise analysis_error(f"'{column.name}' must be explicitly mentioned in column permutation: {listed}")
    return columns, partial


def _mentioned(session: Session, table: model.Table, names: list[str], at: int) -> model.Column:
    column = table.column(names[at])
    if column is None or column.hidden:
        raise analysis_error(f"Unknown column '{names[at]}' in '{table.name}'")
    if column.generated:
        raise analysis_error(f"generated column '{names[at]}' can not be specified")
    if names[at].lower() in (n.lower() for n in names[:at]):
        if not session.engine.version.at_least("3.4"):
            raise analysis_error(f"Column '{names[at]}' specified twice")
        raise analysis_error(f"Duplicate column name '{names[at]}'", code=1060)
    return column


def _partial_updates(session: Session) -> bool:
    """A short column list updates the named columns only: since 3.3.1, by a variable where there is one."""
    from starrocks_embedded.metadata.variables import definitions, is_on

    version = session.engine.version
    if "enable_insert_partial_update" in definitions(version):
        return is_on(session, "enable_insert_partial_update")
    return version.at_least("3.3.1")


# ---- properties, hints, variables

TIMEOUTS = (1, 259200)
PROPERTIES = {
    "timeout", "max_filter_ratio", "load_mem_limit", "strict_mode", "timezone", "partial_update", "partial_update_mode",
    "priority", "merge_condition", "case_sensitive", "use_partial_update", "spill_options", "warehouse",
    "column_separator", "row_delimiter", "skip_header", "trim_space", "enclose", "escape", "log_rejected_record_num",
    "jsonpaths", "json_root", "strip_outer_array",
}  # fmt: skip


def check_properties(properties: dict[str, str]) -> None:
    for key, text in properties.items():
        if key not in PROPERTIES:
            raise analysis_error(f"{key} is invalid property", code=5064)
        if key == "timeout" and not _is_number(text, int):
            raise analysis_error("timeout is not a number.", code=5064)
        if key == "strict_mode" and text.lower() not in ("true", "false"):
            raise analysis_error("strict_mode is not a boolean", code=5064)
        if key == "max_filter_ratio":
            if not _is_number(text, float):
                raise analysis_error("max_filter_ratio is not a number.", code=5064)
            if not 0.0 <= float(text) <= 1.0:
                raise analysis_error("max_filter_ratio must between 0.0 and 1.0.", code=5064)
    if "timeout" in properties and not TIMEOUTS[0] <= int(properties["timeout"]) <= TIMEOUTS[1]:
        between = f"between {TIMEOUTS[0]} and {TIMEOUTS[1]} seconds"
        message = f"Invalid timeout: '{properties['timeout']}'. Expected values should be {between}"
        raise analysis_error(f"fail to begin transaction. {message}", code=5018)


def _is_number(text: str, kind: type) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def _check_condition(
    version: Version, properties: dict[str, str], table: model.Table, columns: list[model.Column]
) -> None:
    name = properties.get("merge_condition")
    if name is None or not version.at_least("4.0"):
        return
    if name.lower() not in (c.name.lower() for c in columns):
        raise analysis_error(
            f"Merge condition column {name} does not exist. If you are doing partial update with condition update, "
            "please check condition column is in the given update columns. "
            f"Otherwise please check condition column is in table {table.name}"
        )


def rules_of(session: Session, properties: dict[str, str], explicit: bool = False) -> Rules:
    from starrocks_embedded.metadata.variables import definitions, value_text

    known = definitions(session.engine.version)
    ratio = properties.get("max_filter_ratio", "0")
    if "max_filter_ratio" not in properties and "insert_max_filter_ratio" in known:
        ratio = value_text(session, "insert_max_filter_ratio")
    strict = properties.get("strict_mode") or value_text(session, "enable_insert_strict")
    return Rules(strict.lower() == "true", float(ratio), explicit)


class with_hints:
    """Session variables and user variables that hold for one statement."""

    def __init__(self, session: Session, hints: dict[str, Any]) -> None:
        self.session, self.hints = session, hints
        self.before: tuple[dict[str, str], dict[str, Any]] = ({}, {})

    def __enter__(self) -> None:
        from starrocks_embedded.metadata.constants import evaluate
        from starrocks_embedded.metadata.variables import assign_hints

        self.before = dict(self.session.variables), dict(self.session.user_variables)
        assign_hints(self.session, {name: text for name, text in self.hints.items() if not name.startswith("@")})
        for name, value in self.hints.items():
            if name.startswith("@"):
                self.session.user_variables[name[1:]] = evaluate(self.session, value)

    def __exit__(self, *_: object) -> None:
        if self.hints:
            self.session.variables, self.session.user_variables = self.before


# ---- for CREATE TABLE AS SELECT and materialized views


def insert_rows(
    session: Session, change: Change, table: model.Table, columns: list[model.Column], select_sql: str,
    types: Sequence[Type] | None = None,
) -> int:  # fmt: skip
    """Appends what the DuckDB text yields (o0, o1, … in the order of `columns`); the number of rows. Without `types`
    the values are of the columns' types already."""
    rules = rules_of(session, {})
    source = Source(select_sql, types or [c.type for c in columns])
    if collects(table):
        return append(session, change, table, columns, source, rules).rows
    batch = stage(session, table, columns, source, rules)
    _store(session, change, batch, rules)
    drop_stage(session, batch)
    return batch.rows


def refuse_running_job(table: model.Table) -> None:
    if table.job:
        raise failure("table state is SCHEMA_CHANGE, please wait to insert overwrite until table state is normal")
