"""information_schema about the nodes: a back end's configuration and tablets, a front end's threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from starrocks_embedded.catalog.buckets import bucket_count
from starrocks_embedded.errors import unsupported
from starrocks_embedded.metadata import backend_config
from starrocks_embedded.metadata.backend_config import BACKEND_ID
from starrocks_embedded.metadata.row_counts import partition_counts
from starrocks_embedded.metadata.schema_tables import SCHEMA, stored_tables
from starrocks_embedded.metadata.system_tables import Record, fills, fills_wanted
from starrocks_embedded.metadata.wanted import Wanted

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

KEYS = {"duplicate": "DUP", "unique": "UNIQUE", "aggregate": "AGG", "primary": "PRIMARY"}
# facts of tablets that files on a disk have, and nothing here is such a file
OF_FILES = (
    "DATA_SIZE", "INDEX_MEM", "DATA_DIR", "SHARD_ID", "SCHEMA_HASH", "INDEX_DISK", "NUM_SEGMENT", "MIN_VERSION",
    "NUM_VERSION", "NUM_ROWSET",
)  # fmt: skip
NORMAL_PRIORITY = 5


@fills(SCHEMA, "be_configs")
def be_configs(session: Session) -> Iterable[Record]:
    for key, value in backend_config.listed(session):
        yield {
            "BE_ID": BACKEND_ID,
            "NAME": key.name,
            "VALUE": value,
            "TYPE": key.type,
            "DEFAULT": key.default,
            "MUTABLE": key.mutable,
        }


@fills_wanted(SCHEMA, "be_tablets")
def be_tablets(session: Session, wanted: Wanted) -> Iterable[Record]:
    """One per bucket; the rows of a partition are in its first one, since nothing here spreads them."""
    for name in OF_FILES:
        if wanted.reads(name):
            raise unsupported(f"Reading {name} of information_schema.be_tablets")
    tables = [table for _, table in stored_tables(session) if table.is_stored]
    counts = partition_counts(session, tables) if wanted.reads("NUM_ROW") else {}
    for table in tables:
        created = datetime.strptime(table.created, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
        for partition in table.partitions:
            for bucket in range(bucket_count(table, partition, session.engine.version)):
                yield {
                    "BE_ID": BACKEND_ID,
                    "TABLE_ID": table.id,
                    "PARTITION_ID": partition.id,
                    "TABLET_ID": int(f"{partition.id}{bucket:03}"),
                    "MAX_VERSION": partition.version,
                    "NUM_ROW": counts.get(partition.id, 0) if bucket == 0 else 0,
                    "CREATE_TIME": int(created.timestamp()),
                    "STATE": "RUNNING",
                    "TYPE": KEYS.get(table.keys, "DUP"),
                    "MEDIUM_TYPE": table.properties.get("storage_medium", "HDD").upper(),
                }


@fills(SCHEMA, "fe_threads")
def fe_threads(session: Session) -> Iterable[Record]:
    """The threads of this process: the one that answers runs, the others wait for work."""
    host, port = session.engine.address
    for thread in threading.enumerate():
        if thread.ident is None:
            continue
        yield {
            "FE_ADDRESS": f"{host}:{port}",
            "THREAD_ID": thread.native_id,
            "THREAD_NAME": "main" if thread is threading.main_thread() else thread.name,
            "THREAD_STATE": "RUNNABLE" if thread is threading.current_thread() else "WAITING",
            "IS_DAEMON": thread.daemon,
            "PRIORITY": NORMAL_PRIORITY,
            "CPU_TIME_MS": _cpu_milliseconds(thread.ident),
            "USER_TIME_MS": -1,
        }


def _cpu_milliseconds(ident: int) -> int:
    """-1 where the system does not tell."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return -1
    try:
        return int(time.clock_gettime(time.pthread_getcpuclockid(ident)) * 1000)
    except OSError:  # it ended meanwhile
        return -1
