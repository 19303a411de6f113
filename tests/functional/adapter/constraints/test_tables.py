"""What contracts make of tables, as the server shows them."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

YML = """
models:
  - name: shops
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer, constraints: [{type: primary_key}]}
      - {name: name, data_type: varchar(20)}
  - name: orders
    config: {contract: {enforced: true}, optimizer_constraints: true}
    constraints:
      - {type: unique, columns: [code], warn_unenforced: false}
      - {type: foreign_key, columns: [shop], to: ref('shops'), to_columns: [id], warn_unenforced: false}
    columns:
      - {name: note, data_type: text, config: {meta: {starrocks: {default: "it's", nullable: false}}}}
      - {name: code, data_type: int8, constraints: [{type: not_null}]}
      - {name: shop, data_type: int}
      - {name: at, data_type: timestamp}
      - {name: "no", data_type: bigint, constraints: [{type: custom, expression: auto_increment}]}
      - {name: twice, data_type: bigint, constraints: [{type: custom, expression: as (code * 2)}]}
  - name: kept
    config: {contract: {enforced: true}, table_type: DUPLICATE}
    columns:
      - {name: id, data_type: int, constraints: [{type: primary_key}, {type: check, expression: id > 0}]}
"""
ORDERS = """
-- {{ ref('shops') }}
select cast(now() as datetime) as at, 'x' as note, cast(1 as int) as shop, cast(7 as bigint) as code
"""


class TestContracts:
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+materialized": "table"}}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "schema.yml": YML,
            "shops.sql": "select cast(1 as int) as id, 'one' as name union all select 1, 'two'",
            "orders.sql": ORDERS,
            "kept.sql": "select cast(1 as int) as id union all select 1",
        }

    @pytest.fixture(scope="class")
    def log(self, project):
        return run_dbt_and_capture(["run"])[1]

    @pytest.fixture(scope="class")
    def shown(self, project, log):
        return lambda name: project.run_sql(f"show create table {{schema}}.{name}", fetch="one")[1]

    def test_a_primary_key_is_kept(self, project, shown):
        assert "`id` int(11) NOT NULL" in shown("shops")
        assert "`name` varchar(20) NULL" in shown("shops")
        assert "PRIMARY KEY(`id`)" in shown("shops")
        assert project.run_sql("select count(*) from {schema}.shops", fetch="one") == (1,)

    def test_columns_are_the_contracts(self, project, shown):
        for line in (
            '`note` varchar(65533) NOT NULL DEFAULT "it\'s"',
            "`code` bigint(20) NOT NULL",
            "`at` datetime NULL",
            "`no` bigint(20) NOT NULL AUTO_INCREMENT",
            "`twice` bigint(20) NULL AS `code` * 2",
        ):
            assert line in shown("orders")
        assert project.run_sql("select note, code, shop, twice, no > 0 from {schema}.orders", fetch="one") == (
            "x",
            7,
            1,
            14,
            1,
        )

    def test_the_optimizer_is_told(self, project, shown):
        name = f"default_catalog.{project.test_schema}"
        assert f'"unique_constraints" = "{name}.orders.code"' in shown("orders")
        assert f'"foreign_key_constraints" = "(shop) REFERENCES {name}.shops(id)"' in shown("orders")

    def test_table_type_wins_and_what_is_not_kept_is_said(self, project, shown, log):
        assert "DUPLICATE KEY(`id`)" in shown("kept")
        assert project.run_sql("select count(*) from {schema}.kept", fetch="one") == (2,)
        for kind in ("primary_key", "check"):
            assert f"The constraint type {kind} is not supported by starrocks" in log.replace("\n", " ")
        assert "The constraint type unique" not in log

    @pytest.mark.parametrize("arguments", [[], ["--full-refresh"]], ids=["again", "anew"])
    def test_it_is_told_again(self, project, shown, arguments):
        run_dbt(["run", *arguments])
        self.test_the_optimizer_is_told(project, shown)
