"""CREATE, ALTER and DROP ROLE, GRANT and REVOKE of roles, SET [DEFAULT] ROLE."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.metadata import accounts
from starrocks_embedded.metadata.accounts import Identity, identity_text
from starrocks_embedded.metadata.rights import require_system
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.passwords import parse_user
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, header, show
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session

Grantee = tuple[str, Identity | str]  # ("user", (name, host)), ("role", name) or ("group", name)


@dataclass
class CreateRole(Statement):
    names: list[str]
    if_not_exists: bool
    comment: str = ""


@dataclass
class AlterRole(Statement):
    names: list[str]
    comment: str


@dataclass
class DropRole(Statement):
    names: list[str]
    if_exists: bool


@dataclass
class SetRole(Statement):
    """`kind` is default, none, all or roles; with all, `names` are those excepted."""

    kind: str
    names: list[str]


@dataclass
class SetDefaultRole(Statement):
    names: list[str]
    user: Identity


@dataclass
class GrantRoles(Statement):
    roles: list[str]
    grantee: Grantee
    revoke: bool = False


def parse_roles(cursor: Cursor) -> list[str]:
    return cursor.separated(cursor.name_or_string)


@grammar("CREATE", "ROLE")
def parse_create_role(cursor: Cursor) -> CreateRole:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    names = parse_roles(cursor)
    return CreateRole(names, if_not_exists, cursor.string() if cursor.accept("COMMENT") else "")


@grammar("ALTER", "ROLE")
def parse_alter_role(cursor: Cursor) -> AlterRole:
    cursor.accept("IF", "EXISTS")
    names = parse_roles(cursor)
    cursor.expect("SET", "COMMENT", "=")
    return AlterRole(names, cursor.string())


@grammar("DROP", "ROLE")
def parse_drop_role(cursor: Cursor) -> DropRole:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropRole(parse_roles(cursor), if_exists)


@grammar("SET", "ROLE")
def parse_set_role(cursor: Cursor) -> SetRole:
    if word := cursor.accept_any("DEFAULT", "NONE"):
        return SetRole(word.lower(), [])
    if cursor.accept("ALL"):
        return SetRole("all", parse_roles(cursor) if cursor.accept("EXCEPT") else [])
    return SetRole("roles", parse_roles(cursor))


@grammar("SET", "DEFAULT", "ROLE")
def parse_set_default_role(cursor: Cursor) -> SetDefaultRole:
    if cursor.accept("NONE"):
        names: list[str] = []
    else:
        names = ["*"] if cursor.accept("ALL") else parse_roles(cursor)
    cursor.expect("TO")
    return SetDefaultRole(names, parse_user(cursor))


# ---- roles themselves


@executes(CreateRole)
def create_role(session: Session, statement: CreateRole) -> Result:
    for name in statement.names:
        if not accounts.ROLE_NAME.fullmatch(name):
            raise analysis_error(f"invalid role format: {name}")
        if accounts.find_role(session.engine, name) is not None and not statement.if_not_exists:
            raise analysis_error(f"Operation CREATE ROLE failed for {name} : role already exists")
    with session.engine.catalog.change(session.connection) as change:
        for name in statement.names:
            if accounts.find_role(session.engine, name) is None:
                change.put(model.Role(session.engine.catalog.new_id(), name, statement.comment))
    return ok()


@executes(AlterRole)
def alter_role(session: Session, statement: AlterRole) -> Result:
    found = []
    for name in statement.names:
        role = accounts.find_role(session.engine, name)
        if role is None:
            raise failure(f"{name} doesn't exist")
        if role.builtin:
            raise failure(f"{name} is immutable")
        found.append(role)
    with session.engine.catalog.change(session.connection) as change:
        for role in found:
            change.edit(role).comment = statement.comment
    return ok()


@executes(DropRole)
def drop_role(session: Session, statement: DropRole) -> Result:
    found = []
    for name in statement.names:
        role = accounts.find_role(session.engine, name)
        if role is None and not statement.if_exists:
            raise analysis_error(f"Operation DROP ROLE failed for {name} : role not exists")
        if role is not None and role.builtin:
            raise failure(f"role {name} cannot be dropped!")
        found += [role] if role else []
    with session.engine.catalog.change(session.connection) as change:
        for role in found:
            change.delete(role)
    return ok()


@show("ROLES")
def show_roles(session: Session, statement: Show) -> Result:
    require_system(session, "GRANT")
    rows = [(r.name, str(r.builtin).lower(), r.comment) for r in accounts.roles(session.engine)]
    return header(columns("Name:300|Builtin:90|Comment:900"), rows)


# ---- active and default roles


@executes(SetRole)
def set_role(session: Session, statement: SetRole) -> Result:
    account = accounts.current_account(session)
    named = tuple(_settable(session, account, name) for name in statement.names)
    if statement.kind == "roles":
        session.chosen_roles = named
    elif statement.kind == "all":
        session.chosen_roles = tuple(r for r in account.roles if r not in named)
    else:
        session.chosen_roles = account.default_roles if statement.kind == "default" else ()
    return ok()


def _settable(session: Session, account: model.User, name: str) -> int:
    role = accounts.find_role(session.engine, name)
    if role is None:
        raise analysis_error(f"Cannot set role: cannot find role {name}!")
    if role.id not in account.roles:
        raise failure(f"Role {name} is not granted to {identity_text(account)}")
    return role.id


@executes(SetDefaultRole)
def set_default_role(session: Session, statement: SetDefaultRole) -> Result:
    account = accounts.require_user(session.engine, statement.user)
    roles = granted_roles(session, account, statement.names)
    with session.engine.catalog.change(session.connection) as change:
        accounts.edit_user(change, session.engine, account).default_roles = roles
    return ok()


def granted_roles(session: Session, account: model.User, names: list[str]) -> tuple[int, ...]:
    """The roles of these names ('*': all), which must be granted to the account."""
    if names == ["*"]:
        return account.roles
    found = []
    for name in names:
        role = accounts.find_role(session.engine, name)
        if role is None:
            raise analysis_error(f"Cannot set role: cannot find role {name}!")
        if role.id not in account.roles:
            raise analysis_error(f"Role {name} is not granted to {identity_text(account)}")
        found.append(role.id)
    return tuple(found)


# ---- granting


@executes(GrantRoles)
def grant_roles(session: Session, statement: GrantRoles) -> Result:
    kind = statement.grantee[0]
    if kind == "group":
        return _grant_to_group(session, statement)
    holder = find_grantee(session, statement.grantee)
    roles = [_grantable(session, role, kind) for role in statement.roles]
    if statement.revoke:
        _check_revoke(session, holder, roles)
    else:
        _check_grant(session, holder, roles)
    with session.engine.catalog.change(session.connection) as change:
        edited = edit_grantee(change, session, holder)
        ids = tuple(r.id for r in roles)
        if statement.revoke:
            edited.roles = tuple(r for r in edited.roles if r not in ids)
            if isinstance(edited, model.User):
                edited.default_roles = tuple(r for r in edited.default_roles if r not in ids)
        else:
            edited.roles += tuple(i for i in ids if i not in edited.roles)
    return ok()


def _grant_to_group(session: Session, statement: GrantRoles) -> Result:
    """Groups are what a directory says they are: any name will do."""
    ids = tuple(_grantable(session, role, "group").id for role in statement.roles)
    name = str(statement.grantee[1])
    with session.engine.catalog.change(session.connection) as change:
        known = accounts.find_group(session.engine, name)
        group = change.edit(known) if known else model.ExternalGroup(session.engine.catalog.new_id(), name)
        kept = tuple(i for i in group.roles if i not in ids)
        group.roles = kept if statement.revoke else kept + ids
        change.put(group)
    return ok()


def find_grantee(session: Session, grantee: Grantee) -> model.User | model.Role:
    kind, name = grantee
    if kind == "user" and not isinstance(name, str):
        return accounts.require_user(session.engine, name)
    role = accounts.find_role(session.engine, str(name))
    if role is None:
        raise analysis_error(f"Can not grant/revoke to role: cannot find role {name}!")
    if role.builtin and role.name not in accounts.MUTABLE_BUILTIN:
        raise failure(f"role {role.name} is not mutable!")
    return role


def edit_grantee(change: Change, session: Session, holder: model.User | model.Role) -> model.User | model.Role:
    if isinstance(holder, model.User):
        return accounts.edit_user(change, session.engine, holder)
    if session.engine.catalog.get(model.Role, holder.id) is None:
        change.put(replace(holder, grants=list(holder.grants)))
        return change.edit(change.items["Role", holder.id])  # type: ignore[no-any-return]
    return change.edit(holder)


def _grantable(session: Session, name: str, to: str) -> model.Role:
    role = accounts.find_role(session.engine, name)
    if role is None:
        raise analysis_error(f"Can not granted/revoke role to/from {to}: cannot find role {name}!")
    return role


def _check_grant(session: Session, holder: model.User | model.Role, roles: list[model.Role]) -> None:
    for role in roles:
        if role.id == accounts.PUBLIC_ROLE:
            message = "Granting role PUBLIC has no effect.  Every user and role has role PUBLIC implicitly granted."
            raise failure(f"failed to grant role: {message}")
        if isinstance(holder, model.Role) and holder.id in _reachable(session, role):
            raise _circle(role, holder)


def _circle(role: model.Role, holder: model.Role) -> StarRocksError:
    return failure(
        f"failed to grant role {role.name} to role {holder.name}: role {role.name} is already a descendant role of "
        f"{holder.name}"
    )


def _reachable(session: Session, role: model.Role) -> set[int]:
    """A role and everything granted to it, at any depth."""
    found, todo = {role.id}, list(role.roles)
    while todo:
        id_ = todo.pop()
        if id_ not in found and (inner := accounts.role_by_id(session.engine, id_)) is not None:
            todo += inner.roles
        found.add(id_)
    return found


def _check_revoke(session: Session, holder: model.User | model.Role, roles: list[model.Role]) -> None:
    is_admin = isinstance(holder, model.User) and holder.name == session.engine.admin
    if is_admin and any(r.id == accounts.ROOT_ROLE for r in roles):
        raise analysis_error("Can not revoke root role from root user")
