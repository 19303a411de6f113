"""What the server knows of a schema, asked once per run: relations, columns, table layouts.

A materialization reads from here instead of asking per model. A statement that changes a table makes us forget it; the
next reader of that table asks for it alone."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dbt.adapters.starrocks.column import StarRocksColumn

QUOTED = re.compile(r"`([^`]+)`")
NAME = r"(?:`[^`]+`|\w+)"
# whoever sends one of these (a hook, a macro, we) makes what we know of the relation untrue
CHANGES = re.compile(
    rf"(?<!show\s)\b(?:alter|create|drop)\s+(?:or\s+replace\s+)?(?:temporary\s+)?(?:table|materialized\s+view|view)\s+"
    rf"(?:if\s+(?:not\s+)?exists\s+)?(?P<name>{NAME}(?:\s*\.\s*{NAME}){{0,2}})(?:\s+swap\s+with\s+(?P<other>{NAME}))?",
    re.I,
)
KEY_MODELS = {"DUP_KEYS": "DUPLICATE", "AGG_KEYS": "AGGREGATE", "UNIQUE_KEYS": "UNIQUE", "PRIMARY_KEYS": "PRIMARY"}


@dataclass(frozen=True)
class ListedRelation:
    """A row of the schema's listing, with what views and materialized views are known by."""

    name: str
    type: str
    comment: str = ""
    definition: str | None = None
    mv_active: bool | None = None
    mv_inactive_reason: str | None = None


@dataclass(frozen=True)
class StoredPartitions:
    """How many partitions a table has, the first and last of their names, and what one of them holds, as text."""

    count: int = 0
    first: str = ""
    last: str = ""
    value: str = ""


@dataclass(frozen=True)
class ExistingTable:
    """A table's layout as the server reports it."""

    name: str
    columns: tuple[StarRocksColumn, ...]
    key_model: str
    keys: tuple[str, ...]
    partition_columns: tuple[str, ...]
    distribution: str
    distribution_columns: tuple[str, ...]
    buckets: int
    sort_key: tuple[str, ...]
    properties: Mapping[str, str]
    table_id: int
    partitions: StoredPartitions = StoredPartitions()

    @property
    def partition_expressions(self) -> tuple[str, ...]:
        """Of a table partitioned by expressions: each is a hidden generated column."""
        hidden = {c.name: c.generated for c in self.columns if c.generated and is_hidden(c.name)}
        return tuple(hidden[name] for name in self.partition_columns if hidden.get(name))

    @property
    def visible_columns(self) -> tuple[StarRocksColumn, ...]:
        return tuple(c for c in self.columns if not is_hidden(c.name))


def is_hidden(column: str) -> bool:
    return column.startswith("__generated_partition_column_")


def quoted_names(text: str | None) -> tuple[str, ...]:
    return tuple(QUOTED.findall(text or ""))


@dataclass
class Schema:
    """One schema's answers. A name in `forgotten` has changed since they were given."""

    relations: dict[str, ListedRelation] | None = None
    tables: dict[str, ExistingTable] = field(default_factory=dict)
    columns: dict[str, tuple[StarRocksColumn, ...]] = field(default_factory=dict)
    layouts_read: bool = False
    forgotten: set[str] = field(default_factory=set)
    extra: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


