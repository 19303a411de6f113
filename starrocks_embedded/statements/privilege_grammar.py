"""The grammar of GRANT and REVOKE: roles or privileges, on what, to whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from starrocks_embedded.errors import unsupported
from starrocks_embedded.metadata.accounts import Identity
from starrocks_embedded.metadata.privileges import ALL
from starrocks_embedded.statements.passwords import parse_user
from starrocks_embedded.statements.registry import Statement
from starrocks_embedded.statements.roles import Grantee, GrantRoles
from starrocks_embedded.syntax.cursor import Cursor

SIMPLE = (
    "ALTER", "APPLY", "BLACKLIST", "DELETE", "DROP", "EXPORT", "FILE", "IMPERSONATE", "INSERT", "GRANT", "NODE",
    "OPERATE", "SECURITY", "PLUGIN", "REPOSITORY", "REFRESH", "SELECT", "UPDATE", "USAGE",
)  # fmt: skip
CREATABLE = (
    ("GLOBAL", "FUNCTION"), ("MATERIALIZED", "VIEW"), ("RESOURCE", "GROUP"), ("EXTERNAL", "CATALOG"),
    ("STORAGE", "VOLUME"), ("DATABASE",), ("TABLE",), ("VIEW",), ("FUNCTION",), ("RESOURCE",), ("WAREHOUSE",),
    ("CNGROUP",), ("PIPE",),
)  # fmt: skip
OBJECT_KINDS = (
    ("MATERIALIZED", "VIEW"), ("RESOURCE", "GROUP"), ("STORAGE", "VOLUME"), ("CATALOG",), ("DATABASE",),
    ("RESOURCE",), ("SYSTEM",), ("TABLE",), ("VIEW",), ("WAREHOUSE",), ("PIPE",),
)  # fmt: skip
PLURALS = (
    ("GLOBAL", "FUNCTIONS"), ("MATERIALIZED", "VIEWS"), ("RESOURCE", "GROUPS"), ("STORAGE", "VOLUMES"), ("CATALOGS",),
    ("DATABASES",), ("FUNCTIONS",), ("POLICIES",), ("RESOURCES",), ("TABLES",), ("USERS",), ("VIEWS",),
    ("WAREHOUSES",), ("PIPES",),
)  # fmt: skip


@dataclass
class PrivilegeObject:
    """What stands after ON. `database` belongs to ALL … IN ('*': all of them)."""

    kind: str
    names: list[tuple[str, ...]] = field(default_factory=list)
    users: list[Identity] = field(default_factory=list)
    everything: bool = False
    database: str | None = None


@dataclass
class GrantPrivileges(Statement):
    privileges: list[str]
    object: PrivilegeObject
    grantee: Grantee
    grant_option: bool = False
    revoke: bool = False


def parse_grant_statement(cursor: Cursor) -> Statement:
    return _statement(cursor, revoke=False)


def parse_revoke_statement(cursor: Cursor) -> Statement:
    return _statement(cursor, revoke=True)


def _statement(cursor: Cursor, *, revoke: bool) -> Statement:
    to = "FROM" if revoke else "TO"
    privileges = _privileges(cursor)
    if privileges is None:
        roles = cursor.separated(cursor.name_or_string)
        cursor.expect(to)
        return GrantRoles(roles, _grantee(cursor, groups=cursor.version.at_least("4.0")), revoke)
    cursor.expect("ON")
    target = _object(cursor, privileges)
    cursor.expect(to)
    grantee = _grantee(cursor, groups=False)
    option = not revoke and cursor.accept("WITH", "GRANT", "OPTION")
    return GrantPrivileges(privileges, target, grantee, option, revoke)


def _privileges(cursor: Cursor) -> list[str] | None:
    """The privileges up to ON; None, and nothing read, where role names stand instead."""
    start, found = cursor.at, []
    while (name := _privilege(cursor)) is not None:
        found.append(name)
        if not cursor.accept(","):
            break
        if cursor.looking_at("ON"):
            raise cursor.no_viable()
    if found and cursor.looking_at("ON"):
        return ["ALL"] if "ALL" in found else found
    cursor.at = start
    return None


def _privilege(cursor: Cursor) -> str | None:
    if cursor.accept("ALL"):
        cursor.accept("PRIVILEGES")
        return "ALL"
    if cursor.accept("CREATE"):
        words = _first(cursor, CREATABLE)
        return None if words is None else f"CREATE {words}"
    if cursor.looking_at("SECURITY") and not cursor.version.at_least("3.4"):
        return None
    return cursor.accept_any(*SIMPLE)


def _first(cursor: Cursor, choices: tuple[tuple[str, ...], ...]) -> str | None:
    return next((" ".join(words) for words in choices if cursor.accept(*words)), None)


def _object(cursor: Cursor, privileges: list[str]) -> PrivilegeObject:
    if cursor.looking_at("USER") and privileges == ["IMPERSONATE"]:
        cursor.accept("USER")
        return PrivilegeObject("USER", users=cursor.separated(lambda: parse_user(cursor)))
    if cursor.accept("ALL"):
        return _all_of(cursor)
    if cursor.looking_at("SYSTEM") and cursor.peek().key in ("TO", "FROM"):
        cursor.accept("SYSTEM")
        return PrivilegeObject("SYSTEM")
    if cursor.looking_at("FUNCTION") or cursor.looking_at("GLOBAL", "FUNCTION"):
        raise unsupported("GRANT ON FUNCTION")
    kind = "TABLE" if cursor.peek().key in (".", ",", "TO", "FROM") else _first(cursor, OBJECT_KINDS) or "TABLE"
    return PrivilegeObject(kind, names=cursor.separated(lambda: _name(cursor)))


def _all_of(cursor: Cursor) -> PrivilegeObject:
    words = _first(cursor, PLURALS)
    if words is None:
        raise cursor.unexpected("TABLES", "DATABASES", "STORAGE", "POLICIES", "MATERIALIZED")
    if words == "POLICIES":
        raise unsupported("GRANT ON ALL POLICIES")
    target = PrivilegeObject(words.removesuffix("S"), everything=True)
    if cursor.accept("IN"):
        if cursor.accept("ALL", "DATABASES"):
            target.database = ALL
        else:
            cursor.expect("DATABASE")
            target.database = cursor.name_or_string()
    return target


def _name(cursor: Cursor) -> tuple[str, ...]:
    parts = [_part(cursor)]
    if cursor.accept("."):
        parts.append(_part(cursor))
    return tuple(parts)


def _part(cursor: Cursor) -> str:
    return ALL if cursor.accept("*") else cursor.name_or_string()


def _grantee(cursor: Cursor, *, groups: bool) -> Grantee:
    if cursor.accept("ROLE"):
        return "role", cursor.name_or_string()
    if groups and cursor.looking_at("EXTERNAL", "GROUP"):
        cursor.accept("EXTERNAL", "GROUP")
        return "group", cursor.name_or_string()
    cursor.accept("USER")
    return "user", parse_user(cursor)
