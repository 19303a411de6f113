"""The transaction interface of Stream Load: begin, load, prepare, commit, rollback.

A body is read when it arrives; its rows wait in the transaction's own session until they are committed together."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.loading.options import Options, check_size, read_options
from starrocks_embedded.loading.replies import Facts, since, written
from starrocks_embedded.loading.stream_load import (
    LabelUsed,
    claim_label,
    count,
    load_facts,
    note_failure,
    publish_log,
)
from starrocks_embedded.loading.targets import check_load, target_of
from starrocks_embedded.loading.work import Part, forget, judge, plan_part, stage_part, store_parts

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.http.handler import Handler
    from starrocks_embedded.session import Session

ONLY_LEADER = "Multi-statement transaction requests can only be sent to FE nodes, not BE nodes"
IDLE_SECONDS = 600


class Refused(Exception):
    """An answer that is no error of SQL: its status and its text."""

    def __init__(self, status: str, message: str, existing: str | None = None) -> None:
        super().__init__(status, message)
        self.status, self.message, self.existing = status, message, existing


@dataclass
class OpenLoad:
    """A transaction between begin and commit. `multi`: over several tables of its database."""

    session: Session
    table: model.Table | None
    facts: Facts
    database_id: int
    multi: bool
    timeout: float
    parts: list[Part] = field(default_factory=list)
    options: Options | None = None
    prepared: bool = False
    touched: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)


def answer_transaction(request: Handler, operation: str, leads: bool = False) -> bytes:
    """`leads`: the request came to a front end, which alone takes transactions over several tables."""
    engine, label = request.server.engine, request.headers.get("label") or ""
    facts = Facts(label, request.headers.get("db") or "", request.headers.get("table") or "")
    try:
        for load in _idle(engine):
            _abandon(engine, load, "transaction is aborted by idle timeout")
        if not label:
            raise Refused("INVALID_ARGUMENT", "empty label")
        if request.headers.get("transaction_type") and not leads and operation != "load":
            raise Refused("INVALID_ARGUMENT", ONLY_LEADER)
        return OPERATIONS[operation](request, facts)
    except LabelUsed as used:
        return _reply(engine, facts, "LABEL_ALREADY_EXISTS", used.message, existing=used.state)
    except Refused as refused:
        request.skip_body()
        return _reply(engine, facts, refused.status, refused.message, existing=refused.existing)
    except StarRocksError as error:
        request.skip_body()
        return _reply(engine, facts, "ANALYSIS_ERROR" if operation == "begin" else "INTERNAL_ERROR", error.message)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return _reply(engine, facts, "INTERNAL_ERROR", f"The embedded engine failed: {type(error).__name__}")


# ---- operations


def _begin(request: Handler, facts: Facts) -> bytes:
    engine = request.server.engine
    account = request.account()
    if isinstance(account, str):
        raise failure(account)
    if engine.open_loads.get(facts.label) is not None:
        raise Refused("LABEL_ALREADY_EXISTS", f"Label [{facts.label}] has already been used.", "RUNNING")
    session = request.session(account)
    try:
        load = _opened(request, session, facts)
    except BaseException:
        session.close()
        raise
    engine.open_loads[facts.label] = load
    return _reply(engine, facts, "OK", "", {"Label": facts.label, "TxnId": facts.transaction, "BeginTxnTimeMs": 0})


def _opened(request: Handler, session: Session, facts: Facts) -> OpenLoad:
    """A transaction that has its label and knows its table, or its database where it is over several tables."""
    multi = (request.headers.get("transaction_type") or "").lower() == "multi"
    if multi and not session.engine.version.at_least("4.0"):
        raise Refused("INVALID_ARGUMENT", ONLY_LEADER)
    if multi:
        database = session.engine.catalog.database(facts.database)
        if database is None:
            raise failure(f"unknown database, database={facts.database}")
        table, database_id = None, database.id
    else:
        check_load(session, facts.database, facts.table)
        table = target_of(session, facts.database, facts.table)
        database_id = table.database_id
    timeout = request.headers.get("idle_transaction_timeout") or request.headers.get("timeout") or str(IDLE_SECONDS)
    if not timeout.isdigit():
        raise Refused("INVALID_ARGUMENT", "Invalid timeout format")
    claim_label(session.engine, database_id, facts.label)
    facts.transaction = session.engine.catalog.new_id()
    return OpenLoad(session, table, facts, database_id, multi, float(timeout))


def _load(request: Handler, facts: Facts) -> bytes:
    load = _found(request, facts)
    with _held(load):
        if load.prepared:
            raise Refused("TXN_NOT_EXISTS", f"Transaction with label {facts.label} not exists")
        if not load.multi and load.facts.table != facts.table:
            wrong = f"Request table {facts.table} not equal transaction table {load.facts.table}"
            raise Refused("INVALID_ARGUMENT", wrong)
        began = time.monotonic()
        try:
            part = _planned(request, load, facts)
            facts.plan_time = since(began)
            with request.body() as body:
                facts.bytes = body.stat().st_size
                facts.read_time = since(began)
                load.parts.append(part)
                stage_part(load.session, part, body)
        except StarRocksError as error:
            _abandon(request.server.engine, load, error.message)
            raise
        load.facts.bytes += facts.bytes
        more = {"TxnId": load.facts.transaction, "LoadBytes": facts.bytes}
        times = {"StreamLoadPlanTimeMs": facts.plan_time, "ReceivedDataTimeMs": facts.read_time}
        return _reply(request.server.engine, facts, "OK", "", {"Label": facts.label} | more | times)


def _planned(request: Handler, load: OpenLoad, facts: Facts) -> Part:
    options = read_options(request.headers)
    check_size(options, request.headers, int(request.headers.get("Content-Length") or 0))
    if load.multi:
        check_load(load.session, facts.database, facts.table)
        return plan_part(load.session, target_of(load.session, facts.database, facts.table), options)
    if load.options is not None and load.options != options:
        raise failure("load request not equal last.")
    load.options = options
    if load.table is None:
        raise ValueError("a transaction over one table knows it")
    return plan_part(load.session, load.table, options)


def _prepare(request: Handler, facts: Facts) -> bytes:
    load = _found(request, facts)
    with _held(load):
        _complete(request.server.engine, load, commits=False)
        return _summary(request.server.engine, load)


def _commit(request: Handler, facts: Facts) -> bytes:
    load = _found(request, facts)
    with _held(load):
        _complete(request.server.engine, load, commits=True)
        return _summary(request.server.engine, load)


def _complete(engine: Engine, load: OpenLoad, commits: bool) -> None:
    facts = load.facts
    try:
        if not load.parts and not load.multi:
            raise failure("transaction hasn't send any data yet")
        count(facts, load.parts)
        judge(load.session, load.parts)
        if commits:
            began = time.monotonic()
            more = load_facts(load.session, facts)
            store_parts(load.session, load.parts, facts.label, facts.transaction, **more)
            facts.commit_time = since(began)
    except StarRocksError as error:
        _abandon(engine, load, error.message)
        raise
    finally:
        count(facts, load.parts)
        if load.parts:
            lines = [line for part in load.parts for line in part.log]
            publish_log(load.session, load.parts[0].table, facts, lines)
    if commits:
        _close(engine, load)
    else:
        load.prepared = True
        engine.catalog.open_labels.mark(load.database_id, facts.label, "PREPARED")


def _rollback(request: Handler, facts: Facts) -> bytes:
    load = _found(request, facts)
    with _held(load):
        _abandon(request.server.engine, load, "transaction is aborted by user.")
    return _reply(request.server.engine, facts, "OK", "", {"Label": facts.label})


OPERATIONS = {"begin": _begin, "load": _load, "prepare": _prepare, "commit": _commit, "rollback": _rollback}


# ---- the life of a transaction


def _found(request: Handler, facts: Facts) -> OpenLoad:
    account = request.account()
    if isinstance(account, str):
        raise failure(account)
    load: OpenLoad | None = request.server.engine.open_loads.get(facts.label)
    if load is None:
        raise Refused("TXN_NOT_EXISTS", f"Transaction with label {facts.label} not exists")
    if load.facts.database != facts.database:
        wrong = f"Request database {facts.database} not equal transaction database {load.facts.database}"
        raise Refused("INVALID_ARGUMENT", wrong)
    return load


@contextmanager
def _held(load: OpenLoad) -> Iterator[None]:
    """One request at a time works on a transaction."""
    if not load.lock.acquire(blocking=False):
        raise Refused("TXN_IN_PROCESSING", f"transaction {load.facts.label} in processing, please retry later")
    try:
        load.touched = time.monotonic()
        yield
    finally:
        load.lock.release()


def _abandon(engine: Engine, load: OpenLoad, why: str) -> None:
    table = load.table or (load.parts[0].table if load.parts else None)
    if table is not None:
        note_failure(load.session, table, load.facts, why)
    forget(load.session, load.parts)
    _close(engine, load)


def _idle(engine: Engine) -> list[OpenLoad]:
    """Those that nobody asked about for as long as they may wait."""
    now = time.monotonic()
    return [load for load in list(engine.open_loads.values()) if now - load.touched > load.timeout]


def _close(engine: Engine, load: OpenLoad) -> None:
    engine.open_loads.pop(load.facts.label, None)
    engine.catalog.open_labels.release(load.database_id, load.facts.label)
    load.session.close()


# ---- answers


def _summary(engine: Engine, load: OpenLoad) -> bytes:
    facts = load.facts
    more = {
        "Label": facts.label,
        "TxnId": facts.transaction,
        "NumberTotalRows": facts.total,
        "NumberLoadedRows": facts.loaded,
        "NumberFilteredRows": facts.filtered,
        "NumberUnselectedRows": facts.unselected,
        "LoadBytes": facts.bytes,
        "LoadTimeMs": since(facts.began),
        "StreamLoadPlanTimeMs": facts.plan_time,
        "ReceivedDataTimeMs": facts.read_time,
        "WriteDataTimeMs": facts.write_time,
        "CommitAndPublishTimeMs": facts.commit_time,
    }
    return _reply(engine, facts, "OK", "", more)


def _reply(
    engine: Engine,
    facts: Facts,
    status: str,
    message: str,
    more: dict[str, Any] | None = None,
    existing: str | None = None,
) -> bytes:
    reply: dict[str, Any] = {"Status": status}
    if existing is not None:
        reply["ExistingJobStatus"] = existing
    reply["Message"] = message
    if engine.version.at_least("4.0"):
        reply |= {"Db": facts.database, "Table": facts.table}
    reply |= more or {}
    if facts.error_url:
        reply["ErrorURL"] = facts.error_url
    return written(reply)
