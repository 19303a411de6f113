"""`table_type` and `keys`: which of the four models a table has, and by which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.table_config.columns import SKETCHES, ColumnDefinition, ColumnNames, Supports
from dbt.adapters.starrocks.table_config.values import choice, names, one_of, refuse

TABLE_TYPES = ("DUPLICATE", "PRIMARY", "UNIQUE", "AGGREGATE")
PRIMARY_KEY_KINDS = (
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "largeint",
    "varchar",
    "string",
    "date",
    "datetime",
)
NO_KEY_KINDS = ("float", "double", "json", "array", "map", "struct", "variant", *SKETCHES)
# strategies that write by the key of a PRIMARY KEY table
UPSERTING = (None, "default", "merge")


@dataclass(frozen=True)
class Keys:
    """`columns` is empty where the server may derive the key of a DUPLICATE table from the leading columns."""

    table_type: str
    columns: tuple[str, ...]
    leading: tuple[str, ...] = ()

    @property
    def unique(self) -> bool:
        return self.table_type != "DUPLICATE"


def parse_keys(
    config: Mapping[str, Any],
    primary_key: Sequence[str],
    columns: Sequence[ColumnDefinition],
    partition_columns: Sequence[str],
    supports: Supports,
) -> Keys:
    """`primary_key`: the contract's constraint."""
    known = ColumnNames(columns)
    table_type = _table_type(config, primary_key, columns)
    option, wanted = _named(config, table_type, primary_key, columns)
    named = known.resolve(option, wanted)
    _check_aggregates(table_type, named, columns)
    for name in named:
        _check_key_column(option, table_type, known.find(option, name), supports)
    if named:
        return Keys(table_type, named, _without_doubles([*named, *partition_columns]))
    return _derived(columns, partition_columns, supports)


def _table_type(config: Mapping[str, Any], primary_key: Sequence[str], columns: Sequence[ColumnDefinition]) -> str:
    if config.get("table_type") is not None:
        word = str(config["table_type"]).strip().upper().removesuffix("KEY").removesuffix("_").strip()
        return choice("table_type", {"DUP": "DUPLICATE", "AGG": "AGGREGATE"}.get(word, word), TABLE_TYPES, "table type")
    if primary_key or _is_upserted(config):
        return "PRIMARY"
    return "AGGREGATE" if any(column.aggregate for column in columns) else "DUPLICATE"


def _is_upserted(config: Mapping[str, Any]) -> bool:
    """An incremental model with a unique key is merged, which is what a PRIMARY KEY table is for."""
    upserting = config.get("incremental_strategy") in UPSERTING
    return config.get("materialized") == "incremental" and bool(config.get("unique_key")) and upserting


def _named(
    config: Mapping[str, Any], table_type: str, primary_key: Sequence[str], columns: Sequence[ColumnDefinition]
) -> tuple[str, tuple[str, ...]]:
    """The key, and the config that says it."""
    if config.get("keys"):
        return "keys", names("keys", config["keys"])
    if table_type == "DUPLICATE":
        return "keys", ()
    if table_type == "AGGREGATE":
        return "keys", tuple(column.name for column in columns if not column.aggregate and not column.generated)
    if primary_key:
        return "primary_key", tuple(primary_key)
    if config.get("unique_key"):
        return "unique_key", names("unique_key", config["unique_key"])
    refuse(
        "table_type",
        table_type,
        f"a {table_type} KEY table needs its key",
        "Add `keys: [column, …]`, or `unique_key` to an incremental model.",
    )


def _check_key_column(option: str, table_type: str, column: ColumnDefinition, supports: Supports) -> None:
    if column.generated:
        refuse(option, column.name, "a generated column cannot be a key", "Choose columns that the query gives.")
    if table_type == "PRIMARY" and column.kind not in PRIMARY_KEY_KINDS:
        refuse(
            option,
            column.name,
            f"it is {column.data_type}, and a PRIMARY KEY takes only {', '.join(PRIMARY_KEY_KINDS)}",
            "Cast it, or take `table_type: UNIQUE` or DUPLICATE.",
        )
    if not can_be_key(column, supports):
        refuse(option, column.name, f"a key cannot be {column.data_type}", "Choose other columns, or cast it.")


def can_be_key(column: ColumnDefinition, supports: Supports) -> bool:
    if column.kind == "varbinary":
        return supports(Feature.BINARY_KEYS)
    return column.kind not in NO_KEY_KINDS and not column.generated and not column.aggregate


def _check_aggregates(table_type: str, keys: Sequence[str], columns: Sequence[ColumnDefinition]) -> None:
    for column in columns:
        where = f"column_options.{column.name}.aggregate"
        if column.aggregate and table_type != "AGGREGATE":
            refuse(
                where, column.aggregate, f"a {table_type} KEY table aggregates nothing", "Set `table_type: AGGREGATE`."
            )
        if column.aggregate and column.name in keys:
            refuse(where, column.aggregate, "the column is a key, which is not aggregated", "Remove one of the two.")
        if table_type == "AGGREGATE" and not column.aggregate and column.name not in keys:
            _refuse_plain_value(column)
        if column.kind in SKETCHES:
            _check_sketch(table_type, column)


def _refuse_plain_value(column: ColumnDefinition) -> None:
    rule = "an AGGREGATE KEY table has no generated columns"
    if not column.generated:
        rule = "each column of an AGGREGATE KEY table is a key or has an aggregate"
    way_out = f"Expected `column_options: {{{column.name}: {{aggregate: sum}}}}`, or min, max, replace, …"
    refuse("keys", column.name, rule, way_out)


def _check_sketch(table_type: str, column: ColumnDefinition) -> None:
    if column.aggregate:
        return
    allowed = {"bitmap": ("PRIMARY", "UNIQUE"), "percentile": ("PRIMARY",)}.get(column.kind, ())
    if table_type not in allowed:
        refuse(
            "table_type",
            table_type,
            f"column `{column.name}` is a {column.kind}, which it stores only with an aggregate",
            one_of(
                [*allowed, f"AGGREGATE with `column_options: {{{column.name}: {{aggregate: {column.kind}_union}}}}`"]
            ),
        )


def _derived(columns: Sequence[ColumnDefinition], partition_columns: Sequence[str], supports: Supports) -> Keys:
    """A DUPLICATE table without keys: the server takes the leading columns, so the first one must be able to lead."""
    given = ColumnNames(columns)
    leading = [name for name in partition_columns if can_be_key(given.find("partition_by", name), supports)]
    order = [*(given.find("", name) for name in leading), *(c for c in columns if c.name not in leading)]
    able = [column.name for column in order if can_be_key(column, supports)]
    if not able:
        refuse(
            "columns",
            tuple(f"{column.name} {column.data_type}" for column in columns),
            "a StarRocks table needs a column that can be its key, and none of these can",
            "Add one, or cast one to decimal, string or an integer.",
        )
    first = order[0].name if order[0].name in able else able[0]
    # 3.3 lets a generated column slip into the derived key and then refuses it
    explicit = (first,) if any(column.generated for column in columns) else ()
    return Keys("DUPLICATE", explicit, _without_doubles([first, *leading]))


def _without_doubles(listed: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(listed))
