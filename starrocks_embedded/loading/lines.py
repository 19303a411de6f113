"""A body as a file of lines that DuckDB reads: one row a line, its fields between separators.

Rows of CSV without an enclosing or escaping character are such lines already. All others, and JSON, are written anew:
what would break a line stands there as a character that no text has, and is put back when the field is read."""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

NEWLINE, RETURN, SPLIT, UNREAD = "\n", "\r", "\x1f", "\x1e"  # DuckDB is told that UNREAD parts columns: it never does
# noncharacters of Unicode: legal in UTF-8, never in a text
HIDDEN = {NEWLINE: "\ufdd0", RETURN: "\ufdd1", SPLIT: "\ufdd2", UNREAD: "\ufdd3"}
HIDING = str.maketrans(HIDDEN)
SHOWING = str.maketrans({hidden: shown for shown, hidden in HIDDEN.items()})
LONGEST_LINE = 16 << 20
PIECE = 1 << 24


@dataclass
class Lines:
    """`hidden`: characters were replaced. `skip` lines come before the first row, `margin` fields before a row's first
    one. `rejected` are rows that could not be read at all: the text of each, and why; `rejects` is their number, where
    not all are kept."""

    path: Path
    separator: str
    hidden: bool = False
    skip: int = 0
    margin: int = 0
    rejected: list[tuple[str, str]] = field(default_factory=list)
    rejects: int = 0

    def reject(self, row: str, why: str, most: int) -> None:
        self.rejects += 1
        if len(self.rejected) < most:
            self.rejected.append((row, why))

    @property
    def sql(self) -> str:
        """Lines in their order, as n and line; blank ones do not count."""
        from starrocks_embedded.emit.expression import quote

        options = (
            f"columns = {{'line': 'VARCHAR'}}, delim = '{UNREAD}', quote = '', escape = '', header = false, "
            f"auto_detect = false, skip = {self.skip}, max_line_size = {LONGEST_LINE}"
        )
        source = f"read_csv({quote(str(self.path))}, {options})"
        return f"SELECT line, row_number() OVER () AS n FROM {source} WHERE line <> ''"

    def shown(self, text: str) -> str:
        """DuckDB text of a field or line with its own characters again."""
        if not self.hidden:
            return text
        return f"translate({text}, '{''.join(HIDDEN.values())}', '{''.join(HIDDEN)}')"


def is_plain(path: Path) -> bool:
    """Whether the file is UTF-8 and each of its lines a row as it stands."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if b"\r" in piece or b"\x1e" in piece:
                return False
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                return False
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return _longest_is_short(path)


def _longest_is_short(path: Path) -> bool:
    """Whether no line is longer than DuckDB is told to expect."""
    if path.stat().st_size <= LONGEST_LINE:
        return True
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = 0
        while len(content) - at > LONGEST_LINE:
            end = content.rfind(b"\n", at, at + LONGEST_LINE)
            if end < 0:
                return False
            at = end + 1
    return True


def hide(text: str) -> str:
    return text.translate(HIDING)


def show(text: str) -> str:
    return text.translate(SHOWING)


def write_rows(path: Path, rows: Iterable[list[str]]) -> Lines:
    """Rows of fields as such a file. Each begins with an empty field: then no line is blank."""
    found = Lines(path, SPLIT, margin=1)
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            line = SPLIT.join(row)
            if NEWLINE in line or RETURN in line or UNREAD in line or line.count(SPLIT) != len(row) - 1:
                line, found.hidden = SPLIT.join(map(hide, row)), True
            file.write(f"{SPLIT}{line}\n")
    return found


def split_rows(text: str, delimiter: str) -> Iterator[str]:
    """The text between row delimiters; the last one needs none behind it."""
    at = 0
    while at < len(text):
        end = text.find(delimiter, at)
        if end < 0:
            end = len(text)
        yield text[at:end]
        at = end + len(delimiter)
