"""`on_table_exists`: what a table model does where its table is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.starrocks.table_config.values import choice

REPLACE, APPEND, IGNORE = "replace", "append", "ignore"


def on_table_exists(config: Mapping[str, Any], is_table: bool, full_refresh: bool) -> str:
    """A full refresh replaces it whatever the config says, and so does a model whose name a view has."""
    wish = choice("on_table_exists", config.get("on_table_exists") or REPLACE, (REPLACE, APPEND, IGNORE), "way")
    return wish if is_table and not full_refresh else REPLACE
