"""`partition_by`: columns, expressions, ranges and lists, checked against the key and the server's version.

Accepted shapes (the same words for all):
    partition_by: ordered_on                                   a column: partitions are made as values arrive
    partition_by: ["date_trunc('day', ordered_on)", region]    expressions, likewise
    partition_by: {columns: [ordered_on], start: '2024-01-01', end: '2025-01-01', every: 1 month}
    partition_by: {columns: [region], partitions: {p_eu: [de, fr], p_us: [us]}}
    partition_by: {columns: [day], partitions: [{name: p1, less_than: '2024-01-01'}, {name: p2, from: …, to: …}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.table_config.columns import SKETCHES, ColumnDefinition, ColumnNames, Supports
from dbt.adapters.starrocks.table_config.keys import Keys
from dbt.adapters.starrocks.table_config.values import (
    choice,
    is_list,
    known_keys,
    one_of,
    refuse,
    scalar_text,
    texts,
    unquoted,
)

KINDS = ("expression", "range", "list")
# each with its meaning, for docs/configuration.md
SETTING_MEANINGS = {
    "type": "`expression`, `range` or `list`, where the other settings do not tell",
    "columns": "one column or several",
    "expression": "one expression",
    "expressions": "several expressions",
    "start": "where ranges begin",
    "end": "where ranges end",
    "every": "the length of a range: `1 month`, or a number for columns of numbers",
    "batches": "a list of `{start, end, every}`",
    "partitions": "partitions by name: a mapping of names to lists of values, or a list of `{name, less_than}`, "
    "`{name, from, to}`, `{name, values}`",
}
SETTINGS = tuple(SETTING_MEANINGS)
EVERY = re.compile(r"(?i)\s*(?:interval\s+)?(\d+)\s*(hour|day|week|month|year)s?\s*")
CALL = re.compile(r"\w+\s*\(.*\)", re.DOTALL)
NAME = re.compile(r"`[^`]+`|[\w$ ]+")
WORD = re.compile(r"`([^`]+)`|(?<![\w'\"])([A-Za-z_]\w*)(?!\w*\s*\()")
LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
# the one kind of expression that a server before 3.4 takes, and always alone
TRUNCATING = re.compile(r"(?is)\s*(?:date_trunc\s*\(\s*['\"](hour|day|month|year)['\"]\s*,|time_slice\s*\().*")
ANY_TRUNCATING = re.compile(r"(?is)\s*(?:date_trunc|time_slice)\s*\(.*")
# date_trunc() by week or quarter is kept as a list over a hidden column
RANGE_EXPRESSION = re.compile(
    r"(?is)\s*(?:date_trunc\s*\(\s*['\"](?:second|minute|hour|day|month|year)['\"]\s*,|time_slice\s*\().*"
)
HIDDEN = "__generated_partition_column_"
PARTITION_NAME = re.compile(r"(?:[A-Za-z]\w{0,63}|_[A-Za-z0-9]\w{0,62})")

RANGE_KINDS = ("date", "datetime", "tinyint", "smallint", "int", "bigint", "largeint")
UNPARTITIONABLE = ("float", "double", "decimal", "array", "map", "struct", "varbinary", *SKETCHES)


@dataclass(frozen=True)
class Batch:
    """START … END … EVERY: `unit` is empty for numbers."""

    start: str
    end: str
    step: int
    unit: str = ""


@dataclass(frozen=True)
class NamedPartition:
    """VALUES LESS THAN (`upper`), VALUES [(`lower`), (`upper`)) or VALUES IN (`values`); upper None is MAXVALUE."""

    name: str
    upper: tuple[str, ...] | None = None
    lower: tuple[str, ...] = ()
    values: tuple[tuple[str | None, ...], ...] = ()


@dataclass(frozen=True)
class Partitioning:
    """`parts` are column names or whole expressions; `texts` are partitions that the user wrote as SQL."""

    kind: str
    parts: tuple[str, ...]
    columns: tuple[str, ...]
    batches: tuple[Batch, ...] = ()
    partitions: tuple[NamedPartition, ...] = ()
    texts: tuple[str, ...] = ()
    expressions: tuple[str, ...] = field(default=())

    @property
    def automatic(self) -> bool:
        """Whether the server makes partitions as values arrive."""
        return self.kind in ("columns", "expression")

    @property
    def hidden_expressions(self) -> tuple[str, ...]:
        """Those that the server computes into hidden columns: all but a single truncation to a range."""
        if self.kind != "expression" or (len(self.parts) == 1 and RANGE_EXPRESSION.fullmatch(self.parts[0])):
            return ()
        return self.expressions

    @property
    def key_columns(self) -> tuple[str, ...]:
        """What the server reports as the partition key: an expression that is a range shows its column, others a
        hidden column each."""
        hidden = {part: f"{HIDDEN}{number}" for number, part in enumerate(self.hidden_expressions)}
        if not hidden:
            return self.columns
        return tuple(hidden.get(part, part) for part in self.parts)


def columns_read(value: Any, known: ColumnNames) -> tuple[str, ...]:
    """The columns that `partition_by` reads, before anything else is known of it."""
    found: list[str] = []
    for part in _parts(value):
        found += _columns_of(part, known)
    return tuple(dict.fromkeys(found))


def parse_partitioning(
    config: Mapping[str, Any],
    columns: Sequence[ColumnDefinition],
    keys: Keys,
    properties: Mapping[str, str],
    supports: Supports,
) -> Partitioning | None:
    value = config.get("partition_by")
    if not value:
        return None
    settings = value if isinstance(value, Mapping) else {}
    known_keys("partition_by", settings, SETTINGS)
    known = ColumnNames(columns)
    parts = tuple(_part(part, known) for part in _parts(value))
    if not parts:
        refuse("partition_by", dict(settings), "it names no column", "Add `columns: [column]` or `expression: …`.")
    partitioning = Partitioning(
        kind=_kind(settings, parts, properties),
        parts=parts,
        columns=columns_read(value, known),
        batches=_batches(settings),
        partitions=_partitions(settings),
        texts=_raw_partitions(settings),
        expressions=tuple(part for part in parts if is_expression(part)),
    )
    _check(partitioning, known, keys, properties, supports)
    return partitioning


def parse_external_partitioning(config: Mapping[str, Any], columns: Sequence[ColumnDefinition]) -> Partitioning | None:
    """Of a table in another system's catalog: columns, and Iceberg's transforms."""
    value = config.get("partition_by")
    if not value:
        return None
    known = ColumnNames(columns)
    parts = tuple(_part(part, known) for part in _parts(value))
    expressions = tuple(part for part in parts if is_expression(part))
    kind = "expression" if expressions else "columns"
    return Partitioning(kind, parts, columns_read(value, known), expressions=expressions)


def is_expression(part: str) -> bool:
    return "(" in part


def _parts(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        given = [value.get(name) for name in ("columns", "expression", "expressions")]
        return tuple(part for one in given if one for part in texts("partition_by", one))
    found: list[str] = []
    for part in texts("partition_by", value):
        # `(a, b)` as one text, as people copy it from SQL
        inside = part[1:-1] if part.startswith("(") and part.endswith(")") else part
        found += texts("partition_by", inside)
    return tuple(found)


def _part(part: str, known: ColumnNames) -> str:
    if unquoted(part) in known or NAME.fullmatch(part):
        return known.find("partition_by", unquoted(part)).name
    if not CALL.fullmatch(part.strip()) or part.strip().lower().startswith("cast"):
        refuse(
            "partition_by",
            part,
            "the server takes a column or the call of a function there, no other expression",
            "Write it with a function (date_trunc, date, substr, …), or partition by a column that the query computes.",
        )
    if not _columns_of(part, known):
        refuse("partition_by", part, "it reads no column of the model", "Name a column in it.")
    return part.strip()


def _columns_of(part: str, known: ColumnNames) -> list[str]:
    if unquoted(part) in known or NAME.fullmatch(part):
        return [known.find("partition_by", unquoted(part)).name]
    words = (quoted or bare for quoted, bare in WORD.findall(LITERAL.sub("''", part)))
    return [known.find("partition_by", word).name for word in words if word in known]


def _kind(settings: Mapping[str, Any], parts: Sequence[str], properties: Mapping[str, str]) -> str:
    if settings.get("type") is not None:
        word = str(settings["type"]).strip().lower()
        kind = choice("partition_by.type", {"expr": "expression"}.get(word, word), KINDS, "kind of partitioning")
        return "columns" if kind == "expression" and not any(map(is_expression, parts)) else kind
    partitions = settings.get("partitions")
    if partitions:
        return "list" if _look_like_lists(partitions) else "range"
    truncating = len(parts) == 1 and ANY_TRUNCATING.fullmatch(parts[0])
    if (settings.get("start") is not None or settings.get("batches")) and not truncating:
        return "range"
    if "dynamic_partition.enable" in properties and not any(map(is_expression, parts)):
        return "range"
    return "expression" if any(map(is_expression, parts)) else "columns"


def _look_like_lists(partitions: Any) -> bool:
    if isinstance(partitions, Mapping):
        return True
    rows = partitions if is_list(partitions) else [partitions]
    return any(
        ("values" in row) if isinstance(row, Mapping) else bool(re.search(r"(?i)\bvalues\s+in\b", str(row)))
        for row in rows
    )


def _batches(settings: Mapping[str, Any]) -> tuple[Batch, ...]:
    rows = settings.get("batches")
    if rows is None:
        rows = [settings] if any(settings.get(name) is not None for name in ("start", "end", "every")) else []
    return tuple(_batch(row) for row in rows)


def _batch(row: Mapping[str, Any]) -> Batch:
    shown = {name: row.get(name) for name in ("start", "end", "every")}
    if any(value is None for value in shown.values()):
        refuse("partition_by", shown, "a batch of ranges needs all three", "Give `start`, `end` and `every`.")
    every = scalar_text(row["every"]).strip()
    if every.isdigit():
        return Batch(scalar_text(row["start"]), scalar_text(row["end"]), int(every))
    step = EVERY.fullmatch(every)
    if step is None:
        refuse(
            "partition_by.every",
            row["every"],
            "that is no step between partitions",
            "Expected a number, or one with a unit: hour, day, week, month, year (three months for a quarter).",
        )
    return Batch(scalar_text(row["start"]), scalar_text(row["end"]), int(step[1]), step[2].lower())


def _raw_partitions(settings: Mapping[str, Any]) -> tuple[str, ...]:
    rows = settings.get("partitions")
    if isinstance(rows, str):
        return (rows,)
    return tuple(row for row in rows if isinstance(row, str)) if is_list(rows) else ()


def _partitions(settings: Mapping[str, Any]) -> tuple[NamedPartition, ...]:
    rows = settings.get("partitions")
    if isinstance(rows, Mapping):
        return tuple(_listed(name, values) for name, values in rows.items())
    if not is_list(rows):
        return ()
    return tuple(_named_partition(row) for row in rows if not isinstance(row, str))


def _named_partition(row: Any) -> NamedPartition:
    accepted = "{name: p1, less_than: '2024-01-01'}, {name: p1, from: …, to: …} or {name: p1, values: […]}"
    if not isinstance(row, Mapping) or not row.get("name"):
        refuse("partition_by.partitions", row, "that names no partition", f"Expected {accepted}.")
    if "values" in row:
        return _listed(row["name"], row["values"])
    name = _name(row["name"])
    if "less_than" in row:
        bound = row["less_than"]
        maximum = isinstance(bound, str) and bound.strip().lower() == "maxvalue"
        return NamedPartition(name, None if maximum else _bound(bound))
    if "from" in row and "to" in row:
        return NamedPartition(name, _bound(row["to"]), _bound(row["from"]))
    refuse("partition_by.partitions", dict(row), "it says no bounds", f"Expected {accepted}.")


def _listed(name: str, values: Any) -> NamedPartition:
    rows = values if is_list(values) else [values]
    if not rows:
        refuse("partition_by.partitions", {name: values}, "a list partition needs values", "Give at least one.")
    return NamedPartition(_name(name), values=tuple(_values(row) for row in rows))


def _values(row: Any) -> tuple[str | None, ...]:
    return tuple(None if value is None else scalar_text(value) for value in (row if is_list(row) else [row]))


def _bound(value: Any) -> tuple[str, ...]:
    return tuple(scalar_text(part) for part in (value if is_list(value) else [value]))


def _name(name: Any) -> str:
    if not PARTITION_NAME.fullmatch(str(name)):
        refuse(
            "partition_by.partitions",
            name,
            "that is no name of a partition",
            "Use letters, digits and underscores, 64 at most, with a letter or underscore first.",
        )
    return str(name)


def _check(it: Partitioning, known: ColumnNames, keys: Keys, properties: Mapping[str, str], supports: Supports) -> None:
    for part in it.parts:
        _check_type(it, part, known)
    _check_shape(it)
    _check_keys(it, keys)
    if any(name.startswith("dynamic_partition.") for name in properties) and it.kind != "range":
        refuse(
            "properties.dynamic_partition",
            properties.get("dynamic_partition.enable", "…"),
            "only tables partitioned by range take it",
            "Set `partition_by: {type: range, columns: [column]}`, or remove the property: partitions by columns and "
            "expressions are made as data arrive.",
        )
    _check_version(it, supports)


def _check_type(it: Partitioning, part: str, known: ColumnNames) -> None:
    if is_expression(part):
        return
    column = known.find("partition_by", part)
    if it.kind == "range" and column.kind not in RANGE_KINDS:
        refuse(
            "partition_by",
            part,
            f"it is {column.data_type}, and ranges are made of {', '.join(RANGE_KINDS)}",
            "Partition by the column's values instead: `partition_by: [column]`.",
        )
    if column.kind in UNPARTITIONABLE:
        refuse("partition_by", part, f"a table cannot be partitioned by {column.data_type}", "Choose another column.")
    if column.not_null and any(None in row for partition in it.partitions for row in partition.values):
        refuse("partition_by.partitions", None, f"column `{part}` is NOT NULL", "Remove the value.")
    if column.generated and it.kind == "range":
        refuse("partition_by", part, "a generated column bears no ranges", "Partition by the column it reads.")


def _check_shape(it: Partitioning) -> None:
    if it.kind == "columns" and (it.batches or it.partitions or it.texts):
        _refuse_definitions(it)
    if it.kind == "expression" and (it.partitions or it.texts or (it.batches and len(it.parts) > 1)):
        _refuse_definitions(it)
    if it.kind == "list" and it.batches:
        refuse("partition_by", "list", "START, END and EVERY make ranges, no lists", "Name the partitions.")
    if it.batches and (it.partitions or it.texts):
        refuse("partition_by", "batches and partitions", "the server takes one of the two", "Remove one.")
    if it.batches and len(it.parts) > 1:
        refuse("partition_by", it.parts, "START, END and EVERY take one column", "Name the partitions instead.")
    if len({bool(partition.lower) for partition in it.partitions if not partition.values}) > 1:
        rule = "the server takes `less_than` for all partitions, or `from` and `to` for all"
        refuse("partition_by.partitions", tuple(p.name for p in it.partitions), rule, "Use one of the two.")
    if it.kind == "range" and any(partition.values for partition in it.partitions):
        refuse("partition_by", "range", "VALUES IN makes lists, no ranges", "Set `type: list`.")
    if it.kind == "list" and any(not partition.values for partition in it.partitions):
        refuse("partition_by", "list", "bounds make ranges, no lists", "Set `type: range`.")
    if it.kind == "list" and it.expressions:
        refuse("partition_by", it.expressions[0], "a list takes columns", "Remove `type: list`.")


def _refuse_definitions(it: Partitioning) -> None:
    refuse(
        "partition_by",
        it.parts,
        "partitions by columns and expressions are made as data arrive, and cannot be written out",
        "Set `type: range` or `type: list` with `columns`, or remove the partitions.",
    )


def _check_keys(it: Partitioning, keys: Keys) -> None:
    if not keys.unique:
        return
    for column in it.columns:
        if column not in keys.columns:
            refuse(
                "partition_by",
                column,
                f"the partition columns of a {keys.table_type} KEY table must be among its keys",
                f"Its keys are: {', '.join(keys.columns)}. Add `{column}` to them, or partition by one of them.",
            )
    if keys.table_type != "PRIMARY" and it.hidden_expressions:
        refuse(
            "partition_by",
            it.parts,
            f"a {keys.table_type} KEY table takes columns, one date_trunc() (no week or quarter) or one time_slice()",
            one_of(("DUPLICATE or PRIMARY as table_type", "plain columns in partition_by")),
        )


def _check_version(it: Partitioning, supports: Supports) -> None:
    if it.kind != "expression" or supports(Feature.PARTITION_EXPRESSIONS):
        return
    if len(it.parts) > 1 or not TRUNCATING.fullmatch(it.parts[0]):
        refuse(
            "partition_by",
            it.parts,
            f"several expressions, or other ones than date_trunc() by hour, day, month or year and time_slice(), need "
            f"StarRocks {Feature.PARTITION_EXPRESSIONS.since} or newer",
            "Partition by plain columns, or by one such expression.",
        )
