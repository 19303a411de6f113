"""A project as users of StarRocks first write it down: their profile and configs, nothing of ours. Its raw data is
landed by another tool; then it builds, tests and documents itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest
from dbt.cli.main import dbtRunner

import starrocks_embedded

PROFILE = """
starrocks_profile:
  target: dev
  outputs:
    dev:
      type: starrocks
      host: localhost
      port: {port}
      user: root
      password: "{password}"
      database: dbt_demo
      schema: public
      threads: 8
      keepalives_idle: 0
"""
PROJECT = """
name: 'starrocks_demo'
version: '1.0.0'
config-version: 2
profile: 'starrocks_profile'
require-dbt-version: ">=1.6.0"
model-paths: ["models"]
models:
  starrocks_demo:
    staging:
      materialized: view
    marts:
      materialized: table
      distributed_by: ['id']
"""
SOURCES = """
sources:
  - name: raw_data
    tables: [{name: orders}, {name: users}]
models:
  - name: fact_orders_daily
    columns: [{name: user_id, data_tests: [not_null]}]
  - name: dim_users
    columns: [{name: user_id, data_tests: [unique, not_null]}]
"""
STG_ORDERS = """
{{ config(materialized='view') }}
SELECT order_id, user_id, product_id, order_time, amount, status, CURRENT_TIMESTAMP() as updated_at
FROM {{ source('raw_data', 'orders') }}
WHERE status != 'CANCELLED'
"""
STG_USERS = "SELECT user_id, username, email, register_date, city, age_group FROM {{ source('raw_data', 'users') }}"
DIM_USERS = """
{{ config(
    materialized='table',
    distributed_by=['user_id'],
    partition_by=['date_trunc(\\'day\\', register_date)']
) }}
SELECT user_id, username, email, register_date, city, age_group, CURRENT_TIMESTAMP() as dbt_updated_at
FROM {{ ref('stg_users') }}
"""
FACT_ORDERS = """
{{ config(materialized='table', distributed_by=['order_date', 'user_id']) }}
SELECT
    DATE_TRUNC('day', order_time) as order_date,
    user_id,
    COUNT(*) as order_count,
    SUM(amount) as total_amount,
    AVG(amount) as avg_amount
FROM {{ ref('stg_orders') }}
GROUP BY 1, 2
"""
FILES = {
    "dbt_project.yml": PROJECT,
    "models/staging/sources.yml": SOURCES,
    "models/staging/stg_orders.sql": STG_ORDERS,
    "models/staging/stg_users.sql": STG_USERS,
    "models/marts/dim_users.sql": DIM_USERS,
    "models/marts/fact_orders_daily.sql": FACT_ORDERS,
}
RAW = """
create database if not exists raw_data;
create table raw_data.orders (order_id bigint not null, user_id bigint, product_id bigint, order_time datetime,
  amount decimal(10, 2), status varchar(20)) primary key (order_id) distributed by hash (order_id);
create table raw_data.users (user_id bigint not null, username varchar(50), email varchar(100), register_date date,
  city varchar(50), age_group varchar(20)) primary key (user_id) distributed by hash (user_id);
insert into raw_data.orders values
  (1, 1, 7, '2024-03-01 10:00:00', 10.50, 'PAID'), (2, 1, 8, '2024-03-01 23:59:59', 4.50, 'PAID'),
  (3, 2, 7, '2024-03-02 00:00:00', 99.99, 'NEW'), (4, 2, 9, '2024-03-02 08:00:00', 1.00, 'CANCELLED');
insert into raw_data.users values
  (1, 'ann', 'ann@example.com', '2024-01-15', 'Hangzhou', '20-30'),
  (2, 'bob', 'bob@example.com', '2024-02-20', 'Beijing', '30-40')
"""


@pytest.fixture
def connection(server: starrocks_embedded.Server) -> Iterator[pymysql.Connection]:
    with pymysql.connect(**server.connect_args, autocommit=True) as connection:
        yield connection
        with connection.cursor() as cursor:
            for database in ("raw_data", "public"):
                cursor.execute(f"drop database if exists {database} force")


def ask(connection: pymysql.Connection, sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        for statement in sql.split(";"):
            cursor.execute(statement)
        return list(cursor.fetchall())


def test_it_lands_builds_tests_and_documents_itself(
    tmp_path: Path, server: starrocks_embedded.Server, connection: pymysql.Connection
):
    ask(connection, RAW)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(PROFILE.format(port=server.port, password=server.password), encoding="utf-8")
    place = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
    for command in (["build"], ["build"], ["test"], ["docs", "generate"]):
        result = dbtRunner().invoke([*command, *place])
        assert result.success, result.exception or [r.message for r in result.result]

    daily = ask(
        connection, "select order_date, user_id, order_count, total_amount from public.fact_orders_daily order by 1, 2"
    )
    assert [(str(day), user, count, str(total)) for day, user, count, total in daily] == [
        ("2024-03-01 00:00:00", 1, 2, "15.00"),
        ("2024-03-02 00:00:00", 2, 1, "99.99"),
    ]
    users = str(ask(connection, "show create table public.dim_users")[0][1])
    assert "PARTITION BY date_trunc('day', register_date)" in users
    assert "DISTRIBUTED BY HASH(`user_id`)" in users
    catalog = json.loads((tmp_path / "target" / "catalog.json").read_text(encoding="utf-8"))
    assert set(catalog["nodes"]["model.starrocks_demo.dim_users"]["columns"]) >= {"user_id", "dbt_updated_at"}
