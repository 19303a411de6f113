"""INSERT INTO FILES(…): the rows of a query as a file of this machine."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import labels
from starrocks_embedded.emit.casts import to_string
from starrocks_embedded.emit.expression import identifier, quote
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.files.properties import local_path
from starrocks_embedded.loading.options import read_separator
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import Type, duckdb_type, file_type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery
    from starrocks_embedded.session import Session

FORMATS = ("parquet", "orc", "csv")
CODECS = ("uncompressed", "snappy", "lz4", "zstd", "gzip")
PARQUET_VERSIONS = ("1.0", "2.4", "2.6")
LABEL = "FAKE_TABLE_FUNCTION_TABLE_SINK_LABEL"
NULL_MARK = r"\N"


@dataclass
class InsertFiles(Statement):
    properties: dict[str, str]
    query: ast.Query


@dataclass
class Target:
    """Where and how the rows are written."""

    path: str
    format: str
    single: bool = False
    codec: str = "uncompressed"
    partition_by: list[str] = field(default_factory=list)
    separator: str = "\t"
    delimiter: str = "\n"
    header: bool = False


def parse_insert_files(cursor: Cursor) -> InsertFiles:
    from starrocks_embedded.syntax.queries import looking_at_query, parse_query

    cursor.expect("FILES")
    properties = cursor.properties()
    if cursor.looking_at("VALUES"):
        raise unsupported("INSERT INTO FILES() VALUES")
    if not looking_at_query(cursor):
        raise cursor.unexpected("VALUES", "SELECT", "WITH", "(")
    return InsertFiles(properties, parse_query(cursor))


@executes(InsertFiles)
def insert_files(session: Session, statement: InsertFiles) -> Result:
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.emit.functions.states import shown
    from starrocks_embedded.emit.query import prepare, query_sql

    analyzed = analyze_query(session, statement.query)
    target = _target(statement.properties, analyzed)
    prepare(session, analyzed)
    rows = _write(session, target, analyzed, shown(query_sql(session, analyzed), analyzed.columns))
    return ok(rows, labels.ok_info(LABEL, "VISIBLE", session.engine.catalog.new_id()))


# ---- properties


def _target(properties: dict[str, str], analyzed: AnalyzedQuery) -> Target:
    names = [c.name for c in analyzed.columns]
    doubled = [n for n in dict.fromkeys(names) if names.count(n) > 1]
    if doubled:
        raise analysis_error(f"expect column names to be distinct, but got duplicate(s): [{', '.join(doubled)}]")
    single = _boolean(properties, "single")
    if "path" not in properties:
        raise analysis_error('path is a mandatory property. "path" = "s3://path/to/your/location/"')
    target = Target(properties["path"], _format(properties), single, _codec(properties))
    if single and "partition_by" in properties:
        raise analysis_error("cannot use partition_by and single simultaneously")
    if "partition_by" in properties:
        target.partition_by = _partition_columns(properties["partition_by"], analyzed)
    for key, name in (("csv.column_separator", "separator"), ("csv.row_delimiter", "delimiter")):
        if key in properties:
            setattr(target, name, read_separator(properties[key], key))
    target.header = _boolean(properties, "csv.include_header")
    _boolean(properties, "parquet.use_legacy_encoding")
    version = properties.get("parquet.version", "2.6")
    if version not in PARQUET_VERSIONS:
        expected = ", ".join(PARQUET_VERSIONS)
        raise analysis_error(f"Invalid parquet.version: '{version}'. Expected values should be {expected}")
    return target


def _boolean(properties: dict[str, str], key: str) -> bool:
    text = properties.get(key, "false")
    if text.lower() not in ("true", "false"):
        message = f'got invalid parameter "{key}" = "{text}", expect a boolean value (true or false)'
        raise analysis_error(message)
    return text.lower() == "true"


def _format(properties: dict[str, str]) -> str:
    if "format" not in properties:
        raise analysis_error("format is a mandatory property. Use any of (parquet, orc, csv)")
    if properties["format"] not in FORMATS:
        raise analysis_error(f"Unsupported format {properties['format']}. Use any of (parquet, orc, csv)")
    if properties["format"] == "orc":
        raise unsupported("Writing orc with FILES()")
    return properties["format"]


def _codec(properties: dict[str, str]) -> str:
    codec = properties.get("compression", "uncompressed").lower()
    if codec not in CODECS:
        listed = ", ".join(CODECS)
        raise analysis_error(f"Unsupported compression codec {properties['compression']}. Use any of ({listed})")
    if properties.get("format") == "csv" and codec not in ("uncompressed", "gzip"):
        raise unsupported(f"Writing csv with the compression {codec}")
    return codec


def _partition_columns(text: str, analyzed: AnalyzedQuery) -> list[str]:
    by_name = {c.name: c.type for c in analyzed.columns}
    wanted = list(dict.fromkeys(part.strip() for part in text.split(",")))
    extra = [name for name in wanted if name not in by_name]
    if extra:
        known, more = ", ".join(by_name), ", ".join(extra)
        raise analysis_error(f"partition columns expected to be a subset of [{known}], but got extra columns: [{more}]")
    for name in wanted:
        type_ = by_name[name]
        if not (type_.name == "boolean" or type_.is_integer or type_.is_temporal or type_.is_string):
            raise analysis_error(f"partition column does not support type of {type_}")
    return wanted


# ---- writing


def _write(session: Session, target: Target, analyzed: AnalyzedQuery, sql: str) -> int:
    """The number of rows. A folder gets a file of its own name, so that nothing there is lost."""
    folder = Path(local_path(target.path.rstrip("/")))
    place = folder if target.single else folder / f"{uuid.uuid4()}_0_1_0.{target.format}"
    try:
        (place.parent if target.single else folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(f"cannot write to {target.path}: {error.strerror}") from error
    if target.partition_by:
        place = folder
    options = _parquet_options(target) if target.format == "parquet" else _csv_options(target)
    selected = ", ".join(_item(target, c.name, c.type, f"o{n}") for n, c in enumerate(analyzed.columns))
    try:
        return session.connection.run(f"COPY (SELECT {selected} FROM ({sql}) q) TO {quote(str(place))} ({options})")
    except StarRocksError as error:
        if not re.search(r"Storage failure", error.message):
            raise
        raise failure(f"cannot write to {target.path}") from error


def _item(target: Target, name: str, type_: Type, place: str) -> str:
    if target.format == "parquet" and file_type(type_) != duckdb_type(type_):
        value = f"CAST({place} AS {file_type(type_)})"
    elif target.format == "parquet" or type_.is_string:
        value = place
    elif type_.name == "boolean":
        value = f"CASE {place} WHEN true THEN 'true' WHEN false THEN 'false' END"
    else:
        value = to_string(place, type_)
    return f"{value} AS {identifier(name)}"


def _parquet_options(target: Target) -> str:
    codec = {"lz4": "lz4_raw"}.get(target.codec, target.codec)
    return f"FORMAT parquet, COMPRESSION {codec}{_partitions(target)}"


def _csv_options(target: Target) -> str:
    if target.delimiter != "\n":
        raise unsupported("Another csv.row_delimiter than a line's end")
    codec = "gzip" if target.codec == "gzip" else "none"
    return (
        f"FORMAT csv, HEADER {str(target.header).lower()}, DELIMITER {quote(target.separator)}, QUOTE '', ESCAPE '', "
        f"NULLSTR {quote(NULL_MARK)}, COMPRESSION {codec}{_partitions(target)}"
    )


def _partitions(target: Target) -> str:
    if not target.partition_by:
        return ""
    columns = ", ".join(identifier(name) for name in target.partition_by)
    name = f"{uuid.uuid4()}_0_1_{{i}}"
    return f", PARTITION_BY ({columns}), OVERWRITE_OR_IGNORE true, FILENAME_PATTERN {quote(name)}"
