"""Text to tokens, as StarRocks' lexer cuts it (facts: names, quoting, comments, hints)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starrocks_embedded.errors import Span, syntax_error

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a", "%": "\\%", "_": "\\_"}

TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*(?!\+).*?\*/|\#|\\)
    | (?P<hint>/\*\+.*?\*/)
    | (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    | (?P<binary>[xX](?:'[0-9A-Fa-f]*'|"[0-9A-Fa-f]*"))
    | (?P<number>\d+\.\d*(?:[eE][-+]?\d+)?
                | \.\d+(?:[eE](?:[-+]\d+|\d+(?![\w$\u0080-\uffff])))(?!\d)
                | \.\d+(?![\w$\u0080-\uffff])
                | \d+[eE][-+]\d+
                | \d+[eE]\d+(?![\w$\u0080-\uffff])
                | \d+(?![\w$\u0080-\uffff]))
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<name>[\w$\u0080-\uffff]+)
    | (?P<op><=>|<=|>=|<>|!=|:=|->|=>|\|\||&&|@@|[-+*/%=<>!~&|^(),.;:@\[\]{}?])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True, eq=False)
class Token:
    """Never changed; not frozen, which would make it four times as slow to build.

    kind: word, quoted, string, binary, int, decimal, op, hint, end. For a word `key` is upper-case; for a string
    `value` is unescaped, for a quoted name unquoted."""

    kind: str
    text: str
    value: str
    key: str
    start: int
    end: int
    line: int
    column: int

    @property
    def span(self) -> Span:
        return Span(self.line, self.column, self.line, self.column)


def unescape(body: str, quote: str) -> str:
    if "\\" not in body and quote * 2 not in body:
        return body
    out, i = [], 0
    while i < len(body):
        c = body[i]
        if c == "\\" and i + 1 < len(body):
            out.append(ESCAPES.get(body[i + 1], body[i + 1]))
            i += 2
        elif c == quote:
            out.append(quote)
            i += 2
        else:
            out.append(c)
            i += 1
    return "".join(out)


def tokenize(text: str) -> list[Token]:
    """All tokens, a final `end` token included. Comments vanish; hints stay as tokens."""
    tokens: list[Token] = []
    pos, line, line_start = 0, 1, 0
    while pos < len(text):
        match = TOKEN.match(text, pos)
        if match is None:
            raise syntax_error(f"Unexpected input '{text[pos]}'", line, pos - line_start)
        kind, piece = str(match.lastgroup), match.group()
        if kind != "space":
            tokens.append(_token(kind, piece, pos, line, pos - line_start))
        if "\n" in piece:
            line += piece.count("\n")
            line_start = pos + piece.rindex("\n") + 1
        pos += len(piece)
    tokens.append(Token("end", "<EOF>", "", "<EOF>", pos, pos, line, pos - line_start))
    return tokens


def _token(kind: str, piece: str, pos: int, line: int, column: int) -> Token:
    value, key = piece, ""
    if kind == "name":
        kind, key = "word", piece.upper()
    elif kind == "op":
        key = piece
    elif kind == "string":
        value = unescape(piece[1:-1], piece[0])
    elif kind == "quoted":
        value = piece.replace("`", "")
    elif kind == "number":
        kind = "int" if piece.isdigit() else "decimal"
    elif kind == "binary":
        value = piece[2:-1]
    return Token(kind, piece, value, key, pos, pos + len(piece), line, column)
