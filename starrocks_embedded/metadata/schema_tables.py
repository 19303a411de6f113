"""information_schema about databases, tables, views and materialized views."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.buckets import bucket_count
from starrocks_embedded.catalog.rollups import statement_text
from starrocks_embedded.emit.expression import zone
from starrocks_embedded.errors import StarRocksError
from starrocks_embedded.metadata.accounts import identity_text
from starrocks_embedded.metadata.databases import SYSTEM_DATABASES
from starrocks_embedded.metadata.refresh_texts import job_message, last_job, partition_texts
from starrocks_embedded.metadata.rights import holds_any_on, is_unlimited, visible_databases
from starrocks_embedded.metadata.row_counts import partition_counts, row_counts
from starrocks_embedded.metadata.system_tables import Record, SystemTable, fills, fills_wanted, system_tables
from starrocks_embedded.metadata.variables import value_text
from starrocks_embedded.metadata.wanted import EVERYTHING, Wanted

if TYPE_CHECKING:
    from starrocks_embedded.session import Session
    from starrocks_embedded.version import Version

SCHEMA = "information_schema"
COLLATION = "utf8_general_ci"
NEVER = datetime(1970, 1, 1)  # a consistency check that never ran
MODELS = {"duplicate": "DUP_KEYS", "aggregate": "AGG_KEYS", "unique": "UNIQUE_KEYS", "primary": "PRIMARY_KEYS"}
ENGINES = {"table": "OLAP", "materialized_view": "MATERIALIZED_VIEW", "view": "VIEW"}


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def stored_tables(session: Session, wanted: Wanted = EVERYTHING) -> Iterator[tuple[model.Database, model.Table]]:
    """Every permanent table, view and materialized view with its database."""
    catalog = session.engine.catalog
    for database in catalog.all(model.Database):
        if wanted.has_database(database.name):
            for table in catalog.tables(database.id):
                if wanted.has_table(table.name) and holds_any_on(session, table):
                    yield database, table


@fills(SCHEMA, "schemata")
def schemata(session: Session) -> Iterable[Record]:
    for name in visible_databases(session):
        yield {
            "CATALOG_NAME": "def",
            "SCHEMA_NAME": name,
            "DEFAULT_CHARACTER_SET_NAME": "utf8",
            "DEFAULT_COLLATION_NAME": COLLATION,
        }


# ---- tables


@fills_wanted(SCHEMA, "tables")
def tables(session: Session, wanted: Wanted) -> Iterable[Record]:
    found = list(stored_tables(session, wanted))
    counts = row_counts(session, (table for _, table in found)) if wanted.reads("TABLE_ROWS") else {}
    for database, table in found:
        yield in_session_zone(session, table_record(database, table, counts))
    for name in filter(wanted.has_database, SYSTEM_DATABASES):
        for system in system_tables(session.engine.version, name):
            yield _system_record(system)


def in_session_zone(session: Session, record: Record) -> Record:
    """A backend prints a table's times in the zone of the session that asks."""
    offset = zone(value_text(session, "time_zone"))
    for name in ("CREATE_TIME", "UPDATE_TIME"):
        if record.get(name):
            record[name] = record[name].replace(tzinfo=timezone.utc).astimezone(offset).replace(tzinfo=None)
    return record


def table_record(database: model.Database, table: model.Table, counts: dict[int, int]) -> Record:
    record: Record = {
        "TABLE_CATALOG": "def",
        "TABLE_SCHEMA": database.name,
        "TABLE_NAME": table.name,
        "TABLE_TYPE": "BASE TABLE" if table.kind == "table" else "VIEW",
        "CREATE_TIME": moment(table.created),
        "CHECK_TIME": NEVER,
        "TABLE_COLLATION": COLLATION,
        "TABLE_COMMENT": table.comment,
    }
    if table.is_stored:
        rows = counts.get(table.id, 0)
        updated = moment(table.updated or table.created)
        record |= {"ENGINE": "StarRocks", "TABLE_ROWS": rows, "AVG_ROW_LENGTH": 0, "DATA_LENGTH": 0}
        record |= {"UPDATE_TIME": updated}
    return record


