"""Which words are reserved, by version."""

from __future__ import annotations

from starrocks_embedded.version import Version

RESERVED: frozenset[str] = frozenset()


def is_reserved(word: str, version: Version) -> bool:
    """Whether an upper-case word needs backticks to be a name."""
    return word in RESERVED
