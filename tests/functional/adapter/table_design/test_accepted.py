"""What the adapter accepts, the server makes: combinations of settings, each refused by a sentence or created."""

from __future__ import annotations

from itertools import product

import pymysql
import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.relation import StarRocksRelation
from tests.unit.adapter.table_config.designs import design
from tests.unit.macros.harness import Macros

TYPES = {
    "ratio": "double",
    "id": "bigint",
    "region": "varchar(20)",
    "day": "date",
    "at": "datetime",
    "price": "decimal(10,2)",
    "flag": "boolean",
    "doc": "json",
    "tags": "array<int>",
    "code": "char(3)",
}
AGGREGATES = {"ratio": "max", "price": "sum", "doc": "replace", "tags": "replace", "at": "min"}
KEYS = [{}, {"keys": ["day", "id", "region"]}, {"keys": ["price", "code", "flag"]}]
TABLE_TYPES = [
    {},
    {"table_type": "DUPLICATE"},
    {"table_type": "PRIMARY"},
    {"table_type": "UNIQUE"},
    {"table_type": "AGGREGATE", "column_options": {name: {"aggregate": word} for name, word in AGGREGATES.items()}},
]
PARTITIONS = [
    None,
    "day",
    ["region", "day"],
    "flag",
    "doc",
    "price",
    "code",
    "date_trunc('day', day)",
    "date_trunc('hour', at)",
    "date_trunc('week', day)",
    "time_slice(at, interval 6 hour)",
    ["region", "date_trunc('month', day)"],
    "upper(region)",
    {"columns": "id", "start": 1, "end": 100, "every": 10},
    {
        "columns": "day",
        "partitions": [{"name": "p1", "less_than": "2024-01-01"}, {"name": "p2", "less_than": "maxvalue"}],
    },
    {"columns": "region", "partitions": {"p1": ["de", None], "p2": ["it's"]}},
    {"expression": "date_trunc('month', day)", "start": "2024-01-01", "end": "2024-04-01", "every": "1 month"},
]
LAYOUTS = [
    {"buckets": 2},
    {"distributed_by": ["id"], "order_by": ["id"]},
    {"order_by": ["region", "day", "id"], "indexes": ["region", {"columns": "id", "type": "bloom"}]},
    {
        "distributed_by": "random",
        "column_options": {"twice": {"data_type": "bigint", "generated": "id * 2"}, "no": {"auto_increment": True}},
    },
]


def merged(*configs):
    whole = {}
    for config in configs:
        options = {**whole.get("column_options", {}), **config.get("column_options", {})}
        whole |= config
        whole |= {"column_options": options} if options else {}
    return whole


@pytest.fixture(scope="module")
def macros(tmp_path_factory):
    return Macros(tmp_path_factory.mktemp("macros"))


@pytest.fixture(scope="module")
def cursor(server):
    with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
        cursor.execute("create database if not exists accepted")
        yield cursor
        cursor.execute("drop database accepted force")


@pytest.mark.parametrize("table_type", TABLE_TYPES, ids=lambda config: config.get("table_type", "unsaid"))
def test_what_is_accepted_is_made(macros, cursor, server_version, table_type):
    made = refused = 0
    failures = []
    for keys, partition, layout in product(KEYS, PARTITIONS, LAYOUTS):
        config = merged(table_type, keys, {"partition_by": partition}, layout)
        try:
            found = design(config, types=TYPES, version=str(server_version))
        except CompilationError:
            refused += 1
            continue
        made += 1
        relation = StarRocksRelation.create(database="default_catalog", schema="accepted", identifier="t")
        sql = macros.call("starrocks__create_table_sql", relation, found)
        try:
            cursor.execute(sql)
            cursor.execute("drop table accepted.t force")
        except pymysql.MySQLError as error:
            failures.append((error.args[1], config))
    assert not failures, f"{len(failures)} of {made}: {failures[:5]}"
    assert made > 5
    assert refused > 10
