"""Session and global variables: which exist in a version, their types and values, and what SET refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.resource_groups import find_group
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata.variable_values import canonical, hinted
from starrocks_embedded.similarity import most_similar
from starrocks_embedded.types import BIGINT, BOOLEAN, DOUBLE, FLOAT, INT, SMALLINT, TINYINT, VARCHAR, Type

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session
    from starrocks_embedded.version import Version

TYPES = {
    "boolean": BOOLEAN,
    "tinyint": TINYINT,
    "smallint": SMALLINT,
    "int": INT,
    "bigint": BIGINT,
    "float": FLOAT,
    "double": DOUBLE,
    "varchar": VARCHAR,
}
OLD_SERVER_VERSION, SERVER_VERSION = "5.1.0", "8.0.33"


@dataclass(frozen=True)
class Definition:
    """A variable of one version. `flags`: read_only, global (no session value), invisible (settable, never listed)."""

    name: str
    type: Type
    flags: frozenset[str]
    default: str

    @property
    def select_type(self) -> Type:
        """The type of SELECT @@name: sql_mode is kept as a number and read as text, autocommit the other way round."""
        return {"sql_mode": VARCHAR, "autocommit": BIGINT}.get(self.name, self.type)


def line_of(version: Version) -> str:
    """The version line whose facts are known that is nearest to a version from below, or the oldest one."""
    if version.at_least("4.0"):
        return "4.1"
    return "3.5" if version.at_least("3.5") else "3.3"


@lru_cache(maxsize=8)
def definitions(version: Version) -> dict[str, Definition]:
    """Every variable by its lower-case name and aliases."""
    line, found = line_of(version), {}
    text = resources.files("starrocks_embedded.metadata").joinpath("data/variables.tsv").read_text(encoding="utf-8")
    for row in text.splitlines()[1:]:
        name, versions, type_, flags, default, aliases = row.split("\t")
        if versions != "all" and line not in versions.split(","):
            continue
        definition = Definition(name, TYPES[type_], frozenset(flags.split(",")), _default(name, default, version))
        for known in (name, *filter(None, aliases.split(","))):
            found[known.lower()] = definition
    return found


def _default(name: str, default: str, version: Version) -> str:
    if name == "version":
        return SERVER_VERSION if version.at_least("3.4") else OLD_SERVER_VERSION
    return f"{version}-embedded" if name == "version_comment" else default


def definition(version: Version, name: str, *, in_hint: bool = False) -> Definition:
    """The variable of that name, or StarRocks' refusal, which names the three most similar ones."""
    known = definitions(version)
    found = known.get(name.lower())
    if found is None:
        listed = ", ".join(f"'{n}'" for n in most_similar(name, sorted({d.name for d in known.values()}), 3))
        message = f"Unknown system variable '{name}', the most similar variables are {{{listed}}}"
        raise StarRocksError(1193, message) if in_hint else analysis_error(message, code=1193)
    return found


# ---- reading


def initial_variables(engine: Engine) -> dict[str, str]:
    """What a new session starts with: the global values that differ from the defaults."""
    return {s.name: s.value for s in engine.catalog.all(model.Setting) if s.scope == "variable"}


def value_text(session: Session, name: str, scope: str = "session") -> str:
    """A variable's value as SHOW VARIABLES prints it."""
    found = definition(session.engine.version, name)
    if scope != "global" and "global" not in found.flags:
        if found.name == "catalog":
            return session.catalog_name
        return session.variables.get(found.name, found.default)
    return initial_variables(session.engine).get(found.name, found.default)


def variable_type(session: Session, name: str) -> Type:
    return definition(session.engine.version, name).select_type


def variable_value(session: Session, name: str, scope: str = "session") -> Any:
    """A variable's value as SELECT @@name has it: a Python value of `variable_type`."""
    found = definition(session.engine.version, name)
    text = value_text(session, name, scope)
    if found.type == BOOLEAN:
        truth = text == "true"
        return int(truth) if found.name == "autocommit" else truth
    if found.select_type == VARCHAR:
        return text
    return float(text) if found.type in (FLOAT, DOUBLE) else int(text)


def is_on(session: Session, name: str) -> bool:
    """Whether a boolean variable is set; False where the version does not have it."""
    found = definitions(session.engine.version).get(name)
    return found is not None and session.variables.get(found.name, found.default) == "true"


def user_variable(session: Session, name: str) -> tuple[Any, Type] | None:
    """The value and type of @name, if it was set."""
    return session.user_variables.get(name)


def listed(session: Session, scope: str = "session") -> list[tuple[str, str]]:
    """SHOW VARIABLES: names and values, by name."""
    visible = {d.name for d in definitions(session.engine.version).values() if "invisible" not in d.flags}
    return [(name, value_text(session, name, scope)) for name in sorted(visible)]


# ---- changing


@dataclass(frozen=True)
class Assignment:
    """One `name = value` of a SET. `value` None means DEFAULT; `scope` is session or global."""

    name: str
    value: Any
    scope: str = "session"


def checked(session: Session, assignment: Assignment) -> tuple[Definition, str, str]:
    """The variable, its new text and the scope; every refusal of SET comes from here, before anything is changed."""
    found = definition(session.engine.version, assignment.name)
    if assignment.value is None:
        text = found.default
    else:
        text = canonical(session.engine.version, found.name, found.type, assignment.value)
    _refuse_fixed(found, assignment.scope)
    if found.name == "resource_group" and text and find_group(session.engine, text) is None:
        raise analysis_error(f"resource group not exists: {text}")
    return found, text, assignment.scope


def _refuse_fixed(found: Definition, scope: str) -> None:
    if "read_only" in found.flags:
        raise StarRocksError(1621, f"Variable '{found.name}' is a read only variable")
    if "global" in found.flags and scope != "global":
        message = f"Variable '{found.name}' is a GLOBAL variable and should be set with SET GLOBAL"
        raise StarRocksError(1229, message)


def assign_hints(session: Session, hints: Mapping[str, Any]) -> None:
    """What SET_VAR sets. Its rules are milder than those of SET."""
    changes = []
    for name, value in hints.items():
        found = definition(session.engine.version, name, in_hint=True)
        _refuse_fixed(found, "session")
        text = hinted(session.engine.version, found.name, found.type, value)
        if text is not None:
            changes.append((found, text, "session"))
    assign(session, changes)


def assign(session: Session, changes: list[tuple[Definition, str, str]]) -> None:
    """Carries out checked assignments. A global one is kept by the catalog and holds for this session, too."""
    for found, text, scope in changes:
        if found.name == "catalog":
            session.catalog_name = text
        elif "global" not in found.flags:
            session.variables[found.name] = text
        if scope == "global":
            keep_setting(session, found.name, text, "variable")


def keep_setting(session: Session, name: str, value: str, scope: str) -> None:
    catalog = session.engine.catalog
    with catalog.change(session.connection) as change:
        for setting in catalog.all(model.Setting):
            if setting.scope == scope and setting.name == name:
                change.edit(setting).value = value
                return
        change.put(model.Setting(catalog.new_id(), name, value, scope))
