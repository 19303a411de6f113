"""`analyze`: statistics as soon as a table is built, instead of when the server comes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.starrocks.table_config.values import choice

MODES = ("full", "sample")


def analyze_mode(model: Mapping[str, Any]) -> str | None:
    value = (model.get("config") or {}).get("analyze")
    return choice("analyze", value, MODES, "way to collect statistics") if value not in (None, False) else None


def complaint(answer: Mapping[str, Any]) -> str | None:
    """What the server answers to ANALYZE is a row, also where it failed."""
    told = str(answer.get("msg_text"))
    return told if str(answer.get("msg_type")).lower() == "error" else None
