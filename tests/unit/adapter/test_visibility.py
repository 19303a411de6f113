"""Waiting for a load to be visible, against a server that is a list of answers."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starrocks import visibility
from dbt.adapters.starrocks.session import Load, Outcome


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(visibility.time, "sleep", lambda _seconds: None)


def load(status):
    return Load(Outcome(1, info={"status": status, "txnId": "7"}), "q")


def test_a_visible_load_is_not_asked_about():
    visibility.wait(load("VISIBLE"), ask=lambda sql: pytest.fail(sql))


def test_a_committed_one_is_asked_about_until_it_is_visible():
    asked, states = [], ["COMMITTED", "COMMITTED", "VISIBLE"]

    def ask(sql):
        asked.append(sql)
        return [{"TransactionStatus": states.pop(0)}]

    visibility.wait(load("COMMITTED"), ask)
    assert asked == ["show transaction from `q` where id = 7"] * 3


def test_aborted_and_never():
    with pytest.raises(DbtDatabaseError, match="was aborted"):
        visibility.wait(load("COMMITTED"), lambda _sql: [{"TransactionStatus": "ABORTED"}])
    with pytest.raises(DbtDatabaseError, match="still not visible"):
        visibility.wait(load("COMMITTED"), lambda _sql: [{"TransactionStatus": "COMMITTED"}], seconds=0)
