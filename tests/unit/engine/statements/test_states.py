"""Columns that keep the state of an aggregate function: their definition, their rows, what is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

KEYS = "aggregate key (k) distributed by hash(k)"


def opened(version: str = "4.1") -> Session:
    session = Session(Engine(version=version), 1, "root")
    for sql in ("create database q", "use q"):
        run(session, sql)
    return session


@pytest.fixture
def session() -> Iterator[Session]:
    session = opened()
    run(session, "create table reads (k int, level int, name string) duplicate key(k)")
    run(session, "insert into reads values (1, 10, 'a'), (1, 20, 'b'), (1, null, null), (2, 5, 'c')")
    yield session
    session.engine.close()


def run(session: Session, sql: str) -> Any:
    result = list(session.run(sql))[-1]
    return result if result.columns is None else [tuple(r) for r in result.rows]


@pytest.mark.parametrize(
    ("function", "type_", "written"),
    [
        ("avg(bigint)", "varbinary", "varbinary avg(bigint(20)) NULL"),
        ("count(int)", "bigint", "bigint(20) count(int(11)) NOT NULL"),
        ("max_by(int, string)", "varbinary", "varbinary max_by(int(11), varchar(65533)) NULL"),
        ("array_agg(int)", "struct<col1 array<int(11)>>", "struct<col1 array<int(11)>> array_agg(int(11)) NULL"),
        ("sum(decimal(10, 2))", "decimal(38,2)", "decimal(38, 2) sum(decimal(10, 2)) NULL"),
        ("bitmap_agg(int)", "bitmap", "bitmap bitmap_agg(int(11)) NULL"),
        ("min(date not null)", "date", "date min(date) NULL"),
    ],
)
def test_a_column_has_the_type_of_the_state(session: Session, function: str, type_: str, written: str) -> None:
    run(session, f"create table t (k int, s {function} comment 'kept') {KEYS}")
    assert f'  `s` {written} COMMENT "kept"\n' in run(session, "show create table t")[0][1]
    assert run(session, "desc t")[1][1] == type_
    assert run(session, "show full columns from t")[1][6] == "AGG_STATE_UNION"
    run(session, "create table u like t")
    assert f"`s` {written}" in run(session, "show create table u")[0][1]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("group_concat(string)", r"line 1, column 25 to line 1, column 44\. .* group_concat is not supported"),
        ("nothing(bigint)", r"AggStateType function nothing with input \[BIGINT\] not found"),
        ("upper(string)", "found but not an aggregate function"),
        ("avg(bitmap)", r"AggStateType function avg with input \[BITMAP\] has unsupported type"),
        ("avg(bigint) not null", "Agg state column s must be nullable column"),
        ("avg(bigint) default '1'", "Invalid default value for 's'"),
        ("int count", r"Unexpected input '\)', the most similar input is \{'\('\}"),
    ],
)
def test_what_cannot_be_kept(session: Session, function: str, words: str) -> None:
    with pytest.raises(StarRocksError, match=words):
        run(session, f"create table t (k int, s {function}) {KEYS}")


def test_only_aggregate_tables_have_such_columns(session: Session) -> None:
    words = "DUP_KEYS table should not specify aggregate type for non-key column"
    with pytest.raises(StarRocksError, match=words):
        run(session, "create table t (k int, s avg(int)) duplicate key (k)")


def test_there_are_none_before_3_4() -> None:
    session = opened("3.3")
    with pytest.raises(StarRocksError, match="No matching function with signature: avg_state"):
        run(session, "select avg_state(1)")
    with pytest.raises(StarRocksError, match="Getting syntax error"):
        run(session, f"create table t (k int, s avg(int)) {KEYS}")
    session.engine.close()


def test_states_of_states_came_with_4_0() -> None:
    session = opened("3.5")
    assert run(session, "select avg_merge(avg_state(1))") == [(1.0,)]
    with pytest.raises(StarRocksError, match="No matching function with signature: avg_state_merge"):
        run(session, "select avg_state_merge(avg_state(1))")
    session.engine.close()


def test_rows_of_a_key_are_joined_when_they_are_loaded(session: Session) -> None:
    run(session, f"create table t (k int, mean avg(bigint), best max_by(string, int), n count(int)) {KEYS}")
    for _ in range(2):
        run(
            session,
            "insert into t select k, avg_state(level), max_by_state(name, level), count_state(level) from reads",
        )
    run(session, "insert into t values (2, avg_state(8), null, 7)")
    assert run(session, "select k, n from t order by k") == [(1, 4), (2, 9)]
    merged = run(session, "select k, avg_merge(mean), max_by_merge(best) from t group by k order by k")
    assert merged == [(1, 15.0, "b"), (2, 6.0, "c")]
    assert run(session, "select avg_merge(mean), count_merge(n) from t") == [(78 / 7, 13)]


def test_what_a_state_is_of_goes_with_it_through_queries_and_views(session: Session) -> None:
    run(session, "create view v as select k, avg_state(level) as s from reads")
    assert run(session, "select k, avg_merge(s) from v group by k order by k") == [(1, 15.0), (2, 5.0)]
    joined = "select avg_merge(s) from (select avg_union(s) as s from v group by k) t"
    assert run(session, joined) == [(35 / 3,)]


def test_a_created_table_keeps_bytes_that_nobody_knows_the_function_of(session: Session) -> None:
    run(
        session, "create table t as select k, avg_union(avg_state(level)) as s, sum_state(1) as n from reads group by k"
    )
    assert "`s` varbinary NULL" in run(session, "show create table t")[0][1]
    with pytest.raises(StarRocksError, match=r"AggState's AggFunc should have AggStateDesc: avg_merge\(varbinary\)"):
        run(session, "select avg_merge(s) from t")
    run(session, f"create table kept (k int, s avg(int)) {KEYS}")
    run(session, "insert into kept select k, s from t")
    assert run(session, "select avg_merge(s) from kept where k = 1") == [(15.0,)]


@pytest.mark.parametrize("shown", ["s", "[s]", "hex(s)", "cast(s as varchar)", "to_base64(s)"])
def test_the_bytes_of_a_state_are_shown_to_nobody(session: Session, shown: str) -> None:
    run(session, "create table t as select avg_state(level) as s from reads where level = 5")
    with pytest.raises(StarRocksError, match="not supported by the embedded engine"):
        run(session, f"select {shown} from t")
    with pytest.raises(StarRocksError, match="not supported by the embedded engine"):
        run(session, f"select {shown} from (select avg_state(level) as s from reads) u")


def test_other_bytes_are_not_taken_for_a_state(session: Session) -> None:
    run(session, f"create table t (k int, s avg(int), m max_by(int, int)) {KEYS}")
    with pytest.raises(StarRocksError, match="a state that was made elsewhere, or of another function"):
        run(session, "insert into t values (1, x'0102', null)")
    with pytest.raises(StarRocksError, match="a state that was made elsewhere, or of another function"):
        run(session, "insert into t select k, null, avg_state(level) from reads")


def test_sketches_go_through_plain_bytes(session: Session) -> None:
    run(session, "create table t (k int, s varbinary) duplicate key (k)")
    run(session, "insert into t select k, ds_hll_count_distinct_state(level, 12) from reads")
    assert run(session, "select k, ds_hll_estimate(s) from t group by k order by k") == [(1, 2), (2, 1)]
    assert run(session, "select ds_hll_count_distinct_merge(s) from t where s is null") == [(None,)]
    with pytest.raises(StarRocksError, match="ds_hll_count_distinct_merge has no binary as argument type"):
        run(session, "select ds_hll_estimate(k) from t")


def test_a_synchronous_view_joins_states(session: Session) -> None:
    run(session, "create table base (k int, level int) duplicate key (k) distributed by hash(k) buckets 1")
    run(session, "insert into base select k, level from reads")
    run(session, "create materialized view m as select k, avg_union(avg_state(level)) as mean from base group by k")
    for query, words in (
        ("avg_union(avg_state(level))", "should have an alias"),
        ("avg_merge(avg_state(level)) as a", "Unsupported function:avg_merge"),
        ("avg(level) as a", "cannot find agg state desc from arg0"),
    ):
        with pytest.raises(StarRocksError, match=words):
            run(session, f"create materialized view n as select k, {query} from base group by k")


def test_the_function_of_a_column_stays(session: Session) -> None:
    run(session, f"create table t (k int, s avg(int)) {KEYS}")
    run(session, "alter table t add column least min(int)")
    assert "`least` int(11) min(int(11)) NULL" in run(session, "show create table t")[0][1]
    with pytest.raises(StarRocksError, match="Can not change aggregation state desc type"):
        run(session, "alter table t modify column s avg(bigint)")


def test_a_state_outlives_the_process(tmp_path: Path) -> None:
    engine = Engine(path=tmp_path / "kept")
    session = Session(engine, 1, "root")
    for sql in ("create database q", "use q", f"create table t (k int, s avg(int)) {KEYS}"):
        run(session, sql)
    run(session, "insert into t values (1, avg_state(4))")
    engine.close()
    session = Session(Engine(path=tmp_path / "kept"), 1, "root")
    assert run(session, "select avg_merge(s) from q.t") == [(4.0,)]
    session.engine.close()


def test_the_bytes_of_a_state_go_into_no_file(session: Session, tmp_path: Path) -> None:
    run(session, "create table t as select avg_state(level) as s from reads where level = 5")
    for source in ("s from t", "avg_state(level) as s from reads"):
        with pytest.raises(StarRocksError, match="not supported by the embedded engine"):
            run(session, f"insert into files('path' = 'file://{tmp_path}/', 'format' = 'parquet') select {source}")
