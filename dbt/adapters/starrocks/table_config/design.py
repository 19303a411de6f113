"""The whole design of a table: read from a model, checked before any SQL, compared with a table that exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dbt.adapters.base.relation import BaseRelation

from dbt.adapters.starrocks.column import StarRocksColumn, type_text
from dbt.adapters.starrocks.metadata import ExistingTable
from dbt.adapters.starrocks.table_config.columns import (
    ColumnDefinition,
    ColumnNames,
    Supports,
    define_columns,
    in_order,
)
from dbt.adapters.starrocks.table_config.constraints import (
    Promises,
    declared_constraints,
    is_requested,
    not_null_of,
    optimizer_changes,
    optimizer_properties,
    primary_key_of,
    promises,
)
from dbt.adapters.starrocks.table_config.distribution import Distribution, parse_distribution
from dbt.adapters.starrocks.table_config.indexes import Index, parse_indexes
from dbt.adapters.starrocks.table_config.keys import Keys, parse_keys
from dbt.adapters.starrocks.table_config.legacy import translated
from dbt.adapters.starrocks.table_config.order_by import parse_order_by
from dbt.adapters.starrocks.table_config.partition import (
    Partitioning,
    columns_read,
    parse_external_partitioning,
    parse_partitioning,
)
from dbt.adapters.starrocks.table_config.properties import (
    check_properties,
    complete_properties,
    property_differences,
    read_properties,
)
from dbt.adapters.starrocks.table_config.stored_partitions import partition_differences
from dbt.adapters.starrocks.table_config.values import mapping, refuse

INTERNAL_CATALOG = "default_catalog"


@dataclass(frozen=True)
class TableDesign:
    """`columns` are in the table's order; `notices` are lines for the user about old spellings; `optimizer` are
    properties that are set when the table bears its name.

    `internal` is false in a catalog of another system (Iceberg, Hive), whose tables have columns, partitions and
    properties only."""

    columns: tuple[ColumnDefinition, ...]
    keys: Keys = field(default_factory=lambda: Keys("DUPLICATE", ()))
    partitioning: Partitioning | None = None
    distribution: Distribution | None = None
    order_by: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    optimizer: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    notices: tuple[str, ...] = ()
    promises: Promises = field(default_factory=Promises)
    internal: bool = True

    @property
    def fill_columns(self) -> tuple[ColumnDefinition, ...]:
        """Those that the model's query gives, in the table's order: the column list of the INSERT."""
        return tuple(column for column in self.columns if column.filled)

    @property
    def primary_key(self) -> tuple[str, ...]:
        return self.keys.columns if self.keys.table_type == "PRIMARY" else ()

    @classmethod
    def from_model(
        cls,
        model: Mapping[str, Any],
        columns: Sequence[StarRocksColumn],
        supports: Supports,
        defaults: Mapping[str, Any] | None = None,
    ) -> TableDesign:
        """`columns` describe the model's query; `defaults` hold where the model's config is silent."""
        given = {key: value for key, value in (model.get("config") or {}).items() if value is not None}
        config, notices = translated({**(defaults or {}), **given})
        build = _internal if _is_internal(model) else _external
        design = build(model, config, columns, supports)
        return replace(design, comment=_comment(model), notices=notices)

    def check_replaceable(self, relation: BaseRelation) -> None:
        """The server exchanges its own tables only, and overwriting others may leave partitions as they were."""
        if not self.internal:
            refuse(
                "database",
                relation.database,
                f"{relation} is there already, and nothing can take its place in an external catalog",
                "Add rows with `incremental_strategy: append` or `on_table_exists: append`, keep it with "
                "`on_table_exists: ignore`, or build the model in `default_catalog` and hand it over with a post_hook.",
            )

    def optimizer_changes(self, existing: ExistingTable) -> dict[str, str]:
        """What of `optimizer` a table that keeps its place must still be told."""
        return optimizer_changes(self.optimizer, existing.properties)

    def differences(self, existing: ExistingTable) -> list[str]:
        """What an existing table has otherwise; empty where the model's rows may replace its rows in place."""
        found = _column_differences(self.columns, existing)
        if not self.internal:
            return found
        found += _key_differences(self.keys, existing)
        found += partition_differences(self.partitioning, existing)
        found += _distribution_differences(self.distribution, existing)
        if self.order_by and self.order_by != existing.sort_key:
            found.append(f"order_by: {_listed(existing.sort_key)} -> {_listed(self.order_by)}")
        return found + property_differences(self.properties, existing.properties)


