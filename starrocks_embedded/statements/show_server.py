"""SHOW about the server: variables, status, character sets, engines, plugins, nodes, processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata import variables
from starrocks_embedded.metadata.schema_server import COLLATIONS, ENGINES
from starrocks_embedded.result import Result
from starrocks_embedded.statements.registry import grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters, read_order, show
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

VARIABLES = columns("Variable_name|Value")
VERBOSE_VARIABLES = columns("Variable_name|Value|Default_value|Is_changed:boolean")
ROUTINES = columns(
    "Db:192|Name:30|Type:240|Definer:192|Modified:240|Created:240|Security_type:240|Comment:240|"
    "character_set_client:240|collation_connection:240|Database Collation:240"
)
SCOPES = ("GLOBAL", "LOCAL", "SESSION", "VERBOSE")


@show("VARIABLES", like=True, where=True)
def show_variables(session: Session, statement: Show) -> Result:
    """LIKE minds the case."""
    scope = "global" if statement.argument == "GLOBAL" else "session"
    rows = variables.listed(session, scope)
    if statement.argument != "VERBOSE":
        return filtered(statement, header(VARIABLES, rows))
    defaults = [variables.definition(session.engine.version, name).default for name, _ in rows]
    verbose = [(n, v, d, v != d) for (n, v), d in zip(rows, defaults, strict=True)]
    return filtered(statement, header(VERBOSE_VARIABLES, verbose))


def _scoped(word: str) -> None:
    def parse(cursor: Cursor) -> Show:
        statement = Show(show_variables, argument=word)
        read_filters(cursor, statement, like=True, where=True, ordered=False)
        return statement

    def parse_status(cursor: Cursor) -> Show:
        statement = Show(show_status)
        read_filters(cursor, statement, like=True, where=True, ordered=False)
        return statement

    grammar("SHOW", word, "VARIABLES")(parse)
    grammar("SHOW", word, "STATUS")(parse_status)


@show("STATUS", like=True, where=True)
def show_status(session: Session, statement: Show) -> Result:
    return header(VARIABLES)


for word in SCOPES:
    _scoped(word)


@show("CHARSET", like=True, where=True)
def show_charset(session: Session, statement: Show) -> Result:
    """LIKE and WHERE are read and change nothing."""
    rows = [("utf8", "UTF-8 Unicode", "utf8_general_ci", "3")]
    return header(columns("Charset|Description|Default collation|Maxlen"), rows)


show("CHAR", "SET", like=True, where=True)(show_charset)
show("CHARACTER", "SET", like=True, where=True)(show_charset)


@show("COLLATION", like=True, where=True)
def show_collation(session: Session, statement: Show) -> Result:
    return header(columns("Collation|Charset|Id:bigint|Default|Compiled|Sortlen:bigint"), COLLATIONS)


@show("ENGINES")
def show_engines(session: Session, statement: Show) -> Result:
    return header(columns("Engine:192|Support:24|Comment:240|Transactions:9|XA:9|Savepoints:9"), ENGINES)


@show("PLUGINS")
def show_plugins(session: Session, statement: Show) -> Result:
    row = (
        "__builtin_AuditLogBuilder",
        "AUDIT",
        "builtin audit logger",
        "0.12.0",
        "1.8.31",
        "com.starrocks.qe.AuditLogBuilder",
        None,
        "Builtin",
        "INSTALLED",
        "{}",
    )
    names = "Name:192|Type:30|Description:600|Version|JavaVersion|ClassName:192|SoName:192|Sources:600|Status|"
    return header(columns(names + "Properties:750"), [row])


@show("EVENTS", scope=True, like=True, where=True)
def show_events(session: Session, statement: Show) -> Result:
    return header(
        columns(
            "Db|Name:90|Definer|Time|Type|Execute at|Interval value:90|Interval field:90|Status:90|Ends:90|Status:90|"
            "Originator:90|character_set_client:90|collation_connection:90|Database Collation:90"
        )
    )


@show("TRIGGERS", scope=True, like=True, where=True)
def show_triggers(session: Session, statement: Show) -> Result:
    return header(
        columns(
            "Trigger:192|Event:30|Table:240|Statement:192|Timing:240|Created:240|sql_mode:240|Definer:240|"
            "character_set_client:240|collation_connection:240|Database Collation:240"
        )
    )


show("FULL", "TRIGGERS", scope=True, like=True, where=True)(show_triggers)


@show("PROCEDURE", "STATUS", like=True, where=True)
def show_procedure_status(session: Session, statement: Show) -> Result:
    return header(ROUTINES)


show("FUNCTION", "STATUS", like=True, where=True)(show_procedure_status)


@grammar("SHOW", "WARNINGS")
@grammar("SHOW", "ERRORS")
def parse_show_warnings(cursor: Cursor) -> Show:
    statement = Show(show_warnings)
    if cursor.looking_at("LIMIT"):
        read_order(cursor, statement)
    return statement


def show_warnings(session: Session, statement: Show) -> Result:
    return header(columns("Level|Code|Message"))


@show("PRIVILEGES")
def show_privileges(session: Session, statement: Show) -> Result:
    return header(columns("Privilege:192|Context:192|Comment:600"))


@show("AUTHORS")
def show_authors(session: Session, statement: Show) -> Result:
    return header(columns("Name:90|Location:90|Comment:90"))


@show("WAREHOUSES")
def show_warehouses(session: Session, statement: Show) -> Result:
    raise StarRocksError(5907, "unsupported statement in shared_nothing mode")
