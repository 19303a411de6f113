"""Properties of users: the connection limit, catalog and database to start in, session variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.metadata.databases import database_exists
from starrocks_embedded.metadata.variables import Assignment, checked

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

DEFAULTS = {"max_user_connections": "1024", "catalog": "default_catalog", "database": ""}
SESSION = "session."
WRAPPER = "Getting analyzing error. Detail message: "


def checked_properties(session: Session, properties: dict[str, str]) -> dict[str, str]:
    """The properties by their canonical names, or the refusal."""
    return dict(_checked(session, key, value) for key, value in properties.items())


def _checked(session: Session, key: str, value: str) -> tuple[str, str]:
    folded = key.lower()
    if folded == "max_user_connections":
        if not value.isdigit() or not 1 <= int(value) <= 10000:
            raise failure("max_user_connections is not valid, the value must be between 1 and 10000")
    elif folded == "catalog":
        if value != "default_catalog":
            raise StarRocksError(5078, f"Unknown catalog '{value}'")
    elif folded == "database":
        if not database_exists(session.engine, value):
            raise failure(f"default_catalog.{value} not exists")
    elif folded.startswith(SESSION):
        _check_variable(session, folded.removeprefix(SESSION), value)
    else:
        raise failure(f"Unknown user property({key})")
    return folded, value


def _check_variable(session: Session, name: str, value: str) -> None:
    try:
        checked(session, Assignment(name, value))
    except StarRocksError as error:
        message = error.message.removeprefix(WRAPPER)
        raise StarRocksError(error.code, message.removesuffix(".")) from error


def listed_properties(session: Session, user: model.User) -> list[tuple[str, str]]:
    """SHOW PROPERTY: the three that always are, then session variables."""
    rows = [(key, user.properties.get(key, default)) for key, default in DEFAULTS.items()]
    return rows + [(k, v) for k, v in user.properties.items() if k.startswith(SESSION)]