def _system_record(table: SystemTable) -> Record:
    stored = table.database == "_statistics_"
    return {
        "TABLE_CATALOG": "def",
        "TABLE_SCHEMA": table.database,
        "TABLE_NAME": table.name,
        "TABLE_TYPE": "BASE TABLE" if stored else "SYSTEM VIEW",
        "ENGINE": "StarRocks" if stored else "MEMORY",
        "TABLE_COLLATION": COLLATION,
        "TABLE_COMMENT": "",
    }


@fills(SCHEMA, "temp_tables")
def temp_tables(session: Session) -> Iterable[Record]:
    mine = [t for t in session.engine.catalog.all(model.Table) if t.temporary_session]
    counts = row_counts(session, mine)
    for table in mine:
        database = session.engine.catalog.get(model.Database, table.database_id)
        if database is not None:
            record = in_session_zone(session, table_record(database, table, counts))
            kind = {"TABLE_TYPE": "TEMPORARY TABLE"}
            yield record | kind | {"SESSION": str(table.temporary_session), "TABLE_ID": table.id}


@fills_wanted(SCHEMA, "tables_config")
def tables_config(session: Session, wanted: Wanted) -> Iterable[Record]:
    for database, table in stored_tables(session, wanted):
        yield {
            "TABLE_SCHEMA": database.name,
            "TABLE_NAME": table.name,
            "TABLE_ENGINE": ENGINES[table.kind],
            "TABLE_ID": table.id,
        } | (_layout(table) if table.is_stored else _no_layout())


def _layout(table: model.Table) -> Record:
    keyed = table.keys in ("primary", "unique")
    partition_key = table.partitioning.columns or table.partitioning.exprs
    return {
        "TABLE_MODEL": MODELS[table.keys],
        "PRIMARY_KEY": _quoted(table.key_columns) if keyed else "",
        "PARTITION_KEY": _quoted(partition_key),
        "DISTRIBUTE_KEY": _quoted(table.distribution.columns),
        "DISTRIBUTE_TYPE": table.distribution.kind.upper(),
        "DISTRIBUTE_BUCKET": table.distribution.buckets,
        "SORT_KEY": _quoted(table.order_by or table.key_columns),
        "PROPERTIES": json.dumps(table.properties, separators=(",", ":")),
    }


