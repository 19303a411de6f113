"""Materialized views that read a relation, as far as the run's listings tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dbt.adapters.starrocks.metadata import ListedRelation


def reading(name: str, listed: Iterable[ListedRelation]) -> list[ListedRelation]:
    """Those whose definition names it. One too many costs an ALTER that changes nothing."""
    word = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])")
    return [m for m in listed if m.type == "materialized_view" and word.search(m.definition or "")]
