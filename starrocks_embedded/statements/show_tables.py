"""SHOW about tables: INDEX, PARTITIONS, TABLE STATUS, DATA, MATERIALIZED VIEWS, DYNAMIC PARTITION TABLES."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.buckets import bucket_count
from starrocks_embedded.errors import StarRocksError, analysis_error
from starrocks_embedded.metadata import schema_tables
from starrocks_embedded.metadata.databases import is_system_database
from starrocks_embedded.metadata.partition_texts import distribution_key, partition_value, plain_list_text
from starrocks_embedded.metadata.rights import require_any_on
from starrocks_embedded.metadata.row_counts import partition_counts, row_counts
from starrocks_embedded.metadata.system_tables import SystemTable, find_system_table
from starrocks_embedded.metadata.wanted import Wanted
from starrocks_embedded.result import Column, Result
from starrocks_embedded.statements.describe import locate
from starrocks_embedded.statements.registry import grammar
from starrocks_embedded.statements.shows import Show, columns, filtered, header, read_filters, show, show_database
from starrocks_embedded.syntax import ast
from starrocks_embedded.syntax.cursor import Cursor

if TYPE_CHECKING:
    from starrocks_embedded.session import Session

INDEX = columns(
    "Table:192|Non_unique:30|Key_name:240|Seq_in_index:192|Column_name:240|Collation:240|Cardinality:240|"
    "Sub_part:240|Packed:240|Null:240|Index_type:240|Comment:240"
)
PARTITIONS = (
    "PartitionId:90|PartitionName:90|VisibleVersion:90|VisibleVersionTime:90|VisibleVersionHash:90|State:90|"
    "PartitionKey:90|{kind}:90|DistributionKey:90|Buckets:90|ReplicationNum:90|StorageMedium:90|CooldownTime:90|"
    "LastConsistencyCheckTime:90|DataSize:90|StorageSize:90|IsInMemory:90|RowCount:90|DataVersion:90|"
    "VersionEpoch:90|VersionTxnType:90"
)
LIST_AT, STORAGE_AT = 7, 15
PARTITION_FILTERS = ("PartitionId", "PartitionName", "State", "Buckets", "ReplicationNum", "LastConsistencyCheckTime")
STATUS = columns(
    "Name:192|Engine:30|Version:bigint|Row_format:192|Rows:bigint|Avg_row_length:bigint|Data_length:bigint|"
    "Max_data_length:bigint|Index_length:bigint|Data_free:bigint|Auto_increment:bigint|Create_time:datetime|"
    "Update_time:datetime|Check_time:datetime|Collation:192|Checksum:bigint|Create_options:192|Comment:192"
)
VIEWS = (
    "id:bigint|database_name|name:150|refresh_type:30|is_active:30|inactive_reason:192|partition_type:48|"
    "task_id:bigint|task_name:150|last_refresh_start_time:datetime|last_refresh_finished_time:datetime|"
    "last_refresh_duration:double|last_refresh_state|last_refresh_force_refresh:24|last_refresh_start_partition:3072|"
    "last_refresh_end_partition:3072|last_refresh_base_refresh_partitions:3072|"
    "last_refresh_mv_refresh_partitions:3072|last_refresh_error_code|last_refresh_error_message:3072|rows:bigint|"
    "text:3072|extra_message:3072|query_rewrite_status:192|creator:192"
)
OLDER_VIEWS = (  # before 4.0 all of it is text
    VIEWS.replace("id:bigint|database", "id:150|database")
    .replace("rows:bigint", "rows:150")
    .replace(":bigint", "")
    .replace(":datetime", "")
    .replace(":double", "")
)
NEWER_VIEWS = "|last_refresh_process_time:datetime|last_refresh_job_id:192"
NEVER_UPDATED = "1969-12-31 23:59:59"  # -1 as a time
DYNAMIC = columns(
    "TableName|Enable|TimeUnit|Start|End|Prefix|Buckets|ReplicationNum|StartOf|LastUpdateTime|LastSchedulerTime|State|"
    "LastCreatePartitionMsg|LastDropPartitionMsg|InScheduler"
)
VIEW_NAMES = {
    "id": "MATERIALIZED_VIEW_ID",
    "database_name": "TABLE_SCHEMA",
    "name": "TABLE_NAME",
    "rows": "TABLE_ROWS",
    "text": "MATERIALIZED_VIEW_DEFINITION",
}


def find_table(session: Session, name: tuple[str, ...]) -> tuple[str, model.Table | SystemTable]:
    """The database and what is named in it; 1064 where there is nothing."""
    database, table = locate(session, name)
    found: model.Table | SystemTable | None = None
    if is_system_database(database):
        found = find_system_table(session.engine.version, database, table)
    elif (owner := session.engine.catalog.database(database)) is not None:
        found = session.engine.catalog.table(owner.id, table, session.id)
    if found is None:
        raise analysis_error(f"Table {table} is not found")
    if isinstance(found, model.Table):
        require_any_on(session, found)
    return database, found


# ---- SHOW INDEX


@grammar("SHOW", "INDEX")
@grammar("SHOW", "INDEXES")
@grammar("SHOW", "KEY")
@grammar("SHOW", "KEYS")
def parse_show_index(cursor: Cursor) -> Show:
    cursor.expect_any("FROM", "IN")
    statement = Show(show_index, cursor.qualified_name(3))
    if cursor.accept_any("FROM", "IN"):
        statement.scope = (*cursor.qualified_name(2), statement.scope[-1])
    return statement


def show_index(session: Session, statement: Show) -> Result:
    database, table = find_table(session, statement.scope)
    indexes = table.indexes if isinstance(table, model.Table) else []
    return header(INDEX, [_index_row(f"{database}.{table.name}", i) for i in indexes])


def _index_row(table: str, index: model.Index) -> tuple[str, ...]:
    properties = ", ".join(f'"{k}" = "{v}"' for k, v in sorted(index.properties.items()))
    kind = index.kind.upper() + (f"({properties})" if properties else "")
    return table, "", index.name, "", ",".join(index.columns), "", "", "", "", "", kind, index.comment


# ---- SHOW PARTITIONS


@grammar("SHOW", "PARTITIONS")
def parse_show_partitions(cursor: Cursor) -> Show:
    return _partitions_of(cursor, temporary=False)


@grammar("SHOW", "TEMPORARY", "PARTITIONS")
def parse_show_temporary_partitions(cursor: Cursor) -> Show:
    return _partitions_of(cursor, temporary=True)


def _partitions_of(cursor: Cursor, *, temporary: bool) -> Show:
    cursor.expect("FROM")
    statement = Show(show_partitions, cursor.qualified_name(3), argument=temporary)
    read_filters(cursor, statement, like=False, where=True, ordered=True)
    return statement


def show_partitions(session: Session, statement: Show) -> Result:
    _, table = find_table(session, statement.scope)
    if not isinstance(table, model.Table) or not table.is_stored:
        raise analysis_error(f"Table[{table.name}] does not exists or is not OLAP/Paimon table")
    if statement.where is not None:
        _check_filter(statement.where)
    kind = "List" if any(p.kind == "list" for p in table.partitions) else _range_or_list(table)
    names = PARTITIONS.format(kind=kind) + ("|TabletBalanced:90" if session.engine.version.at_least("3.5") else "")
    shown = [p for p in table.partitions if p.temporary == statement.argument]
    counts = partition_counts(session, [table])
    width, version = names.count("|") + 1, session.engine.version
    rows = [_partition_row(table, p, counts.get(p.id, 0), bucket_count(table, p, version))[:width] for p in shown]
    if not session.engine.version.at_least("3.4"):
        names = names.replace("StorageSize:90|", "")
        rows = [_old_row(table, p, row) for p, row in zip(shown, rows, strict=True)]
    return filtered(statement, header(columns(names), rows))


def _old_row(table: model.Table, partition: model.Partition, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Before 3.4 there was no StorageSize, and lists read otherwise."""
    value = plain_list_text(table, partition) if partition.kind == "list" else row[LIST_AT]
    return (*row[:LIST_AT], value, *row[LIST_AT + 1 : STORAGE_AT], *row[STORAGE_AT + 1 :])


