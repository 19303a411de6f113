"""Loads that are committed before they are visible, and how a client learns of it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

DELAY = 0.25
COUNT = "select count(*) from {}"


@pytest.fixture
def session() -> Iterator[Session]:
    yield from _session("4.1")


def _session(version: str) -> Iterator[Session]:
    engine = Engine(version=version, visible_after=DELAY)
    found = Session(engine, 1, "root")
    run(found, "create database q; use q; create table t (id int, v int); create table u (id int, v int)")
    yield found
    engine.close()


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for result in session.run(sql):
        rows = [tuple(r) for r in result.rows]
    return rows


def info(session: Session, sql: str) -> str:
    return [result.info for result in session.run(sql)][-1]


def answer_at_once(session: Session) -> None:
    run(session, 'admin set frontend config ("enable_sync_publish" = "false"); set tx_visible_wait_timeout = 0')


def count(session: Session, table: str) -> object:
    return run(session, COUNT.format(table))[0][0]


def soon(session: Session, table: str) -> object:
    time.sleep(DELAY + 0.2)
    return count(session, table)


def test_an_insert_waits_until_it_is_visible(session: Session) -> None:
    start = time.monotonic()
    assert "'status':'VISIBLE'" in info(session, "insert into t values (1, 1)")
    assert time.monotonic() - start >= DELAY
    assert count(session, "t") == 1


def test_committed__the_writer_does_not_see_its_rows_yet(session: Session) -> None:
    answer_at_once(session)
    committed = info(session, "insert into t values (1, 1), (2, 2)")
    assert "'status':'COMMITTED'" in committed
    assert "'err':'Publish timeout " in committed
    assert count(session, "t") == 0
    assert soon(session, "t") == 2


def test_committed__each_load_appears_in_its_turn(session: Session) -> None:
    answer_at_once(session)
    run(session, "insert into t values (1, 1)")
    time.sleep(DELAY / 2)
    run(session, "insert into t values (2, 2)")
    time.sleep(DELAY / 2 + 0.1)
    assert count(session, "t") == 1
    assert soon(session, "t") == 2


def test_committed__a_swap_shows_an_empty_table_until_then(session: Session) -> None:
    answer_at_once(session)
    run(session, "insert into u values (1, 1)")
    run(session, "alter table t swap with u")
    assert count(session, "t") == 0
    assert soon(session, "t") == 1
    assert count(session, "u") == 0


def test_committed__a_renamed_table_shows_its_rows_late(session: Session) -> None:
    answer_at_once(session)
    run(session, "create table w as select 1 as a; alter table w rename w2")
    assert count(session, "w2") == 0
    assert soon(session, "w2") == 1


def test_committed__upserts_updates_and_deletes_too(session: Session) -> None:
    run(session, "create table k (id int not null, v int) primary key (id) distributed by hash (id)")
    run(session, "insert into k values (1, 1), (2, 2)")
    answer_at_once(session)
    run(session, "update k set v = 9 where id = 1; delete from k where id = 2; insert into k values (3, 3)")
    assert run(session, "select id, v from k order by id") == [(1, 1), (2, 2)]
    assert soon(session, "k") == 2
    assert run(session, "select id, v from k order by id") == [(1, 9), (3, 3)]


def test_show_transaction__says_when_a_load_became_visible(session: Session) -> None:
    answer_at_once(session)
    found = re.search(r"'txnId':'(\d+)'", info(session, "insert into t values (1, 1)"))
    assert found is not None
    sql = f"show transaction from q where id = {found[1]}"
    assert run(session, sql)[0][3] == "COMMITTED"
    time.sleep(DELAY + 0.2)
    assert run(session, sql)[0][3] == "VISIBLE"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("show transaction", "should supply condition like: ID = $transaction_id"),
        ("show transaction where label = 'x'", "Where clause should looks like: ID = $transaction_id"),
        ("show transaction where id = 1", "transaction with id 1 does not exist"),
    ],
)
def test_show_transaction__refusals(session: Session, sql: str, message: str) -> None:
    with pytest.raises(StarRocksError, match=re.escape(message)):
        run(session, sql)


def test_overwrite__the_old_rows_stay_until_the_new_ones_are_visible(session: Session) -> None:
    run(session, "insert into t values (1, 1)")
    assert "'status':'VISIBLE'" in info(session, "insert overwrite t select 2, 2 union all select 3, 3")
    assert count(session, "t") == 2


def test_overwrite__is_refused_where_it_may_not_wait(session: Session) -> None:
    run(session, "insert into t values (1, 1)")
    answer_at_once(session)
    with pytest.raises(StarRocksError, match="still has committed transactions not visible"):
        run(session, "insert overwrite t select 2, 2")
    assert run(session, "select id from t") == [(1,)]


def test_overwrite__older_versions_exchange_at_once_and_show_nothing_for_a_while() -> None:
    for session in _session("3.5"):
        run(session, "insert into t values (1, 1)")
        answer_at_once(session)
        assert "'status':'COMMITTED'" in info(session, "insert overwrite t select 2, 2")
        assert count(session, "t") == 0
        assert soon(session, "t") == 1


def test_a_refresh_waits_until_its_rows_are_visible(session: Session) -> None:
    run(session, "insert into t values (1, 1)")
    answer_at_once(session)
    run(session, "create materialized view m refresh manual as select id from t")
    run(session, "refresh materialized view m with sync mode")
    assert count(session, "m") == 1


def test_dropping_a_table_with_hidden_rows(session: Session) -> None:
    answer_at_once(session)
    run(session, "insert into t values (1, 1); drop table t force; create table t (id int)")
    assert soon(session, "t") == 0


def test_altering_columns_waits_for_the_loads_before(session: Session) -> None:
    answer_at_once(session)
    run(session, "insert into t values (1, 1); alter table t add column w int")
    time.sleep(1)
    assert run(session, "select * from t") == [(1, 1, None)]


def test_a_server_that_starts_again_publishes_what_was_committed(tmp_path) -> None:
    engine = Engine(tmp_path / "s.db", visible_after=60)
    session = Session(engine, 1, "root")
    run(session, "create database q; use q; create table t (id int)")
    answer_at_once(session)
    run(session, "insert into t values (1)")
    assert count(session, "t") == 0
    session.close()
    engine.close()
    again = Session(Engine(tmp_path / "s.db"), 1, "root")
    assert count(again, "q.t") == 1
