"""Contract constraints: what the table enforces, what only the optimizer hears of, and what StarRocks has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.adapters.starrocks.table_config.columns import ColumnNames
from dbt.adapters.starrocks.table_config.keys import Keys
from dbt.adapters.starrocks.table_config.values import boolean, refuse, unquoted

OPTIMIZER_TYPES = ("unique", "foreign_key")
OPTIMIZER_PROPERTIES = ("unique_constraints", "foreign_key_constraints")
QUALIFIER = re.compile(r"(?:[\w-]+\.)+(?=[\w-])")
REFERENCE = re.compile(r"(?is)\s*(?:references\s+)?(.+?)\s*\(([^()]+)\)\s*")


@dataclass(frozen=True)
class Constraint:
    """A constraint of the model or of one column, in one shape. `to` is a relation as dbt renders it."""

    type: str
    columns: tuple[str, ...]
    expression: str = ""
    to: str = ""
    to_columns: tuple[str, ...] = ()
    warned: bool = True


@dataclass(frozen=True)
class Promises:
    """Types of constraints that the server does not enforce: `told` to its optimizer, or `ignored`."""

    told: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def declared_constraints(model: Mapping[str, Any]) -> list[Constraint]:
    """Constraints count where the contract is enforced, as everywhere in dbt."""
    config = model.get("config") or {}
    return list(_all(model)) if (config.get("contract") or {}).get("enforced") else []


def _all(model: Mapping[str, Any]) -> Iterator[Constraint]:
    for column in (model.get("columns") or {}).values():
        for raw in column.get("constraints") or ():
            yield _constraint(raw, (unquoted(column["name"]),))
    for raw in model.get("constraints") or ():
        yield _constraint(raw, tuple(unquoted(name) for name in raw.get("columns") or ()))


def _constraint(raw: Mapping[str, Any], columns: tuple[str, ...]) -> Constraint:
    return Constraint(
        type=str(raw.get("type")).lower().rpartition(".")[2],
        columns=columns,
        expression=raw.get("expression") or "",
        to=raw.get("to") or "",
        to_columns=tuple(unquoted(name) for name in raw.get("to_columns") or ()),
        warned=raw.get("warn_unsupported") is not False and raw.get("warn_unenforced") is not False,
    )


def primary_key_of(constraints: Sequence[Constraint]) -> tuple[str, ...]:
    found = [constraint.columns for constraint in constraints if constraint.type == "primary_key"]
    if len(found) > 1:
        refuse(
            "constraints",
            tuple(", ".join(columns) for columns in found),
            "a table has one primary key",
            "Name all its columns in one constraint of the model: `{type: primary_key, columns: [first, second]}`.",
        )
    return found[0] if found else ()


def not_null_of(constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """Columns that a constraint of the model makes NOT NULL; those of a column are options of the column."""
    return tuple(name for constraint in constraints if constraint.type == "not_null" for name in constraint.columns)


def optimizer_properties(
    config: Mapping[str, Any], given: Mapping[str, str], constraints: Sequence[Constraint], known: ColumnNames
) -> dict[str, str]:
    """On request only: the optimizer believes them, and a query over data that break them answers wrongly.

    `given` are the model's properties, which may say the same in the server's own words."""
    said = {key: given[key] for key in OPTIMIZER_PROPERTIES if key in given}
    if not is_requested(config):
        return said
    if said:
        rule = "the model's constraints say it too"
        refuse("properties", tuple(said), rule, "Remove the property, or `optimizer_constraints`.")
    unique = [
        ",".join(known.resolve("constraints", one.columns))
        for one in constraints
        if one.type == "unique" and one.columns
    ]
    foreign = [_foreign_key(one, known) for one in constraints if one.type == "foreign_key"]
    found = dict(zip(OPTIMIZER_PROPERTIES, (";".join(unique), ";".join(foreign)), strict=True))
    return {key: value for key, value in found.items() if value}


def is_requested(config: Mapping[str, Any]) -> bool:
    return boolean("optimizer_constraints", config.get("optimizer_constraints", False))


def promises(constraints: Sequence[Constraint], keys: Keys, requested: bool) -> Promises:
    """What of them nothing enforces, for the user to hear of; those that the user knows of are left out."""
    unkept = [constraint for constraint in constraints if constraint.warned and not _is_kept(constraint, keys)]
    told = [c.type for c in unkept if requested and c.type in OPTIMIZER_TYPES]
    ignored = [c.type for c in unkept if not (requested and c.type in OPTIMIZER_TYPES)]
    return Promises(tuple(told), tuple(ignored))


def _is_kept(constraint: Constraint, keys: Keys) -> bool:
    if constraint.type in ("primary_key", "unique"):
        return keys.table_type in ("PRIMARY", "UNIQUE") and _same(constraint.columns, keys.columns)
    return constraint.type in ("not_null", "custom")


def _same(some: Sequence[str], others: Sequence[str]) -> bool:
    return {name.lower() for name in some} == {name.lower() for name in others}


def _foreign_key(constraint: Constraint, known: ColumnNames) -> str:
    target, columns = constraint.to, constraint.to_columns
    if not target:
        reference = REFERENCE.fullmatch(constraint.expression)
        if reference is None:
            refuse(
                "constraints",
                constraint.expression,
                "a foreign key names the table and the columns it points to",
                "Add `to: ref('parent')` and `to_columns: [id]`.",
            )
        target, columns = reference[1], tuple(unquoted(name) for name in reference[2].split(","))
    own = known.resolve("constraints", constraint.columns)
    # backticks inside the property's text would be part of the names
    return f"({','.join(own)}) REFERENCES {target.replace('`', '')}({','.join(columns)})"


def optimizer_changes(wanted: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """Those that the table does not have: the server writes them with the whole name of each column and table."""
    return {key: value for key, value in wanted.items() if _plain(value) != _plain(stored.get(key, ""))}


def _plain(text: str) -> list[str]:
    """Each constraint without the names that stand before a column or a table, blanks and letter case."""
    return sorted(QUALIFIER.sub("", part).replace(" ", "").lower() for part in text.split(";") if part.strip())