def _range_or_list(table: model.Table) -> str:
    return "List" if table.partitioning.kind in ("list", "columns") else "Range"


def _check_filter(where: ast.Expr) -> None:
    if isinstance(where, ast.Binary) and where.op in ("and", "or"):
        if where.op == "or":
            raise analysis_error("Only allow compound predicate with operator AND")
        _check_filter(where.left)
        _check_filter(where.right)
        return
    for name in _column_names(where):
        if name.lower() not in [f.lower() for f in PARTITION_FILTERS]:
            raise analysis_error(f"Only the columns of {'/'.join(PARTITION_FILTERS)} are supported.")


def _column_names(expr: Any) -> list[str]:
    if isinstance(expr, ast.ColumnRef):
        return [expr.parts[-1]]
    inner = [getattr(expr, name, None) for name in ("left", "right", "operand", "pattern")]
    return [n for e in inner if isinstance(e, ast.Expr) for n in _column_names(e)]


def _partition_row(table: model.Table, partition: model.Partition, rows: int, buckets: int) -> tuple[Any, ...]:
    keyed = partition.kind in ("range", "list")
    version = str(partition.version)
    return (
        str(partition.id),
        partition.name,
        version,
        partition.visible_time or table.created,
        "0",
        "NORMAL",
        ", ".join(table.partitioning.columns) if keyed else "",
        partition_value(table, partition),
        distribution_key(table),
        str(buckets),
        table.properties.get("replication_num", "1"),
        table.properties.get("storage_medium", "SSD").upper(),
        table.properties.get("storage_cooldown_time", "9999-12-31 23:59:59"),
        None,
        "0B",
        "0B",
        "false",
        str(rows),
        version,
        str(1_000_000_000 + partition.id),
        "TXN_NORMAL",
        "true",
    )


