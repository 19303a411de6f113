"""Files as DuckDB text: Parquet where it lies, CSV through a temporary table, a listing as values."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.errors import failure
from starrocks_embedded.files.properties import FileOptions, find_files, matching, read_properties
from starrocks_embedded.files.schema import LISTED, Columns, detect
from starrocks_embedded.types import duckdb_type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class FileSet:
    """A FILES() that was looked at. `loaded`: its rows are in the temporary table named by its relation already."""

    options: FileOptions
    files: list[Path] = field(default_factory=list)
    columns: Columns = field(default_factory=list)
    loaded: bool = False


def look(session: Session, properties: dict[str, str]) -> FileSet:
    options = read_properties(properties, session.engine.version)
    if options.lists:
        return FileSet(options, columns=list(LISTED))
    files = find_files(options)
    return FileSet(options, files, detect(session, options, files))


def files_sql(session: Session, found: FileSet, key: str) -> str:
    """DuckDB text that yields the columns as o0, o1, …; `key` names what is made for it."""
    from starrocks_embedded.emit.expression import identifier

    if found.options.lists:
        return _listing(found.options)
    if found.options.format == "parquet":
        return _parquet(found)
    if not found.loaded:
        _load_csv(session, found, identifier(key))
        found.loaded = True
    return f"SELECT * FROM temp.{identifier(key)}"


# ---- Parquet


def _parquet(found: FileSet) -> str:
    from starrocks_embedded.emit.expression import identifier, quote

    listed = ", ".join(quote(str(f)) for f in found.files)
    options = "union_by_name = true, filename = true" if found.options.fills else "filename = true"
    items = []
    for place, (name, type_) in enumerate(found.columns):
        value = _from_path(name) if name in found.options.from_path else identifier(name)
        items.append(f"CAST({value} AS {duckdb_type(type_)}) AS o{place}")
    return f"SELECT {', '.join(items)} FROM read_parquet([{listed}], {options})"


def _from_path(name: str) -> str:
    """The value of a folder called name=value."""
    from starrocks_embedded.emit.expression import quote

    return f"nullif(regexp_extract(filename, {quote(f'/{name}=([^/]*)/')}, 1), '__HIVE_DEFAULT_PARTITION__')"


# ---- CSV


def _load_csv(session: Session, found: FileSet, table: str) -> None:
    with tempfile.TemporaryDirectory(prefix="starrocks-files-") as folder:
        parts = [_csv(found, file, Path(folder) / str(n)) for n, file in enumerate(found.files)]
        session.connection.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {' UNION ALL '.join(parts)}")
    if not found.options.fills:
        _check_widths(session, found, table)
    session.connection.run(f"ALTER TABLE temp.{table} DROP COLUMN short")


def _csv(found: FileSet, file: Path, folder: Path) -> str:
    """One file's rows; `short` is a line that has fewer fields than the files have columns."""
    from starrocks_embedded.emit.expression import quote
    from starrocks_embedded.loading.conversion import converted
    from starrocks_embedded.loading.csv_rows import NULL_MARK, csv_lines

    folder.mkdir()
    options = found.options.csv
    lines = csv_lines(file, options, 0, folder)
    width = len(found.columns) - len(found.options.from_path)
    texts, items = [], []
    for place, (name, type_) in enumerate(found.columns):
        if place >= width:
            items.append(f"{_from_path(name).replace('filename', quote(str(file)))} AS o{place}")
            continue
        text = lines.shown(f"f[{place + 1 + lines.margin}]")
        text = f"trim({text}, ' ')" if options.trim_space and not options.enclose and not options.escape else text
        texts.append(f"nullif({text}, {quote(NULL_MARK)}) AS t{place}")
        items.append(f"{converted(f't{place}', type_)} AS o{place}")
    short = f"CASE WHEN len(f) < {width + lines.margin} THEN line END AS short"
    split = f"SELECT line, string_split(line, {quote(lines.separator)}) AS f FROM ({lines.sql}) r"
    return f"SELECT {', '.join([*items, 'short'])} FROM (SELECT {', '.join([*texts, short])} FROM ({split}) q) t"


def _check_widths(session: Session, found: FileSet, table: str) -> None:
    rows = session.connection.rows(f"SELECT short FROM temp.{table} WHERE short IS NOT NULL LIMIT 1")
    if rows:
        options, width = found.options.csv, len(found.columns) - len(found.options.from_path)
        given = len(rows[0][0].split(options.column_separator))
        raise failure(
            f"Schema column count: {width} doesn't match source value column count: {given}. "
            f"Column separator: {_shown(options.column_separator)}, Row delimiter: {_shown(options.row_delimiter)}, "
            f"Row: '{rows[0][0]}', File: {found.files[0]}. "
            "Consider setting 'fill_mismatch_column_with' = 'null' property"
        )


def _shown(text: str) -> str:
    from starrocks_embedded.loading.problems import printable

    return printable(text)


# ---- list_files_only


def _listing(options: FileOptions) -> str:
    from starrocks_embedded.emit.expression import quote

    rows = [
        f"({quote('file:' + str(path))}, {path.stat().st_size if path.is_file() else 0}, {str(path.is_dir()).lower()}, "
        f"TIMESTAMP '{datetime.fromtimestamp(path.stat().st_mtime, timezone.utc):%Y-%m-%d %H:%M:%S}')"
        for path in _below(matching(options), options.recursively)
    ]
    names = "o0, o1, o2, o3"
    if not rows:
        types = ("VARCHAR", "BIGINT", "BOOLEAN", "TIMESTAMP")
        return f"SELECT {', '.join(f'CAST(NULL AS {t}) AS o{n}' for n, t in enumerate(types))} WHERE false"
    return f"SELECT * FROM (VALUES {', '.join(rows)}) v({names})"


def _below(paths: list[Path], recursively: bool) -> list[Path]:
    """Files as they are, of a folder what is in it."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
        elif recursively:
            found += [Path(home) / name for home, _, names in os.walk(path) for name in sorted(names)]
        else:
            found += sorted(path.iterdir())
    return found
