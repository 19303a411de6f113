"""What a materialized view's columns and properties become."""

from __future__ import annotations

import re

import pytest

from tests.unit.engine.statements.materialized_views.conftest import Client

BASE = (
    "CREATE TABLE t (d DATE, f FLOAT, i INT, c CHAR(20), s VARCHAR(10), x DOUBLE, m DECIMAL(27, 9)) "
    "DUPLICATE KEY(d) DISTRIBUTED BY HASH(d) BUCKETS 1"
)


@pytest.mark.parametrize(
    ("query", "columns", "keys"),
    [
        ("SELECT d, x, i, m FROM t", ["d", "i", "m", "x"], ["d", "i", "m"]),  # 3 + 8 + 4 + 16 bytes
        ("SELECT d, x, i, m, c FROM t", ["d", "i", "m", "c", "x"], ["d", "i", "m", "c"]),  # a text may overflow
        ("SELECT m, x, d, i, f, s FROM t", ["m", "d", "i", "s", "x", "f"], ["m", "d", "i", "s"]),
        ("SELECT x, f, s, i FROM t", ["s", "x", "f", "i"], ["s"]),
    ],
)
def test_keys_come_first_and_the_rest_stays_in_order(
    client: Client, query: str, columns: list[str], keys: list[str]
) -> None:
    client.run(BASE)
    client.run(f"CREATE MATERIALIZED VIEW v REFRESH DEFERRED MANUAL AS {query}")
    shown = client.run("DESC v")
    assert [row[0] for row in shown] == columns
    assert [row[0] for row in shown if row[3] == "true"] == keys


def test_a_view_without_any_key_is_refused(client: Client) -> None:
    client.run(BASE)
    code, text = client.refused("CREATE MATERIALIZED VIEW v REFRESH DEFERRED MANUAL AS SELECT x, f FROM t")
    assert (code, "All columns of materialized view cannot be used for keys" in text) == (1064, True)


def test_properties_as_shown(client: Client) -> None:
    client.run(BASE)
    chosen = '"storage_medium" = "SSD", "compression" = "ZSTD", "bloom_filter_columns" = "i"'
    for name, properties in (("v", '"compression" = "ZSTD"'), ("w", chosen)):
        client.run(
            f"CREATE MATERIALIZED VIEW {name} REFRESH DEFERRED MANUAL PROPERTIES ({properties}) AS SELECT i FROM t"
        )
    shown = {name: str(client.run(f"SHOW CREATE MATERIALIZED VIEW {name}")[0][1]) for name in "vw"}
    names = {name: re.findall(r'^"([^"]+)" = ', text, re.MULTILINE) for name, text in shown.items()}
    assert names["v"] == ["replicated_storage", "replication_num", "compression", "storage_medium"]
    assert names["w"] == [
        "storage_cooldown_time", "replicated_storage", "storage_medium", "replication_num", "compression",
        "bloom_filter_columns",
    ]  # fmt: skip
