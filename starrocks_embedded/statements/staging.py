"""Rows on their way into a table: cast to its columns, completed, checked, and kept in a temporary table.

Every writing statement stages its rows first, so that it may read the table it writes, and so that an explicit
transaction can hold them until COMMIT."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.analysis.scope import OutputColumn
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.error_logs import tracking_sql
from starrocks_embedded.statements.filtered_rows import FilteredRows, explained
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import VARCHAR, Type, duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

_numbers = itertools.count(1)
NEVER = "FALSE"  # the condition of bad rows where no row can be bad


@dataclass
class Source:
    """DuckDB text that yields o0, o1, … of these types."""

    sql: str
    types: Sequence[Type]
    parameters: list[Any] | None = None
    as_text: bool = False  # the values are texts that DuckDB reads as the target's type


@dataclass
class Rules:
    """How bad rows are met."""

    strict: bool = True
    max_filter_ratio: float = 0.0
    explicit: bool = False
    label: str = ""


@dataclass
class Batch:
    """Staged rows of `table`: the temporary table `name` holds its physical columns. `columns` are those given by the
    statement or completed; with `partial` the others keep what the table has."""

    table: model.Table
    name: str
    columns: list[model.Column]
    rows: int = 0
    filtered: int = 0
    partial: bool = False
    auto_increments: int = 0
    partitions: tuple[str, ...] = ()
    temporary: bool = False
    condition: str = ""  # the column that must not fall for a row to replace another
    home: int = 0  # the partition that all rows were given when they were staged
    notes: dict[str, Any] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)  # what was wrong with the first filtered rows


def stage(
    session: Session,
    table: model.Table,
    columns: list[model.Column],
    source: Source,
    rules: Rules,
    partial: bool = False,
    fill: bool = False,
) -> Batch:
    """Evaluates the source now. Raises StarRocks' refusal if more rows are bad than the rules allow. With `fill`,
    columns that are left out hold an empty value where they must not be NULL."""
    name = new_name()
    batch = Batch(table, name, list(columns), partial=partial)
    if partial:
        given = _numbered(batch, columns, _casted(columns, source, numbered=True))
        given = _renewed(session, batch, given)
        inner = add_generated(session, table, given, batch)
    else:
        inner = completed_rows(session, batch, columns, source, fill, numbered=True)
    if table.partitioning.kind == "none":
        batch.home = next((p.id for p in table.partitions if not p.temporary), 0)
    given = ", ".join(f'"{c.physical}"' for c in batch.columns)
    made = ", made" if batch.notes.get("auto_increment") else ""
    picked = f"{given}, {bad_row(batch)} AS bad, n, CAST({batch.home or 'NULL'} AS BIGINT) AS p{made}"
    batch.rows = session.connection.run(
        f"CREATE TEMP TABLE {name[5:]} AS SELECT {picked} FROM ({inner}) x", source.parameters
    )
    _settle(session, batch, rules)
    return batch


def completed_rows(
    session: Session,
    batch: Batch,
    columns: list[model.Column],
    source: Source,
    fill: bool = False,
    numbered: bool = False,
) -> str:
    """The source as whole rows of the batch's table, in DuckDB text; `numbered` adds their order as n."""
    inner = complete_columns(session, batch.table, columns, _casted(columns, source, numbered), batch, fill)
    return add_generated(session, batch.table, inner, batch)


def new_name() -> str:
    return f'temp."b{next(_numbers)}"'


def drop_stage(session: Session, batch: Batch) -> None:
    if batch.name:
        session.connection.run(f"DROP TABLE IF EXISTS {batch.name}")


def _casted(columns: list[model.Column], source: Source, numbered: bool) -> str:
    from starrocks_embedded.emit.casts import cast_sql

    items = []
    for i, (column, type_) in enumerate(zip(columns, source.types, strict=True)):
        if source.as_text and not column.type.is_decimal:
            value = f"TRY_CAST(o{i} AS {duckdb_type(column.type)})" if not column.type.is_string else f"o{i}"
        elif source.as_text:
            value = cast_sql(f"s.o{i}", VARCHAR, column.type)
        else:
            value = cast_sql(f"s.o{i}", type_, column.type)
        items.append(f'{value} AS "{column.physical}"')
    if numbered:
        items.append("row_number() OVER () AS n")
    return f"SELECT {', '.join(items)} FROM ({source.sql}) s"


def complete_columns(
    session: Session,
    table: model.Table,
    columns: list[model.Column],
    inner: str,
    batch: Batch,
    fill: bool = False,
) -> str:
    """Adds what the statement leaves out: defaults, NULLs, AUTO_INCREMENT values."""
    given = {c.id for c in columns}
    inner = _numbered(batch, columns, inner)
    added = []
    for column in table.columns:
        if column.generated or column.id in given:
            continue
        if column.auto_increment:
            number = f"CAST({table.next_auto_increment - 1} + n AS {duckdb_type(column.type)})"
            added.append(f'{number} AS "{column.physical}", TRUE AS made')
            batch.notes["auto_increment"] = True
        else:
            value = filled_default(session, column) if fill else default_sql(session, column)
            added.append(f'{value} AS "{column.physical}"')
    batch.columns = [c for c in table.columns if not c.generated]
    return f"SELECT {', '.join(['*', *added])} FROM ({inner}) y" if added else inner


