"""Background work in lines: of one line's work one piece runs at a time, and equal pieces that wait are done once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass
class Work:
    """`kind` is what makes pieces equal; `id` is how whoever asked for it finds it again."""

    kind: Hashable
    id: str
    run: Callable[[], None]


class TaskQueue:
    """A line has a thread only while there is work in it."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, deque[Work]] = {}
        self._mutex = threading.Lock()
        self._closed = False

    def submit(self, line: Hashable, work: Work) -> str:
        """The id of the work, or of the equal one that waits already."""
        with self._mutex:
            if self._closed:
                return work.id
            waiting = self._lines.get(line)
            if waiting is None:
                self._lines[line] = deque([work])
                threading.Thread(target=self._work, args=(line,), name=f"task {line}", daemon=True).start()
                return work.id
            for other in waiting:
                if other.kind == work.kind:
                    return other.id
            waiting.append(work)
        return work.id

    def close(self) -> None:
        with self._mutex:
            self._closed = True
            for waiting in self._lines.values():
                waiting.clear()

    def _work(self, line: Hashable) -> None:
        while True:
            with self._mutex:
                waiting = self._lines[line]
                if not waiting:
                    del self._lines[line]
                    return
                work = waiting.popleft()
            work.run()
