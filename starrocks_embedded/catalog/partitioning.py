"""PARTITION BY of a new table: its form, its columns, and the partitions it names."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import primitive_name, type_name
from starrocks_embedded.catalog.names import GENERATED_PARTITION_PREFIX, check_partition_name
from starrocks_embedded.catalog.partitions import check_overlap, list_partition, range_partition, ranges_of_batch
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import (
    BatchRange,
    ColumnDef,
    FixedRange,
    KeysClause,
    ListValues,
    PartitionClause,
)
from starrocks_embedded.types import DATE, DATETIME, Type, varchar

if TYPE_CHECKING:
    from starrocks_embedded.catalog.builder import Definition
    from starrocks_embedded.session import Session

RANGE_UNITS = ("minute", "hour", "day", "month", "year")
RANGE_FUNCTIONS = ("from_unixtime", "from_unixtime_ms", "str2date", "substr", "substring")
NO_PARTITION = ("float", "double", "array", "map", "struct")


@dataclass
class Partitioned:
    """A checked PARTITION BY; `type` is that of the values that ranges compare."""

    partitioning: model.Partitioning = field(default_factory=model.Partitioning)
    ranges: list[FixedRange] = field(default_factory=list)
    lists: list[ListValues] = field(default_factory=list)
    types: tuple[Type, ...] = ()


# ---- expressions that become hidden columns


def add_partition_expressions(
    session: Session, clause: PartitionClause | None, columns: list[ColumnDef]
) -> PartitionClause | None:
    """Gives each expression beyond the plain ranges a generated column, and names that column in its place."""
    if clause is None or clause.kind != "expression" or _is_plain_range(session, clause):
        return clause
    if not session.engine.version.at_least("3.4"):
        _refuse_old_expressions(session, clause)
    items: list[str | ast.Call] = []
    for item in clause.items:
        if isinstance(item, str):
            items.append(item)
        else:
            items.append(_hidden_column(session, item, columns))
    names = tuple(str(i) for i in items)
    return PartitionClause("expression", items, clause.span, names, clause.partitions, clause.parenthesised)


def _refuse_old_expressions(session: Session, clause: PartitionClause) -> None:
    """Before 3.4 there are no partition expressions beyond the plain ranges."""
    from starrocks_embedded.syntax.printer import expression_text

    for item in clause.items:
        if isinstance(item, ast.Call):
            text = expression_text(item, session.engine.version)
            raise _syntax_at(clause, f"Unsupported expr '{text}' in PARTITION BY clause")


def _hidden_column(session: Session, call: ast.Call, columns: list[ColumnDef]) -> str:
    from starrocks_embedded.catalog.generated import analyze

    name = f"{GENERATED_PARTITION_PREFIX}{sum(c.partition_expression for c in columns)}"
    type_ = analyze(session, copy.deepcopy(call), columns, missing_as_partition_column=True).type
    if type_.is_string and type_.length is None:
        type_ = varchar(1048576)
    columns.append(ColumnDef(name, type_, call.span, nullable=True, generated=call, partition_expression=True))
    return name


def _is_plain_range(session: Session, clause: PartitionClause) -> bool:
    """One date_trunc or time_slice over a date column by a unit that makes ranges, or str2date."""
    call = clause.items[0]
    if len(clause.items) > 1 or isinstance(call, str):
        return False
    if call.name == "str2date":
        return True
    if call.name not in ("date_trunc", "time_slice"):
        return False
    if call.name == "time_slice":
        return True
    unit = call.args[0] if call.args else None
    if not (isinstance(unit, ast.Literal) and unit.kind == "string"):
        raise analysis_error(
            "date_trunc requires first parameter must be a string constant", unit.span if unit else call.span
        )
    since_3_4 = session.engine.version.at_least("3.4")
    return str(unit.value).lower() in (RANGE_UNITS if since_3_4 else RANGE_UNITS[1:])


# ---- analysis


def analyze_partition_by(
    session: Session,
    clause: PartitionClause | None,
    columns: list[ColumnDef],
    keys: KeysClause,
    properties: dict[str, str],
) -> Partitioned:
    if clause is None:
        return Partitioned()
    if clause.kind == "expression" and isinstance(clause.items[0], ast.Call):
        return _expression_range(session, clause, columns, keys, properties)
    if clause.kind == "range" and isinstance(clause.items[0], ast.Call):
        return _range_over_expression(session, clause, columns, keys, properties)
    if clause.kind == "range":
        return _plain_range(clause, columns, keys, properties)
    return _list(session, clause, columns, keys)


def _list(session: Session, clause: PartitionClause, columns: list[ColumnDef], keys: KeysClause) -> Partitioned:
    automatic = clause.kind == "expression"
    found = [_list_column(str(n), columns, keys, clause, i) for i, n in enumerate(clause.items)]
    _check_key_expressions(session, clause, columns, keys)
    lists = [p for p in clause.partitions or [] if isinstance(p, ListValues)]
    _check_names([p.name for p in lists])
    for item in lists:
        check_partition_name(item.name)
        if not item.several and len(found) != 1:
            raise analysis_error("Partition column size should be one when use single list partition ")
        for row in item.values:
            if len(row) != len(found):
                raise analysis_error(
                    f"({','.join(str(v) for v in row)}) size should be equal to partition column size "
                )
    checked = [list_partition(p, tuple(c.type for c in found)) for p in lists]
    _check_values(checked, found)
    kind = "columns" if automatic else "list"
    names = tuple(c.name for c in found)
    return Partitioned(model.Partitioning(kind, (), names, automatic), [], checked, tuple(c.type for c in found))


def _list_column(name: str, columns: list[ColumnDef], keys: KeysClause, clause: PartitionClause, at: int) -> ColumnDef:
    if name.lower() in (str(i).lower() for i in clause.items[:at]):
        raise analysis_error(f"Duplicated partition column {name}")
    column = next((c for c in columns if c.name == name), None)
    if column is None:
        raise analysis_error(f"Partition column[{name}] does not exist in column list.")
    if column.type.is_float or column.type.is_nested or column.type.is_decimal:
        raise analysis_error(f"Invalid partition column '{column.name}': invalid data type {type_name(column.type)}")
    if not _is_key(column, keys) and keys.kind != "duplicate" and column.generated is None:
        raise analysis_error(
            "The partition column could not be aggregated column and unique table's partition column must be key column"
        )
    return column


def _is_key(column: ColumnDef, keys: KeysClause) -> bool:
    return column.name.lower() in (k.lower() for k in keys.columns)


def _check_key_expressions(
    session: Session, clause: PartitionClause, columns: list[ColumnDef], keys: KeysClause
) -> None:
    """Where rows are merged, what partitions are made of must be keys; bare names count as expressions."""
    if clause.kind != "expression" or keys.kind == "duplicate":
        return
    expressions = [c for c in columns if c.partition_expression and c.generated is not None]
    if clause.parenthesised or (not expressions and not session.engine.version.at_least("4.0")):
        return
    used = {n for c in expressions for n in _names_in(c.generated)}
    for column in columns:
        if not _is_key(column, keys) and not column.partition_expression and (not used or column.name in used):
            raise analysis_error("The partition expr should base on key column")
    if expressions and keys.kind in ("aggregate", "unique"):
        raise analysis_error("expression partition base on generated column doest not support AGG_KEYS or UNIQUE_KEYS")


def _names_in(expr: object) -> list[str]:
    """Every column an expression names."""
    if isinstance(expr, ast.ColumnRef):
        return [expr.parts[-1]]
    found: list[str] = []
    if isinstance(expr, ast.Node):
        for value in vars(expr).values():
            for part in value if isinstance(value, list) else [value]:
                found.extend(_names_in(part))
    return found


def _check_names(names: list[str]) -> None:
    seen = set()
    for name in names:
        if name.lower() in seen:
            raise analysis_error(f"Duplicated partition name: {name}")
        seen.add(name.lower())


def _check_values(lists: list[ListValues], found: list[ColumnDef]) -> None:
    seen = set()
    for item in lists:
        for row in item.values:
            if row in seen:
                if len(found) == 1:
                    raise analysis_error(f"Duplicated value {'NULL' if row[0] is None else row[0]}")
                listed = ",".join(f'"{v}"' for v in row)
                raise analysis_error(f"Duplicate values ({listed}) not allow")
            seen.add(row)
    for column, at in zip(found, range(len(found)), strict=True):
        for item in lists:
            if column.nullable is False and any(row[at] is None for row in item.values):
                raise analysis_error(
                    f"Partition column[{column.name}] could not be null but contains null value in "
                    f"partition[{item.name}]"
                )


def _plain_range(
    clause: PartitionClause, columns: list[ColumnDef], keys: KeysClause, properties: dict[str, str]
) -> Partitioned:
    found = _range_columns([str(i) for i in clause.items], columns, keys)
    types = tuple(c.type for c in found)
    ranges = _ranges(clause, types, properties, automatic=False)
    return Partitioned(model.Partitioning("range", (), tuple(c.name for c in found)), ranges, [], types)


def _range_columns(names: list[str], columns: list[ColumnDef], keys: KeysClause) -> list[ColumnDef]:
    found: list[ColumnDef] = []
    for name in names:
        if name.lower() in (f.name.lower() for f in found):
            raise analysis_error(f"Duplicated partition column {name}")
        column = next((c for c in columns if c.name.lower() == name.lower()), None)
        if column is None:
            raise analysis_error(f"Partition column[{name}] does not exist in column list.")
        if not _is_key(column, keys) and keys.kind != "duplicate":
            raise analysis_error(
                "The partition column could not be aggregated column and unique table's partition column "
                "must be key column"
            )
        if column.type.name in NO_PARTITION:
            raise analysis_error(
                f"Invalid partition column '{column.name}': invalid data type {type_name(column.type)}"
            )
        found.append(column)
    return found


def _ranges(
    clause: PartitionClause, types: tuple[Type, ...], properties: dict[str, str], automatic: bool
) -> list[FixedRange]:
    written = clause.partitions or []
    singles = [p for p in written if isinstance(p, FixedRange)]
    batches = [p for p in written if isinstance(p, BatchRange)]
    if batches and len(types) > 1:
        raise analysis_error("Batch build partition only support single range column.")
    for batch in batches:
        singles += ranges_of_batch(batch, types[0], automatic, properties)
    _check_names([p.name for p in singles])
    if len({p.lower is None for p in singles}) > 1:
        raise analysis_error("You can only use one of these methods to create partitions")
    for item in singles:
        check_partition_name(item.name)
        _check_width(item, len(types))
    return singles


def _check_width(item: FixedRange, width: int) -> None:
    if not item.maximum and len(item.upper) > width:
        shown = ", ".join(f"'{v}'" if v is not None else "MAXVALUE" for v in item.upper)
        raise analysis_error(f"Partition values number is more than partition column number: ({shown})")
    if width > 1 and not item.maximum and None in (*(item.lower or ()), *item.upper):
        raise analysis_error("Not support MAXVALUE in multi partition range values.")


def _range_over_expression(
    session: Session, clause: PartitionClause, columns: list[ColumnDef], keys: KeysClause, properties: dict[str, str]
) -> Partitioned:
    call = clause.items[0]
    assert isinstance(call, ast.Call)
    if call.name not in RANGE_FUNCTIONS:
        text = clause.texts[0]
        from starrocks_embedded.syntax.printer import expression_text

        text = expression_text(call, session.engine.version) or text
        span = call.span
        raise StarRocksError(
            1064,
            f"Getting syntax error from line {span.line}, column {span.column} "
            f"to line {span.end_line}, column {span.end_column}. "
            f"Detail message: Unsupported expr '{text}' in PARTITION BY clause.",
        )
    if call.name == "str2date" and not _reads_days(call):
        raise analysis_error(
            "partition function check fail, only supports the result of the function str2date(VARCHAR str, VARCHAR "
            "format) as a strict DATE type"
        )
    names = _names_in(call)
    found = _range_columns(names[:1], columns, keys)
    type_ = DATE if call.name == "str2date" else DATETIME if call.name.startswith("from_unixtime") else varchar()
    text = _expression_text(session, call, clause)
    ranges = _ranges(clause, (type_,), properties, automatic=False)
    if type_.is_string:
        raise failure(f"Expr[{text}] type[VARCHAR] cannot be a range partition key.")
    return Partitioned(model.Partitioning("range", (text,), (found[0].name,)), ranges, [], (type_,))


def _reads_days(call: ast.Call) -> bool:
    """Whether a str2date has a format of year, month and day, in this order."""
    written = call.args[1] if len(call.args) == 2 else None
    return isinstance(written, ast.Literal) and re.search("%Y.*%m.*%d", str(written.value)) is not None


def _expression_text(session: Session, call: ast.Call, clause: PartitionClause) -> str:
    """As SHOW CREATE prints it: column names bare, time_slice with its boundary spelled out."""
    from starrocks_embedded.syntax.printer import expression_text

    slices = [str(a.value) for a in call.args[1:] if isinstance(a, ast.Literal)]
    if call.name == "time_slice" and len(slices) == 3:
        return f"time_slice({_names_in(call.args[0])[0]}, {slices[0]}, '{slices[1]}', '{slices[2].lower()}')"
    if call.name == "time_slice" and len(call.args) >= 2 and isinstance(call.args[1], ast.Interval):
        interval = call.args[1]
        value = getattr(interval.value, "value", 1)
        end = str(call.args[2].value) if len(call.args) > 2 and isinstance(call.args[2], ast.Literal) else "floor"
        return f"time_slice({_names_in(call.args[0])[0]}, {value}, '{interval.unit}', '{end.lower()}')"
    if call.name == "date_trunc" and isinstance(call.args[0], ast.Literal):
        return f"date_trunc('{call.args[0].value}', {_names_in(call.args[1])[0]})"
    return expression_text(call, session.engine.version).replace("`", "")


def _expression_range(
    session: Session, clause: PartitionClause, columns: list[ColumnDef], keys: KeysClause, properties: dict[str, str]
) -> Partitioned:
    """date_trunc and time_slice: ranges that create themselves."""
    call = clause.items[0]
    assert isinstance(call, ast.Call)
    if call.name not in ("date_trunc", "time_slice"):
        raise analysis_error("Only support date_trunc and time_slice as partition expression")
    _check_batches(clause, call)
    names = _names_in(call)
    found = _range_columns(names[:1], columns, keys)
    type_ = found[0].type
    text = _expression_text(session, call, clause)
    if not type_.is_temporal:
        raise analysis_error(f"Unsupported partition type {type_name(type_)} for function {text}", call.span)
    unit = _unit(call)
    if type_.name == "date" and unit in ("hour", "minute", "second"):
        raise analysis_error(f"The partition granularity of DATE column should not be {unit}".rstrip(), call.span)
    ranges = _ranges(clause, (type_,), properties, automatic=True)
    partitioning = model.Partitioning("expression", (text,), (found[0].name,), True)
    return Partitioned(partitioning, ranges, [], (type_,))


def _unit(call: ast.Call) -> str:
    if call.name == "date_trunc":
        return str(getattr(call.args[0], "value", "")).lower()
    if len(call.args) > 2 and isinstance(call.args[2], ast.Literal):
        return str(call.args[2].value).lower()
    return call.args[1].unit if len(call.args) > 1 and isinstance(call.args[1], ast.Interval) else ""


def _check_batches(clause: PartitionClause, call: ast.Call) -> None:
    for item in clause.partitions or []:
        if not isinstance(item, BatchRange):
            raise _syntax_at(clause, "Automatic partition table creation only supports batch create partition syntax")
        if item.unit != _unit(call):
            raise _syntax_at(
                clause,
                "The partition granularity of automatic partition table batch creation in advance should be consistent",
            )


def _syntax_at(clause: PartitionClause, message: str) -> StarRocksError:
    s = clause.span
    place = f"from line {s.line}, column {s.column} to line {s.end_line}, column {s.end_column}"
    return StarRocksError(1064, f"Getting syntax error {place}. Detail message: {message}.")


# ---- into the catalog


def mark_partition_columns(table: model.Table, definition: Definition) -> None:
    """What may partition by ranges is a matter of the column's primitive type, checked while the table is built."""
    del definition
    partitioning = table.partitioning
    if partitioning.kind != "range" or partitioning.exprs:
        return
    for name in partitioning.columns:
        column = table.column(name)
        assert column is not None
        if column.type.name not in ("date", "datetime", "tinyint", "smallint", "int", "bigint", "largeint"):
            raise failure(f"Column[{column.name}] type[{primitive_name(column.type)}] cannot be a range partition key.")


def build_partitions(session: Session, table: model.Table, partitioned: Partitioned) -> list[model.Partition]:
    catalog, kind = session.engine.catalog, partitioned.partitioning.kind
    buckets = table.distribution.buckets
    if kind == "none":
        return [model.Partition(catalog.new_id(), table.name, "single", buckets=buckets, visible_time=table.created)]
    built: list[model.Partition] = []
    for item in partitioned.ranges:
        partition = range_partition(catalog.new_id(), item, partitioned.types, built)
        check_overlap(partition, built, partitioned.types)
        built.append(partition)
    for values in partitioned.lists:
        built.append(
            model.Partition(
                catalog.new_id(), values.name, "list", values=values.values, properties=dict(values.properties or {})
            )
        )
    for partition in built:
        partition.buckets, partition.visible_time = buckets, table.created
    return built
