"""What a session remembers of the statements it carried, and what dbt is told of them."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pymysql
import pytest

from dbt.adapters.starrocks.session import Outcome, Session, StarRocksResponse

LABEL = "insert_0198f3f0-0000-7000-8000-000000000001"


def outcome(rows=0, message=b"", warnings=0, description=None) -> Outcome:
    return Outcome.of(
        SimpleNamespace(affected_rows=rows, message=message, warning_count=warnings, description=description)
    )


def info(label=LABEL, status="VISIBLE") -> bytes:
    text = f"{{'label':'{label}', 'status':'{status}', 'txnId':'1008'}}".encode()
    return bytes([len(text)]) + text


@pytest.fixture
def session() -> Session:
    return Session(host="nowhere", user="u", defer_connect=True)


def test_the_info_of_a_load_is_read_behind_its_length():
    response = StarRocksResponse.of([outcome(3, info(), warnings=2)])
    assert response.to_dict(omit_none=True) == {
        "_message": "SUCCESS 3",
        "code": "SUCCESS",
        "rows_affected": 3,
        "query_id": LABEL.removeprefix("insert_"),
        "label": LABEL,
        "transaction_id": "1008",
        "transaction_status": "VISIBLE",
        "warnings": 2,
    }


def test_of_several_statements_the_last_load_is_told():
    response = StarRocksResponse.of([outcome(), outcome(3, info()), outcome()])
    assert (response.rows_affected, str(response)) == (3, "SUCCESS 3")


def test_a_label_of_the_users_own_is_no_query_id():
    assert StarRocksResponse.of([outcome(1, info(label="nightly"))]).query_id is None


def test_without_a_load_and_without_a_statement():
    assert str(StarRocksResponse.of([outcome()])) == "SUCCESS"
    assert str(StarRocksResponse.of([outcome(2, description=(("a",),))])) == "SUCCESS 2"
    assert StarRocksResponse.of([]).rows_affected == 0


@pytest.mark.parametrize(
    "statement",
    ["set a = 1", "use db", "/* c */ SET ROLE all", "create temporary table t (a int)", "prepare p from select 1"],
)
def test_what_others_must_not_inherit(session, statement):
    session.note([statement])
    assert session.carries_state


def test_ordinary_statements_leave_nothing(session):
    session.note(["create table t (a int)", "insert into t select 1", "select 'set x'"])
    assert not session.carries_state


def test_a_users_transaction(session):
    session.note(["begin"])
    assert session.in_transaction
    session.note(["insert into t select 1", "commit"])
    assert not session.in_transaction


def test_the_last_load_and_its_database(session):
    session.home = "default_catalog.home"
    session.note_loads([outcome(), outcome(1, info())], ["create table q.t (a int)", "insert into q.t select 1"])
    assert session.last_load.database == "q"
    session.note_loads([outcome(1, info())], ["insert into t select 1"])
    assert session.last_load.database == "home"


def test_nothing_is_sent_by_itself(session):
    """SET NAMES, SET AUTOCOMMIT, COMMIT: each would be a statement for nothing, or worse."""
    session.set_character_set("utf8mb4")
    session.begin()
    session.commit()
    session.rollback()
    assert session.autocommit_mode is None
    assert session.closed


def test_a_port_that_is_open_and_silent_ends_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        with pytest.raises(pymysql.OperationalError, match=f"port {port} is open, but no StarRocks greets there"):
            Session(host=host, port=port, user="u", connect_timeout=1)


def test_reading_has_a_limit_of_its_own(session):
    assert session._read_timeout is None
