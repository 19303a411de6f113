"""SET, indexes and rollups."""

from __future__ import annotations

from tests.unit.engine.statements.alter_table.conftest import Client

TABLE = "CREATE TABLE t (id INT, a VARCHAR(10), d DOUBLE) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 1"


def test_one_property_at_a_time(client: Client) -> None:
    client.run(TABLE)
    client.run("ALTER TABLE t SET ('write_quorum' = 'ONE')")
    assert '"write_quorum" = "ONE"' in str(client.run("SHOW CREATE TABLE t")[0][1])
    words = "Getting analyzing error. Detail message: Can only set one table property at a time."
    assert client.refused("ALTER TABLE t SET ('write_quorum' = 'ONE', 'replication_num' = '1')") == (5064, words)


def test_unknown_properties_are_named(client: Client) -> None:
    client.run(TABLE)
    words = "Getting analyzing error. Detail message: Unknown properties: {compression=ZSTD}."
    assert client.refused("ALTER TABLE t SET ('compression' = 'ZSTD')") == (5064, words)


def test_bloom_filters_are_a_schema_change(client: Client) -> None:
    client.run(TABLE)
    client.run("ALTER TABLE t SET ('bloom_filter_columns' = 'a')")
    assert client.settle() == "FINISHED"
    assert '"bloom_filter_columns" = "a"' in str(client.run("SHOW CREATE TABLE t")[0][1])


def test_indexes_come_and_go_by_jobs(client: Client) -> None:
    client.run(TABLE)
    client.run("CREATE INDEX ix ON t (a) USING BITMAP COMMENT 'first'")
    assert client.settle() == "FINISHED"
    assert "INDEX ix (`a`) USING BITMAP COMMENT 'first'" in str(client.run("SHOW CREATE TABLE t")[0][1])
    assert client.refused("CREATE INDEX ix ON t (id)") == (1064, "index `ix` already exist.")
    assert client.refused("DROP INDEX nope ON t") == (1064, "index nope does not exist")
    client.run("DROP INDEX ix ON t")
    assert client.settle() == "FINISHED"
    assert "INDEX ix" not in str(client.run("SHOW CREATE TABLE t")[0][1])


def test_rollups_are_known_by_name(client: Client) -> None:
    client.run(TABLE)
    client.run("ALTER TABLE t ADD ROLLUP r (id, a)")
    assert client.refused("ALTER TABLE t RENAME u")[1].startswith(
        "A materialized view or rollup index is being created"
    )
    assert client.settle("ROLLUP") == "FINISHED"
    assert client.refused("ALTER TABLE t ADD ROLLUP r (id)") == (1064, "Rollup index[r] already exists")
    client.run("ALTER TABLE t DROP ROLLUP r")
    assert client.refused("ALTER TABLE t DROP ROLLUP r")[1] == "Materialized view [r] does not exist in table [t]"


def _flat_json(client: Client) -> dict[str, str]:
    text = str(client.run("SHOW CREATE TABLE t")[0][1])
    pairs = (line.strip(",").split(" = ") for line in text.split("\n") if "flat_json." in line)
    return {name.strip('"').removeprefix("flat_json."): value.strip('"') for name, value in pairs}


def test_flat_json(client: Client) -> None:
    client.run(TABLE)
    words = "Getting analyzing error. Detail message: Property flat_json.enable haven't been enabled."
    assert client.refused("ALTER TABLE t SET ('flat_json.null.factor' = '0.2')") == (5064, words)
    client.run("ALTER TABLE t SET ('flat_json.enable' = 'true')")
    client.run("ALTER TABLE t SET ('flat_json.null.factor' = '.20')")
    client.run("ALTER TABLE t SET ('flat_json.column.max' = '7')")
    assert _flat_json(client) == {"enable": "true", "null.factor": "0.2", "sparsity.factor": "0.3", "column.max": "7"}
    for name, value, problem in (
        ("sparsity.factor", "1.5", "Illegal flat json sparsity factor: 1.5"),
        ("null.factor", "x", 'Flat json null factor: For input string: "x"'),
        ("column.max", "-1", "Illegal flat json column max: -1"),
    ):
        assert problem in client.refused(f"ALTER TABLE t SET ('flat_json.{name}' = '{value}')")[1]
    client.run("ALTER TABLE t SET ('flat_json.enable' = 'false')")
    assert _flat_json(client) == {"enable": "false"}
    client.run("ALTER TABLE t SET ('flat_json.enable' = 'TRUE')")
    assert _flat_json(client)["column.max"] == "7"
    words = "flat JSON configuration must be set after enabling flat JSON."
    assert client.refused("CREATE TABLE u (id INT) PROPERTIES ('flat_json.null.factor' = '0.5')") == (1064, words)
