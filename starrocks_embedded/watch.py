"""Ends statements that run too long, and those whose client is gone."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.variables import value_text
from starrocks_embedded.session import Session

if TYPE_CHECKING:
    from starrocks_embedded.conversation import Conversation

TICK = 0.25
QUERY = re.compile(r"[\s(]*(?:select|with|values)\b", re.IGNORECASE)
CHANGE = re.compile(r"\s*(?:insert|update|delete|create\s+table|refresh)\b", re.IGNORECASE)


def watch(clients: Callable[[], Iterable[Conversation]], stopped: threading.Event) -> None:
    while not stopped.wait(TICK):
        for client in clients():
            session = client.session
            if session is not None and session.current_statement:
                _look_after(client, session)


def _look_after(client: Conversation, session: Session) -> None:
    if client.stream.abandoned():
        session.connection.interrupt()
    elif (variable := _limit(session)) and time.time() - session.statement_began > int(value_text(session, variable)):
        client.expired = variable
        session.connection.interrupt()


def _limit(session: Session) -> str:
    """The variable that limits what the session runs; '' for statements without a limit."""
    if QUERY.match(session.current_statement):
        return "query_timeout"
    if CHANGE.match(session.current_statement):
        return "insert_timeout" if session.engine.version.at_least("3.4") else "query_timeout"
    return ""


def timeout_error(session: Session, variable: str) -> StarRocksError:
    seconds = value_text(session, variable)
    kind = "Insert" if variable == "insert_timeout" else "Query"
    advice = f"please increase the '{variable}' session variable and retry"
    return StarRocksError(5024, f"{kind} reached its timeout of {seconds} seconds, {advice}")
