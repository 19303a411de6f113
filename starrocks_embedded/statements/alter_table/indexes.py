"""ADD INDEX and DROP INDEX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.indexes import check_index_column
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.syntax.definitions import IndexDef

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

MAX_NAME = 64


def analyze_index(session: Session, table: model.Table, clause: c.AddIndex) -> None:
    item = clause.index
    if not item.name:
        raise analysis_error("index name cannot be blank.")
    if len(item.name) > MAX_NAME:
        raise analysis_error("index name too long, the index name length at most is 64.")
    for name in item.columns:
        if table.column(name) is None:
            raise analysis_error(f"can not find column by name: {name}, from table: {table.name}")
    if len(item.columns) != 1:
        raise analysis_error(f"{item.name} index can only apply to a single column.")
    _checked(table, item)


def _checked(table: model.Table, item: IndexDef) -> dict[str, str]:
    column = table.column(item.columns[0])
    assert column is not None
    return check_index_column(item, column.name, column.type, table.keys, column.key)


def add_index(session: Session, before: model.Table, table: model.Table, clause: c.AddIndex) -> None:
    """Appends the index to the copy of the table; only those that were there before the statement are in its way."""
    item = clause.index
    for known in before.indexes:
        if known.name.lower() == item.name.lower():
            raise failure(f"index `{item.name}` already exist.")
        if {n.lower() for n in known.columns} == {n.lower() for n in item.columns}:
            raise failure(f"index for columns ({','.join(item.columns)} ) already exist.")
    columns = tuple(k.name for k in (table.column(n) for n in item.columns) if k is not None)
    properties = _checked(table, item)
    table.indexes.append(
        model.Index(session.engine.catalog.new_id(), item.name, columns, item.kind, item.comment, properties)
    )


def drop_index(table: model.Table, clause: c.DropIndex) -> None:
    kept = [i for i in table.indexes if i.name.lower() != clause.name.lower()]
    if len(kept) == len(table.indexes):
        raise failure(f"index {clause.name} does not exist")
    table.indexes = kept
