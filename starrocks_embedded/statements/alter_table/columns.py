"""Column clauses of ALTER TABLE: checked in order on a copy of the columns, then applied at once or by a job."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.states import settle
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.columns import build_column, check_column, type_name
from starrocks_embedded.catalog.names import check_column_name
from starrocks_embedded.catalog.rollups import follow_column
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.statements.alter_table import clauses as c
from starrocks_embedded.statements.alter_table.conversions import check_conversion, check_lengths
from starrocks_embedded.statements.alter_table.generated import (
    analyze_generated,
    check_generated_form,
    referenced_columns,
)
from starrocks_embedded.syntax.definitions import ColumnDef
from starrocks_embedded.types import to_sql

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

MODELS = {"duplicate": "Duplicate", "unique": "Unique", "primary": "Primary"}
NOT_SORTABLE = ("json", "array", "map", "struct", "bitmap", "hll", "percentile", "float", "double", "variant")


@dataclass
class SchemaChange:
    """A table's columns while the clauses of one statement change them. `light` tells whether no data has to move,
    `touched` the names whose materialized views must stop."""

    session: Session
    before: model.Table
    table: model.Table
    light: bool
    added: set[str]
    touched: list[str]
    reordered: bool = False
    field_columns: set[int] = field(default_factory=set)  # whose structs gained or lost fields

    @classmethod
    def begin(cls, session: Session, table: model.Table) -> SchemaChange:
        evolution = table.properties.get(
            "fast_schema_evolution", "true" if session.engine.version.at_least("3.3") else "false"
        )
        return cls(session, table, copy.deepcopy(table), evolution == "true", set(), [])

    @property
    def columns(self) -> list[model.Column]:
        return self.table.columns

    @property
    def changed(self) -> bool:
        names = ("columns", "order_by", "indexes")
        if any(getattr(self.table, n) != getattr(self.before, n) for n in names):
            return True
        pairs = zip(self.table.columns, self.before.columns, strict=True)
        return any(one.type.state != other.type.state for one, other in pairs)


# ---- what the analyzer says of a definition


def analyze_definition(session: Session, table: model.Table, column: ColumnDef) -> None:
    """The checks of a column definition that come before anything is tried on the table."""
    settle(session, [column])
    check_generated_form(column)
    check_column_name(column.name)
    if table.keys == "primary":  # whatever was written, the values of such a table are replaced
        column.aggregate = "replace"
    try:
        check_column(column, "duplicate", column.key, session.engine.version)
    except StarRocksError as error:
        raise _wrapped(error, column) from None
    if column.generated is not None:
        if table.keys == "aggregate":
            raise analysis_error("Generated Column does not support AGG table")
        analyze_generated(session, table, column)


def _wrapped(error: StarRocksError, column: ColumnDef) -> StarRocksError:
    prefix = "Getting analyzing error. Detail message: "
    if not error.message.startswith(prefix):
        return error
    words = error.message[len(prefix) :].removesuffix(".")
    return analysis_error(f"Column definition is wrong. {words}", column.span)


def analyze_add(session: Session, table: model.Table, column: ColumnDef, position: c.Position | None) -> None:
    if column.auto_increment:
        span = column.span
        place = f"from line {span.line}, column {span.column} to line {span.end_line}, column {span.end_column}"
        words = f"Column '{column.name}' can not be AUTO_INCREMENT when ADD COLUMN"
        raise failure(f"Getting syntax error {place}. Detail message: {words}.")
    analyze_definition(session, table, column)
    if column.generated is not None:
        return
    if column.aggregate and position is not None and not position.after:
        raise analysis_error(f"Cannot add value column[{column.name}] at first", column.span)
    empty_by_type = column.type.is_metric_object
    if column.nullable is False and column.default is None and not empty_by_type:
        raise analysis_error(f"Field '{column.name}' is not null but doesnt have a default value", column.span)


# ---- ADD


def add_column(change: SchemaChange, written: ColumnDef, position: c.Position | None) -> None:
    column = _built(change, written)
    _check_default_kind(column)
    if column.default and column.default[0] == "expr":
        column.added_at = now_text()
    if column.generated or column.key:
        change.light = False
    _check_model(change, column, written)
    _check_new_name(change, column)
    if position is None and not column.generated:
        position = _before_generated(change)
    _insert(change, column, position)
    change.added.add(column.name.lower())


def _built(change: SchemaChange, written: ColumnDef) -> model.Column:
    table, session = change.table, change.session
    key = written.key or (table.keys == "aggregate" and not written.aggregate)
    text = analyze_generated(session, change.before, written) if written.generated is not None else ""
    column = build_column(written, table.next_column_id, key, table.keys, text)
    column.aggregate = written.aggregate if table.keys == "aggregate" and not key else ""
    return column


def _check_default_kind(column: model.Column) -> None:
    if column.default and column.default[0] == "expr" and column.default[1].startswith("("):
        raise failure(f"unsupported default expr:{column.default[1].strip('()')}()")


def _check_model(change: SchemaChange, column: model.Column, written: ColumnDef) -> None:
    """What the table's model allows of the new column."""
    keys, name = change.table.keys, written.name
    if keys == "primary":
        if written.key:
            raise failure(f"Can not add key column: {name} for primary key table")
    elif keys == "aggregate":
        if written.key and written.aggregate:
            raise failure(f"Can not assign aggregation method on key column: {name}")
        if not written.aggregate and column.type.name in NOT_SORTABLE:
            raise failure(
                "column without agg function will be treated as key column for aggregate table, "
                f"{type_name(column.type)} type can not be key column"
            )
        if written.aggregate == "sum" and column.default and column.default[0] == "const" and column.default[1] != "0":
            raise failure(f"The default value of '{name}' with SUM aggregation function must be zero")
    elif written.aggregate:
        raise failure(f"Can not assign aggregation method on column in {MODELS[keys]} data model table: {name}")
    if column.type.name == "hll" and keys != "aggregate":
        raise failure(f"HLL type column can only be in Aggregation data model table: {name}")


