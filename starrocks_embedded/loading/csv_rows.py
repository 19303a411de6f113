"""CSV as StarRocks reads it: separators of several bytes, enclosing and escaping characters, spaces trimmed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.loading import lines
from starrocks_embedded.loading.lines import Lines

if TYPE_CHECKING:
    from starrocks_embedded.loading.options import Options

NULL_MARK = r"\N"
INVALID = "Invalid UTF-8 row"


def csv_lines(body: Path, options: Options, most_rejects: int, folder: Path | None = None) -> Lines:
    """The body's rows. Where they are not lines as they stand they are written into a second file: in that folder, or
    beside it."""
    target = (folder or body.parent) / "rows"
    if options.enclose or options.escape:
        return _enclosed_lines(body, target, options, most_rejects)
    if options.row_delimiter == "\n" and lines.UNREAD not in options.column_separator and lines.is_plain(body):
        return Lines(body, options.column_separator, skip=options.skip_header)
    return _rewritten_lines(body, target, options, most_rejects)


def _rewritten_lines(body: Path, target: Path, options: Options, most_rejects: int) -> Lines:
    found = Lines(target, lines.hide(options.column_separator), hidden=True, skip=options.skip_header)
    with target.open("w", encoding="utf-8", newline="") as file:
        for row in _valid_rows(body, options, found, most_rejects):
            file.write(lines.hide(row) + "\n")
    return found


def _valid_rows(body: Path, options: Options, found: Lines, most_rejects: int) -> Iterator[str]:
    """Rows by their delimiter, in bytes, so that one that is not UTF-8 costs no other row."""
    content, delimiter = body.read_bytes(), options.row_delimiter.encode()
    try:
        yield from lines.split_rows(content.decode(), options.row_delimiter)
        return
    except UnicodeDecodeError:
        rows = content.split(delimiter)
    for row in rows[:-1] if not rows[-1] else rows:
        try:
            yield row.decode()
        except UnicodeDecodeError:
            found.reject(row.decode("utf-8", "replace"), INVALID, most_rejects)


# ---- enclosing and escaping characters


def _enclosed_lines(body: Path, target: Path, options: Options, most_rejects: int) -> Lines:
    rejects = Lines(target, lines.SPLIT)
    text = options.row_delimiter.join(_valid_rows(body, options, rejects, most_rejects))
    rows = EnclosedReader(text, options).rows()
    for _ in range(options.skip_header):
        next(rows, None)
    found = lines.write_rows(target, (row for row in rows if row))
    found.rejected, found.rejects = rejects.rejected, rejects.rejects
    return found


class EnclosedReader:
    """Rows of text in which fields may be enclosed, and characters escaped.

    Most rows have nothing in them that needs care, or are enclosed by the book: these are split by expressions. The
    others are read character by character, with the quirks of the reader that StarRocks has."""

    def __init__(self, text: str, options: Options) -> None:
        self.text = text
        self.separator, self.delimiter = options.column_separator, options.row_delimiter
        self.enclose, self.escape, self.trim = options.enclose, options.escape, options.trim_space
        self.at = 0
        self._special = [c for c in (self.enclose, self.escape) if c]
        self._row, self._field = self._patterns()
        self._kept: list[str] = []  # the field that is being read
        self._enclosed = self._inside = False
        self._spaces_from = -1

    def _patterns(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        """A row enclosed by the book, and one of its fields with the separator behind it."""
        if not self.enclose or self.trim or self.enclose == self.escape:
            return None, None
        quote, part, stop = re.escape(self.enclose), re.escape(self.separator), re.escape(self.escape)
        plain = f"[^{quote}{stop}]*"
        inner = f"{plain}(?:{quote}{quote}{plain})*"
        # one character is kept out of a field by its class, several must be looked for at each place
        bare = f"[^{quote}{stop}{part}]*" if len(self.separator) == 1 else f"(?:(?!{part})[^{quote}{stop}])*"
        one = f"(?:{quote}{inner}{quote}|{bare})"
        row = re.compile(f"{one}(?:{part}{one})*", re.DOTALL)
        return row, re.compile(f"(?:{quote}({inner}){quote}|({bare})){part}", re.DOTALL)

    def rows(self) -> Iterator[list[str]]:
        """Each row's fields; of a blank row, none."""
        while self.at < len(self.text):
            end = self.text.find(self.delimiter, self.at)
            end = len(self.text) if end < 0 else end
            fields = self._simple(self.text[self.at : end])
            if fields is None:
                yield self._careful()
            else:
                self.at = end + len(self.delimiter)
                yield fields

    def _simple(self, row: str) -> list[str] | None:
        if not row:
            return []
        if not self.trim and not any(c in row for c in self._special):
            return row.split(self.separator)
        if self._row is None or self._field is None or not self._row.fullmatch(row):
            return None
        fields, doubled = self._field.findall(row + self.separator), self.enclose * 2
        if doubled in row:
            return [a.replace(doubled, self.enclose) or b for a, b in fields]
        return [a or b for a, b in fields]

    def _careful(self) -> list[str]:
        fields, ended = [], False
        while not ended:
            field, ended = self._one_field()
            fields.append(field)
        return [] if fields == [""] and not self._enclosed else fields

    def _one_field(self) -> tuple[str, bool]:
        """A field, and whether it is the row's last."""
        while self.trim and self.text.startswith(" ", self.at):
            self.at += 1
        self._kept, self._spaces_from = [], -1
        self._enclosed = bool(self.enclose) and self.enclose != self.escape and self._here(self.enclose)
        self._inside = self._enclosed
        ended = None
        while self.at < len(self.text) and ended is None:
            if self._inside:
                self._step_inside()
            elif self._here(self.delimiter):
                ended = True
            elif self._here(self.separator):
                ended = False
            else:
                self._step_outside()
        kept = self._kept if self._spaces_from < 0 else self._kept[: self._spaces_from]
        return "".join(kept[:-1] if self._enclosed else kept), ended is not False

    def _here(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def _keep(self) -> None:
        self._kept.append(self.text[self.at : self.at + 1])
        self.at += 1

    def _step_inside(self) -> None:
        if self._here(self.enclose):
            if self._here(self.enclose):
                self._kept.append(self.enclose)
                return
            self._kept.append(self.enclose)  # the last character of an enclosed field is dropped: mostly this one
            self._inside = False
            if self.trim and self.text.startswith(" ", self.at):
                self._spaces_from = len(self._kept)
        elif self.escape and self._here(self.escape):
            self._inside = self._escaped()  # what needs no escaping ends the enclosure: the reader falls through there
        else:
            self._keep()

    def _step_outside(self) -> None:
        if self.escape and self._here(self.escape):
            self._escaped()
        elif self.enclose and self._here(self.enclose):  # makes the next character an ordinary one
            self._keep()
        else:
            self._keep()

    def _escaped(self) -> bool:
        """Takes what follows an escaping character as it is; whether that needed escaping."""
        for token in (self.enclose, self.escape, self.delimiter, self.separator):
            if token and self._here(token):
                self._kept.append(token)
                return True
        self._keep()
        return False
