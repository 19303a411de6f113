"""PROPERTIES of a table: what is known, what a value must look like, what SHOW CREATE TABLE makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import can_be_key, type_name
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

BACKEND = 10001
BIG = 2147483647
COMPRESSIONS = ("LZ4", "ZSTD", "ZLIB", "SNAPPY", "LZ4_FRAME", "ZLIB", "DEFLATE", "NONE")
QUORUMS = ("MAJORITY", "ONE", "ALL")
SILENT = (
    "in_memory", "storage_format", "storage_type", "storage_volume", "version_info", "tablet_type",
    "primary_index_cache_expire_sec", "compaction_strategy", "schema_change.allow_async_fast_schema_evolution",
)  # fmt: skip
TIME_UNITS = ("HOUR", "DAY", "WEEK", "MONTH", "YEAR")


@dataclass
class Reading:
    """What is left to read, and what will be shown."""

    engine: Engine
    table: model.Table
    left: dict[str, str]
    shown: dict[str, str]

    @property
    def version(self) -> Version:
        return self.engine.version

    def take(self, key: str) -> str | None:
        return self.left.pop(key, None)


def settle_properties(engine: Engine, table: model.Table, written: dict[str, str] | None) -> dict[str, str]:
    """All properties the table will show. Refuses what StarRocks refuses; unknown ones last, as the server does."""
    reading = Reading(engine, table, dict(written or {}), {})
    for step in STEPS:
        step(reading)
    if reading.left:
        listed = ", ".join(f"{k}={v}" for k, v in reading.left.items())
        raise failure(f"Unknown properties: {{{listed}}}")
    return reading.shown


def shown_properties(engine: Engine, table: model.Table) -> dict[str, str]:
    """By key, as SHOW CREATE TABLE prints them; a foreign key whose parent is gone has vanished."""
    shown = dict(sorted(table.properties.items()))
    if shown.get("flat_json.enable") == "false":
        shown = {key: value for key, value in shown.items() if key not in FLAT_JSON}
    keys = shown.pop("foreign_key_constraints", "")
    alive = [k for k in keys.split(";") if k and _parent_exists(engine, k)]
    if alive:
        shown["foreign_key_constraints"] = ";".join(alive)
    return dict(sorted(shown.items()))


def _parent_exists(engine: Engine, constraint: str) -> bool:
    match = re.search(r"REFERENCES (\S+?)\.(\S+?)\.(\S+?)\(", constraint)
    if match is None:
        return True
    database = engine.catalog.database(match[2])
    return database is not None and engine.catalog.table(database.id, match[3]) is not None


def check_replication(text: str, table: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise failure(f'For input string: "{text}" table={table}, properties.replication_num={text}') from None
    if number <= 0:
        raise analysis_error("Replication num should larger than 0")
    if number > 1:
        raise analysis_error(
            "Table replication num should be less than of equal to the number of available BE nodes. "
            "You can change this default by setting the replication_num table properties. "
            f"Current alive backend is [{BACKEND}]."
        )
    return number


# ---- one step per property or group


def _replication(reading: Reading) -> None:
    text = reading.take("replication_num")
    reading.shown["replication_num"] = str(check_replication(text, reading.table.name) if text is not None else 1)


def _bucket_size(reading: Reading) -> None:
    text = reading.take("bucket_size")
    random = reading.table.distribution.kind == "random"
    if text is not None:
        if not re.fullmatch(r"-?\d+", text):
            raise failure(f"Invalid bucket_size format: {text}")
        if not random and reading.version.at_least("4.0"):
            raise failure(
                "Setting bucket size is not allowed: only supported for tables with RANDOM distribution "
                "and when 'enable_automatic_bucket' is enabled."
            )
    if random and reading.version.at_least("3.2"):
        default = "1073741824" if reading.version.at_least("4.1") else "4294967296"
        reading.shown["bucket_size"] = text or default
    mutable = reading.take("mutable_bucket_num")
    if mutable is not None:
        if not re.fullmatch(r"-?\d+", mutable):
            raise failure(f"Invalid mutable_bucket_num format: {mutable}")
        reading.shown["mutable_bucket_num"] = mutable


def _bloom_filter(reading: Reading) -> None:
    text = reading.take("bloom_filter_columns")
    reading.take("bloom_filter_fpp")
    if not text:
        return
    names: list[str] = []
    for written in text.split(","):
        column = reading.table.column(written.strip())
        if column is None:
            raise failure(f"Invalid bloom filter column '{written.strip()}': not exists")
        _check_bloom_column(reading, column)
        if column.name in names:
            raise failure(f"Duplicate bloom filter column '{written.strip()}'")
        names.append(column.name)
    grams = {c.lower() for i in reading.table.indexes if i.kind == "ngrambf" for c in i.columns}
    for name in names:
        if name.lower() in grams:
            raise failure(f"column {name} should only have one bloom filter index or ngram bloom filter index")
    reading.shown["bloom_filter_columns"] = ", ".join(names)


def _check_bloom_column(reading: Reading, column: model.Column) -> None:
    supported = ("smallint", "int", "bigint", "largeint", "char", "varchar", "date", "datetime", "decimal")
    if column.type.name not in supported:
        raise failure(f"Invalid bloom filter column '{column.name}': unsupported type {type_name(column.type)}")
    if reading.table.keys in ("aggregate", "unique") and not column.key:
        raise failure(
            "Bloom filter index only used in columns of DUP_KEYS/PRIMARY table or key columns of "
            f"UNIQUE_KEYS/AGG_KEYS table. invalid column: {column.name}"
        )


def _compression(reading: Reading) -> None:
    text = (reading.take("compression") or "LZ4").upper()
    match = re.fullmatch(r"ZSTD\((-?\d+)\)", text)
    if match is not None:
        if not 1 <= int(match[1]) <= 22:
            raise failure("Invalid level for zstd compression type")
    elif text not in COMPRESSIONS:
        raise failure(f"unknown compression type: {text}")
    reading.shown["compression"] = text


def _storage_medium(reading: Reading) -> None:
    medium = reading.take("storage_medium")
    ttl, time = reading.take("storage_cooldown_ttl"), reading.take("storage_cooldown_time")
    if medium is None:
        if ttl is not None or time is not None:
            raise failure("Invalid data property. storage medium property is not found")
        return
    if medium.upper() not in ("HDD", "SSD"):
        raise failure(f"Invalid storage medium: {medium}")
    reading.shown["storage_medium"] = medium.upper()
    if time is not None and time < datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S"):
        raise failure("Cooldown time should be later than now")
    if ttl is not None:
        reading.shown["storage_cooldown_ttl"] = period_text(ttl)


def period_text(text: str) -> str:
    """'7 day' as the server prints a period: '7 days'."""
    match = re.fullmatch(r"\s*(\d+)\s*(year|month|week|day|hour|minute|second)s?\s*", text, re.IGNORECASE)
    if match is None:
        raise failure("Cannot parse text to Duration")
    return f"{int(match[1])} {match[2].lower()}{'' if int(match[1]) == 1 else 's'}"


def _keep_booleans(reading: Reading) -> None:
    storage = reading.take("replicated_storage")
    reading.shown["replicated_storage"] = "true" if storage is None or storage.lower() == "true" else "false"
    collect = _newer(reading, "enable_statistic_collect_on_first_load")
    if collect is not None and collect.lower() != "true":
        reading.shown["enable_statistic_collect_on_first_load"] = "false"
    older = reading.take("light_schema_change")  # its name of old
    evolution = reading.take("fast_schema_evolution") or older
    if evolution is not None and evolution.lower() not in ("true", "false"):
        raise failure("fast_schema_evolution must be `true` or `false`")
    if reading.version.at_least("3.3") or evolution is not None:
        reading.shown["fast_schema_evolution"] = (evolution or "true").lower()


def _persistent_index(reading: Reading) -> None:
    text = reading.take("enable_persistent_index")
    if reading.table.keys != "primary":
        return
    enabled = text is None or text.lower() == "true"
    if not enabled and reading.version.at_least("3.5"):
        raise failure("In-Memory index is not supported, please create table with persistent index")
    reading.shown["enable_persistent_index"] = "true" if enabled else "false"
    _index_cache(reading)


def _index_cache(reading: Reading) -> None:
    name = "primary_index_cache_expire_sec"
    text = reading.take(name)
    if text is None:
        return
    if not re.fullmatch(r"[-+]?\d+", text):
        raise failure(f"Property {name} must be integer: {text}")
    if int(text) < 0:
        raise failure(f"Property {name} must not be less than 0")
    if int(text) > 0:
        reading.shown[name] = str(int(text))


def _write_quorum(reading: Reading) -> None:
    text = reading.take("write_quorum")
    if text is None:
        return
    if text.upper() not in QUORUMS:
        raise failure(f"unknown write quorum: {text}")
    if text.upper() != "MAJORITY":
        reading.shown["write_quorum"] = text.upper()


def _silent(reading: Reading) -> None:
    type_ = reading.left.get("storage_type", "column").lower()
    if type_ != "column":
        from starrocks_embedded.catalog.keys import ENUM_NAMES

        raise failure(f"{type_} for {ENUM_NAMES[reading.table.keys]} table not supported")
    for key in SILENT:
        reading.take(key)
    _newer(reading, "file_bundling")


def _newer(reading: Reading, key: str) -> str | None:
    """A property that 4.0 brought: unknown before."""
    return reading.take(key) if reading.version.at_least("4.0") else None


def _binlog(reading: Reading) -> None:
    enable, ttl, size = (reading.take(f"binlog_{k}") for k in ("enable", "ttl_second", "max_size"))
    if enable is None or enable.lower() != "true":
        return
    reading.shown |= {
        "binlog_enable": "true", "binlog_max_size": size or "9223372036854775807",
        "binlog_ttl_second": ttl or "1800", "binlog_version": "0",
    }  # fmt: skip


def _colocate(reading: Reading) -> None:
    group = reading.take("colocate_with")
    if not group or reading.table.temporary_session:
        return
    if reading.table.distribution.kind == "random":
        raise failure("random distribution does not support 'colocate_with'")
    reading.shown["colocate_with"] = group
    _check_group(reading, group)


def _check_group(reading: Reading, group: str) -> None:
    """Tables of a group agree in number and types of their distribution columns and in their buckets."""
    table = reading.table
    others = [
        t
        for t in reading.engine.catalog.tables(table.database_id)
        if t.properties.get("colocate_with") == group and t.id != table.id
    ]
    if not others:
        return
    first = others[0]
    mine = f"current info type: HASH; distribution columns: [{','.join(table.distribution.columns)},]; "
    mine += f"bucket num: {table.distribution.buckets}; " if table.distribution.buckets else ""
    name = f"group {table.database_id}.{first.id}"
    if len(first.distribution.columns) != len(table.distribution.columns):
        size = len(first.distribution.columns)
        raise StarRocksError(
            5063, f"Colocate tables distribution columns size must be the same : {size}, with {name}, {mine}"
        )
    if first.distribution.buckets != table.distribution.buckets:
        raise StarRocksError(
            5063, f"Colocate tables must have same bucket num: {first.distribution.buckets}, with {name}, {mine}"
        )
    for theirs, ours in zip(first.distribution.columns, table.distribution.columns, strict=True):
        wanted, got = first.column(theirs), table.column(ours)
        if wanted is not None and got is not None and wanted.type != got.type:
            raise StarRocksError(
                5063,
                f"Colocate tables distribution columns must have the same data type with {name}, "
                f"current col: {ours}, should be: {type_name(wanted.type)}, {mine}",
            )


def _constraints(reading: Reading) -> None:
    unique, foreign = _constraint(reading, "unique_constraints"), _constraint(reading, "foreign_key_constraints")
    if unique:
        from starrocks_embedded.catalog.constraints import unique_constraints

        reading.shown["unique_constraints"] = unique_constraints(reading.engine, reading.table, unique)
    if foreign:
        from starrocks_embedded.catalog.constraints import foreign_key_constraints

        reading.shown["foreign_key_constraints"] = foreign_key_constraints(reading.engine, reading.table, foreign)


def _constraint(reading: Reading, key: str) -> str | None:
    """An empty text is no constraint; before 4.0 it is left for the refusal of unknown properties."""
    empty = reading.left.get(key) == ""
    return None if empty and not reading.version.at_least("4.0") else reading.take(key)


def _various(reading: Reading) -> None:
    ranges = reading.take("base_compaction_forbidden_time_ranges")
    if ranges:
        if any(len(r.split()) != 5 for r in ranges.split(";") if r.strip()):
            raise failure("Invalid crontab format. It must have 5 fields.")
        reading.shown["base_compaction_forbidden_time_ranges"] = ranges
    location = reading.take("labels.location")
    if location is not None:
        if location != "*" and location:
            raise analysis_error(f"Cannot find any backend with location: {location}")
        reading.shown["labels.location"] = location
    if reading.version.at_least("4.0"):
        _flat_json(reading)
        _query_timeout(reading)


FLAT_JSON = {"flat_json.null.factor": "0.3", "flat_json.sparsity.factor": "0.3", "flat_json.column.max": "100"}


def _flat_json(reading: Reading) -> None:
    enable = reading.take("flat_json.enable")
    given = {key: reading.take(key) for key in FLAT_JSON}
    on = enable is not None and enable.lower() == "true"
    if not on and any(text is not None for text in given.values()):
        raise failure("flat JSON configuration must be set after enabling flat JSON.")
    if enable is not None:
        reading.shown["flat_json.enable"] = "true" if on else "false"
    if on:
        reading.shown |= {key: given[key] or default for key, default in FLAT_JSON.items()}


def _query_timeout(reading: Reading) -> None:
    text = reading.take("table_query_timeout")
    if text is None:
        return
    if not re.fullmatch(r"-?\d+", text):
        raise failure(f"Property table_query_timeout must be a valid integer, got: {text}")
    reading.shown["table_query_timeout"] = text


# ---- properties of partitioned tables


def _partition_life(reading: Reading) -> None:
    number = reading.take("partition_live_number")
    if number is not None:
        if not re.fullmatch(r"-?\d+", number):
            raise analysis_error(f'Partition Live Number: For input string: "{number}"')
        reading.shown["partition_live_number"] = number
    ttl = reading.take("partition_ttl")
    if ttl is not None:
        reading.shown["partition_ttl"] = period_text(ttl)
    if reading.version.at_least("3.5"):
        condition = reading.take("partition_retention_condition")
        if condition:
            reading.shown["partition_retention_condition"] = condition


def _dynamic_partition(reading: Reading) -> None:
    prefix = "dynamic_partition."
    given = {k[len(prefix) :]: reading.left[k] for k in list(reading.left) if k.startswith(prefix)}
    known = {k: v for k, v in given.items() if k in DYNAMIC}
    for key in known:
        reading.take(prefix + key)
    if not known:
        return
    _check_dynamic_table(reading.table)
    for key in ("time_unit", "end"):
        if key not in known:
            raise failure(f"Must assign dynamic_partition.{key} properties")
    unit = known["time_unit"].upper()
    if unit not in TIME_UNITS:
        raise StarRocksError(5065, f"Unsupported time unit {known['time_unit']}. Expect HOUR/DAY/WEEK/MONTH/YEAR.")
    start, end = known.get("start", "-2147483648"), known["end"]
    _check_offset("start", start, int(start) < 0 if _is_int(start) else None)
    _check_offset("end", end, int(end) > 0 if _is_int(end) else None)
    shown = {
        "enable": known.get("enable", "true").lower(), "time_unit": unit, "time_zone": known.get("time_zone", "UTC"),
        "start": start, "end": end, "prefix": known.get("prefix", "p"),
        "history_partition_num": known.get("history_partition_num", "0"),
    }  # fmt: skip
    from starrocks_embedded.catalog.names import check_partition_name

    check_partition_name(shown["prefix"])
    if "buckets" in known:
        _check_positive("buckets", known["buckets"])
        shown["buckets"] = known["buckets"]
    if unit == "MONTH":
        shown["start_day_of_month"] = known.get("start_day_of_month", "1")
    if unit == "WEEK":
        shown["start_day_of_week"] = known.get("start_day_of_week", "1")
    if "replication_num" in known:
        shown["replication_num"] = str(check_replication(known["replication_num"], reading.table.name))
    reading.shown |= {prefix + k: v for k, v in shown.items()}


DYNAMIC = (
    "enable", "time_unit", "time_zone", "start", "end", "prefix", "buckets", "history_partition_num",
    "start_day_of_week", "start_day_of_month", "replication_num",
)  # fmt: skip


def _check_dynamic_table(table: model.Table) -> None:
    if table.partitioning.kind == "expression":
        raise failure("Expression partitioning does not support properties of dynamic partitioning")
    if table.partitioning.kind != "range":
        raise failure("Only support dynamic partition properties on range partition table")
    if len(table.partitioning.columns) != 1:
        raise failure("Dynamic partition only support single-column range partition")


def _is_int(text: str) -> bool:
    return re.fullmatch(r"-?\d+", text) is not None


def _check_offset(name: str, text: str, right: bool | None) -> None:
    if right is None:
        raise StarRocksError(5066, f"Invalid dynamic partition {name} {text}")
    if not right:
        side = "less" if name == "start" else "greater"
        raise StarRocksError(5066, f"Dynamic partition {name} must {side} than 0")


def _check_positive(name: str, text: str) -> None:
    if not _is_int(text):
        raise StarRocksError(5066, f"Invalid dynamic partition {name} {text}")
    if int(text) <= 0:
        raise StarRocksError(5066, f"Dynamic partition {name} must greater than 0")


STEPS: tuple[Callable[[Reading], None], ...] = (
    _bucket_size, _bloom_filter, _persistent_index, _keep_booleans, _compression, _storage_medium, _replication,
    _write_quorum, _silent, _binlog, _partition_life, _dynamic_partition, _colocate, _constraints, _various,
)  # fmt: skip


def check_distribution_column(column: model.Column, version: Version) -> None:
    if not can_be_key(column.type, version):
        raise failure(f"{type_name(column.type)} column can not be distribution column")
