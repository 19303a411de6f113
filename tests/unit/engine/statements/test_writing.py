"""Rows written: what a server answers and what stands in the table afterwards."""

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
    for sql in ("create database q", "use q"):
        run(session, sql)
    yield session
    engine.close()


def run(session: Session, sql: str) -> Any:
    result = list(session.run(sql))[-1]
    return result if result.columns is None else [tuple(r) for r in result.rows]


def refused(session: Session, sql: str) -> StarRocksError:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value


def test_insert_answers_rows_and_label(session: Session) -> None:
    run(session, "create table t (id int not null, s varchar(5), n int not null default '7') duplicate key(id)")
    result = run(session, "insert into t (id, s) values (1, 'a'), (2, null)")
    assert result.affected == 2
    assert result.info.startswith("{'label':'insert_")
    assert "'status':'VISIBLE'" in result.info
    assert run(session, "select * from t order by id") == [(1, "a", 7), (2, None, 7)]


@pytest.mark.parametrize(
    ("sql", "code", "text"),
    [
        ("insert into t values ('abc', 1)", 1064, "Invalid number format: abc."),
        (
            "insert into t values (1)",
            5604,
            "Inserted target column count: 2 doesn't match select/value column count: 1.",
        ),
        ("insert into t values (1, 2), (3)", 1064, "Values have unequal number of columns."),
        ("insert into t (n) values (1)", 1064, "'id' must be explicitly mentioned in column permutation:  n ."),
        ("insert into nosuch values (1)", 1064, "Table nosuch is not found."),
        ("insert into t (id, id) values (1, 2)", 1060, "Duplicate column name 'id'."),
        ("insert into t partition (p9) values (1, 2)", 1064, "Unknown partition 'p9' in table 't'."),
        ("insert into t values (null, 1)", 5610, "Insert has filtered data"),
        ("delete from t where id + 1 = 2", 1064, "Left expr of binary predicate should be column name."),
        ("delete from t", 1064, "Where clause is not set."),
        ("update t set n = 1 where id = 1", 1064, "table t does not support update"),
    ],
)
def test_refusals(session: Session, sql: str, code: int, text: str) -> None:
    run(session, "create table t (id int not null, n int) duplicate key(id)")
    error = refused(session, sql)
    assert (error.code, text in error.message) == (code, True), error.message


def test_a_label_is_used_once(session: Session) -> None:
    run(session, "create table t (id int) duplicate key(id)")
    run(session, "insert into t with label mine values (1)")
    assert "Label [mine] has already been used" in refused(session, "insert into t with label mine values (1)").message


def test_primary_keys_are_upserted_and_short_lists_update_in_part(session: Session) -> None:
    run(session, "create table t (k int not null, a varchar(10), b int default '7') primary key(k)")
    run(session, "insert into t values (1, 'a', 1), (2, 'b', 2), (1, 'c', 3)")
    run(session, "insert into t (k, a) values (2, 'z'), (5, 'n')")
    assert run(session, "select * from t order by k") == [(1, "c", 3), (2, "z", 2), (5, "n", 7)]
    assert run(session, "update t set b = b + 1 where k > 1").affected == 2
    assert run(session, "delete from t where k in (select k from t where b = 8)").affected == 1
    assert run(session, "select k, b from t order by k") == [(1, 3), (2, 3)]


def test_aggregate_tables_merge(session: Session) -> None:
    run(
        session,
        "create table t (k int, s bigint sum, m int max, r int replace) aggregate key(k) distributed by hash(k)",
    )
    run(session, "insert into t values (1, 1, 5, 1), (1, 2, 4, 2)")
    run(session, "insert into t values (1, 10, 3, null)")
    assert run(session, "select * from t") == [(1, 13, 5, None)]


def test_overwrite_reads_its_own_target_and_may_be_dynamic(session: Session) -> None:
    run(session, "create table t (id int, d date not null) duplicate key(id) partition by date_trunc('day', d)")
    run(session, "insert into t values (1, '2024-01-01'), (2, '2024-01-02')")
    run(session, "insert /*+ set_var(dynamic_overwrite = true) */ overwrite t select 9, '2024-01-02'")
    assert [r[0] for r in run(session, "select id from t order by id")] == [1, 9]
    run(session, "insert overwrite t select id + 1, d from t where id = 1")
    assert [r[0] for r in run(session, "select id from t")] == [2]


def test_a_transaction_holds_its_rows_until_commit(session: Session) -> None:
    run(session, "create table t (id int) duplicate key(id)")
    run(session, "create table u (id int) duplicate key(id)")
    run(session, "begin")
    run(session, "insert into t values (1)")
    assert refused(session, "insert into t values (2)").code == 5303
    assert refused(session, "insert into u select id from t").code == 5307
    assert refused(session, "show tables").code == 5305
    run(session, "commit")
    assert run(session, "select id from t") == [(1,)]


def test_long_literal_lists_take_the_short_way(session: Session) -> None:
    run(session, "create table t (id int, s varchar(20), d date, n decimal(8,2)) duplicate key(id)")
    rows = ", ".join(f"({i}, 'it''s {i}', '2024-01-01', {i}.5)" for i in range(500))
    assert run(session, f"insert into t values {rows}").affected == 500
    assert run(session, "select max(id), min(s), count(d), sum(n) from t")[0][:3] == (499, "it's 0", 500)


def test_partitions_are_new_after_an_overwrite(session: Session) -> None:
    run(session, "create table n (k int) distributed by hash(k)")
    run(session, "insert into n values (1); insert into n values (2)")
    for query in ("select 3", "select 3 where false"):
        run(session, f"insert overwrite n {query}")
        assert [r[2] for r in run(session, "show partitions from n")] == ["2"]


def test_partial_updates_follow_each_other(session: Session) -> None:
    run(session, "create table u (k int, a int default '1', b int default '2', c int default '3') primary key(k)")
    for columns in ("(k, a) values (7, 10)", "(k, b) values (7, 20)", "(k, c) values (7, 30)"):
        run(session, f"insert into u {columns}")
    assert run(session, "select * from u") == [(7, 10, 20, 30)]
    assert run(session, "select * from u partition (u)") == [(7, 10, 20, 30)]


def test_user_variable_in_a_hint_holds_for_its_statement(session: Session) -> None:
    run(session, "create table t (id int, s varchar(5)) duplicate key(id)")
    run(session, "insert /*+ set_user_variable(@x = 42) */ into t select @x, 'a'")
    run(session, "set @b = x'6162'")
    assert run(session, "select id, s, @x, @b from t") == [(42, "a", None, b"ab")]
