"""What the headers of a load ask for, checked as a back end checks them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.metadata.variable_values import time_zone

if TYPE_CHECKING:
    from email.message import Message  # a mapping whose names are found in any case

LOAD_ZONE = "Asia/Shanghai"  # whatever the zone of the server: a load that names none is given this one
LONGEST_SEPARATOR = 50  # bytes
JSON_BYTES = 100 << 20
TIMEOUTS = (1, 259200)
COMPRESSED_FORMATS = {"gzip": "gzip", "bzip2": "bzip2", "lz4": "lz4_frame", "deflate": "deflate", "zstd": "zstd"}
COMPRESSIONS = ("gzip", "bzip2", "lz4_frame", "deflate", "zstd", "snappy", "lz4", "zlib", "no_compression")


@dataclass
class Options:
    """The headers, read. Texts are as they were sent; separators are what they stand for."""

    label: str = ""
    format: str = "csv"
    columns: str = ""
    where: str = ""
    column_separator: str = "\t"
    row_delimiter: str = "\n"
    skip_header: int = 0
    trim_space: bool = False
    enclose: str = ""
    escape: str = ""
    partitions: tuple[str, ...] = ()
    temporary: bool = False
    strict: bool = False
    zone: str = LOAD_ZONE
    timeout: int = 600
    jsonpaths: str = ""
    json_root: str = ""
    strip_outer_array: bool = False
    partial_update: bool = False
    partial_mode: str = ""
    condition: str = ""
    max_filter_ratio: float = 0.0
    compression: str = ""
    log_rejected: int = 0


def read_options(headers: Message) -> Options:
    options = Options(label=headers.get("label") or "")
    _format(options, headers)
    if text := headers.get("timeout"):
        options.timeout = _whole(text, "Invalid timeout format")
        if not TIMEOUTS[0] <= options.timeout <= TIMEOUTS[1]:
            between = f"between {TIMEOUTS[0]} and {TIMEOUTS[1]} seconds"
            raise failure(f"Invalid timeout: '{options.timeout}'. Expected values should be {between}")
    options.columns, options.where = headers.get("columns") or "", headers.get("where") or ""
    _csv(options, headers)
    _partitions(options, headers)
    if (headers.get("negative") or "").lower() == "true":
        raise unsupported("A load with the header negative")
    options.strict = _boolean(headers, "strict_mode", "Invalid strict mode format. Must be bool type")
    if text := headers.get("timezone"):
        options.zone = _zone(text)
    _memory(headers)
    options.jsonpaths, options.json_root = headers.get("jsonpaths") or "", headers.get("json_root") or ""
    options.strip_outer_array = (headers.get("strip_outer_array") or "").lower() == "true"
    options.partial_update = _boolean(
        headers, "partial_update", "Invalid partial update flag format. Must be bool type"
    )
    options.partial_mode = headers.get("partial_update_mode") or ""
    options.condition = headers.get("merge_condition") or ""
    if text := headers.get("log_rejected_record_num"):
        options.log_rejected = _whole(text, "Invalid log_rejected_record_num format")
        if options.log_rejected < -1:
            raise failure("log_rejected_record_num must be equal or greater than -1")
    options.max_filter_ratio = _leading_number(headers.get("max_filter_ratio") or "0")
    _compression(options, headers)
    return options


def check_size(options: Options, headers: Message, size: int) -> None:
    """JSON is parsed as a whole, and so its size is limited unless the client says not to."""
    ignores = (headers.get("ignore_json_size") or "").lower() == "true"
    if options.format == "json" and size > JSON_BYTES and not ignores:
        raise failure(
            f"The size of this batch exceed the max size [{JSON_BYTES}]  of json type data  data [ {size} ]. "
            "Set ignore_json_size to skip the check, although it may lead huge memory consuming."
        )


# ---- groups of headers


def _format(options: Options, headers: Message) -> None:
    text = headers.get("format") or "csv"
    word = text.lower()
    if word in COMPRESSED_FORMATS:
        options.compression = COMPRESSED_FORMATS[word]
    elif word not in ("csv", "json"):
        raise failure(f"unknown data format, format={text}")
    else:
        options.format = word


def _csv(options: Options, headers: Message) -> None:
    if text := headers.get("column_separator"):
        options.column_separator = read_separator(text, "column separator")
    if text := headers.get("row_delimiter"):
        options.row_delimiter = read_separator(text, "row delimiter")
    if text := headers.get("skip_header"):
        options.skip_header = _whole(text, "Invalid csv load skip_header format")
        if options.skip_header < 0:
            raise failure("skip_header must be equal or greater than 0")
    options.trim_space = _boolean(headers, "trim_space", "Invalid trim space format. Must be bool type")
    options.enclose = (headers.get("enclose") or "")[:1]
    options.escape = (headers.get("escape") or "")[:1]


def _partitions(options: Options, headers: Message) -> None:
    plain, temporary = headers.get("partitions") or "", headers.get("temporary_partitions") or ""
    if plain and temporary:
        raise failure("Can not specify both partitions and temporary partitions")
    if plain or temporary:
        options.partitions = tuple(re.split(r"\s*,\s*", (plain or temporary).strip()))
        options.temporary = bool(temporary)


def _memory(headers: Message) -> None:
    if (text := headers.get("load_mem_limit")) and _whole(text, "Invalid load mem limit format") < 0:
        raise failure("load_mem_limit must be equal or greater than 0")
    if text := headers.get("load_dop"):
        _whole(text, "Invalid load_dop format")


def _compression(options: Options, headers: Message) -> None:
    encoding, compression = headers.get("content-encoding") or "", headers.get("compression") or ""
    if encoding and compression:
        raise failure("Only one of http header content-encoding and compression can be set")
    named = (encoding or compression).lower()
    if named and named not in COMPRESSIONS:
        raise failure(f"Unsupported compression type: {encoding or compression}")
    if named and named != "no_compression":
        options.compression = named


# ---- values


def _boolean(headers: Message, name: str, refusal: str) -> bool:
    text = (headers.get(name) or "false").lower()
    if text not in ("true", "false"):
        raise failure(refusal)
    return text == "true"


def _whole(text: str, refusal: str) -> int:
    """As C++ reads a number: what follows the digits does not matter."""
    found = re.match(r"\s*[-+]?\d+", text)
    if found is None:
        raise failure(refusal)
    return int(found.group())


def _leading_number(text: str) -> float:
    found = re.match(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text)
    return float(found.group()) if found else 0.0


def _zone(text: str) -> str:
    try:
        return time_zone(text)
    except StarRocksError as error:
        raise failure(f"Unknown or incorrect time zone: '{text}'", 1298) from error


def read_separator(text: str, what: str) -> str:
    r"""A separator as it is written: \t and \n, \x and hexadecimal digits, or itself."""
    if text[:2].upper() in ("\\X", "0X"):
        separator = _of_digits(text)
    else:
        separator = text.replace("\\t", "\t").replace("\\n", "\n")
    if len(separator.encode()) > LONGEST_SEPARATOR:
        raise failure(f"The valid bytes length for '{what}' is [1, {LONGEST_SEPARATOR}]")
    return separator


def _of_digits(text: str) -> str:
    digits = text[2:]
    if not digits:
        raise analysis_error(f"Invalid delimiter '{text}: empty hex string")
    if len(digits) % 2:
        raise analysis_error(f"Invalid delimiter '{text}: hex length must be a even number")
    if not re.fullmatch(r"[0-9A-Fa-f]+", digits):
        raise analysis_error(f"Invalid delimiter '{text}': invalid hex format")
    return bytes.fromhex(digits).decode("latin-1")
