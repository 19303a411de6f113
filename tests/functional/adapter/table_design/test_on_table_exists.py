"""`on_table_exists`: a class per value."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt


class Twice:
    wish = ""

    @pytest.fixture(scope="class")
    def models(self):
        config = f"materialized='table', on_table_exists='{self.wish}'"
        return {"kept.sql": "{{ config(" + config + ") }} select '{{ var(\"word\") }}' as word"}

    @pytest.fixture(scope="class")
    def rows(self, project):
        for word in ("first", "second"):
            run_dbt(["run", "--vars", f"word: {word}"])
        return sorted(word for (word,) in project.run_sql("select word from {schema}.kept", fetch="all"))


class TestReplace(Twice):
    wish = "replace"

    def test_only_the_new_rows_are_there(self, rows):
        assert rows == ["second"]


class TestAppend(Twice):
    wish = "append"

    def test_both_are_there(self, rows):
        assert rows == ["first", "second"]


class TestIgnore(Twice):
    wish = "ignore"

    def test_the_table_is_left_alone(self, rows):
        assert rows == ["first"]

    def test_a_full_refresh_replaces_it(self, project, rows):
        run_dbt(["run", "--full-refresh", "--vars", "word: third"])
        assert project.run_sql("select word from {schema}.kept", fetch="one") == ("third",)
