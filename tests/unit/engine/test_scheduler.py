"""The thread that knows when something is due."""

from __future__ import annotations

import threading
from datetime import datetime, timezone

import pytest

from starrocks_embedded.scheduler import Scheduler, seconds_until


@pytest.mark.parametrize(("second", "expected"), [(0, 10.0), (3, 7.0), (10, 10.0), (29, 1.0)])
def test_seconds_until__counts_whole_intervals_from_the_start(second: int, expected: float) -> None:
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert seconds_until(start, 10, start.replace(second=second)) == expected


def test_every__fires_again_until_it_is_over() -> None:
    left, over = [3], threading.Event()

    def wait() -> float | None:
        if left[0]:
            return 0.01
        over.set()
        return None

    def action() -> None:
        left[0] -= 1

    scheduler = Scheduler()
    scheduler.every("x", wait, action)
    assert over.wait(20)
    assert left == [0]
    scheduler.close()


def test_a_scheduler_without_work_has_no_thread() -> None:
    scheduler = Scheduler()
    scheduler.every("x", lambda: 60, lambda: None)
    scheduler.cancel("x")
    for _ in range(2000):
        if not any(t.name == "scheduler" for t in threading.enumerate()):
            break
        threading.Event().wait(0.01)
    assert not any(t.name == "scheduler" for t in threading.enumerate())
