"""Task runs of materialized views: what a refresh writes down about itself while it goes on and when it is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.clock import now_text

if TYPE_CHECKING:
    from starrocks_embedded.errors import StarRocksError
    from starrocks_embedded.session import Session
    from starrocks_embedded.statements.materialized_views.refresh_plan import Plan, Request


def begin_run(session: Session, view: model.Table, request: Request, query_id: str, job_id: str) -> model.TaskRun:
    """A run of task mv-<id>, as others see it while the refresh goes on."""
    catalog = session.engine.catalog
    home = catalog.get(model.Database, view.database_id)
    run = model.TaskRun(
        catalog.new_id(), query_id, f"mv-{view.id}", home.name if home else "",
        f"insert overwrite `{view.name}` {view.query}", now_text(), state="RUNNING",
        properties=_properties(view, request), job_id=job_id, began=time.time(),
    )  # fmt: skip
    run.refresh = _facts(request)
    with catalog.change(session.connection) as change:
        change.put(run)
    return run


def _properties(view: model.Table, request: Request) -> dict[str, Any]:
    properties: dict[str, Any] = {"mvId": str(view.id), "FORCE": str(request.force).lower()}
    if request.start:
        properties |= {"PARTITION_START": request.start, "PARTITION_END": request.end}
    return properties


def _facts(request: Request) -> dict[str, Any]:
    return {
        "force": request.force,
        "start": request.start or None,
        "end": request.end or None,
        "manual": request.manual,
        "sync": request.sync,
        "priority": request.priority,
        "partitions": [],
        "planned": {},
        "read": {},
        "next": [],
    }


def end_run(
    session: Session, run: model.TaskRun, state: str, plan: Plan | None = None, error: StarRocksError | None = None
) -> None:
    with session.engine.catalog.change(session.connection) as change:
        edited = change.edit(run)
        edited.state, edited.finished, edited.ended = state, now_text(), time.time()
        edited.progress = "0%" if state == "FAILED" else "100%"
        if plan is not None:
            edited.refresh |= {
                "partitions": [p.name for p in plan.refreshed],
                "planned": plan.planned,
                "read": plan.read,
            }
            if plan.rest is not None and plan.rest.start:
                edited.refresh["next"] = [plan.rest.start, plan.rest.end]
        if error is not None:
            edited.error_code, edited.error_message = error.code, error.message
