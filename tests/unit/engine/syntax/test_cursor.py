"""Syntax errors where several readings were open: they quote all that was read since the readings parted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = Engine()
    yield Session(engine, 1, "root")
    engine.close()


@pytest.mark.parametrize(
    ("sql", "column", "read"),
    [
        ("select 1 + s.order from t s", 13, "s.order"),
        ("create table t (a int, lead int)", 23, ", lead"),
        ("with x as materialized (select 1) select 1", 10, "with x as materialized"),
        ("with x as (select 1), select 1", 22, "with x as (select 1), select"),
        ("with x (select) select 1", 8, "with x (select"),
        ("with x as (values (1)) select 1", 11, "with x as (values"),
        ("alter table t add column if not exists a int", 25, "add column if"),
        ("alter table t modify a int", 21, "modify a"),
        ("alter table t modify column a comment null", 38, "modify column a comment null"),
        ("alter table t rename to b", 21, "rename to"),
        ("delete t where a = 1", 7, "delete t"),
    ],
)
def test_no_viable_statement(session: Session, sql: str, column: int, read: str) -> None:
    with pytest.raises(StarRocksError) as caught:
        list(session.run(sql))
    assert caught.value.message == (
        f"Getting syntax error at line 1, column {column}. Detail message: No viable statement for input '{read}'."
    )


def test_a_list_goes_on_or_ends(session: Session) -> None:
    with pytest.raises(StarRocksError) as caught:
        list(session.run("select * from t c join r using (c.id)"))
    assert caught.value.message.endswith("Unexpected input '.', the most similar input is {',', ')'}.")


def test_a_broken_view_carries_the_whole_refusal_of_its_query(session: Session) -> None:
    setup = "create database q; create table q.t (a int); create view q.v as select a from q.t; drop table q.t"
    list(session.run(setup))
    with pytest.raises(StarRocksError) as caught:
        list(session.run("select * from q.v"))
    assert (caught.value.code, caught.value.message) == (
        5502,
        "Getting analyzing error. Detail message: View q.v references invalid table(s) or column(s) or function(s) or "
        "definer/invoker of view lack rights to use them: Getting analyzing error. Detail message: "
        "Unknown table 'q.t'..",
    )
