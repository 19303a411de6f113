"""Who may do what with a relation: the `grants` config, what the server has, and the difference.

Grants hang on an object, not on its name: they survive a rename, travel with a SWAP and are gone after DROP and CREATE.
The server lists them per object and spreads grants `ON ALL TABLES …` over the objects there are, so a row alone does
not tell whether REVOKE on this one object would do anything; SHOW GRANTS of the grantee does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

Verb = Literal["grant", "revoke"]
Ask = Callable[[str, Mapping[str, Any]], Iterable[Mapping[str, Any]]]

PRIVILEGES: dict[str, tuple[str, ...]] = {
    "table": ("select", "insert", "update", "delete", "alter", "drop", "export"),
    "view": ("select", "alter", "drop"),
    "materialized_view": ("select", "refresh", "alter", "drop"),
}
EVERYTHING = ("all", "all privileges")
ROLE, USER = "role:", "user:"
ANY_HOST = "%"
# GRANT SELECT, INSERT ON TABLE shop.order lines TO ROLE 'analyst' WITH GRANT OPTION
GRANT_TEXT = re.compile(r"GRANT (?P<privileges>.+?) ON (?:TABLE|VIEW|MATERIALIZED VIEW) (?P<name>.+) TO (?:USER|ROLE) ")


@dataclass(frozen=True, order=True)
class Grantee:
    """A user (with the hosts he may come from) or a role."""

    kind: Literal["role", "user"]
    name: str
    host: str = ANY_HOST

    @classmethod
    def parse(cls, text: str) -> Grantee:
        """`ada`, `ada@10.%`, `'ada'@'10.%'` and `user:ada` are users, `role:analyst` is a role."""
        if text.startswith(ROLE):
            return cls("role", _required(text, text[len(ROLE) :]))
        name, _, host = text.removeprefix(USER).partition("@")
        return cls("user", _required(text, name), _bare(host) or ANY_HOST)

    @property
    def sql(self) -> str:
        if self.kind == "role":
            return f"role '{self.name}'"
        if self.host.startswith("["):
            return f"user '{self.name}'@['{_bare(self.host[1:-1])}']"
        return f"user '{self.name}'@'{self.host}'"

    def __str__(self) -> str:
        if self.kind == "role":
            return f"{ROLE}{self.name}"
        return self.name if self.host == ANY_HOST else f"{self.name}@{self.host}"


def _required(text: str, name: str) -> str:
    bare = _bare(name)
    if not bare or "'" in bare or "\\" in bare:
        raise DbtRuntimeError(
            f"grants: '{text}' names nobody. Write a user as `ada` or `ada@10.%`, a role as `role:analyst`."
        )
    return bare


def _bare(name: str) -> str:
    return name.strip().strip("'\"`")


@dataclass(frozen=True, order=True)
class Grant:
    privilege: str
    grantee: Grantee


@dataclass(frozen=True)
class Change:
    """One statement: every privilege that one grantee gets or loses."""

    verb: Verb
    privileges: tuple[str, ...]
    grantee: Grantee
    grantable: bool = False


# a grant and whether the grantee may pass it on
Held = dict[Grant, bool]


def wanted_grants(config: Mapping[str, Any], kind: str) -> Held:
    """The `grants` config of a relation of this kind, checked; `all` becomes the privileges there are."""
    known = PRIVILEGES[kind]
    wanted: Held = {}
    for written, grantees in config.items():
        privilege = " ".join(str(written).lower().split())
        if privilege not in (*known, *EVERYTHING) and not (privilege == "refresh" and kind == "table"):
            raise DbtRuntimeError(
                f"grants: '{written}' is no privilege on a {kind.replace('_', ' ')}. "
                f"Expected one of: {', '.join(sorted(known))}, all."
            )
        for grantee in [grantees] if isinstance(grantees, str) else grantees or []:
            for each in known if privilege in EVERYTHING else (privilege,):
                wanted[Grant(each, Grantee.parse(str(grantee)))] = False
    return wanted


def listed_grants(rows: Iterable[Mapping[str, Any]]) -> Held:
    """Rows of sys.grants_to_users and sys.grants_to_roles; `grantee` wears the prefix of its kind."""
    held: Held = {}
    for row in rows:
        for privilege in str(row["privilege_type"]).lower().split(", "):
            grant = Grant(privilege, Grantee.parse(str(row["grantee"])))
            held[grant] = held.get(grant, False) or row.get("is_grantable") == "YES"
    return held


def as_config(held: Iterable[Grant]) -> dict[str, list[str]]:
    """The way a project would write it."""
    config: dict[str, list[str]] = {}
    for grant in sorted(held):
        config.setdefault(grant.privilege, []).append(str(grant.grantee))
    return config


def changes(verb: Verb, grants: Iterable[Grant], grantable: Mapping[Grant, bool] | None = None) -> list[Change]:
    """One change per grantee, in a steady order; what may be passed on needs a statement of its own."""
    together: dict[tuple[Grantee, bool], list[str]] = {}
    for grant in sorted(grants):
        together.setdefault((grant.grantee, (grantable or {}).get(grant, False)), []).append(grant.privilege)
    return [Change(verb, tuple(names), grantee, option) for (grantee, option), names in together.items()]


class RunGrants:
    """What the server told of grants in this run. `ask` runs a reading macro and returns its rows."""

    def __init__(self, ask: Ask, warn: Callable[[str], None]) -> None:
        self._ask = ask
        self._warn = warn
        self._schemas: dict[tuple[str, str], dict[str, Held] | None] = {}
        self._single: dict[Grantee, set[tuple[str, str]] | None] = {}
        self._own: set[Grantee] | None = None
        self._lock = threading.RLock()

    def clear(self) -> None:
        with self._lock:
            self._schemas.clear()
            self._single.clear()
            self._own = None

    # ---- what dbt asks for

    def reconcile(self, relation: Any, config: Mapping[str, Any], fresh: bool = False) -> list[Change]:
        """What makes the relation's grants those of the config. A fresh one has none that could be taken away."""
        with self._lock:
            wanted = wanted_grants(config, _kind(relation))
            held = self._known(relation) if fresh else self._held(relation)
            lost = [g for g in held if g not in wanted and self._may_take(relation, g)]
            missing = [g for g in wanted if g not in held]
            self._remember(relation, {g: held.get(g, False) for g in (*held, *missing) if g not in lost})
            return changes("revoke", lost) + changes("grant", missing)

    def successor(self, helper: Any, target: Any, config: Mapping[str, Any]) -> list[Change]:
        """What a relation built beside must be given before it takes the target's place.

        With a config: that, and what the one who runs dbt holds himself. Without: what the target has now. Grants
        on all objects of a schema reach the helper by themselves and are not copied onto it."""
        with self._lock:
            kind = _kind(helper)
            wanted = wanted_grants(config, kind)
            single, spread = self._split(target, strict=bool(config))
            kept = {g: o for g, o in single.items() if not config or self._is_own(g.grantee)}
            kept = {g: o for g, o in kept.items() if g.privilege in (*PRIVILEGES[kind], "refresh")}
            given = {**wanted, **kept}
            if kind == _kind(target):
                given = {g: o for g, o in given.items() if g not in spread}
            self._remember(target, {**(spread if kind == _kind(target) else {}), **given})
            return changes("grant", given, given)

    def forget(self, relation: Any) -> None:
        """After DROP: whatever takes the name next starts without grants."""
        with self._lock:
            schema = self._schemas.get((relation.database, relation.schema))
            if schema:
                schema.pop(relation.identifier, None)

    def _may_take(self, relation: Any, grant: Grant) -> bool:
        """Not from the one who runs dbt, and only what was given on this very object."""
        return not self._is_own(grant.grantee) and self._is_single(relation, grant)

    # ---- what the server says

    def _known(self, relation: Any) -> Held:
        schema = self._schemas.get((relation.database, relation.schema))
        return (schema or {}).get(relation.identifier, {})

    def _held(self, relation: Any) -> Held:
        found = self._schema(relation.database, relation.schema, strict=True)
        return (found or {}).get(relation.identifier, {})

    def _remember(self, relation: Any, held: Held) -> None:
        schema = self._schemas.get((relation.database, relation.schema))
        if schema is not None:
            schema[relation.identifier] = held

    def _schema(self, database: str, schema: str, strict: bool) -> dict[str, Held] | None:
        """Object → grants, read once; None where the server refuses to tell and nobody has to know."""
        key = (database, schema)
        if key not in self._schemas or (strict and self._schemas[key] is None):
            self._schemas[key] = self._read(database, schema, strict)
        return self._schemas[key]

    def _read(self, database: str, schema: str, strict: bool) -> dict[str, Held] | None:
        try:
            rows = list(self._ask("starrocks__read_grants", {"database": database, "schema": schema}))
        except DbtDatabaseError as error:
            if not is_refusal(error):
                raise
            if strict:
                raise DbtRuntimeError(refused(database, schema)) from error
            self._warn(f"Grants on rebuilt relations are not carried over. {refused(database, schema)}")
            return None
        by_name: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            by_name.setdefault(str(row["object_name"]), []).append(row)
        return {name: listed_grants(of_one) for name, of_one in by_name.items()}

    def _split(self, relation: Any, strict: bool) -> tuple[Held, Held]:
        """Grants on this very object, and those it has through a grant on all objects."""
        held = (self._schema(relation.database, relation.schema, strict) or {}).get(relation.identifier, {})
        single = {g: option for g, option in held.items() if self._is_single(relation, g)}
        return single, {g: option for g, option in held.items() if g not in single}

    def _is_single(self, relation: Any, grant: Grant) -> bool:
        """Whether the grant is on the relation itself; it is taken for one where SHOW GRANTS is refused."""
        if grant.grantee not in self._single:
            self._single[grant.grantee] = self._read_single(grant.grantee)
        known = self._single[grant.grantee]
        return known is None or (f"{relation.schema}.{relation.identifier}", grant.privilege) in known

    def _read_single(self, grantee: Grantee) -> set[tuple[str, str]] | None:
        try:
            rows = list(self._ask("starrocks__read_grantee", {"grantee": grantee}))
        except DbtDatabaseError as error:
            if not is_refusal(error):
                raise
            return None
        return {pair for row in rows for pair in _single_grants(str(row["grants"]))}

    def _is_own(self, grantee: Grantee) -> bool:
        """Whether taking from this grantee would take from the one who runs dbt."""
        if self._own is None:
            rows = self._ask("starrocks__read_own_grantees", {})
            self._own = {who for row in rows for who in _own_grantees(str(row["own"]))}
        return grantee in self._own


