"""Stream Load with merge commit: requests that ask alike within a window become one transaction."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import starrocks_embedded
from tests.unit.engine.loading.conftest import Loader

MERGE = {"enable_merge_commit": "true", "merge_commit_interval_ms": "400", "merge_commit_parallel": "1"}
COMMA = {"column_separator": ","}


@pytest.fixture
def table(loader: Loader) -> Loader:
    loader.sql("create table t (k int not null, v varchar(5)) duplicate key(k)")
    return loader


def merged(loader: Loader, *bodies: str, **headers: str) -> list[dict[str, Any]]:
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(lambda body: loader.load("t", body, **MERGE, **COMMA, **headers), bodies))


def test_requests_of_one_window_share_a_transaction(table: Loader) -> None:
    first, second = merged(table, "1,a\n", "2,b\n3,c\n")
    assert list(first) == [
        "TxnId", "Label", "Db", "Table", "Status", "Message", "RequestId", "LoadBytes", "LoadTimeMs", "ReadDataTimeMs",
        "PendingTimeMs", "WaitPlanTimeMs", "WriteDataTimeMs", "WaitFinishTimeMs", "LeftMergeTimeMs",
    ]  # fmt: skip
    assert (first["Status"], first["Message"], first["LoadBytes"]) == ("Success", "OK", 4)
    assert first["Label"].startswith("merge_commit_")
    assert (first["TxnId"], first["Label"]) == (second["TxnId"], second["Label"])
    assert first["RequestId"] != second["RequestId"]
    assert table.sql("select k, v from t order by k") == [(1, "a"), (2, "b"), (3, "c")]
    loads = "select label, state, scan_rows from information_schema.loads where db_name = 'd'"
    assert table.sql(loads) == [(first["Label"], "FINISHED", 3)]


def test_other_headers_are_another_transaction(table: Loader) -> None:
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(table.load, "t", "1,a\n", **MERGE, **COMMA)
        other = pool.submit(table.load, "t", "2|b\n", **MERGE, column_separator="|")
    assert one.result()["TxnId"] != other.result()["TxnId"]
    assert table.sql("select count(*) from t") == [(2,)]


def test_a_label_names_the_request_only(table: Loader) -> None:
    for _ in range(2):
        answer = table.load("t", "1,a\n", label="mine", **MERGE, **COMMA)
        assert (answer["Status"], answer["RequestId"]) == ("Success", "mine")
    assert table.sql("select count(*) from t") == [(2,)]


def test_an_asynchronous_request_does_not_wait(table: Loader) -> None:
    (answer,) = merged(table, "1,a\n", merge_commit_async="true")
    assert answer["Status"] == "Success"
    assert answer["LeftMergeTimeMs"] > 0
    assert table.sql("select count(*) from t") == [(0,)]
    deadline = time.monotonic() + 10
    while table.sql("select count(*) from t") == [(0,)] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert table.sql("select count(*) from t") == [(1,)]


def test_a_bad_row_fails_every_request_of_its_window(table: Loader) -> None:
    good, bad = merged(table, "1,a\n", "x,b\n")
    assert good["Status"] == bad["Status"] == "Fail"
    assert good["Message"] == bad["Message"]
    assert good["Message"].startswith("Load is aborted, reason: There is a data quality issue. Please check ")
    url = good["Message"].partition("Tracking URL: ")[2].partition(". Tracking SQL")[0]
    assert "Row: [NULL, 'b']" in table.get(url)
    query = good["Message"].partition("Tracking SQL: ")[2]
    assert "Row: [NULL, 'b']" in table.sql(query)[0][0]
    assert table.sql("select count(*) from t") == [(0,)]


def test_a_ratio_is_of_the_whole_window(table: Loader) -> None:
    answers = merged(table, "1,a\n2,b\n3,c\n", "x,b\n", max_filter_ratio="0.3")
    assert [a["Status"] for a in answers] == ["Success", "Success"]
    assert table.sql("select count(*) from t") == [(3,)]


@pytest.mark.parametrize(
    ("header", "value", "message"),
    [
        ("merge_commit_interval_ms", "0", "Batch write interval must be set positive, but is 0"),
        ("merge_commit_interval_ms", None, "Batch write interval must be set positive, but is null"),
        ("merge_commit_parallel", None, "Batch write parallel must be set positive, but is null"),
    ],
)
def test_the_front_end_refuses_a_window_that_is_none(
    table: Loader, header: str, value: str | None, message: str
) -> None:
    headers = {k: v for k, v in (MERGE | {header: value}).items() if v is not None}
    answer = table.load("t", "1,a\n", **headers, **COMMA)
    assert (answer["code"], answer["status"], answer["message"]) == ("INVALID_ARGUMENT", "FAILED", message)


def test_a_switch_that_is_none(table: Loader) -> None:
    answer = table.load("t", "1,a\n", **(MERGE | {"enable_merge_commit": "yes"}))
    message = "Invalid parameter enable_merge_commit. The value must be bool type, but is yes"
    assert (answer["Status"], answer["Message"]) == ("Fail", message)


def test_servers_before_3_4_do_not_know_the_header() -> None:
    with starrocks_embedded.serve(http_port=0, password="secret", version="3.3") as server:
        loader = Loader(server)
        loader.sql("create database d")
        loader.sql("create table d.t (k int)")
        answer = loader.load("t", "1\n", label="mine", **MERGE)
        assert (answer["Status"], answer["Label"], answer["NumberLoadedRows"]) == ("Success", "mine", 1)
