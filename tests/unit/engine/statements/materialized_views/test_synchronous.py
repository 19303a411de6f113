"""Synchronous materialized views: what they may be, what is shown of them, what reading one by its name gives."""

from __future__ import annotations

import pytest

from tests.unit.engine.statements.materialized_views.conftest import Client

TABLE = (
    "CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR(20), amount INT) DUPLICATE KEY(id) "
    "DISTRIBUTED BY HASH(id) BUCKETS 1"
)
PREFIX = "Getting analyzing error. Detail message: "
INSTEAD = ". Please use Asynchronous Materialized View instead"


@pytest.fixture
def built(client: Client) -> Client:
    client.run(TABLE)
    client.run("INSERT INTO t VALUES (1, 'a', 5), (2, 'a', 6), (3, 'b', NULL)")
    client.run("CREATE MATERIALIZED VIEW s AS SELECT name, sum(amount) AS total, count(id) AS c FROM t GROUP BY name")
    client.settle()
    return client


def test_its_rows_are_read_by_its_name_and_a_hint_only(built: Client) -> None:
    assert built.run("SELECT * FROM s [_SYNC_MV_] ORDER BY 1") == [("a", 11, 2), ("b", None, 1)]
    assert built.refused("SELECT * FROM s") == (5502, f"{PREFIX}Unknown table 'shop.s'.")
    built.run("INSERT INTO t VALUES (4, 'b', 7)")
    assert built.run("SELECT mv_sum_amount FROM s [_SYNC_MV_] WHERE name = 'b'") == [(7,)]


def test_desc_names_columns_by_function_and_column(built: Client) -> None:
    assert built.run("DESC s") == [
        ("name", "varchar(20)", "YES", "true", None, ""),
        ("mv_sum_amount", "bigint", "YES", "false", None, "SUM"),
        ("mv_count_id", "bigint", "NO", "false", None, "SUM"),
    ]
    heads = [row[:3] for row in built.run("DESC t ALL")]
    assert heads[3:5] == [("", "", ""), ("s", "AGG_KEYS", "name")]


def test_it_is_shown_as_a_rollup(built: Client) -> None:
    [row] = built.run("SHOW MATERIALIZED VIEWS")
    assert row[1:7] == ("shop", "s", "ROLLUP", "true", "", "UNPARTITIONED")
    assert (
        row[21]
        == "CREATE MATERIALIZED VIEW s AS SELECT name, sum(amount) AS total, count(id) AS c FROM t GROUP BY name"
    )
    shown = "SELECT table_name, refresh_type FROM information_schema.materialized_views"
    assert built.run(shown) == [("s", "ROLLUP")]
    assert built.run("SHOW TABLES") == [("t",)]


def test_columns_that_it_joins_cannot_change(built: Client) -> None:
    words = (
        "Can not drop/modify the column amount, because the column is used in the related rollup s "
        "with the define expr:`shop`.`t`.`amount`, please drop the rollup index first."
    )
    assert built.refused("ALTER TABLE t DROP COLUMN amount") == (1064, words)
    assert built.refused("ALTER TABLE t RENAME COLUMN amount TO x") == (1064, words)
    built.run("DROP MATERIALIZED VIEW s")
    built.run("ALTER TABLE t RENAME COLUMN amount TO x")
    assert built.refused("DROP MATERIALIZED VIEW s") == (1064, "Materialized view s is not found")


def test_its_name_is_taken_in_the_table_and_in_the_database(built: Client) -> None:
    built.run("CREATE TABLE u (k INT) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 1")
    taken = "already exists in"
    assert built.refused("CREATE MATERIALIZED VIEW s AS SELECT id, name FROM t")[1] == (
        f"Materialized view[s] {taken} the table t"
    )
    assert built.refused("CREATE MATERIALIZED VIEW t AS SELECT k FROM u")[1] == f"Table [t] {taken} the db shop"
    assert built.refused("ALTER TABLE t RENAME s")[1] == "New name conflicts with rollup index name: s"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM t", "The materialized view currently does not support * in select statement"),
        (
            "SELECT sum(amount), id FROM t GROUP BY id",
            "Any single column should be before agg column. Column id at wrong location",
        ),
        (
            "SELECT a.id FROM t a JOIN t b ON a.id = b.id",
            "The materialized view only supports one table in from clause.",
        ),
        (
            "SELECT id, sum(amount) + 1 AS s FROM t GROUP BY id",
            "Aggregate function with function expr is not supported yet",
        ),
        (
            "SELECT id, avg(amount) AS a FROM t GROUP BY id",
            "Unsupported function:avg, cannot find agg state desc from arg0",
        ),
        (
            "SELECT id FROM (SELECT id FROM t) x",
            "Materialized view query statement only support direct query from table.",
        ),
    ],
)
def test_queries_that_no_rollup_can_have(client: Client, query: str, reason: str) -> None:
    client.run(TABLE)
    assert client.refused(f"CREATE MATERIALIZED VIEW s AS {query}") == (1064, f"{PREFIX}{reason}{INSTEAD}")


def test_tables_with_a_primary_key_have_none(client: Client) -> None:
    client.run("CREATE TABLE p (k INT NOT NULL, v INT) PRIMARY KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 1")
    refused = client.refused("CREATE MATERIALIZED VIEW s AS SELECT k, v FROM p")
    assert refused == (1064, "Do not support create materialized view on primary key table[p]")


def test_groups_that_lie_in_several_tablets_are_refused(client: Client) -> None:
    """The server would show several rows for such a group."""
    client.run("CREATE TABLE w (k INT, v INT) DUPLICATE KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 3")
    client.run("CREATE MATERIALIZED VIEW s AS SELECT v, count(k) FROM w GROUP BY v")
    client.settle()
    assert "groups are spread over the buckets" in client.refused("SELECT * FROM s [_SYNC_MV_]")[1]


def test_rollups_of_create_table(client: Client) -> None:
    client.run(
        "CREATE TABLE a (id INT, shop INT, amount BIGINT SUM) AGGREGATE KEY (id, shop) "
        "DISTRIBUTED BY HASH(id) BUCKETS 1 ROLLUP (r (shop, amount))"
    )
    client.run("INSERT INTO a VALUES (1, 7, 5), (2, 7, 6)")
    assert client.run("SELECT * FROM r [_SYNC_MV_]") == [(7, 11)]
    assert client.run("SHOW MATERIALIZED VIEWS")[0][21] == (
        "create materialized view r as select shop,SUM(amount) from a group by shop"
    )
