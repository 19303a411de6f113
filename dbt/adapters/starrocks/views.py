"""Whether a view on the server is provably what the model says, so that nothing need be sent.

A view sent again with the same text still inactivates the materialized views on it."""

from __future__ import annotations

import re
from collections.abc import Iterable

# strings, quoted names and comments: what a star inside them says is no star
OPAQUE = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", re.S)
# a star in a select list; after anything else it multiplies, or is count(*)
STAR = re.compile(r"(?:\bselect|\bdistinct|\ball|,|\.)\s*\*", re.I)


def normal(text: str) -> str:
    return text.strip().rstrip(";").strip()


def selects_star(sql: str) -> bool:
    return STAR.search(OPAQUE.sub(lambda found: "x" if found[0][0] in "'\"`" else " ", sql)) is not None


def is_current(stored: str | None, sql: str, changed: Iterable[str]) -> bool:
    """`changed`: names of the relations whose columns this run has changed. A `*` was frozen when the view was made, so
    with one in the text the same text may mean other columns."""
    if stored is None or normal(stored) != normal(sql) or selects_star(sql):
        return False
    return not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql) for name in changed)
