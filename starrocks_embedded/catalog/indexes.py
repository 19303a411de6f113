"""Indexes of a table: which kinds go on which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import primitive_name, type_name
from starrocks_embedded.errors import analysis_error
from starrocks_embedded.syntax.definitions import ColumnDef, IndexDef, KeysClause
from starrocks_embedded.types import Type
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog

MAX_NAME = 64
BITMAP_TYPES = (
    "date", "datetime", "char", "varchar", "boolean", "tinyint", "smallint", "int", "bigint", "largeint", "decimal",
)  # fmt: skip
GRAM_DEFAULTS = {"bloom_filter_fpp": "0.05", "case_sensitive": "true", "gram_num": "2"}


def build_indexes(
    catalog: Catalog, written: list[IndexDef], columns: list[ColumnDef], keys: KeysClause, version: Version
) -> list[model.Index]:
    built = []
    for item in written:
        check_index(item, version)
        found = [_column(item, name, columns) for name in item.columns]
        key_names = {k.lower() for k in keys.columns}
        properties = {}
        for column in found:
            properties = check_index_column(item, column.name, column.type, keys.kind, column.name.lower() in key_names)
        built.append(
            model.Index(catalog.new_id(), item.name, tuple(c.name for c in found), item.kind, item.comment, properties)
        )
    _check_unique(written)
    return built


def check_index(item: IndexDef, version: Version) -> None:
    del version
    if not item.name:
        raise analysis_error("index name cannot be blank.")
    if len(item.columns) != 1:
        raise analysis_error(f"{item.kind} index can only apply to one column.")
    if len(item.name) > MAX_NAME:
        raise analysis_error("index name too long, the index name length at most is 64.")


def _column(item: IndexDef, name: str, columns: list[ColumnDef]) -> ColumnDef:
    found = next((c for c in columns if c.name.lower() == name.lower()), None)
    if found is None:
        raise analysis_error(f"{item.name} column does not exist in table. invalid column: {name}", item.span)
    return found


def check_index_column(item: IndexDef, name: str, type_: Type, keys: str, is_key: bool) -> dict[str, str]:
    """The index's full properties, where its kind may stand on the column."""
    if item.kind == "bitmap":
        _check_bitmap(name, type_, keys, is_key)
        return dict(item.properties)
    if item.kind == "ngrambf":
        return _grams(item, name, type_, keys, is_key)
    if item.kind == "gin":
        raise analysis_error(
            "The inverted index is disabled, enable it by setting FE config `enable_experimental_gin` to true"
        )
    raise analysis_error(
        "The vector index is disabled, enable it by setting FE config `enable_experimental_vector` to true"
    )


def _check_bitmap(name: str, type_: Type, keys: str, is_key: bool) -> None:
    if keys in ("aggregate", "unique") and not is_key:
        raise analysis_error(
            "BITMAP index only used in columns of DUP_KEYS/PRIMARY_KEYS table or key columns of "
            f"UNIQUE_KEYS/AGG_KEYS table. invalid column: {name}"
        )
    if type_.name not in BITMAP_TYPES:
        shown = "INVALID_TYPE" if type_.is_nested else primitive_name(type_)
        raise analysis_error(f"{shown} is not supported in bitmap index. invalid column: {name}")


def _grams(item: IndexDef, name: str, type_: Type, keys: str, is_key: bool) -> dict[str, str]:
    if not type_.is_string:
        raise analysis_error(f"Invalid ngram bloom filter column '{name}': unsupported type {type_name(type_)}")
    if keys in ("aggregate", "unique") and not is_key:
        raise analysis_error(
            "Ngram Bloom filter index only used in columns of DUP_KEYS/PRIMARY table or key columns of "
            f"UNIQUE_KEYS/AGG_KEYS table. invalid column: {name}"
        )
    grams = item.properties.get("gram_num", "2")
    if not grams.lstrip("-").isdigit() or int(grams) <= 0:
        raise analysis_error("Ngram Bloom filter's gram_num should be positive number")
    return GRAM_DEFAULTS | item.properties


def _check_unique(written: list[IndexDef]) -> None:
    if len({i.name.lower() for i in written}) != len(written):
        raise analysis_error("index name must be unique", written[0].span)
    if len({tuple(c.upper() for c in i.columns) for i in written}) != len(written):
        raise analysis_error("same index columns have multiple index name is not allowed", written[0].span)
