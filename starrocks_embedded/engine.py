"""One engine: store, catalog, version, settings, sessions. What all connections share."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starrocks_embedded.backend import Backend
from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.error_logs import ErrorLogs
from starrocks_embedded.catalog.store import Catalog
from starrocks_embedded.catalog.transactions import Transactions
from starrocks_embedded.http.activity import Requests
from starrocks_embedded.scheduler import Scheduler
from starrocks_embedded.taskqueue import TaskQueue
from starrocks_embedded.version import NEWEST, Version

if TYPE_CHECKING:
    from starrocks_embedded.catalog.external import External
    from starrocks_embedded.catalog.model import Table

JOB_SECONDS = 0.8  # until the change of an asynchronous ALTER takes effect


class Engine:
    def __init__(
        self,
        path: Path | None = None,
        version: str = NEWEST,
        user: str = "root",
        password: str = "",
        visible_after: float = 0,
        config: dict[str, str] | None = None,
        catalogs: Mapping[str, str | Path] | None = None,
    ) -> None:
        self.version = Version.parse(version)
        self.config = self._checked(config) if config else {}  # of the front end, as its file would have it
        self.admin = user
        self.admin_password = password
        self.backend = Backend(path)
        self.catalog = Catalog(self.backend)
        self.externals: dict[str, External] = self._attached(catalogs) if catalogs else {}
        self.sessions: dict[int, object] = {}
        self.running_tasks: dict[str, Any] = {}  # their sessions by name
        self.load_listeners: list[Callable[[Engine, str, Table], None]] = []  # called when a load is visible
        self.scheduler = Scheduler()
        self.task_queue = TaskQueue()
        self.address = ("127.0.0.1", 9030)  # where clients reach it, once a server listens
        self.backend_address = ("127.0.0.1", 8040)  # its HTTP port, once one listens
        self.began = time.time()
        self._connection_ids = itertools.count(1)
        self._mutex = threading.Lock()
        self._loading = threading.RLock()
        self._is_ready = False
        self.job_delay = JOB_SECONDS
        self.visible_after = visible_after  # seconds until a committed load is visible
        self.transactions = Transactions()
        self.error_logs = ErrorLogs()
        self.requests = Requests()
        self.open_loads: dict[str, Any] = {}  # transactions of Stream Load, by label; see loading/transactions.py
        self.merge_windows: dict[Any, Any] = {}  # open windows of merge commit; see loading/merge_commit.py
        self.literal_selects: dict[tuple[str, str | None], Any] = {}  # by text and sql_mode; see statements/query.py

    def _attached(self, catalogs: Mapping[str, str | Path]) -> dict[str, External]:
        from starrocks_embedded.catalog.external import attach

        taken = [c.name for c in self.catalog.all(model.ExternalCatalog)]
        return {name: attach(self.backend, name, source, taken) for name, source in catalogs.items()}

    def _checked(self, config: dict[str, str]) -> dict[str, str]:
        from starrocks_embedded.metadata.config import check_config

        return check_config(self.version, config)

    def ready(self) -> None:
        """Loads what only statements need: the first session waits for it, a server that begins to listen does not."""
        with self._loading:
            if self._is_ready:
                return
            import starrocks_embedded.statements.families  # noqa: F401
            from starrocks_embedded.catalog import jobs, visibility
            from starrocks_embedded.catalog.external import declared
            from starrocks_embedded.emit import macros
            from starrocks_embedded.statements import tasks
            from starrocks_embedded.statements.materialized_views import refresh

            macros.install(self.backend)
            for catalog in self.catalog.all(model.ExternalCatalog):
                self.externals[catalog.name] = declared(catalog, self.catalog)
            self.load_listeners.append(refresh.refresh_dependents)
            self._is_ready = True
            visibility.resume(self)
            jobs.resume(self)
            tasks.resume(self)

    def loaded(self, user: str, tables: Iterable[Table]) -> None:
        """The data of tables changed, for everybody to see."""
        for table in tables:
            for listener in self.load_listeners:
                listener(self, user, table)

    def close(self) -> None:
        with self._loading:
            self._is_ready = True
            self.scheduler.close()
            self.task_queue.close()
            self.backend.close()
