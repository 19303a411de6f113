"""ALTER TABLE … SET (…): which properties may change, and what SHOW CREATE TABLE makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.properties import FLAT_JSON, Reading, check_replication, settle_properties
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.statements.alter_table.generated import names_in, output_columns
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.printer import double_text

if TYPE_CHECKING:
    from starrocks_embedded.session import Session
    from starrocks_embedded.version import Version

SHARED_PREFIXES = ("dynamic_partition.", "binlog_")
COMMON = 5064
UNITS = ("HOUR", "DAY", "WEEK", "MONTH", "YEAR")
QUORUMS = ("MAJORITY", "ONE", "ALL")
PLAIN = (
    "bucket_size", "mutable_bucket_num", "enable_load_profile", "enable_statistic_collect_on_first_load",
    "base_compaction_forbidden_time_ranges", "table_query_timeout", "storage_cooldown_ttl",
)  # fmt: skip
SILENT = ("in_memory", "primary_index_cache_expire_sec", "send_clear_alter_tasks", "datacache.partition_duration")


def common_error(text: str) -> StarRocksError:
    return analysis_error(text, code=COMMON)


def analyze_properties(session: Session, properties: dict[str, str]) -> None:
    """The checks that come before the table is looked at."""
    if not properties:
        raise common_error("Properties is not set")
    if len(properties) > 1 and not any(all(k.startswith(p) for k in properties) for p in SHARED_PREFIXES):
        raise common_error("Can only set one table property at a time")
    key, value = next(iter(properties.items()))
    if key.startswith(SHARED_PREFIXES):
        return
    if key == "storage_type":
        raise common_error("Can't change storage type")
    if key == "distribution_type" and value.lower() != "hash":
        raise common_error("Can only change distribution type to HASH")
    if key == "tablet_type":
        raise common_error("Alter tablet type not supported")
    if key == "write_quorum" and value.upper() not in QUORUMS:
        raise common_error("Property write_quorum not valid")
    if key in ("enable_persistent_index", "replicated_storage") and value.lower() not in ("true", "false"):
        raise common_error(f"Property {key} must be bool type(false/true)")
    if _is_too_new(key, session.engine.version) or (key not in SETTERS and key not in SILENT and key not in PLAIN):
        raise common_error(f"Unknown properties: {{{key}={value}}}")
    if key == "partition_live_number" and not re.fullmatch(r"-?\d+", value):
        raise analysis_error(f'Partition Live Number: For input string: "{value}"')


def _is_too_new(key: str, version: Version) -> bool:
    if key.startswith("flat_json."):
        return not version.at_least("4.0")
    return key == "partition_retention_condition" and not version.at_least("3.5")


def set_properties(session: Session, table: model.Table, properties: dict[str, str]) -> None:
    """Changes the copy of the table that belongs to the change."""
    key, value = next(iter(properties.items()))
    if key.startswith("dynamic_partition."):
        _dynamic(session, table, properties)
    elif key.startswith("binlog_"):
        _binlog(table, properties)
    elif key in SETTERS:
        SETTERS[key](session, table, value)
    elif key in PLAIN:
        settled = settle_properties(session.engine, table, {key: value})
        table.properties.pop(key, None)
        if key in settled:
            table.properties[key] = settled[key]


def changes_storage(properties: dict[str, str]) -> bool:
    """Whether the new property makes a job: bloom filters are written into the data."""
    return any(k in ("bloom_filter_columns", "bloom_filter_fpp") for k in properties)


# ---- one property each


def _replication(session: Session, table: model.Table, value: str) -> None:
    table.properties["replication_num"] = str(check_replication(value, table.name))


def _partition_replication(session: Session, table: model.Table, value: str) -> None:
    check_replication(value, table.name)
    if table.partitioning.kind != "none":
        raise failure(
            f"Table {table.name} is a partitioned table. Use 'ALTER TABLE tbl MODIFY PARTITION (p) SET "
            '("replication_num" = "n")\' to change replication_num of its partitions'
        )
    table.properties["replication_num"] = value


def _default_medium(session: Session, table: model.Table, value: str) -> None:
    if value.upper() not in ("HDD", "SSD"):
        raise failure(f"Invalid storage medium: {value}")
    table.properties["storage_medium"] = value.upper()


def _quorum(session: Session, table: model.Table, value: str) -> None:
    table.properties.pop("write_quorum", None)
    if value.upper() != "MAJORITY":
        table.properties["write_quorum"] = value.upper()


def _boolean(name: str) -> Callable[[Session, model.Table, str], None]:
    def setter(session: Session, table: model.Table, value: str) -> None:
        if name == "enable_persistent_index" and table.keys != "primary":
            return
        table.properties[name] = value.lower()

    return setter


def _live_number(session: Session, table: model.Table, value: str) -> None:
    if table.partitioning.kind not in ("range", "expression"):
        raise failure(f"Table[{table.name}] is not range partitioned. no need to set partition live number.")
    table.properties["partition_live_number"] = value


def _ttl(session: Session, table: model.Table, value: str) -> None:
    if table.partitioning.kind not in ("range", "expression"):
        raise failure(f"Table[{table.name}] is not range partitioned. no need to set partition ttl.")
    if not re.fullmatch(r"\s*\d+\s*\w+\s*", value):
        raise failure("Cannot parse text to Duration")
    table.properties["partition_ttl"] = value


def _retention(session: Session, table: model.Table, value: str) -> None:
    if table.partitioning.kind == "none":
        raise failure(f"Table[{table.name}] is not partitioned. no need to set partition retention condition.")
    check_retention(session, table, value)
    table.properties["partition_retention_condition"] = value


def check_retention(session: Session, table: model.Table, condition: str) -> None:
    """A condition must read partition columns only."""
    from starrocks_embedded.syntax.cursor import Cursor
    from starrocks_embedded.syntax.expressions import parse_expression

    try:
        expr = parse_expression(Cursor(condition, session.engine.version, session.sql_mode))
    except StarRocksError:
        raise analysis_error(f"Failed to parse retention condition: {condition}") from None
    try:
        _check_condition(session, table, expr)
    except StarRocksError as error:
        raise analysis_error(f"Failed to validate retention condition: {error.message}") from None


def _check_condition(session: Session, table: model.Table, expr: ast.Expr) -> None:
    from starrocks_embedded.analysis.analyzer import analyze_expression

    analyze_expression(session, expr, output_columns(table))
    known = {n.lower() for n in table.partitioning.columns}
    for name in names_in(expr):
        if name.lower() not in known:
            listed = ",".join(f"`{n}`" for n in table.partitioning.columns)
            raise analysis_error(
                f"Column `{name}` in the partition condition is not a table's partition expression, "
                f"please use table's partition expressions: {listed}"
            )


@contextmanager
def constraint_words(what: str) -> Iterator[None]:
    """A constraint's problem as ALTER TABLE reports it."""
    try:
        yield
    except StarRocksError as error:
        words = error.message.removeprefix("Getting analyzing error. Detail message: ").removesuffix(".")
        raise failure(f"analyze table {what} failed, msg: {words}") from None


