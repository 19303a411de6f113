"""One client's state, and the life of a packet of SQL: parse all of it, then run statement after statement."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.engine import Engine
from starrocks_embedded.errors import StarRocksError, analysis_error, no_database, unsupported
from starrocks_embedded.metadata.accounts import login_variables
from starrocks_embedded.metadata.config import config_value
from starrocks_embedded.metadata.databases import is_system_database
from starrocks_embedded.metadata.unfollowed import unfollowed
from starrocks_embedded.result import Result
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.statements.registry import Statement

QUERIES = ("SELECT", "WITH", "VALUES", "EXPLAIN", "INSERT", "(")  # what begins a query, or may


class Session:
    """`connection` is the session's DuckDB cursor; `transaction` the explicit transaction that is open, if one is."""

    def __init__(self, engine: Engine, connection_id: int, user: str, host: str = "127.0.0.1") -> None:
        engine.ready()
        self.engine = engine
        self.id = connection_id
        self.user = user
        self.host = host
        self.catalog_name = "default_catalog"
        self.database_name = ""
        self.variables = login_variables(engine, user, host)  # those that differ from their defaults
        self.user_variables: dict[str, Any] = {}
        self.chosen_roles: tuple[int, ...] | None = None  # by SET ROLE; None: what the login activates
        self.acting_as: tuple[str, str] | None = None  # the account of EXECUTE AS: name and host pattern
        self.transaction: Any = None
        self.connection = engine.backend.connect()
        self.prepared: dict[str, str] = {}  # PREPARE: names and texts
        self.port = 0  # of the client
        self.query_id = self.last_query_id = ""
        self.current_statement = ""
        self.expired = ""  # the variable whose limit the running statement has reached
        self.statement_began = self.began = time.time()
        self.killed = threading.Event()
        self.disconnect: Callable[[], None] = (
            self.killed.set
        )  # what KILL CONNECTION calls; the server closes the socket

    # ---- running

    def run(self, text: str) -> Iterator[Result]:
        """Every statement's result in order. A syntax error anywhere runs nothing; another error stops there."""
        for statement in self.parse(text):
            self.begin_statement(statement.text)
            try:
                yield self.execute(statement)
            finally:
                self.end_statement()

    def execute(self, statement: Statement) -> Result:
        from starrocks_embedded.statements.registry import execute

        return execute(self, statement)

    def begin_statement(self, text: str) -> None:
        self.last_query_id, self.query_id = self.query_id, str(uuid.uuid4())
        self.current_statement = text
        self.statement_began = time.time()

    def end_statement(self) -> None:
        self.current_statement = ""

    def parse(self, text: str) -> list[Statement]:
        setting = unfollowed(self.variables)
        if not setting and (known := self.engine.literal_selects.get((text, self.variables.get("sql_mode")))):
            return [known]
        # the statement families import this module: they are loaded when the first packet arrives
        from starrocks_embedded.statements.bulk_values import bulk_statement, read_bulk
        from starrocks_embedded.statements.registry import parse_statement

        bulk = None if setting else read_bulk(text)
        if bulk is not None:
            return [bulk_statement(bulk, self.engine.version, self.sql_mode)]
        cursor = Cursor(text, self.engine.version, self.sql_mode, self.children_limit)
        if setting and (cursor.looking_at_any(*QUERIES) or any(token.key == "SELECT" for token in cursor.tokens)):
            raise unsupported(f"A query while the session has {setting}")
        statements: list[Statement] = []
        if not cursor.looking_at(";"):  # a lone semicolon is an empty statement; no text at all is none
            statements.append(parse_statement(cursor))
        while True:
            while cursor.accept(";"):
                pass
            if cursor.token.kind == "end":
                return statements
            statements.append(parse_statement(cursor))

    # ---- looking up

    @property
    def sql_mode(self) -> frozenset[str]:
        return frozenset(self.variables.get("sql_mode", "ONLY_FULL_GROUP_BY").upper().split(","))

    @property
    def children_limit(self) -> int:
        """How many expressions may stand in one list, and rows in one VALUES."""
        return int(config_value(self.engine, "expr_children_limit") or 10000)

    def resolve(self, name: tuple[str, ...]) -> tuple[str, str, str]:
        """(catalog, database, table) of a written name, by the session's catalog and database."""
        if len(name) == 3:
            return name[0], name[1], name[2]
        if len(name) == 2:
            return self.catalog_name, name[0], name[1]
        if not self.database_name:
            raise no_database(self.engine.version.at_least("3.4"))
        return self.catalog_name, self.database_name, name[0]

    def database(self, name: str, catalog: str = "") -> model.Database:
        """A database that exists, or StarRocks' refusal."""
        if (catalog or self.catalog_name) in self.engine.externals:
            raise unsupported(f"This statement in the external catalog {catalog or self.catalog_name}")
        if (catalog or self.catalog_name) != "default_catalog":
            raise StarRocksError(5078, f"Getting analyzing error. Detail message: Unknown catalog '{catalog}'.")
        found = self.engine.catalog.database(name)
        if found is None:
            raise analysis_error(f"Unknown database '{name}'", code=5501)
        return found

    def find_table(self, name: tuple[str, ...]) -> model.Table | None:
        """The table, view or materialized view of that name, if there is one."""
        catalog, database, table = self.resolve(name)
        if is_system_database(database):
            return None
        return self.engine.catalog.table(self.database(database, catalog).id, table, self.id)

    def reset(self) -> None:
        """As COM_RESET_CONNECTION: variables are the server's again."""
        self.variables = login_variables(self.engine, self.user, self.host)
        self.user_variables.clear()

    def close(self) -> None:
        self.connection.close()
