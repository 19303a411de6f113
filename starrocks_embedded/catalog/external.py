"""External catalogs: those that CREATE EXTERNAL CATALOG made, and other files of this engine shown as one.

A catalog of the first kind keeps what is created in it among this engine's own objects. One of the second kind is read
only, and shows a file's tables as a server would see them through a connector of that type: every column may be NULL,
there are no keys, and types are the remote system's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.connectors import folds_case
from starrocks_embedded.catalog.lake_types import TEXT, lake_type
from starrocks_embedded.catalog.store import decode
from starrocks_embedded.errors import failure
from starrocks_embedded.types import Type

if TYPE_CHECKING:
    from starrocks_embedded.backend import Backend
    from starrocks_embedded.catalog.store import Catalog

NAME = re.compile(r"[A-Za-z]\w{0,63}|_[A-Za-z0-9]\w{0,62}")
SOURCE = re.compile(r"(jdbc|iceberg|hive|hudi|deltalake|paimon):(.+)")
SCHEMA = "information_schema"
ENGINES = {"jdbc": "JDBC", "iceberg": "Iceberg", "hive": "Hive", "hudi": "Hudi", "deltalake": "DeltaLake"}
# a server lists no others in the information_schema of an external catalog
SYSTEM_TABLES = frozenset((
    "tables", "table_privileges", "referential_constraints", "key_column_usage", "routines", "schemata", "columns",
    "character_sets", "collations", "table_constraints", "engines", "user_privileges", "schema_privileges",
    "statistics", "triggers", "events", "views", "partitions", "column_privileges",
))  # fmt: skip


@dataclass
class External:
    """What every external catalog is. In DuckDB its tables stand in the schema `place`; `type` is the connector's."""

    name: str
    type: str
    place: str = "data"
    declared: model.ExternalCatalog | None = None

    @property
    def kind(self) -> str:
        """The type as SHOW CATALOGS prints it."""
        return self.type.capitalize()

    @property
    def engine(self) -> str | None:
        """What information_schema.tables says of its tables."""
        return ENGINES.get(self.type)

    @property
    def is_writable(self) -> bool:
        return self.declared is not None and self.type in ("iceberg", "hive")

    def folded(self, name: str) -> str:
        return name

    def own_databases(self) -> list[str]:
        raise NotImplementedError

    def tables(self, database: str) -> list[model.Table]:
        raise NotImplementedError

    def table(self, database: str, name: str) -> model.Table | None:
        name = self.folded(name)
        return next((t for t in self.tables(database) if t.name == name), None)

    def has_database(self, name: str) -> bool:
        return name.lower() == SCHEMA or self.folded(name) in self.own_databases()

    @property
    def databases(self) -> list[str]:
        return sorted([*self.own_databases(), SCHEMA])


@dataclass
class Attached(External):
    """Another file's tables, by database."""

    found: dict[str, list[model.Table]] = field(default_factory=dict)

    def own_databases(self) -> list[str]:
        return list(self.found)

    def tables(self, database: str) -> list[model.Table]:
        return self.found.get(database, [])


@dataclass
class Declared(External):
    """A catalog whose databases and tables are `store`'s."""

    store: Catalog | None = None
    folds: bool = False

    def folded(self, name: str) -> str:
        return name.lower() if self.folds else name

    def own_databases(self) -> list[str]:
        assert self.store is not None
        return [d.name for d in self.store.all(model.ExternalDatabase) if d.catalog == self.name]

    def database(self, name: str) -> model.Database | None:
        assert self.store is not None
        return self.store.database(self.folded(name), self.name)

    def tables(self, database: str) -> list[model.Table]:
        found = self.database(database)
        assert self.store is not None
        mine = self.store.all(model.ExternalTable) if found is not None else []
        return [t for t in mine if found is not None and t.database_id == found.id]

    def table(self, database: str, name: str) -> model.Table | None:
        found = self.database(database)
        assert self.store is not None
        return self.store.table(found.id, self.folded(name)) if found is not None else None


def declared(catalog: model.ExternalCatalog, store: Catalog) -> Declared:
    kind = catalog.properties["type"].lower()
    folds = folds_case(kind, catalog.properties)
    return Declared(catalog.name, kind, declared=catalog, store=store, folds=folds)


# ---- other files


def attach(backend: Backend, name: str, source: str | Path, taken: Iterable[str] = ()) -> Attached:
    """`source` is a file of this engine, after `type:` where it is to be no JDBC catalog."""
    typed = SOURCE.fullmatch(str(source))
    kind, path = (typed[1], Path(typed[2])) if typed else ("jdbc", Path(source))
    if not NAME.fullmatch(name) or name == "default_catalog":
        raise failure(f"'{name}' cannot be the name of an external catalog")
    if name in taken:
        raise failure(f"'{name}' is an external catalog that was created in this file: choose another name")
    if not path.exists():
        raise failure(f"cannot attach {path} as catalog {name}: there is no such file")
    alias = f"x_{name}"
    backend.attach(path, alias)
    found = Attached(name, kind, place=f'"{alias}".data')
    connection = backend.connect()
    journal = connection.rows(f'SELECT kind, id, document FROM "{alias}".meta.objects ORDER BY n')
    connection.close()
    objects = {(kind, id_): document for kind, id_, document in journal}
    items = [decode(json.loads(d)) for (kind, _), d in objects.items() if d and kind in ("Database", "Table")]
    databases = {d.id: d.name for d in items if isinstance(d, model.Database)}
    found.found = {name: [] for name in databases.values()}
    for table in items:
        if isinstance(table, model.Table) and table.is_stored and not table.temporary_session:
            found.found[databases[table.database_id]].append(_remote(found.type, table))
    return found


def _remote(kind: str, table: model.Table) -> model.ExternalTable:
    """The table as its connector tells of it. What the system has no type for is a text that cannot be read."""
    types = {c.id: remote_type(kind, c.type) for c in table.visible_columns}
    columns = [
        model.Column(c.id, c.name, types[c.id] or TEXT, nullable=True, comment=c.comment) for c in table.visible_columns
    ]
    remote = model.ExternalTable(table.id, table.database_id, table.name, columns=columns, engine=kind)
    remote.comment, remote.layers = table.comment, table.layers
    remote.unreadable = tuple(id_ for id_, type_ in types.items() if type_ is None)
    return remote


def remote_type(kind: str, type_: Type) -> Type | None:
    if kind == "jdbc":
        return None if type_.is_nested or type_.is_metric_object or type_.name == "json" else type_
    return lake_type(kind, type_)
