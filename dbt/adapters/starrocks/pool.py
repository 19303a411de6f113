"""Logged-in sessions between two uses: any thread takes a free one, and gets it as the profile wants it."""

from __future__ import annotations

import threading
import time

import pymysql
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks import launch
from dbt.adapters.starrocks.capabilities import FLOOR
from dbt.adapters.starrocks.credentials import DEFAULT_CATALOG, StarRocksCredentials
from dbt.adapters.starrocks.session import Session
from dbt.adapters.starrocks.version import ServerVersion

# the server closes a session that was idle for `wait_timeout`, and firewalls are less patient
IDLE_SECONDS_TRUSTED = 60


class SessionPool:
    """As many sessions as were ever in use at once."""

    def __init__(self, credentials: StarRocksCredentials) -> None:
        self.credentials = credentials
        self._free: list[Session] = []
        self._mutex = threading.Lock()
        self._first = threading.Lock()
        self._version: ServerVersion | None = None
        # false while the schema is known to be missing: it is looked for again when a database was created
        self.home_may_exist = True

    def take(self) -> Session:
        while (session := self._pop()) is not None:
            if self.is_fresh(session):
                return session
            session.discard()
        return self.open()

    def give_back(self, session: Session) -> None:
        """A session on which users set something of their own ends here: the next node must not inherit it."""
        if session.closed or session.carries_state or session.cancelled:
            session.discard()
            return
        with self._mutex:
            self._free.append(session)

    def close(self) -> None:
        while (session := self._pop()) is not None:
            session.discard()

    def open(self) -> Session:
        session = self.connect()
        try:
            self._greet(session)
            self.go_home(session)
        except BaseException:
            session.discard()
            raise
        return session

    def connect(self) -> Session:
        """A session as the server gives it; also for what must not wait for a free one, such as KILL."""
        try:
            return self._connect()
        except pymysql.OperationalError:
            if not launch.forget(self.credentials):
                raise
            return self._connect()

    def _connect(self) -> Session:
        return Session(
            **launch.address(self.credentials),
            connect_timeout=self.credentials.connect_timeout,
            read_timeout=self.credentials.read_timeout,
            write_timeout=self.credentials.write_timeout,
        )

    def version(self, session: Session) -> ServerVersion:
        """Asked once per run, by whoever is first."""
        with self._first:
            if self._version is None:
                self._version = self._ask_version(session)
            return self._version

    def known_version(self) -> ServerVersion | None:
        return self._version

    def _ask_version(self, session: Session) -> ServerVersion:
        told = self.credentials.version
        version = ServerVersion.parse(str(told or session.run("select current_version()")[0][0]))
        if version < FLOOR:
            raise DbtRuntimeError(
                f"This server is StarRocks {version}; dbt-starrocks needs {FLOOR.major}.{FLOOR.minor} or newer. "
                "Older versions lack OR REPLACE VIEW, metadata of materialized views and access control by roles."
            )
        return version

    def is_fresh(self, session: Session) -> bool:
        if session.closed:
            return False
        return time.monotonic() - session.last_used < IDLE_SECONDS_TRUSTED or session.is_alive()

    def _pop(self) -> Session | None:
        with self._mutex:
            return self._free.pop() if self._free else None

    def _greet(self, session: Session) -> None:
        """What the first session of a run finds out for all."""
        if self._version is None:
            self._refuse_a_catalog_as_database(session)
        self.version(session)

    def _refuse_a_catalog_as_database(self, session: Session) -> None:
        name = self.credentials.ignored_database
        if name and session.enter(f"catalog {name}"):
            raise DbtRuntimeError(
                f"Profile: `database: {name}` is not used, but this server has a catalog of that name. "
                f"If dbt shall build there, write `catalog: {name}` instead; "
                f"if it shall build into the catalog {self.credentials.catalog}, remove `database`."
            )

    def go_home(self, session: Session) -> None:
        """Unqualified names in hooks and functions are looked for in the profile's catalog and schema."""
        catalog, schema = self.credentials.catalog, self.credentials.schema
        if session.home is None and self.home_may_exist:
            if session.enter(f"{catalog}.{schema}"):
                session.home = f"{catalog}.{schema}"
                return
            self.home_may_exist = False
        if session.home is None and catalog != DEFAULT_CATALOG and not session.enter(f"catalog {catalog}"):
            raise pymysql.OperationalError(5078, f"Unknown catalog '{catalog}'")
