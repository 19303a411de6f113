"""CREATE TABLE … AS SELECT: column types from a query, then its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.result import Result
from starrocks_embedded.statements.registry import Statement, executes
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.definitions import IndexDef, TableClauses

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class CreateTableAsSelect(Statement):
    name: tuple[str, ...]
    if_not_exists: bool
    temporary: bool
    columns: tuple[str, ...]
    indexes: list[IndexDef]
    clauses: TableClauses
    query: ast.Query = field(default_factory=lambda: ast.Query(ast.Values([])))


@executes(CreateTableAsSelect)
def create_table_as_select(session: Session, statement: CreateTableAsSelect) -> Result:
    from starrocks_embedded.errors import unsupported

    raise unsupported("CREATE TABLE AS SELECT")
