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

from starrocks_embedded.errors import Span, StarRocksError
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


STARTS = (  # the first words of all statements, of those too that the engine does not have
    "ADD", "ADMIN", "ALTER", "ANALYZE", "BACKUP", "BEGIN", "CACHE", "CALL", "CANCEL", "CLEAN", "CLEAR", "COMMIT",
    "CREATE", "DEALLOCATE", "DELETE", "DESC", "DESCRIBE", "DISABLE", "DROP", "ENABLE", "EXECUTE", "EXPLAIN", "EXPORT",
    "GRANT", "HELP", "INSERT", "INSTALL", "KILL", "LOAD", "LOCK", "PAUSE", "PREPARE", "RECOVER", "REFRESH", "RESTORE",
    "RESUME", "REVOKE", "ROLLBACK", "SELECT", "SET", "SHOW", "START", "STOP", "SUBMIT", "SUSPEND", "SYNC", "TRACE",
    "TRANSLATE", "TRUNCATE", "UNINSTALL", "UNLOCK", "UPDATE", "USE", "WITH",
)  # fmt: skip

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
    cursor.begun = start
    for length in range(_longest_head(), 0, -1):
        head = tuple(cursor.peek(i).key for i in range(length))
        if head in GRAMMAR:
            cursor.accept(*head)
            statement = GRAMMAR[head](cursor)
            break
    else:
        raise _no_statement(cursor)
    if not cursor.done:
        raise cursor.unexpected("<EOF>", ";")
    statement.span = cursor.since(start)
    statement.text, statement.preface = cursor.source_since(start), preface
    return statement


def _longest_head() -> int:
    return max(map(len, GRAMMAR))


def _no_statement(cursor: Cursor) -> StarRocksError:
    """The complaint about the first word that no statement continues with."""
    keys = [cursor.peek(i).key for i in range(_longest_head())]
    known = max((_agreement(head, keys) for head in GRAMMAR), default=0)
    if not known:
        return cursor.unexpected(*STARTS, "(", ";")
    for _ in range(known):
        cursor.advance()
    return cursor.no_viable()


def _agreement(head: tuple[str, ...], keys: list[str]) -> int:
    return next((i for i, (one, two) in enumerate(zip(head, keys, strict=False)) if one != two), len(head))


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
