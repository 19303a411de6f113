"""Statistics of a table as soon as it is built."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture, write_file

MODEL = "{{{{ config(materialized='{kind}', analyze='{mode}') }}}} select {columns}"


class TestAnalyze:
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "a_table.sql": MODEL.format(kind="table", mode="full", columns="1 as id"),
            "an_incremental.sql": MODEL.format(kind="incremental", mode="sample", columns="1 as id"),
            "plain.sql": "{{ config(materialized='table') }} select 1 as id",
        }

    def sent_by(self, statements):
        with statements.during() as sent:
            run_dbt(["run"])
        return sent.containing("with sync mode").texts

    def test_after_every_rebuild(self, project, statements):
        full, sample = sorted(self.sent_by(statements), key=lambda text: "sample" in text)
        assert "analyze full table" in full
        assert "a_table__dbt_new_" in full
        assert "with sync mode" in full
        assert "analyze sample table" in sample
        (again,) = self.sent_by(statements)
        assert "`a_table` with sync mode" in again

    def test_an_unknown_way(self, project):
        model = MODEL.format(kind="table", mode="thoroughly", columns="1 as id")
        write_file(model, project.project_root, "models", "plain.sql")
        _, log = run_dbt_and_capture(["run", "--select", "plain"], expect_pass=False)
        assert "`analyze` is 'thoroughly'" in log
        assert "Expected one of: full, sample." in log
