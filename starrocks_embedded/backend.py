"""The only file that imports duckdb: open the store, run statements on a session's cursor, map its errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from starrocks_embedded.errors import StarRocksError, failure

SETTINGS = {
    "TimeZone": "UTC",
    "default_null_order": "nulls_first_on_asc_last_on_desc",
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


LAYOUT = 2  # grows when what the file holds is no longer understood by older engines


class Backend:
    """One DuckDB instance: the user's data (`data` schema) and our catalog's rows (`meta` schema)."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
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
        return Connection(self._root.cursor())

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

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._cursor.execute("SET schema = 'data'")
        self.in_transaction = False
        self._lock = threading.RLock()

    def run(self, sql: str, parameters: Sequence[Any] | None = None) -> int:
        """Runs a statement; the number of rows it changed, where DuckDB counts them."""
        with self._lock, mapped_errors():
            self._cursor.execute(sql, parameters)
            row = self._cursor.fetchone() if self._cursor.description else None
        return int(row[0]) if row and isinstance(row[0], int) else 0

    def rows(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with self._lock, mapped_errors():
            return self._cursor.execute(sql, parameters).fetchall()

    def stream(self, sql: str, parameters: Sequence[Any] | None = None, chunk: int = 2048) -> Iterator[tuple[Any, ...]]:
        """Executes at once, then yields rows in chunks while the client reads."""
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
        self.run("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.in_transaction = False
            self.run("ROLLBACK")

    def interrupt(self) -> None:
        self._cursor.interrupt()

    def close(self) -> None:
        try:
            self.rollback()
        finally:
            self._cursor.close()


@contextmanager
def mapped_errors() -> Iterator[None]:
    """DuckDB's errors leave here as StarRocks errors, most specific first."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise StarRocksError(1317, "Query execution was interrupted") from error
    except duckdb.OutOfMemoryException as error:
        raise failure(f"Memory limit exceeded: {_first_line(error)}") from error
    except duckdb.OutOfRangeException as error:
        raise failure(f"Expr evaluate meet error: {_first_line(error)}") from error
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise failure(f"Storage failure: {_first_line(error)}") from error
    except duckdb.Error as error:
        # StarRocks' refusals come before DuckDB sees a statement: this one is a defect of the engine, said as such
        raise failure(f"The embedded engine failed: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
