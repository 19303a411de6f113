"""The rows of a load on their way into a table: fields converted, columns filled, rows judged one by one.

Everything is one DuckDB statement that leaves a temporary table; what is wrong with a row is a number in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.loading.conversion import converted
from starrocks_embedded.loading.mapping import Mapping, SourceField
from starrocks_embedded.statements.filtered_rows import MOST_ROWS, as_text
from starrocks_embedded.statements.staging import NEVER, Batch, add_generated, bad_row, complete_columns, new_name
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.loading.lines import Lines
    from starrocks_embedded.loading.options import Options
    from starrocks_embedded.session import Session

# what may be wrong with a row; FIELD counts on by the number of a field
GOOD, UNSELECTED, WIDTH, COLUMN, FIELD = 0, 1, 2, 3, 1000


@dataclass
class Staged:
    """`bad` are the first rejected rows: what is wrong, the line, the values by column."""

    batch: Batch
    loaded: int = 0
    filtered: int = 0
    unselected: int = 0
    bad: list[tuple[int, str, int, list[Any]]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.loaded + self.filtered + self.unselected


def stage_rows(
    session: Session, table: model.Table, mapping: Mapping, options: Options, source: Lines, null_mark: str
) -> Staged:
    """Reads the lines into a temporary table that holds the good rows; the first bad ones are kept as well."""
    batch = Batch(table, new_name(), [c for c, _ in mapping.values], partial=mapping.partial)
    batch.temporary, batch.partitions, batch.condition = options.temporary, options.partitions, options.condition
    fields = _fields_sql(mapping, options, source, null_mark)
    columns = _columns_sql(session, table, mapping, fields, options)
    if not mapping.partial:
        columns = complete_columns(session, table, batch.columns, columns, batch)
    whole = add_generated(session, table, columns, batch)
    if table.partitioning.kind == "none":
        batch.home = next((p.id for p in table.partitions if p.temporary == options.temporary), 0)
    staged = Staged(batch)
    _run(session, staged, mapping, whole)
    _count(session, staged, source)
    return staged


# ---- the statement, from the inside out


def _fields_sql(mapping: Mapping, options: Options, source: Lines, null_mark: str) -> str:
    """Fields as s0, s1, …; `wrong` says where the reader gave up."""
    from starrocks_embedded.emit.expression import quote

    split = f"SELECT n, line, string_split(line, {quote(source.separator)}) AS f FROM ({source.sql}) r"
    texts, items, unreadable = [], [], []
    for number, found in enumerate(mapping.fields):
        if not found.used:
            continue
        text = source.shown(f"f[{number + 1 + source.margin}]")
        text = f"trim({text}, ' ')" if options.trim_space and not options.enclose and not options.escape else text
        texts.append(f"nullif({text}, {quote(null_mark)}) AS t{number}")
        items.append(f"{converted(f't{number}', found.type, options.format == 'json')} AS s{number}")
        unreadable.append(f"WHEN t{number} IS NOT NULL AND s{number} IS NULL THEN {FIELD + number}")
    given = f"SELECT {', '.join(['n', 'line', 'len(f) AS width', *texts])} FROM ({split}) q"
    read = f"SELECT {', '.join(['*', *items])} FROM ({given}) t"
    strict = unreadable if options.strict else []
    cases = [f"WHEN width <> {len(mapping.fields) + source.margin} THEN {WIDTH}", *strict]
    return f"SELECT *, CASE {' '.join(cases)} ELSE {GOOD} END AS wrong FROM ({read}) v"


def _columns_sql(session: Session, table: model.Table, mapping: Mapping, fields: str, options: Options) -> str:
    """The columns that the load gives, under their physical names, with the row's number, line and operation."""
    from starrocks_embedded.emit.casts import cast_sql

    before = session.variables.get("time_zone")
    session.variables["time_zone"] = options.zone  # of the load's expressions; defaults are the front end's
    try:
        items = []
        for column, value in mapping.values:
            text, type_ = _value(session, mapping, value)
            items.append(f'{cast_sql(text, type_, column.type)} AS "{column.physical}"')
        operation, _ = _value(session, mapping, mapping.operation)
    finally:
        if before is None:
            del session.variables["time_zone"]
        else:
            session.variables["time_zone"] = before
    picked = ", ".join([*items, "n", "line", "wrong", f"coalesce({operation}, 0) AS op"])
    return f'SELECT {picked} FROM ({fields}) "g"'


def _value(session: Session, mapping: Mapping, value: SourceField | ast.Expr | int) -> tuple[str, Type]:
    from starrocks_embedded.emit.expression import expression_sql
    from starrocks_embedded.types import TINYINT

    if isinstance(value, int):
        return str(value), TINYINT
    if isinstance(value, SourceField):
        return f'"g".s{mapping.fields.index(value)}', value.type
    return expression_sql(value, session), value.type


def _run(session: Session, staged: Staged, mapping: Mapping, whole: str) -> None:
    from starrocks_embedded.emit.expression import expression_sql

    batch = staged.batch
    given = [f'"{c.physical}"' for c in batch.columns]
    cases = [f"WHEN wrong <> {GOOD} THEN wrong"]
    if mapping.where is not None:
        cases.append(f"WHEN NOT coalesce({expression_sql(mapping.where, session)}, false) THEN {UNSELECTED}")
    if (refused := bad_row(batch)) != NEVER:
        cases.append(f"WHEN {refused} THEN {COLUMN}")
    bad = f"CASE {' '.join(cases)} ELSE {GOOD} END"
    judged = f'SELECT {", ".join([*given, "n", "op", "line", f"{bad} AS bad"])} FROM ({whole}) "w"'
    kept = ", ".join([*given, "n", "op", "bad", f"CASE WHEN bad > {UNSELECTED} THEN line END AS line"])
    home = f"CAST({batch.home or 'NULL'} AS BIGINT) AS p"
    batch.rows = session.connection.run(
        f"CREATE TEMP TABLE {batch.name[5:]} AS SELECT {kept}, {home} FROM ({judged}) x"
    )


def _count(session: Session, staged: Staged, source: Lines) -> None:
    batch = staged.batch
    counts = dict(session.connection.rows(f"SELECT bad, count(*) FROM {batch.name} GROUP BY bad"))
    staged.loaded, staged.unselected = counts.pop(GOOD, 0), counts.pop(UNSELECTED, 0)
    staged.filtered = sum(counts.values()) + source.rejects
    if counts:
        told = f"WHERE bad > {UNSELECTED} ORDER BY n LIMIT {MOST_ROWS}"
        staged.bad = _bad_rows(session, batch, f"FROM {batch.name} {told}")
    if counts or staged.unselected:
        session.connection.run(f"DELETE FROM {batch.name} WHERE bad <> {GOOD}")
    batch.rows = staged.loaded
    batch.auto_increments = batch.rows if batch.notes.get("auto_increment") else 0


def _bad_rows(session: Session, batch: Batch, rows: str) -> list[tuple[int, str, int, list[Any]]]:
    found = session.connection.rows(f"SELECT {', '.join(['bad', 'line', 'n', *as_text(batch.columns)])} {rows}")
    return [(bad, line, n, list(rest)) for bad, line, n, *rest in found]
