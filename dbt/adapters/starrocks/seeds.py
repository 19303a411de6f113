"""The rows of a seed as SQL text, in as few statements as the server takes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.column import StarRocksColumn

if TYPE_CHECKING:
    import agate

# a VALUES list ends at 10,000 rows; a statement at the packet size that servers allow by default, with room to spare
ROWS_PER_BLOCK = 9_000
BLOCKS_PER_STATEMENT = 4
BYTES_PER_STATEMENT = 12_000_000

INT = range(-(2**31), 2**31)
BIGINT = range(-(2**63), 2**63)


PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")


def refuse_unquoted(table: agate.Table) -> None:
    """`quote_columns: false` asks for names as they stand; one that needs quotes is mostly a wrong delimiter."""
    for name in table.column_names:
        if not PLAIN_NAME.fullmatch(name):
            raise DbtRuntimeError(
                f"The seed's column `{name}` is a syntax error without quotes, and quote_columns is false. "
                "Is the delimiter right? If the name is meant, remove `quote_columns: false`."
            )


def columns(table: agate.Table, overrides: dict[str, str], convert: Callable[[Any, int], str]) -> list[StarRocksColumn]:
    """A seed's columns in the order of its file; `column_types` decides where it names one."""
    return [
        StarRocksColumn.create(name, overrides.get(name) or convert(table, index))
        for index, name in enumerate(table.column_names)
    ]


def integer_type(values: Iterable[Any]) -> str:
    """The narrowest of int, bigint and largeint that holds them all."""
    numbers = [int(value) for value in values if value is not None]
    if all(number in INT for number in numbers):
        return "int"
    return "bigint" if all(number in BIGINT for number in numbers) else "largeint"


def statements(table: agate.Table, blocks_per_statement: int) -> list[list[list[str]]]:
    """Statements → blocks → rendered rows."""
    grouped: list[list[list[str]]] = []
    size = 0
    for block in _blocks(table):
        length = sum(map(_bytes, block))
        full = grouped and (len(grouped[-1]) == blocks_per_statement or size + length > BYTES_PER_STATEMENT)
        if not grouped or full:
            grouped.append([])
            size = 0
        grouped[-1].append(block)
        size += length
    return grouped


def _blocks(table: agate.Table) -> Iterator[list[str]]:
    block: list[str] = []
    size = 0
    for row in table.rows:
        text = _row(row)
        if block and (len(block) == ROWS_PER_BLOCK or size + _bytes(text) > BYTES_PER_STATEMENT):
            yield block
            block, size = [], 0
        block.append(text)
        size += _bytes(text)
    if block:
        yield block


def _bytes(text: str) -> int:
    return len(text.encode())


def _row(row: Sequence[Any]) -> str:
    return f"({', '.join(map(literal, row))})"


def literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime.datetime):
        return f"'{value.replace(tzinfo=None).isoformat(sep=' ')}'"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"'{value.isoformat()}'"
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def _digits(value: Decimal) -> str:
    """All of them: `normalize()` would round to 28."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
