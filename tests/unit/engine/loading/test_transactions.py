"""The transaction interface of Stream Load."""

from __future__ import annotations

from typing import Any

import pytest

Loader = Any


@pytest.fixture
def transaction(loader: Loader) -> Any:
    loader.sql("create table a (k int, v varchar(5)) primary key(k)")
    loader.sql("create table b (k int, v varchar(5)) duplicate key(k)")

    def send(operation: str, body: str = "", **headers: str) -> dict[str, Any]:
        given = {"label": "one", "db": "d", "table": "a"} | headers
        method = "PUT" if operation == "load" else "POST"
        return loader.send(method, f"/api/transaction/{operation}", body, **given)  # type: ignore[no-any-return]

    return send


def test_rows_are_there_when_the_transaction_is_committed(loader: Loader, transaction: Any) -> None:
    begun = transaction("begin")
    assert list(begun) == ["Status", "Message", "Db", "Table", "Label", "TxnId", "BeginTxnTimeMs"]
    assert (begun["Status"], begun["Message"], begun["Label"]) == ("OK", "", "one")
    loaded = transaction("load", "1\ta\n")
    assert (loaded["Status"], loaded["TxnId"], loaded["LoadBytes"]) == ("OK", begun["TxnId"], 4)
    transaction("load", "1\tb\n2\tc\n")
    prepared = transaction("prepare")
    assert (prepared["Status"], prepared["NumberTotalRows"], prepared["NumberLoadedRows"]) == ("OK", 3, 3)
    assert loader.sql("select count(*) from a") == [(0,)]
    assert transaction("commit")["Status"] == "OK"
    assert loader.sql("select * from a order by k") == [(1, "b"), (2, "c")]
    assert transaction("commit")["Status"] == "TXN_NOT_EXISTS"
    again = transaction("begin")
    assert (again["Status"], again["ExistingJobStatus"]) == ("LABEL_ALREADY_EXISTS", "FINISHED")


def test_a_rollback_frees_the_label(loader: Loader, transaction: Any) -> None:
    transaction("begin")
    running = transaction("begin")
    assert (running["Status"], running["ExistingJobStatus"]) == ("LABEL_ALREADY_EXISTS", "RUNNING")
    transaction("load", "1\ta\n")
    assert transaction("rollback")["Status"] == "OK"
    assert transaction("load", "1\ta\n")["Status"] == "TXN_NOT_EXISTS"
    assert loader.sql("select count(*) from a") == [(0,)]
    assert transaction("begin")["Status"] == "OK"
    transaction("rollback")


def test_what_a_transaction_refuses(transaction: Any) -> None:
    assert transaction("begin", label="")["Status"] == "INVALID_ARGUMENT"
    transaction("begin")
    assert transaction("load", "1", table="b")["Message"] == "Request table b not equal transaction table a"
    assert transaction("load", "1", db="x")["Message"] == "Request database x not equal transaction database d"
    transaction("load", "1\ta\n")
    assert transaction("load", "1,a\n", column_separator=",")["Message"] == "load request not equal last."
    assert transaction("commit")["Status"] == "TXN_NOT_EXISTS"


def test_too_many_filtered_rows_abort_it(loader: Loader, transaction: Any) -> None:
    transaction("begin", table="b")
    transaction("load", "1\ta\tx\n", table="b")
    assert transaction("commit", table="b")["Message"] == "too many filtered rows"
    assert transaction("begin", table="b")["Status"] == "OK"
    transaction("rollback", table="b")


def test_several_tables_of_one_database(loader: Loader, transaction: Any) -> None:
    multi = {"transaction_type": "multi"}
    assert transaction("begin", **multi)["Status"] == "OK"
    assert transaction("load", "1\ta\n", table="a", **multi)["Status"] == "OK"
    assert transaction("load", "2\tb\n", table="b", **multi)["Status"] == "OK"
    assert transaction("prepare", **multi)["Status"] == "OK"
    assert transaction("commit", **multi)["NumberLoadedRows"] == 2
    assert (loader.sql("select * from a"), loader.sql("select * from b")) == ([(1, "a")], [(2, "b")])