def _is_internal(model: Mapping[str, Any]) -> bool:
    return (model.get("database") or INTERNAL_CATALOG) == INTERNAL_CATALOG


def _comment(model: Mapping[str, Any]) -> str:
    persisted = ((model.get("config") or {}).get("persist_docs") or {}).get("relation")
    return (model.get("description") or "") if persisted else ""


def _internal(
    model: Mapping[str, Any], config: Mapping[str, Any], described: Sequence[StarRocksColumn], supports: Supports
) -> TableDesign:
    options = mapping("column_options", config.get("column_options"))
    columns = define_columns(described, model, options, supports)
    known = ColumnNames(columns)
    constraints = declared_constraints(model)
    given = read_properties(config)

    primary_key = known.resolve("constraints", primary_key_of(constraints))
    partition_columns = columns_read(config.get("partition_by"), known)
    keys = parse_keys(config, primary_key, columns, partition_columns, supports)
    columns = _not_null(columns, keys, known.resolve("constraints", not_null_of(constraints)))
    columns = in_order(columns, keys.leading)

    distribution = parse_distribution(config, columns, keys)
    indexes = parse_indexes(config, columns, keys, supports)
    properties = complete_properties(given, indexes.bloom_columns)
    check_properties(properties, keys, distribution, supports)
    return TableDesign(
        columns=tuple(columns),
        keys=keys,
        partitioning=parse_partitioning(config, columns, keys, properties, supports),
        distribution=distribution,
        order_by=parse_order_by(config, columns, keys, supports),
        indexes=indexes.listed,
        properties=properties,
        optimizer=optimizer_properties(config, given, constraints, known),
        promises=promises(constraints, keys, is_requested(config)),
    )


def _not_null(columns: Sequence[ColumnDefinition], keys: Keys, constrained: Sequence[str]) -> list[ColumnDefinition]:
    """A PRIMARY KEY says it of its columns; the server would too, but not every version where the column says NULL."""
    forced = {*(keys.columns if keys.table_type == "PRIMARY" else ()), *constrained}
    return [replace(column, not_null=True) if column.name in forced else column for column in columns]


def _external(
    model: Mapping[str, Any], config: Mapping[str, Any], described: Sequence[StarRocksColumn], supports: Supports
) -> TableDesign:
    """Partition columns go last: tables of other systems keep them behind the others."""
    columns = define_columns(described, model, {}, supports)
    partitioning = parse_external_partitioning(config, columns)
    last = partitioning.parts if partitioning else ()
    front = [column for column in columns if column.name not in last]
    return TableDesign(
        columns=tuple(front + [column for name in last for column in columns if column.name == name]),
        partitioning=partitioning,
        properties=read_properties(config),
        internal=False,
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _column_differences(columns: Sequence[ColumnDefinition], existing: ExistingTable) -> list[str]:
    wanted = [column.name for column in columns]
    present = [column.name for column in existing.visible_columns]
    if wanted != present:
        return [f"columns: {_listed(present)} -> {_listed(wanted)}"]
    found = []
    for column, before in zip(columns, existing.visible_columns, strict=True):
        if type_text(before.data_type) != type_text(column.data_type):
            found.append(f"column {column.name}: {before.data_type} -> {column.data_type}")
        elif before.nullable == column.not_null:
            found.append(f"column {column.name}: {'now NOT NULL' if column.not_null else 'now nullable'}")
    return found


def _key_differences(keys: Keys, existing: ExistingTable) -> list[str]:
    found = []
    if keys.table_type != existing.key_model:
        found.append(f"table_type: {existing.key_model} -> {keys.table_type}")
    if keys.columns and keys.columns != existing.keys:
        found.append(f"keys: {_listed(existing.keys)} -> {_listed(keys.columns)}")
    return found


def _distribution_differences(distribution: Distribution | None, existing: ExistingTable) -> list[str]:
    if distribution is None:
        return []
    found = []
    if distribution.columns != existing.distribution_columns:
        found.append(f"distributed_by: {_listed(existing.distribution_columns)} -> {_listed(distribution.columns)}")
    if distribution.buckets and distribution.buckets != existing.buckets:
        found.append(f"buckets: {existing.buckets} -> {distribution.buckets}")
    return found
