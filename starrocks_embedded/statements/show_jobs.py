"""SHOW EXPORT and SHOW DELETE: jobs that a cluster has, and that are never there in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.result import Result
from starrocks_embedded.statements.shows import Show, columns, header, show, show_database

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

EXPORT = columns(
    "JobId:90|QueryId:90|State:90|Progress:90|TaskInfo:90|Path:90|CreateTime:90|StartTime:90|FinishTime:90|"
    "Timeout:90|ErrorMsg:90"
)
DELETE = columns("TableName:90|PartitionName:90|CreateTime:90|DeleteCondition:90|State:90")


@show("EXPORT", scope=True, ordered=True)
def show_export(session: Session, statement: Show) -> Result:
    show_database(session, statement.scope)
    return header(EXPORT)


@show("DELETE", scope=True)
def show_delete(session: Session, statement: Show) -> Result:
    """Conditions of past deletes are not kept: a delete is done when its statement ends."""
    show_database(session, statement.scope)
    return header(DELETE)
