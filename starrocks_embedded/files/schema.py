"""The columns of files: read from Parquet, guessed from the first rows of CSV."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.errors import unsupported
from starrocks_embedded.files.properties import FileOptions, storage_error
from starrocks_embedded.types import MAX_VARCHAR, Type

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

TEXT = Type("varchar", MAX_VARCHAR)
SCALARS = {
    "BOOLEAN": t.BOOLEAN, "TINYINT": t.INT, "SMALLINT": t.INT, "INTEGER": t.INT, "UTINYINT": t.INT,
    "USMALLINT": t.INT, "UINTEGER": t.INT, "BIGINT": t.BIGINT, "UBIGINT": t.BIGINT, "FLOAT": t.FLOAT,
    "DOUBLE": t.DOUBLE, "DATE": t.DATE, "TIMESTAMP": t.DATETIME, "TIMESTAMP_S": t.DATETIME, "TIMESTAMP_MS": t.DATETIME,
    "TIMESTAMP_NS": t.DATETIME, "TIMESTAMP WITH TIME ZONE": t.DATETIME, "VARCHAR": TEXT, "JSON": t.JSON, "UUID": TEXT,
    "BLOB": Type("varbinary", MAX_VARCHAR),
}  # fmt: skip
LISTED = (("PATH", t.STRING), ("SIZE", t.BIGINT), ("IS_DIR", t.BOOLEAN), ("MODIFICATION_TIME", t.DATETIME))

Columns = list[tuple[str, Type]]


def detect(session: Session, options: FileOptions, files: list[Path]) -> Columns:
    columns = _parquet(session, options, files) if options.format == "parquet" else _csv(session, options, files)
    return columns + [(name, TEXT) for name in options.from_path]


# ---- Parquet


def _parquet(session: Session, options: FileOptions, files: list[Path]) -> Columns:
    from starrocks_embedded.emit.expression import quote

    found: dict[str, Type] = {}
    for file in sampled(files, options.sample_files):
        for name, text, *_ in session.connection.rows(f"DESCRIBE SELECT * FROM read_parquet({quote(str(file))})"):
            type_ = type_of(text)
            if name in found and found[name] != type_:
                type_ = _general(found[name], type_)
            found[name] = type_
    return list(found.items())


def sampled(files: list[Path], count: int) -> list[Path]:
    """The first and the last first."""
    if count <= 1:
        return files[-1:]
    return files if count >= len(files) else [files[0], *files[len(files) - count + 1 :]]


def _general(one: Type, two: Type) -> Type:
    """What takes the values of both."""
    if {one.name, two.name} == {"int", "bigint"}:
        return t.BIGINT
    numbers = [x for x in (one, two) if x.is_integer or x.is_float or x.is_decimal]
    return t.DOUBLE if len(numbers) == 2 else TEXT


def type_of(text: str) -> Type:
    """StarRocks' type for a column that DuckDB describes so."""
    if text.endswith("[]"):
        return t.array(type_of(text[:-2]))
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", text):
        return t.decimal(int(found[1]), int(found[2]))
    if text.startswith("STRUCT("):
        return t.struct([_field(part) for part in _parts(text[7:-1])])
    if text.startswith("MAP("):
        key, value = _parts(text[4:-1])
        return t.map_(type_of(key), type_of(value))
    if text not in SCALARS:
        raise unsupported(f"A column of the type {text} in FILES()")
    return SCALARS[text]


def _field(text: str) -> tuple[str, Type]:
    found = re.match(r'"((?:[^"]|"")*)"\s+|(\S+)\s+', text)
    if found is None:
        raise unsupported(f"A field {text} in FILES()")
    name = found[1].replace('""', '"') if found[1] is not None else found[2]
    return name, type_of(text[found.end() :])


def _parts(text: str) -> list[str]:
    """What stands between the commas of one level."""
    parts, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == '"'
        depth += (char == "(") - (char == ")") if not quoted else 0
        if char == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


# ---- CSV


def _csv(session: Session, options: FileOptions, files: list[Path]) -> Columns:
    found: list[Type | None] = []
    for file in sampled(files, options.sample_files):
        for row in _first_rows(session, options, file):
            found += [None] * (len(row) - len(found))
            for place, field in enumerate(row):
                guess = _guess(field) if options.detects_types else TEXT
                known = found[place]
                found[place] = guess if known in (None, guess) else _wider(known, guess)
    if not found:
        raise storage_error(f"failed to get file schema, path: {options.path}, error: [the files have no rows]")
    return [(f"${place}", type_ or TEXT) for place, type_ in enumerate(found, 1)]


def _first_rows(session: Session, options: FileOptions, file: Path) -> list[list[str]]:
    from starrocks_embedded.emit.expression import quote
    from starrocks_embedded.loading.csv_rows import csv_lines
    from starrocks_embedded.loading.lines import show

    with tempfile.TemporaryDirectory(prefix="starrocks-files-") as folder:
        lines = csv_lines(file, options.csv, 0, Path(folder))
        split = f"string_split(line, {quote(lines.separator)})"
        rows = session.connection.rows(f"SELECT {split} FROM ({lines.sql}) LIMIT {max(options.sample_rows, 1)}")
    return [[show(f) if lines.hidden else f for f in row[lines.margin :]] for (row,) in rows]


def _guess(field: str) -> Type:
    text = field.strip(" \t\n\r")
    if re.fullmatch(r"[-+]?\d+", text) and -(2**63) <= int(text) < 2**63:
        return t.BIGINT
    if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
        return t.DOUBLE
    return t.BOOLEAN if text.lower() in ("true", "false") else TEXT


def _wider(one: Type | None, two: Type) -> Type:
    return t.DOUBLE if one is not None and {one.name, two.name} == {"bigint", "double"} else TEXT
