"""The order in which a front end prints maps that it never sorts."""

from __future__ import annotations

from collections.abc import Iterable

from starrocks_embedded.catalog.partitions import java_hash


def hash_order(keys: Iterable[str], copied: int | None = None) -> list[str]:
    """Keys as a Java HashMap walks them: by bucket of their hash, within one as they came. A map that began as the copy
    of another one has no more buckets than those `copied` keys needed."""
    listed = list(keys)
    buckets = 16 if copied is None else 1 << int(copied / 0.75).bit_length()
    while len(listed) > buckets * 3 // 4:
        buckets *= 2
    return sorted(listed, key=lambda key: _spread(java_hash(key)) & (buckets - 1))


def _spread(value: int) -> int:
    return value ^ (value >> 16)
