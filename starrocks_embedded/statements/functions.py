"""Functions of users: CREATE FUNCTION … RETURNS <expression> since 4.1, DROP FUNCTION, SHOW FUNCTIONS.

A server refuses to make any unless its configuration says enable_udf = true, which cannot be changed while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.analysis.sql_functions import analyzed_body, parsed
from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.metadata.config import config_value
from starrocks_embedded.metadata.databases import database_exists
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.datatypes import parse_type
from starrocks_embedded.types import Type, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

FUNCTIONS = columns("Function Name:768")
FULL_FUNCTIONS = columns("Signature:768|Return Type:96|Function Type:48|Intermediate Type:48|Properties:48")
GLOBAL = "__global_udf_db__"
TYPE_ENDS = (",", ")", "(", "<")


@dataclass
class CreateFunction(Statement):
    """With `body` it is a SQL function, without one a function in Java or Python."""

    name: tuple[str, ...]
    is_global: bool
    or_replace: bool = False
    if_not_exists: bool = False
    parameters: list[tuple[str, Type]] = field(default_factory=list)
    body: str = ""


@dataclass
class DropFunction(Statement):
    name: tuple[str, ...]
    types: list[Type]
    variadic: bool
    is_global: bool = False


# ---- grammar


def _create(*words: str) -> None:
    @grammar("CREATE", *words, "FUNCTION")
    def parse(cursor: Cursor) -> CreateFunction:
        return _parse_create(cursor, words)

    @grammar("CREATE", "OR", "REPLACE", *words, "FUNCTION")
    def parse_replace(cursor: Cursor) -> CreateFunction:
        if not cursor.version.at_least("3.5"):
            raise cursor.unexpected("VIEW")
        return _parse_create(cursor, words, or_replace=True)


for _kind in ((), ("GLOBAL",), ("TABLE",), ("AGGREGATE",), ("GLOBAL", "TABLE"), ("GLOBAL", "AGGREGATE")):
    _create(*_kind)


def _parse_create(cursor: Cursor, words: tuple[str, ...], or_replace: bool = False) -> CreateFunction:
    exists = cursor.version.at_least("3.5") and cursor.accept("IF", "NOT", "EXISTS")
    statement = CreateFunction(cursor.qualified_name(2), "GLOBAL" in words, or_replace, exists)
    in_sql = cursor.version.at_least("4.1") and not {"TABLE", "AGGREGATE"} & set(words)
    cursor.expect("(")
    if in_sql and cursor.at_identifier() and cursor.peek().key not in TYPE_ENDS:
        statement.parameters = cursor.separated(lambda: (cursor.identifier(), parse_type(cursor)))
        cursor.expect(")")
        cursor.expect("RETURNS")
        _read_body(cursor, statement)
        return statement
    has_types = not cursor.looking_at(")")
    _types(cursor)
    cursor.expect("RETURNS")
    if in_sql and not has_types and not cursor.at_identifier():
        _read_body(cursor, statement)
    else:
        parse_type(cursor)
        _skip_properties(cursor)
    return statement


def _read_body(cursor: Cursor, statement: CreateFunction) -> None:
    from starrocks_embedded.syntax.expressions import parse_expression

    start = cursor.token
    parse_expression(cursor)
    statement.body = cursor.source_since(start)


def _skip_properties(cursor: Cursor) -> None:
    if cursor.accept("PROPERTIES"):
        cursor.properties()
    while not cursor.done:
        cursor.advance()


def _types(cursor: Cursor) -> tuple[list[Type], bool]:
    """The types up to the closing parenthesis, and whether `...` follows them."""
    types: list[Type] = []
    while not cursor.accept(")"):
        if cursor.token.text == "." or cursor.token.text == "...":
            while cursor.token.text in (".", "..."):
                cursor.advance()
            cursor.expect(")")
            return types, True
        types.append(parse_type(cursor))
        if not cursor.looking_at(")"):
            cursor.expect(",")
    return types, False


@grammar("DROP", "FUNCTION")
def parse_drop_function(cursor: Cursor) -> DropFunction:
    if cursor.version.at_least("3.5"):
        cursor.accept("IF", "EXISTS")
    name = cursor.qualified_name(2)
    cursor.expect("(")
    types, variadic = _types(cursor)
    return DropFunction(name, types, variadic)


@grammar("DROP", "GLOBAL", "FUNCTION")
def parse_drop_global_function(cursor: Cursor) -> DropFunction:
    statement = parse_drop_function(cursor)
    statement.is_global = True
    return statement


# ---- making and dropping


@executes(CreateFunction)
def create_function(session: Session, statement: CreateFunction) -> Result:
    _require_enabled(session)
    home = _home(session, statement.name, statement.is_global)
    if not statement.body:
        raise unsupported("A function in Java or Python")
    made = _defined(session, statement, home)
    if statement.or_replace and statement.if_not_exists:
        both = '"IF NOT EXISTS" and "OR REPLACE" cannot be used together in the same CREATE statement'
        raise failure(both)
    before = _find(session, home, made.name, [t for _, t in made.parameters])
    if before is not None and not statement.or_replace:
        if statement.if_not_exists:
            return ok()
        raise failure("function already exists")
    with session.engine.catalog.change(session.connection, [home]) as change:
        if before is not None:
            change.delete(before)
        change.put(made)
    return ok()


def _require_enabled(session: Session) -> None:
    if config_value(session.engine, "enable_udf") != "true":
        more = "" if session.engine.version.at_least("3.5") else " or "
        raise analysis_error(f"UDF is not enabled in FE, please configure enable_udf=true in fe/conf/fe.conf{more}")


def _home(session: Session, name: tuple[str, ...], is_global: bool) -> int:
    """The id of the database that holds the function; 0 for a global one."""
    return 0 if is_global else session.database(session.resolve(name)[1], "default_catalog").id


def _defined(session: Session, statement: CreateFunction, home: int) -> model.SqlFunction:
    from starrocks_embedded.analysis.context import Context
    from starrocks_embedded.analysis.scope import OutputColumn

    taken: set[str] = set()
    for name, _ in statement.parameters:
        if name in taken:
            raise analysis_error(f"Duplicate argument name {name} in function args")
        taken.add(name)
    context = Context.of(session)
    offered = [OutputColumn(name, type_, True, name) for name, type_ in statement.parameters]
    body = analyzed_body(parsed(statement.body, context), offered, context)
    return model.SqlFunction(
        session.engine.catalog.new_id(), home, statement.name[-1].lower(), tuple(statement.parameters), body.type,
        statement.body,
    )  # fmt: skip


def _find(session: Session, home: int, name: str, types: list[Type]) -> model.SqlFunction | None:
    for function in session.engine.catalog.all(model.SqlFunction):
        same_types = [_shown(t) for _, t in function.parameters] == [_shown(t) for t in types]
        if same_types and (function.database_id, function.name) == (home, name):
            return function
    return None


@executes(DropFunction)
def drop_function(session: Session, statement: DropFunction) -> Result:
    """IF EXISTS does not help where there is none."""
    home = _home(session, statement.name, statement.is_global)
    name = statement.name[-1].lower()
    found = None if statement.variadic else _find(session, home, name, statement.types)
    if found is None:
        database = GLOBAL if statement.is_global else session.resolve(statement.name)[1]
        listed = [_shown(t) for t in statement.types] + (["..."] if statement.variadic else [])
        raise analysis_error(f"Unknown function '{database}.{name}({', '.join(listed)})'", code=1055)
    with session.engine.catalog.change(session.connection, [home]) as change:
        change.delete(found)
    return ok()


def _shown(type_: Type) -> str:
    """A type as signatures print it, without its length."""
    return type_.name.upper() if type_.is_string else to_sql(type_).upper().split("(", 1)[0]


# ---- SHOW


def _show(*words: str) -> None:
    @grammar("SHOW", *words, "FUNCTIONS")
    def parse(cursor: Cursor) -> Show:
        statement = Show(show_functions, argument=words)
        if cursor.accept_any("FROM", "IN"):
            statement.scope = cursor.qualified_name(2)
        read_filters(cursor, statement, like=True, where=True, ordered=False)
        return statement


for _words in ((), ("GLOBAL",), ("BUILTIN",), ("FULL",), ("FULL", "GLOBAL"), ("FULL", "BUILTIN")):
    _show(*_words)


def show_functions(session: Session, statement: Show) -> Result:
    if statement.where is not None:
        raise analysis_error("Only support like 'function_pattern' syntax.", code=5081)
    full, which = "FULL" in statement.argument, FULL_FUNCTIONS if "FULL" in statement.argument else FUNCTIONS
    if "BUILTIN" in statement.argument:
        if full:
            raise unsupported("SHOW FULL BUILTIN FUNCTIONS")
        return filtered(statement, header(which, [(n,) for n in _built_in_names(session)]))
    found = _listed(session, statement)
    rows = [_full_row(f) for f in found] if full else [(n,) for n in dict.fromkeys(f.name for f in found)]
    return filtered(statement, header(which, rows))


def _built_in_names(session: Session) -> list[str]:
    from starrocks_embedded.analysis.functions import names

    return names(session.engine.version)


def _listed(session: Session, statement: Show) -> list[model.SqlFunction]:
    home = 0
    if "GLOBAL" not in statement.argument:
        name = statement.scope[-1] if statement.scope else session.database_name
        if not name:
            raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
        if not database_exists(session.engine, name):
            raise analysis_error(f"Unknown database '{name}'", code=5501)
        database = session.engine.catalog.database(name)
        home = database.id if database else -1
    found = [f for f in session.engine.catalog.all(model.SqlFunction) if f.database_id == home]
    return sorted(found, key=lambda f: f.name)


def _full_row(function: model.SqlFunction) -> tuple[str, ...]:
    types = ",".join(_shown(t) for _, t in function.parameters)
    return f"{function.name}({types})", _shown(function.result), "SQL", "NULL", ""
