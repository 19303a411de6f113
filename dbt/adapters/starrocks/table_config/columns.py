"""The columns of a table: what the query gives, corrected by the contract and the columns' options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.column import INTEGERS, NESTED, StarRocksColumn
from dbt.adapters.starrocks.comments import documented
from dbt.adapters.starrocks.table_config.types import kind_of, starrocks_type
from dbt.adapters.starrocks.table_config.values import (
    boolean,
    choice,
    known_keys,
    mapping,
    one_of,
    refuse,
    scalar_text,
    unquoted,
)

Supports = Callable[[Feature], bool]

AGGREGATES = ("sum", "min", "max", "replace", "replace_if_not_null", "hll_union", "bitmap_union", "percentile_union")
# each with its meaning, for docs/configuration.md
OPTION_MEANINGS = {
    "data_type": "the column's type instead of the query's; names of other databases are translated",
    "nullable": "`false` makes it NOT NULL. Without a word columns are nullable, but for the keys of a `PRIMARY` table",
    "default": "a literal, or `current_timestamp`, `uuid()`, `uuid_numeric()`",
    "auto_increment": "`true` for a bigint that the server numbers; the query need not give it",
    "generated": "an expression over other columns, with `data_type`; the query does not give it",
    "aggregate": "how an `AGGREGATE` table adds its values up: " + ", ".join(f"`{name}`" for name in AGGREGATES),
}
OPTIONS = tuple(OPTION_MEANINGS)
SKETCHES = ("bitmap", "hll", "percentile")
# what a custom constraint of a contract may say, in StarRocks' words
CLAUSE = re.compile(r"(?is)\s*(default|auto_increment|as|generated\s+always\s+as)\b(.*)")
NOW = re.compile(r"(?i)\s*(?:current_timestamp|now)\s*(?:\(\s*(\d*)\s*\))?\s*")
CALL = re.compile(r"(?i)\s*\(?\s*(uuid|uuid_numeric)\s*\(\s*\)\s*\)?\s*")


@dataclass(frozen=True)
class ColumnDefinition:
    """One line of CREATE TABLE. `default` is the clause's text; `filled` says whether the query gives the values."""

    name: str
    data_type: str
    aggregate: str = ""
    not_null: bool = False
    default: str = ""
    auto_increment: bool = False
    generated: str = ""
    comment: str = ""
    filled: bool = True

    @property
    def quoted(self) -> str:
        return f"`{self.name}`"

    @property
    def kind(self) -> str:
        return kind_of(self.data_type)


class ColumnNames:
    """Finds columns as StarRocks does, whatever their case, and gives back the name as the table spells it."""

    def __init__(self, columns: Iterable[ColumnDefinition]) -> None:
        self._columns = {column.name.lower(): column for column in columns}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._columns

    def find(self, option: str, name: str) -> ColumnDefinition:
        found = self._columns.get(name.lower())
        if found is None:
            known = ", ".join(column.name for column in self._columns.values())
            refuse(option, name, "the model has no such column", f"Its columns are: {known}.")
        return found

    def resolve(self, option: str, named: Iterable[str]) -> tuple[str, ...]:
        found = tuple(self.find(option, name).name for name in named)
        for name in found:
            if found.count(name) > 1:
                refuse(option, found, f"it names `{name}` twice", "Name each column once.")
        return found


def define_columns(
    described: Sequence[StarRocksColumn], model: Mapping[str, Any], options: Mapping[str, Any], supports: Supports
) -> list[ColumnDefinition]:
    """The table's columns: in the contract's order where one is enforced, else in the query's."""
    declared = model.get("columns") or {}
    contracted = bool(((model.get("config") or {}).get("contract") or {}).get("enforced"))
    base = _contracted(described, declared) if contracted else _described(described)
    columns = [
        _with_options(column, _options_of(column.name, declared, options, contracted), supports) for column in base
    ]
    columns += _added(columns, options, supports)
    texts = documented(model, [column.name for column in columns]).columns
    return [replace(column, comment=texts.get(column.name, "")) for column in columns]


def _described(columns: Iterable[StarRocksColumn]) -> list[ColumnDefinition]:
    """As the query gives them, but a string has room for what comes later."""
    return [ColumnDefinition(c.name, "string" if c.is_string() else c.data_type) for c in columns]


def _contracted(described: Iterable[StarRocksColumn], declared: Mapping[str, Any]) -> list[ColumnDefinition]:
    given = {column.name.lower() for column in described}
    columns = []
    for spec in declared.values():
        data_type = starrocks_type(spec.get("data_type") or "", f"Column `{spec['name']}` of the contract")
        name = unquoted(spec["name"])
        columns.append(ColumnDefinition(name, data_type, filled=name.lower() in given))
    return columns


