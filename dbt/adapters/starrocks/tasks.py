"""Loads as tasks of the server (SUBMIT TASK): sent in a moment, then watched until they succeed or fail."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starrocks import statement_text
from dbt.adapters.starrocks.session import Outcome

logger = AdapterLogger("StarRocks")

NAME_LENGTH = 64
QUERY = re.compile(r"\b(?:SELECT|WITH)\b", re.I)
CTAS = re.compile(r"\bAS\s*\(*\s*(?:SELECT|WITH)\b", re.I)
# a new task's run is listed by the leader at once, by a follower after a moment
SECONDS_UNTIL_LISTED = 15.0
RUNNING = {"PENDING", "RUNNING"}
UNKNOWN_ROWS = -1

Ask = Callable[[str], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Patience:
    """How often a task is looked after: each wait is longer than the one before."""

    interval: float = 1.0
    factor: float = 2.0
    longest: float = 600.0

    def seconds(self, looks: int) -> float:
        return float(min(self.longest, self.interval * self.factor ** min(looks, 64)))


def submittable(statement: str) -> bool:
    """The server takes CREATE TABLE AS SELECT, INSERT and CACHE SELECT; one of literal rows is not worth a task."""
    kind = statement_text.words(statement, 2)
    bare = statement_text.without_quotes(statement)
    if kind == ("CREATE", "TABLE"):
        return CTAS.search(bare) is not None
    if kind in (("INSERT", "INTO"), ("INSERT", "OVERWRITE")):
        return QUERY.search(bare) is not None
    return kind == ("CACHE", "SELECT")


def task_name(node: str) -> str:
    """`dbt_` and the model's name, so that people find it; unique, for names are global on a server."""
    suffix = uuid.uuid4().hex[:12]
    readable = re.sub(r"[^A-Za-z0-9_]+", "_", node.rpartition(".")[2] or "statement")
    return f"dbt_{readable[: NAME_LENGTH - len(suffix) - 5]}_{suffix}"


def submit_statement(name: str, statement: str, variables: Mapping[str, str]) -> str:
    """A task runs in a session of its own, which knows of ours only what the hint says."""
    hint = ", ".join(f"{key}={value}" for key, value in variables.items())
    comments = statement_text.leading_comments(statement)
    return f"{comments}submit /*+set_var({hint})*/ task `{name}` as {statement[len(comments) :]}"


def drop_statement(name: str) -> str:
    """A task that runs is stopped by it."""
    return f"drop task `{name}`"


class TaskFailed(DbtDatabaseError):
    """The task has come to an end, and not to a good one."""


@dataclass
class Task:
    """One submitted task, watched from this thread."""

    name: str
    ask: Ask
    patience: Patience

    def wait(self) -> Outcome:
        """Until the server says SUCCESS; whatever else ends the task raises."""
        began, looks, shown = time.monotonic(), 0, ""
        while True:
            run = self._look()
            if run is None and (shown or time.monotonic() - began > SECONDS_UNTIL_LISTED):
                raise TaskFailed(
                    f"Task {self.name} is no longer listed in information_schema.task_runs: it was dropped, or its "
                    "record was lost. Whether its load was done is unknown; check the table, then run again."
                )
            if run is not None and run.state not in RUNNING:
                return self._ended(run)
            shown = self._tell(run, shown)
            time.sleep(self.patience.seconds(looks))
            looks += 1

    def _look(self) -> Run | None:
        rows = self.ask(
            "select state, progress, query_id, error_message from information_schema.task_runs "
            f"where task_name = '{self.name}'"
        )
        return Run.of(rows[0]) if rows else None

    def _tell(self, run: Run | None, shown: str) -> str:
        line = f"{run.state} {run.progress}".strip() if run else ""
        if line != shown:
            logger.info(f"Task {self.name}: {line}")
        return line or shown

    def _ended(self, run: Run) -> Outcome:
        if run.state != "SUCCESS":
            reason = run.error_message or f"the server says {run.state} and gives no reason"
            raise TaskFailed(f"Task {self.name} failed: {reason}")
        logger.info(f"Task {self.name}: SUCCESS")
        return Outcome(UNKNOWN_ROWS, info={"label": self.name, "query": run.query_id})


@dataclass(frozen=True)
class Run:
    """A row of information_schema.task_runs."""

    state: str
    progress: str
    query_id: str
    error_message: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Run:
        told = {name.lower(): "" if value is None else str(value) for name, value in row.items()}
        return cls(told["state"], told["progress"], told["query_id"], told["error_message"])
