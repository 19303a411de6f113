"""Eight clients at once, on the same and on different objects: refusals as StarRocks words them, never a defect."""

from __future__ import annotations

import threading
import time

import pymysql
import pytest

import starrocks_embedded

CLIENTS = 8
STATEMENTS = 250

# what two clients on one object may honestly hear
HONEST = (
    "already exists",
    "Unknown table",
    "is not found",
    "does not exist",
    "references invalid",
    "SCHEMA_CHANGE",
    "was dropped by another",
)


@pytest.fixture(scope="module")
def server():
    with starrocks_embedded.serve(user="root", password="") as running:
        with pymysql.connect(**running.connect_args, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute("create database many")
            cursor.execute("create table many.shared (k int not null, v bigint) primary key (k) distributed by hash(k)")
            cursor.execute("create table many.log (client int, i int)")
        yield running


def statements(client: int, i: int) -> list[str]:
    """A mixed bag; a tenth of it on objects that all clients share."""
    own = f"t_{client}"
    return [
        f"create table if not exists {own} (id bigint, name varchar(20))",
        f"insert into {own} values ({i}, 'n{i}'), ({i + 1}, null)",
        f"select count(*), max(name) from {own} where id >= 0",
        f"insert into shared values ({i % 5}, {i}), ({client}, {i})",
        f"create or replace view v_{client} as select id from {own}",
        f"select * from v_{client} order by id limit 3",
        "select table_name from information_schema.tables where table_schema = 'many'",
        f"insert into log values ({client}, {i})",
        "create or replace view v_shared as select k, v from shared",
        f"drop table if exists {own} force",
    ]


def client(server, number: int, defects: list[str]) -> None:
    connection = pymysql.connect(**server.connect_args, database="many", autocommit=True)
    for i in range(STATEMENTS):
        bag = statements(number, i // 10)
        try:
            with connection.cursor() as cursor:
                cursor.execute(bag[i % len(bag)])
                cursor.fetchall()
        except pymysql.MySQLError as error:
            if not any(words in str(error) for words in HONEST):
                defects.append(f"{bag[i % len(bag)]}: {error}")
    connection.close()


def test_mixed_statements_from_eight_clients(server):
    defects: list[str] = []
    threads = [threading.Thread(target=client, args=(server, n, defects)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(t.is_alive() for t in threads), "a client hangs"
    assert defects == []
    with pymysql.connect(**server.connect_args, database="many") as connection, connection.cursor() as cursor:
        cursor.execute("select count(*), count(distinct client) from log")
        assert cursor.fetchall() == ((CLIENTS * STATEMENTS // 10, CLIENTS),)
        cursor.execute("select count(*), count(distinct k) from shared")
        rows, keys = cursor.fetchall()[0]
        assert rows == keys, "an upsert left a key twice"


def test_a_long_query_does_not_block_others(server):
    slow = pymysql.connect(**server.connect_args, autocommit=True)
    thread = threading.Thread(target=lambda: slow.cursor().execute("select sleep(3)"))
    thread.start()
    time.sleep(0.2)
    start = time.perf_counter()
    with pymysql.connect(**server.connect_args, autocommit=True) as quick, quick.cursor() as cursor:
        cursor.execute("select count(*) from many.log")
        cursor.execute("create table many.meanwhile (a int)")
    assert time.perf_counter() - start < 1.5
    thread.join()
    slow.close()
