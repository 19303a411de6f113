"""KILL: ends another session, or what it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.accounts import ROOT_ROLE, current_account
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CLUSTER_ADMIN = -3
OPERATING_ROLES = {ROOT_ROLE, CLUSTER_ADMIN}


@dataclass
class Kill(Statement):
    """Of `connection` and `query_id` one is given."""

    connection: int | None
    query_id: str
    whole_connection: bool


@grammar("KILL")
def parse_kill(cursor: Cursor) -> Kill:
    kind = cursor.accept_any("CONNECTION", "QUERY")
    if kind is None and cursor.token.kind not in ("int", "string"):
        read = cursor.text[cursor.previous.start : cursor.token.end].rstrip()
        at = cursor.previous if cursor.done else cursor.token
        raise _no_alternative(read, at.line, at.end if cursor.done else at.column)
    if cursor.token.kind == "string":
        return Kill(None, cursor.string(), kind != "QUERY")
    if cursor.token.kind != "int":
        raise cursor.unexpected("SINGLE_QUOTED_TEXT", "INTEGER_VALUE", "DOUBLE_QUOTED_TEXT")
    return Kill(cursor.integer(), "", kind != "QUERY")


def _no_alternative(text: str, line: int, column: int) -> StarRocksError:
    detail = f"No viable statement for input '{text}'"
    return StarRocksError(1064, f"Getting syntax error at line {line}, column {column}. Detail message: {detail}.")


@executes(Kill)
def kill(session: Session, statement: Kill) -> Result:
    target = _target(session, statement)
    if target is session:
        if statement.whole_connection and statement.connection is not None:
            session.killed.set()
        return ok()
    if target.user != session.user:
        require_operate(session)
    target.connection.interrupt()
    if statement.whole_connection and statement.connection is not None:
        target.killed.set()
        target.disconnect()
    return ok()


def _target(session: Session, statement: Kill) -> Session:
    from starrocks_embedded.session import Session as Known

    sessions = [s for s in list(session.engine.sessions.values()) if isinstance(s, Known)]
    if statement.connection is not None:
        found = next((s for s in sessions if s.id == statement.connection), None)
        if found is None:
            raise StarRocksError(1094, f"Unknown thread id: {statement.connection}")
        return found
    found = next((s for s in sessions if s.query_id == statement.query_id and s.current_statement), None)
    if found is None:
        raise StarRocksError(1365, f"Unknown query id: {statement.query_id}")
    return found


def may_operate(session: Session) -> bool:
    account = current_account(session)
    granted = any(g.object_kind == "SYSTEM" and "OPERATE" in g.privileges for g in account.grants)
    return granted or bool(set(account.roles) & OPERATING_ROLES)


def require_operate(session: Session, privileges: str = "OPERATE") -> None:
    """Sessions of others and the nodes are the business of whoever may operate the system."""
    if may_operate(session):
        return
    raise StarRocksError(
        5203,
        f"Access denied; you need (at least one of) the {privileges} privilege(s) on SYSTEM for this operation. "
        "Please ask the admin to grant permission(s) or try activating existing roles using <set [default] role>. "
        "Current role(s): NONE. Inactivated role(s): NONE.",
    )
