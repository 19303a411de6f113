"""CALL of a procedure, of which only external catalogs have some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starrocks_embedded.errors import failure, unsupported
from starrocks_embedded.statements.registry import STARTS, Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.expressions import parse_expression

if TYPE_CHECKING:
    from starrocks_embedded.result import Result
    from starrocks_embedded.session import Session


@dataclass
class Call(Statement):
    name: tuple[str, ...]


@grammar("CALL")
def parse_call(cursor: Cursor) -> Call:
    if not cursor.version.at_least("4.1"):
        cursor.at -= 1
        raise cursor.unexpected(*(word for word in STARTS if word != "CALL"), "(", ";")
    name = cursor.qualified_name()
    cursor.expect("(")
    if not cursor.looking_at(")"):
        cursor.separated(lambda: _named(cursor) if _is_named(cursor) else parse_expression(cursor))
    cursor.expect(")")
    return Call(name)


def _is_named(cursor: Cursor) -> bool:
    return cursor.at_identifier() and cursor.peek().key in ("=>", "=")


def _named(cursor: Cursor) -> ast.Expr:
    cursor.identifier()
    cursor.expect_any("=>", "=")
    return parse_expression(cursor)


@executes(Call)
def call(session: Session, statement: Call) -> Result:
    catalog = statement.name[0] if len(statement.name) == 3 else session.catalog_name
    if catalog != "default_catalog":
        raise unsupported("CALL of a procedure in an external catalog")
    raise failure("This connector doesn't support getting procedure")
