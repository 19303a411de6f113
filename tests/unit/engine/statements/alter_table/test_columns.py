"""ADD, DROP, MODIFY and RENAME COLUMN."""

from __future__ import annotations

from starrocks_embedded.engine import Engine
from tests.unit.engine.statements.alter_table.conftest import Client

ORDERS = (
    "CREATE TABLE orders (id BIGINT NOT NULL, name VARCHAR(20), amount INT DEFAULT '3') "
    "DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 1"
)


def test_added_columns_show_their_default_in_rows_that_were_there(client: Client) -> None:
    client.run(ORDERS)
    client.run("INSERT INTO orders VALUES (1, 'a', 2)")
    client.run("ALTER TABLE orders ADD COLUMN note VARCHAR(9) DEFAULT 'none' AFTER id, ADD COLUMN flag BOOLEAN")
    assert client.columns("orders") == ["id", "note", "name", "amount", "flag"]
    assert client.run("SELECT * FROM orders") == [(1, "none", "a", 2, None)]
    assert [row[9] for row in client.run("SHOW ALTER TABLE COLUMN")] == ["FINISHED"]


def test_value_columns_stay_behind_the_keys(client: Client) -> None:
    client.run(ORDERS)
    words = "Invalid column order. value should be after key. index[orders]"
    assert client.refused("ALTER TABLE orders ADD COLUMN head INT FIRST") == (1064, words)
    assert client.refused("ALTER TABLE orders ADD COLUMN x INT AFTER nope") == (1064, "Column[nope] does not found")


def test_not_null_needs_a_default(client: Client) -> None:
    client.run(ORDERS)
    code, message = client.refused("ALTER TABLE orders ADD COLUMN qty INT NOT NULL")
    assert code == 1064
    assert "Field 'qty' is not null but doesnt have a default value." in message


def test_a_changed_type_takes_effect_with_its_data_when_the_job_ends(client: Client) -> None:
    client.run(ORDERS)
    client.run("INSERT INTO orders VALUES (1, '42', 7)")
    client.run("ALTER TABLE orders MODIFY COLUMN name INT")
    assert client.run("SELECT name FROM orders") == [("42",)]
    assert client.settle() == "FINISHED"
    assert client.run("SELECT name FROM orders") == [(42,)]


def test_a_value_that_does_not_convert_cancels_the_job(client: Client) -> None:
    client.run(ORDERS)
    client.run("INSERT INTO orders VALUES (1, 'word', 7)")
    client.run("ALTER TABLE orders MODIFY COLUMN name INT")
    assert client.settle() == "CANCELLED"
    assert client.run("SELECT name FROM orders") == [("word",)]
    client.run("ALTER TABLE orders ADD COLUMN free INT")


def test_definitions_that_cannot_change(client: Client) -> None:
    client.run(ORDERS)
    for column, words in {
        "amount SMALLINT DEFAULT '3'": "Can not change INT to SMALLINT",
        "amount INT": "Can not change default value",
        "name VARCHAR(10)": "Cannot shorten string length",
        "name VARCHAR(20) NOT NULL": "Can not change from nullable to non-nullable",
        "nope INT": "Column[nope] does not exists",
        "id BIGINT NOT NULL": "No key column left. index[orders]",
    }.items():
        assert client.refused(f"ALTER TABLE orders MODIFY COLUMN {column}") == (1064, words)


def test_columns_the_layout_rests_on_stay(client: Client) -> None:
    client.run(
        "CREATE TABLE part (id INT, day DATE, x INT) DUPLICATE KEY(id, day) PARTITION BY RANGE(day) "
        "(PARTITION p1 VALUES LESS THAN ('2024-01-01')) DISTRIBUTED BY HASH(id) BUCKETS 1"
    )
    assert (
        client.refused("ALTER TABLE part DROP COLUMN day")[1] == "Partition column[day] cannot be dropped. index[part]"
    )
    words = "Can not modify distribution column[id]. index[part]"
    assert client.refused("ALTER TABLE part MODIFY COLUMN id BIGINT KEY")[1] == words


def test_renaming_moves_no_data_and_keeps_the_old_name_taken(client: Client) -> None:
    client.run(ORDERS)
    client.run("INSERT INTO orders VALUES (1, 'a', 2)")
    client.run("ALTER TABLE orders RENAME COLUMN id TO order_id")
    assert "DISTRIBUTED BY HASH(`order_id`)" in str(client.run("SHOW CREATE TABLE orders")[0][1])
    assert client.run("SELECT order_id FROM orders") == [(1,)]
    assert client.refused("ALTER TABLE orders RENAME COLUMN nope TO x") == (5509, "Unknown column 'nope' in 'orders'")
    assert client.refused("ALTER TABLE orders RENAME COLUMN name TO Amount") == (1060, "Duplicate column name 'Amount'")
    code, message = client.refused("ALTER TABLE orders ADD COLUMN id INT")
    assert (code, message.split(",")[0]) == (1064, "Can not add column which already exists in column id: id")


def test_struct_fields_come_and_go(client: Client) -> None:
    client.run("CREATE TABLE t (id INT, info STRUCT<a INT, b INT>) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 1")
    client.run("INSERT INTO t VALUES (1, row(1, 2))")
    client.run("ALTER TABLE t MODIFY COLUMN info ADD FIELD c VARCHAR(5) AFTER a")
    client.run("ALTER TABLE t MODIFY COLUMN info DROP FIELD b")
    assert client.run("DESC t")[1][1] == "struct<a int(11), c varchar(5)>"
    assert client.run("SELECT info.a, info.c FROM t") == [(1, None)]


def test_comments_change_at_once(client: Client) -> None:
    client.run(ORDERS)
    client.run("ALTER TABLE orders MODIFY COLUMN name COMMENT 'who'")
    client.run("ALTER TABLE orders COMMENT = 'all orders'")
    shown = str(client.run("SHOW CREATE TABLE orders")[0][1])
    assert '`name` varchar(20) NULL COMMENT "who"' in shown
    assert 'COMMENT "all orders"' in shown


def test_only_schema_changes_share_a_statement(client: Client) -> None:
    client.run(ORDERS)
    words = (
        "Getting analyzing error. Detail message: Alter operation SCHEMA_CHANGE conflicts with operation ALTER_OTHER."
    )
    assert client.refused("ALTER TABLE orders RENAME b, ADD COLUMN x INT") == (1064, words)


def test_before_4_0_a_statement_ends_with_its_first_comment() -> None:
    engine = Engine(version="3.5.7")
    client = Client(engine)
    client.run("CREATE TABLE t (a int, b int)")
    client.run("ALTER TABLE t ADD COLUMN c int, MODIFY COLUMN a COMMENT 'x', MODIFY COLUMN b COMMENT 'y'")
    assert [(r[0], r[8]) for r in client.run("SHOW FULL COLUMNS FROM t")] == [("a", "x"), ("b", "")]
    assert client.run("SHOW ALTER TABLE COLUMN") == []
    engine.close()
