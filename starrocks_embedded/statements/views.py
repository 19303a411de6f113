"""CREATE, ALTER and replace views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.names import check_table_name, refuse_system_database
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.registry import Statement, executes, grammar
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor
from starrocks_embedded.syntax.definition_printer import Draft
from starrocks_embedded.syntax.queries import parse_query

if TYPE_CHECKING:
    from starrocks_embedded.analysis.scope import AnalyzedQuery, OutputColumn
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.session import Session

MISMATCH = "View's SELECT and view's field list have different column counts"


@dataclass
class ViewColumn:
    name: str
    comment: str = ""


@dataclass
class ViewDefinition:
    """A query as a statement gives it: tree and text."""

    query: ast.Query
    text: str


@dataclass
class CreateView(Statement):
    name: tuple[str, ...]
    columns: list[ViewColumn]
    definition: ViewDefinition
    comment: str = ""
    security: str = ""
    or_replace: bool = False
    if_not_exists: bool = False


@dataclass
class AlterView(Statement):
    name: tuple[str, ...]
    columns: list[ViewColumn] = field(default_factory=list)
    definition: ViewDefinition | None = None
    security: str = ""


# ---- grammar


@grammar("CREATE", "VIEW")
def parse_create_view(cursor: Cursor) -> CreateView:
    return _create_view(cursor, or_replace=False)


@grammar("CREATE", "OR", "REPLACE", "VIEW")
def parse_replace_view(cursor: Cursor) -> CreateView:
    return _create_view(cursor, or_replace=True)


def _create_view(cursor: Cursor, or_replace: bool) -> CreateView:
    if_not_exists = not or_replace and cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.qualified_name()
    columns = view_columns(cursor)
    comment = cursor.string() if cursor.accept("COMMENT") else ""
    security = security_clause(cursor) if cursor.version.at_least("3.4") and cursor.accept("SECURITY") else ""
    cursor.expect("AS")
    return CreateView(name, columns, view_query(cursor), comment, security, or_replace, if_not_exists)


@grammar("ALTER", "VIEW")
def parse_alter_view(cursor: Cursor) -> AlterView:
    name = cursor.qualified_name()
    if cursor.version.at_least("3.4") and cursor.accept("SET", "SECURITY"):
        return AlterView(name, security=security_clause(cursor))
    if cursor.version.at_least("3.5") and cursor.looking_at_any("ADD", "MODIFY") and cursor.peek().key == "DIALECT":
        return AlterView(name, definition=_dialect_query(cursor))
    if not cursor.looking_at_any("(", "AS"):
        raise cursor.no_viable()
    columns = view_columns(cursor)
    cursor.expect("AS")
    return AlterView(name, columns, view_query(cursor))


def _dialect_query(cursor: Cursor) -> ViewDefinition:
    """ADD and MODIFY DIALECT are for views of lakes; a view kept here has one dialect, which either replaces."""
    cursor.advance()
    cursor.advance()
    cursor.accept("STARROCKS")
    return view_query(cursor)


def view_columns(cursor: Cursor) -> list[ViewColumn]:
    """(a, b COMMENT 'x') or nothing."""

    def column() -> ViewColumn:
        name = cursor.identifier()
        return ViewColumn(name, cursor.string() if cursor.accept("COMMENT") else "")

    return cursor.list_in_parentheses(column) if cursor.looking_at("(") else []


def security_clause(cursor: Cursor) -> str:
    return cursor.expect_any("NONE", "INVOKER").lower()


def view_query(cursor: Cursor) -> ViewDefinition:
    start = cursor.token
    query = parse_query(cursor)
    return ViewDefinition(query, cursor.source_since(start))


# ---- execution


@executes(CreateView)
def create_view(session: Session, statement: CreateView) -> Result:
    catalog, database_name, name = session.resolve(statement.name)
    check_table_name(name)
    refuse_system_database(database_name, name)
    database = session.database(database_name, catalog)
    existing = session.engine.catalog.table(database.id, name)
    if existing is not None:
        if statement.or_replace and existing.kind != "view":
            raise analysis_error(f"The specified table [{database_name}.{name}] is not a view")
        if statement.if_not_exists:
            return ok()
        if not statement.or_replace:
            raise StarRocksError(1050, f"Table '{name}' already exists")
    draft = Draft(statement.definition.query, session.engine.version)
    columns = define_columns(session, statement.definition, statement.columns)
    text = stored_text(session, statement.definition, draft, columns)
    with session.engine.catalog.change(session.connection, [existing.id if existing else database.id]) as change:
        if existing is None:
            _refuse_taken_name(session, database, name)
            view = model.Table(session.engine.catalog.new_id(), database.id, name, "view", creator=session.user)
            view.created = now_text()
            view.security = statement.security or "none"
        else:
            view = change.edit(existing)
        _redefine(session, change, view, (statement.definition.text, text), columns)
        view.comment = statement.comment
        change.put(view)
    return ok()


@executes(AlterView)
def alter_view(session: Session, statement: AlterView) -> Result:
    name = statement.name[-1]
    view = session.find_table(statement.name)
    if view is None:
        raise analysis_error(f"Table {name} is not found")
    if view.kind != "view":
        _, database, _ = session.resolve(statement.name)
        raise analysis_error(f"The specified table [{database}.{name}] is not a view")
    with session.engine.catalog.change(session.connection, [view.id]) as change:
        edited = change.edit(view)
        if statement.definition is None:
            edited.security = statement.security
        else:
            draft = Draft(statement.definition.query, session.engine.version)
            columns = define_columns(session, statement.definition, statement.columns)
            text = stored_text(session, statement.definition, draft, columns)
            _redefine(session, change, edited, (statement.definition.text, text), columns)
            edited.comment = ""
    return ok()


def _refuse_taken_name(session: Session, database: model.Database, name: str) -> None:
    """Another session may have created it since we looked; we hold the database's lock now."""
    if session.engine.catalog.table(database.id, name) is not None:
        raise StarRocksError(1050, f"Table '{name}' already exists")