def _check_new_name(change: SchemaChange, column: model.Column) -> None:
    existing = change.before.column(column.name)
    if existing is not None and same_definition(existing, column):
        raise failure(f"Can not add column which already exists in base table: {column.name}")
    for known in change.before.columns:
        if (known.origin or known.name).lower() == column.name.lower():
            raise failure(
                f"Can not add column which already exists in column id: {column.name}, you can remove "
                f"{column_text(known)} and try again."
            )
    if existing is not None:
        raise failure(f"Repeatedly add same column with different definition: {column.name}")


def column_text(column: model.Column) -> str:
    """A column as an error text quotes it."""
    default = f' DEFAULT "{column.default[1]}"' if column.default and column.default[0] == "const" else ""
    aggregate = f" {column.aggregate.upper()}" if column.aggregate else ""
    null = "NULL" if column.nullable else "NOT NULL"
    return f'`{column.name}` {to_sql(column.type)}{aggregate} {null}{default} COMMENT "{column.comment}"'


def _before_generated(change: SchemaChange) -> c.Position | None:
    """Plain columns stand before the generated ones."""
    for one, following in zip(change.columns, change.columns[1:], strict=False):
        if not one.generated and following.generated:
            return c.Position(one.name)
    return None


def _insert(change: SchemaChange, column: model.Column, position: c.Position | None) -> None:
    existing = change.table.column(column.name)
    if existing is not None:
        if not same_definition(existing, column):
            raise failure(f"Repeatedly add same column with different definition: {column.name}")
        return
    change.table.next_column_id += 1
    at = len(change.columns)
    if position is not None and position.after:
        at = _index_of(change, position.after) + 1
        if change.columns[at - 1].generated and not column.generated:
            raise failure("Can not add column after Generated Column")
    elif position is not None:
        at = 0
    elif column.key:
        at = max((i for i, k in enumerate(change.columns) if k.key), default=-1) + 1
    change.columns.insert(at, column)


def _index_of(change: SchemaChange, name: str) -> int:
    for i, column in enumerate(change.columns):
        if column.name.lower() == name.lower():
            return i
    raise failure(f"Column[{name}] does not found")


# ---- DROP


def analyze_drop(table: model.Table, clause: c.DropColumn) -> None:
    for column in table.columns:
        if column.generated and clause.name.lower() in referenced_columns(column):
            raise analysis_error(
                f"Column: {clause.name} can not be dropped, because expression of Generated Column: {column.name} "
                "will refer to it"
            )


def drop_column(change: SchemaChange, clause: c.DropColumn) -> None:
    table = change.table
    column = table.column(clause.name)
    key = column is not None and column.key
    if table.keys == "primary":
        if key:
            raise failure("Can not drop key column in primary data model table")
        if clause.name.lower() in (n.lower() for n in table.order_by):
            raise failure("Can not drop sort column in primary data model table")
    elif table.keys == "unique" and key:
        raise failure("Can not drop key column in Unique data model table")
    elif (
        table.keys == "aggregate"
        and key
        and any(k.aggregate in ("replace", "replace_if_not_null") for k in change.columns)
    ):
        raise failure("Can not drop key column when table has value column with REPLACE aggregation method")
    if column is None:
        raise failure(f"Column does not exists: {clause.name}")
    if key:
        change.light = False
    table.columns = [k for k in table.columns if k is not column]
    table.indexes = [i for i in table.indexes if column.name.lower() not in (n.lower() for n in i.columns)]
    table.order_by = tuple(n for n in table.order_by if n.lower() != column.name.lower())
    change.touched.append(column.name)


