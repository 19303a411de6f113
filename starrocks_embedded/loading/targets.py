"""The table that a load is for: whether it is there, whether it takes loads, whether this account may load into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure
from starrocks_embedded.metadata.rights import require_on

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def check_load(session: Session, database: str, table: str) -> None:
    """Refuses an account that may not load into the table. One that is not there is not refused here."""
    known = session.engine.catalog.database(database)
    found = session.engine.catalog.table(known.id, table) if known else None
    if found is not None:
        require_on(session, "INSERT", found)


def target_of(session: Session, database: str, name: str) -> model.Table:
    """The table, or what a front end says where there is none."""
    known = session.engine.catalog.database(database)
    if known is None:
        raise failure(f"unknown database, database={database}")
    table = session.engine.catalog.table(known.id, name)
    if table is None:
        raise failure(f'unknown table "{database}.{name}"')
    return table


def check_kind(table: model.Table) -> None:
    if table.kind == "view":
        raise failure("load table type is not OlapTable, type=class com.starrocks.catalog.View")
    if table.kind == "materialized_view":
        raise failure(
            f"The data of '{table.name}' cannot be inserted because '{table.name}' is a materialized view,"
            "and the data of materialized view must be consistent with the base table."
        )
