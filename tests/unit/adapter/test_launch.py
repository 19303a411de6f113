"""The door to the embedded engine, with an engine that only counts."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks import launch
from dbt.adapters.starrocks.credentials import StarRocksCredentials


@pytest.fixture
def started(monkeypatch):
    """How the engine was started, each time."""
    calls = []

    class ServerError(Exception):
        pass

    def serve(path=None, **options):
        if options.get("version") == "9.9":
            raise ServerError("9.9 is no version")
        calls.append((path, options))
        return SimpleNamespace(connect_args={"host": "127.0.0.1", "port": len(calls)})

    monkeypatch.setitem(sys.modules, "starrocks_embedded", SimpleNamespace(serve=serve, ServerError=ServerError))
    monkeypatch.setattr(launch, "_servers", {})
    return calls


def embedded(**fields) -> StarRocksCredentials:
    return StarRocksCredentials(schema="a", method="embedded", **fields)


def test_a_cluster_is_where_the_profile_says(started):
    found = launch.address(StarRocksCredentials(schema="a", host="fe", port=9031, username="u", password="p"))
    assert found == {"host": "fe", "port": 9031, "user": "u", "password": "p"}
    assert started == []


def test_memory_is_one_server_for_the_process(started):
    assert launch.address(embedded()) == launch.address(embedded())
    assert started == [(None, {})]
    assert not launch.forget(embedded())


def test_a_files_server_outlives_the_command_and_is_found_again(started):
    launch.address(embedded(path="x.duckdb", version=3.5))
    assert started == [("x.duckdb", {"idle_exit": launch.IDLE_SECONDS, "keep_running": True, "version": "3.5"})]
    assert launch.forget(embedded(path="x.duckdb"))
    assert launch.address(embedded(path="x.duckdb"))["port"] == 2


def test_an_engine_that_does_not_start_says_why(started):
    with pytest.raises(DbtRuntimeError, match=r"does not start: 9\.9 is no version"):
        launch.address(embedded(version="9.9"))


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "starrocks_embedded", None)
    monkeypatch.setattr(launch, "_servers", {})
    with pytest.raises(DbtRuntimeError, match=r"pip install 'dbt-starrocks\[embedded\]'"):
        launch.address(embedded())
