"""Which parser reads a statement and which function carries it out.

A family's module holds all of a statement: its dataclass, its grammar, its execution.

    @dataclass
    class DropView(Statement):
        name: tuple[str, ...]
        if_exists: bool

    @grammar("DROP", "VIEW")
    def parse_drop_view(cursor: Cursor) -> DropView: ...      # the head's words are read already

    @executes(DropView)
    def drop_view(session: Session, statement: DropView) -> Result: ..."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from starrocks_embedded.errors import Span
from starrocks_embedded.syntax.ast import NOWHERE
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.result import Result
    from starrocks_embedded.session import Session

P = TypeVar("P", bound=Callable[..., Any])


@dataclass(kw_only=True)
class Statement:
    """`text` is the statement's source text without its semicolon, `preface` the comments before it."""

    text: str = ""
    preface: str = ""
    span: Span = NOWHERE


GRAMMAR: dict[tuple[str, ...], Callable[[Cursor], Statement]] = {}
EXECUTORS: dict[type[Statement], Callable[[Any, Any], Any]] = {}


def grammar(*head: str) -> Callable[[P], P]:
    """Registers a parser for statements that begin with these keywords; the longest head wins."""

    def register(function: P) -> P:
        if head in GRAMMAR:
            raise ValueError(f"two parsers for {' '.join(head)}")
        GRAMMAR[head] = function
        return function

    return register


def executes(kind: type[Statement]) -> Callable[[P], P]:
    def register(function: P) -> P:
        EXECUTORS[kind] = function
        return function

    return register


def parse_statement(cursor: Cursor) -> Statement:
    """Reads one statement up to its end; StarRocks' syntax error where it is none."""
    start, preface = cursor.token, cursor.gap()
    for length in range(_longest_head(), 0, -1):
        head = tuple(cursor.peek(i).key for i in range(length))
        if head in GRAMMAR:
            cursor.accept(*head)
            statement = GRAMMAR[head](cursor)
            break
    else:
        raise cursor.unexpected("a legal identifier")
    if not cursor.done:
        raise cursor.unexpected("<EOF>", ";")
    statement.span = cursor.since(start)
    statement.text, statement.preface = cursor.source_since(start), preface
    return statement


def _longest_head() -> int:
    return max(map(len, GRAMMAR))


def execute(session: Session, statement: Statement) -> Result:
    from starrocks_embedded.metadata.rights import is_unlimited

    if "warehouse" in session.variables:
        from starrocks_embedded.statements.warehouses import check_warehouse

        check_warehouse(session, statement)
    if session.engine.externals:
        from starrocks_embedded.statements.external import dispatch

        if (answer := dispatch.answer(session, statement)) is not None:
            return answer
    if session.transaction is not None:
        from starrocks_embedded.statements.transactions import check_allowed

        check_allowed(session, statement)
    if not is_unlimited(session):
        from starrocks_embedded.statements.access import check_access

        check_access(session, statement)
    return EXECUTORS[type(statement)](session, statement)  # type: ignore[no-any-return]
