"""Loads that are committed but not yet visible: for a while everybody reads their tables as they were before.

A server publishes a load within milliseconds, or within seconds when it is busy, and its INSERT may be answered before
that. `Engine.visible_after` makes each load that slow. The rows are in the table at once; readers are given its
oldest layer, a copy made before the first load that is not published yet. Layers belong to the table, not to its
name: a table that is renamed or swapped meanwhile shows its rows late under the new name."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.transactions import Transaction, publish
from starrocks_embedded.errors import StarRocksError, failure

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.session import Session

GRACE = 10.0  # seconds that a layer outlives its use: queries that began before may still read it
NAP = 0.02


def withhold(engine: Engine, change: Change, table: model.Table, already_waited: float = 0) -> None:
    """Readers keep seeing the table as it is now; call it before its rows change."""
    delay = engine.visible_after - already_waited
    if delay <= 0:
        return
    edited = change.edit(table)
    layer = f"v{table.id}_{engine.catalog.new_id()}"
    change.run(f'CREATE TABLE data."{layer}" AS SELECT * FROM data."{table.physical}"')
    edited.layers = (*edited.layers, layer)
    _later(delay, _reveal, engine, table.id, layer)


def drop_replaced(change: Change, table: model.Table) -> None:
    """An overwrite exchanged partitions for new ones: they are empty until its load is published."""
    kept = ", ".join(str(p.id) for p in table.partitions) or "-1"
    for layer in table.layers:
        change.run(f'DELETE FROM data."{layer}" WHERE p NOT IN ({kept})')


def committed(
    session: Session, label: str, transaction: int, tables: Iterable[model.Table], source: str = "INSERT_STREAMING"
) -> str:
    """The info of a load's OK packet, sent when the load is visible or when the statement has waited long enough."""
    engine, written = session.engine, list(tables)
    noted = engine.transactions.committed(transaction, label, written[0].database_id, source)
    layers = [(t.id, t.layers[-1]) for t in map(_now, [engine] * len(written), written) if t is not None and t.layers]
    if not layers:
        publish(noted)
        engine.loaded(session.user, written)
        return labels.ok_info(label, "VISIBLE", transaction)
    waiting = threading.Thread(target=_publish, args=(session, noted, layers, written), daemon=True)
    waiting.start()
    waiting.join(patience(session))
    if noted.status == "VISIBLE":
        return labels.ok_info(label, "VISIBLE", transaction)
    ids = ",".join(str(t.id) for t in written)
    reason = "txn has not sent publish tasks yet, maybe waiting previous txns on the same table(s) to finish"
    return labels.ok_info(label, "COMMITTED", transaction, f"Publish timeout {reason}, tableIds: {ids}")


def wait_to_exchange(session: Session, table: model.Table, patient: bool = False) -> float:
    """An overwrite loads beside, waits until that is visible, then exchanges partitions. The seconds it waited."""
    delay = session.engine.visible_after
    waits = delay if patient else min(delay, patience(session))
    _sleep(session, waits)
    if waits < delay and session.engine.version.at_least("4.1"):
        raise failure(f"temp partition {table.name} still has committed transactions not visible")
    return waits


def patience(session: Session) -> float:
    """How long a load's statement waits for its rows to become visible: until its own timeout, unless the front end
    is configured not to."""
    from starrocks_embedded.metadata.config import config_value
    from starrocks_embedded.metadata.variables import value_text

    if config_value(session.engine, "enable_sync_publish") == "true":
        timeout = "insert_timeout" if session.engine.version.at_least("3.4") else "query_timeout"
        return float(value_text(session, timeout))
    return float(value_text(session, "tx_visible_wait_timeout"))


def settle(session: Session, table: model.Table) -> None:
    """Waits until all loads of a table are visible, as changes of its columns do."""
    while (now := _now(session.engine, table)) is not None and now.layers:
        _sleep(session, NAP)


def resume(engine: Engine) -> None:
    """Publishes what an earlier process left unpublished, and drops its layers."""
    connection = engine.backend.connect()
    names = [n for (n,) in connection.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'data'")]
    waiting = [t for t in engine.catalog.all(model.Table) if t.layers]
    layers = [n for n in names if n.startswith("v")]
    if waiting or layers:
        with engine.catalog.change(connection) as change:
            for table in waiting:
                change.edit(table).layers = ()
            for layer in layers:
                change.run(f'DROP TABLE data."{layer}"')
    connection.close()


# ---- publishing


def _reveal(engine: Engine, table_id: int, layer: str) -> None:
    connection = engine.backend.connect()
    with engine.catalog.change(connection, [table_id]) as change:
        table = engine.catalog.get(model.Table, table_id)
        if table is not None and layer in table.layers:
            edited = change.edit(table)
            edited.layers = edited.layers[edited.layers.index(layer) + 1 :]
            edited.version += 1
            edited.updated = now_text()
    connection.close()
    _later(GRACE, _forget, engine, layer)


def _forget(engine: Engine, layer: str) -> None:
    connection = engine.backend.connect()
    connection.run(f'DROP TABLE IF EXISTS data."{layer}"')
    connection.close()


def _publish(session: Session, noted: Transaction, layers: list[tuple[int, str]], written: list[model.Table]) -> None:
    while any(_is_waiting(session.engine, *one) for one in layers):
        time.sleep(NAP)
    publish(noted)
    session.engine.loaded(session.user, written)


def _is_waiting(engine: Engine, table_id: int, layer: str) -> bool:
    table = engine.catalog.get(model.Table, table_id)
    return table is not None and layer in table.layers


def _now(engine: Engine, table: model.Table) -> model.Table | None:
    return engine.catalog.get(model.Table, table.id)


def _sleep(session: Session, seconds: float) -> None:
    if session.killed.wait(seconds):
        raise StarRocksError(1317, "Query execution was interrupted")


def _later(seconds: float, what: object, *arguments: object) -> None:
    def run() -> None:
        try:
            what(*arguments)  # type: ignore[operator]
        except Exception:  # the engine was closed: whoever opens the store next resumes
            return

    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()
