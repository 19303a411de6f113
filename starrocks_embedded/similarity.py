"""Jaro-Winkler similarity: how a StarRocks server finds the names it suggests."""

from __future__ import annotations

from collections.abc import Iterable


def most_similar(name: str, candidates: Iterable[str], count: int) -> list[str]:
    return sorted(candidates, key=lambda c: -jaro_winkler(name, c))[:count]


def jaro_winkler(left: str, right: str) -> float:
    jaro = _jaro(left, right)
    if jaro < 0.7:
        return jaro
    prefix = 0
    while prefix < min(len(left), len(right)) and left[prefix] == right[prefix]:
        prefix += 1
    return jaro + min(0.1, 1 / max(len(left), len(right))) * prefix * (1 - jaro)


def _jaro(left: str, right: str) -> float:
    if len(left) > len(right):
        left, right = right, left
    reach = max(len(right) // 2 - 1, 0)
    taken = [False] * len(right)
    matched_left: list[str] = []
    for i, char in enumerate(left):
        for j in range(max(i - reach, 0), min(i + reach + 1, len(right))):
            if not taken[j] and right[j] == char:
                taken[j] = True
                matched_left.append(char)
                break
    matches = len(matched_left)
    if not matches:
        return 0.0
    matched_right = [c for c, used in zip(right, taken, strict=True) if used]
    transpositions = sum(a != b for a, b in zip(matched_left, matched_right, strict=True)) / 2
    return (matches / len(left) + matches / len(right) + (matches - transpositions) / matches) / 3
