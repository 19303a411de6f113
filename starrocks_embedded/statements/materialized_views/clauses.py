"""The clauses that CREATE and ALTER MATERIALIZED VIEW share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import date_text, parse_datetime
from starrocks_embedded.catalog.properties import period_text
from starrocks_embedded.catalog.resource_groups import find_group
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, syntax_error
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import DATETIME
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

UNITS = ("SECOND", "MINUTE", "HOUR", "DAY")
SHORTEST_SECONDS = 60
SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}

# property → first version that knows it
PROPERTIES = {
    "replication_num": "3.1",
    "storage_medium": "3.1",
    "storage_cooldown_time": "3.1",
    "colocate_with": "3.1",
    "bloom_filter_columns": "3.1",
    "unique_constraints": "3.1",
    "foreign_key_constraints": "3.1",
    "resource_group": "3.1",
    "partition_ttl": "3.1",
    "partition_ttl_number": "3.1",
    "partition_retention_condition": "3.5",
    "partition_refresh_number": "3.1",
    "partition_refresh_strategy": "3.5",
    "auto_refresh_partitions_limit": "3.1",
    "excluded_trigger_tables": "3.1",
    "excluded_refresh_tables": "3.3",
    "mv_rewrite_staleness_second": "3.1",
    "query_rewrite_consistency": "3.1",
    "force_external_table_query_rewrite": "3.1",
    "enable_query_rewrite": "3.1",
    "transparent_mv_rewrite_mode": "3.3",
    "storage_volume": "3.1",
    "refresh_mode": "4.1",
    "replicated_storage": "3.1",
    "compression": "3.1",
    "mv_sort_keys": "3.1",
}
ALTERABLE = {
    "partition_ttl", "partition_ttl_number", "partition_retention_condition", "partition_refresh_number",
    "partition_refresh_strategy", "auto_refresh_partitions_limit", "excluded_trigger_tables", "excluded_refresh_tables",
    "mv_rewrite_staleness_second", "query_rewrite_consistency", "force_external_table_query_rewrite",
    "enable_query_rewrite", "transparent_mv_rewrite_mode", "resource_group", "unique_constraints",
    "foreign_key_constraints", "colocate_with", "bloom_filter_columns", "refresh_mode", "warehouse",
}  # fmt: skip
REFRESH_MODES = ("AUTO", "FULL", "PCT", "INCREMENTAL")
ASYNC_ONLY = ("auto_refresh_partitions_limit", "excluded_trigger_tables")
CHOICES = {
    "enable_query_rewrite": ("DEFAULT,TRUE,FALSE", "enable_query_rewrite can only be"),
    "query_rewrite_consistency": (
        "DISABLE,LOOSE,CHECKED,NOCHECK,FORCE_MV",
        "query_rewrite_consistency could only be",
    ),
}


@dataclass
class RefreshScheme:
    moment: str = ""  # immediate, deferred or not said
    type: str = "ASYNC"
    start: str = ""
    every: tuple[int, str] | None = None


def refresh_scheme(cursor: Cursor) -> RefreshScheme:
    """What follows the word REFRESH."""
    scheme = RefreshScheme()
    moment = cursor.accept_any("IMMEDIATE", "DEFERRED")
    scheme.moment = (moment or "").lower()
    scheme.type = cursor.expect_any("ASYNC", "MANUAL", "INCREMENTAL")
    if scheme.type != "ASYNC":
        return scheme
    if cursor.accept("START"):
        scheme.start = start_moment(cursor.in_parentheses(cursor.string))
        if not cursor.looking_at("EVERY"):
            raise cursor.unexpected("EVERY")
    if cursor.accept("EVERY"):
        scheme.every = cursor.in_parentheses(lambda: _interval(cursor))
    return scheme


def start_moment(text: str) -> str:
    """The text of a schedule's START, in full."""
    try:
        return date_text(parse_datetime(text, DATETIME).replace(microsecond=0), DATETIME)
    except ValueError:
        raise failure(f"Text '{text}' could not be parsed at index 0") from None


def _interval(cursor: Cursor) -> tuple[int, str]:
    cursor.expect("INTERVAL")
    start = cursor.token
    number = cursor.integer()
    unit = cursor.advance().key
    if unit not in UNITS:
        message = f"'Refresh interval unit' cannot support '{unit}' in materialized view"
        raise syntax_error(message, start.line, start.column)
    return number, unit


