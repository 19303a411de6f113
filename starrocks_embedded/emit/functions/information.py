"""What a session knows of itself: constants of the statement."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from starrocks_embedded.emit.functions import rewrite
from starrocks_embedded.emit.values import session_value
from starrocks_embedded.errors import unsupported
from starrocks_embedded.metadata.accounts import current_identity, current_role_text, reachable_roles
from starrocks_embedded.types import Type, decimal_class

if TYPE_CHECKING:
    from starrocks_embedded.emit.expression import Emitter
    from starrocks_embedded.session import Session
    from starrocks_embedded.syntax import ast

OLD_SERVER_VERSION, SERVER_VERSION = "5.1.0", "8.0.33"


@rewrite(
    "database", "schema", "catalog", "current_catalog", "current_user", "user", "session_user", "current_role",
    "connection_id", "session_id", "version", "current_version", "last_query_id", "current_warehouse",
    "current_group", "current_timezone", "host_name",
)  # fmt: skip
def session_constant(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import cast_value

    if emitter.session is None:
        raise unsupported(f"function {call.name}() here")
    return cast_value(value(emitter.session, call.name), call.type)


@rewrite("get_query_profile")
def query_profile(emitter: Emitter, call: ast.Call) -> str:
    """Empty while no profiles are collected."""
    if emitter.session is None or session_value(emitter.session, "enable_profile", "false").lower() == "true":
        raise unsupported("function get_query_profile() of collected profiles")
    return f"CASE WHEN {emitter.sql(call.args[0])} IS NOT NULL THEN '' END"


def value(session: Session, name: str) -> object:
    if name in ("database", "schema"):
        return session.database_name
    if name in ("catalog", "current_catalog"):
        return session.catalog_name
    if name in ("user", "session_user"):
        return f"'{session.user}'@'{session.host}'"
    if name == "current_user":
        return current_identity(session)
    if name == "connection_id":
        return session.id
    if name == "version":
        return SERVER_VERSION if session.engine.version.at_least("3.4") else OLD_SERVER_VERSION
    if name == "current_version":
        return f"{session.engine.version}-embedded"
    if name == "last_query_id":
        return session.last_query_id or None
    if name == "current_role":
        return current_role_text(session)
    if name == "host_name":
        return platform.node()
    if name == "current_group":
        return "NONE"
    if name == "current_timezone":
        return session_value(session, "time_zone", "UTC")
    if name == "current_warehouse":
        return "default_warehouse"
    raise unsupported(f"function {name}()")


@rewrite("is_role_in_session")
def is_role_in_session(emitter: Emitter, call: ast.Call) -> str:
    """Whether the role is active, or granted to one that is."""
    from starrocks_embedded.emit.expression import quote

    if emitter.session is None:
        raise unsupported(f"function {call.name}() here")
    names = reachable_roles(emitter.session)
    listed = ", ".join(quote(n) for n in sorted(names)) or "NULL"
    return f"coalesce({emitter.sql(call.args[0])} IN ({listed}), false)"


@rewrite("typeof")
def typeof(emitter: Emitter, call: ast.Call) -> str:
    from starrocks_embedded.emit.expression import quote

    return quote(type_text(call))


def type_text(call: ast.Call) -> str:
    return type_name(call.args[0].type)


def type_name(type_: Type) -> str:
    """Without the lengths of strings; decimals by their classes."""
    if type_.is_decimal:
        return f"{decimal_class(type_)}({type_.precision}, {type_.scale})"
    if type_.is_null:
        return "null_type"
    if not type_.is_nested:
        return type_.name
    inner = [type_name(child) for child in type_.children]
    if type_.name == "struct":
        return f"struct<{', '.join(map(' '.join, zip(type_.fields, inner, strict=True)))}>"
    return f"{type_.name}<{','.join(inner)}>"


@rewrite("sleep")
def sleep(emitter: Emitter, call: ast.Call) -> str:
    """The waiting is done before the statement runs, see statements/query."""
    return f"({emitter.sql(call.args[0])} IS NOT NULL)"
