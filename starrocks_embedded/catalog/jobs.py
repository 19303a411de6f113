"""Background changes of tables: started by a statement, visible for a moment, then applied in one transaction.

A job carries the table's new attributes (`details['table']`) and the DuckDB statements that rewrite its data
(`details['rewrite']`); until it is applied the table keeps its old shape, and nothing else may alter it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text
from starrocks_embedded.catalog.dependents import affected_ids, deactivate_dependents
from starrocks_embedded.errors import StarRocksError, failure

if TYPE_CHECKING:
    from starrocks_embedded.catalog.store import Change
    from starrocks_embedded.engine import Engine

RETRY = 0.2
ACTIVE_STATES = ("PENDING", "WAITING_TXN", "RUNNING")
TABLE_STATES = {"column": "SCHEMA_CHANGE", "optimize": "OPTIMIZE", "rollup": "ROLLUP"}
DOCS = "https://docs.starrocks.io/docs/sql-reference/sql-statements"
SEE_ALTER = f"{DOCS}/table_bucket_part_index/SHOW_ALTER"
WAIT = "Please wait until the current operation completes. To check the status of the operation, see"


def running_job(engine: Engine, table: model.Table) -> model.Job | None:
    """The job that holds the table, if one does."""
    job = engine.catalog.get(model.Job, table.job) if table.job else None
    return job if job is not None and job.state in ACTIVE_STATES else None


def table_state(engine: Engine, table: model.Table) -> str:
    """NORMAL, SCHEMA_CHANGE, OPTIMIZE or ROLLUP."""
    job = running_job(engine, table)
    return TABLE_STATES[job.kind] if job else "NORMAL"


def require_normal(engine: Engine, table: model.Table) -> None:
    """Refuses to alter a table that a job is changing."""
    state = table_state(engine, table)
    if state == "SCHEMA_CHANGE":
        operation = f"A schema change operation is in progress on the table {table.name}."
        raise failure(f"{operation} {WAIT} {SEE_ALTER}")
    if state == "ROLLUP":
        operation = f"A materialized view or rollup index is being created on the table {table.name}."
        raise failure(f"{operation} {WAIT} {DOCS}/materialized_view/SHOW_ALTER_MATERIALIZED_VIEW or {SEE_ALTER}")
    if state != "NORMAL":
        raise failure(f"The table {table.name} is currently in state {state}")


# ---- starting


def start_job(
    engine: Engine, change: Change, table: model.Table, kind: str, attributes: dict[str, Any], rewrite: list[str],
    **details: Any,
) -> model.Job:  # fmt: skip
    """A job whose changes apply by themselves a moment after this block commits."""
    job = _new_job(engine, table, kind)
    job.details.update(table=attributes, rewrite=rewrite, started=time.time(), **details)
    change.edit(table).job = job.id
    change.put(job)
    _schedule(engine, job.id, delay_of(engine))
    return job


def record_finished(engine: Engine, change: Change, table: model.Table, kind: str) -> model.Job:
    """A change that needed no rewriting still shows as a finished job."""
    job = _new_job(engine, table, kind)
    job.state, job.finished = "FINISHED", job.created
    job.details.update(light=True, transaction=engine.catalog.new_id())
    change.put(job)
    return job


def _new_job(engine: Engine, table: model.Table, kind: str) -> model.Job:
    catalog = engine.catalog
    version = sum(1 for j in catalog.all(model.Job) if j.details.get("table_id") == table.id and j.kind == kind) + 1
    details = {"table_id": table.id, "version": version, "index_id": catalog.new_id()}
    return model.Job(catalog.new_id(), kind, table.name, table.database_id, now_text(), details=details)


def delay_of(engine: Engine) -> float:
    return engine.job_delay


def shown_state(engine: Engine, job: model.Job) -> str:
    """The state by the job's age: it waits, then runs."""
    if job.state != "PENDING":
        return job.state
    age = time.time() - float(job.details.get("started", 0))
    share = age / (delay_of(engine) or 1)
    return "PENDING" if share < 0.6 else "WAITING_TXN" if share < 0.8 else "RUNNING"


# ---- finishing


def resume(engine: Engine) -> None:
    """Takes up the jobs that an earlier process left unfinished."""
    for job in engine.catalog.all(model.Job):
        if job.state in ACTIVE_STATES:
            _schedule(engine, job.id, 0)


def _schedule(engine: Engine, job_id: int, delay: float) -> None:
    timer = threading.Timer(delay, _run, (engine, job_id))
    timer.daemon = True
    timer.start()


def _run(engine: Engine, job_id: int) -> None:
    """Applies a job; while another transaction is in the way it tries again."""
    for _ in range(50):
        job = engine.catalog.get(model.Job, job_id)
        if job is not None and job.state not in ACTIVE_STATES:
            return
        try:
            if job is not None and finish(engine, job):
                return
        except StarRocksError as error:
            if "onflict" not in error.message and "another transaction" not in error.message:
                _give_up(engine, job_id, error.message)
                return
        except Exception:  # the engine was closed: whoever opens the store next resumes the job
            return
        time.sleep(RETRY)


def finish(engine: Engine, job: model.Job) -> bool:
    """Rewrites the data and gives the table its new shape, both or neither. False: its table is gone."""
    connection = engine.backend.connect()
    table_id = int(job.details["table_id"])
    try:
        with engine.catalog.change(connection, _to_lock(engine, table_id)) as change:
            job = change.edit(job)
            table = engine.catalog.get(model.Table, table_id)
            if job.state not in ACTIVE_STATES or table is None:
                return table is None
            if table.layers:  # a change of columns waits for the loads before it
                return False
            for statement in job.details["rewrite"]:
                change.run(statement)
            table = change.edit(table)
            touched = job.details.get("touched", [])
            if touched:
                reason = f"base table schema changed for columns: {','.join(touched)}"
                deactivate_dependents(change, table, reason, touched)
            for name, value in job.details["table"].items():
                setattr(table, name, value)
            if rollup := job.details.get("rollup"):
                table.rollups.append(replace(rollup, id=job.details["index_id"]))
            for partition in table.partitions:
                partition.buckets = job.details.get("buckets", {}).get(str(partition.id), partition.buckets)
            table.job = 0
            job.state, job.finished = "FINISHED", now_text()
            job.details = {k: v for k, v in job.details.items() if k not in ("table", "rewrite")}
            job.details["transaction"] = engine.catalog.new_id()
        return True
    finally:
        connection.close()


def _to_lock(engine: Engine, table_id: int) -> list[int]:
    table = engine.catalog.get(model.Table, table_id)
    return [table_id] if table is None else affected_ids(engine.catalog, table)


def _give_up(engine: Engine, job_id: int, message: str) -> None:
    job = engine.catalog.get(model.Job, job_id)
    if job is not None:
        connection = engine.backend.connect()
        try:
            with engine.catalog.change(connection, [int(job.details["table_id"])]) as change:
                cancel_job(engine, change, job, message)
        finally:
            connection.close()


def cancel_job(engine: Engine, change: Change, job: model.Job, message: str) -> None:
    """Ends a job without its effects and frees its table."""
    cancelled = change.edit(job)
    cancelled.state, cancelled.finished, cancelled.message = "CANCELLED", now_text(), message
    cancelled.details.pop("table", None)
    cancelled.details.pop("rewrite", None)
    table = engine.catalog.get(model.Table, int(job.details["table_id"]))
    if table is not None and table.job == job.id:
        change.edit(table).job = 0
