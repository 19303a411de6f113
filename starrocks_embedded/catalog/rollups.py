"""Rollups of a table: finding one by its name, the query that stands for it, and what it forbids of its columns."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.states import UNION
from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure, unsupported
from starrocks_embedded.syntax.printer import backquote
from starrocks_embedded.types import to_sql

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog

JOINED = ("sum", "min", "max", "bitmap_union", "hll_union", "percentile_union")


def find_rollup(catalog: Catalog, database_id: int, name: str) -> tuple[model.Table, model.Rollup] | None:
    """The rollup of that name in the database, with its table."""
    for table in catalog.tables(database_id):
        rollup = rollup_of(table, name)
        if rollup is not None:
            return table, rollup
    return None


def rollup_of(table: model.Table, name: str) -> model.Rollup | None:
    return next((r for r in table.rollups if r.name == name), None)


def is_plain(column: model.RollupColumn) -> bool:
    """Whether it is a column of the table, as it is."""
    return len(column.reads) == 1 and column.define == backquote(column.reads[0])


def shown_column(table: model.Table, column: model.RollupColumn) -> model.Column:
    """With the type that its table's column has by now."""
    base = table.column(column.reads[0]) if is_plain(column) and not _joins(column) else None
    return replace(column.column, type=base.type, nullable=base.nullable) if base is not None else column.column


# ---- reading


def rollup_query(database: str, table: model.Table, rollup: model.Rollup) -> str:
    """What SELECT * FROM rollup [_SYNC_MV_] reads. Values are joined tablet by tablet there: where the rows of a
    group lie in several, the server shows several rows, and which ones only its storage knows."""
    grouped = rollup.keys == "aggregate"
    if grouped and not _together(table, rollup):
        raise unsupported(f"Reading {rollup.name}, whose groups are spread over the buckets of {table.name},")
    items = ", ".join(f"{_value(c)} AS {backquote(c.column.name)}" for c in rollup.columns)
    text = f"SELECT {items} FROM {backquote(database)}.{backquote(table.name)}"
    if rollup.where:
        text += f" WHERE {rollup.where}"
    if grouped:
        text += " GROUP BY " + ", ".join(c.define for c in rollup.columns if c.column.key)
    return text


def _value(column: model.RollupColumn) -> str:
    aggregate = column.column.aggregate
    if column.column.key or aggregate in ("", "none"):
        return column.define
    state = column.column.type.state
    if state is not None:
        return f"{state.function}{UNION}({column.define})"
    if aggregate not in JOINED:
        raise unsupported(f"Reading a rollup with a {aggregate.upper()} column")
    joined = f"{aggregate}({column.define})"
    return f"CAST({joined} AS {to_sql(column.column.type)})" if aggregate == "sum" else joined


def _together(table: model.Table, rollup: model.Rollup) -> bool:
    """Whether each group has all its rows in one tablet: there is but one, or its place follows from the keys."""
    if all((p.buckets or table.distribution.buckets) == 1 for p in table.partitions):
        return True
    keys = {c.reads[0].lower() for c in rollup.columns if c.column.key and is_plain(c)}
    placing = {c.lower() for c in table.distribution.columns}
    return table.distribution.kind == "hash" and placing <= keys


# ---- changes of the table


def refuse_used_column(database: str, table: model.Table, name: str) -> None:
    """A column that an index of joined values is made of can be neither changed nor dropped."""
    cannot = f"Can not drop/modify the column {name}, because the column is used in the related rollup"
    please = "please drop the rollup index first."
    for rollup in table.rollups:
        if table.keys != "aggregate" and any(_joins(c) for c in rollup.columns):
            for column in rollup.columns:
                if column.column.name == name:
                    raise failure(f"{cannot} {rollup.name}, {please}")
                if name in column.reads:
                    define = qualified(column.define, column.reads, database, table)
                    raise failure(f"{cannot} {rollup.name} with the define expr:{define}, {please}")
        if name in rollup.where_reads:
            where = qualified(rollup.where, rollup.where_reads, database, table)
            raise failure(f"{cannot} {rollup.name} with the where expr:{where}, {please}")


def _joins(column: model.RollupColumn) -> bool:
    return column.column.aggregate not in ("", "none")


def qualified(text: str, names: tuple[str, ...], database: str, table: model.Table) -> str:
    """Bare column names of a rollup's text with their database and table."""
    place = f"{backquote(database)}.{backquote(table.name)}."
    for name in set(names):
        text = text.replace(backquote(name), place + backquote(name))
    return text


def forget_column(table: model.Table, name: str) -> None:
    """A dropped column leaves the rollups that hold it as it is."""
    for rollup in table.rollups:
        rollup.columns = [c for c in rollup.columns if not (is_plain(c) and c.reads[0].lower() == name.lower())]


def follow_column(table: model.Table, old: str, new: str) -> None:
    """A renamed column bears its new name in rollups, too."""
    pattern = re.compile(re.escape(backquote(old)), re.IGNORECASE)
    for rollup in table.rollups:
        for column in rollup.columns:
            if is_plain(column) and column.column.name.lower() == old.lower():
                column.column.name = new
            column.define = pattern.sub(lambda _: backquote(new), column.define)
            column.reads = tuple(new if r.lower() == old.lower() else r for r in column.reads)


# ---- as text


def statement_text(table: model.Table, rollup: model.Rollup) -> str:
    """What SHOW MATERIALIZED VIEWS says it was made by; of ADD ROLLUP the server makes up a statement."""
    if rollup.statement:
        return re.sub(r" +", " ", rollup.statement.replace("\n", "").replace("\t", ""))
    keys = [c.column.name for c in rollup.columns if c.column.key]
    values = [f"{c.column.aggregate.upper()}({c.column.name})" for c in rollup.columns if not c.column.key]
    return (
        f"create materialized view {rollup.name} as select {','.join([*keys, *values])} from {table.name} "
        f"group by {','.join(keys)}"
    )
