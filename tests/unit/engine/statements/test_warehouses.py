"""Warehouses in shared-nothing mode: there is one, and other names lead nowhere."""

from __future__ import annotations

import pytest

from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.session import Session


def attempt(session: Session, sql: str) -> int:
    try:
        list(session.run(sql))
    except StarRocksError as error:
        return error.code
    return 0


@pytest.mark.parametrize(
    ("version", "hint", "statement", "constant"),
    [("3.3", 0, 1064, 0), ("3.5", 0, 5907, 1064), ("4.1", 5901, 5907, 0)],
)
def test_names_of_other_warehouses(version: str, hint: int, statement: int, constant: int) -> None:
    session = Session(Engine(version=version), 1, "root")
    assert attempt(session, "create database q; use q; create table t (id int)") == 0
    assert attempt(session, "select /*+ set_var(warehouse = 'other') */ 1") == hint
    assert attempt(session, "set warehouse other") == statement
    assert attempt(session, "set warehouse = 'default_warehouse'; insert into t values (1)") == 0
    assert attempt(session, "set warehouse = 'other'") == 0
    assert attempt(session, "select 1") == constant
    assert attempt(session, "select * from t") == 1064
    with pytest.raises(StarRocksError, match="Warehouse other not exist"):
        list(session.run("insert into t values (1)"))
