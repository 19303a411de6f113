"""The tables of information_schema, sys and _statistics_: their columns by version and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import unsupported
from starrocks_embedded.metadata.databases import CASELESS
from starrocks_embedded.metadata.variables import line_of
from starrocks_embedded.metadata.wanted import EVERYTHING, Wanted
from starrocks_embedded.types import Type
from starrocks_embedded.version import NEWEST, Version

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

Record = dict[str, Any]
Producer = Callable[["Session"], Iterable[Record]]
NarrowedProducer = Callable[["Session", Wanted], Iterable[Record]]
# what every server has rows of and this engine has not: an empty answer would be untrue
NEVER_EMPTY = frozenset((
    "be_bvars", "be_datacache_metrics", "be_logs", "be_metrics", "be_threads", "fe_memory_usage", "fe_metrics",
))  # fmt: skip
PRODUCERS: dict[tuple[str, str], NarrowedProducer] = {}


@dataclass(frozen=True)
class SystemColumn:
    """A column as DESC shows it."""

    name: str
    type: Type
    nullable: bool
    key: bool
    default: str | None
    extra: str


@dataclass(frozen=True)
class SystemTable:
    """A table no one stored. `columns` are (name, type, nullable); `rows` makes its rows for a session."""

    database: str
    name: str
    details: tuple[SystemColumn, ...]

    @property
    def columns(self) -> list[tuple[str, Type, bool]]:
        return [(c.name, c.type, c.nullable) for c in self.details]

    def rows(self, session: Session, wanted: Wanted = EVERYTHING) -> Iterable[tuple[Any, ...]]:
        import starrocks_embedded.metadata.information_schema  # noqa: F401  (registers what fills the tables)

        names = [c.name.upper() for c in self.details]
        for record in self._records(session, wanted):
            yield tuple(record.get(n) for n in names)

    def _records(self, session: Session, wanted: Wanted) -> Iterable[Record]:
        from starrocks_embedded.metadata.schema_external import external_records

        external = session.engine.externals.get(wanted.catalog)
        if external is not None:
            return external_records(session, external, self.name.lower(), wanted)
        if wanted.is_nothing:
            return ()
        producer = PRODUCERS.get((self.database, self.name.lower()))
        if producer is None and self.name.lower() in NEVER_EMPTY:
            raise unsupported(f"Reading {self.database}.{self.name}")
        return producer(session, wanted) if producer else ()


def fills(database: str, *names: str) -> Callable[[Producer], Producer]:
    """Registers the function whose records (by upper-case column name) are the rows of a system table."""

    def register(producer: Producer) -> Producer:
        for name in names:
            PRODUCERS[database, name] = lambda session, _: producer(session)
        return producer

    return register


def fills_wanted(database: str, name: str) -> Callable[[NarrowedProducer], NarrowedProducer]:
    """The same for a function that makes no more rows than the query can be about."""

    def register(producer: NarrowedProducer) -> NarrowedProducer:
        PRODUCERS[database, name] = producer
        return producer

    return register


def find_system_table(version: Version, database: str, name: str) -> SystemTable | None:
    """A system table of that version; the names of information_schema and sys are known in any case."""
    folded = database.lower()
    if folded in CASELESS:
        return tables_of(line_of(version)).get((folded, name.lower()))
    return tables_of(line_of(version)).get((database, name))


def system_tables(version: Version, database: str) -> list[SystemTable]:
    """Those of one database, by name."""
    found = {t.name: t for (db, _), t in tables_of(line_of(version)).items() if db == database.lower()}
    return [found[name] for name in sorted(found)]


@lru_cache(maxsize=4)
def tables_of(line: str) -> dict[tuple[str, str], SystemTable]:
    columns: dict[tuple[str, str], list[SystemColumn]] = {}
    text = resources.files("starrocks_embedded.metadata").joinpath("data/system_tables.tsv").read_text(encoding="utf-8")
    for row in text.splitlines()[1:]:
        database, table, versions, name, type_, null, key, default, extra = row.split("\t")
        if versions == "all" or line in versions.split(","):
            value = None if default == "\\N" else default
            value = "\0" if type_ == "hll" else value  # its default is a NUL byte
            column = SystemColumn(name, _type(type_), null == "YES", key == "true", value, extra)
            columns.setdefault((database, table), []).append(column)
    return {(db, name.lower()): SystemTable(db, name, tuple(found)) for (db, name), found in columns.items()}


@lru_cache(maxsize=256)
def _type(text: str) -> Type:
    from starrocks_embedded.syntax.cursor import Cursor
    from starrocks_embedded.syntax.datatypes import parse_type

    return parse_type(Cursor(text, Version.parse(NEWEST)))


SYSTEM_TABLES = tables_of("4.1")
