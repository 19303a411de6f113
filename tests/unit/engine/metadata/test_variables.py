"""Session and global variables."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.variable_values import sql_mode, time_zone
from starrocks_embedded.metadata.variables import variable_value
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Session:
    return Session(Engine(), 1, "root")


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def refusal(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.code, caught.value.message


def test_set_and_select(session: Session) -> None:
    run(session, "set query_timeout = 120, session insert_timeout = 200")
    assert variable_value(session, "query_timeout") == 120
    assert variable_value(session, "insert_timeout") == 200
    assert variable_value(session, "query_timeout", "global") == 300


def test_autocommit_is_a_number_in_select_and_a_word_in_show(session: Session) -> None:
    assert variable_value(session, "autocommit") == 1
    assert run(session, "show variables like 'autocommit'") == [("autocommit", "true")]


def test_show_variables_like__minds_the_case(session: Session) -> None:
    assert run(session, "show variables like 'SQL_MODE'") == []


def test_unknown_variable__changes_nothing_and_names_similar_ones(session: Session) -> None:
    code, message = refusal(session, "set query_timeout = 7, nosuch_variable = 1")
    assert code == 1193
    assert "the most similar variables are {'chunk_size', " in message
    assert variable_value(session, "query_timeout") == 300


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("set query_timeout = 0", 1064),
        ("set query_timeout = 'abc'", 1064),
        ("set enable_insert_strict = 2", 1232),
        ("set insert_max_filter_ratio = 2", 5018),
        ("set sql_mode = 'nosuch'", 1231),
        ("set time_zone = 'SYSTEM'", 1298),
        ("set version = '1'", 1621),
        ("set enable_query_queue_select = true", 1229),
        ("set names latin1", 1115),
        ("set @x := 5", 1064),
    ],
)
def test_refused_values(session: Session, sql: str, code: int) -> None:
    assert refusal(session, sql)[0] == code


def test_global_value__is_what_new_sessions_start_with() -> None:
    engine = Engine()
    run(Session(engine, 1, "root"), "set global query_timeout = 77")
    assert variable_value(Session(engine, 2, "root"), "query_timeout") == 77


def test_time_zone__offsets_are_standardized() -> None:
    assert time_zone("+8:00") == "+08:00"


def test_sql_mode__names_in_alphabetical_order() -> None:
    assert sql_mode("pipes_as_concat,only_full_group_by") == "ONLY_FULL_GROUP_BY,PIPES_AS_CONCAT"
    assert sql_mode("32") == "ONLY_FULL_GROUP_BY"


@pytest.mark.parametrize(
    "query",
    [
        "select 1",
        "select date_diff('year', timestamp '2017-02-28', timestamp '2016-02-28')",
        "with c as (select 1) select * from c",
        "create table q.t as select 1 as a",
        "insert into q.t values (1)",
    ],
)
def test_sql_dialect__trinos_queries_are_not_read_as_ours(session: Session, query: str) -> None:
    run(session, "select 1; create database q; set sql_dialect = 'Trino'")
    assert refusal(session, query)[1].startswith("A query while the session has sql_dialect = Trino is not supported")
    run(session, "set sql_dialect = 'starrocks'")
    assert run(session, "select 1") == [(1,)]


@pytest.mark.parametrize(
    ("name", "followed", "other"),
    [
        ("cbo_decimal_cast_string_strict", "true", "false"),
        ("disable_function_fold_constants", "false", "true"),
        ("enable_strict_order_by", "true", "false"),
        ("enable_strict_type", "false", "true"),
        ("large_decimal_underlying_type", "'panic'", "'double'"),
    ],
)
def test_what_is_not_followed_is_refused(session: Session, name: str, followed: str, other: str) -> None:
    run(session, f"set {name} = {other}")
    assert f"A query while the session has {name} = " in refusal(session, "select 1")[1]
    run(session, f"set {name} = {followed}")
    assert run(session, "select 1") == [(1,)]