# ---- MODIFY


def modify_column(change: SchemaChange, clause: c.ModifyColumn) -> None:
    written, table = clause.column, change.table
    name = written.name
    existing = table.column(name)
    _check_modify_model(change, existing, written)
    _check_generated_use(change, written)
    if existing is None:
        raise failure(f"Column[{name}] does not exists")
    if existing.auto_increment:
        raise failure("Can't not modify a AUTO_INCREMENT column")
    column = _modified(change, existing, written)
    if column.generated and not existing.generated:
        raise failure("Can not modify a non-generated column to a generated column")
    if existing.generated and not column.generated:
        raise failure("Can not modify a generated column to a non-generated column")
    _place(change, existing, column, clause.position)
    if column != existing:
        change.light = False
        change.touched.append(existing.name)


def _check_modify_model(change: SchemaChange, existing: model.Column | None, written: ColumnDef) -> None:
    keys, name = change.table.keys, written.name
    if keys == "primary":
        if existing is not None and existing.key:
            raise failure(
                f"Can not modify key column: {existing.name if existing.name != name else name} for primary key table"
            )
        if name.lower() in (n.lower() for n in change.table.order_by):
            raise failure("Can not modify sort column in primary data model table")
    elif keys == "aggregate":
        if written.key and written.aggregate:
            raise failure(f"Can not assign aggregation method on key column: {name}")
    elif written.aggregate:
        raise failure(f"Can not assign aggregation method on column in {MODELS[keys]} data model table: {name}")


def _check_generated_use(change: SchemaChange, written: ColumnDef) -> None:
    if written.generated is not None:
        return
    for column in change.columns:
        if column.generated and written.name.lower() in referenced_columns(column):
            raise failure(
                f"Do not support modify column: {written.name}, because it associates with the generated column"
            )


def _modified(change: SchemaChange, existing: model.Column, written: ColumnDef) -> model.Column:
    built = _built(change, written)
    kept = {n: getattr(existing, n) for n in ("id", "name", "origin", "hidden", "added_at")}
    return replace(built, **kept)


def _place(change: SchemaChange, existing: model.Column, column: model.Column, position: c.Position | None) -> None:
    columns = change.table.columns
    at = columns.index(existing)
    if position is None:
        columns[at] = column
        return
    if position.after:
        target = next((i for i, k in enumerate(columns) if k.name.lower() == position.after.lower()), None)
        if target is None:
            # the server stumbles over the missing column before it can name it
            raise failure(
                'Cannot invoke "com.starrocks.catalog.Column.isGeneratedColumn()" because "afterColumn" is null'
            )
        if target == at:
            raise failure(f"Column[{position.after}] modify position is invalid")
    del columns[at]
    after = next((i for i, k in enumerate(columns) if k.name.lower() == position.after.lower()), -1)
    columns.insert(after + 1, column)
    if columns.index(column) != at:
        change.light = False


# ---- ORDER BY


def reorder_columns(change: SchemaChange, clause: c.ReorderColumns) -> None:
    """All columns named: their order. Fewer: the sort key."""
    change.light = False
    if len(clause.names) != len(change.before.columns):
        _change_sort_key(change, clause)
        return
    if change.table.keys == "primary":
        raise failure(
            "Primary key table do not support reorder table schema. "
            "Please confirm if you want to modify the sorting columns."
        )
    change.table.columns = _named(change, clause)
    change.reordered = True


def _named(change: SchemaChange, clause: c.ReorderColumns) -> list[model.Column]:
    found: list[model.Column] = []
    for name in clause.names:
        column = change.table.column(name)
        if column is None:
            raise failure(f"Column[{name}] not exists")
        if column in found:
            raise failure(f"Duplicated column[{name}]")
        found.append(column)
    return found


def _change_sort_key(change: SchemaChange, clause: c.ReorderColumns) -> None:
    table = change.table
    if table.keys == "duplicate" and not change.session.engine.version.at_least("3.3"):
        raise failure("Table type:DUPLICATE KEY does not support sort key column")
    found = _named(change, clause)
    if table.keys == "primary":
        for column in found:
            if column.type.name not in (
                "boolean",
                "tinyint",
                "smallint",
                "int",
                "bigint",
                "largeint",
                "varchar",
                "date",
                "datetime",
            ):
                raise failure(
                    f"Sort key column[{column.name}] type not supported: {type_name(column.type)} in PrimaryKey table"
                )
    elif table.keys != "duplicate" and {k.name for k in found} != {k.name for k in table.columns if k.key}:
        raise failure(f"The sort columns of {table.keys.upper()} KEY table must be same with key columns")
    table.order_by = tuple(k.name for k in found)
    change.reordered = True


