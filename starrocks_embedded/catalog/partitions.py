"""Partitions: bounds and values, names of those that create themselves, and which partition a row belongs to."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.columns import date_text, parse_datetime, type_name
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.syntax.definitions import BatchRange, FixedRange, ListValues
from starrocks_embedded.types import DATE, DATETIME, Type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog, Change

BATCH_LIMIT = 4096
MAX_NAME = 50
BATCH_UNITS = ("hour", "day", "week", "month", "year")
LOWEST = {
    "date": "0000-01-01", "datetime": "0000-01-01 00:00:00", "tinyint": "-128", "smallint": "-32768",
    "int": "-2147483648", "bigint": "-9223372036854775808", "largeint": "-170141183460469231731687303715884105728",
}  # fmt: skip
MAXVALUE = "MAXVALUE"
NAME_FORMATS = {"hour": "%Y%m%d%H", "day": "%Y%m%d", "month": "%Y%m", "year": "%Y", "minute": "%Y%m%d%H%M"}


# ---- bounds


def bound_value(text: str, type_: Type) -> str:
    """A written bound in the form the server keeps."""
    if type_.is_temporal:
        if text.startswith("0000-01-01"):
            return LOWEST[type_.name]
        try:
            return date_text(parse_datetime(text, type_), type_)
        except ValueError as problem:
            raise failure(f"Invalid range value format: {problem}") from None
    if not re.fullmatch(r"[+-]?\d+", text.strip()):
        raise failure(f"Invalid range value format: Invalid number format: {text}")
    return str(int(text))


def _bound(written: tuple[str | None, ...], types: tuple[Type, ...]) -> tuple[str, ...]:
    """Missing trailing columns are their types' lowest values."""
    values = [MAXVALUE if v is None else bound_value(v, t) for v, t in zip(written, types, strict=False)]
    if MAXVALUE in values:
        return tuple(MAXVALUE for _ in types)
    return tuple([*values, *(LOWEST[t.name] for t in types[len(values) :])])


def comparable(bound: tuple[str, ...]) -> tuple[tuple[int, Any], ...]:
    """A bound as something Python orders."""
    return tuple((2, 0) if b == MAXVALUE else (0, int(b)) if re.fullmatch(r"-?\d+", b) else (1, b) for b in bound)


def range_partition(
    id_: int, item: FixedRange, types: tuple[Type, ...], before: list[model.Partition], temporary: bool = False
) -> model.Partition:
    """A range from its written bounds; LESS THAN begins where the greatest range below it ends."""
    upper = _bound(item.upper, types)
    if item.lower is not None:
        lower = _bound(item.lower, types)
    else:
        ends = [p.upper for p in before if p.upper and comparable(p.upper) < comparable(upper)]
        lower = max(ends, key=comparable) if ends else tuple(LOWEST[t.name] for t in types)
    return model.Partition(
        id_, item.name, "range", lower, upper, properties=dict(item.properties or {}), temporary=temporary
    )


def check_overlap(partition: model.Partition, others: list[model.Partition], types: tuple[Type, ...]) -> None:
    assert partition.lower
    assert partition.upper
    low, high = comparable(partition.lower), comparable(partition.upper)
    if low >= high:
        raise failure(f"The lower values must smaller than upper values: {range_words(partition, types)}")
    for other in others:
        if other.lower and other.upper and low < comparable(other.upper) and comparable(other.lower) < high:
            raise failure(
                f"Range {range_words(partition, types)} is intersected with range: {range_words(other, types)}"
            )


def range_words(partition: model.Partition, types: tuple[Type, ...]) -> str:
    """[types: [DATE]; keys: [2024-01-01]; ..types: [DATE]; keys: [2024-02-01]; )"""
    listed = ", ".join(t.name.upper() for t in types)

    def key(bound: tuple[str, ...] | None) -> str:
        return f"types: [{listed}]; keys: [{', '.join(bound or ())}]; "

    return f"[{key(partition.lower)}..{key(partition.upper)})"


