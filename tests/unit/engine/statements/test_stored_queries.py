"""The queries of views and materialized views as they are stored, and what keeps them true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = """
    create database q; use q; create table orders (id int, name varchar(20), day date);
    create table ranged (day date, id int) partition by range(day)
        (partition p1 values less than ('2024-01-01'), partition p2 values less than ('2024-03-01'))
        distributed by hash(id) buckets 1;
    insert into ranged values ('2023-05-05', 1), ('2024-01-05', 2), ('2024-02-07', 3)
"""


def opened(version: str) -> Session:
    session = Session(Engine(version=version), 1, "root")
    run(session, SETUP)
    return session


@pytest.fixture
def session() -> Iterator[Session]:
    made = opened("4.1.0")
    yield made
    made.engine.close()


@pytest.fixture
def older() -> Iterator[Session]:
    made = opened("3.5.7")
    yield made
    made.engine.close()


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def stored(session: Session, query: str) -> str:
    run(session, f"create or replace view v as {query}")
    text = str(run(session, "show create view v")[0][1])
    return text.partition(" AS ")[2]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("select * from ranged", "SELECT `q`.`ranged`.`day`, `q`.`ranged`.`id`\nFROM `q`.`ranged`;"),
        ("select id as x from orders o", "SELECT `q`.`o`.`id` AS `x`\nFROM `q`.`orders` AS `o`;"),
        (
            "with c as (select id from orders) select * from c",
            "WITH `c` (`id`) AS (SELECT `q`.`orders`.`id`\nFROM `q`.`orders`) SELECT `c`.`id`\nFROM `c`;",
        ),
        (
            "select name, count(*) as n from orders where id > 1 group by name having n > 2",
            "SELECT `q`.`orders`.`name`, count(*) AS `n`\nFROM `q`.`orders`\nWHERE `q`.`orders`.`id` > 1\n"
            "GROUP BY `q`.`orders`.`name`\nHAVING `n` > 2;",
        ),
    ],
)
def test_before_4_1_a_views_text_is_rewritten(older: Session, query: str, text: str) -> None:
    assert stored(older, query) == text


def test_from_4_1_a_views_text_is_the_users(session: Session) -> None:
    assert stored(session, "select  *  from orders") == "select  *  from orders;"


def test_a_rewritten_view_reads_what_was_meant(older: Session) -> None:
    run(older, "create view v as select r.*, id + 1 as next from ranged r where exists (select 1 from ranged) limit 1")
    run(older, "alter table ranged add column later int")
    assert [c.name for r in older.run("select * from v") for c in r.columns or ()] == ["day", "id", "next"]


def test_views_may_have_columns_that_differ_in_case(session: Session) -> None:
    run(session, "create view v as select id as a, name as A from orders")
    with pytest.raises(StarRocksError, match="Duplicate column name 'id'"):
        run(session, "create view w as select id, id from orders")


@pytest.mark.parametrize(
    ("clause", "query", "names"),
    [
        ("day", "select day, id from ranged", ["p1", "p2"]),
        ("date_trunc('month', day)", "select day, id from ranged", ["p000001_202401", "p202401_202403"]),
        ("month", "select date_trunc('month', day) as month, id from ranged", ["p000001_202401", "p202401_202403"]),
    ],
)
def test_partitions_of_a_materialized_view_follow_the_base(
    session: Session, clause: str, query: str, names: list[str]
) -> None:
    run(session, f"create materialized view m partition by {clause} refresh deferred manual as {query}")
    run(session, "refresh materialized view m with sync mode")
    assert [row[1] for row in run(session, "show partitions from m")] == names
    assert run(session, "select count(*) from m") == [(3,)]


def test_a_star_and_a_name_in_a_materialized_view_are_told_apart(session: Session) -> None:
    run(session, "create materialized view m refresh deferred manual as "
                 "select o.*, p.name as other from orders o join orders p on o.id = p.id")  # fmt: skip
    assert [row[0] for row in run(session, "desc m")] == ["id", "name", "day", "other"]


def test_activating_needs_columns_of_the_same_types(session: Session) -> None:
    run(session, "create materialized view m refresh deferred manual as select id from orders")
    run(session, "drop table orders; create table orders (id bigint)")
    with pytest.raises(StarRocksError, match="column schema not compatible"):
        run(session, "alter materialized view m active")


def test_a_renamed_base_stops_the_view_when_it_goes(session: Session) -> None:
    run(session, "create materialized view m refresh deferred manual as select id, name from orders")
    run(session, "alter table orders rename old; create view orders as select 1 as id, 'a' as name")
    run(session, "drop table if exists old force")
    assert run(session, "select is_active from information_schema.materialized_views") == [("false",)]


def test_aliases_stand_for_their_expressions(session: Session) -> None:
    rows = run(session, "select id + 1 as k, k * 2 as kk, id as day, day as d from ranged order by id limit 1")
    assert [tuple(map(str, r)) for r in rows] == [("2", "4", "1", "2023-05-05")]


def test_the_columns_of_a_view_are_those_of_its_creation(session: Session) -> None:
    run(session, "create view v as select * from orders; drop table orders force")
    run(session, "create table orders (id bigint, label varchar(5), extra int, day date)")
    [result] = session.run("select * from v")
    assert [(c.name, str(c.type)) for c in result.columns or []] == [
        ("id", "bigint"), ("name", "varchar(5)"), ("day", "int"),
    ]  # fmt: skip
    with pytest.raises(StarRocksError, match="Column 'extra' cannot be resolved"):
        run(session, "select extra from v")


@pytest.mark.parametrize("word", ["add", "modify"])
def test_the_dialect_of_a_view_is_its_query(session: Session, word: str) -> None:
    run(session, f"create view v as select * from orders; alter view v {word} dialect starrocks select id from orders")
    assert run(session, "show create view v")[0][1] == (
        "CREATE VIEW `v` (`id`) SECURITY NONE AS select id from orders;"
    )
