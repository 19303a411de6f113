"""dbt's connections: one of the pool's sessions for as long as a node needs it. No SQL of models lives here."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pymysql
from dbt.adapters.contracts.connection import Connection, ConnectionState, LazyHandle
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.exceptions import FailedToConnectError
from dbt.adapters.sql.connections import SQLConnectionManager
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError
from pymysql.constants import FIELD_TYPE

from dbt.adapters.starrocks import errors, session_variables, statement_text, tasks, visibility
from dbt.adapters.starrocks.capabilities import Feature
from dbt.adapters.starrocks.credentials import StarRocksCredentials, shorthand_variables
from dbt.adapters.starrocks.model_settings import Config, ModelSettings
from dbt.adapters.starrocks.pool import SessionPool
from dbt.adapters.starrocks.session import Outcome, Session, StarRocksResponse, WholeTextCursor
from dbt.adapters.starrocks.version import ServerVersion

if TYPE_CHECKING:
    import agate

logger = AdapterLogger("StarRocks")

NO_MODEL = ModelSettings()
CREATE_DATABASE = {("CREATE", "DATABASE"), ("CREATE", "SCHEMA")}
TYPE_NAMES = {code: name.lower() for name, code in vars(FIELD_TYPE).items() if isinstance(code, int)}


class StarRocksConnectionManager(SQLConnectionManager):
    TYPE = "starrocks"

    def __init__(self, profile: Any, mp_context: Any) -> None:
        super().__init__(profile, mp_context)
        self.credentials: StarRocksCredentials = profile.credentials
        self.pool = SessionPool(self.credentials)
        self._settings: dict[Hashable, ModelSettings] = {}
        self._tasks: dict[str | None, str] = {}

    # --- dbt's connections and the pool's sessions

    def open(self, connection: Connection) -> Connection:  # type: ignore[override]
        """Called by the first statement of a node. An instance's method, unlike dbt's, since the pool is one's own."""
        if connection.state == ConnectionState.OPEN:
            return connection
        try:
            connection.handle = self.pool.take()
        except pymysql.MySQLError as error:
            connection.state = ConnectionState.FAIL
            raise FailedToConnectError(errors.explain(error, self.credentials)) from error
        connection.state = ConnectionState.OPEN
        return connection

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

    # --- the node that a thread works on

    def enter_model(self, config: Config) -> None:
        self._settings[self.get_thread_identifier()] = ModelSettings.of(config, self.credentials)

    def leave_model(self) -> None:
        """What the model set is taken back by the next statement that wants it otherwise."""
        self._settings.pop(self.get_thread_identifier(), None)

    @property
    def settings(self) -> ModelSettings:
        return self._settings.get(self.get_thread_identifier(), NO_MODEL)

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
        parts = statement_text.statements(sql)
        if not parts or self._ends_no_transaction(connection, parts):
            return connection, WholeTextCursor(None)
        if self.settings.submit_task and bindings is None and any(tasks.submittable(part) for part in parts):
            return connection, self._add_tasks(connection, parts)
        session = self._ready(connection)
        session.note(parts)
        _, cursor = super().add_query(sql, auto_begin, bindings, abridge_sql_log, retryable_exceptions, retry_limit)
        session.note_loads(cursor.outcomes, parts)
        self.pool.home_may_exist |= any(statement_text.words(part, 2) in CREATE_DATABASE for part in parts)
        return connection, cursor

    def _ends_no_transaction(self, connection: Connection, parts: list[str]) -> bool:
        """dbt sends `commit;` before some hooks; it goes out only where a hook began a transaction itself."""
        if len(parts) > 1 or statement_text.words(parts[0], 1) != ("COMMIT",):
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
        if session.home is None and self.pool.home_may_exist:
            with self.exception_handler("use"):
                self.pool.go_home(session)
        self._set_variables(session)
        return session

    def _set_variables(self, session: Session) -> None:
        """One SET at most. What only this model wants is looked up first, so that it can be taken back later."""
        wanted = self._wanted_variables(session)
        strange = [name for name in wanted if name not in self._wanted_by_profile and name not in session.before]
        if strange:
            (values,) = self._tell(session, session_variables.ask_statement(strange))
            session.before |= zip(strange, map(session_variables.literal, values), strict=True)
        changes = session_variables.difference(session.variables, wanted, session.before)
        if changes:
            self._tell(session, session_variables.set_statement(changes))
            session.variables = wanted

    def _tell(self, session: Session, sql: str) -> list[tuple[Any, ...]]:
        logger.debug(f"Session {session.id}: {sql}")
        with self.exception_handler(sql):
            return session.run(sql)

    @property
    def _wanted_by_profile(self) -> dict[str, str]:
        return NO_MODEL.variables(self.credentials, has_insert_timeout=True)

    def _wanted_variables(self, session: Session) -> dict[str, str]:
        has_insert_timeout = Feature.INSERT_TIMEOUT.on(self.pool.version(session))
        return self.settings.variables(self.credentials, has_insert_timeout)

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """A question of the adapter's own, on this thread's session."""
        session = self._ready(self.get_thread_connection())
        with self.exception_handler(sql):
            return session.rows(sql)

    def await_visible(self) -> None:
        session: Session = self.get_thread_connection().handle
        if session.last_load is not None:
            visibility.wait(session.last_load, self.ask)
            session.last_load = None

    # --- loads as tasks of the server

    def _add_tasks(self, connection: Connection, parts: list[str]) -> WholeTextCursor:
        """Statement by statement: what the server takes as a task is submitted, the rest runs as ever."""
        outcomes: list[Outcome] = []
        cursor = WholeTextCursor(None)
        for part in parts:
            if tasks.submittable(part):
                outcomes.append(self._run_task(connection, part))
                continue
            session = self._ready(connection)
            session.note([part])
            _, cursor = super().add_query(part)
            outcomes += cursor.outcomes
        cursor.outcomes = outcomes
        return cursor

    def _run_task(self, connection: Connection, statement: str) -> Outcome:
        session = self._ready(connection)
        name = tasks.task_name(connection.name or "")
        told = self.credentials
        task = tasks.Task(name, self.ask, tasks.Patience(told.poll_interval, told.poll_factor, told.poll_max_delay))
        self._tasks[connection.name] = name
        try:
            super().add_query(tasks.submit_statement(name, statement, self._task_variables(session)))
            return task.wait()
        except tasks.TaskFailed:
            raise
        except BaseException:  # interrupted, or nobody can tell how the task goes: it must not write later on
            self._stop(tasks.drop_statement(name))
            raise
        finally:
            del self._tasks[connection.name]

    def _task_variables(self, session: Session) -> dict[str, str]:
        """A task has the session variables of its hint; its time limit is its own unless the model sets one.

        It says SUCCESS when its load is committed, so it has to wait by itself until the load is visible."""
        has_insert_timeout = Feature.INSERT_TIMEOUT.on(self.pool.version(session))
        seconds = self.credentials.async_query_timeout
        limits = shorthand_variables(seconds, None, None, has_insert_timeout)
        limits["tx_visible_wait_timeout"] = str(seconds)
        profile = self.credentials.variables(has_insert_timeout)
        return {**profile, **limits, **self.settings.own_variables(has_insert_timeout)}

    def load(self, sql: str) -> None:
        """A seed's rows, with the query comment as every statement; dbt's log need not hold megabytes of values."""
        self.add_query(self._add_query_comment(sql), auto_begin=False, abridge_sql_log=True)

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
            raise DbtDatabaseError(errors.explain(error, self.credentials)) from error
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
        task = self._tasks.get(connection.name)
        self._stop(tasks.drop_statement(task) if task else f"kill query {session.id}")

    def _stop(self, sql: str) -> None:
        try:
            with self.pool.connect() as own:
                own.run(sql)
        except pymysql.MySQLError as error:  # there may be nothing left to stop
            logger.debug(f"{sql}: {error}")

    # --- transactions: none, for on StarRocks they cannot carry DDL; only dbt's flag is kept

    def begin(self) -> Connection:  # type: ignore[override]
        connection = self.get_thread_connection()
        connection.transaction_open = True
        return connection

    def commit(self) -> Connection:  # type: ignore[override]
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
