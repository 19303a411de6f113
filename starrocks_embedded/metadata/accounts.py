"""Users and roles: the built-in ones, look-ups, and who a session acts as."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

ROOT_ROLE, PUBLIC_ROLE = -1, -5
BUILTIN_ROLES = (
    model.Role(ROOT_ROLE, "root", "built-in root role which has all privileges on all objects", True),
    model.Role(-2, "db_admin", "built-in database administration role", True),
    model.Role(-3, "cluster_admin", "built-in cluster administration role", True),
    model.Role(-4, "user_admin", "built-in user administration role", True),
    model.Role(PUBLIC_ROLE, "public", "built-in public role which is owned by any user", True),
    model.Role(-6, "security_admin", "built-in security administration role", True),
)
MUTABLE_BUILTIN = ("public",)
ROLE_NAME = re.compile(r"[a-zA-Z]\w{0,63}|_[a-zA-Z0-9]\w{0,62}", re.ASCII)
USER_NAME = re.compile(r"\w{1,64}/?[.\w-]{0,63}", re.ASCII)
Identity = tuple[str, str]


def identity_text(user: Identity | model.User) -> str:
    """'name'@'host', or 'name'@['domain']."""
    name, host = (user.name, user.host) if isinstance(user, model.User) else user
    if host.startswith("["):
        return f"'{name}'@['{host[1:-1]}']"
    return f"'{name}'@'{host}'"


# ---- users


def users(engine: Engine) -> list[model.User]:
    """Every account; the administrator's exists from the start."""
    known = engine.catalog.all(model.User)
    if not any((u.name, u.host) == (engine.admin, "%") for u in known):
        known.insert(0, initial_admin(engine))
    return known


def initial_admin(engine: Engine) -> model.User:
    password = password_hash(engine.admin_password) if engine.admin_password else ""
    return model.User(0, engine.admin, password=password, roles=(ROOT_ROLE,), default_roles=(ROOT_ROLE,))


def find_user(engine: Engine, identity: Identity) -> model.User | None:
    return next((u for u in users(engine) if (u.name, u.host) == identity), None)


def require_user(engine: Engine, identity: Identity) -> model.User:
    found = find_user(engine, identity)
    if found is None:
        raise analysis_error(f"cannot find user {identity_text(identity)}!")
    return found


def account_for_login(engine: Engine, name: str, host: str) -> model.User | None:
    """The account that a connection of this name from this address gets: the most specific host pattern wins."""
    fitting = [u for u in users(engine) if u.name == name and fnmatchcase(host, u.host.replace("%", "*"))]
    return max(fitting, key=lambda u: (u.host == host, len(u.host)), default=None)


def current_account(session: Session) -> model.User:
    """The account whose rights count: the login's, or the one it executes as."""
    if session.acting_as is not None:
        return require_user(session.engine, session.acting_as)
    found = account_for_login(session.engine, session.user, session.host)
    return found or model.User(-1, session.user)


def current_identity(session: Session) -> str:
    return identity_text(current_account(session))


def edit_user(change: Change, engine: Engine, user: model.User) -> model.User:
    """A copy to change; the administrator's account is stored when it first changes."""
    if user.id == 0:
        user = model.User(change.catalog.new_id(), user.name, user.host, password=user.password, roles=user.roles)
        user.default_roles = (ROOT_ROLE,)
        change.put(user)
        return user
    return change.edit(user)


def password_hash(password: str) -> str:
    """As mysql_native_password keeps it: a star and the hex of SHA1(SHA1(password))."""
    if not password:
        return ""
    inner = hashlib.sha1(password.encode()).digest()
    return "*" + hashlib.sha1(inner).hexdigest().upper()


def checked_hash(text: str) -> str:
    if text and not re.fullmatch(r"\*[0-9A-Fa-f]{40}", text):
        raise StarRocksError(5201, "Password hash should be a 41-digit hexadecimal number")
    return text.upper()


def login_variables(engine: Engine, name: str, host: str) -> dict[str, str]:
    """What a new session's variables are: the global values, then those of its account's properties."""
    from starrocks_embedded.metadata.variables import initial_variables

    account = account_for_login(engine, name, host)
    own = account.properties if account else {}
    of_account = {k.removeprefix("session."): v for k, v in own.items() if k.startswith("session.")}
    return initial_variables(engine) | of_account


# ---- roles


def roles(engine: Engine) -> list[model.Role]:
    stored = engine.catalog.all(model.Role)
    overridden = {r.name for r in stored}
    known = BUILTIN_ROLES if engine.version.at_least("3.4") else BUILTIN_ROLES[:-1]  # no security_admin
    return [r for r in known if r.name not in overridden] + stored


def find_role(engine: Engine, name: str) -> model.Role | None:
    return next((r for r in roles(engine) if r.name == name), None)


def role_by_id(engine: Engine, id_: int) -> model.Role | None:
    return next((r for r in roles(engine) if r.id == id_), None)


def find_group(engine: Engine, name: str) -> model.ExternalGroup | None:
    return next((g for g in engine.catalog.all(model.ExternalGroup) if g.name == name), None)


def role_names(engine: Engine, ids: tuple[int, ...]) -> list[str]:
    found = [role_by_id(engine, i) for i in ids]
    return [r.name for r in found if r is not None]


def active_roles(session: Session) -> tuple[int, ...]:
    """The roles that SET ROLE or the login made active, as far as they are still granted."""
    chosen = session.chosen_roles
    if chosen is None:
        chosen = login_roles(session)
    return tuple(r for r in chosen if role_by_id(session.engine, r) is not None)


def login_roles(session: Session) -> tuple[int, ...]:
    from starrocks_embedded.metadata.variables import value_text

    account = current_account(session)
    if value_text(session, "activate_all_roles_on_login", "global") == "true":
        return account.roles
    return account.default_roles


def current_role_text(session: Session) -> str:
    """What current_role() answers."""
    return ", ".join(role_names(session.engine, active_roles(session))) or "NONE"


def reachable_roles(session: Session) -> set[str]:
    """The names of the active roles and of all that were granted to them, at any depth."""
    return inherited_roles(session.engine, active_roles(session))


def inherited_roles(engine: Engine, roles: Iterable[int]) -> set[str]:
    found: set[str] = set()
    pending = list(roles)
    while pending:
        role = role_by_id(engine, pending.pop())
        if role is not None and role.name not in found:
            found.add(role.name)
            pending += role.roles
    return found
