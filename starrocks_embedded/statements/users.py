"""CREATE, ALTER and DROP USER, EXECUTE AS, and what SHOW tells about users."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.metadata import accounts
from starrocks_embedded.metadata.accounts import Identity, identity_text
from starrocks_embedded.metadata.rights import require_system
from starrocks_embedded.metadata.user_properties import checked_properties, listed_properties
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.passwords import parse_user
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.roles import granted_roles, parse_roles
from starrocks_embedded.statements.shows import Show, columns, filtered, header, show
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session
    from starrocks_embedded.version import Version

PLUGINS = (
    "MYSQL_NATIVE_PASSWORD",
    "AUTHENTICATION_LDAP_SIMPLE",
    "AUTHENTICATION_JWT",
    "AUTHENTICATION_OAUTH2",
)
OLDER_PLUGINS = (
    "AUTHENTICATION_LDAP_SIMPLE_FOR_EXTERNAL",
    "MYSQL_NATIVE_PASSWORD",
    "AUTHENTICATION_LDAP_SIMPLE",
    "AUTHENTICATION_KERBEROS",
)
CLIENT_PLUGINS = (
    "mysql_native_password, mysql_clear_password, authentication_openid_connect_client, authentication_oauth2_client"
)
AUTHENTICATION = columns("UserIdentity:300|Password|AuthPlugin:300|UserForAuthPlugin:300")
ALL_ROLES = ("*",)


@dataclass
class Authentication:
    """IDENTIFIED BY [PASSWORD] 'text' or IDENTIFIED WITH plugin [BY | AS 'text']."""

    plugin: str = "MYSQL_NATIVE_PASSWORD"
    text: str = ""
    hashed: bool = False


@dataclass
class CreateUser(Statement):
    user: Identity
    if_not_exists: bool = False
    authentication: Authentication | None = None
    roles: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class AlterUser(Statement):
    user: Identity
    if_exists: bool = False
    authentication: Authentication | None = None
    roles: list[str] | None = None
    properties: dict[str, str] | None = None


@dataclass
class DropUser(Statement):
    user: Identity
    if_exists: bool = False


@dataclass
class ExecuteAs(Statement):
    user: Identity
    no_revert: bool


@grammar("CREATE", "USER")
def parse_create_user(cursor: Cursor) -> CreateUser:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    statement = CreateUser(parse_user(cursor), if_not_exists, parse_authentication(cursor))
    if cursor.accept("DEFAULT", "ROLE"):
        statement.roles = parse_roles(cursor)
    if cursor.accept("PROPERTIES"):
        statement.properties = cursor.properties()
    return statement


def parse_authentication(cursor: Cursor) -> Authentication | None:
    if not cursor.accept("IDENTIFIED"):
        return None
    if cursor.accept("BY"):
        hashed = cursor.accept("PASSWORD")
        return Authentication(text=cursor.string(), hashed=hashed)
    cursor.expect("WITH")
    plugin = cursor.name_or_string().upper()
    how = cursor.accept_any("BY", "AS")
    return Authentication(plugin, cursor.string() if how else "", how == "AS")


@grammar("ALTER", "USER")
def parse_alter_user(cursor: Cursor) -> AlterUser:
    if_exists = cursor.accept("IF", "EXISTS")
    statement = AlterUser(parse_user(cursor), if_exists)
    if cursor.accept("DEFAULT", "ROLE"):
        statement.roles = parse_default_roles(cursor)
    elif cursor.accept("SET"):
        cursor.expect("PROPERTIES")
        statement.properties = cursor.properties()
    else:
        statement.authentication = parse_authentication(cursor)
        if statement.authentication is None:
            raise cursor.unexpected("IDENTIFIED", "SET", "DEFAULT")
    return statement


def parse_default_roles(cursor: Cursor) -> list[str]:
    if cursor.accept("NONE"):
        return []
    return list(ALL_ROLES) if cursor.accept("ALL") else parse_roles(cursor)


@grammar("DROP", "USER")
def parse_drop_user(cursor: Cursor) -> DropUser:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropUser(parse_user(cursor), if_exists)


@grammar("EXECUTE", "AS")
def parse_execute_as(cursor: Cursor) -> ExecuteAs:
    return ExecuteAs(parse_user(cursor), cursor.accept("WITH", "NO", "REVERT"))


# ---- carrying out


@executes(CreateUser)
def create_user(session: Session, statement: CreateUser) -> Result:
    engine, user = session.engine, statement.user
    _check_name(user)
    plugin, password, extra = _secret(statement.authentication, session.engine.version)
    roles = tuple(_existing_role(session, name).id for name in statement.roles)
    properties = checked_properties(session, statement.properties)
    if accounts.find_user(engine, user) is not None:
        if statement.if_not_exists:
            return ok()
        raise analysis_error(f"user {identity_text(user)} already exists!")
    with engine.catalog.change(session.connection) as change:
        created = model.User(engine.catalog.new_id(), *user, plugin=plugin, password=password)
        created.roles = created.default_roles = roles
        created.properties = properties | ({"": extra} if extra else {})
        change.put(created)
    return ok()


def _check_name(user: Identity) -> None:
    if not accounts.USER_NAME.fullmatch(user[0]) or len(user[0]) > 64:
        raise analysis_error(f"invalid user name: {user[0]}")


def _existing_role(session: Session, name: str) -> model.Role:
    role = accounts.find_role(session.engine, name)
    if role is None:
        raise analysis_error(f"Can not granted/revoke role to/from user: cannot find role {name}!")
    return role


def _secret(authentication: Authentication | None, version: Version) -> tuple[str, str, str]:
    """The plugin, the password's hash, and the text an external plugin gets."""
    if authentication is None:
        return PLUGINS[0], "", ""
    older = () if version.at_least("3.4") else OLDER_PLUGINS
    if older and authentication.plugin not in older:
        known = ", ".join(older)
        raise analysis_error(f"invalidate authentication: Cannot find {authentication.plugin} from [{known}]")
    if authentication.plugin not in (*PLUGINS, *older):
        raise analysis_error(f"Cannot find {authentication.plugin} from [{CLIENT_PLUGINS}]")
    if authentication.plugin != PLUGINS[0]:
        return authentication.plugin, "", authentication.text
    text = authentication.text
    return PLUGINS[0], accounts.checked_hash(text) if authentication.hashed else accounts.password_hash(text), ""


