"""One login on a server: PyMySQL's connection without the statements it would send by itself, and what we set on it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pymysql
from dbt.adapters.contracts.connection import AdapterResponse
from pymysql.connections import Connection
from pymysql.constants import FIELD_TYPE
from pymysql.cursors import Cursor

if TYPE_CHECKING:
    from pymysql.connections import MySQLResult

LARGEINT_LENGTH = 40

# `{'label':'insert_…', 'status':'VISIBLE', 'txnId':'1008'}`, behind a length that PyMySQL does not know of
INFO_ITEM = re.compile(r"'(\w+)'\s*:\s*'((?:[^'\\]|\\.)*)'")
QUERY_LABEL = re.compile(r"(?:insert|update|delete)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True)
class Outcome:
    """What the server reported of one statement."""

    rows: int
    warnings: int = 0
    columns: bool = False
    info: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, result: MySQLResult) -> Outcome:
        message = bytes(result.message or b"").decode("utf-8", "replace")
        return cls(
            rows=result.affected_rows or 0,
            warnings=result.warning_count or 0,
            columns=result.description is not None,
            info=dict(INFO_ITEM.findall(message)),
        )

    @property
    def loaded(self) -> bool:
        return "txnId" in self.info or "label" in self.info


@dataclass
class StarRocksResponse(AdapterResponse):
    """dbt's response and what the server says of a load; all of it goes into run_results.json."""

    label: str | None = None
    transaction_id: str | None = None
    transaction_status: str | None = None
    warnings: int | None = None

    @classmethod
    def of(cls, outcomes: list[Outcome]) -> StarRocksResponse:
        """Of several statements the last one that loaded rows is the one people ask about."""
        if not outcomes:
            return cls(_message="SUCCESS", code="SUCCESS", rows_affected=0)
        main = next((outcome for outcome in reversed(outcomes) if outcome.loaded), outcomes[-1])
        label = main.info.get("label")
        query = QUERY_LABEL.fullmatch(label or "")
        return cls(
            _message=f"SUCCESS {main.rows}" if main.loaded or main.columns else "SUCCESS",
            code="SUCCESS",
            rows_affected=main.rows,
            query_id=query[1] if query else None,
            label=label,
            transaction_id=main.info.get("txnId"),
            transaction_status=main.info.get("status"),
            warnings=main.warnings or None,
        )


class WholeTextCursor(Cursor):
    """Reads the answers to every statement of a text: an error in any raises, the rows are those of the last."""

    outcomes: list[Outcome]

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.outcomes = []

    @property
    def fields(self) -> list[Any]:
        """The last result's column definitions as they were on the wire."""
        return list(self._result.fields) if self.description else []

    def _query(self, q: Any) -> Any:
        super()._query(q)
        self.outcomes = [Outcome.of(self._result)]
        while self.nextset():
            self.outcomes.append(Outcome.of(self._result))
        return self.rowcount

    def values(self, limit: int | None = None) -> list[tuple[Any, ...]]:
        """The rows in the types people expect: LARGEINT as int, the bytes of arrays and JSON as text."""
        if self.description is None:
            return []
        readers = [_reader(definition) for definition in self.fields]
        rows = self.fetchmany(limit) if limit else self.fetchall()
        return [tuple(read(value) for read, value in zip(readers, row, strict=True)) for row in rows]


def _reader(definition: Any) -> Any:
    if definition.type_code == FIELD_TYPE.STRING and definition.length == LARGEINT_LENGTH:
        return _integer
    return _plain


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value if not hasattr(value, "total_seconds") else str(value)


class Session(Connection):  # type: ignore[misc]
    """A connection that stays silent until it is asked something, and remembers what state it carries."""

    def __init__(self, **arguments: Any) -> None:
        self.variables: dict[str, str] = {}
        self.home: str | None = None
        self.carries_state = False
        self.in_transaction = False
        self.cancelled = False
        self.last_load: Outcome | None = None
        self.last_used = time.monotonic()
        super().__init__(**arguments, autocommit=None, charset="utf8mb4", cursorclass=WholeTextCursor)

    def set_character_set(self, charset: str, collation: str | None = None) -> None:
        """StarRocks speaks UTF-8 whatever it is told, so `SET NAMES` would be a statement for nothing."""

    # dbt's test helpers and PyMySQL's users call these; on StarRocks a transaction cannot carry DDL
    def begin(self) -> None:
        """Every statement commits by itself."""

    def commit(self) -> None:
        """Every statement commits by itself."""

    def rollback(self) -> None:
        """There is nothing that could be rolled back."""

    @property
    def closed(self) -> bool:
        return not self.open

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """A question of the adapter's own."""
        with self.cursor() as cursor:
            cursor.execute(sql)
            self.last_used = time.monotonic()
            rows: list[tuple[Any, ...]] = list(cursor.fetchall()) if cursor.description else []
            return rows

    def enter(self, place: str) -> bool:
        """`catalog.database` becomes current, or `catalog name`: a command of the protocol, so no statement."""
        try:
            self.select_db(place)
        except pymysql.MySQLError:
            if self.closed:
                raise
            return False
        return True

    def is_alive(self) -> bool:
        try:
            self.ping(reconnect=False)
        except pymysql.MySQLError:
            return False
        self.last_used = time.monotonic()
        return True

    def discard(self) -> None:
        if self.open:
            self.close()
