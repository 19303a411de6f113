"""A packet's text as a server reads it: where its statements end, what kind each is, whether there is any at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

# `#` is no comment on StarRocks, and `--` needs no blank behind it; a hint is neither comment nor word.
# `text` takes as much as it can, for a seed's VALUES are megabytes.
PIECE = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*(?!\+).*?(?:\*/|\Z) )
    | (?P<hint>    /\*\+.*?(?:\*/|\Z) )
    | (?P<quoted>  '(?:[^'\\]|\\.)*'? | "(?:[^"\\]|\\.)*"? | `[^`]*`? )
    | (?P<end>     ; )
    | (?P<blank>   \s+ )
    | (?P<text>    [^;'"`/\-\s][^;'"`/\-]* | [/\-] )
    """,
    re.VERBOSE | re.DOTALL,
)
WORD = re.compile(r"[A-Za-z_]\w*")
NAME_PART = re.compile(r"`[^`]+`|[\w$]+")
TARGET = re.compile(
    r"""
    (?: INSERT\s+ (?:/\*\+.*?\*/\s*)? (?:INTO|OVERWRITE)\s+ (?:TABLE\s+)?
      | UPDATE\s+ (?:/\*\+.*?\*/\s*)?
      | DELETE\s+ (?:/\*\+.*?\*/\s*)? FROM\s+
      | CREATE\s+ TABLE\s+ (?:IF\s+NOT\s+EXISTS\s+)?
    )
    ( (?:`[^`]+`|[\w$]+) (?: \s*\.\s* (?:`[^`]+`|[\w$]+) )* )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
SILENT = {"comment", "blank"}


def statements(text: str) -> list[str]:
    """The text's statements without their semicolons; stretches of comments alone are no statements."""
    if ";" not in text:
        return [] if is_blank(text) else [text.strip()]
    found, start, filled = [], 0, False
    for piece in PIECE.finditer(text):
        if piece.lastgroup == "end":
            if filled:
                found.append(text[start : piece.start()].strip())
            start, filled = piece.end(), False
        elif piece.lastgroup not in SILENT:
            filled = True
    return [*found, text[start:].strip()] if filled else found


def is_blank(text: str) -> bool:
    """Nothing but comments, blanks and semicolons: StarRocks calls that a syntax error, so it is never sent."""
    return all(piece.lastgroup in SILENT or piece.lastgroup == "end" for piece in PIECE.finditer(text))


def words(statement: str, count: int) -> tuple[str, ...]:
    """The words that a statement opens with, in upper case; anything that is neither word nor hint ends them."""
    return tuple(word for _, word in zip(range(count), _leading_words(statement), strict=False))


def _leading_words(statement: str) -> Iterator[str]:
    for piece in PIECE.finditer(statement):
        if piece.lastgroup == "text":
            run = piece.group()
            for part in run.split():
                word = WORD.match(part)
                if word is None:
                    return
                yield word.group().upper()
                if word.group() != part:
                    return
        elif piece.lastgroup not in SILENT and piece.lastgroup != "hint":
            return


def without_leading_comments(statement: str) -> str:
    for piece in PIECE.finditer(statement):
        if piece.lastgroup not in SILENT:
            return statement[piece.start() :]
    return ""


def without_quotes(statement: str) -> str:
    """The statement's own words: no strings, no quoted names, no comments."""
    return " ".join(piece.group() for piece in PIECE.finditer(statement) if piece.lastgroup == "text")


def leading_comments(statement: str) -> str:
    return statement[: len(statement) - len(without_leading_comments(statement))]


def written_table(statement: str) -> tuple[str, ...]:
    """The parts of the name that a loading statement writes to; empty where it is no such statement."""
    found = TARGET.match(without_leading_comments(statement))
    return tuple(part.strip("`") for part in NAME_PART.findall(found[1])) if found else ()
