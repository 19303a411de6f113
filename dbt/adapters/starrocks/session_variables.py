"""Session variables, of the profile and of a model: what is wanted, what a session has, and the SET between the two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

NAME = re.compile(r"[A-Za-z_]\w*")


def check_variables(where: str, variables: Any) -> None:
    if not isinstance(variables, Mapping):
        raise DbtRuntimeError(f"{where}: session_variables is {variables!r}, expected a mapping of names to values.")
    for name, value in variables.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise DbtRuntimeError(f"{where}: session_variables has '{name}', which cannot be a variable's name.")
        if not isinstance(value, str | int | float | bool):
            raise DbtRuntimeError(
                f"{where}: session_variables.{name} is {value!r}, expected a text, number or boolean."
            )


def literal(value: Any) -> str:
    """A value as SET takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def difference(has: Mapping[str, str], wanted: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What one SET has to say to come from the one to the other; what is no longer wanted gets back what it was.

    Not `default`: that is the server's own default, whatever its administrator set for all or for this user."""
    changed = {name: value for name, value in wanted.items() if has.get(name) != value}
    dropped = {name: before[name] for name in has if name not in wanted}
    return {**dropped, **changed}


def set_statement(changes: Mapping[str, str]) -> str:
    return "set " + ", ".join(f"{name} = {value}" for name, value in changes.items())


def ask_statement(names: Iterable[str]) -> str:
    return "select " + ", ".join(f"@@{name}" for name in names)
