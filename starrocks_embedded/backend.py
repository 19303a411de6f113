"""The only file that imports duckdb: open the store, run statements on a session's cursor, map its errors."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from starrocks_embedded.errors import RAISED, StarRocksError, failure, unsupported

SETTINGS = {
    "TimeZone": "UTC",
    "default_null_order": "nulls_first_on_asc_last_on_desc",
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


LATE_INTERRUPTIONS = 5  # of a statement that was ending already
LAYOUT = 3  # grows when what the file holds is no longer understood by older engines


class Backend:
    """One DuckDB instance: the user's data (`data` schema) and our catalog's rows (`meta` schema)."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._later: dict[str, str] = {}
        self._filling = threading.Lock()
        self._root = _open(path)
        for name, value in SETTINGS.items():
            self._root.execute(
                f"SET GLOBAL {name} = {value!r}" if isinstance(value, str) else f"SET GLOBAL {name} = {value}"
            )
        self._root.execute("CREATE SCHEMA IF NOT EXISTS data")
        self._root.execute("CREATE SCHEMA IF NOT EXISTS meta")
        self._root.execute(
            "CREATE TABLE IF NOT EXISTS meta.objects (n BIGINT, kind VARCHAR, id BIGINT, document VARCHAR)"
        )
        try:
            self._stamp()
        except StarRocksError:
            self._root.close()
            raise

    def _stamp(self) -> None:
        """Notes which layout and which DuckDB wrote the file; refuses a layout that this engine does not know."""
        self._root.execute("CREATE TABLE IF NOT EXISTS meta.stamp (layout INTEGER, duckdb VARCHAR)")
        found = self._root.execute("SELECT layout, duckdb FROM meta.stamp").fetchone()
        if found is None:
            self._root.execute("INSERT INTO meta.stamp VALUES (?, ?)", [LAYOUT, duckdb.__version__])
        elif found[0] != LAYOUT:
            raise failure(
                f"{self.path} was written by another version of the engine "
                f"(layout {found[0]}, this one reads {LAYOUT}). "
                "Use that version, or another file: the models can be built anew."
            )
        elif found[1] != duckdb.__version__:
            self._root.execute("UPDATE meta.stamp SET duckdb = ?", [duckdb.__version__])

    def connect(self) -> Connection:
        return Connection(self._root.cursor(), self._fill)

    def attach_later(self, catalogs: dict[str, str]) -> None:
        """Catalogs in memory that are filled when a statement first names them. They are attached at once: a running
        transaction sees what is in a catalog when it first looks there."""
        self._root.execute("; ".join(f"ATTACH ':memory:' AS {name}" for name in catalogs))
        self._later.update(catalogs)

    def _fill(self, sql: str) -> None:
        for name in [name for name in self._later if f"{name}." in sql]:
            with self._filling:
                if definitions := self._later.get(name):
                    cursor = self._root.cursor()
                    cursor.execute(definitions)
                    cursor.close()
                    del self._later[name]

    def attach(self, path: Path, alias: str) -> None:
        """Makes another engine's file readable under that name."""
        try:
            self._root.execute(f"""ATTACH '{str(path).replace("'", "''")}' AS "{alias}" (READ_ONLY)""")
            found = self._root.execute(f'SELECT layout FROM "{alias}".meta.stamp').fetchone()
        except duckdb.Error as error:
            raise failure(f"cannot attach {path}: {_first_line(error)}. It must be a file of this engine") from error
        if found is None or found[0] != LAYOUT:
            raise failure(f"cannot attach {path}: it was written by another version of the engine")

    def close(self) -> None:
        self._root.close()


def _open(path: Path | None) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path) if path else ":memory:", config={"threads": 2})
    except duckdb.Error as error:
        kind = f"a database file of this engine (DuckDB {duckdb.__version__} or older)"
        advice = f"It must be {kind}, in a writable folder."
        raise failure(f"cannot open {path}: {_first_line(error)}. {advice}") from error


