"""Work that is due again and again: one thread for all schedules, there only while something is scheduled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

LONGEST_NAP = 3600.0  # seconds: the wall clock may be set meanwhile


def seconds_until(start: datetime, interval: float, now: datetime) -> float:
    """To the next moment that is whole intervals after the start."""
    passed = (now - start).total_seconds()
    return -passed if passed < 0 else interval - passed % interval


@dataclass
class Schedule:
    """`wait` tells the seconds until it is due next, None when it is over; `action` must not take long."""

    wait: Callable[[], float | None]
    action: Callable[[], None]
    due: float = 0


class Scheduler:
    def __init__(self) -> None:
        self._schedules: dict[str, Schedule] = {}
        self._wake = threading.Condition()
        self._running = self._closed = False

    def every(self, key: str, wait: Callable[[], float | None], action: Callable[[], None]) -> None:
        """Runs the action whenever it is due; one of the same key is replaced."""
        schedule = Schedule(wait, action)
        with self._wake:
            self._schedules.pop(key, None)
            if not self._closed and self._plan(schedule):
                self._schedules[key] = schedule
                self._start()
            self._wake.notify()

    def cancel(self, key: str) -> None:
        with self._wake:
            self._schedules.pop(key, None)
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._schedules.clear()
            self._wake.notify()

    def _start(self) -> None:
        if not self._running:
            self._running = True
            threading.Thread(target=self._run, name="scheduler", daemon=True).start()

    @staticmethod
    def _plan(schedule: Schedule) -> bool:
        seconds = schedule.wait()
        schedule.due = time.time() + (seconds or 0)
        return seconds is not None

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._schedules:
                    self._running = False
                    return
                key, schedule = min(self._schedules.items(), key=lambda item: item[1].due)
                nap = schedule.due - time.time()
                if nap > 0:
                    self._wake.wait(min(nap, LONGEST_NAP))
                    continue
            schedule.action()
            with self._wake:
                if self._schedules.get(key) is schedule and not self._plan(schedule):
                    del self._schedules[key]
