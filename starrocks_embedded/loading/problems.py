"""What is wrong with a row that a load filters, in the words of a back end's error log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from starrocks_embedded.loading.json_rows import UNFIT, Documents
from starrocks_embedded.loading.lines import show
from starrocks_embedded.loading.staging import FIELD, LONG, MOST_ROWS, NULL, WIDTH
from starrocks_embedded.types import Type, decimal_class

if TYPE_CHECKING:
    from starrocks_embedded.catalog import model
    from starrocks_embedded.loading.lines import Lines
    from starrocks_embedded.loading.mapping import Mapping, SourceField
    from starrocks_embedded.loading.options import Options
    from starrocks_embedded.loading.staging import Staged

HOMELESS = "The row is out of partition ranges. Please add a new partition."


def explained(mapping: Mapping, options: Options, staged: Staged, source: Lines, body: Path) -> list[str]:
    """The lines of the log: each says what is wrong, then shows the row."""
    texts = [_line(why, row) for row, why in source.rejected]
    columns = staged.batch.columns
    documents = _documents(body, options, staged) if options.format == "json" else {}
    for bad, line, number, values in staged.bad:
        if bad == WIDTH or bad < NULL:
            fields = _fields(source, line)
            row = documents.get(number) or options.column_separator.join(fields)
            texts.append(_line(_field_problem(bad, mapping, options, fields), row))
        else:
            texts.append(_line(_column_problem(bad, columns, values), row_text(columns, values)))
    return texts[:MOST_ROWS]


def homeless(columns: list[model.Column], rows: list[list[Any]]) -> list[str]:
    return [_line(HOMELESS, row_text(columns, values)) for values in rows]


def _line(why: str, row: str) -> str:
    return f"Error: {why}. Row: {row}"


def _fields(source: Lines, line: str) -> list[str]:
    fields = line.split(source.separator)[source.margin :]
    return [show(f) for f in fields] if source.hidden else fields


def _documents(body: Path, options: Options, staged: Staged) -> dict[int, str]:
    """The JSON of the rows in question, by their numbers."""
    wanted = {number for _, _, number, _ in staged.bad}
    if not wanted:
        return {}
    documents = Documents(body.read_bytes(), options)
    return {n: documents.text[start:end] for n, (_, start, end) in enumerate(documents, 1) if n in wanted}


def _field_problem(bad: int, mapping: Mapping, options: Options, fields: list[str]) -> str:
    if bad == WIDTH:
        return _width_problem(len(mapping.fields), len(fields), options)
    found, value = mapping.fields[bad - FIELD], fields[bad - FIELD]
    if options.format == "json":
        return _json_problem(found, value)
    return _csv_problem(found, bad - FIELD, value.strip(" ") if options.trim_space else value)


def _width_problem(wanted: int, given: int, options: Options) -> str:
    separator, delimiter = _printable(options.column_separator), _printable(options.row_delimiter)
    return (
        f"Target column count: {wanted} doesn't match source value column count: {given}. "
        f"Column separator: {separator}, Row delimiter: {delimiter}"
    )


def _printable(text: str) -> str:
    named = {"\n": "\\n", "\t": "\\t"}
    shown = [named.get(c) or (c if c.isascii() and c.isprintable() else f"0x{ord(c):x}") for c in text]
    return f"'{''.join(shown)}'"


def _csv_problem(found: SourceField, position: int, value: str) -> str:
    return (
        f"The field (name = {found.name}, pos = {position}) is out of range. Type: {type_name(found.type)}, "
        f"Value length: {len(value.encode())}, Value: {value}"
    )


def _json_problem(found: SourceField, value: str) -> str:
    name, type_ = found.name, found.type
    if type_.is_string:
        return f"Invalid argument: Value length is beyond the capacity. column={name}, capacity={type_.length}"
    if type_.name == "boolean":
        return f"Invalid argument: Failed to parse string value as boolean. column={name}, value={value}"
    if (type_.is_integer and type_.name != "largeint") or type_.is_float:
        return "Invalid argument: " + _number_problem(name, value)
    return f"Value '{value}' is out of range. The type of '{name}' is {type_name(type_)}"


def _number_problem(name: str, value: str) -> str:
    if value == UNFIT:
        return f"Unsupported value type. Numeric type is required. column={name}"
    try:
        float(value)
    except ValueError:
        return f"Unable to cast string value to BIGINT. value={value}, column={name}"
    return f"Value is overflow. column={name}, value={value}"


def _column_problem(bad: int, columns: list[model.Column], values: list[Any]) -> str:
    """What the writer of the table says of a row's value."""
    if bad < LONG:
        return f"NULL value in non-nullable column '{columns[bad - NULL].name}'"
    column, value = columns[bad - LONG], str(values[bad - LONG])
    shown = value if len(value) <= 100 else value[:100] + "..."
    size = len(value.encode())
    return f"String '{shown}'(length={size}) is too long. The max length of '{column.name}' is {column.type.length}"


def row_text(columns: list[model.Column], values: list[Any]) -> str:
    """A row as a back end prints one: [1, 'a', NULL]."""
    return f"[{', '.join(_value_text(c.type, v) for c, v in zip(columns, values, strict=True))}]"


def _value_text(type_: Type, value: Any) -> str:
    if value is None:
        return "NULL"
    if type_.is_string:
        return f"'{value}'"
    return {"true": "1", "false": "0"}.get(value, value) if type_.name == "boolean" else str(value)


def type_name(type_: Type) -> str:
    """A type as a back end names it."""
    if type_.is_decimal:
        return f"{decimal_class(type_).upper()}({type_.precision}, {type_.scale})"
    if type_.is_string:
        return f"{type_.name.upper()}({type_.length})" if type_.length else type_.name.upper()
    return type_.name.upper()
