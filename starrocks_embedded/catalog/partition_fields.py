"""PARTITION BY of Iceberg and Hive tables: columns, and from 4.0 Iceberg's transforms of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import type_name
from starrocks_embedded.errors import StarRocksError, analysis_error, unsupported
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.syntax.definitions import ColumnDef, PartitionClause
    from starrocks_embedded.version import Version

DATES, MOMENTS = ("date", "datetime"), ("datetime",)
SOURCES: dict[str, tuple[str, ...]] = {
    "year": DATES, "month": DATES, "day": DATES, "hour": MOMENTS,
    "truncate": ("tinyint", "smallint", "int", "bigint", "char", "varchar"),
    "bucket": ("tinyint", "smallint", "int", "bigint", "decimal", "char", "varchar", "date", "datetime", "varbinary"),
}  # fmt: skip
WITH_WIDTH = ("truncate", "bucket")


def partition_fields(
    version: Version, kind: str, clause: PartitionClause, columns: Sequence[ColumnDef]
) -> list[model.PartitionField]:
    if clause.kind == "range" or clause.partitions:
        raise unsupported(f"PARTITION BY RANGE, or named partitions, of the {kind} table")
    fields = [_field(version, kind, item, columns) for item in clause.items]
    names = [columns[f.column_id - 1].name for f in fields]
    plain = [n for n, f in zip(names, fields, strict=True) if f.transform == "identity"]
    _check_order(version, kind, [c.name for c in columns], plain)
    return fields


def _field(version: Version, kind: str, item: str | ast.Call, columns: Sequence[ColumnDef]) -> model.PartitionField:
    if not isinstance(item, str):
        if kind != "iceberg" or not version.at_least("4.0"):
            raise unsupported(f"PARTITION BY {item.name}(…) of the {kind} table")
        return transform_of(item, {c.name.lower(): (i + 1, c.type) for i, c in enumerate(columns)})
    at = next((i for i, c in enumerate(columns) if c.name == item), None)
    if at is None:
        raise analysis_error(f"Partition column[{item}] does not exist in column list.")
    _check_type(version, kind, columns[at])
    return model.PartitionField(at + 1)


def transform_of(call: ast.Call, columns: dict[str, tuple[int, Type]]) -> model.PartitionField:
    """A transform by the ids and types of columns, which are found by their lower-case names."""
    column = call.args[0] if call.args else None
    source = columns.get(column.parts[-1].lower()) if isinstance(column, ast.ColumnRef) else None
    if source is None:
        raise unsupported(f"The arguments of the partition transform {call.name}")
    id_, type_ = source
    widths = [a.value for a in call.args[1:] if isinstance(a, ast.Literal) and a.kind == "int"]
    sound = len(call.args) == (2 if call.name in WITH_WIDTH else 1) and len(widths) == len(call.args) - 1
    if type_.name not in SOURCES.get(call.name, ()) or not sound or any(w <= 0 for w in widths):
        raise _no_transform(call, type_)
    return model.PartitionField(id_, call.name, widths[0] if widths else 0)


def _no_transform(call: ast.Call, type_: Type) -> StarRocksError:
    if len(call.args) == 1 and call.name not in WITH_WIDTH:
        signature = f"__iceberg_transform_{call.name}({to_sql(type_)})"
        return analysis_error(f"No matching function with signature: {signature}")
    return unsupported(f"The partition transform {call.name} of a column of type {type_}")


def _check_type(version: Version, kind: str, column: ColumnDef) -> None:
    iceberg = kind == "iceberg" and version.at_least("4.0")
    if column.type.is_float or column.type.is_nested or (column.type.is_decimal and not iceberg):
        word = "iceberg partition" if iceberg else "partition"
        raise analysis_error(f"Invalid {word} column '{column.name}': invalid data type {type_name(column.type)}")


def _check_order(version: Version, kind: str, columns: list[str], parted: list[str]) -> None:
    seen: set[str] = set()
    for name in parted:
        if name.lower() in seen:
            raise analysis_error(f"Duplicated partition column {name}")
        seen.add(name.lower())
    if kind == "hive":
        if len(columns) == len(parted):
            raise analysis_error("Table contains only partition columns")
        if columns[-len(parted) :] != parted:
            raise analysis_error(
                "Partition columns must be the last columns in the table and in the same order as partition by clause: "
                f"[{', '.join(parted)}]"
            )
    elif not version.at_least("4.0") and any(c in parted for c in columns[: len(columns) - len(parted)]):
        raise analysis_error("Partition columns must be at the end of column defs")


def field_of(table: model.ExternalTable, expr: ast.Expr) -> model.PartitionField:
    """The field that ALTER TABLE … PARTITION COLUMN means."""
    columns = {c.name.lower(): (c.id, c.type) for c in table.columns}
    if isinstance(expr, ast.Call):
        return transform_of(expr, columns)
    if isinstance(expr, ast.ColumnRef) and expr.parts[-1].lower() in columns:
        return model.PartitionField(columns[expr.parts[-1].lower()][0])
    raise unsupported("This expression as a partition column")


# ---- what they say


def field_text(table: model.ExternalTable, field: model.PartitionField) -> str:
    """As SHOW CREATE TABLE prints it."""
    name = f"`{column_of(table, field).name}`"
    if field.transform == "identity":
        return name
    return f"{field.transform}({name}, {field.argument})" if field.argument else f"{field.transform}({name})"


def column_of(table: model.ExternalTable, field: model.PartitionField) -> model.Column:
    return next(c for c in table.columns if c.id == field.column_id)


def parted_by(table: model.ExternalTable) -> list[model.Column]:
    """The columns behind the fields, each as often as it is used."""
    return [column_of(table, field) for field in table.partition_fields]


def field_sql(table: model.ExternalTable, field: model.PartitionField, alias: str) -> str:
    """DuckDB text whose value tells a row's partition from the others."""
    column = column_of(table, field)
    value = f'{alias}."{column.physical}"'
    if field.transform == "identity":
        return value
    if field.transform in ("year", "month", "day", "hour"):
        return f"date_trunc('{field.transform}', {value})"
    if field.transform == "truncate":
        width = field.argument
        if column.type.is_string:
            return f"left({value}, {width})"
        return f"{value} - ((({value} % {width}) + {width}) % {width})"
    raise unsupported(f"INSERT OVERWRITE of the Iceberg table {table.name}, which is partitioned by {field.transform}")
