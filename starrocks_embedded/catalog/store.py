"""The catalog: objects in memory, their documents in the store, both changed by one transaction.

    with engine.catalog.change(session, tables) as change:
        change.run("CREATE TABLE …")        # DuckDB
        change.put(table)                   # catalog

Either everything of a block is there afterwards or nothing is. Writers of one table queue on its lock."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import failure
from starrocks_embedded.types import Type

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
    )
}
NESTED: dict[str, type] = {
    k.__name__: k
    for k in (
        model.Column, model.Partition, model.Partitioning, model.Distribution, model.Index, model.MaterializedView,
        model.Grant, Type,
    )
}  # fmt: skip
Object = TypeVar("Object")
FIRST_ID = 10001


class Catalog:
    """Every object by kind and id, with the look-ups that statements need."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._objects: dict[str, dict[int, Any]] = {kind: {} for kind in KINDS}
        self._databases: dict[str, model.Database] = {}
        self._tables: dict[tuple[int, str, int], model.Table] = {}
        self._next_id = FIRST_ID
        self._mutex = threading.RLock()
        self._locks: dict[int, threading.RLock] = {}
        self._load()

    # ---- reading

    def all(self, kind: type[Object]) -> list[Object]:
        return list(self._objects[kind.__name__].values())

    def get(self, kind: type[Object], id_: int) -> Object | None:
        return self._objects[kind.__name__].get(id_)

    def database(self, name: str) -> model.Database | None:
        return self._databases.get(name)

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
        locks = [self._lock(i) for i in sorted(set(lock))]
        for one in locks:
            one.acquire()
        try:
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
        finally:
            for one in reversed(locks):
                one.release()

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
            self._databases[item.name] = item
        elif isinstance(item, model.Table):
            self._tables[(item.database_id, item.name, item.temporary_session)] = item

    def _forget_name(self, item: object) -> None:
        if isinstance(item, model.Database):
            self._databases.pop(item.name, None)
        elif isinstance(item, model.Table):
            self._tables.pop((item.database_id, item.name, item.temporary_session), None)

    def _load(self) -> None:
        connection = self.backend.connect()
        for kind, id_, document in connection.rows("SELECT kind, id, document FROM meta.objects"):
            item = decode(json.loads(document))
            self._objects[kind][id_] = item
            self._remember_name(item)
            self._next_id = max(self._next_id, id_ + 1)
            if isinstance(item, model.Table):
                inner = [p.id for p in item.partitions] + [i.id for i in item.indexes]
                self._next_id = max([self._next_id, *(i + 1 for i in inner)])
        connection.close()


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
            self.items[kind, id_] = copy.deepcopy(current)
        return self.items[kind, id_]  # type: ignore[no-any-return]

    def put(self, item: Any) -> None:
        self.items[type(item).__name__, item.id] = item

    def delete(self, item: Any) -> None:
        self.items[type(item).__name__, item.id] = None

    def write(self) -> None:
        for (kind, id_), item in self.items.items():
            self.connection.run("DELETE FROM meta.objects WHERE kind = ? AND id = ?", [kind, id_])
            if item is not None:
                self.connection.run("INSERT INTO meta.objects VALUES (?, ?, ?)", [kind, id_, json.dumps(encode(item))])


def encode(value: Any) -> Any:
    """A dataclass as JSON with its class name; tuples and lists alike as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"!": type(value).__name__, **{f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return {"!": "tuple", "of": [encode(v) for v in value]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        return {"!": "dict", "of": [[k, encode(v)] for k, v in value.items()]}
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
    known = {f.name for f in fields(cls)}
    return cls(**{k: decode(v) for k, v in value.items() if k in known})
