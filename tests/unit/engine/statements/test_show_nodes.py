"""What a client asks about the cluster, and EXPLAIN as a check of statements."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


@pytest.fixture
def session() -> Session:
    found = Session(Engine(), 7, "root")
    run(found, "create database q; use q; create table t (id int, v int) distributed by hash (id) buckets 3")
    return found


def answer(session: Session, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    *_, last = session.run(sql)
    return [c.name for c in last.columns or []], [tuple(r) for r in last.rows]


def run(session: Session, sql: str) -> list[tuple[object, ...]]:
    return answer(session, sql)[1]


def refusal(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        run(session, sql)
    return caught.value.code, caught.value.message


def test_processlist__one_s_own_session(session: Session) -> None:
    names, [row] = answer(session, "show processlist")
    shown = dict(zip(names, row, strict=True))
    assert (shown["Id"], shown["User"], shown["Db"], shown["Command"]) == (7, "root", "q", "Query")
    assert shown["Info"] == "show processlist"


@pytest.mark.parametrize(("version", "last"), [("3.3", "IsPending"), ("3.5", "Warehouse"), ("4.1", "QueryId")])
def test_processlist__columns_by_version(version: str, last: str) -> None:
    assert answer(Session(Engine(version=version), 1, "root"), "show full processlist")[0][-1] == last


def test_statements_have_ids(session: Session) -> None:
    first = answer(session, "show processlist")[1][0][-1]
    assert answer(session, "select last_query_id()")[1] == [(first,)]
    assert answer(session, "select get_query_profile(last_query_id())")[1] == [("",)]  # no profiles are collected
    run(session, "set enable_profile = true")
    assert "of collected profiles" in refusal(session, "select get_query_profile(last_query_id())")[1]


def test_one_front_end_leads_and_one_backend_lives(session: Session) -> None:
    names, [row] = answer(session, "show frontends")
    assert dict(zip(names, row, strict=True))["Role"] == "LEADER"
    names, [row] = answer(session, "show backends")
    assert dict(zip(names, row, strict=True))["Alive"] == "true"
    assert run(session, "show compute nodes") == []


def test_nodes_are_hidden_from_common_users(session: Session) -> None:
    run(session, "create user ann")
    code, message = refusal(Session(session.engine, 2, "ann"), "show frontends")
    assert (code, "OPERATE OR NODE privilege(s) on SYSTEM" in message) == (5203, True)


def test_tablets__one_per_bucket(session: Session) -> None:
    run(session, "insert into t values (1, 1), (2, 2)")
    names, rows = answer(session, "show tablet from t")
    counts = [row[names.index("RowCount")] for row in rows]
    assert counts == ["2", "0", "0"]


def test_proc__of_known_paths(session: Session) -> None:
    assert "q" in [row[1] for row in run(session, "show proc '/dbs'")]
    assert refusal(session, "show proc '/nothing'")[1].endswith("msg: Cannot find path: /nothing.")
    assert refusal(session, "show proc '/statistic'")[1].endswith("is not supported by the embedded engine")


@pytest.mark.parametrize("sql", ["show backup", "show running queries", "trace times select 1", "show snapshot on r"])
def test_what_a_cluster_answers_and_this_engine_cannot_is_said_so(session: Session, sql: str) -> None:
    assert refusal(session, sql)[1].endswith("is not supported by the embedded engine")


@pytest.mark.parametrize(
    "sql", ["desc select 1", "describe with c as (select 1) select * from c", "explain costs select 1"]
)
def test_explain__in_all_its_spellings(session: Session, sql: str) -> None:
    assert answer(session, sql)[0] == ["Explain String"]


@pytest.mark.parametrize("word", ["create table x as select 1", "drop table t", "nosuch"])
def test_explain__only_of_queries_and_writes(session: Session, word: str) -> None:
    shown = f"explain {word.split()[0]}"
    assert refusal(session, f"explain {word}")[1].endswith(f"No viable statement for input '{shown}'.")


def test_explain__errors_of_analysis_come_first(session: Session) -> None:
    assert "'nosuch' cannot be resolved" in refusal(session, "explain analyze select nosuch from t")[1]
    assert "doesn't match" in refusal(session, "explain insert into t select 1")[1]
    assert "not supported by the embedded engine" in refusal(session, "explain analyze select id from t")[1]


def test_table_status__views_have_no_size(session: Session) -> None:
    run(session, "create view v as select id from t")
    run(session, "create materialized view m refresh deferred manual as select id from t")
    assert [(row[0], row[1], row[4]) for row in run(session, "show table status")] == [
        ("m", "StarRocks", 0),
        ("t", "StarRocks", 0),
        ("v", None, -1),
    ]


@pytest.mark.parametrize(("version", "whole"), [("3.3", 2), ("4.1", 16)])
def test_buckets_that_nobody_said(version: str, whole: int) -> None:
    session = Session(Engine(version=version), 7, "root")
    run(session, "create database q; use q; create table r (id int, d date)")
    parts = "partition by range(d) (partition a values less than ('2024-01-01'))"
    run(
        session,
        f"create table h (id int) distributed by hash(id); create table p (d date) {parts} distributed by hash(d)",
    )
    run(session, "create materialized view m refresh deferred manual as select id from r")
    numbers = "select buckets from information_schema.partitions_meta where table_name = '{}'"
    found = {name: run(session, numbers.format(name)) for name in "rhpm"}
    assert found == {"r": [(1,)], "h": [(whole,)], "p": [(2,)], "m": [(whole,)]}
    names, [row] = answer(session, "show partitions from m")
    assert row[names.index("Buckets")] == str(whole)
    assert len(run(session, "show tablet from m")) == whole
