"""Ends statements that run too long, and those whose client is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starrocks_embedded.timeouts import expire

if TYPE_CHECKING:
    from starrocks_embedded.conversation import Conversation
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

TICK = 0.25


def watch(engine: Engine, clients: Callable[[], Iterable[Conversation]], stopped: threading.Event) -> None:
    """Looks after clients, after the sessions of tasks, which have none, and after views that stopped."""
    from starrocks_embedded.statements.materialized_views.activity import ActiveChecker

    checker = ActiveChecker(engine)
    while not stopped.wait(TICK):
        for client in clients():
            session = client.session
            if session is not None and session.current_statement:
                _look_after(client, session)
        for task in list(engine.running_tasks.values()):
            if task.current_statement:
                expire(task)
        checker.look()


def _look_after(client: Conversation, session: Session) -> None:
    if client.stream.abandoned():
        session.connection.interrupt()
    else:
        expire(session)
