"""CREATE, ALTER, DROP, DESC and SHOW STORAGE VOLUME, and which one is the default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.storage_volumes import (
    PARTITIONED,
    check_credentials,
    check_name,
    check_new,
    check_params,
    find_volume,
    shown_params,
)
from starrocks_embedded.errors import analysis_error, failure
from starrocks_embedded.metadata.rights import denied, holds_kind
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

DETAILS = columns("Name:768|Type|IsDefault|Location|Params:768|Enabled:768|Comment")


@dataclass
class CreateStorageVolume(Statement):
    name: str
    if_not_exists: bool
    type: str
    locations: tuple[str, ...]
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class AlterStorageVolume(Statement):
    name: str
    if_exists: bool
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class DropStorageVolume(Statement):
    name: str
    if_exists: bool


@dataclass
class SetDefaultStorageVolume(Statement):
    name: str


# ---- reading


@grammar("CREATE", "STORAGE", "VOLUME")
def parse_create(cursor: Cursor) -> CreateStorageVolume:
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.name_or_string()
    cursor.expect("TYPE", "=")
    type_ = cursor.identifier()
    cursor.expect("LOCATIONS", "=")
    statement = CreateStorageVolume(name, if_not_exists, type_, tuple(cursor.list_in_parentheses(cursor.string)))
    if cursor.accept("COMMENT"):
        statement.comment = cursor.string()
    if cursor.accept("PROPERTIES"):
        statement.properties = cursor.properties()
    return statement


@grammar("ALTER", "STORAGE", "VOLUME")
def parse_alter(cursor: Cursor) -> AlterStorageVolume:
    if_exists = cursor.accept("IF", "EXISTS")
    statement = AlterStorageVolume(cursor.name_or_string(), if_exists)
    cursor.separated(lambda: _clause(cursor, statement))
    return statement


def _clause(cursor: Cursor, statement: AlterStorageVolume) -> None:
    if cursor.expect_any("COMMENT", "SET") == "COMMENT":
        cursor.expect("=")
        statement.comment = cursor.string()
    else:
        statement.properties |= cursor.properties()


@grammar("DROP", "STORAGE", "VOLUME")
def parse_drop(cursor: Cursor) -> DropStorageVolume:
    if_exists = cursor.accept("IF", "EXISTS")
    return DropStorageVolume(cursor.name_or_string(), if_exists)


def parse_set_default(cursor: Cursor) -> SetDefaultStorageVolume:
    """Behind the word SET."""
    name = cursor.name_or_string()
    cursor.expect("AS", "DEFAULT", "STORAGE", "VOLUME")
    return SetDefaultStorageVolume(name)


@grammar("SHOW", "STORAGE", "VOLUMES")
def parse_show(cursor: Cursor) -> Show:
    return Show(show_volumes, pattern=cursor.string() if cursor.accept("LIKE") else None)


@grammar("DESC", "STORAGE", "VOLUME")
@grammar("DESCRIBE", "STORAGE", "VOLUME")
def parse_describe(cursor: Cursor) -> Show:
    return Show(describe_volume, argument=cursor.name_or_string())


# ---- changing


@executes(CreateStorageVolume)
def create_volume(session: Session, statement: CreateStorageVolume) -> Result:
    params, enabled = _parted(statement.properties)
    volume = model.StorageVolume(0, statement.name, statement.type, statement.locations, params)
    volume.enabled, volume.comment = enabled is not False, statement.comment
    check_new(volume)
    if find_volume(session.engine, volume.name) is not None:
        if statement.if_not_exists:
            return ok()
        raise failure(f"Storage volume '{volume.name}' already exists")
    with session.engine.catalog.change(session.connection) as change:
        volume.id, volume.type = session.engine.catalog.new_id(), volume.type.upper()
        change.put(volume)
    return ok()


def _parted(properties: dict[str, str]) -> tuple[dict[str, str], bool | None]:
    """The parameters, and whether the volume is switched on where that is said."""
    params = {name: value for name, value in properties.items() if name != "enabled"}
    said = properties.get("enabled")
    return params, None if said is None else said.lower() == "true"


@executes(AlterStorageVolume)
def alter_volume(session: Session, statement: AlterStorageVolume) -> Result:
    check_name(statement.name)
    params, enabled = _parted(statement.properties)
    for name in reversed(PARTITIONED):
        if name in params:
            raise failure(f"Storage volume property '{name}' is immutable!")
    volume = find_volume(session.engine, statement.name)
    if volume is None:
        if statement.if_exists:
            return ok()
        raise _missing(statement.name)
    check_params(volume.type, params)
    if enabled is False and volume.default:
        raise failure("Default volume can not be disabled")
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(volume)
        edited.enabled = volume.enabled if enabled is None else enabled
        edited.comment = statement.comment or volume.comment
        edited.params |= params
        check_credentials(edited)
    return ok()


def _missing(name: str) -> Exception:
    return failure(f"Storage volume '{name}' does not exist")


@executes(DropStorageVolume)
def drop_volume(session: Session, statement: DropStorageVolume) -> Result:
    volume = find_volume(session.engine, statement.name)
    if volume is None:
        if statement.if_exists:
            return ok()
        raise _missing(statement.name)
    if volume.default:
        raise failure("default storage volume can not be removed")
    with session.engine.catalog.change(session.connection) as change:
        change.delete(volume)
    return ok()


@executes(SetDefaultStorageVolume)
def set_default(session: Session, statement: SetDefaultStorageVolume) -> Result:
    chosen = find_volume(session.engine, statement.name)
    if chosen is None:
        raise _missing(statement.name)
    if not chosen.enabled:
        raise failure(f"Storage volume '{chosen.name}' is disabled")
    with session.engine.catalog.change(session.connection) as change:
        for volume in session.engine.catalog.all(model.StorageVolume):
            change.edit(volume).default = volume.id == chosen.id
    return ok()


# ---- showing


def show_volumes(session: Session, statement: Show) -> Result:
    found = session.engine.catalog.all(model.StorageVolume)
    rows = [(v.name,) for v in found if holds_kind(session, "STORAGE VOLUME", (str(v.id),))]
    return filtered(statement, header(columns("Storage Volume:768"), rows))


def describe_volume(session: Session, statement: Show) -> Result:
    volume = find_volume(session.engine, statement.argument)
    if volume is None:
        raise analysis_error(f"Unknown storage volume: {statement.argument}")
    if not holds_kind(session, "STORAGE VOLUME", (str(volume.id),)):
        raise denied(session, "ANY", "STORAGE VOLUME", volume.name)
    row = (
        volume.name,
        volume.type,
        str(volume.default).lower(),
        ", ".join(volume.locations),
        shown_params(volume.params),
        str(volume.enabled).lower(),
        volume.comment,
    )
    return header(DETAILS, [row])
