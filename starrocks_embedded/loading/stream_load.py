"""PUT /api/<database>/<table>/_stream_load at a back end: one body, one table, one answer."""

from __future__ import annotations

import sys
import time
import traceback
import uuid
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import labels, model
from starrocks_embedded.catalog.error_logs import tracking_sql
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.loading.options import check_size, read_options
from starrocks_embedded.loading.replies import Facts, since, stream_load_reply
from starrocks_embedded.loading.targets import check_load, target_of
from starrocks_embedded.loading.work import Part, forget, plan_part, stage_part, store_parts

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine
    from starrocks_embedded.http.handler import Handler
    from starrocks_embedded.session import Session


class LabelUsed(Exception):
    """Another load has the label; `state` is how far it is."""

    def __init__(self, label: str, state: str) -> None:
        super().__init__(f"Label [{label}] has already been used.")
        self.message = f"Label [{label}] has already been used."
        self.state = state


def claim_label(engine: Engine, database_id: int, label: str) -> None:
    """Takes the label for a load that begins."""
    labels.check_label(label)
    if not engine.catalog.open_labels.claim(database_id, label):
        raise LabelUsed(label, engine.catalog.open_labels.state(database_id, label) or "RUNNING")
    if labels.is_finished(engine.catalog, database_id, label):
        engine.catalog.open_labels.release(database_id, label)
        raise LabelUsed(label, "FINISHED")


def answer_stream_load(request: Handler, database: str, table: str) -> bytes:
    facts = Facts(request.headers.get("label") or str(uuid.uuid4()), database, table)
    version = request.server.engine.version
    try:
        with closing(open_session(request)) as session:
            status = _load(request, session, facts)
        return stream_load_reply(facts, version, status)
    except LabelUsed as used:
        request.skip_body()
        return stream_load_reply(facts, version, "Label Already Exists", used.message, used.state)
    except StarRocksError as error:
        request.skip_body()
        return stream_load_reply(facts, version, "Fail", error.message)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        return stream_load_reply(facts, version, "Fail", f"The embedded engine failed: {type(error).__name__}")


def _load(request: Handler, session: Session, facts: Facts) -> str:
    engine = session.engine
    check_load(session, facts.database, facts.table)
    table = target_of(session, facts.database, facts.table)
    claim_label(engine, table.database_id, facts.label)
    part: Part | None = None
    try:
        facts.transaction = engine.catalog.new_id()
        options = read_options(request.headers)
        facts.timeout = options.timeout
        check_size(options, request.headers, int(request.headers.get("Content-Length") or 0))
        planned = time.monotonic()
        part = plan_part(session, table, options)
        facts.plan_time = since(planned)
        with request.body() as body:
            facts.read_time = since(planned)
            return _take(session, part, body, facts)
    except StarRocksError as error:
        note_failure(session, table, facts, error.message)
        raise
    finally:
        engine.catalog.open_labels.release(table.database_id, facts.label)
        if part is not None:
            forget(session, [part])


def _take(session: Session, part: Part, body: Path, facts: Facts) -> str:
    facts.bytes = body.stat().st_size
    began = time.monotonic()
    try:
        stage_part(session, part, body)
        facts.write_time = since(began)
        count(facts, [part])
        publish_log(session, part.table, facts, part.log)
        stored = time.monotonic()
        info = store_parts(session, [part], facts.label, facts.transaction, **load_facts(session, facts))
        facts.commit_time = since(stored)
    finally:
        count(facts, [part])
        publish_log(session, part.table, facts, part.log)
    return "Success" if "'VISIBLE'" in info else "Publish Timeout"


# ---- what other loads over HTTP do as well


def open_session(request: Handler) -> Session:
    account = request.account()
    if isinstance(account, str):
        raise failure("no valid Basic authorization" if account.startswith("Need") else account)
    return request.session(account)


def count(facts: Facts, parts: list[Part]) -> None:
    staged = [p.staged for p in parts if p.staged is not None]
    facts.loaded, facts.filtered = sum(s.loaded for s in staged), sum(s.filtered for s in staged)
    facts.unselected, facts.total = sum(s.unselected for s in staged), sum(s.total for s in staged)


def load_facts(session: Session, facts: Facts) -> dict[str, Any]:
    """What is remembered of a load beside its label and its rows."""
    known = {"kind": facts.kind, "unselected": facts.unselected, "bytes": facts.bytes, "user": session.user}
    if facts.job:
        known |= {"id": facts.job, "tracking": tracking_sql(facts.job), "tracking_url": facts.error_url}
    return known | {"timeout": facts.timeout}


def publish_log(session: Session, table: model.Table, facts: Facts, lines: list[str]) -> None:
    """Makes an error log readable; its address goes into the answer."""
    if not lines or facts.error_url:
        return
    facts.job = session.engine.catalog.new_id()
    log = session.engine.error_logs.add(facts.job, facts.label, table.database_id, facts.kind, lines)
    host, port = session.engine.backend_address
    facts.error_url = f"http://{host}:{port}/api/_load_error_log?file={log.name}"


def note_failure(session: Session, table: model.Table, facts: Facts, message: str) -> None:
    with session.engine.catalog.change(session.connection) as change:
        labels.remember(
            change, table, facts.label, facts.transaction, 0, facts.filtered,
            state="CANCELLED", message=message, **load_facts(session, facts),
        )  # fmt: skip
