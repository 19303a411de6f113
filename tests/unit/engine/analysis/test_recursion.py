"""WITH RECURSIVE: what is refused when, and the rows, step by step."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

COUNTING = "with recursive n as (select 1 as i union all select i + 1 from n where i < {}) select * from n"


@pytest.fixture
def session() -> Session:
    found = Session(Engine(), 1, "root")
    run(found, "create database q; use q; create table staff (id int, name varchar(100), boss int)")
    run(found, "insert into staff values (1, 'ann', null), (2, 'bob', 1), (3, 'cid', 2), (4, 'dan', 2)")
    run(found, "set enable_recursive_cte = true")
    return found


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def refusal(session: Session, sql: str) -> str:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.message


def test_it_must_be_switched_on(session: Session) -> None:
    run(session, "set enable_recursive_cte = false")
    assert refusal(session, COUNTING.format(3)).endswith("Recursive CTE is not supported.")
    hint = "/*+ set_var(enable_recursive_cte = true) */"
    assert run(session, COUNTING.format(3).replace("select *", f"select {hint} *")) == [(1,), (2,), (3,)]


def test_a_common_table_expression_that_does_not_call_itself_is_a_plain_one(session: Session) -> None:
    run(session, "set enable_recursive_cte = false")
    assert run(session, "with recursive t as (select 1 as n) select * from t") == [(1,)]


def test_older_versions_do_not_know_the_word() -> None:
    assert "Getting syntax error" in refusal(Session(Engine(version="3.5"), 1, "root"), COUNTING.format(3))


def test_the_rows_of_a_hierarchy(session: Session) -> None:
    sql = (
        "with recursive h (id, path) as (select id, name from staff where boss is null "
        "union all select s.id, concat(h.path, '>', s.name) from staff s join h on s.boss = h.id) "
        "select path from h order by id"
    )
    assert run(session, sql) == [("ann",), ("ann>bob",), ("ann>bob>cid",), ("ann>bob>dan",)]


def test_steps_are_limited(session: Session) -> None:
    assert refusal(session, COUNTING.format(30)) == "Recursive query aborted after: 5 iterations."
    run(session, "set recursive_cte_max_depth = 40")
    assert len(run(session, COUNTING.format(30))) == 30
    run(session, "set recursive_cte_max_depth = 3; set recursive_cte_throw_limit_exception = false")
    assert run(session, COUNTING.format(30)) == [(1,), (2,), (3,)]


def test_with_other_expressions_and_in_writes(session: Session) -> None:
    sql = (
        "with recursive b as (select 2 as z), n (i) as (select z from b union all select i + z from n, b where i < 6) "
    )
    assert run(session, sql + "select sum(i) from n") == [(12,)]
    run(session, f"insert into staff (id) {COUNTING.format(3)}")
    run(session, f"create table made as {COUNTING.format(4)}")
    assert run(session, "select count(*) from staff where name is null") == [(3,)]
    assert run(session, "select max(i) from made") == [(4,)]


def test_one_after_the_other(session: Session) -> None:
    first = "a as (select 1 as i union all select i + 1 from a where i < 3)"
    second = "b as (select max(i) as i from a union all select i + 10 from b where i < 20)"
    assert run(session, f"with recursive {first}, {second} select i from b order by i") == [(3,), (13,), (23,)]


def test_types_are_those_of_the_first_operand(session: Session) -> None:
    run(session, f"create view v as {COUNTING.format(3)}")
    assert run(session, "desc v")[0][:3] == ("i", "tinyint", "NO")
    assert refusal(session, "select * from v").endswith("Recursive CTE is not supported.")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "with recursive t (n) as (select 1 union all select n, n from t) select * from t",
            "unequal number of columns",
        ),
        ("with recursive t (n) as (select n from t union all select 1) select * from t", "Unknown table 'q.t'"),
        ("with recursive t as (select n from t) select * from t", "Unknown table 'q.t'"),
        ("with recursive t (n, m) as (select 1 union all select n from t) select * from t", "different column counts"),
        (
            "with recursive t as (select 1 as n union all select n from t order by 1) select * from t",
            "ORDER BY is not allowed in recursive CTE 't'",
        ),
    ],
)
def test_refusals(session: Session, sql: str, message: str) -> None:
    assert message in refusal(session, sql)