def check_scheme(scheme: RefreshScheme) -> None:
    if scheme.every and scheme.every[0] * SECONDS[scheme.every[1]] < SHORTEST_SECONDS:
        raise analysis_error(
            f"Refresh schedule interval {scheme.every[0]} is too small which may cost a lot of memory/cpu "
            f"resources to refresh the asynchronous materialized view, please config an interval larger than "
            f"materialized_view_min_refresh_interval({SHORTEST_SECONDS}s)"
        )


def check_properties(properties: dict[str, str], scheme: RefreshScheme, version: Version, verb: str) -> None:
    """The rules for property names and the values that are checked at once. `verb` words the refusal."""
    known = PROPERTIES if verb == "create" else dict.fromkeys(ALTERABLE, "3.1")
    unknown = {k: v for k, v in properties.items() if not k.startswith("session.") and not _knows(known, k, version)}
    for name, (accepted, words) in CHOICES.items():
        value = properties.get(name, "").upper()
        if value and value not in accepted.split(","):
            raise analysis_error(f"{words} {accepted} but got {properties[name]}")
    for name in ASYNC_ONLY:
        if name in properties and scheme.type != "ASYNC":
            raise analysis_error(_async_only(name))
    staleness = properties.get("mv_rewrite_staleness_second")
    if staleness is not None and (not staleness.lstrip("-").isdigit() or int(staleness) < 0):
        raise analysis_error(f"Illegal maxMVRewriteStaleness: {staleness}")
    if unknown:
        raise _unknown_properties(unknown, verb)
    for name in properties:
        if name.startswith("session."):
            _check_variable(name.removeprefix("session."), version)


def check_placement(properties: dict[str, str], view: model.Table, version: Version) -> None:
    """What a property asks of the view's partitions and buckets."""
    if "partition_ttl_number" in properties and view.partitioning.kind != "range":
        lacking = "non-range-partitioned" if version.at_least("3.4") else "non-partitioned"
        if version.at_least("3.4") or view.partitioning.kind == "none":
            raise _invalid(f"partition_ttl_number does not support {lacking} materialized view.")
    if "partition_ttl" in properties:
        period_text(properties["partition_ttl"])  # refuses what is no period
    if "colocate_with" in properties and view.distribution.kind == "random":
        raise _invalid(": random distribution does not support 'colocate_with'")
    mode = properties.get("refresh_mode", "").upper()
    if mode == "INCREMENTAL":
        reason = "Getting analyzing error. Detail message: IVMAnalyzer does not support table type: OLAP."
        raise analysis_error(f"Failed to rewrite the query for IVM: {reason}")
    if mode and mode not in REFRESH_MODES:
        raise failure(f"No enum constant com.starrocks.catalog.MaterializedView.RefreshMode.{mode}")


def check_resource_group(session: Session, properties: dict[str, str], verb: str) -> None:
    group = properties.get("resource_group")
    if group and find_group(session.engine, group) is None:
        problem = f"resource_group {group} does not exist."
        raise _invalid(problem) if verb == "create" else analysis_error(problem)


def _invalid(what: str) -> StarRocksError:
    return analysis_error(f"Invalid parameter {what}", code=6013)


def _check_variable(name: str, version: Version) -> None:
    from starrocks_embedded.metadata.variables import definition

    try:
        definition(version, name)
    except StarRocksError as error:
        raise StarRocksError(error.code, error.message.partition("Detail message: ")[2].rstrip(".")) from error


def _knows(known: dict[str, str], name: str, version: Version) -> bool:
    return name in known and version.at_least(known[name])


def _async_only(name: str) -> str:
    if name == "auto_refresh_partitions_limit":
        return f"The {name} property does not support manual refresh mode."
    return f"The {name} property only applies to asynchronous refreshes."


def _unknown_properties(unknown: dict[str, str], verb: str) -> StarRocksError:
    listed = "{" + ", ".join(f"{k}={v}" for k, v in unknown.items()) + "}"
    advice = (
        "please add `session.` prefix if you want add session variables for mv"
        '(eg, "session.insert_timeout"="30000000").'
    )
    if verb == "create":
        head = "Invalid parameter Analyze materialized properties failed because unknown properties"
        return analysis_error(f"{head}: {listed}, {advice}", code=6013)
    return analysis_error(f"Modify failed because unknown properties: {listed}, {advice}")
