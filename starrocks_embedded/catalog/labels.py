"""Labels of loads: unique per database, remembered for a while, shown in OK packets."""

from __future__ import annotations

import re
import threading
import uuid
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.errors import analysis_error

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Catalog, Change

PATTERN = r"^[-\w]{1,128}$"
KEPT = 1000  # finished loads that a database remembers


def check_label(label: str) -> None:
    if not re.match(PATTERN, label):
        raise analysis_error(f"Label format error. regex: {PATTERN}, label: {label}")


def generated_label(kind: str) -> str:
    return f"{kind}_{uuid.uuid4()}"


def is_used(catalog: Catalog, database_id: int, label: str) -> bool:
    return catalog.open_labels.state(database_id, label) is not None or is_finished(catalog, database_id, label)


def is_finished(catalog: Catalog, database_id: int, label: str) -> bool:
    """Whether a load with that label was committed; one that was cancelled gave it back."""
    return any(
        load.label == label and load.database_id == database_id and load.state != "CANCELLED"
        for load in catalog.all(model.Load)
    )


class OpenLabels:
    """Labels of loads that are under way, and how far each is: RUNNING or PREPARED."""

    def __init__(self) -> None:
        self._states: dict[tuple[int, str], str] = {}
        self._mutex = threading.Lock()

    def claim(self, database_id: int, label: str) -> bool:
        """Whether the label was free, and is taken now."""
        with self._mutex:
            if (database_id, label) in self._states:
                return False
            self._states[database_id, label] = "RUNNING"
            return True

    def mark(self, database_id: int, label: str, state: str) -> None:
        with self._mutex:
            self._states[database_id, label] = state

    def release(self, database_id: int, label: str) -> None:
        with self._mutex:
            self._states.pop((database_id, label), None)

    def state(self, database_id: int, label: str) -> str | None:
        return self._states.get((database_id, label))


def remember(
    change: Change, table: model.Table, label: str, transaction: int, rows: int, filtered: int = 0, **more: Any
) -> model.Load:
    """A finished load; the oldest one is forgotten where there are too many."""
    mine = [load for load in change.catalog.all(model.Load) if load.database_id == table.database_id]
    if len(mine) >= KEPT:
        change.delete(min(mine, key=lambda load: load.id))
    facts = {"id": change.catalog.new_id(), "created": now_text(), "finished": now_text(), **more}
    load = model.Load(
        label=label,
        database_id=table.database_id,
        table=table.name,
        transaction=transaction,
        rows=rows,
        filtered=filtered,
        **facts,
    )
    change.put(load)
    return load


def ok_info(label: str, status: str, transaction: int, problem: str = "") -> str:
    more = f", 'err':'{problem}'" if problem else ""
    return f"{{'label':'{label}', 'status':'{status}', 'txnId':'{transaction}'{more}}}"
