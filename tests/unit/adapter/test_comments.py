"""Descriptions as comments: whose they are, and which differ from the server's."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.comments import Comments, as_wanted, differing, documented, shown


def model(description="Orders", relation=True, columns=True, **described):
    declared = {name: {"name": name, "description": text} for name, text in described.items()}
    persist = {"relation": relation, "columns": columns}
    return {"description": description, "columns": declared, "config": {"persist_docs": persist}}


def test_nothing_is_said_unless_persist_docs_asks_for_it():
    assert documented(model(relation=False, columns=False, id="key"), ["id"]) == Comments()
    assert documented({"description": "x", "columns": {}, "config": {}}, ["id"]) == Comments()


def test_columns_take_the_relations_spelling():
    assert documented(model(ID="key", gone="x"), ["id", "name"]) == Comments("Orders", {"id": "key"}, ("gone",))


def test_a_quoted_name_is_meant_to_the_letter():
    wanted = model(ID="key")
    wanted["columns"]["ID"]["quote"] = True
    assert documented(wanted, ["id"]) == Comments("Orders", {}, ("ID",))


def test_only_what_differs():
    wanted = Comments("Orders", {"id": "key", "name": "who"})
    assert differing(wanted, "Orders", {"id": "key", "name": ""}) == Comments(None, {"name": "who"})
    assert differing(wanted, None, {"id": "key", "name": "who"}) == Comments("Orders")
    assert differing(Comments(None, {"id": ""}), "old", {"id": "key"}) == Comments(None, {"id": ""})


@pytest.mark.parametrize(("stored", "text"), [(None, ""), ("", ""), ("OLAP", ""), ("VIEW", ""), ("a view", "a view")])
def test_a_type_name_is_no_comment(stored, text):
    assert shown(stored) == text


def test_a_view_is_as_wanted_only_with_all_its_comments():
    wanted = model(id="key")
    assert as_wanted(wanted, "Orders", {"id": "key", "name": ""})
    assert not as_wanted(wanted, "Orders", {"id": "key", "name": "left over"})
    assert not as_wanted(wanted, "old", {"id": "key"})
    assert not as_wanted(model(description=""), "left over", {})
