"""Configs that look like a slip of the pen: dbt hands on every name that a model writes, known or not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import fields

from dbt.adapters.starrocks.table_config.model_config import StarRocksConfig

# so near that nothing else can be meant: `distributedby`, `propertis`, but not dbt's own `database`
NEAR = 0.85


def misspelt(names: Iterable[str]) -> Iterator[str]:
    """A notice for each. A warning and no refusal, for the name may be the project's own."""
    known = [field.name for field in fields(StarRocksConfig)]
    for name in names:
        near = difflib.get_close_matches(name, known, n=1, cutoff=NEAR)
        if near and name not in known:
            yield f"`{name}` is no config and has no effect. Did you mean `{near[0]}`?"
