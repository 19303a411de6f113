"""Spellings of earlier adapters, read as ours, each with the line that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.starrocks.table_config.misspelt import misspelt
from dbt.adapters.starrocks.table_config.values import refuse, texts


def translated(config: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The config in today's words, and a notice per old or misspelt one."""
    found = dict(config)
    notices = list(misspelt(found))
    _engine(found, notices)
    _indexs(found, notices)
    _partition_type(found, notices)
    return found, tuple(notices)


def _engine(config: dict[str, Any], notices: list[str]) -> None:
    engine = config.pop("engine", None)
    if engine is None:
        return
    if str(engine).strip().upper() != "OLAP":
        refuse(
            "engine",
            engine,
            "dbt fills StarRocks' own tables only",
            "Remove it; other systems are catalogs: `catalog`.",
        )
    notices.append("`engine` is not needed any more: every table is OLAP. Remove it.")


def _indexs(config: dict[str, Any], notices: list[str]) -> None:
    if "indexs" not in config:
        return
    old = config.pop("indexs")
    if config.get("indexes"):
        refuse("indexs", old, "the model has `indexes` too", "Keep `indexes`.")
    config["indexes"] = old
    notices.append("`indexs` is spelled `indexes` now; the old name still works.")


def _partition_type(config: dict[str, Any], notices: list[str]) -> None:
    kind, init = config.pop("partition_type", None), config.pop("partition_by_init", None)
    if kind is None and init is None:
        return
    given = config.get("partition_by")
    if isinstance(given, Mapping):
        refuse("partition_type", kind or init, "`partition_by` says it all where it is a mapping", "Remove it.")
    if not given:
        return
    notices.append(_told(kind, init))
    # for expressions nothing written out was ever sent
    if str(kind).strip().lower() not in ("expr", "expression"):
        config["partition_by"] = _settings(given, kind, init)


def _told(kind: Any, init: Any) -> str:
    if init is None:
        return "`partition_type` is not needed where `partition_by` names columns or expressions; it still works."
    return "`partition_by_init` is spelled `partition_by: {type: …, columns: …, partitions: […]}` now; it still works."


def _settings(given: Any, kind: Any, init: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {"columns": given}
    if kind is not None:
        settings["type"] = kind
    if partitions := list(texts("partition_by_init", [init] if isinstance(init, str) else init)):
        settings["partitions"] = partitions
    return settings
