"""Designs of tables for tests: one set of columns of every interesting type, any config, any server version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from dbt_common.exceptions import CompilationError

from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.table_config import TableDesign
from dbt.adapters.starrocks.version import ServerVersion

TYPES = {
    "id": "int",
    "region": "varchar(20)",
    "ordered_on": "date",
    "sold_at": "datetime",
    "amount": "decimal(10,2)",
    "ratio": "double",
    "flag": "boolean",
    "doc": "json",
    "tags": "array<int>",
    "big": "bigint",
}
NEWEST = "4.1.0"


def described(types: Mapping[str, str]) -> list[StarRocksColumn]:
    return [StarRocksColumn.from_description(name, data_type) for name, data_type in types.items()]


def design(
    config: Mapping[str, Any] | None = None,
    *,
    types: Mapping[str, str] = TYPES,
    version: str = NEWEST,
    **model: Any,
) -> TableDesign:
    server = ServerVersion.parse(version)
    given = {"name": "orders", "config": dict(config or {}), **model}
    return TableDesign.from_model(given, described(types), lambda feature: feature.on(server))


def contracted(columns: Mapping[str, Any], config: Mapping[str, Any] | None = None, **model: Any) -> TableDesign:
    """With an enforced contract; a column is its type, or a mapping that says more."""
    specs = {
        name: {"name": name, **(spec if isinstance(spec, Mapping) else {"data_type": spec})}
        for name, spec in columns.items()
    }
    return design({**(config or {}), "contract": {"enforced": True}}, columns=specs, **model)


def names(found: TableDesign) -> list[str]:
    return [column.name for column in found.columns]


def refusal(config: Mapping[str, Any] | None = None, **given: Any) -> str:
    """The sentence that refuses the config."""
    with pytest.raises(CompilationError) as caught:
        design(config, **given)
    return str(caught.value.msg)
