"""BEGIN, COMMIT, ROLLBACK: no-ops before 3.5; from then on a transaction that holds the rows of its statements.

Its own changes are not visible to it and a table is written once, so the rows wait staged until COMMIT stores them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.visibility import committed, withhold
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class Explicit:
    """An open transaction. A write is a staged batch, its rules, and what to do with it (insert or delete)."""

    id: int
    label: str
    database_id: int = 0
    tables: dict[int, str] = field(default_factory=dict)
    writes: list[tuple[Any, Any, str]] = field(default_factory=list)


@dataclass
class Begin(Statement):
    label: str = ""


@dataclass
class Commit(Statement):
    pass


@dataclass
class Rollback(Statement):
    pass


@grammar("BEGIN")
def parse_begin(cursor: Cursor) -> Begin:
    cursor.accept("WORK")
    return Begin(_label(cursor))


@grammar("START", "TRANSACTION")
def parse_start(cursor: Cursor) -> Begin:
    if cursor.accept("WITH", "CONSISTENT", "SNAPSHOT"):
        return Begin()
    return Begin(_label(cursor))


def _label(cursor: Cursor) -> str:
    if cursor.version.at_least("4.1") and cursor.accept("WITH", "LABEL"):
        return cursor.identifier()
    return ""


@grammar("COMMIT")
def parse_commit(cursor: Cursor) -> Commit:
    _completion(cursor)
    return Commit()


@grammar("ROLLBACK")
def parse_rollback(cursor: Cursor) -> Rollback:
    _completion(cursor)
    return Rollback()


def _completion(cursor: Cursor) -> None:
    """[WORK] [AND [NO] CHAIN] [[NO] RELEASE]"""
    cursor.accept("WORK")
    if cursor.accept("AND"):
        cursor.accept("NO")
        cursor.expect("CHAIN")
    if cursor.accept("NO"):
        cursor.expect("RELEASE")
    else:
        cursor.accept("RELEASE")


# ---- life of a transaction


def current(session: Session) -> Explicit | None:
    return session.transaction if isinstance(session.transaction, Explicit) else None


@executes(Begin)
def begin(session: Session, statement: Begin) -> Result:
    if not session.engine.version.at_least("3.5"):
        return ok()
    if statement.label:
        labels.check_label(statement.label)
    opened = current(session)
    if opened is None:
        opened = Explicit(session.engine.catalog.new_id(), statement.label or str(uuid.uuid4()))
        session.transaction = opened
    elif statement.label and statement.label != opened.label:
        raise analysis_error(
            f"Transaction already exists with label '{opened.label}', "
            f"cannot begin with different label '{statement.label}'"
        )
    return ok(info=labels.ok_info(opened.label, "PREPARE", opened.id))


@executes(Commit)
def commit(session: Session, statement: Commit) -> Result:
    del statement
    opened = current(session)
    if opened is None:
        return ok()
    session.transaction = None
    if any(batch.table.temporary_session for batch, _, _ in opened.writes):
        session.transaction = opened
        abandon(session)
        message = 'Cannot invoke "com.starrocks.catalog.Table.getId()" because "targetTable" is null'
        raise failure(message)  # temporary tables cannot be written in a transaction: the server stumbles here
    if not opened.writes:
        return ok(info=labels.ok_info(opened.label, "VISIBLE", opened.id))
    _store(session, opened)
    return ok(info=committed(session, opened.label, opened.id, [batch.table for batch, _, _ in opened.writes]))


def _store(session: Session, opened: Explicit) -> None:
    from starrocks_embedded.statements.staging import drop_stage
    from starrocks_embedded.statements.storing import remove, store

    catalog = session.engine.catalog
    with catalog.change(session.connection, opened.tables) as change:
        for batch, rules, action in opened.writes:
            withhold(session.engine, change, batch.table)
            if action == "delete":
                remove(change, batch)
            else:
                store(session, change, batch, rules)
            drop_stage(session, batch)
        table = opened.writes[0][0].table
        labels.remember(change, table, opened.label, opened.id, sum(b.rows for b, _, _ in opened.writes))


@executes(Rollback)
def rollback(session: Session, statement: Rollback) -> Result:
    del statement
    opened = current(session)
    if opened is None:
        return ok()
    abandon(session)
    return ok(info=labels.ok_info(opened.label, "ABORTED", opened.id))


def abandon(session: Session) -> None:
    """Forgets what the open transaction holds."""
    from starrocks_embedded.statements.staging import drop_stage

    opened = current(session)
    session.transaction = None
    for batch, _, _ in opened.writes if opened else ():
        drop_stage(session, batch)


# ---- what a transaction refuses


def joined(
    session: Session, opened: Explicit, table: model.Table, read: Iterable[ast.TableRef] = (), selects: bool = True
) -> None:
    """Lets a statement that writes `table` into the transaction, or refuses it."""
    if selects:
        check_reads(session, read)
    if opened.database_id and opened.database_id != table.database_id:
        message = "Cannot execute cross-database transactions. All DML target tables must belong to the same db"
        raise StarRocksError(5304, message)
    reads = {t.table.id for t in read if isinstance(t.table, model.Table)}
    if table.id in opened.tables or reads & set(opened.tables):
        message = "NOT allowed to read or write tables that have been subjected to DML operations before"
        raise StarRocksError(5303, message)
    if not opened.tables and labels.is_used(session.engine.catalog, table.database_id, opened.label):
        raise StarRocksError(1064, f"Label [{opened.label}] has already been used.")
    opened.database_id = table.database_id
    opened.tables[table.id] = table.name


def check_reads(session: Session, read: Iterable[ast.TableRef]) -> None:
    """A table that the transaction wrote cannot be read in it."""
    opened = current(session)
    if opened is None:
        return
    for reference in read:
        if isinstance(reference.table, model.Table) and reference.table.id in opened.tables:
            if not session.engine.version.at_least("4.0"):
                message = "NOT allowed to read or write tables that have been subjected to DML operations before"
                raise StarRocksError(5303, message)
            message = f"SELECT cannot read table '{reference.table.name}' modified earlier in the same transaction"
            raise analysis_error(message, code=5307)


def check_allowed(session: Session, statement: Statement) -> None:
    """Refuses what an explicit transaction cannot carry; called before any statement runs."""
    if current(session) is None:
        return
    name, newer = type(statement).__name__, session.engine.version.at_least("4.0")
    allowed = OLD_ALLOWED | NEW_ALLOWED if newer else OLD_ALLOWED
    if name in allowed and not (name == "Insert" and getattr(statement, "overwrite", False)):
        return
    listed = "begin/commit/rollback/insert/update/delete/set/select statements" if newer else "insert statement"
    raise analysis_error(f"Explicit transaction only support {listed}", code=5305)


OLD_ALLOWED = {"Begin", "Commit", "Rollback", "Insert"}
NEW_ALLOWED = {"Update", "Delete", "SelectStatement", "SetVariables", "Explain"}
