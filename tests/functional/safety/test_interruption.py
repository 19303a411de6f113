"""dbt is killed, interrupted, or run twice at once; the server is killed under it. No data is lost, and the next run
puts right what is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import starrocks_embedded
from dbt.adapters.starrocks.statement_text import statements
from tests import servers
from tests.functional.safety.bench import Bench, writes
from tests.functional.safety.proxy import Fault, Proxy
from tests.functional.safety.scenarios import LAYOUT, THREE, TWO, Scenario, model

PATIENCE = 30
# minutes of work, for the engine does not sleep inside an INSERT
SLOW = """
select cast(count(*) as int) as id
from table(generate_series(1, 1000000)) a
join table(generate_series(1, 1000000)) b on a.generate_series % 7 < b.generate_series % 5
"""

# a test run in the background ignores Ctrl-C, and so would its children
DBT = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from dbt.cli.main import cli; cli()"

IN_PLACE = Scenario("killed in place", model(TWO, materialized="'table'"), model(SLOW, materialized="'table'"))
BESIDE = Scenario("killed beside", IN_PLACE.before, model(SLOW, materialized="'table'", **LAYOUT))
EXCHANGED = Scenario("two at once", IN_PLACE.before, model(THREE, materialized="'table'", **LAYOUT))
VIEWED = Scenario("two at once, kinds", IN_PLACE.before, model(THREE, materialized="'view'"), between_kinds=True)


def start(bench: Bench) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DBT, "run", "--select", "subject"]
    return subprocess.Popen(
        [*command, "--no-use-colors", *bench.place()], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def running(bench: Bench) -> list[str]:
    shown = bench.ask("show full processlist")
    return [text for text in map(str, shown) if f"`{bench.schema}`.`subject" in text and "generate_series" in text]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
@pytest.mark.parametrize("scenario", [IN_PLACE, BESIDE], ids=lambda scenario: scenario.name)
def test_a_stopped_run(scenario: Scenario, sent: signal.Signals, bench: Bench):
    bench.settle()
    bench.proxy.reset()
    process = start(bench)
    wait_until(lambda: running(bench))
    process.send_signal(sent)
    process.communicate(timeout=PATIENCE)
    wait_until(lambda: not running(bench))
    assert bench.complaint_after_failure(gone=True) is None
    assert bench.rows() == scenario.old
    bench.change_to(scenario.after.replace(SLOW, THREE))
    assert bench.dbt()
    assert bench.complaint_after_rerun() is None


@pytest.mark.parametrize("scenario", [EXCHANGED, VIEWED], ids=lambda scenario: scenario.name)
def test_two_runs_at_once(scenario: Scenario, bench: Bench):
    """One run stops before each of its writing statements until the other one is through."""
    bench.settle()
    bench.proxy.reset()
    assert bench.dbt()
    holds = [number for number, statement in enumerate(bench.proxy.seen, 1) if writes(statement)]
    for number in holds:
        bench.settle()
        held, release = threading.Event(), threading.Event()
        bench.proxy.reset(
            Fault(number, "wait", lambda held=held, release=release: held.set() or release.wait(PATIENCE))
        )
        process = start(bench)
        assert held.wait(PATIENCE)
        assert bench.dbt()
        assert bench.rows() == scenario.new
        release.set()
        told, _ = process.communicate(timeout=PATIENCE)
        assert bench.rows() == scenario.new, f"held at {number}, {bench.proxy.hit}: {told}"
        assert process.returncode == 0 or "at the same" in told or "already exists" in told, told
        assert bench.dbt()
        assert bench.complaint_after_rerun() is None


SERVED = [
    Scenario("server killed, new layout", EXCHANGED.before, EXCHANGED.after),
    Scenario("server killed, same layout", EXCHANGED.before, model(THREE, materialized="'table'")),
    Scenario("server killed, kinds", VIEWED.before, VIEWED.after, between_kinds=True),
]


class File:
    """A server on a file that can be killed and started again."""

    def __init__(self, path: Path, version: str) -> None:
        self.path, self.version = path, version
        self.server = self.start()

    def start(self) -> starrocks_embedded.Server:
        self.server = starrocks_embedded.serve(self.path, version=self.version, password="")
        return self.server

    def kill(self) -> None:
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()


@pytest.fixture
def file(tmp_path: Path, server_version: servers.Version) -> Iterator[File]:
    file = File(tmp_path / "served.db", str(server_version))
    yield file
    file.server.stop()


@pytest.mark.parametrize("scenario", SERVED, ids=lambda scenario: scenario.name)
def test_a_killed_server(scenario: Scenario, file: File, tmp_path: Path):
    """What it answered is there when it comes back, and the next run goes on from it."""
    proxy = Proxy(file.server.port, statements)
    bench = Bench(scenario, tmp_path, proxy, file.server)
    bench.settle()
    proxy.reset()
    assert bench.dbt()
    kills = [number for number, statement in enumerate(proxy.seen, 1) if writes(statement)]
    for number, mode in [(number, mode) for number in kills for mode in ("wait", "cut after")]:
        bench.settle()
        proxy.reset(Fault(number, mode, file.kill))
        assert not bench.dbt()
        bench.connect(file.start())
        where = f"{mode} at {number}, {proxy.hit}"
        proxy.reset()
        assert bench.complaint_after_failure(gone=True) is None, where
        assert bench.dbt(), where
        assert bench.complaint_after_rerun() is None, where
    bench.close()
    proxy.close()
