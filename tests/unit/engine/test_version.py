"""What a server of the 3.3 line takes and refuses otherwise than a newer one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session
from starrocks_embedded.version import Version

SETUP = """
    create database q; use q; create table p (k int not null, v int not null) primary key (k)
        properties ("unique_constraints" = "k");
    create table p2 (k int not null, v int not null) primary key (k); create table e (id int, at datetime);
    set @n = 1
"""


def opened(version: str) -> Session:
    session = Session(Engine(version=version), 1, "root")
    list(session.run(SETUP))
    return session


@pytest.fixture(scope="module")
def old() -> Iterator[Session]:
    session = opened("3.3")
    yield session
    session.engine.close()


@pytest.fixture(scope="module")
def new() -> Iterator[Session]:
    session = opened("4.1")
    yield session
    session.engine.close()


def refusal(session: Session, sql: str) -> str:
    try:
        list(session.run(sql))
    except StarRocksError as error:
        return error.message.split("Detail message: ")[-1]
    return ""


def test_a_line_is_its_release_whose_answers_are_known() -> None:
    assert [str(Version.parse(v)) for v in ("3.3", "3.5", "3.5.1", "4.1")] == ["3.3.9", "3.5.7", "3.5.1", "4.1.0"]


@pytest.mark.parametrize(
    ("sql", "old_refusal"),
    [
        ("create table a (at datetime) partition by date_trunc('minute', at)",
         "Unsupported expr 'date_trunc('minute', at)' in PARTITION BY clause."),
        ("create table b (id int, twice bigint as (id * 2))", "Generated Column can not be KEY."),
        ("select id from e limit @n", "No viable statement for input 'limit @'."),
        ("analyze table e all columns", "Unexpected input 'all', the most similar input is {<EOF>, ';'}."),
        ("alter table e drop partitions if exists (x, y)",
         "No viable statement for input 'alter table e drop partitions'."),
    ],
)  # fmt: skip
def test_what_3_3_refuses(old: Session, new: Session, sql: str, old_refusal: str) -> None:
    assert refusal(old, sql) == old_refusal
    assert "syntax" not in refusal(new, sql)


@pytest.mark.parametrize(
    ("sql", "new_refusal"),
    [
        ("create table c (a int, __generated_partition_column_0 int)",
         "Column name [__generated_partition_column_0] starts with __generated_partition_column_ is a system reserved "
         "name. Please choose a different one.."),
        ("alter table p swap with p2",
         "Table p2 does not contain the same unique constraints, origin: [default_catalog.q.p.k], new: []"),
    ],
)  # fmt: skip
def test_what_3_3_takes(old: Session, new: Session, sql: str, new_refusal: str) -> None:
    assert refusal(old, sql) == ""
    assert refusal(new, sql) == new_refusal


def test_a_column_named_twice_has_another_refusal(old: Session, new: Session) -> None:
    assert refusal(old, "insert into p (k, k) values (1, 2)") == "Column 'k' specified twice."
    assert refusal(new, "insert into p (k, k) values (1, 2)") == "Duplicate column name 'k'."


def test_partition_retention_is_no_property_yet(old: Session) -> None:
    condition = 'alter table e set ("partition_retention_condition" = "at > 1")'
    assert refusal(old, condition) == "Unknown properties: {partition_retention_condition=at > 1}."


def test_short_column_lists_update_in_part_in_the_line_as_its_releases_do(old: Session) -> None:
    assert refusal(old, "insert into p (k) values (7)") == ""
