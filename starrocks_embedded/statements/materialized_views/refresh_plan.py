"""What one refresh computes: the partitions whose base data changed since they were computed, and what to remember."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.partitions import MAXVALUE, comparable
from starrocks_embedded.catalog.properties import period_text
from starrocks_embedded.statements.materialized_views.partitions import (
    between,
    followed_partitions,
    makes_itself,
    overlap,
    same_rows,
    view_origins,
)

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.catalog.store import Catalog
    from starrocks_embedded.session import Session

HIGH, HIGHER, NORMAL, LOWEST = 80, 90, 50, 0  # priorities: asked for, next batch, after a load, by the clock
MANY = 64  # partitions from which on a refresh without a number of its own is cut into four
SLICES = 4
UNLOADED = 1  # the version of a partition that never was loaded
PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}


@dataclass
class Request:
    """What a refresh is asked to do."""

    force: bool = False
    start: str = ""
    end: str = ""
    values: tuple[tuple[str | None, ...], ...] = ()
    sync: bool = False
    manual: bool = False
    priority: int = LOWEST

    @property
    def complete(self) -> bool:
        return not (self.start or self.values)


@dataclass
class Plan:
    """`partitions` are the view's afterwards, `refreshed` those of them that are computed anew; `whole` says that
    the query's rows are taken as they come, and may bring partitions along. `read` names base partitions by table."""

    partitions: list[model.Partition]
    refreshed: list[model.Partition]
    whole: bool
    planned: dict[str, list[str]] = field(default_factory=dict)
    read: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    rest: Request | None = None

    @property
    def computes(self) -> bool:
        return self.whole or bool(self.refreshed)


def plan_refresh(session: Session, view: model.Table, analyzed: AnalyzedQuery, request: Request) -> Plan | None:
    """None where nothing changed."""
    bases = _bases(session, analyzed)
    known = view.materialized.base_versions if view.materialized is not None else {}
    catalog = session.engine.catalog
    watched = [t for t in bases if not _is_excluded(catalog, view, t, "excluded_refresh_tables")]
    changed = {t.id: _changed(t, known) for t in watched}
    versions = {str(t.id): {p.name: _stamp(p) for p in t.partitions} for t in bases}
    tracked = all(ref.home[0] == "default_catalog" for ref in analyzed.tables)
    everything = request.force or not tracked
    if view.partitioning.kind == "none":
        if not everything and not any(changed.values()):
            return None
        return Plan(view.partitions, view.partitions, True, {}, _names(bases), versions)
    found = view_origins(view, analyzed)
    following = {o.table.id for o in found}
    if any(names for id_, names in changed.items() if id_ not in following):
        everything = True
    if not found or makes_itself(view, found):
        if not everything and not any(changed.values()):
            return None
        return Plan([], [], True, _names(t for t in bases if t.id in following), _names(bases), versions)
    return _partitioned(session, view, analyzed, request, bases, changed, versions, everything)


def _partitioned(
    session: Session, view: model.Table, analyzed: AnalyzedQuery, request: Request, bases: list[model.Table],
    changed: dict[int, set[str]], versions: dict[str, dict[str, str]], everything: bool,
) -> Plan | None:  # fmt: skip
    following = [t for t in bases if t.id in {o.table.id for o in view_origins(view, analyzed)}]
    followed = followed_partitions(session.engine.catalog, view, analyzed)
    partitions = _living(view, _synced(view, followed, request))
    due = [p for p in partitions if _is_asked(p, request) and (everything or _is_stale(p, following, changed))]
    due = _limited(session, view, due, request)
    batch, rest = _first_batch(session, view, due, request)
    if not batch:
        return None if [p.id for p in partitions] == [p.id for p in view.partitions] else Plan(partitions, [], False)
    planned = {t.name: [p.name for p in t.partitions if any(overlap(p, b) for b in batch)] for t in following}
    read = planned | _names(t for t in bases if t not in following)
    kept = {
        str(t.id): {n: v for n, v in versions[str(t.id)].items() if t not in following or n in planned[t.name]}
        for t in bases
    }
    whole = request.complete and len(batch) == len(partitions) == len(followed)
    return Plan(partitions, batch, whole, planned, read, kept, rest)


# ---- what changed


def _bases(session: Session, analyzed: AnalyzedQuery) -> list[model.Table]:
    """The stored tables that the query reads, as they are now, below views too."""
    catalog = session.engine.catalog
    ids = {ref.table.id: None for ref in analyzed.tables if ref.table is not None and ref.home[0] == "default_catalog"}
    return [t for t in (catalog.get(model.Table, i) for i in ids) if t is not None]


def _names(tables: Iterable[model.Table]) -> dict[str, list[str]]:
    return {t.name: [p.name for p in t.partitions if not p.temporary] for t in tables}


