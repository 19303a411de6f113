"""Every statement of every kind of rebuild is failed in turn. Afterwards the old or the new rows are there under the
model's name, and a plain rerun succeeds and leaves no helper objects.

By default each statement fails in one of the ways, in rotation; with --every-fault in each of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.functional.safety.bench import Bench, writes
from tests.functional.safety.proxy import MODES, Fault
from tests.functional.safety.scenarios import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_failure_at_any_statement_loses_nothing(bench: Bench, request: pytest.FixtureRequest):
    every = request.config.getoption("--every-fault")
    complaints = []
    for fault, statement in faults(statements_of(bench), every):
        complaint = complaint_of(bench, fault)
        if complaint:
            complaints.append(f"{fault.mode} at {fault.number}, {bench.proxy.hit or statement}: {complaint}")
    assert not complaints, "\n\n".join(complaints)


def statements_of(bench: Bench) -> list[str]:
    """What the rebuild sends where nothing fails."""
    bench.settle()
    bench.proxy.reset()
    assert bench.dbt()
    assert bench.complaint_after_rerun() is None
    return list(bench.proxy.seen)


def faults(seen: list[str], every: bool) -> Iterable[tuple[Fault, str]]:
    """A question that fails before anything was written leaves all as it was: one of them stands for the others."""
    written = False
    for number, statement in enumerate(seen, 1):
        if not (every or written or number == 1 or writes(statement)):
            continue
        written = written or writes(statement)
        modes = MODES if writes(statement) else MODES[:2]
        chosen = modes if every else [modes[number % len(modes)]]
        for mode in chosen:
            yield Fault(number, mode), statement


def complaint_of(bench: Bench, fault: Fault) -> str | None:
    bench.settle()
    bench.proxy.reset(fault)
    bench.dbt()
    gone, wrote = bench.proxy.gone, any(map(writes, bench.proxy.passed))
    hit = bench.proxy.hit
    bench.proxy.reset()
    complaint = bench.complaint_after_failure(gone)
    if complaint is None and wrote:
        complaint = bench.complaint_after_rerun() if bench.dbt() else "the rerun failed"
    bench.proxy.hit = hit
    return complaint