# ---- the whole


def check_result(change: SchemaChange) -> None:
    """What must hold of the columns after all clauses: keys first, types that can change, what the layout rests on."""
    _check_order(change)
    for column in change.columns:
        old = next((k for k in change.before.columns if k.id == column.id), None)
        if old is not None and not same_definition(old, column) and not column.generated:
            _check_change(change, old, column)
    _check_layout(change, change.table.partitioning.columns, "partition")
    _check_layout(change, change.table.distribution.columns, "distribution")
    change.table.key_columns = tuple(k.name for k in change.columns if k.key)


def _check_order(change: SchemaChange) -> None:
    name = change.table.name
    values = False
    for column in change.columns:
        if column.key and values:
            raise failure(f"Invalid column order. value should be after key. index[{name}]")
        values = values or not column.key
    if not any(k.key for k in change.columns):
        raise failure(f"No key column left. index[{name}]")


def _check_change(change: SchemaChange, old: model.Column, new: model.Column) -> None:
    if old.id in change.field_columns:
        return
    check_conversion(old.type, new.type)
    if _aggregation(change, old) != _aggregation(change, new):
        raise failure("Can not change aggregation type")
    if old.type.state is not None and old.type.state != new.type.state:
        raise failure("Can not change aggregation state desc type")
    if old.nullable and not new.nullable:
        raise failure("Can not change from nullable to non-nullable")
    if old.default != new.default:
        raise failure("Can not change default value")
    check_lengths(old.type, new.type)


def _aggregation(change: SchemaChange, column: model.Column) -> str:
    """Value columns of models without written aggregates have a silent one; keys have none."""
    if column.key:
        return ""
    return column.aggregate or {"duplicate": "none"}.get(change.table.keys, "replace")


def _check_layout(change: SchemaChange, names: tuple[str, ...], role: str) -> None:
    for name in names:
        old, new = change.before.column(name), change.table.column(name)
        if old is None:
            continue
        if new is None:
            raise failure(f"{role.capitalize()} column[{old.name}] cannot be dropped. index[{change.table.name}]")
        if not (same_definition(old, new) and old.comment == new.comment):
            raise failure(f"Can not modify {role} column[{old.name}]. index[{change.table.name}]")


def same_definition(one: model.Column, other: model.Column) -> bool:
    """Equal but for their ids."""

    def bare(column: model.Column) -> model.Column:
        return replace(column, id=0, origin="", added_at="")

    return bare(one) == bare(other) and one.type.state == other.type.state


# ---- comments


def check_comment_alone(found: list[c.Clause], at_least_4: bool) -> None:
    comments = [k for k in found if isinstance(k, c.ModifyColumnComment)]
    if at_least_4 and comments and len(found) > 1:
        raise failure("MODIFY COLUMN COMMENT can not be combined with other alter operations")


def commented(table: model.Table, clause: c.ModifyColumnComment) -> None:
    column = table.column(clause.name)
    if column is None:
        raise failure(f"Column[{clause.name}] does not exists")
    column.comment = clause.comment


# ---- RENAME COLUMN


def rename_column(table: model.Table, clause: c.RenameColumn) -> None:
    """Everything that names the column follows; the data stays where it is."""
    column = table.column(clause.old)
    if column is None:
        raise StarRocksError(5509, f"Unknown column '{clause.old}' in '{table.name}'")
    if table.column(clause.new) is not None:
        raise StarRocksError(1060, f"Duplicate column name '{clause.new}'")
    old = column.name
    column.origin = column.origin or old
    column.name = clause.new

    def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(clause.new if n.lower() == old.lower() else n for n in names)

    table.key_columns = renamed(table.key_columns)
    table.order_by = renamed(table.order_by)
    table.distribution.columns = renamed(table.distribution.columns)
    table.partitioning.columns = renamed(table.partitioning.columns)
    pattern = re.compile(rf"(?<![\w`'\"]){re.escape(old)}(?![\w'\"(])|`{re.escape(old)}`", re.IGNORECASE)
    table.partitioning.exprs = tuple(_in_text(pattern, e, clause.new) for e in table.partitioning.exprs)
    for index in table.indexes:
        index.columns = renamed(index.columns)
    follow_column(table, old, clause.new)
    for other in table.columns:
        other.generated = _in_text(pattern, other.generated, clause.new)
    bloom = table.properties.get("bloom_filter_columns")
    if bloom:
        table.properties["bloom_filter_columns"] = ", ".join(renamed(tuple(n.strip() for n in bloom.split(","))))


def _in_text(pattern: re.Pattern[str], text: str, new: str) -> str:
    return pattern.sub(lambda m: f"`{new}`" if m[0].startswith("`") else new, text)
