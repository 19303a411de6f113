"""Which databases there are: the users' own and those every server has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

SYSTEM_DATABASES = {"information_schema": 1, "sys": 100, "_statistics_": 10001}
CASELESS = ("information_schema", "sys")


def is_system_database(name: str) -> bool:
    return name in SYSTEM_DATABASES or name.lower() in CASELESS


def database_exists(engine: Engine, name: str) -> bool:
    return engine.catalog.database(name) is not None or is_system_database(name)


def database_names(engine: Engine) -> list[str]:
    """Every database by name."""
    own = {d.name for d in engine.catalog.all(model.Database)}
    return sorted(own | set(SYSTEM_DATABASES))