@executes(AlterUser)
def alter_user(session: Session, statement: AlterUser) -> Result:
    found = accounts.find_user(session.engine, statement.user)
    if found is None and statement.if_exists and statement.roles is None:
        return ok()
    found = found or accounts.require_user(session.engine, statement.user)
    changes = _changes(session, found, statement)
    with session.engine.catalog.change(session.connection) as change:
        edited = accounts.edit_user(change, session.engine, found)
        for name, value in changes.items():
            setattr(edited, name, value)
    return ok()


def _changes(session: Session, found: model.User, statement: AlterUser) -> dict[str, Any]:
    if statement.properties is not None:
        return {"properties": found.properties | checked_properties(session, statement.properties)}
    if statement.roles is not None:
        return {"default_roles": granted_roles(session, found, statement.roles)}
    refuse_administrator(session, statement)
    plugin, password, extra = _secret(statement.authentication, session.engine.version)
    properties = {k: v for k, v in found.properties.items() if k} | ({"": extra} if extra else {})
    return {"plugin": plugin, "password": password, "properties": properties}


def refuse_administrator(session: Session, statement: AlterUser | DropUser) -> None:
    """Nobody drops root, and nobody else gives root another password."""
    text = identity_text(statement.user)
    if isinstance(statement, DropUser):
        if statement.user == (session.engine.admin, "%"):
            raise analysis_error(f"Operation DROP USER failed for {text} : cannot drop user {text}")
        return
    authentication = statement.properties is None and statement.roles is None
    if authentication and statement.user[0] == "root" and accounts.current_account(session).name != "root":
        raise analysis_error("Can not modify root user, except root itself")


