"""GRANT and REVOKE of privileges, and SHOW GRANTS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.resource_groups import find_group
from starrocks_embedded.catalog.storage_volumes import find_volume
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.metadata import accounts, rights
from starrocks_embedded.metadata.accounts import identity_text
from starrocks_embedded.metadata.databases import is_system_database
from starrocks_embedded.metadata.privileges import (
    ALL,
    IN_DATABASE,
    INTERNAL,
    KINDS,
    ONLY_BUILTIN,
    PRIVILEGES,
    catalog_of,
    grant_text,
    grants_of,
    object_text,
    privileges_on,
)
from starrocks_embedded.metadata.system_tables import find_system_table
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.passwords import parse_user
from starrocks_embedded.statements.privilege_grammar import (
    GrantPrivileges,
    PrivilegeObject,
    parse_grant_statement,
    parse_revoke_statement,
)
from starrocks_embedded.statements.registry import executes, grammar
from starrocks_embedded.statements.roles import Grantee, edit_grantee, find_grantee
from starrocks_embedded.statements.shows import Show, columns, header
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

GRANTS = columns("UserIdentity:300|Catalog:1200|Grants:1200")
Target = tuple[str, ...]
Holder = model.User | model.Role
FIXED_NAMES = {"CATALOG": ("default_catalog",), "WAREHOUSE": ("default_warehouse",)}

grammar("GRANT")(parse_grant_statement)
grammar("REVOKE")(parse_revoke_statement)


@dataclass(frozen=True)
class Change:
    """What is given or taken: a kind, its targets and the privileges in the printed order."""

    kind: str
    targets: list[Target]
    privileges: tuple[str, ...]


@executes(GrantPrivileges)
def grant_privileges(session: Session, statement: GrantPrivileges) -> Result:
    if statement.grantee[0] == "group":
        raise unsupported("GRANT TO EXTERNAL GROUP")
    holder = find_grantee(session, statement.grantee)
    wanted = _resolved(session, statement)
    _require_grant(session, wanted)
    if statement.revoke:
        _check_held(session, holder, wanted)
    with session.engine.catalog.change(session.connection) as change:
        edited = edit_grantee(change, session, holder)
        for target in wanted.targets:
            if statement.revoke:
                _take(edited, wanted.kind, target, wanted.privileges)
            else:
                _give(edited, wanted.kind, target, wanted.privileges, statement.grant_option)
    return ok()


def _require_grant(session: Session, wanted: Change) -> None:
    """GRANT on the system, or each privilege held WITH GRANT OPTION."""
    if rights.holds(session, "GRANT", "SYSTEM"):
        return
    if not all(rights.may_grant(session, wanted.privileges, wanted.kind, target) for target in wanted.targets):
        raise rights.denied(session, "GRANT", "SYSTEM")


def _resolved(session: Session, statement: GrantPrivileges) -> Change:
    kind = statement.object.kind
    known = privileges_on(session.engine.version, kind)
    wanted = known if statement.privileges == ["ALL"] else statement.privileges
    for name in wanted:
        if name not in known:
            raise analysis_error(f"Cannot grant or revoke {name} on '{kind}' type object")
    targets = _targets(session, statement.object)
    for name in wanted:
        if name in ONLY_BUILTIN:
            message = f"'{name}' cannot be granted to user or role directly, use built-in role instead"
            raise analysis_error(f"Operation not permitted, {message}")
    return Change(kind, targets, tuple(p for p in known if p in wanted))


def _targets(session: Session, named: PrivilegeObject) -> list[Target]:
    if named.kind == "SYSTEM":
        return [()]
    if named.everything:
        return [_everything(session, named)]
    if named.users:
        return [_user_target(session, user) for user in named.users]
    return [_target(session, named.kind, parts) for parts in named.names]


def _everything(session: Session, named: PrivilegeObject) -> Target:
    if named.kind not in IN_DATABASE:
        return (_everywhere(session),) if named.kind == "DATABASE" else (ALL,)
    if named.database is None:
        raise analysis_error("Invalid grant statement with error privilege object [*]")
    return (_everywhere(session) if named.database == ALL else _database_key(session, named.database), ALL)


def _everywhere(session: Session) -> str:
    """All databases of the session's catalog."""
    return ALL if session.catalog_name == INTERNAL else f"{session.catalog_name}.{ALL}"


def _user_target(session: Session, user: accounts.Identity) -> Target:
    found = accounts.require_user(session.engine, user)
    return (f"{found.name}@{found.host}",)


def _database_key(session: Session, name: str) -> str:
    if (external := session.engine.externals.get(session.catalog_name)) is not None:
        if not external.has_database(name):
            raise analysis_error(f"cannot find db: {name}")
        return f"{external.name}.{external.folded(name)}"
    if is_system_database(name):
        return name.lower()
    found = session.engine.catalog.database(name)
    if found is None:
        raise analysis_error(f"cannot find db: {name}")
    return str(found.id)


def _target(session: Session, kind: str, parts: tuple[str, ...]) -> Target:
    if kind == "DATABASE":
        return (_everywhere(session) if parts[-1] == ALL else _database_key(session, parts[-1]),)
    if kind in IN_DATABASE:
        return _object_target(session, kind, parts)
    name = parts[-1]
    found: model.ResourceGroup | model.StorageVolume | None = None
    if kind == "RESOURCE GROUP":
        found = find_group(session.engine, name)
    elif kind == "STORAGE VOLUME":
        found = find_volume(session.engine, name)
    if found is not None:
        return (str(found.id),)
    if name not in FIXED_NAMES.get(kind, ()) and not (kind == "CATALOG" and name in session.engine.externals):
        raise analysis_error(f"cannot find {kind.lower()}: {name}")
    return (name,)


