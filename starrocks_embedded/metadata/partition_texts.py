"""Partitions and distributions as SHOW PARTITIONS and information_schema print them."""

from __future__ import annotations

import json

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.partitions import partition_types
from starrocks_embedded.types import Type

WEB_ESCAPES = {c: f"\\u{ord(c):04x}" for c in "'<>&="}


def partition_value(table: model.Table, partition: model.Partition) -> str:
    """The range or the list of values; empty for an unpartitioned table."""
    if partition.kind == "range":
        return range_text(partition, partition_types(table))
    if partition.kind == "list":
        return list_text(partition)
    return ""


def range_text(partition: model.Partition, types: tuple[Type, ...]) -> str:
    lower = _bound(partition.lower, types, "MIN")
    return f"[{lower}..{_bound(partition.upper, types, 'MAX')})"


def _bound(values: tuple[str, ...] | None, types: tuple[Type, ...], open_end: str) -> str:
    names = ", ".join(t.name.upper() for t in types)
    shown = [_key(values[i] if values and i < len(values) else None, t, open_end) for i, t in enumerate(types)]
    return f"types: [{names}]; keys: [{', '.join(shown)}]; "


def _key(value: str | None, type_: Type, open_end: str) -> str:
    if value is None:
        return smallest(type_) if open_end == "MIN" else "MAXVALUE"
    return value


def smallest(type_: Type) -> str:
    """The least key of a type, which an unbounded range starts with."""
    bits = {"tinyint": 7, "smallint": 15, "int": 31, "bigint": 63, "largeint": 127}
    if type_.name in bits:
        return str(-(2 ** bits[type_.name]))
    return {"date": "0000-01-01", "datetime": "0000-01-01 00:00:00"}.get(type_.name, "")


def list_text(partition: model.Partition) -> str:
    """[["eu"],["us"]]: one tuple per value, quotes escaped as in a web page."""
    values = [["NULL" if v is None else v for v in one] for one in partition.values]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return "".join(WEB_ESCAPES.get(c, c) for c in text)


def plain_list_text(table: model.Table, partition: model.Partition) -> str:
    """As 3.3 prints lists: ('a', 'b'), or tuples where there are several columns or nobody wrote the list."""
    values = [["'NULL'" if v is None else f"'{v}'" for v in one] for one in partition.values]
    if len(table.partitioning.columns) == 1 and not table.partitioning.automatic:
        return f"({', '.join(one[0] for one in values)})"
    tuples = ["(" + ", ".join(one) + ")" for one in values]
    return f"({', '.join(tuples)})"


def distribution_key(table: model.Table) -> str:
    return ", ".join(table.distribution.columns) if table.distribution.kind == "hash" else "ALL KEY"
