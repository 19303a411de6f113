"""Sessions are used again, and replaced when they died while nobody needed them."""

from __future__ import annotations

import pymysql
import pytest
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starrocks import pool


@pytest.fixture
def wary(project, monkeypatch):
    """Every session is asked whether it lives before it is used."""
    monkeypatch.setattr(pool, "IDLE_SECONDS_TRUSTED", -1)
    return project.adapter


@pytest.fixture
def kill(server):
    def kill(session_id):
        with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
            cursor.execute(f"kill {session_id}")

    return kill


def own_id(adapter):
    return adapter.execute("select connection_id()", fetch=True)[1].rows[0][0]


def node_id(adapter, name):
    with adapter.connection_named(name):
        return own_id(adapter)


class TestSessions:
    def test_the_next_node_takes_the_same(self, wary):
        assert node_id(wary, "first") == node_id(wary, "second")

    def test_one_that_died_between_nodes_is_replaced(self, wary, kill):
        first = node_id(wary, "first")
        kill(first)
        assert node_id(wary, "second") != first

    def test_one_that_died_within_a_node_is_replaced_while_it_carries_nothing(self, wary, kill):
        with wary.connection_named("node"):
            first = own_id(wary)
            kill(first)
            assert own_id(wary) != first

    def test_what_a_node_has_set_is_never_lost_in_silence(self, wary, kill):
        with wary.connection_named("node"):
            wary.execute("set pipeline_dop = 3")
            kill(own_id(wary))
            with pytest.raises(DbtDatabaseError, match="broke while dbt used it"):
                wary.execute("select 1")
        assert node_id(wary, "next") > 0

    def test_what_a_node_has_set_ends_with_it(self, wary):
        with wary.connection_named("node"):
            wary.execute("set pipeline_dop = 3")
        with wary.connection_named("next"):
            assert wary.execute("select @@pipeline_dop", fetch=True)[1].rows[0][0] == 0
