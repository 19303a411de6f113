"""Warehouses, of which a server of shared-nothing mode has one: SET WAREHOUSE is refused, and whoever sets the session
variable to another name gets no further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

DEFAULT_WAREHOUSE = "default_warehouse"
WRITING = ("Insert", "Delete", "Update", "CreateTableAsSelect")


class SetWarehouse(Statement):
    """SET WAREHOUSE name"""


@grammar("SET", "WAREHOUSE")
def parse_set_warehouse(cursor: Cursor) -> Statement:
    if cursor.looking_at("=") or not cursor.version.at_least("3.5"):  # the session variable of that name
        from starrocks_embedded.statements.set_variables import parse_set

        cursor.at -= 1
        return parse_set(cursor)
    cursor.name_or_string()
    return SetWarehouse()


@executes(SetWarehouse)
def set_warehouse(session: Session, statement: SetWarehouse) -> Any:
    raise StarRocksError(5907, "Getting analyzing error. Detail message: unsupported statement in shared_nothing mode.")


def is_default(name: str) -> bool:
    return name.lower() == DEFAULT_WAREHOUSE


def check_warehouse(session: Session, statement: Statement) -> None:
    """The variable takes any name. 3.5 looks the warehouse up for every statement, the others for those that are sent
    to a back end."""
    name, version = session.variables["warehouse"], session.engine.version
    of_every = version.at_least("3.5") and not version.at_least("4.0")
    if not is_default(name) and (of_every or _needs_back_end(statement)):
        raise analysis_error(f"Warehouse {name} not exist")


def _needs_back_end(statement: Any) -> bool:
    if type(statement).__name__ == "SelectStatement":
        return getattr(statement.query.body, "source", None) is not None
    return type(statement).__name__ in WRITING


def check_hint(session: Session, name: str) -> None:
    """SET_VAR(warehouse = …): from 4.0 on it must be there."""
    if session.engine.version.at_least("4.0") and not is_default(name):
        raise StarRocksError(5901, f"Warehouse name: {name} not exist.")
