"""What is wrong with a row that a load filters, in the words of a back end's error log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.loading.json_rows import UNFIT, Documents
from starrocks_embedded.loading.lines import show
from starrocks_embedded.loading.staging import COLUMN, FIELD, WIDTH
from starrocks_embedded.statements.filtered_rows import MOST_ROWS, log_line, problem_of, row_text
from starrocks_embedded.types import Type, decimal_class

if TYPE_CHECKING:
    from starrocks_embedded.loading.lines import Lines
    from starrocks_embedded.loading.mapping import Mapping, SourceField
    from starrocks_embedded.loading.options import Options
    from starrocks_embedded.loading.staging import Staged


def explained(mapping: Mapping, options: Options, staged: Staged, source: Lines, body: Path) -> list[str]:
    """The lines of the log: each says what is wrong, then shows the row."""
    texts = [log_line(why, row) for row, why in source.rejected]
    columns = staged.batch.columns
    documents = _documents(body, options, staged) if options.format == "json" else {}
    for bad, line, number, values in staged.bad:
        if bad == COLUMN:
            texts.append(log_line(problem_of(columns, values), row_text(columns, values)))
        else:
            fields = _fields(source, line)
            row = documents.get(number) or options.column_separator.join(fields)
            texts.append(log_line(_field_problem(bad, mapping, options, fields), row))
    return texts[:MOST_ROWS]


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
    separator, delimiter = printable(options.column_separator), printable(options.row_delimiter)
    return (
        f"Target column count: {wanted} doesn't match source value column count: {given}. "
        f"Column separator: {separator}, Row delimiter: {delimiter}"
    )


def printable(text: str) -> str:
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


def type_name(type_: Type) -> str:
    """A type as a back end names it."""
    if type_.is_decimal:
        return f"{decimal_class(type_).upper()}({type_.precision}, {type_.scale})"
    if type_.is_string:
        return f"{type_.name.upper()}({type_.length})" if type_.length else type_.name.upper()
    return type_.name.upper()
