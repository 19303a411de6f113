"""What a reader sees when a run fails at its worst moment: the old rows, or none yet, and the next run goes on."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

WHOLE = "select 1 as id, 'a' as name union all select 2, 'b'"
MODEL = """
{{{{ config(materialized='incremental', {config}) }}}}
{{% if is_incremental() %}} {second} {{% else %}} {first} {{% endif %}}
"""
BROKEN = "select cast(id as int) as id, name from (select 3 as id, 'c' as name) q where assert_true(id > 3, 'broken')"
STRATEGIES = {
    "appends": "",
    "merges": "unique_key='id'",
    "replaces": "unique_key='id', incremental_strategy='delete+insert'",
    "overwrites": "incremental_strategy='insert_overwrite', partition_by=['name']",
    "mine": "incremental_strategy='mine'",
}
MINE = """
{% macro get_incremental_mine_sql(arg_dict) %}
  insert into {{ arg_dict.target_relation.render() }} (id, name)
  select id, name from {{ arg_dict.temp_relation }} where id > 1
{% endmacro %}
"""


def rows(project, name):
    return sorted(project.run_sql(f"select id, name from {{schema}}.{name}", fetch="all"))


def tables(project):
    return sorted(name for (name,) in project.run_sql("show tables from {schema}", fetch="all"))


class TestFailures:
    @pytest.fixture(scope="class")
    def macros(self):
        return {"mine.sql": MINE}

    @pytest.fixture(scope="class")
    def models(self):
        first = "{% if var('broken', false) %}" + BROKEN + "{% else %}" + WHOLE + "{% endif %}"
        return {f"{n}.sql": MODEL.format(config=c, first=first, second=BROKEN) for n, c in STRATEGIES.items()}

    def test_a_failed_first_run_leaves_nothing(self, project):
        run_dbt(["run", "--vars", "{broken: true}"], expect_pass=False)
        assert tables(project) == []

    def test_a_failed_increment_leaves_the_rows(self, project):
        run_dbt(["run"])
        run_dbt(["run"], expect_pass=False)
        for name in STRATEGIES:
            assert rows(project, name) == [(1, "a"), (2, "b")], name
        assert tables(project) == sorted(STRATEGIES)

    def test_a_failed_full_refresh_leaves_the_rows(self, project):
        run_dbt(["run", "--full-refresh", "--vars", "{broken: true}"], expect_pass=False)
        for name in STRATEGIES:
            assert rows(project, name) == [(1, "a"), (2, "b")], name
        assert tables(project) == sorted(STRATEGIES)


class TestHealing:
    @pytest.fixture(scope="class")
    def models(self):
        second = "select 3 as id, 'c' as name"
        return {"appends.sql": MODEL.format(config="", first=WHOLE, second=second)}

    def test_a_crash_between_two_renames(self, project):
        """The query was compiled for a table that was not there, so it brings all rows: they must not be appended."""
        run_dbt(["run"])
        project.run_sql("alter table {schema}.appends rename appends__dbt_old_0123abcd")
        run_dbt(["run"])
        assert rows(project, "appends") == [(1, "a"), (2, "b")]
        assert tables(project) == ["appends"]
        run_dbt(["run"])
        assert rows(project, "appends") == [(1, "a"), (2, "b"), (3, "c")]


class TestOwnStrategy:
    @pytest.fixture(scope="class")
    def macros(self):
        return {"mine.sql": MINE}

    @pytest.fixture(scope="class")
    def models(self):
        second = "select 1 as id, 'A' as name union all select 7, 'g'"
        return {"mine.sql": MODEL.format(config="incremental_strategy='mine'", first=WHOLE, second=second)}

    def test_is_given_a_table(self, project):
        run_dbt(["run"])
        run_dbt(["run"])
        assert rows(project, "mine") == [(1, "a"), (2, "b"), (7, "g")]
        assert tables(project) == ["mine"]


class TestChangeOfKind:
    @pytest.fixture(scope="class")
    def models(self):
        return {"once.sql": MODEL.format(config="unique_key='id'", first=WHOLE, second="select 3 as id, 'c' as name")}

    def test_a_view_becomes_incremental(self, project):
        project.run_sql("create view {schema}.once as select 9 as id, 'old' as name")
        run_dbt(["run"])
        assert rows(project, "once") == [(1, "a"), (2, "b")]
        run_dbt(["run"])
        assert rows(project, "once") == [(1, "a"), (2, "b"), (3, "c")]


REFUSED = {
    "whole_table": ("incremental_strategy='insert_overwrite'", "replace all of it"),
    "no_key": ("incremental_strategy='merge'", "what makes a row the same row"),
    "unknown": ("incremental_strategy='upsert'", "get_incremental_upsert_sql"),
    "both": (
        "unique_key='id', incremental_strategy='merge', merge_update_columns=['name'], merge_exclude_columns=['id']",
        "only one of the two",
    ),
}


class TestRefusedBeforeAnySql:
    @pytest.fixture(scope="class")
    def models(self):
        return {f"{n}.sql": MODEL.format(config=c, first=WHOLE, second=WHOLE) for n, (c, _) in REFUSED.items()}

    def test_first_run(self, project, statements):
        _, output = run_dbt_and_capture(["run"], expect_pass=False)
        flat = " ".join(output.split())
        for name, (_, text) in REFUSED.items():
            assert text in flat, name
        assert tables(project) == []
        assert not statements.all().containing("create table")


class TestNamedPartitionsAreNotSweptAway:
    """There a dynamic overwrite silently replaces every row."""

    @pytest.fixture(scope="class")
    def models(self):
        config = (
            "incremental_strategy='dynamic_overwrite', partition_by={'type': 'list', 'columns': ['name'], "
            "'partitions': {'pa': ['a'], 'pb': ['b']}}"
        )
        return {"named.sql": MODEL.format(config=config, first=WHOLE, second="select 3 as id, 'a' as name")}

    @pytest.mark.only_since("3.4", reason="dynamic overwrite")
    def test_refused(self, project):
        run_dbt(["run"])
        _, output = run_dbt_and_capture(["run"], expect_pass=False)
        assert "the server would replace all rows" in " ".join(output.split())
        assert rows(project, "named") == [(1, "a"), (2, "b")]


class TestDuplicatesInTheSource:
    @pytest.fixture(scope="class")
    def models(self):
        second = "select 1 as id, 'x' as name union all select 1, 'y'"
        strict = "unique_key='id', incremental_strategy='merge', merge_duplicates='fail'"
        return {
            "strict.sql": MODEL.format(config=strict, first=WHOLE, second=second),
            "lenient.sql": MODEL.format(config="unique_key='id'", first=WHOLE, second=second),
        }

    def test_fail_or_last_wins(self, project):
        run_dbt(["run"])
        results = run_dbt(["run"], expect_pass=False)
        assert {result.node.name: str(result.status) for result in results} == {"strict": "error", "lenient": "success"}
        assert rows(project, "strict") == [(1, "a"), (2, "b")]
        assert len(rows(project, "lenient")) == 2
