"""Partition clauses and TRUNCATE TABLE."""

from __future__ import annotations

import pytest

from tests.unit.engine.statements.alter_table.conftest import Client


@pytest.fixture
def sales(client: Client) -> Client:
    client.run(
        "CREATE TABLE sales (id INT, day DATE) DUPLICATE KEY(id) PARTITION BY RANGE(day) "
        "(START ('2024-01-01') END ('2024-01-05') EVERY (INTERVAL 1 DAY)) DISTRIBUTED BY HASH(id) BUCKETS 1"
    )
    client.run("INSERT INTO sales VALUES (1, '2024-01-01'), (2, '2024-01-02'), (3, '2024-01-03'), (4, '2024-01-04')")
    return client


def _ids(client: Client) -> list[object]:
    return [row[0] for row in client.run("SELECT id FROM sales ORDER BY id")]


def test_dropping_a_partition_drops_its_rows(sales: Client) -> None:
    sales.run("ALTER TABLE sales DROP PARTITION p20240102")
    assert _ids(sales) == [1, 3, 4]
    words = "Error in list of partitions to [p20240102]"
    assert sales.refused("ALTER TABLE sales DROP PARTITION p20240102") == (1507, words)
    sales.run("ALTER TABLE sales DROP PARTITIONS IF EXISTS (p20240101, p20240102)")
    assert _ids(sales) == [3, 4]


def test_partitions_are_dropped_by_a_condition(sales: Client) -> None:
    sales.run("ALTER TABLE sales DROP PARTITIONS WHERE day < '2024-01-03'")
    assert _ids(sales) == [3, 4]
    code, message = sales.refused("ALTER TABLE sales DROP PARTITIONS WHERE id > 3")
    assert code == 1064
    assert "Column `id` in the partition condition is not a table's partition expression" in message


def test_new_partitions_take_rows(sales: Client) -> None:
    sales.run("ALTER TABLE sales ADD PARTITION p5 VALUES LESS THAN ('2024-01-06')")
    sales.run("INSERT INTO sales VALUES (5, '2024-01-05')")
    assert _ids(sales) == [1, 2, 3, 4, 5]
    words = "Getting analyzing error. Detail message: Duplicate partition name p5."
    assert sales.refused("ALTER TABLE sales ADD PARTITION p5 VALUES LESS THAN ('2024-01-09')") == (1517, words)
    sales.run("ALTER TABLE sales ADD PARTITION IF NOT EXISTS p5 VALUES LESS THAN ('2024-01-09')")


def test_a_temporary_partition_takes_anothers_place(sales: Client) -> None:
    sales.run("ALTER TABLE sales ADD TEMPORARY PARTITION tp VALUES [('2024-01-01'), ('2024-01-02'))")
    sales.run("INSERT INTO sales TEMPORARY PARTITION (tp) VALUES (10, '2024-01-01')")
    assert _ids(sales) == [1, 2, 3, 4]
    words = "Can not alter table when there are temp partitions in table"
    assert sales.refused("ALTER TABLE sales MODIFY COLUMN id BIGINT KEY")[1] == words
    sales.run("ALTER TABLE sales REPLACE PARTITION (p20240101) WITH TEMPORARY PARTITION (tp)")
    assert _ids(sales) == [2, 3, 4, 10]


def test_truncate_empties_a_table_or_some_partitions(sales: Client) -> None:
    sales.run("TRUNCATE TABLE sales PARTITION (p20240101, p20240103)")
    assert _ids(sales) == [2, 4]
    assert sales.refused("TRUNCATE TABLE sales PARTITION (p9)") == (1064, "Partition p9 does not exist")
    sales.run("TRUNCATE TABLE sales")
    assert _ids(sales) == []
    words = "Getting analyzing error. Detail message: Table nope is not found."
    assert sales.refused("TRUNCATE TABLE nope") == (1064, words)


def test_automatic_tables_take_no_single_ranges(client: Client) -> None:
    client.run("CREATE TABLE e (id INT, at DATETIME) DUPLICATE KEY(id) PARTITION BY date_trunc('day', at)")
    code, message = client.refused("ALTER TABLE e ADD PARTITION p VALUES LESS THAN ('2024-01-01')")
    assert (code, "cannot manually add a single range partition" in message) == (1064, True)
    client.run("ALTER TABLE e ADD PARTITIONS START ('2024-03-01') END ('2024-03-03') EVERY (INTERVAL 1 DAY)")


