"""UPDATE of information_schema.be_configs: how the back end's configuration is set at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starrocks_embedded.errors import StarRocksError, analysis_error, failure
from starrocks_embedded.metadata.backend_config import BACKEND_ID, set_value
from starrocks_embedded.metadata.system_tables import SystemTable, find_system_table
from starrocks_embedded.result import Result, ok
from starrocks_embedded.syntax import ast

if TYPE_CHECKING:
    from starrocks_embedded.session import Session
    from starrocks_embedded.statements.update import Update

WRITTEN = ("BE_ID", "NAME", "VALUE")  # what the back end looks at
NOBODY = -1


def configuration_named(session: Session, name: tuple[str, ...]) -> SystemTable | None:
    """The one system table that takes an UPDATE, where `name` means it."""
    catalog, database, table = session.resolve(name)
    if catalog in session.engine.externals or database.lower() != "information_schema":
        return None
    found = find_system_table(session.engine.version, database, table)
    return found if found is not None and found.name == "be_configs" else None


def update_configuration(session: Session, statement: Update, table: SystemTable) -> Result:
    """All rows are tried; what the first bad one is refused for is the answer."""
    problem: StarRocksError | None = None
    for backend, name, value in _rows(session, statement, table):
        try:
            _set(session, backend, name, value)
        except StarRocksError as error:
            problem = problem or error
    if problem is not None:
        raise problem
    return ok()


def _set(session: Session, backend: int | None, name: str | None, value: str | None) -> None:
    if backend == NOBODY:
        return
    if backend != BACKEND_ID:
        raise failure(f"set_config fail: be {backend} not found")
    set_value(session, name or "", value or "")


def _rows(session: Session, statement: Update, table: SystemTable) -> list[tuple[int | None, str | None, str | None]]:
    from starrocks_embedded.analysis.analyzer import analyze_query
    from starrocks_embedded.emit.query import prepare, query_sql
    from starrocks_embedded.statements.insert import DefaultValue
    from starrocks_embedded.statements.update import row_query

    types = {c.name.lower(): c.type for c in table.details}
    assigned: dict[str, ast.Expr] = {}
    for name, value in statement.assignments:
        if name.lower() not in types:
            raise analysis_error(f"table '{table.name}' do not existing column '{name.lower()}'")
        given = ast.Literal("null", None, "NULL") if isinstance(value, DefaultValue) else value
        assigned[name.lower()] = ast.Cast(given, types[name.lower()])
    if statement.where is None:
        raise analysis_error("must specify where clause to prevent full table update")
    place = session.resolve(statement.target)[1:]
    items = [ast.SelectItem(assigned.get(n.lower()) or ast.ColumnRef((*place, n)), f"o{n}") for n in WRITTEN]
    query = row_query(statement.target, items, statement.source, statement.where, statement.ctes)
    analyzed = analyze_query(session, query)
    prepare(session, analyzed)
    return session.connection.rows(query_sql(session, analyzed))
