"""`indexes`: bitmap, n-gram, full-text and vector indexes; bloom filters, which the server keeps as a property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.column import INTEGERS
from dbt.adapters.starrocks.table_config.columns import ColumnDefinition, ColumnNames, Supports
from dbt.adapters.starrocks.table_config.keys import Keys
from dbt.adapters.starrocks.table_config.values import (
    choice,
    is_list,
    known_keys,
    mapping,
    names,
    refuse,
    scalar_text,
)

# the config's words to the server's; a bloom filter has none
KINDS = {
    "bitmap": "bitmap",
    "ngrambf": "ngrambf",
    "ngram": "ngrambf",
    "gin": "gin",
    "inverted": "gin",
    "vector": "vector",
}
BLOOM = ("bloom", "bloom_filter")
ACCEPTED = ("bitmap", "bloom_filter", "ngrambf", "gin", "vector")
# each with its meaning, for docs/configuration.md
SETTING_MEANINGS = {
    "columns": "the columns; each gets an index of its own",
    "type": ", ".join(f"`{kind}`" for kind in ACCEPTED) + "; without it `bitmap`",
    "name": "the index's name, where it has one column; without it `idx_<column>`",
    "comment": "the index's comment",
    "properties": "a mapping of what StarRocks takes for the type, such as `{gram_num: 4}`",
}
SETTINGS = tuple(SETTING_MEANINGS)
LONGEST_NAME = 64
PROPERTY = re.compile(r'"([^"]+)"\s*=\s*"([^"]*)"')

BITMAP_KINDS = (*INTEGERS, "boolean", "decimal", "char", "varchar", "string", "date", "datetime")
BLOOM_KINDS = ("smallint", "int", "bigint", "largeint", "char", "varchar", "string", "date", "datetime")
STRING_KINDS = ("char", "varchar", "string")
COLUMN_KINDS = {"bitmap": BITMAP_KINDS, "ngrambf": STRING_KINDS, "gin": STRING_KINDS, "vector": ("array",)}
FEATURES = {"ngrambf": Feature.TEXT_INDEXES, "gin": Feature.TEXT_INDEXES, "vector": Feature.VECTOR_INDEXES}


@dataclass(frozen=True)
class Index:
    name: str
    column: str
    kind: str
    properties: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


@dataclass(frozen=True)
class Indexes:
    listed: tuple[Index, ...] = ()
    bloom_columns: tuple[str, ...] = ()


def parse_indexes(
    config: Mapping[str, Any], columns: Sequence[ColumnDefinition], keys: Keys, supports: Supports
) -> Indexes:
    value = config.get("indexes")
    if not value:
        return Indexes()
    known = ColumnNames(columns)
    listed: list[Index] = []
    bloom: list[str] = []
    for row in value if is_list(value) else [value]:
        kind, named = _row(row, known)
        if kind in BLOOM:
            bloom += [_bloom_column(known.find("indexes", name), keys) for name in named]
        else:
            listed += _indexes(row, KINDS[kind], named, known, keys, supports)
    _check_names(listed)
    return Indexes(tuple(listed), tuple(dict.fromkeys(bloom)))


def _row(row: Any, known: ColumnNames) -> tuple[str, tuple[str, ...]]:
    if isinstance(row, str):
        row = {"columns": row}
    given = mapping("indexes", row)
    known_keys("indexes", given, SETTINGS)
    kind = str(given.get("type") or "bitmap").strip().lower()
    if kind not in KINDS and kind not in BLOOM:
        choice("indexes.type", given["type"], ACCEPTED, "kind of index")
    named = known.resolve("indexes.columns", names("indexes.columns", given.get("columns")))
    if not named:
        refuse("indexes", dict(given), "it names no column", "Add `columns: [column]`.")
    return kind, named


def _indexes(
    row: Any, kind: str, named: Sequence[str], known: ColumnNames, keys: Keys, supports: Supports
) -> list[Index]:
    """An index has one column: a row that names several makes one for each."""
    given = row if isinstance(row, Mapping) else {}
    feature = FEATURES.get(kind)
    if feature is not None and not supports(feature):
        refuse("indexes.type", kind, f"{feature.label} need StarRocks {feature.since} or newer", "Remove the index.")
    if given.get("name") and len(named) > 1:
        refuse("indexes.name", given["name"], "each column gets an index of its own", "Give one name per column.")
    properties = {key: scalar_text(value) for key, value in (given.get("properties") or {}).items()}
    found = []
    for name in named:
        _check_column(known.find("indexes", name), kind, keys)
        index_name = given.get("name") or f"idx_{name}"
        found.append(Index(index_name, name, kind, properties, given.get("comment") or ""))
    return found


def _check_column(column: ColumnDefinition, kind: str, keys: Keys) -> None:
    if column.kind not in COLUMN_KINDS[kind]:
        accepted = ", ".join(COLUMN_KINDS[kind])
        refuse("indexes", column.name, f"it is {column.data_type}, and a {kind} index takes {accepted}", "Remove it.")
    if kind in ("gin", "vector") and keys.table_type not in ("DUPLICATE", "PRIMARY"):
        refuse("indexes.type", kind, "only DUPLICATE and PRIMARY KEY tables bear it", "Remove the index.")
    _check_value_column(column, kind, keys)


def _check_value_column(column: ColumnDefinition, kind: str, keys: Keys) -> None:
    if keys.table_type in ("UNIQUE", "AGGREGATE") and column.name not in keys.columns:
        refuse(
            "indexes",
            column.name,
            f"a {keys.table_type} KEY table bears a {kind} index on its key columns only",
            f"Its keys are: {', '.join(keys.columns)}.",
        )


def _bloom_column(column: ColumnDefinition, keys: Keys) -> str:
    if column.kind not in BLOOM_KINDS:
        rule = f"it is {column.data_type}, and a bloom filter takes {', '.join(BLOOM_KINDS)}"
        refuse("indexes", column.name, rule, "Remove it.")
    _check_value_column(column, "bloom filter", keys)
    return column.name


def _check_names(indexes: Sequence[Index]) -> None:
    seen: set[str] = set()
    for index in indexes:
        if len(index.name) > LONGEST_NAME:
            refuse("indexes.name", index.name, f"it is longer than {LONGEST_NAME} characters", "Give a shorter `name`.")
        if index.name.lower() in seen:
            refuse("indexes.name", index.name, "two indexes have this name", "Give each a `name` of its own.")
        seen.add(index.name.lower())


def index_differences(wanted: Sequence[Index], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """`rows` are the answer to SHOW INDEX, by lower-case column names."""
    present = {_shown(row["key_name"], row["column_name"], row["index_type"]) for row in rows}
    missing = [index for index in wanted if _shown(index.name, index.column, index.kind) not in present]
    others = [index for index in wanted if index not in missing and not _same_properties(index, rows)]
    return [f"index {index.name} on {index.column}" for index in [*missing, *others]]


def _shown(name: str, column: str, kind: str) -> tuple[str, str, str]:
    return name.lower(), column.lower(), kind.partition("(")[0].strip().lower()


def _same_properties(index: Index, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Those that the model names; the server adds its defaults to them."""
    text = next(row["index_type"] for row in rows if row["key_name"].lower() == index.name.lower())
    stored = dict(PROPERTY.findall(text))
    return all(stored.get(key, "").lower() == value.lower() for key, value in index.properties.items())
