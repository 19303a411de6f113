"""information_schema about the nodes: the back end's configuration, its tablets, the front end's threads."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session

CONFIGS = "information_schema.be_configs"


def rows(session: Session, sql: str) -> list[tuple[object, ...]]:
    (result,) = list(session.run(sql))
    return [tuple(row) for row in result.rows]


def problem(session: Session, sql: str) -> tuple[int, str]:
    with pytest.raises(StarRocksError) as caught:
        list(session.run(sql))
    return caught.value.code, caught.value.message.removeprefix("Getting analyzing error. Detail message: ")


@pytest.mark.parametrize(("version", "default"), [("3.3", "false"), ("4.1", "true")])
def test_the_configuration_of_the_back_end(version: str, default: str) -> None:
    session = Session(Engine(version=version), 1, "root")
    found = rows(session, f"select * from {CONFIGS} where name = 'enable_json_flat'")
    assert found == [(10001, "enable_json_flat", default, "bool", default, True)]
    list(session.run(f"update {CONFIGS} set value = ' FALSE ' where name = 'enable_json_flat'"))
    assert rows(session, f"select value from {CONFIGS} where name = 'enable_json_flat'") == [("FALSE",)]
    another = Session(session.engine, 2, "root")
    assert rows(another, f"select count(*) from {CONFIGS} where value <> `default` and mutable") == [(1,)]


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("value = 'maybe' where name = 'enable_json_flat'", "Invalid value of config 'enable_json_flat': 'maybe'"),
        ("value = '99999999999' where name = 'report_task_interval_seconds'", "Invalid value of config"),
        ("value = '1' where name = 'be_port'", "'be_port' is immutable"),
        ("name = 'nosuch' where name = 'enable_json_flat'", "'nosuch' is not found"),
        ("be_id = 5 where name = 'enable_json_flat'", "set_config fail: be 5 not found"),
        ("value = '1'", "must specify where clause to prevent full table update."),
        ("nosuch = '1' where true", "table 'be_configs' do not existing column 'nosuch'."),
    ],
)
def test_values_that_are_refused(assignment: str, message: str) -> None:
    session = Session(Engine(), 1, "root")
    code, text = problem(session, f"update {CONFIGS} set {assignment}")
    assert code == 1064
    assert text.startswith(message)


def test_who_may_set_it() -> None:
    session = Session(Engine(), 1, "root")
    list(session.run("create user sam"))
    code, text = problem(Session(session.engine, 2, "sam"), f"update {CONFIGS} set value = '1' where name = 'x'")
    assert (code, "UPDATE privilege(s) on TABLE be_configs" in text) == (5203, True)
    assert problem(session, "update information_schema.be_bvars set value = '1' where true")[1].startswith(
        "table be_bvars does not support update"
    )


def test_tablets() -> None:
    session = Session(Engine(), 1, "root")
    list(session.run("create database q; use q"))
    list(
        session.run(
            "create table t (d date, k int) primary key (d, k) partition by range (d) (partition a values less than "
            "('2024-01-01'), partition b values less than ('2025-01-01')) distributed by hash(k) buckets 3; "
            "insert into t values ('2023-05-05', 1)"
        )
    )
    tablets = "information_schema.be_tablets b join information_schema.tables_config c using (table_id)"
    assert rows(session, f"select count(*) from {tablets} where table_name = 't'") == [(6,)]
    versions = f"select max_version, count(*), sum(num_row) from {tablets} where table_name = 't' group by 1 order by 1"
    assert rows(session, versions) == [(1, 3, 0), (2, 3, 1)]
    assert (
        "DATA_SIZE of information_schema.be_tablets is not supported"
        in problem(session, "select * from information_schema.be_tablets")[1]
    )


def test_threads() -> None:
    session = Session(Engine(), 1, "root")
    found = rows(session, "select thread_state, count(*) from information_schema.fe_threads group by 1")
    assert ("RUNNABLE", 1) in found
    assert rows(session, "select count(*) from information_schema.fe_threads where thread_name = 'main'") == [(1,)]
