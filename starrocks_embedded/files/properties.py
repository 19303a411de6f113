"""What FILES() is asked for: its properties, and the files that its path means."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from starrocks_embedded.errors import StarRocksError, failure, unsupported
from starrocks_embedded.loading.options import Options, read_separator
from starrocks_embedded.version import Version

FORMATS = {"parquet": "3.1", "orc": "3.3", "csv": "3.3", "avro": "3.4.4"}  # since when each can be read
READABLE = ("parquet", "csv")
LOCAL = "file://"
SAMPLE_FILES, SAMPLE_ROWS = 2, 500


@dataclass
class FileOptions:
    path: str
    format: str = ""
    lists: bool = False
    recursively: bool = False
    from_path: tuple[str, ...] = ()
    sample_files: int = SAMPLE_FILES
    sample_rows: int = SAMPLE_ROWS
    detects_types: bool = True
    fills: bool = False  # NULL for columns that a file has not
    csv: Options = field(default_factory=Options)


def storage_error(message: str) -> StarRocksError:
    return failure(f"Access storage error. Error message: {message}")


def read_properties(properties: dict[str, str], version: Version) -> FileOptions:
    path = properties.get("path", "")
    if not path:
        raise storage_error("path is null. Please add properties(path='xxx') when create table")
    options = FileOptions(path, lists=_boolean(properties, "list_files_only"))
    if options.lists:
        options.recursively = _boolean(properties, "list_recursively")
        return options
    options.format = properties.get("format", "").lower()
    if not options.format:
        raise storage_error("format is null. Please add properties(format='xxx') when create table")
    if options.format not in FORMATS or not version.at_least(FORMATS[options.format]):
        raise storage_error(f"not supported format: {properties['format']}")
    if options.format not in READABLE:
        raise unsupported(f"Reading {options.format} with FILES()")
    options.from_path = tuple(c for c in re.split(r"\s*,\s*", properties.get("columns_from_path", "").strip()) if c)
    options.sample_files = _number(properties, "auto_detect_sample_files", SAMPLE_FILES)
    options.sample_rows = _number(properties, "auto_detect_sample_rows", SAMPLE_ROWS)
    options.detects_types = _boolean(properties, "auto_detect_types", True)
    fill = properties.get("fill_mismatch_column_with", "none").lower()
    if fill not in ("none", "null"):
        raise storage_error(f"Invalid fill_mismatch_column_with: '{fill}'. Expected values should be 'none', 'null'")
    options.fills = fill == "null"
    options.csv = csv_options(properties)
    return options


def csv_options(properties: dict[str, str]) -> Options:
    options = Options()
    if "csv.column_separator" in properties:
        options.column_separator = read_separator(properties["csv.column_separator"], "csv.column_separator")
    if "csv.row_delimiter" in properties:
        options.row_delimiter = read_separator(properties["csv.row_delimiter"], "csv.row_delimiter")
    for key in ("enclose", "escape"):
        if properties.get(f"csv.{key}") == "":
            raise storage_error(f"empty property csv.{key}")
    options.enclose = properties.get("csv.enclose", "")[:1]
    options.escape = properties.get("csv.escape", "")[:1]
    skipped = properties.get("csv.skip_header", "0")
    if not re.fullmatch(r"[-+]?\d+", skipped):
        raise storage_error("failed to parse csv.skip_header: ")
    options.skip_header = int(skipped)
    trims = properties.get("csv.trim_space", "false")
    if trims.lower() not in ("true", "false"):
        raise storage_error(f"illegal value of csv.trim_space: {trims}, only true/false allowed")
    options.trim_space = trims.lower() == "true"
    return options


def _boolean(properties: dict[str, str], key: str, default: bool = False) -> bool:
    text = properties.get(key)
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise storage_error(f"Illegal value of {key}: {text}, only true/false allowed")
    return text.lower() == "true"


def _number(properties: dict[str, str], key: str, default: int) -> int:
    text = properties.get(key)
    if text is None:
        return default
    if not re.fullmatch(r"[-+]?\d+", text):
        raise storage_error(f"Invalid {key}: '{text}'. Expected values should be int number")
    return int(text)


# ---- paths


def local_path(path: str) -> str:
    """The path of a file:// address; addresses of other stores lead nowhere from here."""
    scheme, mark, _ = path.partition("://")
    if not mark:
        raise storage_error("invalid path. scheme is null")
    if scheme.lower() != "file":
        raise unsupported(f"FILES() over {scheme}://")
    found = path[len(LOCAL) :]
    return found[1:] if os.name == "nt" and re.match(r"/[A-Za-z]:", found) else found


def matching(options: FileOptions) -> list[Path]:
    """The files and folders of all patterns in the path, which a comma separates, by name."""
    patterns = [local_path(piece.strip()) for piece in options.path.split(",") if piece.strip()]
    return [Path(name) for pattern in patterns for name in sorted(glob.glob(pattern))]


def find_files(options: FileOptions) -> list[Path]:
    """Folders are not looked into."""
    found = [path for path in matching(options) if path.is_file()]
    if not found:
        raise storage_error(
            f"No files were found matching the pattern(s) or path(s): '{options.path}'. You should check whether "
            "there are files under the path, and make sure the process has the permission to access the path"
        )
    return found
