"""Freshness of sources from the server's metadata: which questions to ask together, and which answers count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dbt.adapters.base.relation import BaseRelation
from dbt_common.exceptions import DbtRuntimeError

# what dbt makes of a missing time
NEVER = datetime.min.year


def rounds(sources: Iterable[BaseRelation]) -> list[list[BaseRelation]]:
    """Sources that may share a query: of one catalog, and no two of them with names that differ by case only, because
    dbt finds the source of an answer by schema and name in lower case."""
    together: list[dict[tuple[str, str], BaseRelation]] = []
    for source in sources:
        key = (str(source.schema).lower(), str(source.identifier).lower())
        fitting = (known for known in together if key not in known and _catalog(known) == source.database)
        found = next(fitting, None)
        if found is None:
            found = {}
            together.append(found)
        found[key] = source
    return [list(known.values()) for known in together]


def _catalog(known: dict[tuple[str, str], BaseRelation]) -> str | None:
    return next(iter(known.values())).database


def unknown(source: BaseRelation) -> DbtRuntimeError:
    return DbtRuntimeError(
        f"StarRocks keeps no time of last change for {source.render()}: it is a view, a table of another catalog, or "
        "not there. Give the source a `loaded_at_field` or a `loaded_at_query`."
    )