def _options_of(
    name: str, declared: Mapping[str, Any], options: Mapping[str, Any], contracted: bool
) -> Mapping[str, Any]:
    """From the contract's constraints, `meta: {starrocks: …}` of the column and `column_options`: the last one wins."""
    found: dict[str, Any] = {}
    for spec in declared.values():
        if unquoted(spec["name"]).lower() == name.lower():
            if contracted:
                found |= constraint_options(spec)
            found |= meta_options(spec)
    for key, value in options.items():
        if unquoted(key).lower() == name.lower():
            found |= mapping(f"column_options.{name}", value)
    known_keys(f"column_options.{name}", found, OPTIONS)
    return found


def meta_options(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a column's config dbt keeps `meta` and `tags` alone, so its options stand there."""
    return mapping(f"meta.starrocks of column {spec['name']}", (spec.get("meta") or {}).get("starrocks"))


def constraint_options(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What a contract's column constraints say about the column itself."""
    found: dict[str, Any] = {}
    for constraint in spec.get("constraints") or ():
        kind = str(constraint.get("type")).lower().rpartition(".")[2]
        if kind == "not_null":
            found["nullable"] = False
        elif kind == "custom":
            found |= _custom(spec["name"], constraint.get("expression") or "")
    return found


def _custom(name: str, expression: str) -> dict[str, Any]:
    if expression.strip().lower() in AGGREGATES:
        return {"aggregate": expression.strip().lower()}
    clause = CLAUSE.fullmatch(expression)
    if clause is None:
        refuse(
            f"constraints of column {name}",
            expression,
            "a custom constraint is one of StarRocks' column clauses",
            one_of(("default '…'", "auto_increment", "as (expression)", *AGGREGATES)),
        )
    word, rest = clause[1].lower(), clause[2].strip()
    if word == "auto_increment":
        return {"auto_increment": True}
    return {"default": _unquoted_text(rest)} if word == "default" else {"generated": rest}


def _unquoted_text(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def _with_options(column: ColumnDefinition, given: Mapping[str, Any], supports: Supports) -> ColumnDefinition:
    where = f"column_options.{column.name}"
    if given.get("data_type") is not None:
        column = replace(column, data_type=starrocks_type(given["data_type"], f"Column `{column.name}`"))
    if given.get("nullable") is not None:
        column = replace(column, not_null=not boolean(f"{where}.nullable", given["nullable"]))
    if given.get("aggregate") is not None:
        aggregate = choice(f"{where}.aggregate", given["aggregate"], AGGREGATES, "aggregate")
        column = replace(column, aggregate=aggregate, data_type=_aggregated(column.data_type, aggregate))
    if given.get("auto_increment") is not None and boolean(f"{where}.auto_increment", given["auto_increment"]):
        column = _auto_incremented(column, given)
    if given.get("generated") is not None:
        column = _generated(column, given)
    if given.get("default") is not None:
        column = replace(column, default=_default(column, given["default"], supports))
    _check_type(column, supports)
    return column


def _aggregated(data_type: str, aggregate: str) -> str:
    """The server gives sums of decimals all the digits there are."""
    if aggregate == "sum" and kind_of(data_type) == "decimal":
        scale = re.findall(r"\d+", data_type)[1:] or ["0"]
        return f"decimal(38,{scale[0]})"
    return data_type


def _auto_incremented(column: ColumnDefinition, given: Mapping[str, Any]) -> ColumnDefinition:
    where = f"column_options.{column.name}.auto_increment"
    if column.data_type != "bigint":
        refuse(where, True, f"the column is {column.data_type}, and AUTO_INCREMENT must be BIGINT", "Make it a bigint.")
    if given.get("default") is not None or given.get("generated") is not None:
        refuse(where, True, "such a column takes no default and no expression", "Remove the other option.")
    if given.get("nullable"):
        refuse(where, True, "an AUTO_INCREMENT column is NOT NULL", "Remove `nullable: true`.")
    return replace(column, auto_increment=True, not_null=True)


def _generated(column: ColumnDefinition, given: Mapping[str, Any]) -> ColumnDefinition:
    where = f"column_options.{column.name}.generated"
    for other in ("default", "aggregate"):
        if given.get(other) is not None:
            refuse(where, given["generated"], f"a generated column takes no `{other}`", f"Remove `{other}`.")
    if column.not_null:
        refuse(where, given["generated"], "a generated column takes no NOT NULL", "Remove the constraint.")
    text = str(given["generated"]).strip()
    text = text[1:-1].strip() if _wrapped(text) else text
    return replace(column, generated=text, filled=False)


def _wrapped(text: str) -> bool:
    """Whether the first parenthesis closes with the last."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return character == ")" and position == len(text) - 1
    return False


def _default(column: ColumnDefinition, value: Any, supports: Supports) -> str:
    """The clause's text. Literals are quoted whatever their type: bare ones are a syntax error."""
    where = f"column_options.{column.name}.default"
    text = scalar_text(value).strip() if not isinstance(value, str) else value
    if column.data_type == "datetime" and (now := NOW.fullmatch(text)):
        return _now(where, now[1] or "", supports)
    if (call := CALL.fullmatch(text)) and column.kind in ("varchar", "string", "largeint"):
        return f"({call[1].lower()}())"
    if column.data_type.startswith(NESTED):
        if not supports(Feature.COMPLEX_DEFAULTS):
            refuse(where, value, _needs(f"a default of {column.kind}", Feature.COMPLEX_DEFAULTS), "Remove it.")
        return text
    if column.kind in ("json", "varbinary") and not supports(Feature.COMPLEX_DEFAULTS):
        refuse(where, value, _needs(f"a default of {column.kind}", Feature.COMPLEX_DEFAULTS), "Remove it.")
    return literal(text)


def _now(where: str, digits: str, supports: Supports) -> str:
    if digits in ("", "0"):
        return "current_timestamp"
    if not supports(Feature.CURRENT_TIMESTAMP_PRECISION):
        rule = _needs("a precision of CURRENT_TIMESTAMP", Feature.CURRENT_TIMESTAMP_PRECISION)
        refuse(where, f"current_timestamp({digits})", rule, "Write `current_timestamp`.")
    if int(digits) > 6:
        refuse(where, f"current_timestamp({digits})", "a datetime has six digits at most", "Write 0 to 6.")
    return f"current_timestamp({digits})"


def _needs(what: str, feature: Feature) -> str:
    return f"{what} needs StarRocks {feature.since} or newer"


def literal(text: str) -> str:
    """A string for SQL; a backslash is always an escape character there."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _check_type(column: ColumnDefinition, supports: Supports) -> None:
    if column.kind == "decimal" and _precision(column.data_type) > 38 and not supports(Feature.DECIMAL256):
        refuse(column.name, column.data_type, _needs("a precision above 38", Feature.DECIMAL256), "Cast it to decimal.")
    if column.aggregate == "sum" and column.kind not in (*INTEGERS[1:], "float", "double", "decimal"):
        refuse(
            f"column_options.{column.name}.aggregate",
            "sum",
            f"StarRocks adds up no {column.data_type}",
            "Cast the column to bigint, double or decimal, or take another aggregate.",
        )


def _precision(data_type: str) -> int:
    digits = re.findall(r"\d+", data_type)
    return int(digits[0]) if digits else 10


def _added(
    columns: Sequence[ColumnDefinition], options: Mapping[str, Any], supports: Supports
) -> list[ColumnDefinition]:
    """Columns that only the table has: generated ones, and numbers that the server hands out."""
    present = ColumnNames(columns)
    added = []
    for name, given in options.items():
        given = mapping(f"column_options.{name}", given)
        if unquoted(name) in present:
            continue
        if given.get("generated") is None and not given.get("auto_increment"):
            known = ", ".join(column.name for column in columns)
            refuse(f"column_options.{name}", dict(given), "the query has no such column", f"Its columns are: {known}.")
        known_keys(f"column_options.{name}", given, OPTIONS)
        data_type = given.get("data_type") or ("bigint" if given.get("auto_increment") else "")
        if not data_type:
            refuse(f"column_options.{name}", dict(given), "a generated column needs its type", "Add `data_type`.")
        definition = ColumnDefinition(unquoted(name), starrocks_type(data_type, f"Column `{name}`"), filled=False)
        added.append(_with_options(definition, given, supports))
    return added


def in_order(columns: Sequence[ColumnDefinition], first: Sequence[str]) -> list[ColumnDefinition]:
    """`first` in front, then the rest as they were; generated columns last, where the server wants them."""
    front = {name: position for position, name in enumerate(first)}
    leading = sorted((c for c in columns if c.name in front), key=lambda column: front[column.name])
    rest = [c for c in columns if c.name not in front]
    both = leading + rest
    return [c for c in both if not c.generated] + [c for c in both if c.generated]
