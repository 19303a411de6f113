"""ADMIN SHOW and SET FRONTEND CONFIG, SYNC, HELP, LOCK TABLES: what a server answers beside its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import analysis_error
from starrocks_embedded.metadata.config import config_keys, config_value, set_config
from starrocks_embedded.metadata.rights import require_system
from starrocks_embedded.result import Column, Result, ok
from starrocks_embedded.statements.describe import locate
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import char, varchar

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CONFIG = columns("Key:90|AliasNames:90|Value:90|Type:90|IsMutable:90|Comment:90")


# ---- configuration


@dataclass
class SetConfig(Statement):
    name: str
    value: str


@grammar("ADMIN", "SHOW", "FRONTEND", "CONFIG")
def parse_show_config(cursor: Cursor) -> Show:
    return Show(show_config, pattern=cursor.string() if cursor.accept("LIKE") else None)


def show_config(session: Session, statement: Show) -> Result:
    require_system(session, "OPERATE")
    engine = session.engine
    rows = [
        (k.name, k.aliases, config_value(engine, k.name), k.type, str(k.mutable).lower(), k.comment)
        for k in sorted(config_keys(engine.version).values(), key=lambda k: k.name)
    ]
    return filtered(statement, header(CONFIG, rows), ignore_case=True)


@grammar("ADMIN", "SET", "FRONTEND", "CONFIG")
def parse_set_config(cursor: Cursor) -> SetConfig:
    cursor.expect("(")
    name = cursor.string()
    cursor.expect("=")
    statement = SetConfig(name, cursor.string())
    cursor.expect(")")
    cursor.accept("WITH", "PERSISTENT")
    return statement


@executes(SetConfig)
def set_frontend_config(session: Session, statement: SetConfig) -> Result:
    set_config(session, statement.name, statement.value)
    return ok()


# ---- what is accepted and changes nothing


@dataclass
class Nothing(Statement):
    """A statement with no effect on one process."""


@grammar("SYNC")
def parse_sync(cursor: Cursor) -> Nothing:
    return Nothing()


@grammar("UNLOCK", "TABLES")
def parse_unlock(cursor: Cursor) -> Nothing:
    return Nothing()


@grammar("LOCK", "TABLES")
def parse_lock(cursor: Cursor) -> Nothing:
    cursor.separated(lambda: _lock_item(cursor))
    return Nothing()


def _lock_item(cursor: Cursor) -> None:
    cursor.identifier()
    if cursor.accept("AS") or not cursor.looking_at_any("READ", "LOW_PRIORITY", "WRITE"):
        cursor.identifier()
    if cursor.accept("READ"):
        cursor.accept("LOCAL")
    else:
        cursor.accept("LOW_PRIORITY")
        cursor.expect("WRITE")


@executes(Nothing)
def do_nothing(session: Session, statement: Nothing) -> Result:
    return ok()


@grammar("HELP")
def parse_help(cursor: Cursor) -> Show:
    return Show(show_help, argument=cursor.name_or_string())


def show_help(session: Session, statement: Show) -> Result:
    return header([Column("name", varchar(64), 192), Column("is_it_category", char(1), 3)])


# ---- what needs a cluster and is checked before it is refused


@dataclass
class RefreshExternalTable(Statement):
    name: tuple[str, ...]


@grammar("REFRESH", "EXTERNAL", "TABLE")
def parse_refresh_external(cursor: Cursor) -> RefreshExternalTable:
    statement = RefreshExternalTable(cursor.qualified_name(3))
    if cursor.accept("PARTITION"):
        cursor.list_in_parentheses(cursor.string)
    return statement


@executes(RefreshExternalTable)
def refresh_external_table(session: Session, statement: RefreshExternalTable) -> Result:
    """Tables of the internal catalog are no external tables: the server does not find them."""
    _, table = locate(session, statement.name)
    raise analysis_error(f"Unknown table '{table}'", code=5502)


@grammar("DROP", "ALL", "ANALYZE", "JOB")
def parse_drop_all_analyze(cursor: Cursor) -> Nothing:
    if not cursor.version.at_least("3.5"):
        raise cursor.unknown_head()
    return Nothing()
