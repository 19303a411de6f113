"""One engine: store, catalog, version, settings, sessions. What all connections share."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from typing import Any

from starrocks_embedded.backend import Backend
from starrocks_embedded.catalog import jobs, visibility
from starrocks_embedded.catalog.store import Catalog
from starrocks_embedded.catalog.transactions import Transactions
from starrocks_embedded.emit import macros
from starrocks_embedded.version import NEWEST, Version


class Engine:
    def __init__(
        self,
        path: Path | None = None,
        version: str = NEWEST,
        user: str = "root",
        password: str = "",
        visible_after: float = 0,
    ) -> None:
        self.version = Version.parse(version)
        self.admin = user
        self.admin_password = password
        self.backend = Backend(path)
        macros.install(self.backend)
        self.catalog = Catalog(self.backend)
        self.sessions: dict[int, object] = {}
        self._connection_ids = itertools.count(1)
        self._mutex = threading.Lock()
        self.job_delay = jobs.DELAY
        self.visible_after = visible_after  # seconds until a committed load is visible
        self.transactions = Transactions()
        self.literal_selects: dict[tuple[str, str | None], Any] = {}  # by text and sql_mode; see statements/query.py
        visibility.resume(self)
        jobs.resume(self)

    def close(self) -> None:
        self.backend.close()
