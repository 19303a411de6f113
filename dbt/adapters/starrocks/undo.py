"""What must be put right when a model fails half-way: one statement per open step, run when the model ends.

A materialization says beforehand what to do if it does not come to an end (`adapter.if_it_fails(sql)`), and says when
the step is safe (`adapter.step_is_done()`). A killed process runs nothing of this; the next run's healing does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from dbt.adapters.events.logging import AdapterLogger

logger = AdapterLogger("StarRocks")


class Undo:
    """The open step of the model that a thread is building."""

    def __init__(self) -> None:
        self._local = threading.local()

    def open(self, sql: str) -> None:
        self._local.sql = sql

    def close(self) -> None:
        self._local.sql = None

    def run(self, execute: Callable[[str], object]) -> None:
        """Best effort: the model's own error is the one to show, and the next run tries again."""
        sql = getattr(self._local, "sql", None)
        self.close()
        if sql is None:
            return
        try:
            execute(sql)
        except Exception as error:
            logger.debug(f"Could not clean up with `{sql}`: {error}. The next run will.")
