"""The HTTP port: health for everybody, refusals for the rest, after a look at who asks."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest

import starrocks_embedded


@pytest.fixture(scope="module")
def server() -> Iterator[starrocks_embedded.Server]:
    with starrocks_embedded.serve(http_port=0, password="secret") as running:
        yield running


def ask(
    server: starrocks_embedded.Server, method: str, path: str, login: str = "", body: str | None = None
) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}
    if body is not None:
        headers["Expect"] = "100-continue"
    assert server.http_port is not None
    connection = http.client.HTTPConnection(server.host, server.http_port, timeout=10)
    try:
        connection.request(method, path, headers=headers, body=body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_health_needs_no_login(server: starrocks_embedded.Server) -> None:
    assert ask(server, "GET", "/api/health") == (
        200,
        {"online_backend_num": 1, "total_backend_num": 1, "status": "OK"},
    )


def test_bootstrap_says_ready_and_knows_no_token(server: starrocks_embedded.Server) -> None:
    assert ask(server, "GET", "/api/bootstrap")[1]["msg"] == "Success"
    assert ask(server, "GET", "/api/bootstrap?cluster_id=1&token=x")[1]["msg"] == "invalid parameter"


@pytest.mark.parametrize(
    ("login", "message"),
    [
        ("", "Need auth information."),
        ("root", "Need auth information."),
        ("root:no", "Access denied for root@127.0.0.1"),
    ],
)
def test_who_is_not_let_in(server: starrocks_embedded.Server, login: str, message: str) -> None:
    status, answer = ask(server, "PUT", "/api/d/t/_stream_load", login, "1,2")
    assert (status, answer["status"], answer["msg"]) == (401, "FAILED", message)


def test_a_load_must_wait_to_be_asked_for_its_rows(server: starrocks_embedded.Server) -> None:
    status, answer = ask(server, "PUT", "/api/d/t/_stream_load?x=1", "root@any:secret")
    assert status == 200
    assert answer == {
        "Status": "FAILED",
        "Message": "class com.starrocks.common.DdlException: There is no 100-continue header",
    }


def test_the_users_are_those_of_sql(server: starrocks_embedded.Server) -> None:
    with pymysql.connect(**server.connect_args) as connection, connection.cursor() as cursor:
        cursor.execute("create user loader identified by 'of: files'")
    assert ask(server, "PUT", "/api/d/t/_stream_load", "loader:of: files")[0] == 200
    assert ask(server, "PUT", "/api/d/t/_stream_load", "loader:")[0] == 401


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/api/show_proc"), ("POST", "/api/transaction/list")]
)
def test_the_rest_is_said_to_be_unsupported(server: starrocks_embedded.Server, method: str, path: str) -> None:
    status, answer = ask(server, method, path, "root:secret")
    assert (status, answer["msg"]) == (501, f"{method} {path} is not supported by the embedded engine")


def test_no_one_listens_unless_asked(tmp_path) -> None:
    path = tmp_path / "a.db"
    with starrocks_embedded.serve(path) as plain:
        assert plain.http_port is None
        with pytest.raises(starrocks_embedded.ServerError, match="without an HTTP port"):
            starrocks_embedded.serve(path, http_port=0)
    with starrocks_embedded.serve(path, http_port=0) as first, starrocks_embedded.serve(path, http_port=0) as second:
        assert second.http_port == first.http_port