def _has_written_ranges(table: model.Table) -> bool:
    """Whether ranges bound what an expression makes of a column. A materialized view's bound the column itself,
    unless that is a text."""
    exprs = table.partitioning.exprs
    made = table.kind == "table" or bool(exprs and exprs[0].startswith("str2date"))
    return table.partitioning.kind == "range" and bool(exprs) and made


def partition_types(table: model.Table) -> tuple[Type, ...]:
    """The types whose values the bounds or lists of a table's partitions hold."""
    if _has_written_ranges(table):
        return (DATE if table.partitioning.exprs[0].startswith("str2date") else DATETIME,)
    return tuple(c.type for c in (table.column(n) for n in table.partitioning.columns) if c is not None)


def list_partition(item: ListValues, types: tuple[Type, ...]) -> ListValues:
    """Its values checked and in the form the server keeps."""
    rows = tuple(tuple(_list_value(v, t) for v, t in zip(row, types, strict=True)) for row in item.values)
    return ListValues(item.name, rows, item.several, item.properties, item.if_not_exists)


def _list_value(text: str | None, type_: Type) -> str | None:
    if text is None:
        return None
    if type_.is_integer and not re.fullmatch(r"[+-]?\d+", text):
        raise analysis_error(f"Invalid number format: {text}")
    if type_.is_temporal:
        try:
            return date_text(parse_datetime(text, type_), type_)
        except ValueError as problem:
            raise analysis_error(str(problem)) from None
    return text


# ---- START … END … EVERY …


def ranges_of_batch(
    batch: BatchRange, type_: Type, automatic: bool, properties: dict[str, str], prefix: str = "p"
) -> list[FixedRange]:
    if batch.step <= 0:
        raise failure("The increment for batch creating partition should be larger than 0")
    if batch.unit and batch.unit not in (*BATCH_UNITS, "minute", "second", "quarter", "millisecond", "microsecond"):
        raise analysis_error("Batch build partition does not support time interval type.")
    if batch.unit == "quarter":
        raise failure("Unknown error")
    if batch.unit and batch.unit not in BATCH_UNITS:
        raise analysis_error(f"Batch build partition does not support time interval type: {batch.unit.upper()}")
    if batch.unit == "hour" and type_.name != "datetime":
        raise analysis_error("Batch build partition for hour interval only supports partition column as DATETIME type")
    prefix = properties.get("dynamic_partition.prefix", prefix)
    if type_.is_temporal:
        return _date_ranges(
            batch, type_, automatic, prefix, int(properties.get("dynamic_partition.start_day_of_week", "1"))
        )
    if type_.is_integer and type_.name != "largeint":
        return _number_ranges(batch, prefix)
    raise analysis_error(f"Unsupported batch partition build type:{type_name(type_)}.")


def _number_ranges(batch: BatchRange, prefix: str) -> list[FixedRange]:
    if batch.unit:
        raise analysis_error("Batch build partition EVERY is date type but START or END does not type match.")
    if not re.fullmatch(r"-?\d+", batch.start) or not re.fullmatch(r"-?\d+", batch.end):
        raise analysis_error("Batch build partition EVERY is number type but START or END does not type match.")
    low, end = int(batch.start), int(batch.end)
    if low >= end:
        raise analysis_error("Batch build partition start value should less then end value.")
    starts = range(low, end, batch.step)
    _check_count(len(starts))
    return [FixedRange(f"{prefix}{s}", (str(s),), (str(s + batch.step),)) for s in starts]


def _check_count(count: int) -> None:
    if count > BATCH_LIMIT:
        raise analysis_error(f"The number of batch partitions should not exceed:{BATCH_LIMIT}")


