"""Ephemeral models become CTEs of what refers to them, once each."""

from __future__ import annotations

from pathlib import Path

from dbt.tests.adapter.ephemeral.test_ephemeral import (
    BaseEphemeralErrorHandling,
    BaseEphemeralMulti,
    BaseEphemeralNested,
)
from dbt.tests.util import check_relations_equal, run_dbt

MULTI = """
create or replace view {view} as
with __dbt__cte__base as (select * from {schema}.seed),
__dbt__cte__base_copy as (select * from __dbt__cte__base)
-- base_copy just pulls from base. Make sure the listed
-- graph of CTEs all share the same dbt_cte__base cte
select * from __dbt__cte__base where gender = 'Male'
union all
select * from __dbt__cte__base_copy where gender = 'Female'
"""

NESTED = """
create or replace view {view} as
with __dbt__cte__ephemeral_level_two as (select * from {table}),
__dbt__cte__ephemeral as (select * from __dbt__cte__ephemeral_level_two)
select * from __dbt__cte__ephemeral
"""


def ran(model: str) -> str:
    """The statement that dbt wrote down for a model, without its blanks."""
    return "".join(Path("target/run/test/models", f"{model}.sql").read_text(encoding="utf-8").split())


def expected(project, text: str, view: str, table: str = "") -> str:
    def path(name: str) -> str:
        return f"`default_catalog`.`{project.test_schema}`.`{name}`"

    return "".join(text.format(view=path(view), table=path(table), schema=project.test_schema).split())


class TestEphemeralMulti(BaseEphemeralMulti):
    def test_ephemeral_multi(self, project):
        run_dbt(["seed"])
        assert len(run_dbt(["run"])) == 3
        for model in ("dependent", "double_dependent", "super_dependent"):
            check_relations_equal(project.adapter, ["seed", model])
        assert ran("double_dependent") == expected(project, MULTI, "double_dependent")


class TestEphemeralNested(BaseEphemeralNested):
    def test_ephemeral_nested(self, project):
        assert len(run_dbt(["run"])) == 2
        assert ran("root_view") == expected(project, NESTED, "root_view", "source_table")


class TestEphemeralErrorHandling(BaseEphemeralErrorHandling):
    pass