@pytest.mark.parametrize(
    ("unit", "start", "end", "suggested"),
    [
        ("day", "2024-01-15 01:02:03", "2024-01-20", "[2024-01-15 00:00:00,2024-01-20 00:00:00)"),
        ("day", "2024-01-15", "2024-01-20 01:02:03", "[2024-01-15 00:00:00,2024-01-20 00:00:00)"),
        ("month", "2024-01-15", "2024-01-20", "[2024-01-01 00:00:00,2024-02-01 00:00:00)"),
    ],
)
def test_automatic_partitions_are_whole_periods(
    client: Client, unit: str, start: str, end: str, suggested: str
) -> None:
    client.run(f"CREATE TABLE t (k DATETIME) DUPLICATE KEY(k) PARTITION BY date_trunc('{unit}', k)")
    add = "ALTER TABLE t ADD PARTITIONS START ('{}') END ('{}') EVERY (INTERVAL 1 {})"
    code, text = client.refused(add.format(start, end, unit))
    assert code == 1064
    assert f"should be a standard unit of time ({unit.upper()})" in text
    assert f"suggest range {suggested}If" in text
    client.run("ADMIN SET FRONTEND CONFIG ('enable_create_partial_partition_in_batch' = 'true')")
    client.run(add.format(start, end, unit))


def test_automatic_list_partition_holds_one_value(client: Client) -> None:
    client.run("CREATE TABLE t (k DATE NOT NULL) DUPLICATE KEY(k) PARTITION BY (k)")
    words = "Automatically partitioned tables does not support multiple values in the same partition."
    add = "ALTER TABLE t ADD PARTITION p VALUES IN ('2024-04-01', '2024-04-02')"
    assert client.refused(add) == (1064, f"Getting analyzing error. Detail message: {words}")


def test_automatic_partitions_have_a_limit(client: Client) -> None:
    client.run("CREATE TABLE t (k DATE NOT NULL) DUPLICATE KEY(k) PARTITION BY date_trunc('day', k)")
    client.run("ADMIN SET FRONTEND CONFIG ('max_partition_number_per_table' = '0')")
    words = "Table t automatically created partitions exceeded the maximum limit: 0."
    assert client.refused("INSERT INTO t VALUES ('2024-01-01')")[1].startswith(words)
    client.run("ADMIN SET FRONTEND CONFIG ('max_partition_number_per_table' = '10')")
    client.run("INSERT INTO t VALUES ('2024-01-01')")


def test_ranges_over_dates_in_texts(client: Client) -> None:
    ranges = "(START ('2021-01-01') END ('2021-01-10') EVERY (INTERVAL 1 DAY))"
    client.run(f"CREATE TABLE t (k VARCHAR(30), n INT) PARTITION BY RANGE(str2date(k, '%Y-%m-%d %H:%i:%s')) {ranges}")
    client.run("INSERT INTO t VALUES ('2021-01-04 23:59:59', 1), ('2021-01-09 00:00:00', 2)")
    assert client.run("SELECT n FROM t PARTITION (p20210104)") == [(1,)]
    assert client.refused("INSERT INTO t VALUES ('2021-01-10 00:00:00', 3)")[0] == 5610
    words = "partition function check fail, only supports the result of the function str2date"
    assert (
        words in client.refused(f"CREATE TABLE u (k VARCHAR(30)) PARTITION BY RANGE(str2date(k, '%Y-%m')) {ranges}")[1]
    )


def test_list_without_partitions_is_not_automatic(client: Client) -> None:
    client.run("CREATE TABLE t (k DATE NOT NULL) DUPLICATE KEY(k) PARTITION BY LIST (k)")
    client.run("ALTER TABLE t ADD PARTITION p VALUES IN ('2024-04-01', '2024-04-02')")
    client.run("INSERT INTO t VALUES ('2024-04-02')")
    assert client.refused("INSERT INTO t VALUES ('2024-04-03')")[0] == 5610
