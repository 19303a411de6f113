"""What a snapshot's table looks like, and which of its columns a run writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dbt.adapters.starrocks.column import StarRocksColumn

ID_LENGTH = 64


def missing_in(found: Iterable[StarRocksColumn], known: Iterable[StarRocksColumn]) -> list[StarRocksColumn]:
    names = {column.name.lower() for column in known}
    return [column for column in found if column.name.lower() not in names]


def model_with_key(model: Mapping[str, Any], meta: Mapping[str, str]) -> dict[str, Any]:
    """The model as a PRIMARY KEY table on the version's id; partition columns have to be part of the key."""
    config = dict(model["config"])
    partitioned = [part for part in _as_list(config.get("partition_by")) if part.isidentifier()]
    keys = _as_list(config.get("keys")) or [meta["dbt_scd_id"], *partitioned]
    config |= {"table_type": "PRIMARY", "keys": keys}
    config["distributed_by"] = config.get("distributed_by") or [meta["dbt_scd_id"]]
    return {**model, "config": config}


def with_keyable_id(columns: Sequence[StarRocksColumn], meta: Mapping[str, str]) -> list[StarRocksColumn]:
    """The id is a hash: as a key it gets the length of one, not that of any string."""
    name = meta["dbt_scd_id"].lower()
    return [
        replace(column, dtype="varchar", char_size=ID_LENGTH) if column.name.lower() == name else column
        for column in columns
    ]


def filled(found: Iterable[StarRocksColumn], meta: Mapping[str, str], hard_deletes: str) -> list[str]:
    """Lower-case names of what the query or dbt fills; what vanished from the query is null in new versions."""
    own = [name for key, name in meta.items() if key != "dbt_is_deleted" or hard_deletes == "new_record"]
    return [name.lower() for name in own] + [column.name.lower() for column in found]


def _as_list(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