# ---- SHOW TABLE STATUS, SHOW DATA


@show("TABLE", "STATUS", scope=True, like=True, where=True)
def show_table_status(session: Session, statement: Show) -> Result:
    name = show_database(session, statement.scope)
    database = session.engine.catalog.database(name)
    found = [t for _, t in schema_tables.stored_tables(session, Wanted(frozenset([name])))]
    counts = row_counts(session, found)
    rows = [_status_row(schema_tables.table_record(database, t, counts)) for t in found if database]
    return filtered(statement, header(STATUS, rows))


def _status_row(record: dict[str, Any]) -> tuple[Any, ...]:
    names = (
        "TABLE_NAME", "ENGINE", "VERSION", "ROW_FORMAT", "TABLE_ROWS", "AVG_ROW_LENGTH", "DATA_LENGTH",
        "MAX_DATA_LENGTH", "INDEX_LENGTH", "DATA_FREE", "AUTO_INCREMENT", "CREATE_TIME", "UPDATE_TIME", "CHECK_TIME",
        "TABLE_COLLATION", "CHECKSUM", "CREATE_OPTIONS", "TABLE_COMMENT",
    )  # fmt: skip
    said = record | {"ROW_FORMAT": "", "CREATE_OPTIONS": "", "CHECK_TIME": None}
    if record.get("ENGINE") is None:  # a view; materialized ones are tables
        said |= {"TABLE_ROWS": -1, "AVG_ROW_LENGTH": -1, "DATA_LENGTH": -1, "UPDATE_TIME": NEVER_UPDATED}
    return tuple(said.get(n) for n in names)


@grammar("SHOW", "DATA")
def parse_show_data(cursor: Cursor) -> Show:
    return Show(show_data, cursor.qualified_name(3) if cursor.accept("FROM") else ())


