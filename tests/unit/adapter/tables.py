"""Tables as the server would report them, for tests of decisions."""

from __future__ import annotations

from dbt.adapters.starrocks.column import StarRocksColumn
from dbt.adapters.starrocks.metadata import ExistingTable


def columns(**types: str) -> list[StarRocksColumn]:
    return [StarRocksColumn.from_description(name, text) for name, text in types.items()]


def table(key_model="DUPLICATE", keys=("id",), partition_columns=(), sort_key=None, distribution_columns=(), **types):
    found = columns(**(types or {"id": "int", "name": "string", "day": "date"}))
    for column in found:
        column.is_key = column.name in keys
    return ExistingTable(
        name="orders",
        columns=tuple(found),
        key_model=key_model,
        keys=tuple(keys),
        partition_columns=tuple(partition_columns),
        distribution="HASH" if distribution_columns else "RANDOM",
        distribution_columns=tuple(distribution_columns),
        buckets=0,
        sort_key=tuple(keys if sort_key is None else sort_key),
        properties={},
        table_id=1,
    )
