"""information_schema of an external catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.metadata.schema_columns import column_record
from starrocks_embedded.metadata.schema_tables import COLLATION, SCHEMA
from starrocks_embedded.metadata.system_tables import Record, SystemTable, system_tables
from starrocks_embedded.metadata.wanted import Wanted
from starrocks_embedded.statements.external.access import sees_database, sees_table

if TYPE_CHECKING:
    from starrocks_embedded.catalog.external import External
    from starrocks_embedded.session import Session


def external_records(session: Session, external: External, table: str, wanted: Wanted) -> Iterable[Record]:
    """The rows of one of its tables; most of them never have any."""
    if table == "schemata":
        return [_schema(name) for name in external.databases if sees_database(session, external, name)]
    if table == "tables":
        return [*_tables(session, external, wanted), *_system_tables(session, wanted)]
    if table == "columns":
        return _columns(session, external, wanted)
    return ()


def _schema(name: str) -> Record:
    charset = {"DEFAULT_CHARACTER_SET_NAME": "utf8", "DEFAULT_COLLATION_NAME": COLLATION}
    return {"CATALOG_NAME": "def", "SCHEMA_NAME": name} | charset


def _stored(session: Session, external: External, wanted: Wanted) -> Iterator[tuple[str, model.Table]]:
    for database in filter(wanted.has_database, sorted(external.own_databases())):
        for table in sorted(external.tables(database), key=lambda t: t.name):
            if wanted.has_table(table.name) and sees_table(session, external, database, table.name):
                yield database, table


def _tables(session: Session, external: External, wanted: Wanted) -> Iterator[Record]:
    """The server knows neither their rows nor their times."""
    for database, table in _stored(session, external, wanted):
        engine = None if table.kind == "view" else external.engine
        yield _table(database, table.name, "BASE TABLE", engine) | {"TABLE_COMMENT": table.comment}


def _system_tables(session: Session, wanted: Wanted) -> Iterator[Record]:
    from starrocks_embedded.catalog.external import SYSTEM_TABLES

    known: list[SystemTable] = system_tables(session.engine.version, SCHEMA) if wanted.has_database(SCHEMA) else []
    for table in known:
        if table.name.lower() in SYSTEM_TABLES:
            yield _table(SCHEMA, table.name, "SYSTEM VIEW", "MEMORY")


def _table(database: str, name: str, kind: str, engine: str | None) -> Record:
    return {
        "TABLE_CATALOG": "def",
        "TABLE_SCHEMA": database,
        "TABLE_NAME": name,
        "TABLE_TYPE": kind,
        "ENGINE": engine,
        "TABLE_COLLATION": COLLATION,
        "TABLE_COMMENT": "",
    }


def _columns(session: Session, external: External, wanted: Wanted) -> Iterator[Record]:
    for database, table in _stored(session, external, wanted):
        for position, column in enumerate(table.columns, 1):
            yield column_record(database, table.name, position, column.name, column.type, nullable=True) | {
                "COLUMN_COMMENT": column.comment
            }