def show_data(session: Session, statement: Show) -> Result:
    if statement.scope:
        return _table_data(session, statement.scope)
    database = session.engine.catalog.database(show_database(session, ()))
    found = [t for t in session.engine.catalog.tables(database.id) if t.is_stored] if database else []
    total = str(sum(_replicas(session, t) for t in found))
    rows = [(t.name, "0.000 B", str(_replicas(session, t))) for t in found]
    rows += [("Total", "0.000 B", total), ("Quota", "8388608.000 TB", "9223372036854775807")]
    left = str(9223372036854775807 - int(total))
    return header(columns("TableName|Size:90|ReplicaCount"), [*rows, ("Left", "8388608.000 TB", left)])


def _table_data(session: Session, name: tuple[str, ...]) -> Result:
    _, table = find_table(session, name)
    if not isinstance(table, model.Table) or not table.is_stored:
        raise analysis_error(f"Table '{table.name}' is not a OLAP table", code=5503)
    replicas = str(_replicas(session, table))
    count = str(row_counts(session, [table]).get(table.id, 0))
    rows = [(table.name, table.name, "0.000 B", replicas, count), ("", "Total", "0.000 B", replicas, "")]
    return header(columns("TableName|IndexName|Size:90|ReplicaCount|RowCount"), rows)


def _replicas(session: Session, table: model.Table) -> int:
    each = int(table.properties.get("replication_num", "1"))
    return sum(bucket_count(table, p, session.engine.version) * each for p in table.partitions)


# ---- materialized views


@show("MATERIALIZED", "VIEWS", scope=True, like=True, where=True)
def show_materialized_views(session: Session, statement: Show) -> Result:
    name = show_database(session, statement.scope)
    shown = columns(VIEWS + NEWER_VIEWS if session.engine.version.at_least("4.0") else OLDER_VIEWS)
    rows = []
    stored = schema_tables.stored_tables(session, Wanted(frozenset([name])))
    found = [(d, t) for d, t in stored if t.materialized and schema_tables.may_read_beneath(session, t)]
    counts = row_counts(session, (table for _, table in found))
    for database, table in found:
        record = schema_tables.materialized_view_record(session, database, table, counts)
        rows.append(tuple(_shown(_view_value(record, c.name), c) for c in shown))
    for database, table in schema_tables.stored_tables(session, Wanted(frozenset([name]))):
        for rollup in table.rollups:
            record = schema_tables.rollup_record(database, table, rollup)
            rows.append(tuple(_shown(_view_value(record, c.name), c) for c in shown))
    return filtered(statement, header(shown, rows), like_column=2)


def _shown(value: Any, column: Column) -> Any:
    """Numbers and times in columns of text are texts."""
    return str(value) if isinstance(value, datetime | int) and column.type.is_string else value


def _view_value(record: dict[str, Any], name: str) -> Any:
    """A text, empty where there is nothing to say; times are NULL there."""
    value = record.get(VIEW_NAMES.get(name, name.upper()))
    if name == "last_refresh_duration":
        return f"{value or 0:.3f}"
    never = record["LAST_REFRESH_STATE"] in ("null", "")
    if never and name in ("last_refresh_state", "last_refresh_error_code", "creator"):
        return ""
    return "" if value is None and not name.endswith("_time") else value


@show("DYNAMIC", "PARTITION", "TABLES", scope=True)
def show_dynamic_partition_tables(session: Session, statement: Show) -> Result:
    name = statement.scope[-1] if statement.scope else session.database_name
    if not name:
        raise StarRocksError(1046, "Getting analyzing error. Detail message: No database selected.")
    database = session.engine.catalog.database(name)
    found = session.engine.catalog.tables(database.id) if database else []
    return header(DYNAMIC, [_dynamic_row(t) for t in found if "dynamic_partition.enable" in t.properties])


def _dynamic_row(table: model.Table) -> tuple[Any, ...]:
    def setting(name: str, default: str = "") -> str:
        return table.properties.get(f"dynamic_partition.{name}", default)

    return (
        table.name,
        setting("enable"),
        setting("time_unit").upper(),
        setting("start", "-2147483648"),
        setting("end"),
        setting("prefix", "p"),
        setting("buckets", "0"),
        table.properties.get("replication_num", "1"),
        None,
        table.created,
        None,
        "NORMAL",
        None,
        None,
        "true",
    )
