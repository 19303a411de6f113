"""The partitions of a materialized view follow those of the base tables that its partition column comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.partitions import MAXVALUE, NAME_FORMATS, add_period, comparable, period_start
from starrocks_embedded.errors import unsupported
from starrocks_embedded.statements.materialized_views.lineage import Origin, origins

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.catalog.store import Catalog

Bounds = tuple[str, str]
Key = tuple[tuple[int, Any], ...]


def followed_partitions(catalog: Catalog, view: model.Table, analyzed: AnalyzedQuery) -> list[model.Partition]:
    """Those that the view should have by now: its base tables' own, or their ranges widened to whole periods. None
    where they are made from the values that come."""
    found = view_origins(view, analyzed)
    kept = [p for base in _tables(found) for p in base.partitions if not p.temporary]
    unit = view_unit(view, found)
    if unit:
        return _widened(catalog, kept, unit)
    if makes_itself(view, found):
        return []
    distinct: list[model.Partition] = []
    for partition in kept:
        if any(same_rows(partition, other) for other in distinct):
            continue
        if any(overlap(partition, other) for other in distinct):
            raise unsupported("A materialized view over tables whose partitions overlap without being the same")
        distinct.append(partition)
    buckets = view.distribution.buckets
    return [replace(p, id=catalog.new_id(), version=1, buckets=buckets, properties={}) for p in distinct]


def view_origins(view: model.Table, analyzed: AnalyzedQuery) -> list[Origin]:
    """Where the values of its first partition column come from."""
    names = [c.name for c in sorted(view.columns, key=lambda c: c.id)]
    found = origins(analyzed.query, names.index(view.partitioning.columns[0]))
    return [o for o in found if o.partitions]


def view_unit(view: model.Table, found: list[Origin]) -> str:
    """The unit of its date_trunc, in PARTITION BY or in the query; lists are never widened."""
    if view.partitioning.kind != "range":
        return ""
    unit = re.match(r"date_trunc\('(\w+)'", view.partitioning.exprs[0])
    return unit[1].lower() if unit else next((o.unit for o in found if o.unit), "")


def makes_itself(view: model.Table, found: list[Origin]) -> bool:
    """Lists over several columns, or over another number than the base table's, come with the values."""
    return view.partitioning.kind == "list" and any(
        len(o.table.partitioning.columns) != 1 or len(view.partitioning.columns) != 1 for o in found
    )


def _tables(found: list[Origin]) -> list[model.Table]:
    return list({o.table.id: o.table for o in found}.values())


def same_rows(one: model.Partition, other: model.Partition) -> bool:
    if one.kind == "list" or other.kind == "list":
        return set(one.values) == set(other.values)
    return _range(one) == _range(other)


def overlap(one: model.Partition, other: model.Partition) -> bool:
    if one.kind == "list" or other.kind == "list":
        return bool(set(one.values) & set(other.values))
    (low, high), (start, end) = _range(one), _range(other)
    return low < end and start < high


def between(partition: model.Partition, start: str, end: str) -> bool:
    """Whether the range has values from `start` up to `end`."""
    low, high = _range(partition)
    return low < _bound((end,)) and _bound((start,)) < high


def _range(partition: model.Partition) -> tuple[Key, Key]:
    return _bound(partition.lower), _bound(partition.upper)


def _bound(values: tuple[str, ...] | None) -> Key:
    """As something to compare: a date is its midnight."""
    return comparable(tuple(v.removesuffix(" 00:00:00") for v in values or ("",)))


def _widened(catalog: Catalog, partitions: list[model.Partition], unit: str) -> list[model.Partition]:
    merged: list[Bounds] = []
    for low, high in sorted(_period(p, unit) for p in partitions if p.lower and p.upper):
        if merged and low < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return [
        model.Partition(catalog.new_id(), f"p{_name(low, unit)}_{_name(high, unit)}", "range", (low,), (high,))
        for low, high in merged
    ]


def _period(partition: model.Partition, unit: str) -> Bounds:
    """A range's bounds, moved out to the bounds of periods."""
    assert partition.lower is not None
    assert partition.upper is not None
    low, high = partition.lower[0], partition.upper[0]
    begin = low if low.startswith("0000") else _written(period_start(_moment(low), unit), low)
    if high == MAXVALUE:
        return begin, high
    end = period_start(_moment(high), unit)
    return begin, _written(end if end == _moment(high) else add_period(end, unit, 1), high)


YEAR_ZERO = "0400"  # stands for the year 0, which Python does not have; a leap year, too


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(YEAR_ZERO + text[4:] if text.startswith("0000") else text)


def _written(at: datetime, like: str) -> str:
    """As long as the bound that it stands for: a date or a moment."""
    text = at.isoformat(sep=" ")[: len(like)]
    return f"{int(text[:4]) - int(YEAR_ZERO):04d}{text[4:]}" if like.startswith("0000") else text


def _name(bound: str, unit: str) -> str:
    if bound == MAXVALUE:
        return bound
    if bound.startswith("000"):
        return bound.replace("-", "")[: {"year": 4, "month": 6, "quarter": 6}.get(unit, 8)]
    form = NAME_FORMATS["month" if unit == "quarter" else unit if unit in NAME_FORMATS else "day"]
    return _moment(bound).strftime(form)
