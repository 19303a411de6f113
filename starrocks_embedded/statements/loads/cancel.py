"""CANCEL LOAD and ALTER LOAD: they are about broker jobs that wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

WAITING = ("PENDING", "QUEUEING", "LOADING")
PRIORITIES = ("HIGHEST", "HIGH", "NORMAL", "LOW", "LOWEST")


@dataclass
class CancelLoad(Statement):
    database: str
    where: ast.Expr | None


@dataclass
class AlterLoad(Statement):
    name: tuple[str, ...]
    properties: dict[str, str] = field(default_factory=dict)


@grammar("CANCEL", "LOAD")
def parse_cancel(cursor: Cursor) -> CancelLoad:
    from starrocks_embedded.syntax.expressions import parse_expression

    database = cursor.identifier() if cursor.accept("FROM") else ""
    return CancelLoad(database, parse_expression(cursor) if cursor.accept("WHERE") else None)


@grammar("ALTER", "LOAD", "FOR")
def parse_alter(cursor: Cursor) -> AlterLoad:
    name = cursor.qualified_name(2)
    return AlterLoad(name, cursor.properties() if cursor.accept("PROPERTIES") else {})


@executes(CancelLoad)
def cancel_load(session: Session, statement: CancelLoad) -> Result:
    label = _label(statement.where)
    load = _waiting(session, statement.database, label)
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(load)
        edited.state, edited.message, edited.finished = "CANCELLED", "type:USER_CANCEL; msg:user cancel", now_text()
    return ok()


def _label(where: ast.Expr | None) -> str:
    if isinstance(where, ast.Binary) and where.op == "=" and isinstance(where.left, ast.ColumnRef):
        value = where.right
        if where.left.parts[-1].lower() == "label" and isinstance(value, ast.Literal) and value.kind == "string":
            return str(value.value)
    raise analysis_error('Where clause should looks like: LABEL = "your_load_label"')


@executes(AlterLoad)
def alter_load(session: Session, statement: AlterLoad) -> Result:
    for key, value in statement.properties.items():
        if key != "priority":
            raise analysis_error(f"{key} is invalid property")
        if value.upper() not in PRIORITIES:
            raise analysis_error("priority should in HIGHEST/HIGH/NORMAL/LOW/LOWEST")
    _waiting(session, statement.name[0] if len(statement.name) > 1 else "", statement.name[-1])
    return ok()


def _waiting(session: Session, database: str, label: str) -> model.Load:
    """The job of that label that is not done yet."""
    name = database or session.database_name
    if not name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    found = session.database(name)
    jobs = [
        load
        for load in session.engine.catalog.all(model.Load)
        if load.database_id == found.id and load.label == label and load.kind != "STREAM_LOAD"
    ]
    if not jobs:
        raise failure("Load job does not exist")
    waiting = [load for load in jobs if load.state in WAITING]
    if not waiting:
        raise failure(f"There is no uncompleted job which label is {label}")
    return waiting[0]
