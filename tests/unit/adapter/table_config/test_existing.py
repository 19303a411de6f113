"""What a table model does where its table is there already."""

from __future__ import annotations

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.table_config.existing import on_table_exists


@pytest.mark.parametrize(
    ("config", "is_table", "full_refresh", "done"),
    [
        ({}, True, False, "replace"),
        ({"on_table_exists": "append"}, True, False, "append"),
        ({"on_table_exists": "IGNORE"}, True, False, "ignore"),
        ({"on_table_exists": "ignore"}, True, True, "replace"),
        ({"on_table_exists": "append"}, False, False, "replace"),
    ],
)
def test_the_wish_counts_for_a_table_only(config, is_table, full_refresh, done):
    assert on_table_exists(config, is_table, full_refresh) == done


def test_another_word_is_refused():
    with pytest.raises(CompilationError, match=r"that is no way\. Expected one of: replace, append, ignore"):
        on_table_exists({"on_table_exists": "repalce"}, True, False)