class RunMetadata:
    """The schemas of one run. `ask` is the adapter's way to a macro: (macro name, arguments) → rows."""

    def __init__(self, ask: Callable[[str, Mapping[str, Any]], Iterable[Mapping[str, Any]]]) -> None:
        self._ask = ask
        self._schemas: dict[tuple[str, str], Schema] = {}
        self._changed: set[str] = set()
        self._lock = threading.Lock()

    def clear(self) -> None:
        with self._lock:
            self._schemas.clear()
            self._changed.clear()

    def schema(self, database: str, name: str) -> Schema:
        with self._lock:
            return self._schemas.setdefault((database, name), Schema())

    def listed(self, database: str, schema: str, name: str) -> ListedRelation | None:
        return (self.schema(database, schema).relations or {}).get(name)

    def remember_listing(self, database: str, schema: str, relations: Sequence[ListedRelation]) -> None:
        self.schema(database, schema).relations = {relation.name: relation for relation in relations}

    def forget(self, database: str, schema: str, name: str) -> None:
        known = self.schema(database, schema)
        with known.lock:
            known.forgotten.add(name)

    def note(self, sql: str) -> None:
        """Forgets what a DDL statement is about to change, under its name in every schema where none is given."""
        for found in CHANGES.finditer(sql):
            parts = [part.strip().strip("`") for part in re.findall(NAME, found["name"])]
            names = [parts[-1]] + ([found["other"].strip("`")] if found["other"] else [])
            with self._lock:
                schemas = [key for key in self._schemas if len(parts) == 1 or key[1] == parts[-2]]
            for database, schema in schemas:
                for name in names:
                    self.forget(database, schema, name)

    def gone(self, database: str, schema: str, name: str) -> None:
        known = self.schema(database, schema)
        with known.lock:
            (known.relations or {}).pop(name, None)
            known.forgotten.add(name)

    def changed(self, database: str, schema: str, name: str) -> None:
        """Its columns may differ now, and so may what reads it."""
        self.gone(database, schema, name)
        with self._lock:
            self._changed.add(name)

    def has_changed(self, database: str, schema: str, name: str) -> bool:
        """Whether this run made or replaced it."""
        return name in self.changed_names() and self.listed(database, schema, name) is None

    def remember_comments(
        self, database: str, schema: str, name: str, relation: str | None, columns: Mapping[str, str]
    ) -> None:
        known = self.schema(database, schema)
        with known.lock:
            listed = (known.relations or {}).get(name)
            if listed and known.relations is not None and relation is not None:
                known.relations[name] = replace(listed, comment=relation)
            for column in known.columns.get(name, ()):
                column.comment = columns.get(column.name, column.comment)

    def remember_told_active(self, schema: str, name: str) -> None:
        """It is told so once per run."""
        with self._lock:
            schemas = [known for key, known in self._schemas.items() if key[1] == schema]
        for known in schemas:
            with known.lock:
                listed = (known.relations or {}).get(name)
                if listed and known.relations is not None and listed.mv_active is False:
                    known.relations[name] = replace(listed, mv_active=True, mv_inactive_reason=None)

    def changed_names(self) -> set[str]:
        with self._lock:
            return set(self._changed)

    def all_listed(self) -> list[tuple[str, ListedRelation]]:
        """Every relation that a listing of this run has shown, with its schema."""
        with self._lock:
            schemas = list(self._schemas.items())
        return [(name, found) for (_, name), known in schemas for found in list((known.relations or {}).values())]

    def columns(self, database: str, schema: str, name: str) -> tuple[StarRocksColumn, ...]:
        """Of any kind of relation; empty for one that is not there."""
        known = self.schema(database, schema)
        with known.lock:
            self._load(known, database, schema, name)
            return known.columns.get(name, ())

    def table(self, database: str, schema: str, name: str) -> ExistingTable | None:
        known = self.schema(database, schema)
        with known.lock:
            self._load(known, database, schema, name)
            return known.tables.get(name)

    def _load(self, known: Schema, database: str, schema: str, name: str) -> None:
        if name in known.forgotten:
            self._read(known, database, schema, name)
        elif not known.layouts_read:
            self._read(known, database, schema, None)
            known.layouts_read = True
            known.forgotten.clear()

    def _read(self, known: Schema, database: str, schema: str, name: str | None) -> None:
        arguments = {"database": database, "schema": schema, "identifier": name}
        columns: dict[str, list[StarRocksColumn]] = {}
        layouts: dict[str, Mapping[str, Any]] = {}
        for row in self._ask("starrocks__read_layouts", arguments):
            columns.setdefault(row["table_name"], []).append(_column(row))
            if row["table_model"]:
                layouts[row["table_name"]] = row
        if name is not None:
            known.tables.pop(name, None)
            known.columns.pop(name, None)
            known.forgotten.discard(name)
        for table, found in columns.items():
            known.columns[table] = tuple(found)
            if table in layouts:
                known.tables[table] = _existing(layouts[table], tuple(found))


def _column(row: Mapping[str, Any]) -> StarRocksColumn:
    column = StarRocksColumn.from_description(row["column_name"], row["column_type"])
    column.nullable = row["is_nullable"] != "NO"
    column.is_key = row["column_key"] in ("PRI", "UNI", "AGG", "DUP")
    column.comment = row["column_comment"] or ""
    column.default = row["column_default"]
    column.generated = row["generation_expression"] or None
    return column


def _existing(row: Mapping[str, Any], columns: tuple[StarRocksColumn, ...]) -> ExistingTable:
    keys = tuple(column.name for column in columns if column.is_key)
    return ExistingTable(
        name=row["table_name"],
        columns=columns,
        key_model=KEY_MODELS.get(row["table_model"], row["table_model"]),
        keys=keys,
        partition_columns=quoted_names(row["partition_key"]),
        distribution=row["distribute_type"] or "",
        distribution_columns=quoted_names(row["distribute_key"]),
        buckets=int(row["distribute_bucket"] or 0),
        sort_key=quoted_names(row["sort_key"]),
        properties=json.loads(row["properties"] or "{}"),
        table_id=int(row["table_id"] or 0),
        partitions=StoredPartitions(
            count=int(row["partition_count"] or 0),
            first=row["first_partition"] or "",
            last=row["last_partition"] or "",
            value=row["partition_value"] or "",
        ),
    )
