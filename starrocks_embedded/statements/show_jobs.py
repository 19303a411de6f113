"""SHOW DELETE: past deletes, of which nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.result import Result
from starrocks_embedded.statements.shows import Show, columns, header, show, show_database

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

DELETE = columns("TableName:90|PartitionName:90|CreateTime:90|DeleteCondition:90|State:90")


@show("DELETE", scope=True)
def show_delete(session: Session, statement: Show) -> Result:
    """Conditions of past deletes are not kept: a delete is done when its statement ends."""
    show_database(session, statement.scope)
    return header(DELETE)
