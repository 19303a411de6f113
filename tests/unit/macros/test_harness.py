"""The harness itself: text, values, dispatch and what a macro would send."""

from __future__ import annotations


def test_text_and_dispatch(macros):
    assert macros.text("hash", "a") == "md5(cast(a as string))"


def test_statements_are_kept_and_their_results_given(macros):
    session = macros.session(results={"get_intervals_between": [[3]]})
    assert session.call("get_intervals_between", "'2024-01-01'", "'2024-01-04'", "day") == 3
    assert len(session.sent) == 1


def test_methods_of_the_adapter_can_be_replaced(macros):
    session = macros.session(adapter={"quote": lambda name: f"[{name}]"})
    assert "[actual_or_expected]" in session.call("get_unit_test_sql", "select 1", "select 2", ["a"])
