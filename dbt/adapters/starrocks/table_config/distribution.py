"""`distributed_by` and `buckets`: how rows spread over tablets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.adapters.starrocks.table_config.columns import ColumnDefinition, ColumnNames
from dbt.adapters.starrocks.table_config.keys import NO_KEY_KINDS, Keys
from dbt.adapters.starrocks.table_config.values import known_keys, names, refuse

HASH = re.compile(r"(?is)\s*hash\s*\((.*)\)\s*")


@dataclass(frozen=True)
class Distribution:
    """Random where it has no columns; `buckets` 0 leaves their number to the server."""

    columns: tuple[str, ...] = ()
    buckets: int = 0


def parse_distribution(
    config: Mapping[str, Any], columns: Sequence[ColumnDefinition], keys: Keys
) -> Distribution | None:
    """None leaves it to the server: random for DUPLICATE tables, by the key for PRIMARY KEY tables."""
    known = ColumnNames(columns)
    value, buckets = _read(config)
    if value is None and not buckets and keys.table_type in ("DUPLICATE", "PRIMARY"):
        return None
    if value is None:
        return Distribution(keys.columns if keys.unique else (), buckets)
    named = () if _is_random(value, known) else known.resolve("distributed_by", names("distributed_by", value))
    _check(named, value, known, keys)
    return Distribution(named, buckets)


def _read(config: Mapping[str, Any]) -> tuple[Any, int]:
    value, buckets = config.get("distributed_by"), config.get("buckets")
    if isinstance(value, Mapping):
        known_keys("distributed_by", value, ("type", "columns", "buckets"))
        buckets = value.get("buckets", buckets)
        value = value.get("columns") or value.get("type")
    if isinstance(value, str) and (hashed := HASH.fullmatch(value)):
        value = hashed[1]
    return value or None, _buckets(buckets)


def _buckets(value: Any) -> int:
    if value in (None, "") or str(value).strip().lower() == "auto":
        return 0
    if isinstance(value, bool) or not str(value).strip().isdigit():
        refuse(
            "buckets", value, "that is no number of buckets", "Give a whole number, or remove it: then it is automatic."
        )
    return int(str(value))


def _is_random(value: Any, known: ColumnNames) -> bool:
    word = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
    return isinstance(word, str) and word.strip().lower() == "random" and word.strip() not in known


def _check(named: Sequence[str], value: Any, known: ColumnNames, keys: Keys) -> None:
    if not named and keys.unique:
        refuse(
            "distributed_by",
            value,
            f"a {keys.table_type} KEY table is spread by hash of its key columns, never at random",
            f"Name some of its keys: {', '.join(keys.columns)}.",
        )
    for name in named:
        column = known.find("distributed_by", name)
        if column.kind in NO_KEY_KINDS:
            refuse("distributed_by", name, f"rows cannot be spread by {column.data_type}", "Choose another column.")
        if keys.unique and name not in keys.columns:
            refuse(
                "distributed_by",
                name,
                f"the distribution columns of a {keys.table_type} KEY table must be among its keys",
                f"Its keys are: {', '.join(keys.columns)}.",
            )
