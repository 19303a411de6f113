"""Every config of a model that is this adapter's own, with its type; docs/configuration.md says what each means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.protocol import AdapterConfig
from dbt_common.contracts.config.base import MergeBehavior

Names = str | list[str]


# a mapping that a model completes instead of replacing what the project says
MERGED = MergeBehavior.Update.meta()


@dataclass
class StarRocksConfig(AdapterConfig):
    """None: the model does not say. The values are read and checked where they are used."""

    # the table
    table_type: str | None = None
    keys: Names | None = None
    partition_by: Names | dict[str, Any] | None = None
    distributed_by: Names | dict[str, Any] | None = None
    buckets: int | str | None = None
    order_by: Names | None = None
    indexes: list[Any] | None = None
    properties: dict[str, Any] | None = field(default=None, metadata=MERGED)
    column_options: dict[str, Any] | None = field(default=None, metadata=MERGED)
    optimizer_constraints: bool | None = None
    on_table_exists: str | None = None
    keep_replaced_in_recycle_bin: bool | None = None
    analyze: str | bool | None = None

    # materialized views
    refresh_method: str | dict[str, Any] | None = None
    refresh_on_run: str | bool | None = None

    # incremental models
    incremental_predicates: list[str] | str | None = None
    predicates: list[str] | str | None = None
    merge_update_columns: Names | None = None
    merge_exclude_columns: Names | None = None
    merge_duplicates: str | None = None
    delete_insert_atomic: bool | None = None
    overwrite_by_value: bool | None = None
    microbatch_use_dynamic_overwrite: bool | None = None
    schema_change_timeout: int | None = None

    # the session that builds the model
    session_variables: dict[str, Any] | None = field(default=None, metadata=MERGED)
    query_timeout: int | None = None
    resource_group: str | None = None
    warehouse: str | None = None
    submit_task: bool | None = None

    # spellings of earlier adapters
    engine: str | None = None
    indexs: list[Any] | None = None
    partition_type: str | None = None
    partition_by_init: Names | None = None
    on_view_exists: str | None = None
