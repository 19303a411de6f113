"""Configuration of the front end: keys, defaults and types by version, and the values set at run time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure
from starrocks_embedded.metadata.variables import keep_setting, line_of
from starrocks_embedded.version import Version

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session


@dataclass(frozen=True)
class Key:
    """A key as ADMIN SHOW FRONTEND CONFIG lists it."""

    name: str
    aliases: str
    value: str
    type: str
    mutable: bool
    comment: str


@lru_cache(maxsize=4)
def keys(line: str) -> dict[str, Key]:
    text = resources.files("starrocks_embedded.metadata").joinpath("data/config.tsv").read_text(encoding="utf-8")
    found = {}
    for row in text.split("\n")[1:]:
        fields = row.split("\t")
        if len(fields) == 7 and (fields[0] == "all" or line in fields[0].split(",")):
            found[fields[1]] = Key(fields[1], fields[2], fields[3], fields[4], fields[5] == "true", fields[6])
    return found


def config_keys(version: Version) -> dict[str, Key]:
    return keys(line_of(version))


def config_value(engine: Engine, name: str) -> str | None:
    """The present value of a key; None where the version does not have it."""
    for setting in engine.catalog.all(model.Setting):
        if setting.scope == "config" and setting.name == name:
            return setting.value
    if name in engine.config:
        return engine.config[name]
    known = config_keys(engine.version).get(name)
    return known.value if known else None


def check_config(version: Version, given: dict[str, str]) -> dict[str, str]:
    """What the front end is started with; a key that the version does not have is refused."""
    for name in given:
        if name not in config_keys(version):
            raise failure(f"'{name}' is not a key of the front end's configuration in {version}")
    return given


def set_config(session: Session, name: str, value: str) -> None:
    known = config_keys(session.engine.version)
    key = known.get(name) or next((k for k in known.values() if name in k.aliases.strip("[]").split(", ")), None)
    if key is None or not key.mutable:
        raise failure(f"Config '{name}' does not exist or is not mutable")
    keep_setting(session, key.name, value, "config")
