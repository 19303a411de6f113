"""What a server is started with, seen over the wire."""

from __future__ import annotations

import time
from pathlib import Path

import pymysql
import pytest

import starrocks_embedded
from starrocks_embedded import ServerError


def ask(server, *statements: str) -> tuple[tuple[object, ...], ...]:
    with pymysql.connect(**server.connect_args, autocommit=True) as connection, connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
        return cursor.fetchall()


def test_visibility_configuration_and_catalogs(tmp_path: Path) -> None:
    with starrocks_embedded.serve(tmp_path / "lake.db", password="") as server:
        ask(server, "create database shop", "create table shop.orders (id int)", "insert into shop.orders values (7)")
    options = {"visible_after": 0.5, "fe_config": {"enable_udf": "true"}, "catalogs": {"lake": tmp_path / "lake.db"}}
    with starrocks_embedded.serve(password="", **options) as server:
        ask(server, "create database q", "create table q.t (id int)", "create global function one(x int) returns x + 1")
        assert ask(server, "select one(id) from lake.shop.orders") == ((8,),)
        ask(server, 'admin set frontend config ("enable_sync_publish" = "false")')
        hidden = ask(server, "set tx_visible_wait_timeout = 0", "insert into q.t values (1)", "select * from q.t")
        assert hidden == ()
        time.sleep(0.8)
        assert ask(server, "select * from q.t") == ((1,),)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fe_config": {"nothing": "1"}}, "'nothing' is not a key of the front end's configuration"),
        ({"catalogs": {"lake": "/nowhere/x.db"}}, "there is no such file"),
        ({"catalogs": {"default_catalog": "/nowhere/x.db"}}, "cannot be the name of an external catalog"),
        ({"visible_after": -1}, "is no number of seconds"),
    ],
)
def test_options_that_cannot_be(options: dict[str, object], message: str) -> None:
    with pytest.raises(ServerError, match=message):
        starrocks_embedded.serve(password="", **options)
