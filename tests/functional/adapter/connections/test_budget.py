"""How many sessions a run opens, and what it sends that nobody asked for: nothing."""

from __future__ import annotations

import collections

import pytest
from dbt.tests.util import run_dbt

THREADS = 4
NEVER = ("set names", "autocommit", "begin", "commit", "rollback", "start transaction", "use ", "set catalog")


class TestBudget:
    @pytest.fixture(scope="class")
    def models(self):
        return {f"v{number}.sql": "{{ config(materialized='view') }} select 1 as id" for number in range(8)}

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"on-run-start": ["select 1"], "on-run-end": ["-- nothing but a comment", ""]}

    def test_sessions_and_statements(self, project, statements):
        run_dbt(["run"])
        with statements.during() as sent:
            run_dbt(["run", "--full-refresh"])
        assert len(sent.connections) <= THREADS + 1
        assert len(sent.containing("current_version")) == 1
        assert not [text for text in sent.texts if text.lower().startswith(NEVER)]
        assert not sent.containing("set ", "=").texts
        assert [s for s in sent if s.error] == []

    def test_a_session_serves_several_nodes(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run", "--threads", "1"])
        views = collections.Counter(s.connection for s in sent.containing("create or replace view"))
        assert len(views) == 1 or not views
        assert len(sent.connections) <= 2
