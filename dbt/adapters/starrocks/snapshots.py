"""What a snapshot's table looks like, and what a run writes into it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dbt.adapters.starrocks.column import NESTED, StarRocksColumn
from dbt.adapters.starrocks.credentials import DEFAULT_CATALOG
from dbt.adapters.starrocks.describe import WireColumn
from dbt.adapters.starrocks.metadata import ExistingTable
from dbt.adapters.starrocks.schema_change import casts
from dbt.adapters.starrocks.table_config import TableDesign
from dbt.adapters.starrocks.table_config.columns import ColumnDefinition, ColumnNames
from dbt.adapters.starrocks.table_config.legacy import translated
from dbt.adapters.starrocks.table_config.partition import columns_read
from dbt.adapters.starrocks.table_config.values import mapping, names, refuse, unquoted

# room for the hash, and for that of an adapter with a longer one
ID_TYPE = "varchar(64)"
TIMES = ("dbt_valid_from", "dbt_valid_to", "dbt_updated_at")


# --- the table


def keyed_model(
    model: Mapping[str, Any], columns: Sequence[StarRocksColumn], meta: Mapping[str, str]
) -> dict[str, Any]:
    """The model as a PRIMARY KEY table on the version's id, which any partition column has to be part of."""
    if (model.get("database") or DEFAULT_CATALOG) != DEFAULT_CATALOG:
        refuse(
            "database", model["database"], "a snapshot needs a PRIMARY KEY table", f"Choose `{DEFAULT_CATALOG}` for it."
        )
    config, _ = translated({key: value for key, value in model["config"].items() if value is not None})
    known = ColumnNames(ColumnDefinition(column.name, column.data_type) for column in columns)
    partitioned = columns_read(config.get("partition_by"), known)
    keys = names("keys", config.get("keys")) or (meta["dbt_scd_id"], *partitioned)
    _check_keys(config, keys, meta)
    own = {
        "table_type": "PRIMARY",
        "keys": list(dict.fromkeys(keys)),
        "distributed_by": config.get("distributed_by") or [meta["dbt_scd_id"]],
        "column_options": _column_options(config, columns, meta),
        # dbt enforces none on snapshots, whose own columns no contract names
        "contract": {"enforced": False},
    }
    return {**model, "config": {**model["config"], **own}}


def _check_keys(config: Mapping[str, Any], keys: Sequence[str], meta: Mapping[str, str]) -> None:
    wish = str(config.get("table_type") or "PRIMARY")
    if not wish.strip().upper().startswith("PRIMARY"):
        refuse("table_type", wish, "a run of a snapshot is an upsert, which needs a PRIMARY KEY table", "Remove it.")
    lowered = {key.lower() for key in keys}
    if meta["dbt_scd_id"].lower() not in lowered:
        refuse(
            "keys",
            tuple(keys),
            f"versions are told apart by `{meta['dbt_scd_id']}`, and without it one would replace another",
            "Remove `keys`, or add it.",
        )
    if meta["dbt_valid_to"].lower() in lowered:
        refuse(
            "partition_by" if "partition_by" in config else "keys",
            meta["dbt_valid_to"],
            "it changes when a version ends, and a key stays what it is",
            f"Take `{meta['dbt_valid_from']}`.",
        )


def _column_options(
    config: Mapping[str, Any], columns: Iterable[StarRocksColumn], meta: Mapping[str, str]
) -> dict[str, Any]:
    """A key has the length of a hash, not of any string. A deletion has a time, even where the rows have dates only."""
    options = dict(mapping("column_options", config.get("column_options")))
    spelled = {unquoted(name).lower(): name for name in options}
    times = [meta[time].lower() for time in TIMES]
    for column in columns:
        wanted = ID_TYPE if column.name.lower() == meta["dbt_scd_id"].lower() else None
        if column.name.lower() in times and column.dtype == "date":
            wanted = "datetime"
        if wanted:
            name = spelled.get(column.name.lower(), column.name)
            options[name] = {"data_type": wanted, **mapping(f"column_options.{name}", options.get(name))}
    return options


def takes_upserts(table: ExistingTable, meta: Mapping[str, str]) -> bool:
    """Whether an upsert replaces a version by itself, and by nothing else."""
    keys = {key.lower() for key in table.keys}
    told_apart = meta["dbt_scd_id"].lower() in keys and meta["dbt_valid_to"].lower() not in keys
    return table.key_model == "PRIMARY" and told_apart


def successor(design: TableDesign, existing: ExistingTable, comment: str) -> TableDesign:
    """The design, with the comments of the table whose rows move there."""
    texts = {column.name: column.comment for column in existing.columns}
    columns = tuple(replace(c, comment=c.comment or texts.get(c.name, "")) for c in design.columns)
    return replace(design, columns=columns, comment=design.comment or comment)


def keep_all_statement(target: str, columns: Sequence[StarRocksColumn], meta: Mapping[str, str]) -> str:
    """Gives each version an id of its own where several share one, and loses none."""
    key = f"`{meta['dbt_scd_id']}`"
    listed = ", ".join(column.quoted for column in columns)
    values = [
        f"if(`dbt_nth` = 1, {key}, md5(concat({key}, '|', `dbt_nth`)))"
        if column.name.lower() == meta["dbt_scd_id"].lower()
        else column.quoted
        for column in columns
    ]
    order = ", ".join(f"`{meta[name]}`" for name in ("dbt_valid_from", "dbt_valid_to"))
    return (
        f"insert overwrite {target} ({listed}) select {', '.join(values)} from (select *, "
        f"row_number() over (partition by {key} order by {order}) as `dbt_nth` from {target}) as `dbt_history`"
    )


def missing_in(found: Iterable[StarRocksColumn], names: Collection[str]) -> list[StarRocksColumn]:
    """As a table has them: a string has room for what comes later."""
    return [
        StarRocksColumn(column.name, "string") if column.is_string() else column
        for column in found
        if column.name.lower() not in names
    ]


# --- the rows


@dataclass(frozen=True)
class Write:
    """A column of the upsert. `given`: a new version has a value; `cast`: to this type, `checked` where it may fail."""

    column: StarRocksColumn
    given: bool
    cast: str = ""
    checked: bool = False


def writes(
    stored: Iterable[StarRocksColumn], wire: Sequence[WireColumn], meta: Mapping[str, str], hard_deletes: str
) -> list[Write]:
    """What vanished from the query is null in new versions."""
    found = {column.name.lower(): column for column in wire}
    own = {name.lower() for key, name in meta.items() if key != "dbt_is_deleted" or hard_deletes == "new_record"}
    return [_write(column, found, own) for column in stored if not column.generated]


def _write(column: StarRocksColumn, found: Mapping[str, WireColumn], own: Collection[str]) -> Write:
    """A new value is cast where it would drag the stored ones into a third type, and so change what is done."""
    new = found.get(column.name.lower())
    if new is None:
        return Write(column, given=column.name.lower() in own)
    if column.dtype.startswith(NESTED):
        return Write(column, given=True, cast=column.data_type)
    if new.may_be(column.data_type) or new.dtype is None:
        return Write(column, given=True)
    cast = casts([column], [StarRocksColumn.from_description(column.name, new.dtype)]).get(column.name, "")
    return Write(column, given=True, cast=cast, checked=bool(cast))
