"""Every config of a model that is this adapter's own: its type, and what docs/configuration.md says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.protocol import AdapterConfig
from dbt_common.contracts.config.base import MergeBehavior

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.reference import Reference

Names = str | list[str]

TABLES, MATERIALIZED_VIEWS, INCREMENTAL = "tables", "materialized views", "incremental models"
SESSION, EARLIER = "the session that builds the model", "spellings of earlier adapters"

# a mapping that a model completes instead of replacing what the project says
MERGED = MergeBehavior.Update.meta()


def about(
    group: str,
    meaning: str,
    *,
    values: str,
    default: str,
    example: str,
    since: Mapping[str, Feature] | None = None,
) -> dict[str, Any]:
    """The metadata of a field: what the documentation says of the config."""
    return Reference(group, meaning, example, values, default, since or {}).metadata


@dataclass
class StarRocksConfig(AdapterConfig):
    """None: the model does not say. The values are read and checked where they are used."""

    table_type: str | None = field(
        default=None,
        metadata=about(
            TABLES,
            "the key model",
            values="`DUPLICATE`, `PRIMARY`, `UNIQUE`, `AGGREGATE`",
            default="`DUPLICATE`; `PRIMARY` for a merged incremental model or a `primary_key` constraint; `AGGREGATE` "
            "where a column has an aggregate",
            example="PRIMARY",
        ),
    )
    keys: Names | None = field(
        default=None,
        metadata=about(
            TABLES,
            "the key columns, in order",
            values="columns",
            default="the server's choice for `DUPLICATE`; `unique_key` or the `primary_key` constraint for `PRIMARY` "
            "and `UNIQUE`; the columns without an aggregate for `AGGREGATE`",
            example="[id, region]",
        ),
    )
    partition_by: Names | dict[str, Any] | None = field(
        default=None,
        metadata=about(
            TABLES,
            "how rows are cut into partitions",
            values="columns, expressions, or a mapping: [shapes](#partition_by)",
            default="not partitioned",
            example="[\"date_trunc('day', ordered_on)\"]",
            since={"several or any expressions": Feature.PARTITION_EXPRESSIONS},
        ),
    )
    distributed_by: Names | dict[str, Any] | None = field(
        default=None,
        metadata=about(
            TABLES,
            "how rows spread over tablets",
            values="columns, or `random` (`DUPLICATE` only)",
            default="`random`; by the keys for the other types",
            example="[id]",
        ),
    )
    buckets: int | str | None = field(
        default=None,
        metadata=about(TABLES, "tablets per partition", values="a number, or `auto`", default="`auto`", example="8"),
    )
    order_by: Names | None = field(
        default=None,
        metadata=about(
            TABLES,
            "the sort key, where it is another than the key",
            values="columns; for `UNIQUE` and `AGGREGATE` the keys in another order",
            default="the keys",
            example="[sold_at, region]",
            since={"other than `PRIMARY`": Feature.ORDER_BY_ALL_TABLE_TYPES},
        ),
    )
    indexes: list[Any] | None = field(
        default=None,
        metadata=about(
            TABLES,
            "indexes beside the key",
            values="a list of mappings: [settings](#indexes)",
            default="none",
            example="[{columns: [region], type: bitmap}]",
            since={"`ngrambf`, `gin`": Feature.TEXT_INDEXES, "`vector`": Feature.VECTOR_INDEXES},
        ),
    )
    properties: dict[str, Any] | None = field(
        default=None,
        metadata=MERGED
        | about(
            TABLES,
            "StarRocks' table properties; a model's add to those of the project",
            values="a mapping of names to texts, numbers or booleans",
            default="none",
            example="{replication_num: 1, compression: zstd}",
        ),
    )
    column_options: dict[str, Any] | None = field(
        default=None,
        metadata=MERGED
        | about(
            TABLES,
            "what the table says of single columns; a model's add to those of the project",
            values="a mapping of columns to options: [options](#column_options)",
            default="none",
            example="{region: {default: unknown, nullable: false}}",
        ),
    )
    optimizer_constraints: bool | None = field(
        default=None,
        metadata=about(
            TABLES,
            "tell the optimizer of the contract's `unique` and `foreign_key` constraints. It believes them: data that "
            "break them give wrong answers",
            values="`true`, `false`",
            default="`false`",
            example="true",
        ),
    )
    on_table_exists: str | None = field(
        default=None,
        metadata=about(
            TABLES,
            "what a table model does where its table is there",
            values="`replace`, `append`, `ignore`",
            default="`replace`",
            example="append",
        ),
    )
    keep_replaced_in_recycle_bin: bool | None = field(
        default=None,
        metadata=about(
            TABLES,
            "drop replaced tables without FORCE, so that `RECOVER` finds them for a day",
            values="`true`, `false`",
            default="`false`",
            example="true",
        ),
    )
    analyze: str | bool | None = field(
        default=None,
        metadata=about(
            TABLES,
            "collect statistics as soon as the table is built",
            values="`full`, `sample`, `false`",
            default="`false`",
            example="sample",
        ),
    )

    refresh_method: str | dict[str, Any] | None = field(
        default=None,
        metadata=about(
            MATERIALIZED_VIEWS,
            "when the server refreshes it by itself",
            values="`manual`, `async`, `async every(interval 1 hour)`, `async start('…') every(interval 1 day)`; a "
            "mapping `{start, every}`",
            default="`manual`",
            example="async every(interval 1 hour)",
        ),
    )
    refresh_on_run: str | bool | None = field(
        default=None,
        metadata=about(
            MATERIALIZED_VIEWS,
            "what each run of dbt does about its rows",
            values="`sync`, `async`, `none`",
            default="`sync` for manual ones, else `none`",
            example="async",
        ),
    )

    incremental_predicates: list[str] | str | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "conditions on the stored rows that a run may touch",
            values="SQL texts",
            default="none",
            example="[\"DBT_INTERNAL_DEST.ordered_on > '2024-01-01'\"]",
        ),
    )
    predicates: list[str] | str | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "the same, by its old name",
            values="SQL texts",
            default="none",
            example="[\"region = 'de'\"]",
        ),
    )
    merge_update_columns: Names | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "columns that a merge overwrites in rows that are there",
            values="columns",
            default="all",
            example="[amount]",
        ),
    )
    merge_exclude_columns: Names | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "columns that a merge leaves as they are",
            values="columns",
            default="none",
            example="[sold_at]",
        ),
    )
    merge_duplicates: str | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "what happens to several new rows with one key: the last is kept, or the statement fails",
            values="`last`, `fail`",
            default="`last`",
            example="fail",
        ),
    )
    delete_insert_atomic: bool | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "`false` sends DELETE and INSERT as two statements: fast on huge tables, not atomic",
            values="`true`, `false`",
            default="`true`",
            example="false",
        ),
    )
    overwrite_by_value: bool | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "`true` replaces each partition by a statement of its own where the server has no dynamic overwrite: not "
            "atomic over several",
            values="`true`, `false`",
            default="`false`",
            example="true",
        ),
    )
    microbatch_use_dynamic_overwrite: bool | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "`true` writes batches over several partitions with dynamic overwrite. Where that would cost rows it has "
            "no effect, and the run says so",
            values="`true`, `false`",
            default="`false`",
            example="true",
            since={"": Feature.DYNAMIC_OVERWRITE},
        ),
    )
    schema_change_timeout: int | None = field(
        default=None,
        metadata=about(
            INCREMENTAL,
            "seconds to wait for an ALTER of the columns",
            values="a number above 0",
            default="3600",
            example="7200",
        ),
    )

    session_variables: dict[str, Any] | None = field(
        default=None,
        metadata=MERGED
        | about(
            SESSION,
            "StarRocks' session variables; a model's add to those of the project",
            values="a mapping of names to values",
            default="the profile's",
            example="{pipeline_dop: 8}",
        ),
    )
    query_timeout: int | None = field(
        default=None,
        metadata=about(
            SESSION,
            "seconds for queries and loads",
            values="a number above 0",
            default="the profile's",
            example="3600",
        ),
    )
    resource_group: str | None = field(
        default=None,
        metadata=about(
            SESSION, "the resource group to run in", values="its name", default="the profile's", example="etl"
        ),
    )
    warehouse: str | None = field(
        default=None,
        metadata=about(
            SESSION,
            "the warehouse to run in (shared-data clusters)",
            values="its name",
            default="the profile's",
            example="nightly",
        ),
    )
    submit_task: bool | None = field(
        default=None,
        metadata=about(
            SESSION,
            "`true` runs the model's loads as tasks of the server, which outlive a lost connection",
            values="`true`, `false`",
            default="the profile's `is_async`",
            example="true",
        ),
    )

    engine: str | None = field(
        default=None,
        metadata=about(
            EARLIER, "nothing: every table is one of StarRocks' own", values="`OLAP`", default="none", example="OLAP"
        ),
    )
    indexs: list[Any] | None = field(
        default=None,
        metadata=about(
            EARLIER, "`indexes`", values="a list of `{columns}`", default="none", example="[{columns: region}]"
        ),
    )
    partition_type: str | None = field(
        default=None,
        metadata=about(
            EARLIER,
            "seen in `partition_by`, or its `type`",
            values="`RANGE`, `LIST`, `Expr`",
            default="none",
            example="Expr",
        ),
    )
    partition_by_init: Names | None = field(
        default=None,
        metadata=about(
            EARLIER,
            "`partitions` of `partition_by`",
            values="partitions as SQL",
            default="none",
            example="[\"PARTITION p1 VALUES LESS THAN ('2024-01-01')\"]",
        ),
    )
    on_view_exists: str | None = field(
        default=None,
        metadata=about(
            EARLIER,
            "nothing: a view is always replaced in place",
            values="`replace`",
            default="none",
            example="replace",
        ),
    )
