"""Partitions that come back from the recycle bin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

SETUP = (
    "create database d",
    "use d",
    "create table t (k date, v int) duplicate key(k) partition by range(k) ("
    "partition p1 values less than ('2024-01-01'), partition p2 values less than ('2024-02-01')) "
    'distributed by hash(k) buckets 1 properties ("replication_num" = "1")',
    "insert into t values ('2023-12-31', 0), ('2024-01-01', 1)",
)
MISSING = "No partition named '{}' in recycle bin that belongs to table 't'"


@pytest.fixture
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for statement in SETUP:
        run(session, statement)
    yield session
    engine.close()


def run(session: Session, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in list(session.run(sql))[-1].rows]


def refusal(session: Session, sql: str) -> str:
    with pytest.raises(StarRocksError) as raised:
        run(session, sql)
    return raised.value.message


def test_partition_comes_back_with_its_rows(session: Session) -> None:
    run(session, "alter table t drop partition p1")
    assert run(session, "select v from t") == [(1,)]
    run(session, "recover partition p1 from t")
    run(session, "insert into t values ('2023-12-01', 10)")
    assert run(session, "select v from t partition (p1) order by v") == [(0,), (10,)]
    assert refusal(session, "recover partition p1 from t") == "partition[p1] already exist in table[t]"


@pytest.mark.parametrize(("drop", "name"), [("drop partition p1 force", "p1"), ("", "nowhere")])
def test_partition_that_is_not_kept(session: Session, drop: str, name: str) -> None:
    if drop:
        run(session, f"alter table t {drop}")
    assert refusal(session, f"recover partition {name} from t") == MISSING.format(name)


def test_range_that_is_taken_meanwhile(session: Session) -> None:
    run(session, "alter table t drop partition p1")
    run(session, "alter table t add partition p0 values less than ('2023-12-01')")
    assert refusal(session, "recover partition p1 from t") == "Cannot recover partition 'p1': Range conflict."


def test_list_partition_stays_away(session: Session) -> None:
    run(session, "create table l (k varchar(5) not null) partition by list(k) (partition pa values in ('a'))")
    run(session, "alter table l drop partition pa")
    assert "No partition named 'pa' in recycle bin" in refusal(session, "recover partition pa from l")


def test_latest_of_a_name_comes_back(session: Session) -> None:
    run(session, "alter table t drop partition p1")
    run(session, "alter table t add partition p1 values less than ('2024-01-01')")
    run(session, "insert into t values ('2023-01-01', 7)")
    run(session, "alter table t drop partition p1")
    run(session, "recover partition p1 from t")
    assert run(session, "select v from t partition (p1)") == [(7,)]
