"""Materialized views that read a relation, directly or through views, as far as the run's listings tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dbt.adapters.starrocks.metadata import ListedRelation

Listed = tuple[str, ListedRelation]


def reading(name: str, listed: Iterable[Listed]) -> list[Listed]:
    """Nearest first, for one that reads another can be active only after it. A name in a text is taken for a
    dependency: one too many costs an ALTER that changes nothing."""
    left = [(schema, found) for schema, found in listed if found.type != "table" and found.definition]
    found: list[Listed] = []
    names = [name]
    while names:
        word = re.compile(rf"(?<!\w){re.escape(names.pop(0))}(?!\w)")
        readers = [item for item in left if word.search(_query(item[1])) and item[1].name != name]
        left = [item for item in left if item not in readers]
        names += [item[1].name for item in readers]
        found += [item for item in readers if item[1].type == "materialized_view"]
    return found


def sleeps_for_its_base(view: ListedRelation) -> bool:
    """Inactive because of what was done to something beneath it; one that a user switched off stays off."""
    return view.mv_active is False and (view.mv_inactive_reason or "").startswith("base-")


def _query(relation: ListedRelation) -> str:
    """Of a materialized view's definition only what it reads: its own name is in there too."""
    text = relation.definition or ""
    _, separator, query = text.partition("\nAS ") if relation.type == "materialized_view" else ("", "", "")
    return query if separator else text