def _kind(relation: Any) -> str:
    kind = str(getattr(relation.type, "value", relation.type))
    return kind if kind in PRIVILEGES else "table"


def _own_grantees(text: str) -> Iterable[Grantee]:
    """`'dbt'@'%' builder, reader`: the user and the roles that are active in this session."""
    user, _, roles = text.partition(" ")
    yield Grantee.parse(user)
    for role in filter(None, map(str.strip, roles.split(","))):
        yield Grantee("role", role)


def _single_grants(text: str) -> Sequence[tuple[str, str]]:
    found = GRANT_TEXT.match(text)
    if found is None:
        return ()
    return [(found["name"], privilege.lower()) for privilege in found["privileges"].split(", ")]


def is_refusal(error: Exception) -> bool:
    return "Access denied" in str(error) or "5203" in str(error)


def refused(database: str, schema: str) -> str:
    return (
        f"Who holds which grants in {database}.{schema} can only be read by users who may read the database `sys`. "
        "Ask an administrator for: GRANT SELECT ON ALL TABLES IN DATABASE sys TO ROLE <the role that runs dbt>."
    )


def not_carried(statement: str) -> str:
    return (
        "A rebuilt relation takes its place without a grant that the old one had, since the user who runs dbt may not "
        f"give it. Ask an administrator for: {statement}. To keep grants through rebuilds, that user needs the role "
        "user_admin, or the right itself WITH GRANT OPTION."
    )
