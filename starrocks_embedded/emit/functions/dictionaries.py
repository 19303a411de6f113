"""Reading a dictionary table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import rewrite
from starrocks_embedded.errors import RAISED

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax import ast

NO_KEY = f"error('{RAISED}invalid parameter : get NULL paramenter')"
NO_RECORD = f"error('{RAISED}query failed if record not exist in dict table.')"


@rewrite("dict_mapping")
def dict_mapping(emitter: Emitter, call: ast.Call) -> str:
    """The value of the record with that key. A NULL in the key is an error, and so is, unless the call says otherwise,
    a key without a record."""
    lookup, name = call.function, emitter.fresh_name()
    given = [emitter.sql(a) for a in call.args[1 : len(lookup.keys) + 1]]
    same = " AND ".join(f'{name}."{key}" = {value}' for key, value in zip(lookup.keys, given, strict=True))
    unknown = " OR ".join(f"{value} IS NULL" for value in given)
    missing = "NULL" if lookup.null_if_missing else NO_RECORD
    record = f'any_value({name}."{lookup.value}")'
    found = f"CASE WHEN {unknown} THEN {NO_KEY} WHEN count(*) = 0 THEN {missing} ELSE {record} END"
    return f'(SELECT {found} FROM data."{lookup.table}" AS {name} WHERE {same})'
