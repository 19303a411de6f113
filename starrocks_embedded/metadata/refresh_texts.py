"""What information_schema tells of the refreshes of materialized views, from their task runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model

if TYPE_CHECKING:
    from starrocks_embedded.session import Session


def extra_message(session: Session, run: model.TaskRun) -> dict[str, Any]:
    """EXTRA_MESSAGE of task_runs; keys without a value are left out."""
    facts, version = run.refresh, session.engine.version
    message: dict[str, Any] = {"forceRefresh": facts["force"]}
    message |= {k: v for k, v in (("partitionStart", facts["start"]), ("partitionEnd", facts["end"])) if v}
    message |= {
        "mvPartitionsToRefresh": facts["partitions"],
        "refBasePartitionsToRefreshMap": facts["planned"],
        "basePartitionsToRefreshMap": facts["read"],
    }
    message |= dict(zip(("nextPartitionStart", "nextPartitionEnd"), facts["next"], strict=False))
    message |= {"processStartTime": int(run.began * 1000), "executeOption": _execute_option(run)}
    if version.at_least("3.3"):
        message["planBuilderMessage"] = {}
    if version.at_least("3.5"):
        message["adaptivePartitionRefreshNumber"] = -1
    if version.at_least("4.1"):
        message["refreshMode"] = "PCT"
    return message


def _execute_option(run: model.TaskRun) -> dict[str, Any]:
    facts = run.refresh
    return {
        "priority": facts["priority"],
        "taskRunProperties": run.properties,
        "isMergeRedundant": not facts["sync"],
        "isManual": facts["manual"],
        "isSync": facts["sync"],
        "isReplay": False,
    }


def last_job(session: Session, task: str) -> list[model.TaskRun]:
    """The runs of the task's newest refresh, oldest first."""
    runs = sorted((r for r in session.engine.catalog.all(model.TaskRun) if r.task_name == task), key=lambda r: r.id)
    job = _job(runs[-1]) if runs else ""
    return [r for r in runs if _job(r) == job]


def _job(run: model.TaskRun) -> str:
    return run.job_id or run.query_id


def job_message(runs: list[model.TaskRun]) -> dict[str, Any]:
    """EXTRA_MESSAGE of materialized_views, about all runs of a refresh."""
    first = runs[0].refresh
    return {
        "queryIds": [r.query_id for r in runs],
        "isManual": first["manual"],
        "isSync": first["sync"],
        "isReplay": False,
        "priority": first["priority"],
        "lastTaskRunState": runs[-1].state,
    }


def partition_texts(runs: list[model.TaskRun]) -> dict[str, str]:
    """The LAST_REFRESH_… columns about partitions: one part for each run."""

    def joined(values: list[str]) -> str:
        return "|".join(values)

    return {
        "LAST_REFRESH_START_PARTITION": joined([r.refresh["start"] or "NULL" for r in runs]),
        "LAST_REFRESH_END_PARTITION": joined([r.refresh["end"] or "NULL" for r in runs]),
        "LAST_REFRESH_BASE_REFRESH_PARTITIONS": joined([_java_map(r.refresh["read"]) for r in runs]),
        "LAST_REFRESH_MV_REFRESH_PARTITIONS": joined([f"[{', '.join(r.refresh['partitions'])}]" for r in runs]),
    }


def _java_map(partitions: dict[str, list[str]]) -> str:
    return "{" + ", ".join(f"{name}=[{', '.join(listed)}]" for name, listed in partitions.items()) + "}"