def _stamp(partition: model.Partition) -> str:
    return f"{partition.id}:{partition.version}"


def _changed(table: model.Table, known: dict[str, dict[str, str]]) -> set[str]:
    """Names of partitions loaded since; one that was dropped changes nothing."""
    before = known.get(str(table.id), {})
    names = set()
    for partition in table.partitions:
        stamp = before.get(partition.name)
        if partition.temporary or (stamp is None and partition.version == UNLOADED):
            continue
        if stamp != _stamp(partition):
            names.add(partition.name)
    return names


def _is_excluded(catalog: Catalog, view: model.Table, table: model.Table, name: str) -> bool:
    database = catalog.get(model.Database, table.database_id)
    path = f"{database.name if database else ''}.{table.name}"
    listed = [t.strip() for t in view.properties.get(name, "").split(",") if t.strip()]
    return any(path == t or path.endswith(f".{t}") or f"default_catalog.{path}" == t for t in listed)


def is_triggered(details: model.MaterializedView) -> bool:
    """Whether loads of its base tables refresh the view."""
    return details.active and details.refresh_type == "ASYNC" and not details.refresh_every


def is_triggered_by(catalog: Catalog, view: model.Table, table: model.Table) -> bool:
    return not _is_excluded(catalog, view, table, "excluded_trigger_tables")


# ---- partitions of the view


def _synced(view: model.Table, target: list[model.Partition], request: Request) -> list[model.Partition]:
    """The wanted ones, those that exist as they are. Beyond the asked range nothing is added or dropped."""
    kept = [p for p in view.partitions if not _is_asked(p, request) or any(same_rows(p, t) for t in target)]
    fresh = [t for t in target if _is_asked(t, request) and not any(same_rows(t, p) for p in view.partitions)]
    return sorted(kept + fresh, key=_order)


def _order(partition: model.Partition) -> tuple[object, ...]:
    if partition.kind == "list":
        return tuple(sorted((v is not None, v or "") for row in partition.values for v in row))
    return comparable(partition.lower or ("",))


def _is_asked(partition: model.Partition, request: Request) -> bool:
    if request.values:
        return any(tuple(row) in partition.values for row in request.values)
    return between(partition, request.start, request.end) if request.start else True


def _is_stale(partition: model.Partition, following: list[model.Table], changed: dict[int, set[str]]) -> bool:
    return any(
        base.name in changed.get(table.id, ()) and overlap(base, partition)
        for table in following
        for base in table.partitions
    )


def _living(view: model.Table, partitions: list[model.Partition]) -> list[model.Partition]:
    """Without those that partition_ttl_number and partition_ttl let go."""
    number = int(view.properties.get("partition_ttl_number", "-1"))
    if number > 0:
        partitions = partitions[-number:]
    if period := view.properties.get("partition_ttl"):
        partitions = [p for p in partitions if not _is_expired(p, period)]
    return partitions


def _is_expired(partition: model.Partition, period: str) -> bool:
    if partition.upper is None or partition.upper[0] == MAXVALUE:
        return False
    count, unit = period_text(period).split()
    age = timedelta(seconds=int(count) * PERIODS[unit.lower().rstrip("s")])
    limit = datetime.now(timezone.utc).replace(tzinfo=None) - age
    return partition.upper[0] <= limit.isoformat(sep=" ")


def _limited(
    session: Session, view: model.Table, due: list[model.Partition], request: Request
) -> list[model.Partition]:
    """The newest ones that auto_refresh_partitions_limit allows; before 4.0 it leaves manual refreshes alone."""
    limit = int(view.properties.get("auto_refresh_partitions_limit", "-1"))
    applies = request.complete and (not request.manual or session.engine.version.at_least("4.0"))
    return due[-limit:] if limit > 0 and applies and view.partitioning.kind == "range" else due


def _first_batch(
    session: Session, view: model.Table, due: list[model.Partition], request: Request
) -> tuple[list[model.Partition], Request | None]:
    """As many as one task run refreshes, and what the next one is asked; a synchronous refresh is not cut."""
    number = _batch_size(session, view, len(due))
    if request.sync or number <= 0 or len(due) <= number:
        return due, None
    batch, others = due[:number], due[number:]
    rest = Request(request.force, manual=request.manual, priority=request.priority or HIGHER)
    if view.partitioning.kind == "list":
        rest.values = tuple(row for p in others for row in p.values)
    else:
        rest.start = (others[0].lower or ("",))[0]
        rest.end = (others[-1].upper or ("",))[0]
    return batch, rest


def _batch_size(session: Session, view: model.Table, due: int) -> int:
    given = view.properties.get("partition_refresh_number")
    if given is not None:
        return int(given)
    if not session.engine.version.at_least("3.3"):
        return -1
    return math.ceil(due / SLICES) if due > MANY else 1
