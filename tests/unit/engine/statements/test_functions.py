"""SQL functions: made, dropped, listed, and called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


def opened(version: str = "4.1", **config: str) -> Session:
    found = Session(Engine(version=version, config=config), 1, "root")
    run(found, "create database q; use q; create table t (id int, name varchar(10), price decimal(10, 2))")
    run(found, "insert into t values (1, 'ann', 1.5), (2, null, 2.5)")
    return found


@pytest.fixture
def session() -> Session:
    return opened(enable_udf="true")


def answer(session: Session, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    *_, last = session.run(sql)
    return [c.name for c in last.columns or []], [tuple(r) for r in last.rows]


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    return answer(session, sql)[1]


def refusal(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.code, caught.value.message


def test_a_server_makes_none_unless_its_configuration_says_so() -> None:
    message = "UDF is not enabled in FE, please configure enable_udf=true in fe/conf/fe.conf."
    assert refusal(opened(), "create function f(x int) returns x + 1")[1].endswith(message)
    assert refusal(opened(), "admin set frontend config ('enable_udf' = 'true')")[1].endswith("is not mutable")


@pytest.mark.parametrize("version", ["3.3", "3.5"])
def test_before_4_1_a_function_has_types_only(version: str) -> None:
    assert "syntax error" in refusal(opened(version, enable_udf="true"), "create function f(x int) returns x + 1")[1]


def test_a_call_is_its_body_over_the_arguments(session: Session) -> None:
    run(session, "create function plus_one(x int) returns x + 1")
    assert answer(session, "select plus_one(id) from t order by id") == (["plus_one(id)"], [(2,), (3,)])
    assert run(session, "select q.plus_one(4), PLUS_ONE(id + id) from t where plus_one(id) = 2") == [(5, 3)]


def test_the_type_is_the_body_s(session: Session) -> None:
    run(session, "create function f(x decimal(10, 2), y varchar(10)) returns if(y is null, x, x * 2)")
    assert run(session, "select f(price, name) from t order by id") == [(Decimal("3.00"),), (Decimal("2.50"),)]
    run(session, "create view v as select f(price, name) as c from t")
    run(session, "create view w as select if(name is null, price, price * 2) as c from t")
    assert run(session, "desc v") == run(session, "desc w")


def test_in_aggregates_groups_and_other_functions(session: Session) -> None:
    run(
        session, "create function twice(x bigint) returns x * 2; create function four(x bigint) returns twice(twice(x))"
    )
    assert run(session, "select sum(twice(id)), four(max(id)) from t") == [(6, 8)]
    assert run(session, "select twice(id), count(*) from t group by twice(id) order by 1") == [(2, 1), (4, 1)]


def test_views_use_them(session: Session) -> None:
    run(session, "create function hello(n varchar(10)) returns concat('hello ', coalesce(n, '?'))")
    run(session, "create view v as select hello(name) as greeting from t")
    assert run(session, "select greeting from v order by 1") == [("hello ?",), ("hello ann",)]


def test_one_of_the_database_comes_before_a_global_one(session: Session) -> None:
    run(session, "create global function f(x int) returns x; create function f(x int) returns x + 100")
    assert run(session, "select f(1)") == [(101,)]
    run(session, "create database other; use other")
    assert run(session, "select f(1), q.f(1)") == [(1, 101)]


def test_overloads_and_built_ins(session: Session) -> None:
    run(session, "create function f(x int) returns 'int'; create function f(x varchar(5)) returns 'text'")
    run(session, "create function abs(x int) returns 7")
    assert run(session, "select f(1), f('a'), abs(-1)") == [("int", "text", 1)]


def test_replace_and_if_not_exists(session: Session) -> None:
    run(session, "create function f(x int) returns x + 1")
    assert refusal(session, "create function f(y int) returns y") == (1064, "function already exists")
    run(session, "create function if not exists f(x int) returns x + 2")
    assert run(session, "select f(1)") == [(2,)]
    run(session, "create or replace function f(x int) returns x + 3")
    assert run(session, "select f(1)") == [(4,)]
    both = "create or replace function if not exists f(x int) returns x"
    assert "cannot be used together" in refusal(session, both)[1]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create function f(x int) returns y + 1", "Cannot find argument y in function args"),
        ("create function f(x int, x int) returns x", "Duplicate argument name x in function args"),
        ("create function f(x int) returns nosuch(x)", "No matching function with signature: nosuch(int(11))"),
        ("create function f(x int) returns (select 1)", "A subquery in a SQL function is not supported"),
        ("create function f(x int) returns sum(x)", "The aggregate function sum in a SQL function is not supported"),
        ("create function f(int) returns int properties ('type' = 'Python')", "A function in Java or Python is not"),
        ("create function f(x int) returns int as x + 1", "Getting syntax error"),
    ],
)
def test_refused_definitions(session: Session, sql: str, message: str) -> None:
    assert message in refusal(session, sql)[1]


def test_an_argument_that_would_lose_something_is_refused(session: Session) -> None:
    run(session, "create function f(x int) returns x + 1")
    assert (
        "An argument of type DOUBLE for a parameter of type INT" in refusal(session, "select f(cast(1 as double))")[1]
    )
    assert "No matching function with signature: f(" in refusal(session, "select f(1, 2)")[1]


def test_drop(session: Session) -> None:
    run(session, "create function f(x int, y varchar(10)) returns x")
    assert refusal(session, "drop function f(int)") == (
        1055,
        "Getting analyzing error. Detail message: Unknown function 'q.f(INT)'.",
    )
    run(session, "drop function if exists f(int, varchar)")
    assert refusal(session, "drop function if exists f(int, varchar)")[0] == 1055
    assert refusal(session, "drop global function g(int)")[1].endswith("'__global_udf_db__.g(INT)'.")


def test_show(session: Session) -> None:
    run(session, "create function plus_one(x int) returns x + 1; create global function g() returns 1")
    assert run(session, "show functions") == [("plus_one",)]
    assert run(session, "show full functions from q like 'plus%'") == [("plus_one(INT)", "BIGINT", "SQL", "NULL", "")]
    assert run(session, "show global functions") == [("g",)]
    assert run(session, "show builtin functions like 'date_tr%'") == [("date_trunc",)]
    assert refusal(session, "show functions where a = 1")[0] == 5081


def test_they_outlive_the_server_and_not_their_database(tmp_path) -> None:
    engine = Engine(tmp_path / "s.db", config={"enable_udf": "true"})
    first = Session(engine, 1, "root")
    run(first, "create database q; use q; create function f(x int) returns x + 1")
    first.close()
    engine.close()
    again = Session(Engine(tmp_path / "s.db", config={"enable_udf": "true"}), 1, "root")
    assert run(again, "use q; select f(1)") == [(2,)]
    run(again, "drop database q force; create database q; use q")
    assert run(again, "show functions") == []


def test_an_unknown_key_of_the_configuration_is_refused() -> None:
    with pytest.raises(StarRocksError, match="'enable_nothing' is not a key"):
        Engine(config={"enable_nothing": "true"})
