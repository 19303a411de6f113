"""Rows that go straight into a table: what is judged, replaced and left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    engine = Engine()
    session = Session(engine, 1, "root")
    for sql in ("create database q", "use q", "create table t (id int not null, name varchar(3)) duplicate key(id)"):
        run(session, sql)
    run(session, "insert into t values (1, 'a'), (2, 'b')")
    yield session
    engine.close()


def run(session: Session, sql: str) -> Any:
    result = list(session.run(sql))[-1]
    return result if result.columns is None else [tuple(r) for r in result.rows]


def test_one_bad_row_refuses_all_of_them(session: Session) -> None:
    with pytest.raises(StarRocksError, match="Insert has filtered data"):
        run(session, "insert into t select id, repeat(name, 4 * id - 4) from t")
    assert run(session, "select * from t order by id") == [(1, "a"), (2, "b")]


def test_bad_rows_are_left_out_where_the_statement_allows_it(session: Session) -> None:
    done = run(
        session, "insert into t properties ('max_filter_ratio' = '0.5') select id + 2, repeat(name, id * 2) from t"
    )
    assert (done.affected, done.warnings) == (1, 1)
    assert run(session, "select * from t order by id") == [(1, "a"), (2, "b"), (3, "aa")]
    assert run(session, "select count(*) from t where id is null or length(name) > 3") == [(0,)]


def test_an_overwrite_reads_what_it_replaces(session: Session) -> None:
    run(session, "insert overwrite t select id * 10, name from t union all select id, 'new' from t where id = 2")
    assert run(session, "select * from t order by id") == [(2, "new"), (10, "a"), (20, "b")]


def test_a_refused_overwrite_changes_nothing(session: Session) -> None:
    with pytest.raises(StarRocksError, match="Insert has filtered data"):
        run(session, "insert overwrite t select null, name from t")
    assert run(session, "select * from t order by id") == [(1, "a"), (2, "b")]


def test_an_overwrite_without_rows_empties_the_table(session: Session) -> None:
    run(session, "insert overwrite t select * from t where id > 5")
    assert run(session, "select count(*) from t") == [(0,)]


def test_rows_keep_the_order_of_the_query(session: Session) -> None:
    run(session, "create table big as select generate_series as n from table(generate_series(1, 300000))")
    assert run(session, "select n from big limit 2") == [(1,), (2,)]
    assert run(session, "select count(*), min(n), max(n) from big") == [(300000, 1, 300000)]
