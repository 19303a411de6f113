"""What configs make of a table, as the server shows it. One run builds all models; each test reads one of them."""

from __future__ import annotations

import pytest
from dbt.tests.util import run_dbt

SOURCE = """
select 7 as id, cast('de' as varchar(20)) as region, cast('2024-03-05' as date) as ordered_on,
       cast('2024-03-05 10:20:30' as datetime) as sold_at, cast(1.5 as decimal(10,2)) as amount,
       cast(0.5 as double) as ratio, 'x' as note
"""


def model(config: str, sql: str = "select * from {{ ref('orders') }}") -> str:
    return "{{ config(materialized='table', " + config + ") }}\n" + sql


DESIGNS = {
    "plain": ("", ["DUPLICATE KEY(`id`, `region`)", "DISTRIBUTED BY RANDOM"]),
    "keyed": (
        "keys=['region', 'id'], distributed_by=['id'], buckets=3",
        [
            '(\n  `region` varchar(65533) NULL COMMENT "",\n  `id` tinyint(4) NULL COMMENT "",\n  `ordered_on`',
            "DUPLICATE KEY(`region`, `id`)",
            "DISTRIBUTED BY HASH(`id`) BUCKETS 3",
        ],
    ),
    "primary": (
        "table_type='PRIMARY', keys=['id'], order_by=['region', 'id']",
        [
            "`id` tinyint(4) NOT NULL",
            "PRIMARY KEY(`id`)",
            "DISTRIBUTED BY HASH(`id`)",
            "ORDER BY(`region`, `id`)",
        ],
    ),
    "unique": (
        "table_type='UNIQUE', keys=['id'], buckets=2",
        ["UNIQUE KEY(`id`)", "DISTRIBUTED BY HASH(`id`) BUCKETS 2"],
    ),
    "aggregate": (
        "column_options={'amount': {'aggregate': 'sum'}, 'ratio': {'aggregate': 'max'}, "
        "'sold_at': {'aggregate': 'replace'}, 'note': {'aggregate': 'min'}}, buckets=1",
        [
            "AGGREGATE KEY(`id`, `region`, `ordered_on`)",
            "`amount` decimal(38, 2) SUM NULL",
            "`ratio` double MAX NULL",
        ],
    ),
    "by_day": (
        "partition_by=[\"date_trunc('day', ordered_on)\"], distributed_by=['id']",
        [
            "PARTITION BY date_trunc('day', ordered_on)",
            "DISTRIBUTED BY HASH(`id`)",
        ],
    ),
    "by_columns": ("partition_by=['region', 'ordered_on']", ["PARTITION BY (`region`,`ordered_on`)"]),
    "by_range": (
        "partition_by={'columns': 'ordered_on', 'start': '2024-03-01', 'end': '2024-03-08', 'every': '1 day'}",
        [
            "PARTITION BY RANGE(`ordered_on`)",
            'PARTITION p20240305 VALUES [("2024-03-05"), ("2024-03-06"))',
        ],
    ),
    "by_list": (
        "partition_by={'columns': 'region', 'partitions': {'p_eu': ['de', 'fr'], 'p_none': [none]}}",
        [
            "PARTITION BY LIST(`region`)",
            "PARTITION p_eu VALUES IN",
        ],
    ),
    "by_names": (
        "partition_by={'columns': 'ordered_on', 'partitions': [{'name': 'p1', 'less_than': '2024-01-01'}, "
        "{'name': 'pmax', 'less_than': 'maxvalue'}]}",
        ["PARTITION pmax VALUES"],
    ),
    "dynamic": (
        "partition_by='ordered_on', properties={'dynamic_partition.enable': true, "
        "'dynamic_partition.time_unit': 'DAY', 'dynamic_partition.start': -3, 'dynamic_partition.end': 3, "
        "'dynamic_partition.prefix': 'p'}",
        ["PARTITION BY RANGE(`ordered_on`)", '"dynamic_partition.enable" = "true"'],
    ),
    "indexed": (
        "indexes=[{'columns': 'region'}, {'columns': 'note', 'type': 'ngrambf', 'properties': {'gram_num': 3}}, "
        "{'columns': 'id', 'type': 'bloom'}]".replace("'id', 'type': 'bloom'", "'sold_at', 'type': 'bloom'"),
        [
            "INDEX idx_region (`region`) USING BITMAP",
            "INDEX idx_note (`note`) USING NGRAMBF",
            '"bloom_filter_columns" = "sold_at"',
        ],
    ),
    "properties": ("properties={'compression': 'zstd', 'replication_num': 1}", ['"compression" = "ZSTD"']),
    "columns": (
        "keys=['id'], column_options={'note': {'default': \"it's\", 'nullable': false}, "
        "'sold_at': {'default': 'current_timestamp'}, 'twice': {'generated': 'id * 2', 'data_type': 'smallint'}, "
        "'no': {'auto_increment': true}}",
        [
            '`note` varchar(65533) NOT NULL DEFAULT "it\'s"',
            "`sold_at` datetime NULL DEFAULT CURRENT_TIMESTAMP",
            "`twice` smallint(6) NULL AS",
            "`no` bigint(20) NOT NULL AUTO_INCREMENT",
        ],
    ),
    "not_a_key_first": ("", ['(\n  `id` tinyint(4) NULL COMMENT "",\n  `ratio` double NULL COMMENT ""']),
}
OTHER_SQL = {
    "not_a_key_first": "select ratio, id from {{ ref('orders') }}",
    "dynamic": "select * from {{ ref('orders') }} where 1 = 0",
}


class TestDesigns:
    @pytest.fixture(scope="class")
    def models(self):
        made = {
            f"{name}.sql": model(config, *filter(None, [OTHER_SQL.get(name)])) for name, (config, _) in DESIGNS.items()
        }
        return {"orders.sql": "{{ config(materialized='view') }}" + SOURCE, **made}

    @pytest.fixture(scope="class")
    def built(self, project):
        assert len(run_dbt(["run"])) == len(DESIGNS) + 1
        return project

    @pytest.mark.parametrize("name", DESIGNS)
    def test_the_server_shows_it(self, built, name):
        shown = built.run_sql(f"show create table `{built.test_schema}`.`{name}`", fetch="one")[1]
        for expected in DESIGNS[name][1]:
            assert expected in shown

    @pytest.mark.parametrize("name", sorted(set(DESIGNS) - set(OTHER_SQL)))
    def test_its_row_is_there(self, built, name):
        row = built.run_sql(f"select id, region, ordered_on from `{built.test_schema}`.`{name}`", fetch="one")
        assert [str(value) for value in row] == ["7", "de", "2024-03-05"]

    def test_a_second_run_replaces_rows_in_place(self, built):
        ids = "select table_name, table_id from information_schema.tables_config where table_schema = '{schema}'"
        before = dict(built.run_sql(ids, fetch="all"))
        run_dbt(["run"])
        after = dict(built.run_sql(ids, fetch="all"))
        assert {name for name in DESIGNS if before[name] != after[name]} == set()
