"""SET: session, global and user variables, NAMES, CHARACTER SET, TRANSACTION, PASSWORD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import analysis_error
from starrocks_embedded.metadata import variables
from starrocks_embedded.metadata.constants import evaluate
from starrocks_embedded.metadata.variables import Assignment
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.passwords import SetPassword, parse_password, parse_user, set_password
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.types import Type, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

CHARACTER_SETS = ("utf8", "utf8mb4", "utf8mb3", "gbk")
FORGOTTEN = (
    "codegen_level", "max_execution_time", "profiling", "batch_size", "disable_bucket_join",
    "cbo_enable_replicated_join", "foreign_key_checks", "analyze_mv", "enable_cbo", "enable_vectorized_engine",
    "vectorized_engine_enable", "enable_vectorized_insert", "vectorized_insert_enable", "prefer_join_method",
    "rewrite_count_distinct_to_bitmap_hll",
)  # fmt: skip
SCOPES = ("GLOBAL", "SESSION", "LOCAL", "VERBOSE")
DEFAULT = object()


@dataclass
class SetNames:
    charset: str
    collation: str = ""


@dataclass
class SetTransaction:
    """Accepted and without effect: every statement stands for itself."""


@dataclass
class SetUserVariable:
    name: str
    value: ast.Expr


@dataclass
class SetSystemVariable:
    name: str
    value: Any  # an expression, or DEFAULT
    scope: str


@dataclass
class SetVariables(Statement):
    items: list[Any]


@grammar("SET")
def parse_set(cursor: Cursor) -> Statement:
    if cursor.peek().key == "AS" and cursor.peek(2).key == "DEFAULT":
        from starrocks_embedded.statements.storage_volumes import parse_set_default

        return parse_set_default(cursor)
    return SetVariables(cursor.separated(lambda: _item(cursor)))


def _item(cursor: Cursor) -> Any:
    if names := _names(cursor):
        return names
    if cursor.looking_at("PASSWORD", "=") or cursor.looking_at("PASSWORD", "FOR"):
        return _password(cursor)
    if cursor.looking_at("@") or cursor.looking_at("@@"):
        return _at_variable(cursor)
    scope = cursor.accept_any(*SCOPES) if cursor.peek().key != "=" else None
    if cursor.looking_at("TRANSACTION") and cursor.peek().key != "=":
        return _transaction(cursor)
    name = cursor.identifier()
    cursor.expect("=")
    return SetSystemVariable(name, _value(cursor), "global" if scope == "GLOBAL" else "session")


def _names(cursor: Cursor) -> SetNames | None:
    if cursor.peek().key == "=":
        return None
    if cursor.accept("NAMES"):
        charset = _name_or_default(cursor)
        return SetNames(charset, _name_or_default(cursor) if cursor.accept("COLLATE") else "")
    if cursor.accept("CHARSET") or cursor.accept("CHARACTER", "SET") or cursor.accept("CHAR", "SET"):
        return SetNames(_name_or_default(cursor))
    return None


def _name_or_default(cursor: Cursor) -> str:
    return "utf8" if cursor.accept("DEFAULT") else cursor.name_or_string()


def _password(cursor: Cursor) -> SetPassword:
    cursor.expect("PASSWORD")
    user = parse_user(cursor) if cursor.accept("FOR") else None
    cursor.expect("=")
    return SetPassword(user, *parse_password(cursor))


def _at_variable(cursor: Cursor) -> Any:
    if cursor.accept("@"):
        name = cursor.name_or_string()
        cursor.expect("=")
        return SetUserVariable(name, _expression(cursor))
    cursor.expect("@@")
    scope = "session"
    if cursor.peek().key == ".":
        scope = cursor.expect_any(*SCOPES).lower()
        cursor.expect(".")
    name = cursor.identifier()
    cursor.expect("=")
    return SetSystemVariable(name, _value(cursor), "global" if scope == "global" else "session")


def _transaction(cursor: Cursor) -> SetTransaction:
    cursor.expect("TRANSACTION")
    kinds = cursor.separated(lambda: _characteristic(cursor))
    if len(kinds) > 2 or len(set(kinds)) < len(kinds):
        raise cursor.unexpected("<EOF>", ";")
    return SetTransaction()


def _characteristic(cursor: Cursor) -> str:
    if cursor.accept("READ"):
        cursor.expect_any("ONLY", "WRITE")
        return "access"
    cursor.expect("ISOLATION", "LEVEL")
    if cursor.accept("READ"):
        cursor.expect_any("UNCOMMITTED", "COMMITTED")
    elif cursor.accept("REPEATABLE"):
        cursor.expect("READ")
    else:
        cursor.expect("SERIALIZABLE")
    return "isolation"


def _value(cursor: Cursor) -> Any:
    if cursor.accept("DEFAULT"):
        return DEFAULT
    if cursor.token.key in ("ON", "ALL"):
        return ast.Literal("string", cursor.advance().text)
    return _expression(cursor)


def _expression(cursor: Cursor) -> ast.Expr:
    from starrocks_embedded.syntax.expressions import parse_expression

    return parse_expression(cursor)


# ---- carrying out


@executes(SetVariables)
def set_variables(session: Session, statement: SetVariables) -> Result:
    """Everything is checked before anything is changed."""
    todo = [_prepared(session, item) for item in statement.items]
    for action in todo:
        action()
    return ok()


def _prepared(session: Session, item: Any) -> Any:
    if isinstance(item, SetNames):
        _check_charset(item)
    elif isinstance(item, SetPassword):
        return lambda: set_password(session, item)
    elif isinstance(item, SetUserVariable):
        value = _user_value(session, item.value)
        return lambda: session.user_variables.__setitem__(item.name, value)
    elif isinstance(item, SetSystemVariable) and _is_forgotten(session, item.name):
        return lambda: None
    elif isinstance(item, SetSystemVariable):
        change = _checked(session, item)
        return lambda: variables.assign(session, [change])
    return lambda: None


def _is_forgotten(session: Session, name: str) -> bool:
    """Whether it once was a variable: before 4.0 setting it does nothing."""
    return name.lower() in FORGOTTEN and not session.engine.version.at_least("4.0")


def _check_charset(item: SetNames) -> None:
    if item.charset.lower() not in CHARACTER_SETS:
        raise analysis_error(f"Unknown character set: '{item.charset}'", code=1115)


def _checked(session: Session, item: SetSystemVariable) -> Any:
    variables.definition(session.engine.version, item.name)
    if item.value is DEFAULT:
        return variables.checked(session, Assignment(item.name, None, item.scope))
    if isinstance(item.value, ast.ColumnRef):
        value: Any = item.value.parts[-1]
    else:
        if isinstance(item.value, ast.ScalarQuery):
            raise analysis_error("Set statement only support constant expr.")
        value, _ = evaluate(session, item.value)
    return variables.checked(session, Assignment(item.name, "NULL" if value is None else value, item.scope))


def _user_value(session: Session, expr: ast.Expr) -> tuple[Any, Type]:
    value, type_ = evaluate(session, expr)
    if type_.name in ("map", "struct") or type_.is_metric_object:
        raise analysis_error(f"Can't set variable with type {_type_text(type_)}")
    return value, type_


def _type_text(type_: Type) -> str:
    if type_.name == "map":
        return f"MAP<{','.join(c.name.upper() for c in type_.children)}>"
    return to_sql(type_)
