"""The exact types of a query's columns, without running it.

An empty result tells names, wire codes, lengths and scales: enough for plain types, and enough to see that an existing
table still fits. Where one wire code stands for several types (a boolean and an untyped NULL; JSON, arrays, maps and
structs, bitmaps), a second question asks the server's own `typeof()`, which it answers from an outer join with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dbt_common.exceptions import DbtRuntimeError
from pymysql.constants import FIELD_TYPE

from dbt.adapters.starrocks.column import NESTED, STRING_LENGTH, StarRocksColumn

BINARY = 63
CHARS_TO_BYTES = 3
LARGEINT_LENGTH = 40
TEXT_OBJECT_LENGTH = 60
# sign, point, and the digit before it that the server counts beside the precision
DECIMAL_EXTRA = 4

PLAIN = {
    FIELD_TYPE.SHORT: "smallint",
    FIELD_TYPE.LONG: "int",
    FIELD_TYPE.LONGLONG: "bigint",
    FIELD_TYPE.FLOAT: "float",
    FIELD_TYPE.DOUBLE: "double",
    FIELD_TYPE.DATE: "date",
    FIELD_TYPE.DATETIME: "datetime",
    FIELD_TYPE.BLOB: "varbinary",
}
NO_TYPE = ("null_type", "null")


@dataclass(frozen=True)
class WireColumn:
    """A column definition packet's fields that say something about the type."""

    name: str
    code: int
    length: int
    scale: int
    charset: int

    @property
    def dtype(self) -> str | None:
        """The type's text, or None where the code stands for several."""
        if self.code in PLAIN:
            return PLAIN[self.code]
        if self.code == FIELD_TYPE.TINY:
            return None if self.length == 1 else "tinyint"
        if self.code == FIELD_TYPE.NEWDECIMAL:
            return f"decimal({self._precision},{self.scale})"
        if self.code == FIELD_TYPE.VAR_STRING and self.charset != BINARY:
            return self._varchar
        if self.code == FIELD_TYPE.STRING and self.length in (LARGEINT_LENGTH, LARGEINT_LENGTH * CHARS_TO_BYTES):
            return "largeint"
        return None

    @property
    def _precision(self) -> int:
        return self.length - DECIMAL_EXTRA if self.scale else self.length - DECIMAL_EXTRA + 1

    @property
    def _varchar(self) -> str:
        chars = self.length // CHARS_TO_BYTES
        return "string" if chars >= STRING_LENGTH else f"varchar({chars})"

    def may_be(self, dtype: str) -> bool:
        """Whether a column of this existing type would look the same; strings of any length do."""
        if self.dtype is None:
            return dtype in self._candidates()
        if self.dtype.startswith(("varchar", "string")):
            return dtype.startswith(("varchar", "string", "char"))
        return dtype == self.dtype

    def _candidates(self) -> tuple[str, ...]:
        """Types without inner structure that this ambiguous code may stand for."""
        if self.code == FIELD_TYPE.TINY:
            return ("boolean",)
        if self.code == FIELD_TYPE.STRING and self.length in (TEXT_OBJECT_LENGTH, TEXT_OBJECT_LENGTH * CHARS_TO_BYTES):
            return ("json",)
        return ("bitmap", "hll", "percentile")


def wire_columns(fields: Iterable[Any]) -> list[WireColumn]:
    return [WireColumn(f.name, f.type_code, f.length, f.scale, f.charsetnr) for f in fields]


def refuse_duplicates(wire: Sequence[WireColumn]) -> None:
    seen: set[str] = set()
    for column in wire:
        if column.name.lower() in seen:
            raise DbtRuntimeError(
                f"The query names two columns `{column.name}`. StarRocks does not tell them apart by case either: "
                "give one of them an alias."
            )
        seen.add(column.name.lower())


def from_wire(wire: Sequence[WireColumn]) -> list[StarRocksColumn] | None:
    """The columns, or None where one of them needs the second question."""
    types = [(column.name, column.dtype) for column in wire]
    if any(dtype is None for _, dtype in types):
        return None
    return [StarRocksColumn.from_description(name, dtype or "") for name, dtype in types]


def like_existing(wire: Sequence[WireColumn], existing: Sequence[StarRocksColumn]) -> list[StarRocksColumn] | None:
    """The columns, where each ambiguous one may still be what the existing table has under its name; else None.

    An array, map or struct never counts as the same unseen: only the second question tells its inside."""
    known = {column.name.lower(): column for column in existing}
    described = []
    for column in wire:
        dtype = column.dtype
        if dtype is None:
            before = known.get(column.name.lower())
            if before is None or before.dtype.startswith(NESTED) or not column.may_be(before.dtype):
                return None
            dtype = before.dtype
        described.append(StarRocksColumn.from_description(column.name, dtype))
    return described


def typeof_query(wire: Sequence[WireColumn], sql: str, header: str = "") -> str:
    """One row of types; the left join gives that row though the query itself is cut to nothing."""
    types = ", ".join(f"typeof(`q`.`{column.name}`)" for column in wire)
    return (
        f"{header}select {types} from (select 1 as `one`) `o` "
        f"left join (select * from (\n{sql}\n) `x` limit 0) `q` on true"
    )


def from_typeof(wire: Sequence[WireColumn], types: Sequence[str]) -> list[StarRocksColumn]:
    """Sizes are the wire's, which `typeof` does not tell for strings; an untyped NULL becomes a string."""
    described = []
    for column, told in zip(wire, types, strict=True):
        dtype = column.dtype or ("string" if told in NO_TYPE else told)
        described.append(StarRocksColumn.from_description(column.name, dtype))
    return described
