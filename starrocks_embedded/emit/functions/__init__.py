"""How each StarRocks function is said in DuckDB. A name that is not here is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.syntax.ast import Call

Rewrite = Callable[["Emitter", "Call"], str]
R = TypeVar("R", bound=Rewrite)

PLACE = re.compile(r"\{(\*|\d)\}")
REWRITES: dict[str, Rewrite] = {}
TYPED: set[str] = set()  # functions whose DuckDB result already has the declared type's storage
MACROS: list[str] = []  # texts of macro definitions that the families add
# families of macros with a catalog of their own, which is made when a statement first needs it
LATER: dict[str, list[str]] = {"documents": [], "hashes": [], "urls": []}


def rewrite(*names: str) -> Callable[[R], R]:
    """Registers a function that writes the whole call."""

    def register(function: R) -> R:
        for name in names:
            REWRITES[name] = function
        return function

    return register


def templates(table: dict[str, str], same: Iterable[tuple[str, str]] = ()) -> None:
    """Registers calls by a pattern: {0}, {1} are the arguments, {*} all of them. `name/2` is for two arguments only.
    `same` names functions that are another's alias."""
    for key, pattern in table.items():
        name, _, arity = key.partition("/")
        REWRITES[f"{name}/{arity}" if arity else name] = _pattern(pattern)
    for alias, name in same:
        for key in [k for k in REWRITES if k.partition("/")[0] == name]:
            REWRITES[alias + key[len(name) :]] = REWRITES[key]


def _pattern(pattern: str) -> Rewrite:
    def write(emitter: Emitter, call: Call) -> str:
        args = [emitter.sql(a) for a in call.args]
        # one pass, so that braces inside an argument stay as they are
        return PLACE.sub(lambda m: ", ".join(args) if m[1] == "*" else args[int(m[1])], pattern)

    return write


def find(name: str, arity: int) -> Rewrite | None:
    return REWRITES.get(f"{name}/{arity}") or REWRITES.get(name)


def _load() -> None:
    """Importing the families fills the tables above."""
    from starrocks_embedded.emit.functions import (  # noqa: F401
        aggregates,
        arrays,
        conditional,
        date_parsing,
        dates,
        decimals,
        dictionaries,
        funnels,
        hashes,
        information,
        json,
        maps,
        math,
        metrics,
        narrow_decimals,
        ngrams,
        percentiles,
        regexps,
        sha2,
        spreads,
        states,
        strings,
        urls,
        windows,
    )


_load()