def _unique(session: Session, table: model.Table, value: str) -> None:
    from starrocks_embedded.catalog.constraints import unique_constraints

    table.properties.pop("unique_constraints", None)
    if value:
        with constraint_words(f"unique constraint:{value}"):
            table.properties["unique_constraints"] = unique_constraints(session.engine, table, value)


def _foreign(session: Session, table: model.Table, value: str) -> None:
    from starrocks_embedded.catalog.constraints import foreign_key_constraints

    table.properties.pop("foreign_key_constraints", None)
    if value:
        with constraint_words(f"foreign key constraint:{value}"):
            table.properties["foreign_key_constraints"] = foreign_key_constraints(session.engine, table, value)


def _bloom(session: Session, table: model.Table, value: str) -> None:
    reading = Reading(session.engine, table, {"bloom_filter_columns": value}, {})
    from starrocks_embedded.catalog.properties import _bloom_filter

    _bloom_filter(reading)
    before = table.properties.pop("bloom_filter_columns", "")
    if "bloom_filter_columns" in reading.shown:
        table.properties["bloom_filter_columns"] = reading.shown["bloom_filter_columns"]
    if before == table.properties.get("bloom_filter_columns", ""):
        raise failure("Bloom filter index has no change")


def _colocate(session: Session, table: model.Table, value: str) -> None:
    settled = settle_properties(session.engine, table, {"colocate_with": value})
    table.properties.pop("colocate_with", None)
    if "colocate_with" in settled:
        table.properties["colocate_with"] = settled["colocate_with"]