@executes(DropUser)
def drop_user(session: Session, statement: DropUser) -> Result:
    text = identity_text(statement.user)
    refuse_administrator(session, statement)
    found = accounts.find_user(session.engine, statement.user)
    if found is None:
        if statement.if_exists:
            return ok()
        raise analysis_error(f"cannot find user {text}!")
    with session.engine.catalog.change(session.connection) as change:
        change.delete(found)
    return ok()


@executes(ExecuteAs)
def execute_as(session: Session, statement: ExecuteAs) -> Result:
    if not statement.no_revert:
        raise analysis_error("`EXECUTE AS` must use with `WITH NO REVERT` for now!")
    accounts.require_user(session.engine, statement.user)
    session.acting_as = statement.user
    session.chosen_roles = None
    return ok()


# ---- showing


@show("USERS")
def show_users(session: Session, statement: Show) -> Result:
    require_system(session, "GRANT")
    return header(columns("User:150"), [(identity_text(u),) for u in accounts.users(session.engine)])


show("USER")(show_users)


@show("ALL", "AUTHENTICATION")
def show_all_authentication(session: Session, statement: Show) -> Result:
    require_system(session, "GRANT")
    return header(AUTHENTICATION, [_authentication(u) for u in accounts.users(session.engine)])


@grammar("SHOW", "AUTHENTICATION")
def parse_show_authentication(cursor: Cursor) -> Show:
    return Show(show_authentication, argument=parse_user(cursor) if cursor.accept("FOR") else None)


def show_authentication(session: Session, statement: Show) -> Result:
    if statement.argument is None:
        found = accounts.current_account(session)
    else:
        found = accounts.require_user(session.engine, statement.argument)
        if found.id != accounts.current_account(session).id:
            require_system(session, "GRANT")
    return header(AUTHENTICATION, [_authentication(found)])


def _authentication(user: model.User) -> tuple[str | None, ...]:
    return identity_text(user), "Yes" if user.password else "No", user.plugin, user.properties.get("")


@grammar("SHOW", "PROPERTY")
@grammar("SHOW", "PROPERTIES")
def parse_show_property(cursor: Cursor) -> Show:
    statement = Show(show_property, argument=cursor.string() if cursor.accept("FOR") else None)
    if cursor.accept("LIKE"):
        statement.pattern = cursor.string()
    return statement


def show_property(session: Session, statement: Show) -> Result:
    name = statement.argument or accounts.current_account(session).name
    found = accounts.find_user(session.engine, (name, "%"))
    if found is None:
        raise failure(f"user '{name}' doesn't exist")
    return filtered(statement, header(columns("Key:192|Value:192"), listed_properties(session, found)))


@dataclass
class SetProperty(Statement):
    user: str | None
    properties: dict[str, str]


@grammar("SET", "PROPERTY")
def parse_set_property(cursor: Cursor) -> SetProperty:
    user = cursor.string() if cursor.accept("FOR") else None

    def pair() -> tuple[str, str]:
        key = cursor.string()
        cursor.expect("=")
        return key, cursor.string()

    return SetProperty(user, dict(cursor.separated(pair)))


@executes(SetProperty)
def set_property(session: Session, statement: SetProperty) -> Result:
    if any(key.lower() != "max_user_connections" for key in statement.properties):
        message = "Please use ALTER USER syntax to set user properties."
        raise failure(f"Getting syntax error. Detail message: {message}.")
    name = statement.user or accounts.current_account(session).name
    found = accounts.find_user(session.engine, (name, "%"))
    if found is None:
        raise failure(f"user '{name}' doesn't exist")
    properties = found.properties | checked_properties(session, statement.properties)
    with session.engine.catalog.change(session.connection) as change:
        accounts.edit_user(change, session.engine, found).properties = properties
    return ok()
