"""Descriptions of the project as comments on the server (`persist_docs`): which there should be, which differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# a relation without a comment has its type's name as one on servers of the 3.1 line
NO_COMMENT = ("OLAP", "VIEW", "MATERIALIZED_VIEW", "CLOUD_NATIVE", "CLOUD_NATIVE_MATERIALIZED_VIEW")


@dataclass(frozen=True)
class Comments:
    """`relation` is None where nothing is said of it; `missing` names documented columns that there are not."""

    relation: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def persists_columns(model: Mapping[str, Any]) -> bool:
    return bool(((model.get("config") or {}).get("persist_docs") or {}).get("columns"))


def documented(
    model: Mapping[str, Any], names: Iterable[str], for_relation: bool = True, for_columns: bool = True
) -> Comments:
    """What the model wants persisted, its columns under the names that the relation spells."""
    persist = (model.get("config") or {}).get("persist_docs") or {}
    relation = (model.get("description") or None) if for_relation and persist.get("relation") else None
    if not (for_columns and persists_columns(model)):
        return Comments(relation)
    columns: dict[str, str] = {}
    missing = []
    present = list(names)
    for declared in (model.get("columns") or {}).values():
        found = next((name for name in present if names_column(declared, name)), None)
        if found is None:
            missing.append(declared["name"])
        else:
            columns[found] = declared.get("description") or ""
    return Comments(relation, columns, tuple(missing))


def names_column(declared: Mapping[str, Any], name: str) -> bool:
    """Whether a column of schema.yml is this one. A quoted name is meant to the letter, as everywhere in dbt."""
    written = str(declared["name"]).strip("`")
    return written == name if declared.get("quote") else written.lower() == name.lower()


def shown(comment: str | None) -> str:
    """What a relation's comment on the server amounts to."""
    return "" if comment is None or comment in NO_COMMENT else comment


def as_wanted(model: Mapping[str, Any], relation: str, columns: Mapping[str, str]) -> bool:
    """Whether a view has just the model's comments; a description that was removed counts too."""
    wanted = documented(model, columns)
    return shown(relation) == (wanted.relation or "") and all(
        text == wanted.columns.get(name, "") for name, text in columns.items()
    )


def differing(wanted: Comments, relation: str | None, columns: Mapping[str, str]) -> Comments:
    """What of the wanted is not on the server yet. `relation` is None where its comment is not known."""
    changed = {name: text for name, text in wanted.columns.items() if columns.get(name, "") != text}
    same = wanted.relation is None or (relation is not None and shown(relation) == wanted.relation)
    return Comments(None if same else wanted.relation, changed, wanted.missing)
