"""What a routine load's properties may be, and their defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata.variable_values import time_zone

if TYPE_CHECKING:
    from starrocks_embedded.version import Version

JOB = (
    "desired_concurrent_number", "max_error_number", "max_filter_ratio", "max_batch_interval", "max_batch_rows",
    "max_batch_size", "task_consume_second", "task_timeout_second", "log_rejected_record_num", "format",
    "strip_outer_array", "jsonpaths", "json_root", "trim_space", "enclose", "escape", "pause_on_fatal_parse_error",
    "strict_mode", "timezone", "partial_update", "partial_update_mode", "merge_condition", "warehouse",
)  # fmt: skip
CHANGEABLE = (
    "desired_concurrent_number", "max_error_number", "max_filter_ratio", "max_batch_interval", "max_batch_rows",
    "max_batch_size", "jsonpaths", "json_root", "strip_outer_array", "task_timeout_second", "task_consume_second",
    "pause_on_fatal_parse_error", "strict_mode", "timezone",
)  # fmt: skip
LEAST = {
    "desired_concurrent_number": (1, "should > 0"),
    "max_error_number": (0, "should >= 0"),
    "max_batch_interval": (5, "should >= 5"),
    "max_batch_rows": (200000, "should >= 200000"),
    "log_rejected_record_num": (-1, "should >= -1"),
}
FORMATS = ("csv", "json", "avro")
# a task may take this many times as long as it consumes
TASK_RATIO = 4
SOURCES = {
    "KAFKA": ("kafka_broker_list", "kafka_topic", "kafka_partitions", "kafka_offsets", "confluent.schema.registry.url"),
    "PULSAR": (
        "pulsar_service_url", "pulsar_topic", "pulsar_subscription", "pulsar_partitions", "pulsar_initial_positions",
    ),
}  # fmt: skip
REQUIRED = {
    "KAFKA": ("kafka_broker_list", "kafka_topic"),
    "PULSAR": ("pulsar_service_url", "pulsar_topic", "pulsar_subscription"),
}
FIXED = ("kafka_broker_list", "kafka_topic", "pulsar_service_url", "pulsar_topic", "pulsar_subscription")
ENDPOINT = r".*?\[?([0-9a-zA-Z\-%._:]*)\]?:(\d+)"


def check_job(properties: dict[str, str], known: tuple[str, ...] = JOB) -> None:
    for key in properties:
        if key not in known:
            raise analysis_error(f"{key} is invalid property")
    for key, (least, refusal) in LEAST.items():
        if key in properties and _whole(properties[key], f"{key} {refusal}") < least:
            raise analysis_error(f"{key} {refusal}")
    _check_ratio(properties)
    if "timezone" in properties:
        try:
            time_zone(properties["timezone"])
        except StarRocksError as error:
            raise analysis_error(f"Unknown or incorrect time zone: '{properties['timezone']}'", code=1298) from error
    if properties.get("format", "csv").lower() not in FORMATS:
        raise analysis_error(f"Format type is invalid. format=`{properties['format']}`")
    _check_seconds(properties)


def _whole(text: str, refusal: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise analysis_error(refusal) from error


def _check_ratio(properties: dict[str, str]) -> None:
    if "max_filter_ratio" not in properties:
        return
    try:
        ratio = float(properties["max_filter_ratio"])
    except ValueError as error:
        raise analysis_error("Incorrect format of max_filter_ratio") from error
    if not 0 <= ratio <= 1:
        raise analysis_error("max_filter_ratio must between 0.0 and 1.0.")


def _check_seconds(properties: dict[str, str]) -> None:
    given = [properties[k] for k in ("task_consume_second", "task_timeout_second") if k in properties]
    for text in given:
        if not re.fullmatch(r"[-+]?\d+", text):
            raise analysis_error(f'For input string: "{text}"')
    if len(given) == 2 and int(given[0]) >= int(given[1]):
        raise analysis_error("task_timeout_second must be larger than task_consume_second")


def check_source(source: str, properties: dict[str, str], version: Version, changing: bool = False) -> None:
    if source not in SOURCES:
        raise analysis_error(f"routine load job does not support this type {source}")
    for key in properties:
        if (key not in SOURCES[source] or (changing and key in FIXED)) and not key.startswith("property."):
            raise analysis_error(f"{key} is invalid {source.lower()} custom property")
    if changing:
        return
    for key in REQUIRED[source]:
        if not properties.get(key, "").replace(" ", ""):
            raise analysis_error(f"{key} is a required property")
        if key == REQUIRED[source][0]:
            _check_endpoints(key, properties[key], version)
    _check_positions(source, properties)


def _check_endpoints(key: str, text: str, version: Version) -> None:
    for endpoint in text.replace(" ", "").split(","):
        if re.fullmatch(ENDPOINT, endpoint):
            continue
        if key == "kafka_broker_list" and version.at_least("3.4"):
            raise analysis_error(f"{key}: {endpoint} does not match pattern {ENDPOINT}")
        raise analysis_error(f"{key}:{endpoint} not match pattern {ENDPOINT}")


def _check_positions(source: str, properties: dict[str, str]) -> None:
    parts, starts = SOURCES[source][-3:-1] if source == "KAFKA" else SOURCES[source][-2:]
    for key in (parts, starts):
        if key in properties and not properties[key].strip():
            raise analysis_error(f"{key} could not be a empty string")
    if starts in properties:
        count = len(properties[parts].split(",")) if parts in properties else 0
        if len(properties[starts].split(",")) != count:
            words = "Partitions number should be equals to offsets number"
            raise analysis_error(words if source == "KAFKA" else words.replace("offsets", "positions"))


def completed(properties: dict[str, str], zone: str, version: Version) -> dict[str, str]:
    """All that SHOW CREATE prints, in its order."""
    consume, timeout = properties.get("task_consume_second"), properties.get("task_timeout_second")
    if consume is None and timeout is None:
        consume, timeout = "15", "60"
    elif consume is None:
        consume = str(int(timeout or "0") // TASK_RATIO)
    elif timeout is None:
        timeout = str(int(consume) * TASK_RATIO)
    shown = {
        "desired_concurrent_number": properties.get("desired_concurrent_number", "5"),
        "max_error_number": properties.get("max_error_number", "0"),
        "max_filter_ratio": str(float(properties.get("max_filter_ratio", "1"))),
        "max_batch_interval": properties.get("max_batch_interval", "10"),
        "max_batch_rows": properties.get("max_batch_rows", "200000"),
        "task_consume_second": str(consume),
        "task_timeout_second": str(timeout),
        "format": properties.get("format", "csv").lower(),
        "jsonpaths": properties.get("jsonpaths", ""),
        "strip_outer_array": _boolean(properties, "strip_outer_array"),
        "json_root": properties.get("json_root", ""),
        "strict_mode": _boolean(properties, "strict_mode"),
        "pause_on_fatal_parse_error": _boolean(properties, "pause_on_fatal_parse_error"),
        "timezone": properties.get("timezone", zone),
        "partial_update": _boolean(properties, "partial_update"),
    }
    if not version.at_least("3.4"):
        del shown["pause_on_fatal_parse_error"]
    if "merge_condition" in properties:
        shown["merge_condition"] = properties["merge_condition"]
    return shown | {
        "trim_space": _boolean(properties, "trim_space"),
        "enclose": _code(properties.get("enclose", "")),
        "escape": _code(properties.get("escape", "")),
        "log_rejected_record_num": properties.get("log_rejected_record_num", "0"),
    }


def _boolean(properties: dict[str, str], key: str) -> str:
    """Any other word means false."""
    return "true" if properties.get(key, "").lower() == "true" else "false"


def _code(text: str) -> str:
    """A character is kept, and shown, as its number."""
    return str(ord(text[0])) if text else "0"
