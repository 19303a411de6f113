"""The JSON that answers a load, key by key as a back end writes it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starrocks_embedded.version import Version


@dataclass
class Facts:
    """What a load has to tell. Times are in milliseconds."""

    label: str
    database: str = ""
    table: str = ""
    transaction: int = -1
    total: int = 0
    loaded: int = 0
    filtered: int = 0
    unselected: int = 0
    bytes: int = 0
    error_url: str = ""
    kind: str = "STREAM_LOAD"
    job: int = 0  # the number of the error log, where there is one
    timeout: int = 600
    began: float = field(default_factory=time.monotonic)
    begin_time: int = 0
    plan_time: int = 0
    read_time: int = 0
    write_time: int = 0
    commit_time: int = 0
    load_time: int = 0


def stream_load_reply(
    facts: Facts, version: Version, status: str, message: str = "OK", existing: str | None = None
) -> bytes:
    reply: dict[str, Any] = {"TxnId": facts.transaction, "Label": facts.label}
    if version.at_least("4.0"):
        reply |= {"Db": facts.database, "Table": facts.table}
    reply["Status"] = status
    if existing is not None:
        reply["ExistingJobStatus"] = existing
    reply |= {
        "Message": message,
        "NumberTotalRows": facts.total,
        "NumberLoadedRows": facts.loaded,
        "NumberFilteredRows": facts.filtered,
        "NumberUnselectedRows": facts.unselected,
        "LoadBytes": facts.bytes,
        "LoadTimeMs": since(facts.began),
        "BeginTxnTimeMs": facts.begin_time,
        "StreamLoadPlanTimeMs": facts.plan_time,
        "ReadDataTimeMs": facts.read_time,
        "WriteDataTimeMs": facts.write_time,
        "CommitAndPublishTimeMs": facts.commit_time,
    }
    if facts.error_url:
        reply["ErrorURL"] = facts.error_url
    return written(reply)


def merge_commit_reply(facts: Facts, request_id: str, status: str, message: str = "OK", left: int = 0) -> bytes:
    """The label is that of the transaction; the request's own is its RequestId. `left` of the window, in ms."""
    return written(
        {
            "TxnId": facts.transaction,
            "Label": facts.label,
            "Db": facts.database,
            "Table": facts.table,
            "Status": status,
            "Message": message,
            "RequestId": request_id,
            "LoadBytes": facts.bytes,
            "LoadTimeMs": since(facts.began),
            "ReadDataTimeMs": facts.read_time,
            "PendingTimeMs": 0,
            "WaitPlanTimeMs": 0,
            "WriteDataTimeMs": 0,
            "WaitFinishTimeMs": facts.commit_time,
            "LeftMergeTimeMs": left,
        }
    )


def written(reply: dict[str, Any]) -> bytes:
    return json.dumps(reply, indent=4, ensure_ascii=False).encode()


def since(moment: float) -> int:
    return int((time.monotonic() - moment) * 1000)
