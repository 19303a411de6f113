"""Designs of seeds, snapshots and incremental models: the same configs mean the same."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt

SEED = "note,id,day\nx,1,2024-03-05\ny,2,2024-03-06\n"
SNAPSHOTS = """
snapshots:
  - name: kept
    relation: ref('rows')
    config: {unique_key: id, strategy: check, check_cols: [note], properties: {compression: zstd}, buckets: 2}
"""
INCREMENTAL = """
{{ config(materialized='incremental', unique_key=['id', 'day'], partition_by="date_trunc('month', day)", buckets=2) }}
select * from {{ ref('rows') }}
"""


class TestEverywhere:
    @pytest.fixture(scope="class")
    def project_config_update(self):
        design = {"+table_type": "PRIMARY", "+keys": ["id", "day"], "+partition_by": "date_trunc('day', day)"}
        return {
            "seeds": {"test": {**design, "+properties": {"compression": "zstd"}}},
            "models": {"test": {"+properties": {"compression": "zstd"}}},
        }

    @pytest.fixture(scope="class")
    def seeds(self):
        return {"rows.csv": SEED}

    @pytest.fixture(scope="class")
    def models(self):
        properties = "materialized='table', properties={'replication_num': 1}"
        return {
            "merged.sql": INCREMENTAL,
            "added.sql": "{{ config(" + properties + ") }} select * from {{ ref('rows') }}",
            "snapshots.yml": SNAPSHOTS,
        }

    @pytest.fixture(scope="class")
    def shown(self, project):
        for _ in range(2):
            run_dbt(["build"])
        return lambda name: project.run_sql(f"show create table {{schema}}.{name}", fetch="one")[1]

    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            (
                "`rows`",
                ["PRIMARY KEY(`id`, `day`)", "PARTITION BY date_trunc('day', day)", '"compression" = "ZSTD"'],
            ),
            ("merged", ["PRIMARY KEY(`id`, `day`)", "PARTITION BY date_trunc('month', day)", "BUCKETS 2"]),
            ("kept", ["PRIMARY KEY(`dbt_scd_id`)", '"compression" = "ZSTD"', "BUCKETS 2"]),
            ("added", ['"compression" = "ZSTD"', '"replication_num" = "1"']),
        ],
    )
    def test_the_design_is_the_tables(self, project, shown, name, parts):
        text = shown(name)
        for part in parts:
            assert part in text
        assert project.run_sql(f"select count(*) from {{schema}}.{name}", fetch="one") == (2,)
