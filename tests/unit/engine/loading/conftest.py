"""A server with HTTP ports, and a client that loads as curl --location-trusted does."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pymysql
import pytest

import starrocks_embedded


class Loader:
    def __init__(self, server: starrocks_embedded.Server) -> None:
        self.server = server
        self.connection = pymysql.connect(**server.connect_args, autocommit=True)

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(text)
            return list(cursor.fetchall())

    def put(self, path: str, body: bytes | str = b"", login: str = "root:secret", **headers: str) -> dict[str, Any]:
        """PUT, first without the body; the answer to it, after the redirect."""
        return self.send("PUT", path, body, login, **headers)

    def send(
        self, method: str, path: str, body: bytes | str = b"", login: str = "root:secret", **headers: str
    ) -> dict[str, Any]:
        given = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode(), "Expect": "100-continue"}
        url = f"http://{self.server.host}:{self.server.http_port}{path}"
        for _ in range(2):
            at = urlsplit(url)
            connection = http.client.HTTPConnection(at.netloc, timeout=30)
            is_backend = at.port == self.server.be_http_port
            if is_backend:
                given.pop("Expect", None)
            content = body if is_backend else None
            connection.request(method, url.partition(at.netloc)[2], body=content, headers=given | headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            if answer.status != 307:
                return json.loads(text)  # type: ignore[no-any-return]
            url = answer.headers["Location"]
        raise AssertionError("redirected twice")

    def load(self, table: str, body: bytes | str, **headers: str) -> dict[str, Any]:
        return self.put(f"/api/d/{table}/_stream_load", body, **headers)

    def counts(self, answer: dict[str, Any]) -> tuple[str, int, int, int]:
        """Status, and the rows that were loaded, filtered, not selected."""
        kinds = ("Loaded", "Filtered", "Unselected")
        return answer["Status"], *(answer[f"Number{k}Rows"] for k in kinds)  # type: ignore[return-value]

    def get(self, url: str) -> str:
        at = urlsplit(url)
        connection = http.client.HTTPConnection(at.netloc, timeout=30)
        connection.request("GET", url.partition(at.netloc)[2])
        text = connection.getresponse().read().decode()
        connection.close()
        return text


@pytest.fixture(scope="package")
def running() -> Iterator[Loader]:
    with starrocks_embedded.serve(http_port=0, password="secret") as server:
        yield Loader(server)


@pytest.fixture
def loader(running: Loader) -> Loader:
    running.sql("drop database if exists d force")
    running.sql("create database d")
    running.sql("use d")
    return running
