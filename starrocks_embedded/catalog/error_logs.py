"""The error logs of the last loads: what was wrong with the rows they filtered."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass

KEPT = 200


@dataclass
class ErrorLog:
    """A load's log; `name` is what its address ends with."""

    name: str
    job: int
    label: str
    database_id: int
    kind: str
    text: str


class ErrorLogs:
    """The logs of the last loads. A cluster keeps them in files of its back ends, for some days."""

    def __init__(self) -> None:
        self._logs: dict[str, ErrorLog] = {}
        self._mutex = threading.Lock()

    def add(self, job: int, label: str, database_id: int, kind: str, lines: list[str]) -> ErrorLog:
        load = uuid.uuid4().hex
        text = "".join(f"{line}\n" for line in lines)
        log = ErrorLog(f"error_log_{load[:16]}_{load[16:]}", job, label, database_id, kind, text)
        with self._mutex:
            self._logs[log.name] = log
            if len(self._logs) > KEPT:
                del self._logs[next(iter(self._logs))]
        return log

    def find(self, name: str) -> ErrorLog | None:
        return self._logs.get(name)

    def all(self) -> list[ErrorLog]:
        with self._mutex:
            return list(self._logs.values())


def tracking_sql(job: int) -> str:
    """The query that shows a load's log."""
    return f"select tracking_log from information_schema.load_tracking_logs where job_id={job}"
