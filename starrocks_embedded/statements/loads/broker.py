"""LOAD LABEL: a broker load, checked and kept as a front end keeps it. No one here fetches its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.metadata.rights import require_on
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.insert import PartitionClause, check_properties, parse_partitions
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.lexer import Token

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

FORMATS = ("csv", "parquet", "orc", "json")


@dataclass
class DataDescription:
    """DATA INFILE (…) INTO TABLE …: what of it is checked before the files are read."""

    table: str
    negative: bool = False
    partitions: PartitionClause | None = None
    format: str = ""


@dataclass
class LoadLabel(Statement):
    name: tuple[str, ...]
    descriptions: list[DataDescription] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    broker: bool = False


# ---- grammar


@grammar("LOAD", "LABEL")
def parse_load(cursor: Cursor) -> LoadLabel:
    start = cursor.tokens[cursor.at - 2]
    statement = LoadLabel(cursor.qualified_name(2))
    if cursor.accept("("):
        statement.descriptions = cursor.separated(lambda: _description(cursor, start))
        cursor.expect(")")
    if cursor.accept("WITH"):
        statement.broker = cursor.expect_any("BROKER", "RESOURCE") == "BROKER"
        if not statement.broker:
            raise unsupported("LOAD LABEL … WITH RESOURCE")
        if not cursor.looking_at("PROPERTIES") and (cursor.at_identifier() or cursor.token.kind == "string"):
            cursor.name_or_string()
        if cursor.looking_at("("):
            cursor.properties()
    if cursor.accept("BY"):
        cursor.name_or_string()
    if cursor.accept("PROPERTIES"):
        statement.properties = cursor.properties()
    return statement


def _description(cursor: Cursor, start: Token) -> DataDescription:
    if not cursor.accept("DATA"):
        raise cursor.no_viable(start)
    if cursor.accept("FROM", "TABLE"):
        cursor.identifier()
        described = _target(cursor)
    else:
        cursor.expect("INFILE")
        cursor.expect("(")
        if cursor.token.kind != "string":
            raise cursor.no_viable(start)
        cursor.separated(cursor.string)
        cursor.expect(")")
        described = _target(cursor)
        _file_clauses(cursor, described)
    _mapping(cursor)
    return described


def _target(cursor: Cursor) -> DataDescription:
    negative = cursor.accept("NEGATIVE")
    cursor.expect("INTO", "TABLE")
    return DataDescription(cursor.identifier(), negative, parse_partitions(cursor))


def _file_clauses(cursor: Cursor, described: DataDescription) -> None:
    for words in (("COLUMNS", "TERMINATED", "BY"), ("ROWS", "TERMINATED", "BY")):
        if cursor.accept(*words):
            cursor.string()
    if cursor.accept("FORMAT", "AS"):
        described.format = cursor.name_or_string()
    if cursor.looking_at("(") and cursor.peek(2).key == "=":
        cursor.list_in_parentheses(lambda: _format_property(cursor))
    if cursor.looking_at("("):
        cursor.list_in_parentheses(cursor.identifier)
    if cursor.accept("COLUMNS", "FROM", "PATH", "AS"):
        cursor.list_in_parentheses(cursor.identifier)


def _format_property(cursor: Cursor) -> None:
    cursor.expect_any("SKIP_HEADER", "TRIM_SPACE", "ENCLOSE", "ESCAPE")
    cursor.expect("=")
    cursor.advance()


def _mapping(cursor: Cursor) -> None:
    from starrocks_embedded.syntax.expressions import parse_expression

    if cursor.accept("SET"):
        cursor.list_in_parentheses(lambda: parse_expression(cursor))
    if cursor.accept("WHERE"):
        parse_expression(cursor)


# ---- execution


@executes(LoadLabel)
def load_label(session: Session, statement: LoadLabel) -> Result:
    label, database = statement.name[-1], _database_name(session, statement)
    labels.check_label(label)
    check_properties(statement.properties)
    tables = [_table(session, database, d) for d in statement.descriptions]
    if not tables:
        raise analysis_error("No data file in load statement.")
    if not statement.broker:
        raise unsupported("LOAD LABEL without a broker")
    for description, table in zip(statement.descriptions, tables, strict=True):
        _check(description, table)
    catalog, target = session.engine.catalog, tables[0]
    with catalog.change(session.connection) as change:
        if labels.is_used(catalog, target.database_id, label):
            raise failure(f"Label [{label}] has already been used.")
        timeout = int(statement.properties.get("timeout", "14400"))
        facts = {"state": "PENDING", "kind": "BROKER", "finished": "", "user": session.user, "timeout": timeout}
        labels.remember(change, target, label, 0, 0, 0, **facts)
    return ok()


def _database_name(session: Session, statement: LoadLabel) -> str:
    name = statement.name[0] if len(statement.name) > 1 else session.database_name
    if not name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    return name


def _table(session: Session, database: str, description: DataDescription) -> model.Table:
    catalog = session.engine.catalog
    found = catalog.database(database)
    table = catalog.table(found.id, description.table) if found else None
    if table is None:
        shown = description.table if session.engine.version.at_least("3.4") else f"{database}.{description.table}"
        raise analysis_error(f"Table {shown} is not found")
    require_on(session, "INSERT", table)
    return table


def _check(description: DataDescription, table: model.Table) -> None:
    if description.negative and table.keys != "aggregate":
        raise failure("Only aggregate table can specify NEGATIVE")
    if description.partitions is not None:
        for name in description.partitions.names:
            if table.partition(name, description.partitions.temporary) is None:
                raise failure(f"Unknown partition '{name}' in table '{table.name}'")
    if description.format and description.format.lower() not in FORMATS:
        raise failure(f"File Format Type {description.format} is invalid.")
