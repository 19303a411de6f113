"""Labels of loads: unique per database, remembered for a while, shown in OK packets."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

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
    return any(load.label == label and load.database_id == database_id for load in catalog.all(model.Load))


def remember(change: Change, table: model.Table, label: str, transaction: int, rows: int, filtered: int = 0) -> None:
    """A finished load; the oldest one is forgotten where there are too many."""
    mine = [load for load in change.catalog.all(model.Load) if load.database_id == table.database_id]
    if len(mine) >= KEPT:
        change.delete(min(mine, key=lambda load: load.id))
    now = now_text()
    change.put(
        model.Load(
            change.catalog.new_id(),
            label,
            table.database_id,
            table.name,
            created=now,
            finished=now,
            rows=rows,
            filtered=filtered,
            transaction=transaction,
        )
    )


def ok_info(label: str, status: str, transaction: int, problem: str = "") -> str:
    more = f", 'err':'{problem}'" if problem else ""
    return f"{{'label':'{label}', 'status':'{status}', 'txnId':'{transaction}'{more}}}"