def _object_target(session: Session, kind: str, parts: tuple[str, ...]) -> Target:
    """db.name, name, db.*, *.* and * (which is *.* where nothing else says)."""
    if parts[-1] == ALL:
        database = parts[0] if len(parts) == 2 else ALL
        return (_everywhere(session) if database == ALL else _database_key(session, database), ALL)
    if len(parts) == 1 and not session.database_name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    database = parts[0] if len(parts) == 2 else session.database_name
    key = _database_key(session, database)
    return (key, _object_key(session, kind, database, key, parts[-1]))


def _object_key(session: Session, kind: str, database: str, key: str, name: str) -> str:
    if (external := session.engine.externals.get(session.catalog_name)) is not None:
        if kind == "TABLE" and (found := external.table(database, name)) is not None:
            return found.name
    elif is_system_database(database):
        if kind == "TABLE" and find_system_table(session.engine.version, database, name):
            return name.lower()
    elif kind in KINDS:
        found = session.engine.catalog.table(int(key), name)
        if found is not None and found.kind == KINDS[kind]:
            return str(found.id)
    raise analysis_error(f"cannot find {kind.lower()} {name} in db {database}")


# ---- what a holder has


def _give(holder: Holder, kind: str, target: Target, privileges: tuple[str, ...], option: bool) -> None:
    for grant in holder.grants:
        if (grant.object_kind, grant.target, grant.grant_option) == (kind, target, option):
            grant.privileges = tuple(p for p in PRIVILEGES[kind] if p in (*grant.privileges, *privileges))
            return
    holder.grants.append(model.Grant(kind, target, privileges, option))


def _take(holder: Holder, kind: str, target: Target, privileges: tuple[str, ...]) -> None:
    for grant in holder.grants:
        if (grant.object_kind, grant.target) == (kind, target):
            grant.privileges = tuple(p for p in grant.privileges if p not in privileges)
    holder.grants = [g for g in holder.grants if g.privileges]


def _check_held(session: Session, holder: Holder, wanted: Change) -> None:
    """Taking what was never given is fine, unless things of the kind are held on other objects only."""
    held = [g.target for g in holder.grants if g.object_kind == wanted.kind]
    for target in wanted.targets:
        if held and target not in held:
            where = object_text(session.engine, model.Grant(wanted.kind, target, ()))
            raise failure(f"There is no such grant defined on {where}")


# ---- SHOW GRANTS


@grammar("SHOW", "GRANTS")
def parse_show_grants(cursor: Cursor) -> Show:
    if not cursor.accept("FOR"):
        return Show(show_grants)
    if cursor.looking_at("EXTERNAL", "GROUP") and cursor.version.at_least("4.0"):
        cursor.accept("EXTERNAL", "GROUP")
        return Show(show_grants, argument=("group", cursor.name_or_string()))
    if cursor.accept("ROLE"):
        return Show(show_grants, argument=("role", cursor.name_or_string()))
    cursor.accept("USER")
    return Show(show_grants, argument=("user", parse_user(cursor)))


def show_grants(session: Session, statement: Show) -> Result:
    if statement.argument is not None and statement.argument[0] == "group":
        return _grants_of_group(session, statement.argument[1])
    holder = _shown_holder(session, statement.argument)
    if statement.argument is not None and not _is_own(session, holder):
        rights.require_system(session, "GRANT")
    name = identity_text(holder) if isinstance(holder, model.User) else holder.name
    rows: list[tuple[str | None, ...]] = []
    names = [f"'{n}'" for n in accounts.role_names(session.engine, holder.roles)]
    if names:
        gap = "" if session.engine.version.at_least("3.4") else " "  # sic
        to = name if isinstance(holder, model.User) else f"{gap}ROLE {name}"
        rows.append((name, None, f"GRANT {', '.join(names)} TO {to}"))
    for grant in grants_of(session.engine, holder):
        text = grant_text(session.engine, grant, holder)
        if text is not None:
            rows.append((name, _catalog(grant, holder), text))
    return header(GRANTS, rows)


def _grants_of_group(session: Session, name: str) -> Result:
    rights.require_system(session, "GRANT")
    group = accounts.find_group(session.engine, name)
    names = [f"'{n}'" for n in accounts.role_names(session.engine, group.roles)] if group else []
    return header(GRANTS, [(name, None, f"GRANT {', '.join(names)} TO EXTERNAL GROUP {name}")] if names else [])


def _is_own(session: Session, holder: model.User | model.Role) -> bool:
    """Everybody may see their own grants and those of their roles; since 3.4 of the inherited ones too."""
    account = accounts.current_account(session)
    if isinstance(holder, model.User):
        return holder.id == account.id
    if not session.engine.version.at_least("3.4"):
        return holder.id in account.roles
    return holder.name in accounts.inherited_roles(session.engine, account.roles)


def _shown_holder(session: Session, named: Grantee | None) -> model.User | model.Role:
    if named is None:
        return accounts.current_account(session)
    name = named[1]
    if not isinstance(name, str):
        return accounts.require_user(session.engine, name)
    role = accounts.find_role(session.engine, name)
    if role is None:
        raise analysis_error(f"cannot find role {name}!")
    return role


def _catalog(grant: model.Grant, holder: model.User | model.Role) -> str | None:
    """The built-in roles' rights on all tables, databases and catalogs belong to no one catalog."""
    builtin = isinstance(holder, model.Role) and holder.builtin
    spans = grant.object_kind in ("TABLE", "DATABASE", "CATALOG") and grant.target[0] == ALL
    if builtin and spans:
        return None
    return catalog_of(grant)