def _location(session: Session, table: model.Table, value: str) -> None:
    if value and value != "*":
        raise common_error("Property labels.location not valid")
    table.properties["labels.location"] = value


def _flat_json(session: Session, table: model.Table, value: str) -> None:
    """What was set before comes back with it."""
    settled = settle_properties(session.engine, table, {"flat_json.enable": value})
    defaults = {key: settled[key] for key in FLAT_JSON if key in settled}
    table.properties = defaults | table.properties | {"flat_json.enable": settled["flat_json.enable"]}


def _flat_json_factor(name: str) -> Callable[[Session, model.Table, str], None]:
    words = name.replace(".", " ").replace("flat_json", "flat json")

    def setter(session: Session, table: model.Table, value: str) -> None:
        if table.properties.get("flat_json.enable") != "true":
            raise common_error("Property flat_json.enable haven't been enabled")
        number = r"[+-]?[0-9]+" if name.endswith("max") else r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
        if not re.fullmatch(number, value):
            raise analysis_error(f'{words.capitalize()}: For input string: "{value}"')
        shown = value if name.endswith("max") else double_text(float(value))
        if float(value) < 0 or (float(value) > 1 and not name.endswith("max")):
            raise analysis_error(f"Illegal {words}: {shown}")
        table.properties[name] = shown

    return setter


SETTERS: dict[str, Callable[[Session, model.Table, str], None]] = {
    "default.replication_num": _replication,
    "replication_num": _partition_replication,
    "default.storage_medium": _default_medium,
    "write_quorum": _quorum,
    "enable_persistent_index": _boolean("enable_persistent_index"),
    "replicated_storage": _boolean("replicated_storage"),
    "partition_live_number": _live_number,
    "partition_ttl": _ttl,
    "partition_retention_condition": _retention,
    "unique_constraints": _unique,
    "foreign_key_constraints": _foreign,
    "bloom_filter_columns": _bloom,
    "colocate_with": _colocate,
    "labels.location": _location,
    "flat_json.enable": _flat_json,
    **{name: _flat_json_factor(name) for name in FLAT_JSON},
}


# ---- groups


def _dynamic(session: Session, table: model.Table, properties: dict[str, str]) -> None:
    prefix = "dynamic_partition."
    current = {k: v for k, v in table.properties.items() if k.startswith(prefix)}
    if table.partitioning.kind != "range" or len(table.partitioning.columns) != 1:
        database = session.engine.catalog.get(model.Database, table.database_id)
        raise failure(f"Table {database.name if database else ''}.{table.name} is not a dynamic partition table.")
    unit = properties.get(f"{prefix}time_unit")
    if unit is not None and unit.upper() not in UNITS:
        listed = "/".join(UNITS[1:])
        raise StarRocksError(5065, f"Unsupported time unit {unit}. Expect {listed}.")
    wanted = {**current, **properties}
    settled = settle_properties(session.engine, table, {k: v for k, v in wanted.items() if _is_known(k)})
    shown = {k: v for k, v in settled.items() if k.startswith(prefix)}
    table.properties = {k: v for k, v in table.properties.items() if not k.startswith(prefix)} | shown


def _is_known(key: str) -> bool:
    from starrocks_embedded.catalog.properties import DYNAMIC

    return key.removeprefix("dynamic_partition.") in DYNAMIC


def _binlog(table: model.Table, properties: dict[str, str]) -> None:
    enable = properties.get("binlog_enable")
    if enable is not None and enable not in ("true", "false"):
        raise common_error("Property binlog_enable must be true of false")
    for key in ("binlog_ttl_second", "binlog_max_size"):
        if key in properties and not re.fullmatch(r"-?\d+", properties[key]):
            raise common_error(f"Property {key} must be long")
    if enable == "false":
        table.properties = {k: v for k, v in table.properties.items() if not k.startswith("binlog_")}
        return
    if enable is None and "binlog_enable" not in table.properties:
        return
    defaults = {
        "binlog_enable": "true",
        "binlog_max_size": "9223372036854775807",
        "binlog_ttl_second": "1800",
        "binlog_version": "0",
    }
    held = {k: table.properties.get(k, v) for k, v in defaults.items()}
    table.properties |= held | properties
