"""PIVOT, ASOF JOIN and NULL AWARE LEFT ANTI JOIN."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

PEOPLE = "(100, 'John', 30, 1), (200, 'Mary', null, 1), (300, 'Mike', 80, 3), (400, 'Dan', 50, 4)"


@pytest.fixture
def session() -> Session:
    found = Session(Engine(), 1, "root")
    run(found, "create database q; use q; create table person (id int, name string, age int, class int)")
    run(found, f"insert into person values {PEOPLE}")
    run(found, "create table a (id int, v bigint, t datetime, s varchar(5))")
    run(found, "create table b (id int, w bigint, d date, s varchar(5))")
    run(
        found,
        "insert into a values (1, 10, '2024-01-05 10:00:00', 'x'), (2, 2, '2024-01-01', 'y'), (null, 3, null, 'z')",
    )
    run(found, "insert into b values (1, 1, '2024-01-01', 'x'), (1, 9, '2024-01-05', 'y'), (1, 11, '2024-02-01', 'z')")
    return found


def answer(session: Session, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    *_, last = session.run(sql)
    return [c.name for c in last.columns or []], [tuple(r) for r in last.rows]


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    return answer(session, sql)[1]


def refusal(session: Session, sql: str) -> str:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.message


def test_pivot__one_measure(session: Session) -> None:
    sql = "select * from person pivot (sum(age) as sum for name in ('John' as john, 'Mike')) order by id"
    names, rows = answer(session, sql)
    assert names == ["id", "class", "john", "'Mike'"]
    assert rows == [(100, 1, 30, None), (200, 1, None, None), (300, 3, None, 80), (400, 4, None, None)]


def test_pivot__several_measures_over_several_columns(session: Session) -> None:
    measures = "sum(age) as total, max(age)"
    sql = f"select * from person pivot ({measures} for (name, class) in (('John', 1) as john, ('Mike', 3))) order by id"
    names, rows = answer(session, sql)
    assert names == ["id", "john_total", "john_max(age)", "{'Mike',3}_total", "{'Mike',3}_max(age)"]
    assert rows[0] == (100, 30, 30, None, None)


def test_pivot__of_a_subquery_and_without_keys(session: Session) -> None:
    sql = "select * from (select class, age from person) p pivot (count(*) for class in (1 as one, 3 as three))"
    assert answer(session, f"{sql} order by age") == (
        ["age", "one", "three"],
        [(None, 1, 0), (30, 1, 0), (50, 0, 0), (80, 0, 1)],
    )
    totals = "select * from (select class, age from person) p pivot (sum(age) for class in (1, 3))"
    assert run(session, totals) == [(30, 80)]


def test_pivot__refusals(session: Session) -> None:
    assert "must use aggregate function" in refusal(session, "select * from person pivot (abs(age) for name in ('a'))")
    distinct = "select * from person pivot (count(distinct age) for name in ('a'))"
    assert refusal(session, distinct).endswith("is not supported by the embedded engine")


def test_asof__the_nearest_row_before(session: Session) -> None:
    assert run(session, "select a.id, b.w from a asof join b on a.id = b.id and a.v >= b.w") == [(1, 9)]
    left = "select a.id, b.w from a asof left join b on a.id = b.id and a.t >= b.d order by a.id"
    assert run(session, left) == [(None, None), (1, 9), (2, None)]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("a.t >= b.d", "requires at least one equality condition"),
        ("a.id = b.id", "requires exactly one temporal inequality condition"),
        (
            "a.id = b.id and a.t >= b.d and a.t <= b.d",
            "supports only one inequality condition in join ON clause, found: 2",
        ),
        ("a.id = b.id and a.s >= b.s", "found: varchar(5) and varchar(5). predicate: `q`.`a`.`s` >= `q`.`b`.`s`"),
        ("a.id = b.id or a.t >= b.d", "do not support OR operators"),
    ],
)
def test_asof__refused_conditions(session: Session, condition: str, message: str) -> None:
    assert message in refusal(session, f"select 1 from a asof join b on {condition}")


def test_null_aware_anti_join__is_not_in(session: Session) -> None:
    sql = "select a.id from a null aware left anti join b on a.id = b.id"
    assert run(session, sql) == run(session, "select id from a where id not in (select id from b)") == [(2,)]
    run(session, "insert into b values (null, 1, null, null)")
    assert run(session, sql) == run(session, "select id from a where id not in (select id from b)") == []
