"""The server's version: parsed once, compared by parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dbt_common.exceptions import DbtRuntimeError

# `3.3.5-6d81f75`, `3.1.4 0782ad7`, `4.1.0`; a build from a branch says `main-…` or `branch-4.0-…`
NUMBERS = re.compile(r"(?:branch-)?(\d+)\.(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, order=True)
class ServerVersion:
    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> ServerVersion:
        found = NUMBERS.match(text.strip())
        if found is None:
            raise DbtRuntimeError(
                f"The server says its version is '{text}', which is no StarRocks version. "
                "If it is a build of your own, name the release it is based on in the profile: `version: 3.5.0`."
            )
        major, minor, patch = found.groups()
        return cls(int(major), int(minor), int(patch or 0))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"
