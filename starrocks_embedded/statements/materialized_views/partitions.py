"""The partitions of a materialized view follow those of the base table that its partition column comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.partitions import MAXVALUE, NAME_FORMATS, add_period, period_start
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.catalog.store import Catalog

Bounds = tuple[str, str]


def followed_partitions(catalog: Catalog, view: model.Table, analyzed: AnalyzedQuery) -> list[model.Partition]:
    """Those that a refresh makes: the base table's own, or its ranges widened to whole periods."""
    base, unit = _origin(view, analyzed)
    if base is None:
        return []
    kept = [p for p in base.partitions if not p.temporary]
    if unit:
        return _widened(catalog, kept, unit)
    if view.partitioning.kind == "list" and base.partitioning.columns[0] != base.partitioning.columns[-1]:
        return []  # lists over several columns are made from the values that come
    return [replace(p, id=catalog.new_id(), version=1, buckets=view.distribution.buckets, properties={}) for p in kept]


def _origin(view: model.Table, analyzed: AnalyzedQuery) -> tuple[model.Table | None, str]:
    """The base table, and the unit by which date_trunc widens its ranges."""
    names = [c.name for c in sorted(view.columns, key=lambda c: c.id)]
    body: ast.Node = analyzed.query.body
    while isinstance(body, ast.SetOperation | ast.Query):
        body = body.left if isinstance(body, ast.SetOperation) else body.body
    if not isinstance(body, ast.Select):
        return None, ""
    expression = body.items[names.index(view.partitioning.columns[0])].expr
    unit = re.match(r"date_trunc\('(\w+)'", view.partitioning.exprs[0])
    found = unit[1].lower() if unit else ""
    while not isinstance(expression, ast.ColumnRef):
        if isinstance(expression, ast.Call) and expression.name == "date_trunc" and not found:
            found = str(getattr(expression.args[0], "value", "")).lower()
        inner = [expression.operand] if isinstance(expression, ast.Cast) else getattr(expression, "args", [])
        columns = [e for e in inner if isinstance(e, ast.ColumnRef | ast.Cast | ast.Call)]
        if not columns:
            return None, ""
        expression = columns[0]
    relation = expression.slot.relation
    return (relation.table if isinstance(relation, ast.TableRef) else None), found


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
