"""What a writing statement writes to: the table it names, or the refusal that name earns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import analysis_error, failure, unsupported
from starrocks_embedded.metadata.databases import is_system_database

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def find_target(session: Session, name: tuple[str, ...]) -> model.Table | None:
    """The table of that name; None for a table of a system database."""
    catalog, database, table = session.resolve(name)
    if catalog in session.engine.externals:
        raise unsupported(f"This statement in the external catalog {catalog}")
    if is_system_database(database):
        return None
    found = session.engine.catalog.database(database)
    if found is None:
        raise analysis_error(f"Unknown database '{database}'", code=5501)
    target = session.engine.catalog.table(found.id, table, session.id)
    if target is None:
        raise analysis_error(f"Table {table} is not found")
    return target


def insert_target(session: Session, name: tuple[str, ...], overwrite: bool) -> model.Table:
    target = find_target(session, name)
    if target is None or target.kind == "view":
        kinds = "insert overwrite olap/iceberg/hive table" if overwrite else "insert into olap/mysql/iceberg/hive table"
        raise failure(f"Only support {kinds}")
    if target.kind == "materialized_view":
        raise analysis_error(
            f"The data of '{target.name}' cannot be inserted because '{target.name}' is a materialized view,"
            "and the data of materialized view must be consistent with the base table."
        )
    return target
