"""The fixtures every functional test stands on: a project on a server, and the log of what was sent."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt


class TestStatements:
    @pytest.fixture(scope="class")
    def models(self):
        return {"one.sql": "{{ config(materialized='view') }} select 1 as id"}

    def test_what_a_run_sends_is_seen(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run"])
        assert len(sent.containing("create", "view", "one")) == 1
        assert len(sent.connections) <= 4 + 1
        assert project.run_sql("select id from {schema}.one", fetch="one") == (1,)
        assert len(statements.all()) > len(sent)


class TestVersions:
    @pytest.mark.only_since("3.5", reason="the marker itself is tested")
    def test_only_since(self, server_version):
        assert server_version.at_least("3.5")

    @pytest.mark.only_before("3.5", reason="the marker itself is tested")
    def test_only_before(self, server_version):
        assert not server_version.at_least("3.5")
