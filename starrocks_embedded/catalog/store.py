"""The catalog: objects in memory, their documents in the store, both changed by one transaction.

    with engine.catalog.change(session, tables) as change:
        change.run("CREATE TABLE …")        # DuckDB
        change.put(table)                   # catalog

Either everything of a block is there afterwards or nothing is. Writers of one table queue on its lock.

The store is a journal: a change appends its documents under rising numbers, the last one of an object holds, and NULL
says that it is gone. What newer entries replace is swept out when the catalog is opened, and now and then."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.labels import OpenLabels
from starrocks_embedded.errors import failure
from starrocks_embedded.types import AggregateState, Type

if TYPE_CHECKING:
    from starrocks_embedded.backend import Backend, Connection

KINDS: dict[str, type] = {
    k.__name__: k
    for k in (
        model.Database,
        model.Table,
        model.User,
        model.Role,
        model.Task,
        model.TaskRun,
        model.Load,
        model.Job,
        model.Recycled,
        model.Setting,
        model.SqlFunction,
        model.ExternalCatalog,
        model.ExternalDatabase,
        model.ExternalTable,
        model.RoutineLoad,
        model.Pipe,
        model.Export,
        model.ResourceGroup,
        model.StorageVolume,
        model.ExternalGroup,
    )
}
NESTED: dict[str, type] = {
    k.__name__: k
    for k in (
        model.Column, model.Partition, model.Partitioning, model.Distribution, model.Index, model.MaterializedView,
        model.Grant, model.PartitionField, model.Classifier, Type,
        AggregateState,
    )
}  # fmt: skip
Object = TypeVar("Object")
FIRST_ID = 10001
PATIENCE = 0.05  # seconds until a writer that is in the way is interrupted once more
SWEEP_AFTER = 20000  # entries that make it worth while to drop the replaced ones
ATOMS = frozenset((str, int, bool, float, type(None), Type))  # never changed in place


class Catalog:
    """Every object by kind and id, with the look-ups that statements need."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._objects: dict[str, dict[int, Any]] = {kind: {} for kind in KINDS}
        self.open_labels = OpenLabels()
        self._databases: dict[tuple[str, str], model.Database] = {}  # by catalog and name
        self._tables: dict[tuple[int, str, int], model.Table] = {}
        self._next_id = FIRST_ID
        self._mutex = threading.RLock()
        self._locks: dict[int, threading.RLock] = {}
        self._writers: dict[int, Connection | None] = {}  # who changes a table or database, while its lock is held
        self._entries = itertools.count(1)
        self._sweep_at = SWEEP_AFTER
        self._load()

    # ---- reading

    def all(self, kind: type[Object]) -> list[Object]:
        return list(self._objects[kind.__name__].values())

    def get(self, kind: type[Object], id_: int) -> Object | None:
        return self._objects[kind.__name__].get(id_)

    def database(self, name: str, catalog: str = "default_catalog") -> model.Database | None:
        return self._databases.get((catalog, name))

    def tables(self, database_id: int) -> list[model.Table]:
        """Permanent tables, views and materialized views of a database, by name."""
        found = [t for t in self.all(model.Table) if t.database_id == database_id and not t.temporary_session]
        return sorted(found, key=lambda t: t.name)

    def table(self, database_id: int, name: str, session_id: int = 0) -> model.Table | None:
        """A table by its case-sensitive name; a session's temporary table shadows a permanent one."""
        if session_id and (mine := self._tables.get((database_id, name, session_id))):
            return mine
        return self._tables.get((database_id, name, 0))

    def new_id(self) -> int:
        with self._mutex:
            self._next_id += 1
            return self._next_id - 1

    # ---- changing

    @contextmanager
    def change(self, connection: Connection, lock: Iterable[int] = ()) -> Iterator[Change]:
        """A transaction over data and catalog. `lock` names the ids (tables, databases) whose writers must queue.
        Inside an explicit transaction the block joins it and is applied when that one commits."""
        ids = list(lock)
        with self.holding(ids), self._writing(connection, ids):
            change = Change(self, connection)
            connection.begin()
            try:
                yield change
                change.write()
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            self._apply(change)

    @contextmanager
    def holding(self, ids: Iterable[int]) -> Iterator[None]:
        """Other threads wait that want to change the tables or databases of these ids."""
        locks = [self._lock(i) for i in sorted(set(ids))]
        for one in locks:
            one.acquire()
        try:
            yield
        finally:
            for one in reversed(locks):
                one.release()

    @contextmanager
    def taking_over(self, connection: Connection, ids: Iterable[int]) -> Iterator[None]:
        """Like `holding`, but does not wait for what is being written there: that is interrupted."""
        taken = []
        try:
            for id_ in sorted(set(ids)):
                lock = self._lock(id_)
                while not lock.acquire(timeout=PATIENCE):
                    writer = self._writers.get(id_)
                    if writer is not None and writer is not connection:
                        writer.interrupt()
                taken.append(lock)
            yield
        finally:
            for one in reversed(taken):
                one.release()

    @contextmanager
    def _writing(self, connection: Connection, ids: list[int]) -> Iterator[None]:
        before = {i: self._writers.get(i) for i in ids}
        self._writers.update(dict.fromkeys(ids, connection))
        try:
            yield
        finally:
            self._writers.update(before)

    def entry(self, connection: Connection) -> int:
        """The next number of the journal; from time to time it is swept before it grows on."""
        number = next(self._entries)
        if number >= self._sweep_at:
            with self._mutex:
                due, self._sweep_at = number >= self._sweep_at, max(self._sweep_at, number + SWEEP_AFTER)
            if due:
                _sweep(connection)
        return number

    def _lock(self, id_: int) -> threading.RLock:
        with self._mutex:
            return self._locks.setdefault(id_, threading.RLock())

    def _apply(self, change: Change) -> None:
        with self._mutex:
            for (kind, id_), item in change.items.items():
                before = self._objects[kind].pop(id_, None)
                if before is not None:
                    self._forget_name(before)
                if item is not None:
                    self._objects[kind][id_] = item
            for item in change.items.values():
                if item is not None:
                    self._remember_name(item)

    def _remember_name(self, item: object) -> None:
        if isinstance(item, model.Database):
            self._databases[(item.catalog, item.name)] = item
        elif isinstance(item, model.Table):
            self._tables[(item.database_id, item.name, item.temporary_session)] = item

    def _forget_name(self, item: object) -> None:
        if isinstance(item, model.Database):
            self._databases.pop((item.catalog, item.name), None)
        elif isinstance(item, model.Table):
            self._tables.pop((item.database_id, item.name, item.temporary_session), None)

    def _load(self) -> None:
        connection = self.backend.connect()
        journal = connection.rows("SELECT n, kind, id, document FROM meta.objects ORDER BY n")
        newest = {(kind, id_): document for _, kind, id_, document in journal}
        for (kind, id_), document in newest.items():
            if document is None:
                continue
            item = decode(json.loads(document))
            self._objects[kind][id_] = item
            self._remember_name(item)
            self._next_id = max(self._next_id, id_ + 1)
            if isinstance(item, model.Table):
                inner = [i.id for part in (item.partitions, item.indexes, item.rollups) for i in part]
                self._next_id = max([self._next_id, *(i + 1 for i in inner)])
        if len(journal) > len(newest):
            _sweep(connection)
        last = journal[-1][0] if journal else 0
        self._entries = itertools.count(last + 1)
        self._sweep_at = last + SWEEP_AFTER
        connection.close()


