"""Configuration of the back end: keys, types and defaults by version, and the values set at run time.

It steers storage and threads that this engine has not: values are checked and kept, and nothing behaves differently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure
from starrocks_embedded.metadata.variables import keep_setting, line_of

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

BACKEND_ID = 10001
HOME = "/opt/starrocks/be"  # where a back end is installed in its image
SCOPE = "backend"
BITS = {"int16": 16, "int32": 32, "int64": 64}


@dataclass(frozen=True)
class Key:
    """A key of be.conf."""

    name: str
    type: str
    default: str
    mutable: bool


@lru_cache(maxsize=4)
def keys(line: str) -> dict[str, Key]:
    path = resources.files("starrocks_embedded.metadata").joinpath("data/backend_config.tsv")
    found = {}
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        versions, name, type_, default, mutable = row.split("\t")
        if versions == "all" or line in versions.split(","):
            found[name] = Key(name, type_, default, mutable == "true")
    return found


def listed(session: Session) -> Iterator[tuple[Key, str]]:
    """All keys with their present values."""
    stored = {s.name: s.value for s in session.engine.catalog.all(model.Setting) if s.scope == SCOPE}
    for name, key in keys(line_of(session.engine.version)).items():
        yield key, stored.get(name, _without_variables(key.default))


def _without_variables(text: str) -> str:
    return text.replace("${STARROCKS_HOME}", HOME).replace("${UDF_RUNTIME_DIR}", f"{HOME}/lib/udf-runtime")


def set_value(session: Session, name: str, value: str) -> None:
    key = keys(line_of(session.engine.version)).get(name)
    if key is None:
        raise failure(f"'{name}' is not found")
    if not key.mutable:
        raise failure(f"'{name}' is immutable")
    if not _fits(key, value.strip()):
        raise failure(f"Invalid value of config '{name}': '{value}'")
    keep_setting(session, name, value.strip(), SCOPE)


def _fits(key: Key, value: str) -> bool:
    if key.type == "bool":
        return value.lower() in ("true", "false", "0", "1")
    if key.type in BITS:
        most = 2 ** (BITS[key.type] - 1)
        return bool(re.fullmatch(r"[+-]?[0-9]+", value)) and -most <= int(value) < most
    if key.type == "double":
        return bool(re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", value))
    return True
