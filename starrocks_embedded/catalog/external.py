"""External catalogs: the tables of other files of this engine, as a JDBC catalog of StarRocks shows a remote server's.

They are read only. A server sees them through a MySQL driver: every column may be NULL, there are no keys, and a type
that MySQL has not is a text that this engine does not read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.store import decode
from starrocks_embedded.errors import failure, unsupported
from starrocks_embedded.types import Type, varchar

if TYPE_CHECKING:
    from starrocks_embedded.backend import Backend

NAME = re.compile(r"[A-Za-z]\w{0,63}|_[A-Za-z0-9]\w{0,62}")
LONGEST_TEXT = 1073741824
# a server lists no others in the information_schema of an external catalog
SYSTEM_TABLES = frozenset((
    "tables", "table_privileges", "referential_constraints", "key_column_usage", "routines", "schemata", "columns",
    "character_sets", "collations", "table_constraints", "engines", "user_privileges", "schema_privileges",
    "statistics", "triggers", "events", "views", "partitions", "column_privileges",
))  # fmt: skip


@dataclass
class External:
    """`tables` by database and name; in DuckDB they stand in `place`. One that CREATE EXTERNAL CATALOG made is
    `declared` only: nothing of it can be read."""

    name: str
    kind: str = "Jdbc"
    place: str = ""
    tables: dict[str, dict[str, model.Table]] = field(default_factory=dict)
    declared: model.ExternalCatalog | None = None

    def has_database(self, name: str) -> bool:
        self.require_readable()
        return name in self.tables or name.lower() == "information_schema"

    @property
    def databases(self) -> list[str]:
        self.require_readable()
        return sorted([*self.tables, "information_schema"])

    def require_readable(self) -> None:
        if self.declared is not None:
            raise unsupported(f"Reading the external catalog {self.name}")


def declared(catalog: model.ExternalCatalog) -> External:
    return External(catalog.name, catalog.properties["type"].capitalize(), declared=catalog)


def attach(backend: Backend, name: str, path: Path) -> External:
    if not NAME.fullmatch(name) or name == "default_catalog":
        raise failure(f"'{name}' cannot be the name of an external catalog")
    if not path.exists():
        raise failure(f"cannot attach {path} as catalog {name}: there is no such file")
    alias = f"x_{name}"
    backend.attach(path, alias)
    found = External(name, place=f'"{alias}".data')
    connection = backend.connect()
    journal = connection.rows(f'SELECT kind, id, document FROM "{alias}".meta.objects ORDER BY n')
    connection.close()
    objects = {(kind, id_): document for kind, id_, document in journal}
    items = [decode(json.loads(d)) for (kind, _), d in objects.items() if d and kind in ("Database", "Table")]
    databases = {d.id: d.name for d in items if isinstance(d, model.Database)}
    found.tables = {name: {} for name in databases.values()}
    for table in items:
        if isinstance(table, model.Table) and table.is_stored and not table.temporary_session:
            found.tables[databases[table.database_id]][table.name] = _remote(table)
    return found


def _remote(table: model.Table) -> model.Table:
    """The table as the driver tells of it."""
    columns = [
        model.Column(c.id, c.name, remote_type(c.type), nullable=True, comment=c.comment) for c in table.visible_columns
    ]
    return model.Table(table.id, table.database_id, table.name, columns=columns, engine="JDBC", layers=table.layers)


def remote_type(type_: Type) -> Type:
    if type_.is_nested or type_.is_metric_object or type_.name == "json":
        return varchar(LONGEST_TEXT)
    return type_


def is_readable(column: model.Column) -> bool:
    return column.type != varchar(LONGEST_TEXT)