class Connection:
    """A session's own cursor. `interrupt` may be called from another thread (KILL)."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, before: Callable[[str], None]) -> None:
        self._cursor = cursor
        self._before = before  # called with each statement's text
        self._cursor.execute("SET schema = 'data'")
        self.in_transaction = False
        self._lock = threading.RLock()

    def run(self, sql: str, parameters: Sequence[Any] | None = None) -> int:
        """Runs a statement; the number of rows it changed, where DuckDB counts them."""
        self._before(sql)
        with self._lock, mapped_errors():
            self._cursor.execute(sql, parameters)
            row = self._cursor.fetchone() if self._cursor.description else None
        return int(row[0]) if row and isinstance(row[0], int) else 0

    def rows(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        self._before(sql)
        with self._lock, mapped_errors():
            return self._cursor.execute(sql, parameters).fetchall()

    def stream(self, sql: str, parameters: Sequence[Any] | None = None, chunk: int = 2048) -> Iterator[tuple[Any, ...]]:
        """Executes at once, then yields rows in chunks while the client reads."""
        self._before(sql)
        with mapped_errors():
            self._cursor.execute(sql, parameters)
            first = self._cursor.fetchmany(chunk)
        return self._drain(first, chunk)

    def _drain(self, rows: list[tuple[Any, ...]], chunk: int) -> Iterator[tuple[Any, ...]]:
        while rows:
            yield from rows
            if len(rows) < chunk:
                return
            with mapped_errors():
                rows = self._cursor.fetchmany(chunk)

    def begin(self) -> None:
        self.run("BEGIN TRANSACTION")
        self.in_transaction = True

    def commit(self) -> None:
        self.in_transaction = False
        try:
            self.run("COMMIT")
        except StarRocksError:
            self._abandon()
            raise

    def rollback(self) -> None:
        if self.in_transaction:
            self.in_transaction = False
            self._abandon()

    def _abandon(self) -> None:
        """Ends the transaction, if it is still open: an interruption that comes late must not leave it behind."""
        with self._lock, mapped_errors():
            for _ in range(LATE_INTERRUPTIONS):
                try:
                    self._cursor.execute("ROLLBACK")
                except duckdb.InterruptException:
                    continue
                except duckdb.TransactionException:  # there is none any more
                    return
                return

    def interrupt(self) -> None:
        self._cursor.interrupt()

    def close(self) -> None:
        try:
            self.rollback()
        finally:
            self._cursor.close()


RAISED_HERE = f"Invalid Input Error: {RAISED}"
MANY_ROWS = "More than one row returned by a subquery"
ONE_ROW = "Expected LE 1 to be returned by expression "


@contextmanager
def mapped_errors() -> Iterator[None]:
    """DuckDB's errors leave here as StarRocks errors; its own words go to the server's log only."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise StarRocksError(1317, "Query execution was interrupted") from error
    except duckdb.Error as error:
        raise _meant(error) from error


def _meant(error: duckdb.Error) -> StarRocksError:
    text = _first_line(error)
    if text.startswith(RAISED_HERE):
        return failure(text.removeprefix(RAISED_HERE))
    if MANY_ROWS in text:
        return failure(ONE_ROW)
    print(f"storage: {text}", file=sys.stderr)  # noqa: T201
    if isinstance(error, duckdb.OutOfMemoryException):
        return failure("Memory limit exceeded: the embedded engine has none left for this statement")
    if isinstance(error, duckdb.IOException | duckdb.FatalException):
        return failure("Storage failure: the database file of the embedded engine cannot be read or written")
    if isinstance(error, duckdb.OutOfRangeException):
        return unsupported("A result beyond the range of its type")
    if isinstance(error, duckdb.ConversionException):
        return unsupported("Converting one of the values")
    # StarRocks' refusals come before DuckDB sees a statement: what is left is a form that was never tried
    return unsupported("This form of the statement")


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
