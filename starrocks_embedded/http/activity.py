"""Whether anybody asks anything over HTTP: a server that is asked is not idle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Requests:
    """What keeps a server awake beside its connections: requests over HTTP."""

    def __init__(self) -> None:
        self.running = 0
        self.last = 0.0
        self._mutex = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[None]:
        with self._mutex:
            self.running += 1
        try:
            yield
        finally:
            with self._mutex:
                self.running -= 1
                self.last = time.monotonic()
