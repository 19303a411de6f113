"""One login on a server: PyMySQL's connection without the statements it would send by itself, and what we set on it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

import pymysql
from dbt.adapters.contracts.connection import AdapterResponse
from pymysql.connections import Connection
from pymysql.constants import CR, FIELD_TYPE
from pymysql.cursors import Cursor

from dbt.adapters.starrocks import statement_text

LARGEINT_LENGTH = 40

# statements that leave something behind on the session that ran them
STATEFUL = {("SET",), ("USE",), ("PREPARE",), ("BEGIN",), ("START",), ("CREATE", "TEMPORARY")}
TRANSACTION_BOUNDS = {"BEGIN": True, "START": True, "COMMIT": False, "ROLLBACK": False}

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
    def of(cls, result: Any) -> Outcome:
        message = (result.message or b"").decode("utf-8", "replace")
        return cls(
            rows=result.affected_rows or 0,
            warnings=result.warning_count or 0,
            columns=result.description is not None,
            info=dict(INFO_ITEM.findall(message)),
        )

    @property
    def loaded(self) -> bool:
        return "txnId" in self.info or "label" in self.info


@dataclass(frozen=True)
class Load:
    """The last statement of a session that wrote rows, and the database it wrote to."""

    outcome: Outcome
    database: str


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
            _message=f"SUCCESS {main.rows}" if (main.loaded or main.columns) and main.rows >= 0 else "SUCCESS",
            code="SUCCESS",
            rows_affected=main.rows,
            query_id=query[1] if query else main.info.get("query"),
            label=label,
            transaction_id=main.info.get("txnId"),
            transaction_status=main.info.get("status"),
            warnings=main.warnings or None,
        )


class WholeTextCursor(Cursor):
    """Reads the answers to every statement of a text: an error in any raises, the rows are those of the last."""

    outcomes: list[Outcome]
    _result: Any  # PyMySQL's own, which its stubs do not show

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.outcomes = []

    @property
    def fields(self) -> list[Any]:
        """The last result's column definitions as they were on the wire."""
        return list(self._result.fields) if self.description else []

    def _query(self, q: Any) -> Any:
        if isinstance(q, str) and statement_text.is_blank(q):
            self.outcomes = []
            return 0
        super()._query(q)  # type: ignore[misc]
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


class Session(Connection):
    """A connection that stays silent until it is asked something, and remembers what state it carries."""

    def __init__(self, *, read_timeout: int | None = None, **arguments: Any) -> None:
        self.variables: dict[str, str] = {}  # what was set here, and what it was before where a model set it
        self.before: dict[str, str] = {}
        self.home: str | None = None
        self.carries_state = False
        self.in_transaction = False
        self.cancelled = False
        self.last_load: Load | None = None
        self.last_used = time.monotonic()
        # until the login is done, for a port that is open and silent (a front end's HTTP port is) would never end
        greeting = arguments.get("connect_timeout")
        super().__init__(
            **arguments, read_timeout=greeting, autocommit=None, charset="utf8mb4", cursorclass=WholeTextCursor
        )
        self._read_timeout = read_timeout

    def connect(self, sock: Any = None) -> None:
        try:
            super().connect(sock)
        except pymysql.OperationalError as error:
            if error.args[0] != CR.CR_SERVER_LOST:
                raise
            text = f"Can't connect to '{self.host}': port {self.port} is open, but no StarRocks greets there"
            raise pymysql.OperationalError(CR.CR_CONN_HOST_ERROR, f"{text} ({error.args[1]})") from error

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

    @property
    def id(self) -> int:
        """What KILL calls this connection."""
        return int(self.thread_id())

    def note(self, parts: list[str]) -> None:
        """What a text of users leaves behind, noted before it is sent, since it may fail half-way."""
        self.last_used = time.monotonic()
        for kind in (statement_text.words(part, 2) for part in parts):
            self.carries_state |= kind[:1] in STATEFUL or kind in STATEFUL
            self.in_transaction = TRANSACTION_BOUNDS.get("".join(kind[:1]), self.in_transaction)

    def note_loads(self, outcomes: list[Outcome], parts: list[str]) -> None:
        self.last_used = time.monotonic()
        for outcome, part in zip(outcomes, parts, strict=False):
            if outcome.loaded:
                target = statement_text.written_table(part)
                self.last_load = Load(outcome, target[-2] if len(target) > 1 else self.database_name)

    @property
    def database_name(self) -> str:
        return (self.home or "").rpartition(".")[2]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """A question of the adapter's own, answered by column name."""
        with self.cursor(WholeTextCursor) as cursor:
            cursor.execute(sql)
            self.last_used = time.monotonic()
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.values()]

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
