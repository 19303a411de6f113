"""`properties`: what the server keeps beside the layout, with what other settings add to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.table_config.columns import Supports
from dbt.adapters.starrocks.table_config.constraints import OPTIMIZER_PROPERTIES
from dbt.adapters.starrocks.table_config.distribution import Distribution
from dbt.adapters.starrocks.table_config.keys import Keys
from dbt.adapters.starrocks.table_config.values import mapping, refuse, scalar_text

# properties that the server does not show as they were written
UNCOMPARED = ("in_memory", "storage_cooldown_ttl", "colocate_with")
SPELLED_BY_CLAUSE = {
    "buckets": "the config `buckets`",
    "bucket_num": "the config `buckets`",
    "comment": "the model's description and `persist_docs`",
}


def read_properties(config: Mapping[str, Any]) -> dict[str, str]:
    given = mapping("properties", config.get("properties"))
    found = {}
    for key, value in given.items():
        if value is None or isinstance(value, (list, tuple, dict)):
            refuse(f"properties.{key}", value, "a property is a text, a number, true or false", "Write one value.")
        if key in SPELLED_BY_CLAUSE:
            refuse(f"properties.{key}", value, "that is no property of a table", f"Use {SPELLED_BY_CLAUSE[key]}.")
        found[str(key).strip()] = scalar_text(value)
    return found


def complete_properties(given: Mapping[str, str], bloom_columns: Sequence[str]) -> dict[str, str]:
    """The model's own properties, with the bloom filters that its indexes ask for."""
    found = {key: value for key, value in given.items() if key not in OPTIMIZER_PROPERTIES}
    if bloom_columns:
        before = [name.strip() for name in found.get("bloom_filter_columns", "").split(",") if name.strip()]
        found["bloom_filter_columns"] = ",".join(dict.fromkeys([*before, *bloom_columns]))
    return found


def check_properties(
    properties: Mapping[str, str], keys: Keys, distribution: Distribution | None, supports: Supports
) -> None:
    random = (distribution is None and not keys.unique) or (distribution is not None and not distribution.columns)
    if "colocate_with" in properties and (random or distribution is None):
        refuse(
            "properties.colocate_with",
            properties["colocate_with"],
            "tables of a colocation group are spread by hash of columns that the model names",
            "Add `distributed_by: [column]` and `buckets`.",
        )
    if "bucket_size" in properties and not random and supports(Feature.BUCKET_SIZE_RANDOM_ONLY):
        refuse(
            "properties.bucket_size",
            properties["bucket_size"],
            "only tables with random distribution take it",
            "Remove it, or `distributed_by`.",
        )


def property_differences(wanted: Mapping[str, str], existing: Mapping[str, str]) -> list[str]:
    """Of the properties that the model names; one that the server does not report cannot be compared."""
    found = []
    for key, value in wanted.items():
        if key in UNCOMPARED or key not in existing:
            continue
        if _normal(key, value) != _normal(key, existing[key]):
            found.append(f"property {key}: {existing[key]} -> {value}")
    return found


def _normal(key: str, value: str) -> str:
    text = value.strip().lower().replace(" ", "")
    return ",".join(sorted(text.split(","))) if key == "bloom_filter_columns" else text
