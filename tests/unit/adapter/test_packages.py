"""Where dbt looks for macros that packages dispatch."""

from __future__ import annotations

from dbt.adapters.starrocks import packages


def served(*entries):
    dispatch = [{"macro_namespace": name, "search_order": list(order)} for name, order in entries]
    packages.serve("shop", dispatch, ["dbt_utils"])
    return {entry["macro_namespace"]: entry["search_order"] for entry in dispatch}


def test_the_adapter_stands_between_the_project_and_the_package():
    assert served() == {"dbt_utils": ["shop", "dbt", "dbt_utils"]}


def test_what_a_project_prefers_stays_first():
    assert served(("dbt_utils", ["shop", "fixes", "dbt_utils"])) == {"dbt_utils": ["shop", "fixes", "dbt", "dbt_utils"]}


def test_an_order_that_names_dbt_is_kept():
    assert served(("dbt_utils", ["dbt_utils", "dbt"])) == {"dbt_utils": ["dbt_utils", "dbt"]}


def test_other_packages_are_left_alone():
    assert served(("own", ["shop", "own"]))["own"] == ["shop", "own"]


def test_serving_twice_changes_nothing():
    dispatch: list = []
    packages.serve("shop", dispatch)
    before = [dict(entry) for entry in dispatch]
    packages.serve("shop", dispatch)
    assert dispatch == before
