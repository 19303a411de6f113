"""Whether a query gives what the model's contract promises, in StarRocks' types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.adapters.starrocks.column import StarRocksColumn, type_text
from dbt.adapters.starrocks.table_config.columns import constraint_options, meta_options
from dbt.adapters.starrocks.table_config.types import starrocks_type
from dbt.adapters.starrocks.table_config.values import unquoted

STRINGS = re.compile(r"\b(?:var)?char\(\d+\)|\b(?:char|varchar)\b(?!\()")
BARE_DECIMAL = re.compile(r"\bdecimal\b(?!\()")
MADE_BY_TABLE = ("auto_increment", "generated")


@dataclass(frozen=True)
class ContractMismatch:
    """Both sides as dbt's contract error lists them; `untyped` are columns of the contract without a type."""

    contract: tuple[dict[str, str], ...] = ()
    query: tuple[dict[str, str], ...] = ()
    untyped: tuple[str, ...] = ()


def contract_mismatch(model: Mapping[str, Any], described: Sequence[StarRocksColumn]) -> ContractMismatch | None:
    """None where the query fits: same names whatever their case, same types; a string is one of any length."""
    declared = list((model.get("columns") or {}).values())
    untyped = tuple(spec["name"] for spec in declared if not spec.get("data_type"))
    if untyped or not declared:
        return ContractMismatch(untyped=untyped)
    given = [(column.name, column.data_type) for column in described]
    promised = list(_promised(declared, {name.lower() for name, _ in given}))
    if _comparable(promised) == _comparable(given):
        return None
    return _mismatch(promised, given)


def _promised(declared: Iterable[Mapping[str, Any]], given: set[str]) -> Iterable[tuple[str, str]]:
    """What the query owes: not the columns that the table makes itself."""
    for spec in declared:
        name = unquoted(spec["name"])
        options = {**constraint_options(spec), **meta_options(spec)}
        if name.lower() in given or not any(options.get(key) for key in MADE_BY_TABLE):
            yield name, starrocks_type(spec["data_type"], f"Column `{name}` of the contract")


def _comparable(columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): same_as(data_type) for name, data_type in columns}


def same_as(data_type: str) -> str:
    """One text for types that hold the same values."""
    return STRINGS.sub("string", BARE_DECIMAL.sub("decimal(10,0)", type_text(data_type)))


def _mismatch(promised: Sequence[tuple[str, str]], given: Sequence[tuple[str, str]]) -> ContractMismatch:
    """dbt compares the texts again for its message, so equals are spelled alike: by the contract."""
    spelled = {name.lower(): (name, data_type) for name, data_type in promised}
    query = []
    for name, data_type in given:
        own_name, own_type = spelled.get(name.lower(), (name, data_type))
        query.append(_row(own_name, own_type if same_as(own_type) == same_as(data_type) else data_type))
    return ContractMismatch(tuple(_row(*column) for column in promised), tuple(query))


def _row(name: str, data_type: str) -> dict[str, str]:
    return {"name": name, "data_type": data_type, "formatted": f"{name} {data_type}"}
