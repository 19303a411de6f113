"""Views in external catalogs: Iceberg catalogs keep them, from 3.5 on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.external import External
from starrocks_embedded.catalog.lake_types import lake_type
from starrocks_embedded.catalog.names import check_table_name
from starrocks_embedded.errors import StarRocksError, analysis_error, failure, unsupported
from starrocks_embedded.result import Result, ok
from starrocks_embedded.statements.external.places import database_of, droppable, require_kept
from starrocks_embedded.statements.views import define_columns, means
from starrocks_embedded.syntax.definition_printer import Draft

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

ONLY_REPLACE = "ALTER VIEW <viewName> AS is not supported. Use CREATE OR REPLACE VIEW instead"


def create_view(session: Session, external: External, statement: Any) -> Result:
    check_table_name(statement.name[-1])
    draft = Draft(statement.definition.query, session.engine.version)
    columns = define_columns(session, statement.definition, statement.columns)
    if external.type != "iceberg":
        if session.engine.version.at_least("4.0"):
            raise failure("This connector doesn't support create view")
        return ok()  # an older server does nothing, and says so
    if not session.engine.version.at_least("3.5"):
        raise unsupported(f"CREATE VIEW in the Iceberg catalog {external.name} before 3.5")
    kept = require_kept(external, "")
    if kept.declared is not None and kept.declared.properties.get("iceberg.catalog.type", "").lower() == "hadoop":
        raise unsupported(f"CREATE VIEW in {external.name}, an Iceberg catalog of type hadoop,")
    database = kept.database(database_of(session, external, statement.name[:-1]))
    if database is None:
        raise unsupported(f"Views in information_schema of {external.name}")
    existing = external.table(database.name, statement.name[-1])
    if existing is not None:
        if statement.if_not_exists:
            return ok()
        if not statement.or_replace:
            raise StarRocksError(1050, f"Table '{statement.name[-1]}' already exists")
        if existing.kind != "view":
            raise unsupported(f"Replacing a table of the external catalog {external.name} by a view")
    text = draft.text()
    if not means(session, text, columns):
        raise unsupported(f"This query as a view in the external catalog {external.name}")
    with session.engine.catalog.change(session.connection, [database.id]) as change:
        id_ = existing.id if existing is not None else session.engine.catalog.new_id()
        view = model.ExternalTable(id_, database.id, external.folded(statement.name[-1]), "view", engine="iceberg")
        view.columns = [_kept_column(external, column) for column in columns]
        view.created, view.creator, view.comment = now_text(), session.user, statement.comment
        view.query = view.query_written = text
        view.query_home = (session.catalog_name, session.database_name)
        view.sql_mode = tuple(sorted(session.sql_mode))
        change.put(view)
    return ok()


def _kept_column(external: External, column: model.Column) -> model.Column:
    type_ = lake_type(external.type, column.type)
    if type_ is None:
        raise unsupported(f"A view in the external catalog {external.name} with a column of type {column.type}")
    return model.Column(column.id, column.name, type_, nullable=True, comment=column.comment)


def alter_view(session: Session, external: External, statement: Any) -> Result:
    database = database_of(session, external, statement.name[:-1])
    view = external.table(database, statement.name[-1])
    if view is None:
        raise analysis_error(f"Table {statement.name[-1]} is not found")
    if external.type == "iceberg" and view.kind == "view" and statement.definition is not None:
        define_columns(session, statement.definition, statement.columns)
        raise failure(ONLY_REPLACE)
    raise unsupported(f"ALTER VIEW in the external catalog {external.name}")


def drop_view(session: Session, external: External, statement: Any) -> Result:
    _, view = droppable(session, external, statement, view=True)
    if view is None:
        return ok()
    with session.engine.catalog.change(session.connection, [view.id]) as change:
        change.delete(view)
    return ok()
