"""Comments as they are sent."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.comments import Comments
from dbt.adapters.starrocks.relation import StarRocksRelation

ORDERS = StarRocksRelation.create(database="default_catalog", schema="shop", identifier="orders", type="table")
MODEL = {"alias": "orders", "columns": {}, "config": {}}


def test_quotes_and_backslashes_are_doubled(macros):
    sent = macros.text("alter_relation_comment", ORDERS, 'it\'s a \\ and "b"')
    assert sent == "alter table `default_catalog`.`shop`.`orders` comment = 'it''s a \\\\ and \"b\"'"


def sent_for(macros, changes, **adapter):
    done = []
    methods = {
        "comment_changes": lambda *_: changes,
        "comments_are_set": lambda _, found: done.append(found),
        "server_supports": lambda _: True,
        **adapter,
    }
    session = macros.session(adapter=methods)
    session.call("persist_docs", ORDERS, MODEL)
    return session.sent, done


def test_one_statement_per_column(macros):
    changes = Comments("Orders", {"id": "key", "name": ""})
    sent, done = sent_for(macros, changes)
    table = "alter table `default_catalog`.`shop`.`orders`"
    assert sent == [
        f"{table} comment = 'Orders'",
        f"{table} modify column `id` comment 'key'",
        f"{table} modify column `name` comment ''",
    ]
    assert done == [changes]


def test_nothing_differs(macros):
    assert sent_for(macros, Comments())[0] == []


def test_before_3_5_columns_stay_as_they_are(macros, monkeypatch):
    told = []
    session = macros.session(
        context={"exceptions": type("E", (), {"warn": staticmethod(told.append)})},
        adapter={
            "comment_changes": lambda *_: Comments(None, {"id": "key"}),
            "server_supports": lambda _: False,
            "server_version": lambda: "3.3.9",
        },
    )
    session.call("persist_docs", ORDERS, MODEL)
    assert session.sent == []
    assert "from 3.5; this server is 3.3.9. `dbt run --full-refresh --select orders`" in " ".join(told[0].split())


@pytest.mark.parametrize(
    ("comments", "head"),
    [
        (Comments(), ""),
        (Comments("Orders"), "comment 'Orders'"),
        (Comments(None, {"id": "key", "n": ""}), "( `id` comment 'key', `n` )"),
        (Comments("Orders", {"id": "key"}), "( `id` comment 'key' ) comment 'Orders'"),
    ],
)
def test_the_head_of_a_view(macros, comments, head):
    session = macros.session(context={"model": MODEL}, adapter={"view_comments": lambda *_: comments})
    assert " ".join(str(session.call("starrocks__view_head", ORDERS, "select 1")).split()) == head
