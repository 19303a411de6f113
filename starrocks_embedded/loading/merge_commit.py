"""Loads that ask for merge commit (3.4): those into one table with the same headers are one transaction."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import threading
import time
import traceback
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.error_logs import tracking_sql
from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.loading.options import Options, check_size, read_options
from starrocks_embedded.loading.replies import Facts, merge_commit_reply, since
from starrocks_embedded.loading.stream_load import (
    claim_label,
    count,
    load_facts,
    note_failure,
    open_session,
    publish_log,
)
from starrocks_embedded.loading.targets import check_load, target_of
from starrocks_embedded.loading.work import Part, check_not_empty, forget, plan_part, stage_part, store_parts

if TYPE_CHECKING:
    from email.message import Message

    from starrocks_embedded.engine import Engine
    from starrocks_embedded.http.handler import Handler
    from starrocks_embedded.session import Session

KIND = "MERGE_COMMIT"
ANSWERED_AFTER = 600  # seconds that a request without a timeout waits for its transaction
# Headers that must be the same for two requests to be merged. Names are sent in any case.
SHARED = (
    "format", "columns", "where", "max_filter_ratio", "timeout", "partitions", "temporary_partitions", "negative",
    "strict_mode", "timezone", "load_mem_limit", "exec_mem_limit", "partial_update", "partial_update_mode",
    "transmission_compression_type", "load_dop", "merge_condition", "log_rejected_record_num", "compression",
    "warehouse", "enable_merge_commit", "merge_commit_async", "merge_commit_interval_ms", "merge_commit_parallel",
    "column_separator", "row_delimiter", "trim_space", "enclose", "escape", "jsonpaths", "json_root",
    "strip_outer_array",
)  # fmt: skip
Key = tuple[int, tuple[str, ...]]


@dataclass
class Window:
    """A transaction that takes bodies until it closes."""

    key: Key
    table: model.Table
    options: Options
    facts: Facts
    closes: float
    folder: Path
    bodies: list[Path] = field(default_factory=list)
    finished: threading.Event = field(default_factory=threading.Event)
    problem: str = ""  # why its requests fail, once it is finished


_mutex = threading.Lock()  # held while a window is opened, joined or closed


def merges(request: Handler) -> bool:
    """Whether the load asks for merge commit, or tries to: earlier servers do not know the header."""
    asked = (request.headers.get("enable_merge_commit") or "false").lower()
    return asked != "false" and request.server.engine.version.at_least("3.4")


def check_window(headers: Message) -> None:
    """What a front end asks of a window before it opens one."""
    for name, header in (("interval", "merge_commit_interval_ms"), ("parallel", "merge_commit_parallel")):
        text = headers.get(header)
        if text is not None and not re.fullmatch(r"[-+]?\d+", text):
            raise failure(f'For input string: "{text}"')
        if text is None or int(text) <= 0:
            shown = "null" if text is None else int(text)
            raise failure(f"Batch write {name} must be set positive, but is {shown}")


# ---- requests


def answer_merge_commit(request: Handler, database: str, table: str) -> bytes:
    """Takes the body; unless the request is asynchronous it then waits for the transaction that has it."""
    request_id = request.headers.get("label") or str(uuid.uuid4())
    facts = Facts("", database, table)
    try:
        with closing(open_session(request)) as session:
            left = _take(request, session, facts)
    except StarRocksError as error:
        request.skip_body()
        return merge_commit_reply(facts, request_id, "Fail", error.message)
    return merge_commit_reply(facts, request_id, "Success", left=left)


def _take(request: Handler, session: Session, facts: Facts) -> int:
    """Brings the body to its transaction, and waits for that; the milliseconds for which its window stayed open."""
    headers = request.headers
    if headers["enable_merge_commit"].lower() != "true":
        asked = headers["enable_merge_commit"]
        raise failure(f"Invalid parameter enable_merge_commit. The value must be bool type, but is {asked}")
    options = read_options(headers)
    check_size(options, headers, int(headers.get("Content-Length") or 0))
    began = time.monotonic()
    with request.body() as body:
        facts.bytes, facts.read_time = body.stat().st_size, since(began)
        window = _joined(request, session, facts, body)
    facts.transaction, facts.label = window.facts.transaction, window.facts.label
    left = max(0, int((window.closes - time.monotonic()) * 1000))
    if headers.get("merge_commit_async") != "true":
        waited = time.monotonic()
        _wait(window, options.timeout if headers.get("timeout") else ANSWERED_AFTER)
        facts.commit_time = since(waited)
    return left


def _joined(request: Handler, session: Session, facts: Facts, body: Path) -> Window:
    try:
        check_load(session, facts.database, facts.table)
        table = target_of(session, facts.database, facts.table)
        check_window(request.headers)
        return _join(session, table, request.headers, body)
    except StarRocksError as error:
        steps = "num retry: 1, write_data: 0 us, rpc: 0us, wait_pipe: 0 us"
        raise failure(f"Failed to write data to stream load pipe, {steps}, last error: {error.message}") from error


def _wait(window: Window, seconds: int) -> None:
    if not window.finished.wait(seconds):
        raise failure("Failed to get load final status, current status: PREPARE, error: Timed out")
    if window.problem:
        raise failure(window.problem)


# ---- windows


def _join(session: Session, table: model.Table, headers: Message, body: Path) -> Window:
    """Puts the body into the open window of its kind, or into a new one."""
    key = (table.id, tuple(headers.get(name) or "" for name in SHARED))
    windows: dict[Key, Window] = session.engine.merge_windows
    with _mutex:
        window = windows.get(key)
        if window is None:
            window = windows[key] = _opened(session, table, headers, key)
            threading.Thread(target=_run, args=(session.engine, window), name="merge-commit", daemon=True).start()
        window.bodies.append(body.rename(window.folder / str(len(window.bodies))))
    return window


def _run(engine: Engine, window: Window) -> None:
    """Waits for the end of the window and loads what it took."""
    time.sleep(max(0.0, window.closes - time.monotonic()))
    with _mutex:
        engine.merge_windows.pop(window.key, None)
    try:
        with engine.requests.one():
            window.problem = _commit(engine, window)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        window.problem = f"Load is aborted, reason: The embedded engine failed: {type(error).__name__}"
    finally:
        shutil.rmtree(window.folder, ignore_errors=True)
        window.finished.set()


def _opened(session: Session, table: model.Table, headers: Message, key: Key) -> Window:
    options = read_options(headers)
    facts = Facts(f"merge_commit_{uuid.uuid4()}", table=table.name, kind=KIND, timeout=options.timeout)
    facts.transaction = session.engine.catalog.new_id()
    claim_label(session.engine, table.database_id, facts.label)
    closes = time.monotonic() + int(headers["merge_commit_interval_ms"]) / 1000
    return Window(key, table, options, facts, closes, Path(tempfile.mkdtemp(prefix="starrocks-load-")))


def _commit(engine: Engine, window: Window) -> str:
    """Loads what the window took, as root; the reason when nothing was loaded."""
    from starrocks_embedded.session import Session

    session = Session(engine, 0, "root")
    facts, parts = window.facts, list[Part]()
    try:
        for body in window.bodies:
            facts.bytes += body.stat().st_size
            part = plan_part(session, window.table, window.options)
            parts.append(part)
            stage_part(session, part, _alone(body))
        _show_log(session, window, parts)
        known = load_facts(session, facts)
        info = store_parts(session, parts, facts.label, facts.transaction, partial(_judge, window), **known)
        return "" if "'VISIBLE'" in info else "Load has not been published before timeout"
    except StarRocksError as error:
        count(facts, parts)
        note_failure(session, window.table, facts, error.message)
        return f"Load is aborted, reason: {error.message}"
    finally:
        engine.catalog.open_labels.release(window.table.database_id, facts.label)
        forget(session, parts)
        session.close()


def _alone(body: Path) -> Path:
    """The body in a folder of its own, where what is made of it does not meet another's."""
    folder = body.with_name(f"of-{body.name}")
    folder.mkdir()
    return body.rename(folder / "body")


def _judge(window: Window, session: Session, parts: Sequence[Part]) -> None:
    """Bad rows of one body fail all bodies."""
    _show_log(session, window, parts)
    facts = window.facts
    if facts.filtered > window.options.max_filter_ratio * (facts.loaded + facts.filtered):
        raise failure(
            "There is a data quality issue. Please check the tracking URL or SQL for details. "
            f"Tracking URL: {facts.error_url or 'N/A'}. Tracking SQL: {tracking_sql(facts.job)}"
        )
    check_not_empty(session, parts)


def _show_log(session: Session, window: Window, parts: Sequence[Part]) -> None:
    count(window.facts, list(parts))
    publish_log(session, window.table, window.facts, [line for part in parts for line in part.log])
