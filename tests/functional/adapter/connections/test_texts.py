"""What users write into hooks and headers arrives as they wrote it: several statements, percent signs, comments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

VIEW = "{{ config(materialized='view') }} "


class TestSeveralStatements:
    @pytest.fixture(scope="class")
    def models(self):
        hook = (
            "drop table if exists {{ this.schema }}.heard; create table {{ this.schema }}.heard (said string);"
            "insert into {{ this.schema }}.heard values ('100%; of it'); -- the end"
        )
        return {
            "hooked.sql": "{{ config(materialized='view', post_hook=" + json.dumps(hook) + ") }} select 1 as id",
            "halfway.sql": VIEW + "{{ config(post_hook='select 1; select nosuch; select 2') }} select 1 as id",
            "silent.sql": VIEW + "{{ config(pre_hook=['-- nothing', '/* nothing */ ;']) }} select 1 as id",
        }

    def test_all_of_a_text_is_run(self, project):
        run_dbt(["run", "--select", "hooked"])
        assert project.run_sql("select said from {schema}.heard", fetch="all") == (("100%; of it",),)

    def test_an_error_in_any_of_them_fails_the_model(self, project):
        _, log = run_dbt_and_capture(["run", "--select", "halfway"], expect_pass=False)
        assert "Column 'nosuch' cannot be resolved" in log

    def test_comments_alone_are_not_sent(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run", "--select", "silent"])
        assert not [s for s in sent if s.error]
        assert not sent.containing("nothing")


class TestTransactions:
    """dbt's `commit;` is not sent; a transaction that users begin in their hooks is theirs to end."""

    @pytest.fixture(scope="class")
    def models(self):
        hooks = [
            "begin",
            "insert into {{ this.schema }}.audit select 1",
            {"sql": "select 1", "transaction": False},
        ]
        after = [{"sql": "insert into {{ this.schema }}.audit select 2", "transaction": False}]
        return {
            "plain.sql": VIEW + "{{ config(post_hook=" + json.dumps(after) + ") }} select 1 as id",
            "own.sql": VIEW + "{{ config(post_hook=" + json.dumps(hooks) + ") }} select 1 as id",
        }

    @pytest.fixture(autouse=True)
    def audit(self, project):
        project.run_sql("drop table if exists {schema}.audit")
        project.run_sql("create table {schema}.audit (id int)")

    def test_dbts_commit_stays_here(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run", "--select", "plain"])
        assert not sent.containing("commit")
        assert project.run_sql("select id from {schema}.audit", fetch="all") == ((2,),)

    @pytest.mark.only_since("3.5", reason="older servers have no transactions")
    def test_a_users_transaction_is_committed(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run", "--select", "own"])
        assert sent.containing("commit")
        assert project.run_sql("select id from {schema}.audit", fetch="all") == ((1,),)


class TestResponse:
    @pytest.fixture(scope="class")
    def models(self):
        return {"three.sql": "{{ config(materialized='table') }} select 1 as id union all select 2 union all select 3"}

    def test_run_results_tell_of_the_load(self, project):
        run_dbt(["run"])
        results = json.loads((Path(project.project_root) / "target" / "run_results.json").read_text(encoding="utf-8"))
        response = results["results"][0]["adapter_response"]
        assert (response["_message"], response["rows_affected"]) == ("SUCCESS 3", 3)
        assert response["transaction_status"] == "VISIBLE"
        assert response["label"] == f"insert_{response['query_id']}"
        assert int(response["transaction_id"]) > 0


class TestValues:
    """What macros read: whole numbers as numbers, arrays as text, times without a zone."""

    def test_values(self, project):
        query = (
            "select cast(12345678901234567890 as largeint) as big, [1, 2] as list, true as yes, "
            "cast('2024-01-02 03:04:05.6' as datetime) as at, '%s 100%' as said"
        )
        table = run_dbt(["show", "--inline", query]).results[0].agate_table
        big, items, yes, at, said = table.rows[0]
        assert (big, items, yes, said) == (12345678901234567890, "[1,2]", 1, "%s 100%")
        assert (at.microsecond, at.tzinfo) == (600000, None)
