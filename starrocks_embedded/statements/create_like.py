"""CREATE TABLE … LIKE: another table's definition without its data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.result import Result
from starrocks_embedded.statements.registry import Statement, executes
from starrocks_embedded.syntax.definitions import TableClauses

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


@dataclass
class CreateTableLike(Statement):
    name: tuple[str, ...]
    source: tuple[str, ...]
    if_not_exists: bool = False
    temporary: bool = False
    clauses: TableClauses = field(default_factory=TableClauses)


@executes(CreateTableLike)
def create_table_like(session: Session, statement: CreateTableLike) -> Result:
    from starrocks_embedded.errors import unsupported

    raise unsupported("CREATE TABLE LIKE")
