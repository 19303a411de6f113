"""Queries as DuckDB's text: subqueries in conditions of joins, samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = """
    create database d; use d;
    create table c (id int, k int) distributed by hash(id); insert into c values (1, 2), (3, 4);
    create table o (id int, k int) distributed by hash(id); insert into o values (1, 2), (2, 4);
    create table r (id int) distributed by hash(id); insert into r values (3);
    create table many (id int) distributed by hash(id);
    insert into many select generate_series from table(generate_series(1, 100000))
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    rows(session, SETUP)
    yield session
    engine.close()


def rows(session: Session, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for result in session.run(sql):
        found = [tuple(r) for r in result.rows]
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("c left join o on c.id in (select id from r)", [(1, None), (3, 1), (3, 2)]),
        ("c left join o on c.id = (select max(id) from r)", [(1, None), (3, 1), (3, 2)]),
        ("c full join o on c.id = (select max(id) from r)", [(1, None), (3, 1), (3, 2)]),
        ("c right join o on o.id + 1 in (select id from r)", [(None, 1), (1, 2), (3, 2)]),
        ("c left join o on c.id = o.id and exists (select 1 from r where r.id = c.id + 2)", [(1, 1), (3, None)]),
        ("r join c on c.id = r.id left join o on o.id not in (select id from r) and c.id > 1", [(3, 1), (3, 2)]),
        ("r join c on c.id = r.id left join (o join r s on s.id = o.id + 1) on o.id in (select 2)", [(3, 2)]),
    ],
)
def test_an_outer_join_takes_subqueries_in_its_condition(
    session: Session, query: str, expected: list[tuple[Any, ...]]
) -> None:
    assert rows(session, f"select c.id, o.id from {query} order by 1, 2") == expected


def test_semi_joins_take_subqueries_in_their_condition(session: Session) -> None:
    assert rows(session, "select c.id from c left semi join o on c.id in (select id from r)") == [(3,)]
    assert rows(session, "select o.id from c right anti join o on o.id + 1 in (select id from r)") == [(1,)]


def test_a_subquery_over_both_sides_of_an_outer_join_is_refused_by_name(session: Session) -> None:
    with pytest.raises(StarRocksError, match="reads both sides of the join"):
        rows(session, "select 1 from c left join o on c.id in (select id from r where r.id = o.id)")


def test_a_sample_is_a_part_of_the_rows(session: Session) -> None:
    [(taken,)] = rows(session, "select count(*) from many sample ('percent' = '20', 'seed' = '7') s where s.id > 0")
    assert 0 < taken < 100_000
    assert rows(session, "select count(*) from many sample ('PERCENT' = '20', 'seed' = '7')") == [(taken,)]


@pytest.mark.parametrize(
    ("sample", "problem"),
    [
        ("'percent' = '100'", "invalid percent which should in (0, 100)."),
        ("'percent' = 'a'", "invalid number: a."),
        ("'method' = 'by_row'", "unrecognized sample-method: by_row."),
        ("'rows' = '5'", "unrecognized property: rows."),
    ],
)
def test_what_a_sample_may_not_be(session: Session, sample: str, problem: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        rows(session, f"select * from many sample ({sample})")
    assert caught.value.message.endswith(f"Detail message: {problem}")


def test_a_view_is_not_sampled(session: Session) -> None:
    rows(session, "create view if not exists v as select id from many")
    with pytest.raises(StarRocksError, match="SAMPLE of what is no table is not supported"):
        rows(session, "select * from v sample")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select id from c having id > 1", [(3,)]),
        ("select id, if(k > 2, 'much', 'little') as w from c where id > 0 having w = 'much'", [(3, "much")]),
        ("select id, row_number() over (order by id) as n from c having id > 1", [(3, 1)]),
        ("select distinct k from c having k = 4", [(4,)]),
        ("select count(*) as n from c having n > 5", []),
        ("select 1 as x having x = 2", []),
    ],
)
def test_having_without_groups_is_a_condition_for_rows(
    session: Session, query: str, expected: list[tuple[Any, ...]]
) -> None:
    assert rows(session, query) == expected
