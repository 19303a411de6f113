"""dict_mapping(): what a PRIMARY KEY table, named in a literal, keeps under a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded import types as t
from starrocks_embedded.analysis.coercion import can_cast
from starrocks_embedded.analysis.expressions import annotate, coerce
from starrocks_embedded.analysis.functions import Signature
from starrocks_embedded.analysis.scope import Scope
from starrocks_embedded.catalog.columns import primitive_name
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.syntax import ast
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.analysis.context import Context
    from starrocks_embedded.catalog import model


@dataclass(frozen=True)
class Lookup(Signature):
    """The signature of one call, with the dictionary it reads: its physical table and columns."""

    table: str = ""
    keys: tuple[str, ...] = ()
    value: str = ""
    null_if_missing: bool = False


def dict_mapping(call: ast.Call, scope: Scope, context: Context) -> ast.Call:
    """dict_mapping('table', key, … [, 'value column'] [, null_if_missing])"""
    call.args = [annotate(a, scope, context) for a in call.args]
    table = _table(call, context)
    keys = [c for c in table.columns if c.key]
    named, flagged = _options(call.args, len(keys))
    value = _value_column(call.args[len(keys) + 1] if named else None, table)
    missing = call.args[-1] if flagged else None
    if missing is not None and not (isinstance(missing, ast.Literal) and missing.kind == "bool"):
        raise _refusal("null_if_not_found param should be bool constant")
    wanted = (t.VARCHAR, *(c.type for c in keys), *((t.VARCHAR,) * named), *((t.BOOLEAN,) * flagged))
    _coerce(call, keys, wanted)
    result = t.VARCHAR if value.type.is_string else value.type
    call.function = Lookup(
        call.name, wanted, result, "scalar", table=table.readable, keys=tuple(c.physical for c in keys),
        value=value.physical, null_if_missing=missing is not None and bool(missing.value),
    )  # fmt: skip
    call.type, call.nullable = result, True
    return call


def _refusal(message: str) -> StarRocksError:
    return analysis_error(f"dict_mapping function {message}")


def _table(call: ast.Call, context: Context) -> model.Table:
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Literal) or first.kind != "string":
        raise _refusal("first param table_name should be string literal")
    parts = first.value.split(".")
    if len(parts) > 2:
        raise _refusal("first param table_name should be 'db.tbl' or 'tbl' format")
    catalog, home, name = context.session.engine.catalog, parts[0] if len(parts) == 2 else context.home[1], parts[-1]
    database = catalog.database(home)
    if database is None:
        raise analysis_error(f"Database {home} is not found")
    table = catalog.table(database.id, name, context.session.id)
    if table is None:
        raise analysis_error(f"dict table {name} is not found")
    if table.kind == "materialized_view":
        raise analysis_error("dict table can't be materialized view")
    if table.kind != "table" or table.keys != "primary":
        raise analysis_error(f"dict table {home}.{name} should be primary key table")
    return table


def _options(args: list[ast.Expr], keys: int) -> tuple[bool, bool]:
    """Whether the value column, and whether null_if_missing is given."""
    if len(args) == keys + 1:
        return False, False
    if len(args) == keys + 2:
        named = args[-1].type.is_string
        return named, not named
    if len(args) == keys + 3:
        return True, True
    raise _refusal(f"param size should be {keys + 1} - {keys + 3}")


def _value_column(name: ast.Expr | None, table: model.Table) -> model.Column:
    if name is None:
        found = next((c for c in table.columns if c.auto_increment), None)
        if found is None:
            raise _refusal("can't find auto increment column in dict table")
        return found
    if not isinstance(name, ast.Literal):
        raise _refusal("value_column param should be STRING constant")
    found = next((c for c in table.columns if c.name.lower() == str(name.value).lower()), None)
    if found is None:
        raise _refusal(f"can't find value column {name.value} in dict table")
    return found


def _coerce(call: ast.Call, keys: list[model.Column], wanted: tuple[Type, ...]) -> None:
    if not all(can_cast(a.type, w) for a, w in zip(call.args, wanted, strict=True)):
        names = ["dict_table", *(c.name for c in keys), "value_field_name", "null_if_not_found"]
        if wanted[-1] == t.BOOLEAN and len(wanted) == len(keys) + 2:
            names.remove("value_field_name")
        expected = ", ".join(f"{primitive_name(w)} {n}" for w, n in zip(wanted, names, strict=False))
        actual = ", ".join(primitive_name(a.type) for a in call.args)
        raise _refusal(f"params not match expected,\nExpect: {expected}\nActual: {actual}")
    call.args = [coerce(a, w) for a, w in zip(call.args, wanted, strict=True)]
