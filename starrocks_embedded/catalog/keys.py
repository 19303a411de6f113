"""Keys of a table: which columns, in which order, of which types; and the sort key."""

from __future__ import annotations

from starrocks_embedded.catalog.columns import can_be_key, type_name
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.definitions import ColumnDef, KeysClause, SortItem
from starrocks_embedded.types import Type, to_sql
from starrocks_embedded.version import Version

SHORT_KEY_COLUMNS = 3
SHORT_KEY_BYTES = 36
INDEX_BYTES = {
    "boolean": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8, "largeint": 16, "float": 4, "double": 8,
    "date": 3, "datetime": 8, "varchar": 20, "varbinary": 20, "hll": 16385, "bitmap": 16,
}  # fmt: skip
PRIMARY_KEY_TYPES = ("boolean", "tinyint", "smallint", "int", "bigint", "largeint", "varchar", "date", "datetime")
ENUM_NAMES = {"duplicate": "DUP_KEYS", "aggregate": "AGG_KEYS", "unique": "UNIQUE_KEYS", "primary": "PRIMARY_KEYS"}
SQL_NAMES = {k: f"{k.upper()} KEY" for k in ENUM_NAMES}


def settle_keys(clause: KeysClause | None, columns: list[ColumnDef], version: Version) -> KeysClause:
    """The key clause, or the one StarRocks derives when there is none; checked against the columns."""
    keys = clause or _derived(columns, version)
    if len(keys.columns) > len(columns):
        raise analysis_error("The number of key columns should be less than the number of columns.")
    for name, column in zip(keys.columns, columns, strict=False):
        _check_key_column(keys, name, column, columns)
    for column in columns[len(keys.columns) :]:
        _check_value_column(keys, column)
    return keys


def _derived(columns: list[ColumnDef], version: Version) -> KeysClause:
    if any(c.aggregate for c in columns):
        return KeysClause("aggregate", tuple(c.name for c in columns if not c.aggregate), NOWHERE, True)
    names = default_key(columns, version)
    if not names:
        raise analysis_error(f"Data type of first column cannot be {type_name(columns[0].type)}")
    return KeysClause("duplicate", tuple(names), NOWHERE, True)


def default_key(columns: list[ColumnDef], version: Version) -> list[str]:
    """The leading columns that fit a short key: at most three and 36 bytes, up to and including a VARCHAR."""
    names: list[str] = []
    length = 0
    for column in columns:
        if column.generated is not None:
            if not version.at_least("3.4") and len(names) < SHORT_KEY_COLUMNS:
                raise analysis_error("Generated Column can not be KEY")
            break
        length += index_bytes(column.type)
        if len(names) >= SHORT_KEY_COLUMNS or length > SHORT_KEY_BYTES:
            if not names and column.type.is_string:
                names.append(column.name)
            break
        if not can_be_key(column.type, version):
            break
        names.append(column.name)
        if column.type.name == "varchar":
            break
    return names


def index_bytes(type_: Type) -> int:
    if type_.name == "char":
        return type_.length or 1
    if type_.is_decimal:
        return 4 if type_.precision <= 9 else 8 if type_.precision <= 18 else 16 if type_.precision <= 38 else 32
    return INDEX_BYTES.get(type_.name, 0)


def _check_key_column(keys: KeysClause, name: str, column: ColumnDef, columns: list[ColumnDef]) -> None:
    if name.lower() != column.name.lower():
        if all(c.name.lower() != name.lower() for c in columns):
            raise analysis_error(f"Key column({name}) doesn't exist.")
        raise analysis_error(
            "Key columns must be the first few columns of the schema and the order "
            " of the key columns must be consistent with the order of the schema"
        )
    if column.aggregate:
        raise analysis_error(f"Key column[{column.name}] should not specify aggregate type.")
    if keys.kind == "primary":
        if column.nullable:
            raise analysis_error(f"primary key column[{column.name}] cannot be nullable")
        if column.type.name not in PRIMARY_KEY_TYPES:
            raise analysis_error(f"primary key column[{column.name}] type not supported: {to_sql(column.type)}")


def _check_value_column(keys: KeysClause, column: ColumnDef) -> None:
    if keys.kind == "aggregate":
        if not column.aggregate:
            what = f"{ENUM_NAMES[keys.kind]} table should specify aggregate type for non-key column[{column.name}]"
            raise analysis_error(what)
    elif column.aggregate not in ("", "replace"):
        what = f"{ENUM_NAMES[keys.kind]} table should not specify aggregate type for non-key column[{column.name}]"
        raise analysis_error(what)


# ---- sort keys


def check_sort_key(items: list[SortItem] | None, keys: KeysClause, columns: list[ColumnDef]) -> None:
    """What the analyzer says of ORDER BY; names are compared with their case here."""
    if items is None or keys.kind == "duplicate":
        return
    by_name = {c.name: c for c in columns}
    names = []
    for item in items:
        name = _sort_column(item)
        if name is None:
            raise analysis_error(f"Unknown column '{_text(item)}' in order by clause")
        if name not in by_name:
            raise analysis_error(f"Unknown column '{name}' does not exist")
        column = by_name[name]
        if keys.kind == "primary" and column.type.name not in (*PRIMARY_KEY_TYPES, "varbinary"):
            raise analysis_error(f"sort key column[{column.name}] type not supported: {to_sql(column.type)}")
        names.append(name)
    if keys.kind != "primary" and set(names) != set(keys.columns):
        raise analysis_error(f"The sort columns of {SQL_NAMES[keys.kind]} table must be same with key columns")


def sort_columns(items: list[SortItem] | None, columns: list[ColumnDef]) -> tuple[str, ...]:
    """What the table builder makes of ORDER BY, by name without regard to case."""
    by_name = {c.name.lower(): c for c in columns}
    names: list[str] = []
    for item in items or []:
        written = _sort_column(item)
        if written is None:
            raise failure(f"Unknown column '{_text(item)}' in order by clause")
        column = by_name.get(written.lower())
        if column is None:
            raise failure(f"Invalid column '{written}': not exists in all columns.")
        if column.name in names:
            raise failure(f"Duplicate sort key column {written} is not allowed.")
        names.append(column.name)
    if names and by_name[names[0].lower()].type.name in (
        "float",
        "double",
        "array",
        "map",
        "struct",
        "hll",
        "bitmap",
        "percentile",
    ):
        # the server names the type of the table's first column here, not the sort column's
        raise failure(f"Data type of first column cannot be {type_name(columns[0].type)}")
    return tuple(names)


def _sort_column(item: SortItem) -> str | None:
    return item.expr.parts[-1] if isinstance(item.expr, ast.ColumnRef) else None


def _text(item: SortItem) -> str:
    if isinstance(item.expr, ast.Call):
        from starrocks_embedded.syntax.printer import expression_text
        from starrocks_embedded.version import NEWEST

        return expression_text(item.expr, Version.parse(NEWEST))
    return str(getattr(item.expr, "text", ""))
