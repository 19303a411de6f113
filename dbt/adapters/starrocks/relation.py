"""How a relation is named, quoted and filtered, and the names of the helpers that stand beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dbt.adapters.base.relation import BaseRelation, EventTimeFilter
from dbt.adapters.contracts.relation import Policy, RelationType

# a table being built, or the old one moved aside; the token tells runs apart
HELPER = re.compile(r"^(?P<owner>.+)__dbt_(?P<purpose>new|old)_(?P<token>[0-9a-f]{8})$")
BACKTICK = "`"


@dataclass(frozen=True, eq=False, repr=False)
class StarRocksRelation(BaseRelation):
    """Three parts: catalog, database, name. Names keep their case, for StarRocks tells them apart by it."""

    quote_character: str = BACKTICK
    quote_policy: Policy = field(default_factory=lambda: Policy(True, True, True))
    include_policy: Policy = field(default_factory=lambda: Policy(True, True, True))
    renameable_relations: frozenset[RelationType] = frozenset({RelationType.Table, RelationType.MaterializedView})
    replaceable_relations: frozenset[RelationType] = frozenset(
        {RelationType.Table, RelationType.View, RelationType.MaterializedView}
    )

    @classmethod
    def create(
        cls,
        database: str | None = None,
        schema: str | None = None,
        identifier: str | None = None,
        type: RelationType | None = None,
        **kwargs: Any,
    ) -> StarRocksRelation:
        """Earlier adapters had sources with `schema: catalog.database`; no name of StarRocks has a dot in it."""
        if schema and schema.count(".") == 1:
            database, schema = schema.split(".")
        return super().create(database, schema, identifier, type, **kwargs)

    def render(self) -> str:
        """A function's name takes no catalog."""
        return super().render() if not self.is_function else self._without_catalog()

    def _without_catalog(self) -> str:
        return ".".join(part for key, part in self._render_iterator() if part is not None and key != "database")

    @property
    def two_part(self) -> str:
        """Where a statement takes no catalog: GRANT, and the dependents of a schema change."""
        return self.include(database=False).render()

    @property
    def kind(self) -> str:
        """The word for it in DDL."""
        return str(self.type or RelationType.Table).replace("_", " ")

    def helper(self, purpose: str, token: str) -> StarRocksRelation:
        """The table that stands beside this one while it is exchanged."""
        name = f"{self.identifier}__dbt_{purpose}_{token}"
        return self.replace_path(identifier=name)

    def is_helper_of(self, owner: BaseRelation) -> bool:
        found = HELPER.match(self.identifier or "")
        return found is not None and found["owner"] == owner.identifier and self.schema == owner.schema

    @property
    def holds_old_data(self) -> bool:
        found = HELPER.match(self.identifier or "")
        return found is not None and found["purpose"] == "old"

    def _render_event_time_filtered(self, event_time_filter: EventTimeFilter) -> str:
        """Wall-clock bounds without an offset, which is no datetime literal here; the name in backticks."""
        name = BACKTICK + event_time_filter.field_name.strip('"`') + BACKTICK
        bounds = []
        if event_time_filter.start:
            bounds.append(f"{name} >= '{_wall_clock(event_time_filter.start)}'")
        if event_time_filter.end:
            bounds.append(f"{name} < '{_wall_clock(event_time_filter.end)}'")
        return " and ".join(bounds)


def _wall_clock(moment: datetime | str) -> str:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None).isoformat(sep=" ")
    return re.sub(r"(Z|[+-]\d\d:?\d\d)$", "", moment)
