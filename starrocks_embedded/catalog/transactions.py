"""What is known of past loads by their number: what SHOW TRANSACTION tells. Kept in memory, as a server forgets too."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from starrocks_embedded.catalog.clock import now_text

KEPT = 1000


@dataclass
class Transaction:
    """A load. `status` is COMMITTED, VISIBLE or ABORTED; the times are texts, empty until they come."""

    id: int
    label: str
    database_id: int
    source: str = "INSERT_STREAMING"
    status: str = "VISIBLE"
    began: str = ""
    finished: str = ""


class Transactions:
    def __init__(self) -> None:
        self._known: dict[int, Transaction] = {}
        self._mutex = threading.Lock()

    def committed(self, id_: int, label: str, database_id: int, source: str = "INSERT_STREAMING") -> Transaction:
        """Notes a load whose rows are stored; it is visible only once `publish` says so."""
        with self._mutex:
            self._known[id_] = noted = Transaction(id_, label, database_id, source, "COMMITTED", now_text())
            if len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return noted

    def find(self, id_: int, database_id: int) -> Transaction | None:
        found = self._known.get(id_)
        return found if found is not None and found.database_id == database_id else None


def publish(transaction: Transaction) -> None:
    transaction.finished = now_text()
    transaction.status = "VISIBLE"
