"""`order_by`: the sort key, where it is another than the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.table_config.columns import ColumnDefinition, ColumnNames, Supports
from dbt.adapters.starrocks.table_config.keys import NO_KEY_KINDS, PRIMARY_KEY_KINDS, Keys
from dbt.adapters.starrocks.table_config.values import names, refuse

PRIMARY_SORT_KINDS = (*PRIMARY_KEY_KINDS, "varbinary")
UNSORTABLE = tuple(kind for kind in NO_KEY_KINDS if kind != "json")


def parse_order_by(
    config: Mapping[str, Any], columns: Sequence[ColumnDefinition], keys: Keys, supports: Supports
) -> tuple[str, ...]:
    asked = names("order_by", config.get("order_by"))
    if not asked:
        return ()
    for part in asked:
        if part.lower().endswith((" desc", " asc")):
            refuse("order_by", part, "a sort key has no direction", "Write the column's name alone.")
    known = ColumnNames(columns)
    named = known.resolve("order_by", asked)
    if keys.table_type != "PRIMARY" and not supports(Feature.ORDER_BY_ALL_TABLE_TYPES):
        refuse(
            "order_by",
            named,
            f"on a {keys.table_type} KEY table it needs StarRocks {Feature.ORDER_BY_ALL_TABLE_TYPES.since} or newer",
            "Put the sort columns into `keys`, or take `table_type: PRIMARY`.",
        )
    if keys.table_type in ("UNIQUE", "AGGREGATE") and set(named) != set(keys.columns):
        refuse(
            "order_by",
            named,
            f"a {keys.table_type} KEY table is sorted by exactly its keys, in any order",
            f"Its keys are: {', '.join(keys.columns)}.",
        )
    for name in named:
        _check_type(known.find("order_by", name), keys)
    return named


def _check_type(column: ColumnDefinition, keys: Keys) -> None:
    if keys.table_type == "PRIMARY" and column.kind not in PRIMARY_SORT_KINDS:
        accepted = ", ".join(PRIMARY_SORT_KINDS)
        refuse(
            "order_by",
            column.name,
            f"it is {column.data_type}, and a PRIMARY KEY table sorts by {accepted}",
            "Cast it.",
        )
    if column.kind in UNSORTABLE or column.generated:
        what = "a generated column" if column.generated else column.data_type
        refuse("order_by", column.name, f"a table cannot be sorted by {what}", "Choose another column.")
