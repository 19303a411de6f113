"""information_schema about tasks and their runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.metadata.refresh_texts import extra_message
from starrocks_embedded.metadata.schema_tables import SCHEMA, moment
from starrocks_embedded.metadata.system_tables import Record, fills

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

TASK_LIFE, RUN_LIFE = timedelta(days=1), timedelta(days=7)


@fills(SCHEMA, "tasks")
def tasks(session: Session) -> Iterable[Record]:
    for task in session.engine.catalog.all(model.Task):
        created = moment(task.created)
        yield {
            "TASK_NAME": task.name,
            "CREATE_TIME": created,
            "SCHEDULE": task.schedule or "MANUAL",
            "CATALOG": task.catalog,
            "DATABASE": task.database,
            "DEFINITION": task.definition,
            "EXPIRE_TIME": None if task.schedule else _later(created, TASK_LIFE),
            "PROPERTIES": _property_text(task),
            "CREATOR": task.creator,
        }


def _later(start: datetime | None, life: timedelta) -> datetime | None:
    return None if start is None else start + life


def _property_text(task: model.Task) -> str:
    properties = {"warehouse": "default_warehouse", **task.properties}
    if task.source == "MV":
        properties["mvId"] = task.name.removeprefix("mv-")
    return "(" + ",".join(f"'{k}'='{properties[k]}'" for k in hash_order(properties)) + ")"


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


@fills(SCHEMA, "task_runs")
def task_runs(session: Session) -> Iterable[Record]:
    for run in session.engine.catalog.all(model.TaskRun):
        created = moment(run.created)
        yield {
            "QUERY_ID": run.query_id,
            "TASK_NAME": run.task_name,
            "CREATE_TIME": created,
            "FINISH_TIME": moment(run.finished),
            "STATE": run.state,
            "CATALOG": "default_catalog",
            "DATABASE": run.database,
            "DEFINITION": run.definition,
            "EXPIRE_TIME": _later(created, RUN_LIFE),
            "ERROR_CODE": run.error_code,
            "ERROR_MESSAGE": run.error_message,
            "PROGRESS": run.progress,
            "EXTRA_MESSAGE": _compact(extra_message(session, run)) if run.refresh else "",
            "PROPERTIES": _compact(run.properties),
            "JOB_ID": run.job_id or run.query_id,
            "PROCESS_TIME": created,
        }
