"""A reader over the tokens of one packet: what every parser of ours stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from starrocks_embedded.errors import Span, StarRocksError, place, syntax_error
from starrocks_embedded.similarity import most_similar
from starrocks_embedded.syntax.keywords import is_reserved
from starrocks_embedded.syntax.lexer import Token, tokenize
from starrocks_embedded.version import Version

T = TypeVar("T")
STRING = ("SINGLE_QUOTED_TEXT", "DOUBLE_QUOTED_TEXT")
CLASSES = (*STRING, "INTEGER_VALUE", "DECIMAL_VALUE", "LETTER_IDENTIFIER", "BACKQUOTED_IDENTIFIER")


class Cursor:
    """Hints are skipped unless asked for by `hint()`. Keywords are written in upper case, operators as they are."""

    def __init__(
        self, text: str, version: Version, sql_mode: frozenset[str] = frozenset(), most_children: int = 10000
    ) -> None:
        self.text = text
        self.version = version
        self.sql_mode = sql_mode
        self.most_children = most_children  # the front end's setting expr_children_limit
        everything = tokenize(text)
        self.tokens = [t for t in everything if t.kind != "hint"]
        self.hints = {_next_start(everything, i): t for i, t in enumerate(everything) if t.kind == "hint"}
        self.at = 0
        self.begun = self.tokens[0]  # where the present statement starts

    # ---- looking

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def previous(self) -> Token:
        return self.tokens[self.at - 1]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def looking_at(self, *keys: str) -> bool:
        """Whether the next tokens are these keywords or operators, in order."""
        if self.tokens[self.at].key != keys[0]:  # the usual answer
            return False
        return len(keys) == 1 or all(self.peek(i).key == key for i, key in enumerate(keys))

    def looking_at_any(self, *keys: str) -> bool:
        return self.token.key in keys

    @property
    def done(self) -> bool:
        """Whether the statement ends here."""
        return self.token.kind == "end" or self.token.key == ";"

    def hint(self) -> str | None:
        """The text of a /*+ … */ that stands right before the current token (after the token just read)."""
        token = self.hints.get(self.token.start)
        return None if token is None else token.text[3:-2]

    # ---- reading

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def accept(self, *keys: str) -> bool:
        """Reads these keywords if they stand here."""
        if not self.looking_at(*keys):
            return False
        self.at += len(keys)
        return True

    def accept_any(self, *keys: str) -> str | None:
        return self.advance().key if self.token.key in keys else None

    def expect(self, *keys: str) -> Token:
        for key in keys:
            if self.token.key != key:
                raise self.unexpected(key)
            self.advance()
        return self.previous

    def expect_any(self, *keys: str) -> str:
        if self.token.key not in keys:
            raise self.unexpected(*keys)
        return self.advance().key

    def at_identifier(self) -> bool:
        """Whether a name stands here: quoted, or a word that is not reserved."""
        token = self.token
        return token.kind == "quoted" or (token.kind == "word" and not is_reserved(token.key, self.version))

    def identifier(self, start: Token | None = None) -> str:
        """A name: quoted, or a word that is not reserved. `start` is the token from which on a name decides what is
        being read."""
        if self.at_identifier():
            return self.advance().value
        raise self.unexpected("a legal identifier") if start is None else self.no_viable(start)

    def qualified_name(self, most: int = 3) -> tuple[str, ...]:
        parts = [self.identifier()]
        while len(parts) < most and self.accept("."):
            parts.append(self.identifier())
        return tuple(parts)

    def string(self) -> str:
        if self.token.kind != "string":
            raise self.unexpected(*STRING)
        return self.advance().value

    def integer(self) -> int:
        if self.token.kind != "int":
            raise self.unexpected("INTEGER_VALUE")
        return int(self.advance().text)

    def name_or_string(self) -> str:
        return self.string() if self.token.kind == "string" else self.identifier()

    def separated(self, item: Callable[[], T], separator: str = ",") -> list[T]:
        """item, item, …"""
        items = [item()]
        while self.accept(separator):
            items.append(item())
        return items

    def in_parentheses(self, item: Callable[[], T]) -> T:
        self.expect("(")
        value = item()
        self.expect(")")
        return value

    def list_in_parentheses(self, item: Callable[[], T]) -> list[T]:
        self.expect("(")
        values = self.separated(item)
        if not self.accept(")"):
            raise self.unexpected(",", ")")
        return values

    def properties(self) -> dict[str, str]:
        """("k" = "v", …), after the word PROPERTIES or SET."""

        def pair() -> tuple[str, str]:
            key = self.string()
            self.expect("=")
            return key, self.string()

        return dict(self.list_in_parentheses(pair))

    # ---- places and errors

    def since(self, start: Token) -> Span:
        """From a token to the one just read."""
        last = self.previous
        return Span(start.line, start.column, last.line, last.column)

    def gap(self) -> str:
        """What stands between the last token and this one: comments."""
        return self.text[self.previous.end if self.at else 0 : self.token.start].strip()

    def source_since(self, start: Token) -> str:
        return self.text[start.start : self.previous.end]

    def refuse(self, message: str) -> StarRocksError:
        """A refusal by the parser without a place."""
        return StarRocksError(1064, f"Getting syntax error. Detail message: {message}.")

    def unexpected(self, *wanted: str) -> StarRocksError:
        """The complaint about the current token: the five words of those wanted that are most like it, then symbols."""
        token = self.token
        similar = f", the most similar input is {{{', '.join(_likely(token, wanted))}}}" if wanted else ""
        return syntax_error(f"Unexpected input '{token.text}'{similar}", token.line, token.column)

    def unknown_head(self) -> StarRocksError:
        """The complaint about the second word of a statement that another version has."""
        self.at = self.tokens.index(self.begun) + 1
        return self.no_viable()

    def no_viable(self, start: Token | None = None) -> StarRocksError:
        """Where several kinds of statement were still possible, and the current token fits none of them. `start` is
        the token at which they part, by default the statement's first."""
        token = self.token
        end = self.previous.end if token.kind == "end" else token.end
        text = self.text[(start or self.begun).start : end]
        return syntax_error(f"No viable statement for input '{text}'", token.line, token.column)


def _likely(token: Token, wanted: Sequence[str]) -> list[str]:
    if any(w.startswith(("a ", "an ")) for w in wanted):
        return list(wanted)
    shown = [w if w in CLASSES or w == "<EOF>" else f"'{w}'" for w in wanted]
    words = [s for s in shown if s.strip("'").replace("_", "").isalnum()]
    symbols = [s for s in shown if s not in words]
    return [*most_similar(token.text.upper(), words, 5), *symbols]


def place_error(message: str, span: Span) -> StarRocksError:
    """A refusal by the parser that names a stretch of the text."""
    return StarRocksError(1064, f"Getting syntax error {place(span)}. Detail message: {message}.")


def _next_start(tokens: list[Token], index: int) -> int:
    for token in tokens[index + 1 :]:
        if token.kind != "hint":
            return token.start
    return -1
