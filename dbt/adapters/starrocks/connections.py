"""dbt's connections: one of the pool's sessions for as long as a node needs it. No SQL of models lives here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pymysql
from dbt.adapters.contracts.connection import Connection, ConnectionState, LazyHandle
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.sql import SQLConnectionManager
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError
from pymysql.constants import FIELD_TYPE

from dbt.adapters.starrocks import errors, session_variables, statement_text
from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.pool import SessionPool
from dbt.adapters.starrocks.session import Session, StarRocksResponse, WholeTextCursor
from dbt.adapters.starrocks.version import ServerVersion

if TYPE_CHECKING:
    import agate

logger = AdapterLogger("StarRocks")

# statements that leave something behind on the session that ran them
STATEFUL = {"SET", "USE", "PREPARE", "BEGIN", "START"}
TRANSACTION_ENDS = {"COMMIT", "ROLLBACK"}
TYPE_NAMES = {code: name.lower() for name, code in vars(FIELD_TYPE).items() if isinstance(code, int)}


class StarRocksConnectionManager(SQLConnectionManager):
    TYPE = "starrocks"

    def __init__(self, profile: Any, mp_context: Any) -> None:
        super().__init__(profile, mp_context)
        self.pool = SessionPool(profile.credentials)

    # --- dbt's connections and the pool's sessions

    def open(self, connection: Connection) -> Connection:  # type: ignore[override]
        """Called by the first statement of a node. An instance's method, unlike dbt's, since the pool is one's own."""
        if connection.state == ConnectionState.OPEN:
            return connection
        with self.exception_handler("connect"):
            return self.retry_connection(
                connection, connect=self._take, logger=logger, retryable_exceptions=(), retry_limit=0
            )

    def _take(self) -> Session:
        with self.exception_handler("connect"):
            return self.pool.take()

    def close(self, connection: Connection) -> Connection:  # type: ignore[override]
        """The node is done: its session goes back for whoever comes next."""
        if connection.state == ConnectionState.OPEN:
            session = connection.handle
            connection.handle = LazyHandle(self.open)
            connection.state = ConnectionState.CLOSED
            self.pool.give_back(session)
        connection.transaction_open = False
        return connection

    def cleanup_all(self) -> None:
        super().cleanup_all()
        self.pool.close()

    def server_version(self) -> ServerVersion:
        known = self.pool.known_version()
        return known if known is not None else self.pool.version(self.get_thread_connection().handle)

    # --- statements

    def add_query(
        self,
        sql: str,
        auto_begin: bool = True,
        bindings: Any | None = None,
        abridge_sql_log: bool = False,
        retryable_exceptions: tuple[type[Exception], ...] = (),
        retry_limit: int = 1,
    ) -> tuple[Connection, Any]:
        connection = self.get_thread_connection()
        kinds = [statement_text.words(statement, 3) for statement in statement_text.statements(sql)]
        if not kinds or self._ends_no_transaction(connection, kinds):
            return connection, WholeTextCursor(None)
        session = self._ready(connection)
        self._note(session, kinds)
        _, cursor = super().add_query(sql, auto_begin, bindings, abridge_sql_log, retryable_exceptions, retry_limit)
        session.last_load = next((o for o in reversed(cursor.outcomes) if o.loaded), session.last_load)
        return connection, cursor

    def _ends_no_transaction(self, connection: Connection, kinds: list[tuple[str, ...]]) -> bool:
        """dbt sends `commit;` before some hooks; it goes out only where a hook began a transaction itself."""
        if kinds[0][:1] != ("COMMIT",) or len(kinds) > 1:
            return False
        return connection.state != ConnectionState.OPEN or not connection.handle.in_transaction

    def _ready(self, connection: Connection) -> Session:
        """The session with the variables that this node wants."""
        session: Session = connection.handle
        if session.cancelled:
            raise DbtRuntimeError("The run was cancelled.")
        if not session.carries_state and not self.pool.is_fresh(session):
            connection.state = ConnectionState.CLOSED
            connection.handle = LazyHandle(self.open)
            session = connection.handle
        changes = session_variables.difference(session.variables, self._wanted_variables(session))
        if changes:
            with self.exception_handler("set"):
                session.run(session_variables.set_statement(changes))
            session.variables = self._wanted_variables(session)
        return session

    def _wanted_variables(self, session: Session) -> dict[str, str]:
        credentials = self.profile.credentials
        has_insert_timeout = credentials.query_timeout is not None and Feature.INSERT_TIMEOUT.on(
            self.pool.version(session)
        )
        return dict(credentials.variables(has_insert_timeout))

    def _note(self, session: Session, kinds: list[tuple[str, ...]]) -> None:
        session.last_used = time.monotonic()
        for kind in kinds:
            if (kind[:1] and kind[0] in STATEFUL) or kind[:2] == ("CREATE", "TEMPORARY"):
                session.carries_state = True
            if kind[:1] and kind[0] in ("BEGIN", "START"):
                session.in_transaction = True
            elif kind[:1] and kind[0] in TRANSACTION_ENDS:
                session.in_transaction = False

    def _add_query_comment(self, sql: str) -> str:
        return sql if statement_text.is_blank(sql) else str(super()._add_query_comment(sql))

    @classmethod
    def get_response(cls, cursor: Any) -> StarRocksResponse:
        return StarRocksResponse.of(cursor.outcomes)

    @classmethod
    def get_result_from_cursor(cls, cursor: Any, limit: int | None) -> agate.Table:
        from dbt_common.clients.agate_helper import table_from_data_flat

        names = [column[0] for column in cursor.description or ()]
        return table_from_data_flat(cls.process_results(names, cursor.values(limit)), names)

    @classmethod
    def data_type_code_to_name(cls, type_code: int | str) -> str:
        return TYPE_NAMES.get(int(type_code), "varchar")

    # --- errors and interruption

    @contextmanager
    def exception_handler(self, sql: str) -> Iterator[None]:
        try:
            yield
        except pymysql.MySQLError as error:
            raise DbtDatabaseError(errors.explain(error, self.profile.credentials)) from error
        except DbtRuntimeError:
            raise
        except Exception as error:
            raise DbtRuntimeError(str(error)) from error

    def cancel_open(self) -> list[str]:
        """Stops what the other threads run. A connection that was never used stays unopened."""
        own = self.get_if_exists()
        with self.lock:
            others = [one for one in self.thread_connections.values() if one is not own]
        for connection in others:
            if connection.state == ConnectionState.OPEN:
                self.cancel(connection)
        return [connection.name for connection in others if connection.name is not None]

    def cancel(self, connection: Connection) -> None:
        """KILL from a session of our own: the other one is busy. Its next statement is refused in `_ready`."""
        session: Session = connection.handle
        session.cancelled = True
        try:
            with self.pool.connect() as own:
                own.run(f"kill query {session.thread_id()}")
        except pymysql.MySQLError as error:
            logger.debug(f"Could not cancel '{connection.name}': {error}")

    # --- transactions: none, for on StarRocks they cannot carry DDL; only dbt's flag is kept

    def begin(self) -> Connection:
        connection = self.get_thread_connection()
        connection.transaction_open = True
        return connection

    def commit(self) -> Connection:
        connection = self.get_thread_connection()
        connection.transaction_open = False
        return connection

    def clear_transaction(self) -> None:
        self.get_thread_connection().transaction_open = False

    def rollback_if_open(self) -> None:
        connection = self.get_if_exists()
        if connection is not None:
            connection.transaction_open = False

    def add_begin_query(self) -> None:
        """Nothing is sent."""

    def add_commit_query(self) -> None:
        """Nothing is sent."""
