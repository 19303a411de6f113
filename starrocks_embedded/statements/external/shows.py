"""SHOW and DESC in an external catalog."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.external import SCHEMA, SYSTEM_TABLES, External
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.catalog.partition_fields import field_text, parted_by
from starrocks_embedded.errors import analysis_error, unsupported
from starrocks_embedded.metadata.system_tables import SystemTable, find_system_table, system_tables
from starrocks_embedded.result import Result
from starrocks_embedded.statements.describe import COLUMNS, DESC, FULL_COLUMNS, system_rows
from starrocks_embedded.statements.external.access import sees_database, sees_table
from starrocks_embedded.statements.external.places import database_of
from starrocks_embedded.statements.shows import Show, columns, filtered, header
from starrocks_embedded.types import Type, describe, to_sql

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

EXTERNAL_DESC = columns("Field:90|Type:90|Null:90|Key:90|Default:90|Extra:90|Comment:90")


def _databases(session: Session, external: External, statement: Show) -> Result:
    rows = [(n,) for n in external.databases if sees_database(session, external, n)]
    return filtered(statement, header(columns("Database:192"), rows))


def _tables(session: Session, external: External, statement: Show) -> Result:
    name = database_of(session, external, statement.scope)
    rows = [(n,) for n, _ in _listed(session, external, name)]
    return filtered(statement, header(columns(f"Tables_in_{name}:60"), rows))


def _full_tables(session: Session, external: External, statement: Show) -> Result:
    name = database_of(session, external, statement.scope)
    return filtered(statement, header(columns(f"Tables_in_{name}:60|Table_type:60"), _listed(session, external, name)))


def _listed(session: Session, external: External, database: str) -> list[tuple[str, str]]:
    if database.lower() == SCHEMA:
        known = system_tables(session.engine.version, database)
        return [(t.name, "SYSTEM VIEW") for t in known if t.name.lower() in SYSTEM_TABLES]
    names = sorted(t.name for t in external.tables(database) if sees_table(session, external, database, t.name))
    return [(name, "BASE TABLE") for name in names]


def find_relation(session: Session, external: External, name: tuple[str, ...]) -> model.Table | SystemTable:
    database = database_of(session, external, name[:-1])
    found: model.Table | SystemTable | None
    if database.lower() == SCHEMA:
        listed = name[-1].lower() in SYSTEM_TABLES
        found = find_system_table(session.engine.version, database, name[-1]) if listed else None
    else:
        found = external.table(database, name[-1])
    if found is None:
        raise analysis_error(f"Unknown table '{name[-1]}'", code=5502)
    return found


# ---- columns


def describe_table(session: Session, external: External, statement: Any) -> Result:
    found = find_relation(session, external, statement.name)
    if isinstance(found, SystemTable):
        return header(DESC, system_rows(found))
    return header(EXTERNAL_DESC, _described(found))


def _described(table: model.Table) -> list[tuple[Any, ...]]:
    """An Iceberg or Hive table says which columns part it."""
    fields = parted_by(table) if isinstance(table, model.ExternalTable) else []
    parted = {c.id for c in fields}
    return [
        (c.name, _canonical(c.type), "Yes", "false", None, "partition key" if c.id in parted else "", c.comment or None)
        for c in table.columns
    ]


def _canonical(type_: Type) -> str:
    """The name a type has in the server's own code."""
    if type_.name == "array":
        return f"ARRAY<{_inner(type_.children[0])}>"
    if type_.name == "map":
        return f"MAP<{','.join(_inner(c) for c in type_.children)}>"
    return to_sql(type_) if type_.name == "struct" else describe(type_).upper()


def _inner(type_: Type) -> str:
    from starrocks_embedded.catalog.columns import type_name

    return type_name(type_) if type_.is_decimal else _canonical(type_)


def _columns(session: Session, external: External, statement: Show) -> Result:
    found = find_relation(session, external, statement.scope)
    rows: list[tuple[Any, ...]]
    if isinstance(found, SystemTable):
        raise unsupported(f"SHOW COLUMNS of {SCHEMA} in the external catalog {external.name}")
    if statement.argument:
        rows = [(c.name, _canonical(c.type).lower(), "", "YES", "NO", None, "", "", c.comment) for c in found.columns]
        return filtered(statement, header(FULL_COLUMNS, rows))
    rows = [(c.name, _canonical(c.type).lower(), "YES", "NO", None, "") for c in found.columns]
    return filtered(statement, header(COLUMNS, rows))


# ---- SHOW CREATE


def show_create(session: Session, external: External, statement: Any) -> Result:
    found = find_relation(session, external, statement.name)
    if not isinstance(found, model.ExternalTable) or external.declared is None:
        raise unsupported(f"SHOW CREATE of a table in the external catalog {external.name}")
    if external.type == "hive":  # a metastore adds properties of its own, among them times
        raise unsupported(f"SHOW CREATE of a Hive table in the external catalog {external.name}")
    if found.kind == "view":
        return header(columns("View:60|Create View:90"), [(found.name, _create_view(found))])
    return header(columns("Table:60|Create Table:90"), [(found.name, _create_table(found))])


def _create_table(table: model.ExternalTable) -> str:
    defined = ",\n".join(_column_text(c) for c in table.columns)
    text = f"CREATE TABLE `{table.name}` (\n{defined}\n)"
    if table.partition_fields:
        text += "\nPARTITION BY " + ", ".join(field_text(table, f) for f in table.partition_fields)
    if table.comment:
        text += f'\nCOMMENT ("{table.comment}")'
    return f"{text}\nPROPERTIES ({_properties(table)});"


def _column_text(column: model.Column) -> str:
    comment = f' COMMENT "{column.comment}"' if column.comment else ""
    return f"  `{column.name}` {to_sql(column.type)} DEFAULT NULL{comment}"


def _create_view(view: model.ExternalTable) -> str:
    names = ", ".join(f"`{c.name}`" for c in view.columns)
    return f"CREATE VIEW `{view.name}` ({names}) AS {view.query};"


def _properties(table: model.ExternalTable) -> str:
    shown = {**table.properties, "location": table.location}
    return ", ".join(f'"{key}" = "{shown[key]}"' for key in hash_order(shown, len(table.properties)))


SHOWN: dict[str, Callable[[Any, External, Show], Result]] = {
    "show_databases": _databases,
    "show_tables": _tables,
    "show_full_tables": _full_tables,
    "show_columns": _columns,
}
