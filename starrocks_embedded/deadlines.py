"""Actions that are due unless something ends before: one thread for all of them, not one for each."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TICK = 0.1


class Deadlines:
    """The thread runs only while something is pending, and looks around ten times a second."""

    def __init__(self) -> None:
        self._pending: dict[int, tuple[float, Callable[[], None]]] = {}
        self._ids = itertools.count()
        self._mutex = threading.Lock()
        self._running = False

    @contextmanager
    def within(self, seconds: float, action: Callable[[], None]) -> Iterator[None]:
        """Runs the action if the block takes longer."""
        key = next(self._ids)
        with self._mutex:
            self._pending[key] = (time.monotonic() + seconds, action)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
        try:
            yield
        finally:
            with self._mutex:
                self._pending.pop(key, None)

    def _run(self) -> None:
        idle_rounds = 0
        while True:
            time.sleep(TICK)
            with self._mutex:
                now = time.monotonic()
                due = [key for key, (moment, _) in self._pending.items() if moment <= now]
                actions = [self._pending.pop(key)[1] for key in due]
                # a busy server comes back at once: the thread outlives a few quiet rounds
                idle_rounds = 0 if self._pending else idle_rounds + 1
                if idle_rounds > 50:
                    self._running = False
                    return
            for action in actions:
                action()


DEADLINES = Deadlines()
