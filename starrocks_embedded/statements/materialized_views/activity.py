"""Materialized views that stopped because of a change below them are tried again from time to time."""

from __future__ import annotations

import contextlib
import time
import uuid
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.config import config_value
from starrocks_embedded.statements.materialized_views.alter import BY_USER, bring_back
from starrocks_embedded.taskqueue import Work

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

FAILING = "mv consecutive failures"


class ActiveChecker:
    """Looks at the views whenever as many seconds have passed as the front end's configuration says."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._last = time.monotonic()

    def look(self) -> None:
        if time.monotonic() - self._last < int(config_value(self.engine, "mv_active_checker_interval_seconds") or 60):
            return
        self._last = time.monotonic()
        if config_value(self.engine, "enable_mv_automatic_active_check") != "true":
            return
        for view in self.engine.catalog.all(model.Table):
            if view.materialized is not None and _may_return(view.materialized):
                self._submit(view)

    def _submit(self, view: model.Table) -> None:
        work = Work("activate", str(uuid.uuid4()), lambda: _try(self.engine, view.id))
        self.engine.task_queue.submit(view.id, work)


def _may_return(details: model.MaterializedView) -> bool:
    """Not what a user switched off, nor what was given up."""
    given_up = details.inactive_reason.startswith(FAILING)
    return not details.active and details.inactive_reason != BY_USER and not given_up


def _try(engine: Engine, view_id: int) -> None:
    from starrocks_embedded.session import Session

    view = engine.catalog.get(model.Table, view_id)
    if view is None or view.materialized is None or not _may_return(view.materialized):
        return
    with contextlib.suppress(Exception):  # the engine was closed
        session = Session(engine, 0, view.creator or engine.admin)
        with contextlib.suppress(StarRocksError):  # it still does not mean what it meant
            bring_back(session, view)
        session.close()