def _no_layout() -> Record:
    empty = ("TABLE_MODEL", "PRIMARY_KEY", "PARTITION_KEY", "DISTRIBUTE_KEY", "DISTRIBUTE_TYPE", "SORT_KEY")
    return dict.fromkeys((*empty, "PROPERTIES"), "") | {"DISTRIBUTE_BUCKET": 0}


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{n}`" for n in names)


# ---- views and materialized views


def may_read_beneath(session: Session, view: model.Table) -> bool:
    """Whether all that a view reads may be read by whoever asks for a list of views."""
    from starrocks_embedded.statements.access import check_reads_beneath

    if is_unlimited(session):
        return True
    try:
        check_reads_beneath(session, view)
    except StarRocksError:
        return False
    return True


@fills_wanted(SCHEMA, "views")
def views(session: Session, wanted: Wanted) -> Iterable[Record]:
    for database, table in stored_tables(session, wanted):
        if table.kind == "view" and may_read_beneath(session, table):
            yield {
                "TABLE_CATALOG": "def",
                "TABLE_SCHEMA": database.name,
                "TABLE_NAME": table.name,
                "VIEW_DEFINITION": table.query,
                "CHECK_OPTION": "NONE",
                "IS_UPDATABLE": "NO",
                "DEFINER": "",
                "SECURITY_TYPE": "",
                "CHARACTER_SET_CLIENT": "utf8",
                "COLLATION_CONNECTION": COLLATION,
            }


@fills_wanted(SCHEMA, "materialized_views")
def materialized_views(session: Session, wanted: Wanted) -> Iterable[Record]:
    found = [(d, t) for d, t in stored_tables(session, wanted) if t.materialized is not None]
    counts = row_counts(session, (table for _, table in found)) if wanted.reads("TABLE_ROWS") else {}
    for database, table in found:
        yield materialized_view_record(session, database, table, counts)
    for database, table in stored_tables(session, replace(wanted, tables=None)):
        for rollup in table.rollups:
            if wanted.has_table(rollup.name):
                yield rollup_record(database, table, rollup)


def materialized_view_record(
    session: Session, database: model.Database, table: model.Table, counts: dict[int, int]
) -> Record:
    from starrocks_embedded.catalog.show_create_view import show_create_materialized_view

    details = table.materialized
    assert details is not None
    task = f"mv-{table.id}"
    refreshed = _last_refresh(session, task)
    later = details.refresh_type == "MANUAL" and details.refresh_moment == "deferred"
    has_task = session.engine.version.at_least("4.0") or not later or "LAST_REFRESH_JOB_ID" in refreshed
    return {
        "MATERIALIZED_VIEW_ID": table.id,
        "TABLE_SCHEMA": database.name,
        "TABLE_NAME": table.name,
        "REFRESH_TYPE": details.refresh_type,
        "IS_ACTIVE": str(details.active).lower(),
        "INACTIVE_REASON": details.inactive_reason,
        "PARTITION_TYPE": _partition_type(table),
        "TASK_ID": details.task_id if has_task else 0,
        "TASK_NAME": task if has_task else "",
        "TABLE_ROWS": counts.get(table.id, 0),
        "MATERIALIZED_VIEW_DEFINITION": show_create_materialized_view(table),
        "QUERY_REWRITE_STATUS": _rewrite_status(session, table),
        "CREATOR": identity_text((table.creator or session.engine.admin, "%")),
    } | refreshed


def _rewrite_status(session: Session, table: model.Table) -> str:
    if table.properties.get("enable_query_rewrite", "").upper() == "FALSE":
        return "INVALID: enable_query_rewrite=FALSE"
    active = table.materialized is None or table.materialized.active
    if not active:
        return "INVALID: MV is not active"
    if limit := _limiting_operator(table.query_written, session.engine.version):
        return f"INVALID: no valid plan: MV contains non-SPJG operators(no view rewrite): {limit}"
    return "VALID"


@lru_cache(maxsize=1024)
def _limiting_operator(text: str, version: Version) -> str:
    """The operator that LIMIT makes of a query: no query can be rewritten to read what it leaves."""
    from starrocks_embedded.syntax.cursor import Cursor
    from starrocks_embedded.syntax.queries import parse_query

    query = parse_query(Cursor(text, version))
    if query.limit is None:
        return ""
    return "LOGICAL_TOPN" if query.order_by else "LOGICAL_LIMIT"


def rollup_record(database: model.Database, table: model.Table, rollup: model.Rollup) -> Record:
    """A rollup has no refresh: it is as new as its table."""
    return {
        "MATERIALIZED_VIEW_ID": rollup.id,
        "TABLE_SCHEMA": database.name,
        "TABLE_NAME": rollup.name,
        "REFRESH_TYPE": "ROLLUP",
        "IS_ACTIVE": "true",
        "INACTIVE_REASON": "",
        "PARTITION_TYPE": _partition_type(table),
        "TASK_ID": 0,
        "TASK_NAME": "",
        "LAST_REFRESH_DURATION": 0.0,
        "LAST_REFRESH_STATE": "",
        "LAST_REFRESH_FORCE_REFRESH": "false",
        "LAST_REFRESH_ERROR_CODE": "",
        "LAST_REFRESH_ERROR_MESSAGE": "",
        "TABLE_ROWS": 0,
        "MATERIALIZED_VIEW_DEFINITION": statement_text(table, rollup),
        "QUERY_REWRITE_STATUS": "",
        "CREATOR": "",
    }


def _partition_type(table: model.Table) -> str:
    kind = table.partitioning.kind
    if kind == "none":
        return "UNPARTITIONED"
    return "LIST" if kind in ("list", "columns") else "RANGE"


def _last_refresh(session: Session, task: str) -> Record:
    """Of the newest run of its task; the text `null` stands for a state that never was."""
    runs = last_job(session, task)
    if not runs:
        return {
            "LAST_REFRESH_STATE": "null",
            "LAST_REFRESH_FORCE_REFRESH": "false",
            "LAST_REFRESH_ERROR_CODE": "0",
            "LAST_REFRESH_ERROR_MESSAGE": "",
        }
    first, last = runs[0], runs[-1]
    record: Record = {
        "LAST_REFRESH_START_TIME": moment(first.created),
        "LAST_REFRESH_STATE": last.state,
        "LAST_REFRESH_FORCE_REFRESH": str(first.refresh["force"]).lower(),
        "LAST_REFRESH_ERROR_CODE": str(last.error_code),
        "LAST_REFRESH_ERROR_MESSAGE": last.error_message or "",
        "EXTRA_MESSAGE": json.dumps(job_message(runs), separators=(",", ":")),
        "LAST_REFRESH_PROCESS_TIME": moment(first.created),
        "LAST_REFRESH_JOB_ID": first.query_id,
    } | partition_texts(runs)
    if last.finished:
        record["LAST_REFRESH_FINISHED_TIME"] = moment(last.finished)
        record["LAST_REFRESH_DURATION"] = round(sum(r.ended - r.began for r in runs), 3)
    return record


# ---- partitions


@fills_wanted(SCHEMA, "partitions_meta")
def partitions_meta(session: Session, wanted: Wanted) -> Iterable[Record]:
    found = [(d, t) for d, t in stored_tables(session, wanted) if t.is_stored]
    counts = partition_counts(session, (table for _, table in found)) if wanted.reads("ROW_COUNT") else {}
    for database, table in found:
        for partition in table.partitions:
            yield _partition_record(session, database, table, partition, counts)


def _partition_record(
    session: Session, database: model.Database, table: model.Table, partition: model.Partition, counts: dict[int, int]
) -> Record:
    from starrocks_embedded.metadata.partition_texts import distribution_key, partition_value

    updated = moment(partition.visible_time or table.created)
    return {
        "DB_NAME": database.name,
        "TABLE_NAME": table.name,
        "PARTITION_NAME": partition.name,
        "PARTITION_ID": partition.id,
        "COMPACT_VERSION": 0,
        "VISIBLE_VERSION": partition.version,
        "VISIBLE_VERSION_TIME": updated,
        "NEXT_VERSION": partition.version + 1,
        "DATA_VERSION": partition.version,
        "VERSION_TXN_TYPE": "TXN_NORMAL",
        "PARTITION_KEY": ", ".join(table.partitioning.columns),
        "PARTITION_VALUE": partition_value(table, partition),
        "DISTRIBUTION_KEY": distribution_key(table),
        "BUCKETS": bucket_count(table, partition, session.engine.version),
        "REPLICATION_NUM": _replicas(table),
        "STORAGE_MEDIUM": "HDD",
        "COOLDOWN_TIME": datetime(9999, 12, 31, 23, 59, 59),
        "IS_IN_MEMORY": False,
        "IS_TEMP": partition.temporary,
        "DATA_SIZE": 0 if session.engine.version.at_least("4.0") else "0B",
        "ROW_COUNT": counts.get(partition.id, 0),
        "TABLET_BALANCED": True,
    }


def _replicas(table: model.Table) -> int:
    return int(table.properties.get("replication_num", "1"))