def _redefine(
    session: Session, change: Change, view: model.Table, texts: tuple[str, str], columns: list[model.Column]
) -> None:
    """`texts`: as written, and as it is stored."""
    from starrocks_embedded.catalog.dependents import deactivate_dependents

    view.columns = columns
    view.query_written, view.query = texts
    view.query_home = (session.catalog_name, session.database_name)
    view.sql_mode = tuple(sorted(session.sql_mode))
    deactivate_dependents(change, view, f"base-view changed: {view.name}")


def stored_text(session: Session, definition: ViewDefinition, draft: Draft, columns: list[model.Column]) -> str:
    """What SHOW CREATE VIEW shows: the text as written from 4.1, a rewritten one before."""
    if session.engine.version.at_least("4.1"):
        return definition.text
    rewritten = draft.text()
    return rewritten if means(session, rewritten, columns) else definition.text


def means(session: Session, text: str, columns: list[model.Column]) -> bool:
    """Whether a rewritten text can stand for the query: a view is read through it."""
    from starrocks_embedded.analysis.analyzer import analyze_view_text

    try:
        read_again = analyze_view_text(session, text, (session.catalog_name, session.database_name), session.sql_mode)
    except StarRocksError:
        return False
    return [c.type for c in read_again.columns] == [c.type for c in columns]


def define_columns(session: Session, definition: ViewDefinition, named: list[ViewColumn]) -> list[model.Column]:
    """Analyzes a view's query; the columns that it gives the view."""
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.statements.query import hinted

    with hinted(session, definition.query):
        return columns_of(analyze_query(session, definition.query), named, "view")


def columns_of(analyzed: AnalyzedQuery, named: list[ViewColumn], kind: str) -> list[model.Column]:
    """Types come from the query, names and comments from the list where there is one."""
    outputs = _lasting_outputs(analyzed)
    if named and len(named) != len(outputs):
        raise analysis_error(MISMATCH, code=1353)
    _refuse_duplicates([c.name for c in named] or [o.name for o in outputs], kind)
    columns = []
    for position, output in enumerate(outputs):
        name = named[position].name if named else output.name
        comment = named[position].comment if named else ""
        columns.append(model.Column(position + 1, name, output.type, output.nullable, comment=comment))
    return columns


def _lasting_outputs(analyzed: AnalyzedQuery) -> list[OutputColumn]:
    for table in analyzed.tables:
        if table.table is not None and table.table.temporary_session:
            raise analysis_error("View can't base on temporary table")
    return analyzed.columns


def _refuse_duplicates(names: list[str], kind: str) -> None:
    """A view may have columns that differ in letter case only."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise analysis_error(f"Duplicate column name '{name}'")
        if kind != "view" and name.lower() in {s.lower() for s in seen}:
            raise analysis_error(f"Duplicate column name '{name}'", code=1060)
        seen.add(name)
