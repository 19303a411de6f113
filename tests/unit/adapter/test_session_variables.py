"""From the variables a session has to the ones that are wanted."""

from __future__ import annotations

import pytest

from dbt.adapters.starrocks.session_variables import difference, literal, set_statement


def test_one_statement_sets_what_differs_and_gives_back_what_is_no_longer_wanted():
    changes = difference({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "5", "d": "true"}, before={"c": "7"})
    assert set_statement(changes) == "set c = 7, b = 5, d = true"


def test_nothing_differs():
    assert difference({"a": "1"}, {"a": "1"}, before={}) == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "true"), (False, "false"), (3, "3"), (0.5, "0.5"), ("x", "'x'"), ("it's\\", r"'it\'s\\'")],
)
def test_literals(value, expected):
    assert literal(value) == expected
