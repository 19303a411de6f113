"""RENAME and SWAP WITH, and the materialized views that notice."""

from __future__ import annotations

from tests.unit.engine.statements.alter_table.conftest import Client, Rows

COLUMNS = "(id INT, v INT) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 1"


def _views(client: Client) -> Rows:
    sql = "SELECT table_name, is_active, inactive_reason FROM information_schema.materialized_views ORDER BY table_name"
    return client.run(sql)


def test_rename_takes_a_free_name(client: Client) -> None:
    client.run(f"CREATE TABLE a {COLUMNS}")
    client.run(f"CREATE TABLE b {COLUMNS}")
    assert client.refused("ALTER TABLE a RENAME b") == (1064, "Table name[b] is already used")
    assert client.refused("ALTER TABLE a RENAME a")[1].endswith("Same table name a.")
    assert client.refused("ALTER TABLE a RENAME TO c")[0] == 1064
    client.run("ALTER TABLE a RENAME A")
    assert (
        client.refused("ALTER TABLE a RENAME c")[1] == "Getting analyzing error. Detail message: Table a is not found."
    )


def test_swap_exchanges_names_and_nothing_else(client: Client) -> None:
    client.run(f"CREATE TABLE a {COLUMNS}")
    client.run("CREATE TABLE b (k INT NOT NULL, w DOUBLE) PRIMARY KEY(k) DISTRIBUTED BY HASH(k) BUCKETS 1")
    client.run("INSERT INTO a VALUES (1, 2)")
    client.run("ALTER TABLE a SWAP WITH b")
    assert client.run("SELECT * FROM b") == [(1, 2)]
    assert client.columns("a") == ["k", "w"]
    assert client.refused("ALTER TABLE a SWAP WITH a") == (1064, "New name conflicts with rollup index name: a")
    assert client.refused("ALTER TABLE a SWAP WITH c") == (1064, "Table c does not exist or is not OLAP/LAKE table")


def test_views_are_no_tables(client: Client) -> None:
    client.run(f"CREATE TABLE a {COLUMNS}")
    client.run("CREATE VIEW v AS SELECT id FROM a")
    words = "Getting analyzing error. Detail message: Do not support alter non-native table/materialized-view[shop.v]."
    assert client.refused("ALTER TABLE v RENAME w") == (1064, words)


def test_materialized_views_stop_when_their_table_changes(client: Client) -> None:
    client.run(f"CREATE TABLE a {COLUMNS}")
    client.run(f"CREATE TABLE b {COLUMNS}")
    client.run("CREATE MATERIALIZED VIEW m_id REFRESH DEFERRED MANUAL AS SELECT id FROM a")
    client.run("CREATE MATERIALIZED VIEW m_v REFRESH DEFERRED MANUAL AS SELECT v FROM a")
    client.run("CREATE MATERIALIZED VIEW m_over REFRESH DEFERRED MANUAL AS SELECT v FROM m_v")
    client.run("ALTER TABLE a ADD COLUMN x INT")
    assert {row[1] for row in _views(client)} == {"true"}
    client.run("ALTER TABLE a RENAME COLUMN v TO w")
    assert _views(client) == [
        ("m_id", "true", ""),
        ("m_over", "false", "base-mv inactive: m_v"),
        ("m_v", "false", "base table schema changed for columns: v"),
    ]
    client.run("ALTER TABLE a SWAP WITH b")
    assert _views(client)[0] == ("m_id", "false", "base-table swapped: a")


def _constraints(client: Client, table: str) -> list[str]:
    """Those that SHOW CREATE TABLE has."""
    text = str(client.run(f"SHOW CREATE TABLE {table}")[0][1])
    return [line.strip(",").split(" = ")[1].strip('"') for line in text.split("\n") if "_constraints" in line]


def test_constraints_follow_names(client: Client) -> None:
    client.run("CREATE TABLE p (k INT) DUPLICATE KEY(k) PROPERTIES ('unique_constraints' = 'k')")
    client.run("CREATE TABLE p2 (k INT) DUPLICATE KEY(k) PROPERTIES ('unique_constraints' = 'p2.k')")
    key = "'foreign_key_constraints' = 'c(k) REFERENCES p(k)'"  # the child's name is not looked at
    client.run(f"CREATE TABLE c (k INT) DUPLICATE KEY(k) PROPERTIES ({key})")
    client.run("ALTER TABLE p SWAP WITH p2")
    assert _constraints(client, "p") == ["default_catalog.shop.p.k"]
    assert _constraints(client, "c") == ["(k) REFERENCES default_catalog.shop.p(k)"]
    client.run("ALTER TABLE p RENAME q")
    assert _constraints(client, "q") == ["default_catalog.shop.q.k"]
    assert _constraints(client, "c") == ["(k) REFERENCES default_catalog.shop.q(k)"]
    client.run("DROP TABLE q")
    assert _constraints(client, "c") == []


def test_tables_of_other_foreign_keys_are_not_swapped(client: Client) -> None:
    client.run("CREATE TABLE p (k INT) PRIMARY KEY(k)")
    client.run(
        "CREATE TABLE a (k INT) DUPLICATE KEY(k) PROPERTIES ('foreign_key_constraints' = '(k) REFERENCES shop.p(k)')"
    )
    client.run("CREATE TABLE b (k INT) DUPLICATE KEY(k)")
    code, text = client.refused("ALTER TABLE a SWAP WITH b")
    assert (code, text.split(",")[0]) == (1064, "Table b does not contain the same foreign key constraints")
