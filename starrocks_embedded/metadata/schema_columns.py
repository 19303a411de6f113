"""information_schema.columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starrocks_embedded.metadata.column_texts import default_text
from starrocks_embedded.metadata.databases import SYSTEM_DATABASES
from starrocks_embedded.metadata.schema_tables import SCHEMA, stored_tables
from starrocks_embedded.metadata.system_tables import Record, fills_wanted, system_tables
from starrocks_embedded.metadata.wanted import Wanted
from starrocks_embedded.types import Type, describe, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

KEYS = {"primary": "PRI", "unique": "UNI", "aggregate": "AGG", "duplicate": "DUP"}
TEXT_COLUMNS = ("char", "varchar")


@fills_wanted(SCHEMA, "columns")
def columns(session: Session, wanted: Wanted) -> Iterable[Record]:
    for database, table in stored_tables(session, wanted):
        for position, column in enumerate(table.columns, 1):
            yield column_record(database.name, table.name, position, column.name, column.type, column.nullable) | {
                "COLUMN_DEFAULT": default_text(column),
                "COLUMN_KEY": KEYS[table.keys] if column.key and table.kind != "view" else "",
                "COLUMN_COMMENT": column.comment,
                "GENERATION_EXPRESSION": column.generated or None,
            }
    yield from _system_columns(session, wanted)


def _system_columns(session: Session, wanted: Wanted) -> Iterable[Record]:
    for name in filter(wanted.has_database, SYSTEM_DATABASES):
        for table in system_tables(session.engine.version, name):
            for position, column in enumerate(table.details, 1):
                yield column_record(name, table.name, position, column.name, column.type, column.nullable)


def column_record(database: str, table: str, position: int, name: str, type_: Type, nullable: bool) -> Record:
    length = type_.length if type_.name in TEXT_COLUMNS else None
    return {
        "TABLE_SCHEMA": database,
        "TABLE_NAME": table,
        "COLUMN_NAME": name,
        "ORDINAL_POSITION": position,
        "IS_NULLABLE": "YES" if nullable else "NO",
        "DATA_TYPE": data_type(type_),
        "CHARACTER_MAXIMUM_LENGTH": length,
        "CHARACTER_OCTET_LENGTH": None if length is None else length * 3,
        "NUMERIC_PRECISION": _precision(type_),
        "NUMERIC_SCALE": _scale(type_),
        "DATETIME_PRECISION": None,
        "COLUMN_TYPE": column_type(type_),
        "COLUMN_KEY": "",
        "EXTRA": "",
        "PRIVILEGES": "",
        "COLUMN_COMMENT": "",
        "COLUMN_SIZE": _size(type_),
        "DECIMAL_DIGITS": _scale(type_),
    }


def data_type(type_: Type) -> str:
    """MySQL's word for it: a boolean is a tinyint, a largeint an unsigned bigint."""
    return {"boolean": "tinyint", "largeint": "bigint unsigned"}.get(type_.name, type_.name)


def column_type(type_: Type) -> str:
    if type_.name == "boolean":
        return "tinyint(1)"
    if type_.name == "largeint":
        return "bigint(20) unsigned"
    return describe(type_) if type_.is_decimal else to_sql(type_)


INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 19, "largeint": 39}


def _precision(type_: Type) -> int | None:
    if type_.is_decimal:
        return type_.precision
    return {**INTEGER_DIGITS, "float": 7, "double": 15}.get(type_.name)


def _scale(type_: Type) -> int | None:
    if type_.is_decimal:
        return type_.scale
    return 0 if type_.is_integer else {"float": 7, "double": 15}.get(type_.name)


def _size(type_: Type) -> int | None:
    if type_.name in TEXT_COLUMNS:
        return type_.length
    return _precision(type_)
