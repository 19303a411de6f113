"""Which session a node gets, and what the first one of a run finds out, with sessions that are none."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks import pool as module
from dbt.adapters.starrocks.credentials import StarRocksCredentials
from dbt.adapters.starrocks.pool import SessionPool


class FakeSession:
    def __init__(self, places, version):
        self.places, self.version = places, version
        self.entered, self.asked = [], []
        self.home = None
        self.closed = self.carries_state = self.cancelled = False
        self.last_used = float("inf")

    def enter(self, place):
        self.entered.append(place)
        return place in self.places

    def run(self, sql):
        self.asked.append(sql)
        return [(self.version,)]

    def discard(self):
        self.closed = True


@pytest.fixture
def make(monkeypatch):
    """A pool on a server that has these places and this version."""

    def make(*places, version="4.1.0", **profile):
        credentials = StarRocksCredentials(host="fe", schema="analytics", **profile)
        monkeypatch.setattr(SessionPool, "_connect", lambda self: FakeSession(places, version))
        return SessionPool(credentials)

    return make


def test_a_free_session_is_taken_before_one_is_opened(make):
    pool = make("default_catalog.analytics")
    first = pool.take()
    assert pool.take() is not first
    pool.give_back(first)
    assert pool.take() is first


def test_the_version_is_asked_once(make):
    pool = make()
    sessions = [pool.take() for _ in range(3)]
    assert [len(session.asked) for session in sessions] == [1, 0, 0]


def test_a_version_in_the_profile_is_not_asked(make):
    pool = make()
    pool.credentials.version = "3.5.7"
    assert pool.take().asked == []
    assert str(pool.known_version()) == "3.5.7"


def test_a_server_that_is_too_old_is_told_so(make):
    with pytest.raises(DbtRuntimeError, match=r"This server is StarRocks 2\.5\.12; dbt-starrocks needs 3\.1 or newer"):
        make(version="2.5.12-abcdef0").take()


def test_a_database_that_is_a_catalog_stops_dbt(make):
    with pytest.raises(DbtRuntimeError, match="write `catalog: lake`"):
        make("catalog lake", ignored_database="lake").take()
    assert make(ignored_database="lake").take()


def test_home_is_looked_for_again_when_a_database_was_created(make):
    pool = make()
    first, second = pool.take(), pool.take()
    assert first.entered == ["default_catalog.analytics"]
    assert second.entered == []
    pool.home_may_exist = True
    first.places = ("default_catalog.analytics",)
    pool.go_home(first)
    assert first.home == "default_catalog.analytics"


@pytest.mark.parametrize("fault", ["closed", "carries_state", "cancelled"])
def test_what_must_not_be_inherited_ends(make, fault):
    pool = make()
    session = pool.take()
    setattr(session, fault, True)
    pool.give_back(session)
    assert session.closed
    assert pool.take() is not session


def test_an_idle_session_is_asked_whether_it_lives(make, monkeypatch):
    pool = make()
    session = pool.take()
    session.last_used = module.time.monotonic() - 2 * module.IDLE_SECONDS_TRUSTED
    session.is_alive = lambda: False
    pool.give_back(session)
    assert pool.take() is not session
