"""The variables that limit how long a statement may run, and the error of one that ran longer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

INTERRUPTED = 1317
LATE_INTERRUPTIONS = 5  # that may come after the statement they were meant for
QUERY = re.compile(r"[\s(]*(?:select|with|values)\b", re.IGNORECASE)
CHANGE = re.compile(r"\s*(?:insert|update|delete|create\s+table|refresh)\b", re.IGNORECASE)


def expire(session: Session) -> None:
    """Interrupts what the session runs if that takes longer than it may."""
    from starrocks_embedded.metadata.variables import value_text

    variable = _limit(session)
    if variable and time.time() - session.statement_began > int(value_text(session, variable)):
        session.expired = variable
        session.connection.interrupt()


def _limit(session: Session) -> str:
    """The variable that limits what the session runs; '' for statements without a limit."""
    if QUERY.match(session.current_statement):
        return "query_timeout"
    if CHANGE.match(session.current_statement):
        return "insert_timeout" if session.engine.version.at_least("3.4") else "query_timeout"
    return ""


def uninterrupted(write: Callable[[], None]) -> None:
    """Carries out what has to be written down, though the session may just be interrupted."""
    for _ in range(LATE_INTERRUPTIONS):
        try:
            return write()
        except StarRocksError as error:
            if error.code != INTERRUPTED:
                raise
    write()


def meant_error(session: Session, error: StarRocksError) -> StarRocksError:
    """An interruption is a timeout if `expire` did it."""
    variable, session.expired = session.expired, ""
    return _timeout_error(session, variable) if error.code == INTERRUPTED and variable else error


def _timeout_error(session: Session, variable: str) -> StarRocksError:
    from starrocks_embedded.metadata.variables import value_text

    seconds = value_text(session, variable)
    kind = "Insert" if variable == "insert_timeout" else "Query"
    advice = f"please increase the '{variable}' session variable and retry"
    return StarRocksError(5024, f"{kind} reached its timeout of {seconds} seconds, {advice}")