def _date_ranges(batch: BatchRange, type_: Type, automatic: bool, prefix: str, weekday: int) -> list[FixedRange]:
    try:
        at, end = parse_datetime(batch.start, DATETIME), parse_datetime(batch.end, DATETIME)
    except ValueError:
        message = "Batch build partition EVERY is date type but START or END does not type match."
        raise analysis_error(message) from None
    if at >= end:
        raise analysis_error("Batch build partition start date should less than end date.")
    if not batch.unit:
        raise analysis_error("Unknown timeunit for batch build partition.")
    if automatic and batch.step != 1:
        raise analysis_error(
            "Automatically create partition tables and create partitions in advance only supports an interval of 1"
        )
    ranges: list[FixedRange] = []
    while at < end:
        lower, base = at, period_start(at, batch.unit, weekday)
        name = prefix + period_name(base if batch.unit == "week" else at, batch.unit)
        at = add_period(base, batch.unit, batch.step)
        if batch.unit != "day" and at > end:
            at = end
        ranges.append(FixedRange(name, (date_text(lower, type_),), (date_text(at, type_),)))
        _check_count(len(ranges))
    return ranges


def check_whole_periods(batch: BatchRange, type_: Type) -> None:
    """An automatically partitioned table takes whole periods only."""
    try:
        start, end = parse_datetime(batch.start, DATETIME), parse_datetime(batch.end, DATETIME)
    except ValueError:
        return
    low, high = _period_of(start, batch.unit), _period_of(end, batch.unit)
    if low == high:
        high = add_period(high, batch.unit, 1)
    if start >= end or (low, high) == (start, end):
        return
    said, suggested = (f"[{date_text(a, type_)},{date_text(b, type_)})" for a, b in ((start, end), (low, high)))
    extra = {"week": "with start day of week 1", "month": "with start day of month 1"}.get(batch.unit, "")
    raise analysis_error(
        f"Batch build partition range {said} should be a standard unit of time ({batch.unit.upper()}) {extra}. "
        f"suggest range {suggested}If you want to create partial partitions in batch, you can turn off this check by "
        "setting the FE config enable_create_partial_partition_in_batch=true"
    )


def _period_of(at: datetime, unit: str) -> datetime:
    """The period's first day; days and hours begin sharp, the time of day stays in longer ones."""
    begin = period_start(at, unit)
    return begin if unit in ("hour", "day") else datetime.combine(begin.date(), at.time())


