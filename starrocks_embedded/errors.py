"""The errors a StarRocks server sends: number, SQLSTATE, text."""

from __future__ import annotations

from dataclasses import dataclass

SQLSTATES = {
    1045: "28000",
    1046: "3D000",
    1050: "42S01",
    1060: "42S21",
    1317: "70100",
    5024: "53400",
    5078: "42000",
    5203: "42000",
    5303: "25P01",
    5304: "25P01",
    5305: "25P01",
    5306: "25P01",
    5307: "25P01",
    5501: "3F000",
    5502: "42602",
    5509: "42S22",
    5604: "42601",
    5610: "22000",
    6014: "42000",
}


RAISED = "raised: "  # before the text of an error that a query itself raises


@dataclass(frozen=True)
class Span:
    """Where an expression stands in the statement: lines from 1, columns from 0, from the
    start of its first token to the start of its last one, as StarRocks prints them."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Span) -> Span:
        return Span(self.line, self.column, other.end_line, other.end_column)


class StarRocksError(Exception):
    """What the client gets as an ERR packet."""

    def __init__(self, code: int, message: str, sqlstate: str | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.sqlstate = sqlstate or SQLSTATES.get(code, "HY000")


def failure(message: str, code: int = 1064) -> StarRocksError:
    """A refusal whose text is the whole message (execution, most of DDL)."""
    return StarRocksError(code, message)


def place(span: Span) -> str:
    """Figures carry their thousands apart, as in 1,024."""
    first = f"line {span.line:,}, column {span.column:,}"
    if (span.line, span.column) == (span.end_line, span.end_column):
        return f"at {first}"
    return f"from {first} to line {span.end_line:,}, column {span.end_column:,}"


def analysis_error(message: str, span: Span | None = None, code: int = 1064) -> StarRocksError:
    """A refusal by the analyzer: its wrapper names the place when one is known."""
    where = ""
    if span is not None and span.line:  # what the server itself made of a call stands nowhere
        where = f" {place(span)}"
    return StarRocksError(code, f"Getting analyzing error{where}. Detail message: {message}.")


def no_database(since_3_4: bool = True) -> StarRocksError:
    """A name without a database in a session without one. Before 3.4 tables had it without the code of its own."""
    return analysis_error("No database selected", code=1046 if since_3_4 else 1064)


def syntax_error(message: str, line: int, column: int) -> StarRocksError:
    return StarRocksError(1064, f"Getting syntax error at line {line:,}, column {column:,}. Detail message: {message}.")


def unsupported(what: str) -> StarRocksError:
    """What StarRocks can do and this engine cannot: said, never guessed."""
    return StarRocksError(1064, f"{what} is not supported by the embedded engine")
