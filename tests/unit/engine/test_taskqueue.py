"""Lines of background work."""

from __future__ import annotations

import threading

from starrocks_embedded.taskqueue import TaskQueue, Work


def test_one_piece_of_a_line_runs_at_a_time_and_equal_ones_wait_once() -> None:
    queue, go, done = TaskQueue(), threading.Event(), threading.Event()
    ran: list[str] = []

    def first() -> None:
        go.wait(20)
        ran.append("first")

    def later() -> None:
        ran.append("later")
        done.set()

    assert queue.submit(1, Work("first", "1", first)) == "1"
    assert queue.submit(1, Work("later", "2", later)) == "2"
    assert queue.submit(1, Work("later", "3", later)) == "2"
    go.set()
    assert done.wait(20)
    assert ran == ["first", "later"]