def _sweep(connection: Connection) -> None:
    """Drops the entries that newer ones replace, and those of objects that are gone."""
    newest = "SELECT kind, id, max(n) AS n FROM meta.objects GROUP BY kind, id"
    connection.run(
        f"DELETE FROM meta.objects o USING ({newest}) l "
        "WHERE o.kind = l.kind AND o.id = l.id AND (o.n < l.n OR o.document IS NULL)"
    )


class Change:
    """What one statement changes, collected until it commits."""

    def __init__(self, catalog: Catalog, connection: Connection) -> None:
        self.catalog = catalog
        self.connection = connection
        self.items: dict[tuple[str, int], Any] = {}

    def run(self, sql: str, parameters: Sequence[Any] | None = None) -> int:
        return self.connection.run(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        return self.connection.rows(sql, parameters)

    def edit(self, item: Object) -> Object:
        """A private copy of an object's newest state, to be changed and committed with this block."""
        kind, id_ = type(item).__name__, item.id  # type: ignore[attr-defined]
        if (kind, id_) not in self.items:
            current = self.catalog.get(type(item), id_)
            if current is None:
                raise failure(f"{kind} {id_} was dropped by another session")
            self.items[kind, id_] = copied(current)
        return self.items[kind, id_]  # type: ignore[no-any-return]

    def put(self, item: Any) -> None:
        self.items[type(item).__name__, item.id] = item

    def delete(self, item: Any) -> None:
        self.items[type(item).__name__, item.id] = None

    def write(self) -> None:
        """Appends the documents to the journal, in one statement: literals, since DuckDB is slow to bind parameters."""
        if not self.items:
            return
        entries = ", ".join(self._entry(*key, item) for key, item in self.items.items())
        self.connection.run(f"INSERT INTO meta.objects VALUES {entries}")

    def _entry(self, kind: str, id_: int, item: Any) -> str:
        document = "NULL" if item is None else "'" + json.dumps(encode(item)).replace("'", "''") + "'"
        return f"({self.catalog.entry(self.connection)}, '{kind}', {id_}, {document})"


@cache
def _fields(cls: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def copied(value: Any) -> Any:
    """A deep copy of a catalog object; what never changes is shared."""
    kind = type(value)
    if kind in ATOMS:
        return value
    if kind is list:
        return [copied(v) for v in value]
    if kind is tuple:
        return tuple(copied(v) for v in value)
    if kind is dict:
        return {k: copied(v) for k, v in value.items()}
    twin = object.__new__(kind)
    twin.__dict__.update({k: copied(v) for k, v in value.__dict__.items()})
    return twin


def encode(value: Any) -> Any:
    """A dataclass as JSON with its class name; tuples and lists alike as lists."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is tuple:
        return {"!": "tuple", "of": [encode(v) for v in value]}
    if kind is list:
        return [encode(v) for v in value]
    if kind is dict:
        return {"!": "dict", "of": [[k, encode(v)] for k, v in value.items()]}
    if is_dataclass(kind):
        return {"!": kind.__name__, **{name: encode(getattr(value, name)) for name in _fields(kind)}}
    return value


def decode(value: Any) -> Any:
    if isinstance(value, list):
        return [decode(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = value.pop("!")
    if kind == "tuple":
        return tuple(decode(v) for v in value["of"])
    if kind == "dict":
        return {k: decode(v) for k, v in value["of"]}
    cls = (KINDS | NESTED)[kind]
    known = _fields(cls)
    return cls(**{k: decode(v) for k, v in value.items() if k in known})