def _numbered(batch: Batch, columns: list[model.Column], inner: str) -> str:
    """Numbers stand for the NULLs of an AUTO_INCREMENT column that the statement gives; only they are used up."""
    column = next((c for c in columns if c.auto_increment), None)
    if column is None:
        return inner
    batch.notes["auto_increment"] = True
    name = f'"{column.physical}"'
    number = f"{batch.table.next_auto_increment - 1} + count(*) FILTER (WHERE {name} IS NULL) OVER (ORDER BY n)"
    return f"SELECT * REPLACE (coalesce({name}, {number}) AS {name}), {name} IS NULL AS made FROM ({inner}) y"


def default_sql(session: Session, column: model.Column) -> str:
    """The value of a column that the statement does not give."""
    from starrocks_embedded.emit.casts import cast_sql
    from starrocks_embedded.emit.expression import quote

    if column.default is None or column.default[0] == "null":
        return f"CAST(NULL AS {duckdb_type(column.type)})"
    kind, text = column.default
    if kind == "expr":
        return _expression(session, text, [], column.type)
    if column.type.is_metric_object:
        return f"CAST([] AS {duckdb_type(column.type)})"
    return cast_sql(quote(text), VARCHAR, column.type)


def filled_default(session: Session, column: model.Column) -> str:
    """The default, or an empty value where there is none and NULL is not allowed."""
    if not column.nullable and column.default is None:
        if column.type.is_numeric:
            return f"CAST(0 AS {duckdb_type(column.type)})"
        if column.type.is_string:
            return "''"
        if column.type.is_temporal:
            return f"CAST('1970-01-01' AS {duckdb_type(column.type)})"
    return default_sql(session, column)


def add_generated(session: Session, table: model.Table, inner: str, batch: Batch) -> str:
    """Adds the generated columns, computed from what stands there."""
    present = {c.id for c in batch.columns}
    added = []
    offered = [OutputColumn(c.name, c.type, c.nullable, c.physical, ast.Relation(key="g"), c) for c in batch.columns]
    for column in table.columns:
        if column.generated and column.id not in present:
            added.append(f'{_expression(session, column.generated, offered, column.type)} AS "{column.physical}"')
            batch.columns.append(column)
    return f"SELECT *, {', '.join(added)} FROM ({inner}) g" if added else inner


def _expression(session: Session, text: str, columns: list[OutputColumn], target: Type) -> str:
    from starrocks_embedded.analysis.analyzer import analyze_expression
    from starrocks_embedded.emit.casts import cast_sql
    from starrocks_embedded.emit.expression import expression_sql
    from starrocks_embedded.syntax.cursor import Cursor
    from starrocks_embedded.syntax.expressions import parse_expression

    expr = analyze_expression(
        session, parse_expression(Cursor(text, session.engine.version, session.sql_mode)), columns
    )
    return cast_sql(expression_sql(expr, session), expr.type, target)


def bad_row(batch: Batch) -> str:
    """The condition under which a row is filtered. A value that cannot be cast is NULL here already: strict mode asks
    after such values in files only."""
    from starrocks_embedded.emit.functions.narrow_decimals import beyond_precision

    conditions = []
    for column in batch.columns:
        name = f'"{column.physical}"'
        if not column.nullable:
            conditions.append(f"{name} IS NULL")
        if column.type.is_string and column.type.length is not None:
            conditions.append(f"strlen({name}) > {column.type.length}")
        elif column.type.name == "varbinary" and column.type.length is not None:
            conditions.append(f"octet_length({name}) > {column.type.length}")
        elif column.type.is_decimal:
            conditions.append(beyond_precision(name, column.type))
    return f"coalesce({' OR '.join(conditions)}, FALSE)" if conditions else NEVER


def _settle(session: Session, batch: Batch, rules: Rules) -> None:
    batch.auto_increments = made_increments(session, batch) if batch.notes.get("auto_increment") else 0
    if not batch.rows or bad_row(batch) == NEVER:
        return
    [(bad,)] = session.connection.rows(f"SELECT count(*) FROM {batch.name} WHERE bad")
    if bad:
        batch.rows, batch.filtered = batch.rows - bad, bad
        batch.log += explained(session.connection, batch.columns, f"FROM {batch.name} WHERE bad")
        judge(session, batch, rules)
        session.connection.run(f"DELETE FROM {batch.name} WHERE bad")


def _renewed(session: Session, batch: Batch, inner: str) -> str:
    """Columns that the statement leaves out and that get their computed defaults nevertheless."""
    from starrocks_embedded.statements.partial_updates import anew

    added = anew(batch.table, batch.columns)
    batch.columns += added
    values = [f'{default_sql(session, c)} AS "{c.physical}"' for c in added]
    return f"SELECT *, {', '.join(values)} FROM ({inner}) v" if values else inner


def made_increments(session: Session, batch: Batch) -> int:
    [(made,)] = session.connection.rows(f"SELECT count(*) FROM {batch.name} WHERE made")
    return int(made)


def judge(session: Session, batch: Batch, rules: Rules) -> None:
    """Refuses the statement if too many of its rows were filtered."""
    version, total = session.engine.version, batch.rows + batch.filtered
    tolerated = batch.filtered <= total * rules.max_filter_ratio if version.at_least("3.4") else not rules.strict
    if tolerated or not batch.filtered:
        return
    number = session.engine.catalog.new_id()
    session.engine.error_logs.add(number, rules.label, batch.table.database_id, "INSERT", batch.log)
    tracking = f"tracking sql = {tracking_sql(number)}"
    drop_stage(session, batch)
    if rules.explicit:
        raise FilteredRows(f"Insert has filtered data : txn_id = {number} {tracking}", number)
    mode = "" if version.at_least("3.4") else " in strict mode"
    raise FilteredRows(f"Insert has filtered data{mode}, txn_id = {number}, {tracking}", number)
