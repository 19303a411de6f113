"""What a session may do: the privileges of its account and of its active roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.accounts import (
    PUBLIC_ROLE,
    active_roles,
    current_account,
    role_by_id,
    role_names,
)
from starrocks_embedded.metadata.databases import database_names, is_system_database
from starrocks_embedded.metadata.privileges import ALL, IN_DATABASE, KINDS, grants_of, is_builtin

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

KIND_WORDS = {kind: word for word, kind in KINDS.items()}
Path = tuple[str, ...]


def is_unlimited(session: Session) -> bool:
    """The administrator with the roles of a login, which is nearly everybody: nothing need be looked up."""
    return session.user == session.engine.admin and session.acting_as is None and session.chosen_roles is None


def held_grants(session: Session) -> Iterator[model.Grant]:
    """Those of the account, of its active roles and what these inherit, and of the public."""
    yield from current_account(session).grants
    seen: set[int] = set()
    pending = [*active_roles(session), PUBLIC_ROLE]
    while pending:
        role = role_by_id(session.engine, pending.pop())
        if role is not None and role.id not in seen:
            seen.add(role.id)
            pending += role.roles
            yield from grants_of(session.engine, role)


def holds(session: Session, privilege: str, kind: str, path: Path = ()) -> bool:
    return is_unlimited(session) or any(
        g.object_kind == kind and privilege in g.privileges and _covers(g.target, path) for g in held_grants(session)
    )


def holds_kind(session: Session, kind: str, path: Path) -> bool:
    """Any privilege on an object."""
    return is_unlimited(session) or any(g.object_kind == kind and _covers(g.target, path) for g in held_grants(session))


def may_grant(session: Session, privileges: Iterable[str], kind: str, path: Path) -> bool:
    """Whether all of them were granted WITH GRANT OPTION."""
    mine = {
        p
        for g in held_grants(session)
        if g.grant_option and g.object_kind == kind and _covers(g.target, path)
        for p in g.privileges
    }
    return set(privileges) <= mine


def holds_any_on(session: Session, table: model.Table) -> bool:
    """Whether the object is visible at all."""
    kind, path = KIND_WORDS[table.kind], (str(table.database_id), str(table.id))
    return is_unlimited(session) or any(g.object_kind == kind and _covers(g.target, path) for g in held_grants(session))


def holds_any_in(session: Session, key: str) -> bool:
    """Any privilege on a database or on something in it. `key` is its id, or a system database's name."""
    return is_unlimited(session) or any(
        (g.object_kind == "DATABASE" and _covers(g.target, (key,)))
        or (g.object_kind in IN_DATABASE and g.target[0] in (key, ALL))
        for g in held_grants(session)
    )


def visible_databases(session: Session) -> list[str]:
    return [n for n in database_names(session.engine) if holds_any_in(session, database_key(session, n))]


def holds_in_catalog(session: Session, privilege: str, kind: str, catalog: str, path: Path) -> bool:
    """A privilege (ANY: whichever) on an external catalog, or on the database or table in it that the path names.
    What was granted on all tables holds in one catalog only, unless it is a built-in role's."""
    return is_unlimited(session) or any(
        g.object_kind == kind
        and (privilege == "ANY" or privilege in g.privileges)
        and (_spans_catalogs(g) or _covers(g.target, external_key(catalog, path, g.target)))
        for g in held_grants(session)
    )


def _spans_catalogs(grant: model.Grant) -> bool:
    return grant.target[:1] == (ALL,) and (grant.object_kind == "CATALOG" or is_builtin(grant))


def external_key(catalog: str, path: Path, target: Path = ()) -> Path:
    """How grants name what stands in an external catalog. A target that means a whole level is met by its own words."""
    if not path:
        return (catalog,)
    if target[:1] == (ALL,):  # all databases of StarRocks' own catalog
        return ()
    everywhere = f"{catalog}.{ALL}"
    database = everywhere if target[:1] == (everywhere,) else f"{catalog}.{path[0]}"
    return (database, *path[1:])


def _covers(target: Path, path: Path) -> bool:
    return len(target) == len(path) and all(t in (ALL, p) for t, p in zip(target, path, strict=True))


def path_of(table: model.Table) -> Path:
    return (str(table.database_id), str(table.id))


def database_key(session: Session, name: str) -> str:
    if is_system_database(name):
        return name.lower()
    found = session.engine.catalog.database(name)
    return str(found.id) if found else ""


# ---- refusals


def denied(session: Session, privilege: str, kind: str, name: str = "") -> StarRocksError:
    """`kind` and `name` as the message has them."""
    active = active_roles(session)
    idle = tuple(r for r in current_account(session).roles if r not in active)
    return StarRocksError(
        5203,
        f"Access denied; you need (at least one of) the {privilege} privilege(s) on {f'{kind} {name}'.strip()} "
        "for this operation. Please ask the admin to grant permission(s) or try activating existing roles using "
        f"<set [default] role>. Current role(s): {_listed(session, active)}. "
        f"Inactivated role(s): {_listed(session, idle)}.",
    )


def _listed(session: Session, roles: tuple[int, ...]) -> str:
    names = role_names(session.engine, roles)
    return f"[{', '.join(names)}]" if names else "NONE"


def require_on(session: Session, privilege: str, table: model.Table) -> None:
    kind = KIND_WORDS[table.kind]
    if not holds(session, privilege, kind, path_of(table)):
        raise denied(session, privilege, kind, table.name)


def require_any_on(session: Session, table: model.Table) -> None:
    if not holds_any_on(session, table):
        raise denied(session, "ANY", "TABLE", table.name)


def require_in(session: Session, privilege: str, database: str) -> None:
    """A privilege on a database; ANY: on it or on something in it."""
    key = database_key(session, database)
    allowed = holds_any_in(session, key) if privilege == "ANY" else holds(session, privilege, "DATABASE", (key,))
    if key and not allowed:
        raise denied(session, privilege, "DATABASE", database)


def require_system(session: Session, privilege: str) -> None:
    if not holds(session, privilege, "SYSTEM"):
        raise denied(session, privilege, "SYSTEM")
