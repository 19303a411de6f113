"""How a relation is named and quoted."""

from __future__ import annotations

from dataclasses import dataclass, field

from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.contracts.relation import Policy


@dataclass(frozen=True, eq=False, repr=False)
class StarRocksRelation(BaseRelation):
    """Three parts: catalog, database, name. Names keep their case, for StarRocks tells them apart by it."""

    quote_character: str = "`"
    quote_policy: Policy = field(default_factory=lambda: Policy(True, True, True))  # type: ignore[assignment]
    include_policy: Policy = field(default_factory=lambda: Policy(True, True, True))  # type: ignore[assignment]
