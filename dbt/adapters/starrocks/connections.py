"""Open, close, cancel; driver errors become dbt's. No SQL of models lives here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
from dbt.adapters.contracts.connection import AdapterResponse, Connection, ConnectionState
from dbt.adapters.sql import SQLConnectionManager
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError

from dbt.adapters.starrocks import launch
from dbt.adapters.starrocks.credentials import StarRocksCredentials


class StarRocksConnectionManager(SQLConnectionManager):
    TYPE = "starrocks"

    @contextmanager
    def exception_handler(self, sql: str) -> Iterator[None]:
        try:
            yield
        except pymysql.MySQLError as error:
            text = str(error.args[1]) if len(error.args) > 1 else str(error)
            raise DbtDatabaseError(text) from error
        except DbtRuntimeError:
            raise
        except Exception as error:
            raise DbtRuntimeError(str(error)) from error

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        if connection.state == ConnectionState.OPEN:
            return connection
        credentials = connection.credentials
        assert isinstance(credentials, StarRocksCredentials)

        def connect() -> Any:
            return pymysql.connect(
                **launch.address(credentials),
                autocommit=True,
                charset="utf8mb4",
                connect_timeout=credentials.connect_timeout,
            )

        return cls.retry_connection(
            connection, connect=connect, logger=_logger(), retryable_exceptions=[], retry_limit=0
        )

    def cancel(self, connection: Connection) -> None:
        """Stops the statement on the server, from a connection of our own."""
        credentials = connection.credentials
        assert isinstance(credentials, StarRocksCredentials)
        with pymysql.connect(**launch.address(credentials)) as own, own.cursor() as cursor:
            cursor.execute(f"kill query {connection.handle.thread_id()}")

    @classmethod
    def get_response(cls, cursor: Any) -> AdapterResponse:
        return AdapterResponse(_message="SUCCESS", rows_affected=cursor.rowcount)

    @classmethod
    def data_type_code_to_name(cls, type_code: int | str) -> str:
        names = {v: k for k, v in vars(pymysql.constants.FIELD_TYPE).items() if isinstance(v, int)}
        return names.get(int(type_code), "VARCHAR").lower()

    # Nothing is wrapped in a transaction: on StarRocks one cannot carry DDL.
    def add_begin_query(self) -> Any:
        return None

    def add_commit_query(self) -> Any:
        return None

    def begin(self) -> Connection:
        connection = self.get_thread_connection()
        connection.transaction_open = True
        return connection

    def commit(self) -> Connection:
        connection = self.get_thread_connection()
        connection.transaction_open = False
        return connection

    def rollback_if_open(self) -> None:
        self.get_thread_connection().transaction_open = False

    @classmethod
    def _rollback_handle(cls, connection: Connection) -> None:
        """Nothing is open that could be rolled back."""


def _logger() -> Any:
    from dbt.adapters.events.logging import AdapterLogger

    return AdapterLogger("StarRocks")
