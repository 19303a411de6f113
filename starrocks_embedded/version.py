"""The StarRocks version the engine claims; whatever the facts tie to a version asks here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

NEWEST = "4.1.0"
OLDEST = (3, 1)
LAST_OF_LINE = {(3, 3): 9, (3, 5): 7}  # the release of a line whose answers are known


@total_ordering
@dataclass(frozen=True)
class Version:
    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Version:
        match = re.fullmatch(r"(\d+)\.(\d+)(?:\.(\d+))?", text.strip())
        if match is None:
            raise ValueError(f"'{text}' is not a StarRocks version: expected MAJOR.MINOR or MAJOR.MINOR.PATCH")
        line = (int(match[1]), int(match[2]))
        version = cls(*line, LAST_OF_LINE.get(line, 0) if match[3] is None else int(match[3]))
        if not OLDEST <= (version.major, version.minor) <= (4, 1):
            raise ValueError(f"server version {text} is not covered: expected 3.1 to 4.1")
        return version

    def at_least(self, text: str) -> bool:
        parts = [int(p) for p in text.split(".")]
        return (self.major, self.minor, self.patch)[: len(parts)] >= tuple(parts)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def __lt__(self, other: Version) -> bool:
        return (self.major, self.minor, self.patch) < (other.major, other.minor, other.patch)
