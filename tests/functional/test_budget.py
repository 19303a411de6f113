"""How many statements a run sends: per model in its steady state, and for the run as a whole."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from dbt.tests.util import run_dbt, write_file

from tests.functional.statements import Sent

COMMENT = re.compile(r"/\*\s*(\{.*\})\s*\*/", re.S)
THREADS = 4

ROWS = "select cast(1 as int) as id, cast('a' as string) as name, cast('2024-01-01' as date) as day"

MODELS = {
    "a_view": "select id, name from {{ ref('a_table') }}",
    "a_table": "{{ config(materialized='table') }} " + ROWS,
    "a_nested_table": "{{ config(materialized='table') }} select 1 as id, [1, 2] as numbers",
    "an_append": "{{ config(materialized='incremental', incremental_strategy='append') }} " + ROWS,
    "a_merge": "{{ config(materialized='incremental', unique_key='id') }} " + ROWS,
    "a_delete_insert": (
        "{{ config(materialized='incremental', unique_key='id', table_type='DUPLICATE',"
        " incremental_strategy='delete+insert') }} " + ROWS
    ),
    "a_materialized_view": (
        "{{ config(materialized='materialized_view') }} select id, count(*) as n from {{ ref('a_table') }} group by id"
    ),
    "a_microbatch": (
        "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day',"
        " begin='2024-01-01', lookback=0, partition_by=[\"date_trunc('day', day)\"]) }}"
        " select * from {{ ref('a_table') }}"
    ),
}
DYNAMIC = (
    "{{ config(materialized='incremental', incremental_strategy='dynamic_overwrite', partition_by=['day']) }} " + ROWS
)
EXPLICIT = (
    "{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partition_by={'type': 'range',"
    " 'columns': ['day'], 'start': '2024-01-01', 'end': '2024-01-05', 'every': '1 day'}) }} " + ROWS
)
SNAPSHOT = """
snapshots:
  - name: a_snapshot
    relation: ref('a_table')
    config: {unique_key: id, strategy: check, check_cols: all}
"""
TESTS = "models: [{name: a_table, config: {event_time: day}, columns: [{name: id, data_tests: [not_null]}]}]\n"
ONE_BATCH = ("--event-time-start", "2024-01-01", "--event-time-end", "2024-01-02")

STEADY = {
    "a_view": 0,
    "a_table": 2,
    "a_nested_table": 3,
    "an_append": 2,
    "a_merge": 2,
    "a_delete_insert": 2,
    "a_dynamic_overwrite": 2,
    "an_explicit_overwrite": 4,
    "a_microbatch": 2,
    "a_materialized_view": 1,
    "a_snapshot": 3,
    "a_seed": 2,
    "not_null_a_table_id": 1,
}


def by_node(sent: Sent) -> Counter[str]:
    """Statements per node, by dbt's comment on each; '' for those of the run itself."""
    counts: Counter[str] = Counter()
    for statement in sent:
        found = COMMENT.search(statement.comment)
        node = json.loads(found[1]).get("node_id", "") if found else ""
        counts[node.split(".")[2] if node else ""] += 1
    return counts


@pytest.mark.only_since("4.1", reason="older servers keep a view's text rewritten, so that views are always sent")
class TestSteadyState:
    """The second run, nothing changed but data."""

    @pytest.fixture(scope="class")
    def models(self):
        files = {f"{name}.sql": text for name, text in MODELS.items()}
        return files | {"a_dynamic_overwrite.sql": DYNAMIC, "an_explicit_overwrite.sql": EXPLICIT, "tests.yml": TESTS}

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"a_seed.csv": "id,name\n" + "".join(f"{i},n{i}\n" for i in range(1000))}

    @pytest.fixture(scope="class")
    def snapshots(self):
        return {"snapshots.yml": SNAPSHOT}

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target):
        return {**dbt_profile_target, "threads": THREADS}

    def test_statements_per_model_and_run(self, project, statements, capsys):
        run_dbt(["build", *ONE_BATCH])
        with statements.during() as sent:
            run_dbt(["build", *ONE_BATCH])
        # what a schema holds is asked once, by whichever model comes first, and is counted with the run
        counts = by_node(Sent(s for s in sent if "information_schema" not in s.sql))
        for name, most in STEADY.items():
            with capsys.disabled():
                print(f"  {name:24s} {counts[name]} of {most}")  # noqa: T201
        assert counts["a_seed"] == 1, "the load of a seed carries the comment by which it is counted"
        over = {name: counts[name] for name, most in STEADY.items() if counts[name] > most}
        assert not over, [s.sql for s in sent if any(f'.{name}"' in s.comment for name in over)]
        self.check_run(sent)

    def check_run(self, sent: Sent) -> None:
        assert len(sent.connections) <= THREADS + 1
        assert len(sent.containing("current_version()")) == 1
        assert len(sent.containing("show databases")) <= 1
        asked = sent.containing("information_schema")
        assert len(asked) <= 3, asked.texts
        assert not sent.containing("create database")


class TestRebuild:
    """A new layout: built beside and exchanged."""

    @pytest.fixture(scope="class")
    def models(self):
        return {name: MODELS[name.removesuffix(".sql")] for name in ("a_table.sql", "a_materialized_view.sql")}

    def test_new_layout(self, project, statements):
        run_dbt(["run"])
        write_file(MODELS["a_table"].replace("'table'", "'table', distributed_by=['id']"), "models", "a_table.sql")
        with statements.during() as sent:
            run_dbt(["run", "--select", "a_table"])
        activated = len(sent.containing("alter materialized view", "active"))
        assert activated == 1, "one dependent"
        asked = len(sent.containing("information_schema"))
        assert by_node(sent)["a_table"] - activated - asked <= 6

    def test_replaced_materialized_view(self, project, statements):
        run_dbt(["run"])
        write_file(
            MODELS["a_materialized_view"].replace("count(*)", "count(*) + 1"), "models", "a_materialized_view.sql"
        )
        with statements.during() as sent:
            run_dbt(["run", "--select", "a_materialized_view"])
        asked = len(sent.containing("information_schema")) + len(sent.containing("grants_to_users"))
        assert by_node(sent)["a_materialized_view"] - asked <= 6
