"""A model's own variables over the profile's."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.credentials import StarRocksCredentials
from dbt.adapters.starrocks.model_settings import ModelSettings


def profile(**fields) -> StarRocksCredentials:
    return StarRocksCredentials(host="fe", schema="analytics", **fields)


def test_the_model_wins_over_the_profile():
    settings = ModelSettings.of(
        {"query_timeout": 900, "session_variables": {"pipeline_dop": 8}, "resource_group": "big"}, profile()
    )
    credentials = profile(query_timeout=60, session_variables={"pipeline_dop": 2, "enable_spill": True})
    assert settings.variables(credentials, has_insert_timeout=True) == {
        "query_timeout": "900",
        "insert_timeout": "900",
        "pipeline_dop": "8",
        "enable_spill": "true",
        "resource_group": "'big'",
    }


def test_a_variable_by_name_wins_over_its_shorthand():
    settings = ModelSettings.of({"query_timeout": 900, "session_variables": {"insert_timeout": 60}}, profile())
    found = settings.variables(profile(), has_insert_timeout=True)
    assert (found["query_timeout"], found["insert_timeout"]) == ("900", "60")


@pytest.mark.parametrize(
    ("config", "is_async", "expected"),
    [({}, False, False), ({}, True, True), ({"submit_task": False}, True, False), ({"submit_task": True}, False, True)],
)
def test_submit_task(config, is_async, expected):
    assert ModelSettings.of(config, profile(is_async=is_async)).submit_task is expected


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"query_timeout": "soon"}, "query_timeout is 'soon'"),
        ({"query_timeout": True}, "query_timeout is True"),
        ({"resource_group": 3}, "resource_group is 3"),
        ({"submit_task": "yes"}, "submit_task is 'yes'"),
        ({"session_variables": "a=1"}, "session_variables is 'a=1'"),
    ],
)
def test_what_cannot_be_is_refused(config, word):
    with pytest.raises(DbtRuntimeError, match="Config: ") as raised:
        ModelSettings.of(config, profile())
    assert word in str(raised.value)