def period_start(at: datetime, unit: str, weekday: int = 1) -> datetime:
    if unit == "minute":
        return at.replace(second=0, microsecond=0)
    if unit == "hour":
        return at.replace(minute=0, second=0, microsecond=0)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return midnight - timedelta(days=(midnight.isoweekday() - weekday) % 7)
    if unit == "month":
        return midnight.replace(day=1)
    if unit == "quarter":
        return midnight.replace(month=(midnight.month - 1) // 3 * 3 + 1, day=1)
    if unit == "year":
        return midnight.replace(month=1, day=1)
    return midnight


def add_period(at: datetime, unit: str, count: int) -> datetime:
    if unit in ("month", "year", "quarter"):
        months = at.year * 12 + at.month - 1 + count * {"month": 1, "quarter": 3, "year": 12}[unit]
        return at.replace(year=months // 12, month=months % 12 + 1)
    return at + timedelta(**{f"{unit}s": count})


def period_name(at: datetime, unit: str) -> str:
    if unit == "week":
        # the week of Sunday's year as a calendar of Java counts it, where late December never is week 1
        first = datetime(at.year, 1, 1)
        offset = (first.weekday() + 1) % 7
        return f"{at.year}_{((at - first).days + offset) // 7 + 1:02d}"
    return f"{at.year:04d}" + at.strftime(NAME_FORMATS[unit][2:])


# ---- dynamic partitions


def dynamic_partitions(catalog: Catalog, table: model.Table) -> list[model.Partition]:
    """The partitions that dynamic_partition properties ask for today and that are not there yet."""
    p = {k.split(".", 1)[1]: v for k, v in table.properties.items() if k.startswith("dynamic_partition.")}
    types = partition_types(table)
    if p.get("enable") != "true" or not types or not types[0].is_temporal:
        return []
    unit = p["time_unit"].lower()
    base = period_start(datetime.now(timezone.utc).replace(tzinfo=None), unit, int(p.get("start_day_of_week", "1")))
    made: list[model.Partition] = []
    for offset in range(-int(p.get("history_partition_num", "0")), int(p["end"]) + 1):
        low = add_period(base, unit, offset)
        item = FixedRange(
            p["prefix"] + period_name(low, unit),
            (date_text(low, types[0]),),
            (date_text(add_period(low, unit, 1), types[0]),),
        )
        partition = range_partition(catalog.new_id(), item, types, [])
        try:
            check_overlap(partition, table.partitions, types)
        except StarRocksError:
            continue
        partition.buckets = int(p.get("buckets", table.distribution.buckets))
        partition.visible_time = table.created
        made.append(partition)
    return made


# ---- which partition a row belongs to


def partition_id_sql(table: model.Table, temporary: bool = False, only: list[int] | None = None) -> str:
    """A DuckDB expression over physical column names: the row's partition id, NULL where no partition takes it.
    `only` narrows it to some partitions."""
    chosen = [p for p in table.partitions if p.temporary == temporary and (only is None or p.id in only)]
    if table.partitioning.kind == "none":
        return str(chosen[0].id) if chosen else "NULL"
    if not chosen:
        return "CAST(NULL AS BIGINT)"
    values = partition_values_sql(table)
    if chosen[0].kind == "list":
        return _list_sql(table, chosen, values)
    return _range_sql(table, chosen, values)


def partition_values_sql(table: model.Table) -> list[str]:
    """What bounds and lists are compared with, as DuckDB expressions over physical columns."""
    columns = [c for c in (table.column(n) for n in table.partitioning.columns) if c is not None]
    plain = [f'"{c.physical}"' for c in columns]
    if _has_written_ranges(table):
        return [_expression_sql(table.partitioning.exprs[0], plain[0])]
    return plain


def _expression_sql(text: str, column: str) -> str:
    if text.startswith("from_unixtime_ms"):
        return f"make_timestamp(CAST({column} AS BIGINT) * 1000)"
    if text.startswith("from_unixtime"):
        return f"make_timestamp(CAST({column} AS BIGINT) * 1000000)"
    match = re.search(r"'(.*)'", text)
    if text.startswith("str2date") and match is not None:
        from starrocks_embedded.emit.functions.date_parsing import read_by

        return f"CAST({read_by(column, match[1])} AS DATE)"
    raise failure(f"Partitioning by {text} is not supported by the embedded engine")


def _range_sql(table: model.Table, partitions: list[model.Partition], values: list[str]) -> str:
    types = partition_types(table)
    ordered = sorted(partitions, key=lambda p: comparable(p.upper or ()))
    # NULL sorts below everything: it belongs where the lowest value belongs
    keyed = [f"coalesce({v}, {_literal(LOWEST[t.name], t)})" for v, t in zip(values, types, strict=True)]
    branches = []
    for p in ordered:
        conditions = [c for c in (_below(keyed, p.upper, types), _not_below(keyed, p.lower, types)) if c]
        branches.append(f"WHEN {' AND '.join(conditions) or 'TRUE'} THEN {p.id}")
    return f"CASE {' '.join(branches)} END"


def _below(values: list[str], bound: tuple[str, ...] | None, types: tuple[Type, ...]) -> str:
    if not bound or MAXVALUE in bound:
        return ""
    if len(values) == 1:
        return f"{values[0]} < {_literal(bound[0], types[0])}"
    limits = ", ".join(_literal(b, t) for b, t in zip(bound, types, strict=True))
    return f"({', '.join(values)}) < ({limits})"


def _not_below(values: list[str], bound: tuple[str, ...] | None, types: tuple[Type, ...]) -> str:
    below = _below(values, bound, types)
    return f"NOT ({below})" if below else ""


def _list_sql(table: model.Table, partitions: list[model.Partition], values: list[str]) -> str:
    types = partition_types(table)
    branches = []
    for p in partitions:
        if not p.values:
            continue
        rows = " OR ".join(
            "("
            + " AND ".join(
                f"{v} IS NOT DISTINCT FROM {_literal(x, t)}" for v, x, t in zip(values, row, types, strict=True)
            )
            + ")"
            for row in p.values
        )
        branches.append(f"WHEN {rows} THEN {p.id}")
    return f"CASE {' '.join(branches)} END" if branches else "CAST(NULL AS BIGINT)"


def _literal(text: str | None, type_: Type) -> str:
    if text is None:
        return "NULL"
    if type_.is_integer:
        return f"({text})"
    if type_.name == "boolean":
        return "TRUE" if text.lower() in ("true", "1") else "FALSE"
    quoted = "'" + text.replace("'", "''") + "'"
    if type_.is_temporal:
        return f"{'DATE' if type_.name == 'date' else 'TIMESTAMP'} {quoted}"
    return quoted


# ---- partitions that create themselves


def missing_partitions(
    change: Change, table: model.Table, select_sql: str, only_values_of: str = "", temporary: bool = False
) -> list[model.Partition]:
    """Creates (in `change`) the partitions that rows of `select_sql` need and that are not there; `select_sql` yields
    the table's physical columns by name. The new partitions are returned and stand in change.edit(table) already."""
    del only_values_of
    if not table.partitioning.automatic:
        return []
    # two partitions can hold one value by different spelling: compare what the expression makes of it
    mine = change.edit(table)
    source = f"({select_sql}) missing_source"
    where = f"{partition_id_sql(mine, temporary)} IS NULL"
    if mine.partitioning.kind == "expression":
        made = _missing_ranges(change, mine, source, where, temporary)
    else:
        made = _missing_lists(change, mine, source, where, temporary)
    if len(made) > BATCH_LIMIT:
        raise failure(f"The number of partitions created by one load exceeds the limit {BATCH_LIMIT}")
    if made:
        _check_table_limit(change, mine)
    mine.partitions.extend(made)
    return made


def _check_table_limit(change: Change, table: model.Table) -> None:
    """How many partitions a table may have, where an administrator has said so."""
    names = ("max_partition_number_per_table", "max_automatic_partition_number")
    limits = [s.value for s in change.catalog.all(model.Setting) if s.scope == "config" and s.name in names]
    held = sum(not p.temporary for p in table.partitions) + len(table.partitioning.columns)
    if limits and held > int(limits[0]):
        raise failure(
            f"Table {table.name} automatically created partitions exceeded the maximum limit: {limits[0]}. You can "
            "modify this restriction on by setting max_partition_number_per_table larger."
        )


def _missing_ranges(
    change: Change, table: model.Table, source: str, where: str, temporary: bool
) -> list[model.Partition]:
    column = table.column(table.partitioning.columns[0])
    assert column is not None
    unit, step = expression_period(table)
    starts = _starts_sql(f'"{column.physical}"', unit, step)
    rows = change.rows(
        f'SELECT DISTINCT {starts} FROM {source} WHERE {where} AND "{column.physical}" IS NOT NULL ORDER BY 1'
    )
    made = []
    for (low,) in rows:
        at = low if isinstance(low, datetime) else datetime(low.year, low.month, low.day)
        made.append(_automatic_range(change.catalog.new_id(), table, at, unit, step, column.type, temporary))
    nulls = change.rows(f'SELECT 1 FROM {source} WHERE {where} AND "{column.physical}" IS NULL LIMIT 1')
    if nulls:
        made.insert(0, _null_range(change.catalog.new_id(), table, unit, step, column.type, temporary))
    return made


def _null_range(id_: int, table: model.Table, unit: str, step: int, type_: Type, temporary: bool) -> model.Partition:
    """NULLs go below everything: the period that begins the calendar."""
    lower = LOWEST[type_.name]
    month = step if unit == "month" else 3 if unit == "quarter" else 0
    upper = (
        f"{step:04d}-01-01" if unit == "year" else f"0000-{1 + month:02d}-01" if month else f"0000-01-{1 + step:02d}"
    )
    if unit in ("hour", "minute"):
        upper = "0000-01-01"
    clock = {"hour": f" {step:02d}:00:00", "minute": f" 00:{step:02d}:00"}.get(unit, " 00:00:00")
    name = "p" + {"year": "0000", "month": "000001", "hour": "0000010100", "minute": "000001010000"}.get(
        unit, "00000101"
    )
    return model.Partition(
        id_, name, "range", (lower,), (upper + (clock if type_.name == "datetime" else ""),),
        buckets=table.distribution.buckets, temporary=temporary, visible_time=table.updated,
    )  # fmt: skip


def expression_period(table: model.Table) -> tuple[str, int]:
    """(unit, step) of a date_trunc or time_slice partition expression."""
    text = table.partitioning.exprs[0]
    match = re.match(r"date_trunc\('(\w+)'", text)
    if match is not None:
        return match[1].lower(), 1
    match = re.match(r"time_slice\(.*, (\d+), '(\w+)', '(\w+)'\)", text)
    if match is None or match[3] != "floor":
        raise failure(f"Partitioning by {text} is not supported by the embedded engine")
    return match[2].lower(), int(match[1])


def _starts_sql(column: str, unit: str, step: int) -> str:
    if step == 1 and unit != "week":
        return f"date_trunc('{unit}', CAST({column} AS TIMESTAMP))"
    # slices are counted from 0001-01-01, a Monday
    plural = "months" if unit in ("month", "quarter", "year") else unit
    count = step * {"year": 12, "quarter": 3}.get(unit, 1)
    name = "months" if plural == "months" else f"{unit}s"
    return f"time_bucket(to_{name}({count}), CAST({column} AS TIMESTAMP), TIMESTAMP '0001-01-01 00:00:00')"


def _automatic_range(
    id_: int, table: model.Table, at: datetime, unit: str, step: int, type_: Type, temporary: bool
) -> model.Partition:
    name = "p" + period_name(at, unit if unit in NAME_FORMATS else "day")
    upper = add_period(at, unit, step)
    lower_text, upper_text = date_text(at, type_), date_text(upper, type_)
    return model.Partition(
        id_, name, "range", (lower_text,), (upper_text,), buckets=table.distribution.buckets, temporary=temporary,
        visible_time=table.updated,
    )  # fmt: skip


def _missing_lists(
    change: Change, table: model.Table, source: str, where: str, temporary: bool
) -> list[model.Partition]:
    values = partition_values_sql(table)
    types = partition_types(table)
    rows = change.rows(f"SELECT DISTINCT {', '.join(values)} FROM {source} WHERE {where}")
    texts = [tuple(_value_text(v, t) for v, t in zip(row, types, strict=True)) for row in rows]
    made: list[model.Partition] = []
    for row in sorted(texts, key=lambda r: tuple((v is not None, v or "") for v in r)):
        name = automatic_list_name(row, table.partitions + made)
        made.append(
            model.Partition(
                change.catalog.new_id(),
                name,
                "list",
                values=(row,),
                buckets=table.distribution.buckets,
                temporary=temporary,
                visible_time=table.updated,
            )
        )
    return made


def _value_text(value: Any, type_: Type) -> str | None:
    if value is None:
        return None
    if type_.name == "boolean":
        return "1" if value else "0"
    if type_.is_temporal:
        return date_text(value, type_)
    return str(value)


def automatic_list_name(row: tuple[str | None, ...], taken: list[model.Partition]) -> str:
    """p<value>_<value>, cut with a hash when it grows too long, numbered when it is taken."""
    name = "p" + "_".join("NULL" if v is None else encoded(v) for v in row)
    if len(name) > MAX_NAME:
        name = f"{name[:MAX_NAME]}_{java_hash(name):x}"
    names = {p.name.lower() for p in taken}
    candidate, number = name, 0
    while candidate.lower() in names:
        candidate, number = f"{name}_{(java_hash(name) + number) & 0xFFFFFFFF:x}", number + 1
    return candidate


def encoded(value: str) -> str:
    """A value as part of a name: dates lose their separators, other characters become the hexadecimal of their code."""
    sign = "_" if value.startswith("-") else ""
    return sign + "".join(c if re.match(r"[A-Za-z0-9]", c) else "" if c in "-: " else f"{ord(c):x}" for c in value)


def java_hash(text: str) -> int:
    """The hash of a string as the server computes it."""
    value = 0
    for unit in memoryview(text.encode("utf-16-le")).cast("H"):
        value = (31 * value + unit) & 0xFFFFFFFF
    return value
