"""SHOW about the cluster: its nodes, its clients' sessions, the tablets of a table, and the common SHOW PROC paths.

The cluster is one front end that leads and one backend that lives, both this process."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.buckets import bucket_count
from starrocks_embedded.errors import analysis_error, unsupported
from starrocks_embedded.metadata.backend_config import BACKEND_ID
from starrocks_embedded.metadata.databases import SYSTEM_DATABASES, is_system_database
from starrocks_embedded.metadata.row_counts import partition_counts
from starrocks_embedded.metadata.system_tables import system_tables
from starrocks_embedded.result import Result
from starrocks_embedded.statements.kill import may_operate, require_operate
from starrocks_embedded.statements.registry import grammar
from starrocks_embedded.statements.show_tables import find_table
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters, show
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

PROCESS = "Id:bigint|User:48|Host:48|Db:48|Command:48|ConnectionStartTime:48|Time:int|State:192|Info:98304|IsPending:48"
FRONTENDS = (
    "Id", "Name", "IP", "EditLogPort", "HttpPort", "QueryPort", "RpcPort", "Role", "ClusterId", "Join", "Alive",
    "ReplayedJournalId", "LastHeartbeat", "IsHelper", "ErrMsg", "StartTime", "Version",
)  # fmt: skip
BACKENDS = (
    "BackendId", "IP", "HeartbeatPort", "BePort", "HttpPort", "BrpcPort", "LastStartTime", "LastHeartbeat", "Alive",
    "SystemDecommissioned", "ClusterDecommissioned", "TabletNum", "DataUsedCapacity", "AvailCapacity",
    "TotalCapacity", "UsedPct", "MaxDiskUsedPct", "ErrMsg", "Version", "Status", "DataTotalCapacity", "DataUsedPct",
    "CpuCores", "MemLimit", "NumRunningQueries", "MemUsedPct", "CpuUsedPct", "DataCacheMetrics", "Location",
    "StatusCode",
)  # fmt: skip
COMPUTE_NODES = (
    "ComputeNodeId", "IP", "HeartbeatPort", "BePort", "HttpPort", "BrpcPort", "LastStartTime", "LastHeartbeat",
    "Alive", "SystemDecommissioned", "ClusterDecommissioned", "ErrMsg", "Version", "CpuCores", "MemLimit",
    "NumRunningQueries", "MemUsedPct", "CpuUsedPct", "DataCacheMetrics", "HasStoragePath", "StatusCode",
)  # fmt: skip
TABLETS = (
    "TabletId", "ReplicaId", "BackendId", "SchemaHash", "Version", "VersionHash", "LstSuccessVersion",
    "LstSuccessVersionHash", "LstFailedVersion", "LstFailedVersionHash", "LstFailedTime", "DataSize", "RowCount",
    "State", "LstConsistencyCheckTime", "CheckVersion", "CheckVersionHash", "VersionCount", "PathHash", "MetaUrl",
    "CompactionStatus", "DiskRootPath", "IsConsistent", "Checksum",
)  # fmt: skip
DATABASES = ("DbId", "DbName", "TableNum", "Quota", "LastConsistencyCheckTime", "ReplicaQuota")
QUOTA, REPLICA_QUOTA = "8388608.000 TB", "9223372036854775807"
NODE = "OPERATE OR NODE"


def _titled(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Result:
    return header(columns("|".join(f"{n}:90" for n in names)), rows)


# ---- sessions


@grammar("SHOW", "PROCESSLIST")
@grammar("SHOW", "FULL", "PROCESSLIST")
def parse_processlist(cursor: Cursor) -> Show:
    statement = Show(show_processlist)
    if cursor.accept("FOR"):
        statement.argument = cursor.string()
    return statement


def show_processlist(session: Session, statement: Show) -> Result:
    """One's own sessions; everybody's for who may operate the system."""
    from starrocks_embedded.session import Session as Known

    version = session.engine.version
    names = ("ServerName:192|" if version.at_least("3.5") else "") + PROCESS
    names += "|Warehouse:60" if version.at_least("3.5") else ""
    names += "|CNGroup:192|Catalog:192|QueryId:192" if version.at_least("4.0") else ""
    sessions = [s for s in list(session.engine.sessions.values()) if isinstance(s, Known)] or [session]
    wanted = statement.argument or (None if may_operate(session) else session.user)
    shown = [s for s in sessions if wanted is None or s.user == wanted]
    fields = columns(names)
    return header(fields, [tuple(_process(s).get(f.name) for f in fields) for s in shown])


def _process(client: Session) -> dict[str, Any]:
    return {
        "ServerName": _server_name(client),
        "Id": client.id,
        "User": client.user,
        "Host": f"{client.host}:{client.port}" if client.port else client.host,
        "Db": client.database_name,
        "Command": "Query" if client.current_statement else "Sleep",
        "ConnectionStartTime": _moment(client.began),
        "Time": int(time.time() - client.statement_began),
        "State": "OK" if client.current_statement else "EOF",
        "Info": client.current_statement,
        "IsPending": "false",
        "Warehouse": "default_warehouse",
        "CNGroup": "",
        "Catalog": client.catalog_name,
        "QueryId": client.query_id,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def _server_name(session: Session) -> str:
    return f"{session.engine.address[0]}_9010_{int(session.engine.began * 1000)}"


# ---- nodes


@show("FRONTENDS")
def show_frontends(session: Session, statement: Show) -> Result:
    require_operate(session, NODE)
    host, port = session.engine.address
    now, began = _moment(time.time()), _moment(session.engine.began)
    row = (
        "1", _server_name(session), host, "9010", "8030", str(port), "9020", "LEADER", "1", "true", "true", "1", now,
        "true", "", began, str(session.engine.version),
    )  # fmt: skip
    return _titled(FRONTENDS, [row])


@show("BACKENDS")
def show_backends(session: Session, statement: Show) -> Result:
    """Capacities of a disk that this engine does not manage are shown as none."""
    require_operate(session, NODE)
    version, none, no_share = session.engine.version, "0.000 B", "0.00 %"
    now, began = _moment(time.time()), _moment(session.engine.began)
    row = (
        str(BACKEND_ID), session.engine.address[0], "9050", "9060", "8040", "8060", began, now, "true", "false",
        "false", str(_tablet_number(session)), none, none, none, no_share, no_share, "", str(version), "{}", none,
        no_share,
        str(os.cpu_count() or 1), "0.000B", "0", no_share, "0.0 %", "N/A", "", "OK",
    )  # fmt: skip
    shown = len(BACKENDS) - (0 if version.at_least("3.4") else 1)
    return _titled(BACKENDS[:shown], [row[:shown]])


@show("COMPUTE", "NODES")
def show_compute_nodes(session: Session, statement: Show) -> Result:
    require_operate(session, NODE)
    return _titled(COMPUTE_NODES, [])


def _tablet_number(session: Session) -> int:
    version, tables = session.engine.version, session.engine.catalog.all(model.Table)
    return sum(bucket_count(t, p, version) for t in tables for p in t.partitions)


# ---- tablets


@grammar("SHOW", "TABLET")
@grammar("SHOW", "TABLETS")
def parse_show_tablet(cursor: Cursor) -> Show:
    if cursor.previous.key == "TABLET" and not cursor.looking_at("FROM"):
        raise unsupported(f"SHOW TABLET {cursor.integer()}")
    cursor.expect("FROM")
    statement = Show(show_tablet, cursor.qualified_name(3))
    if cursor.accept_any("PARTITION", "PARTITIONS"):
        statement.argument = cursor.list_in_parentheses(cursor.name_or_string)
    read_filters(cursor, statement, like=False, where=True, ordered=True)
    return statement


def show_tablet(session: Session, statement: Show) -> Result:
    """One tablet per bucket; the rows of a partition are shown in its first one, since nothing here spreads them."""
    _, table = find_table(session, statement.scope)
    if not isinstance(table, model.Table) or not table.is_stored:
        raise analysis_error(f"Table '{table.name}' is not a OLAP table", code=5503)
    chosen = [p for p in table.partitions if not p.temporary]
    if statement.argument:
        chosen = [_partition(table, name) for name in statement.argument]
    counts = partition_counts(session, [table])
    rows = [
        _tablet(session, p, bucket, counts.get(p.id, 0) if bucket == 0 else 0)
        for p in chosen
        for bucket in range(bucket_count(table, p, session.engine.version))
    ]
    return filtered(statement, _titled(TABLETS, rows))


def _partition(table: model.Table, name: str) -> model.Partition:
    found = table.partition(name)
    if found is None:
        raise analysis_error(f"Unknown partition: {name}")
    return found


def _tablet(session: Session, partition: model.Partition, bucket: int, rows: int) -> tuple[Any, ...]:
    number, version = f"{partition.id}{bucket:03}", str(partition.version)
    place = f"http://{session.engine.address[0]}:8040/api"
    return (
        number, f"{number}1", str(BACKEND_ID), "-1", version, "0", version, "0", "-1", "0", None, "0B", str(rows),
        "NORMAL", None, "-1", "0", version, "-1", f"{place}/meta/header/{number}",
        f"{place}/compaction/show?tablet_id={number}", "", "true", "-1",
    )  # fmt: skip


# ---- SHOW PROC


@grammar("SHOW", "PROC")
def parse_show_proc(cursor: Cursor) -> Show:
    return Show(show_proc, argument=cursor.string())


def show_proc(session: Session, statement: Show) -> Result:
    require_operate(session)
    path = str(statement.argument)
    parts = [p for p in path.strip("/").split("/") if p]
    if parts and parts[0] not in PATHS:
        raise analysis_error(f"Unknown proc node path: {path}. msg: Cannot find path: {path}")
    answer = PROC.get(parts[0]) if len(parts) == 1 else None
    if answer is None:
        raise unsupported(f"SHOW PROC '{path}'")
    return answer(session, statement)


def _databases(session: Session, statement: Show) -> Result:
    catalog = session.engine.catalog
    own = [(d.id, d.name, len(catalog.tables(d.id))) for d in catalog.all(model.Database)]
    system = [(i, n, len(system_tables(session.engine.version, n))) for n, i in SYSTEM_DATABASES.items()]
    found = sorted([*own, *(one for one in system if is_system_database(one[1]))])
    return _titled(DATABASES, [(str(i), n, str(count), QUOTA, None, REPLICA_QUOTA) for i, n, count in found])


PROC = {"frontends": show_frontends, "backends": show_backends, "compute_nodes": show_compute_nodes, "dbs": _databases}
PATHS = (
    "backends", "compute_nodes", "dbs", "jobs", "statistic", "tasks", "frontends", "brokers", "resources",
    "load_error_hub", "transactions", "monitor", "current_queries", "global_current_queries",
    "current_backend_instances", "cluster_balance", "routine_loads", "stream_loads", "colocation_group", "catalog",
    "compactions", "warehouses", "meta_recovery", "replications", "historical_nodes",
)  # fmt: skip
