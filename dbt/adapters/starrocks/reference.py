"""What the documentation says of a key of the profile or a config of a model; it stands with the key's type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from typing import Any

from dbt.adapters.starrocks.capabilities import Feature

KEY = "starrocks_reference"


@dataclass(frozen=True)
class Reference:
    """`example` is a value as YAML writes it; `since`: what of the key needs which feature of the server, all of it
    where that text is empty; `spelled`: the names it goes by, where the field's own is not the only one."""

    group: str
    meaning: str
    example: str
    values: str = ""
    default: str = ""
    since: Mapping[str, Feature] = field(default_factory=dict)
    spelled: tuple[str, ...] = ()

    @classmethod
    def of(cls, described: Field[Any]) -> Reference | None:
        found = described.metadata.get(KEY)
        return found if isinstance(found, cls) else None

    @property
    def metadata(self) -> dict[str, Any]:
        return {KEY: self}
