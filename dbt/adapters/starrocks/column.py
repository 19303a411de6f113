"""A column as StarRocks types it: the full type text, and what dbt wants to know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from dbt.adapters.base.column import Column
from dbt_common.exceptions import DbtRuntimeError

STRING_LENGTH = 65533
INTEGERS = ("tinyint", "smallint", "int", "bigint", "largeint")
FLOATS = ("float", "double")
STRINGS = ("char", "varchar", "string")
NESTED = ("array", "map", "struct")

# what servers and people call the types that have another name of their own
SYNONYMS = {
    "integer": "int",
    "bool": "boolean",
    "text": "string",
    "numeric": "decimal",
    "number": "decimal",
    "decimalv2": "decimal",
    "decimal32": "decimal",
    "decimal64": "decimal",
    "decimal128": "decimal",
    "decimal256": "decimal",
    "binary": "varbinary",
}
WORD = re.compile(r"[a-z_][a-z_0-9]*")
DISPLAY_WIDTH = re.compile(r"\b(tinyint|smallint|int|bigint|largeint|float|double)\s*\(\s*\d+\s*\)")
WITH_SIZE = re.compile(r"(\w+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$")


def type_text(raw: str) -> str:
    """One spelling per type: lower case, no display widths, `string` for the longest varchar, `decimal(10,2)`.

    Where the server speaks MySQL's words, a boolean is `tinyint(1)` and a largeint `bigint(20) unsigned`."""
    text = raw.strip()
    if text.lower() == "tinyint(1)":
        return "boolean"
    if text.lower() in ("bigint(20) unsigned", "bigint unsigned"):
        return "largeint"
    if "`" in text:
        # field names of a struct keep their case
        return re.sub(r"\s+", " ", text)
    text = DISPLAY_WIDTH.sub(r"\1", text.lower())
    text = WORD.sub(lambda word: SYNONYMS.get(word[0], word[0]), text) if not _names_fields(text) else text
    text = re.sub(r"\s*([(),<>])\s*", r"\1", text)
    text = re.sub(r",(?=[a-z_])", ", ", text) if _names_fields(text) else text
    text = re.sub(r"\bdecimal(?:32|64|128|256|v2)\(", "decimal(", text)
    text = re.sub(rf"\bvarchar\(({STRING_LENGTH}|1048576|\*)\)|\bvarchar(?!\()", "string", text)
    return text


def _names_fields(text: str) -> bool:
    return "struct<" in text


@dataclass
class StarRocksColumn(Column):
    """`dtype` is the type without its size where it has one size, else the whole text (arrays, maps, structs)."""

    TYPE_LABELS: ClassVar[dict[str, str]] = {
        "STRING": "string",
        "TEXT": "string",
        "TIMESTAMP": "datetime",
        "FLOAT": "double",
        "INTEGER": "int",
        "BOOLEAN": "boolean",
    }

    nullable: bool = True
    is_key: bool = False
    comment: str = ""
    default: str | None = None
    generated: str | None = None

    @property
    def quoted(self) -> str:
        return f"`{self.column}`"

    @property
    def data_type(self) -> str:
        if self.is_numeric() and self.numeric_precision is not None:
            return self.numeric_type(self.dtype, self.numeric_precision, self.numeric_scale)
        if self.dtype in ("varchar", "char") and self.char_size is not None:
            return f"{self.dtype}({self.char_size})"
        return self.dtype

    def is_string(self) -> bool:
        return self.dtype.lower() in STRINGS

    def is_integer(self) -> bool:
        return self.dtype.lower() in INTEGERS

    def is_float(self) -> bool:
        return self.dtype.lower() in FLOATS

    def is_numeric(self) -> bool:
        return self.dtype.lower() == "decimal"

    def is_nested(self) -> bool:
        return self.dtype.lower().startswith(tuple(f"{kind}<" for kind in NESTED))

    def string_size(self) -> int:
        if not self.is_string():
            raise DbtRuntimeError(f"Column {self.column} is {self.data_type}, which has no length of a string.")
        if self.dtype == "string" or self.char_size is None:
            return STRING_LENGTH
        return int(self.char_size)

    def can_expand_to(self, other_column: Column) -> bool:
        """Only what loses nothing: a longer string, a wider integer, a decimal with room on both sides."""
        if self.is_string() and other_column.is_string():
            return bool(other_column.string_size() > self.string_size())
        if self.is_integer() and other_column.is_integer():
            return INTEGERS.index(other_column.dtype) > INTEGERS.index(self.dtype)
        if self.is_numeric() and other_column.is_numeric():
            return self._decimal_can_expand_to(other_column)
        return self.dtype == "float" and other_column.dtype == "double"

    def _decimal_can_expand_to(self, other: Column) -> bool:
        own = (int(self.numeric_precision or 38), int(self.numeric_scale or 0))
        goal = (int(other.numeric_precision or 38), int(other.numeric_scale or 0))
        return own != goal and goal[1] >= own[1] and goal[0] - goal[1] >= own[0] - own[1]

    def literal(self, value: Any) -> str:
        return f"cast({value} as {self.data_type})"

    @classmethod
    def string_type(cls, size: int) -> str:
        return "string" if size >= STRING_LENGTH else f"varchar({size})"

    @classmethod
    def from_description(cls, name: str, raw_data_type: str) -> StarRocksColumn:
        text = type_text(raw_data_type)
        found = WITH_SIZE.match(text)
        if found is None or found[1] not in ("varchar", "char", "decimal", "varbinary"):
            return cls(name, text)
        kind, first, second = found.groups()
        if kind == "decimal":
            return cls(name, kind, None, int(first or 10), int(second or 0)) if first else cls(name, kind)
        return cls(name, kind, int(first) if first else None)

    @classmethod
    def create(cls, name: str, label_or_dtype: str) -> StarRocksColumn:
        return cls.from_description(name, cls.translate_type(label_or_dtype))
