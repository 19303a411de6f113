"""What the catalog holds. Plain data: rules live in the modules that create and alter it.

Objects are never changed in place once committed: a change works on a copy (`Change.edit`) and is swapped in when its
transaction commits, so that readers keep a consistent picture without locks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starrocks_embedded.types import Type


@dataclass
class Column:
    """A stored column. `id` never changes: the physical column is c<id>, so a rename moves no data.

    `default` is the kind and text of a DEFAULT clause: ('const', 'x'), ('null', ''), ('expr', 'uuid()') or None.
    `aggregate` is lower-case (sum, replace, …) with AGGREGATE KEY tables; `generated` the StarRocks text of AS (…)."""

    id: int
    name: str
    type: Type
    nullable: bool = True
    key: bool = False
    aggregate: str = ""
    default: tuple[str, str] | None = None
    auto_increment: bool = False
    generated: str = ""
    comment: str = ""
    charset: str = ""
    hidden: bool = False
    origin: str = ""  # the name it was created under, once it was renamed
    added_at: str = ""  # what rows show that were there before ALTER TABLE added it with DEFAULT current_timestamp

    @property
    def physical(self) -> str:
        return f"c{self.id}"


@dataclass
class Partition:
    """`values`: for range the pair of bound tuples (lower inclusive, upper exclusive; None: unbounded below; texts,
    'MAXVALUE'), for list the tuples of texts (None inside: NULL). Rows carry `id` in the physical column p."""

    id: int
    name: str
    kind: str = "range"  # range, list, or single (an unpartitioned table's only partition)
    lower: tuple[str, ...] | None = None
    upper: tuple[str, ...] | None = None
    values: tuple[tuple[str | None, ...], ...] = ()
    buckets: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    temporary: bool = False
    version: int = 1
    visible_time: str = ""


@dataclass
class Partitioning:
    """kind: none, range, list, expression (automatic, `date_trunc`-like ranges), columns (automatic lists).
    `exprs` are StarRocks texts of the partition expressions; plain column names for range, list and columns."""

    kind: str = "none"
    exprs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    automatic: bool = False


@dataclass
class Distribution:
    kind: str = "random"  # hash, random
    columns: tuple[str, ...] = ()
    buckets: int = 0  # 0: automatic


@dataclass
class Index:
    id: int
    name: str
    columns: tuple[str, ...]
    kind: str  # bitmap, ngrambf, gin, vector
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class Job:
    """A schema-change, optimize or rollup job, as SHOW ALTER TABLE prints it."""

    id: int
    kind: str  # column, optimize, rollup
    table: str
    database_id: int
    created: str
    finished: str | None = None
    state: str = "PENDING"
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class RollupColumn:
    """A column of a rollup: `define` is the text of what it is made of, `reads` the base table's columns in it.
    `column.aggregate` is what joins its values, `none` where the index says so of a value that nothing joins."""

    column: Column
    define: str
    reads: tuple[str, ...] = ()


@dataclass
class Rollup:
    """An index beside a table's own, made by ADD ROLLUP or a synchronous materialized view. It stores nothing here:
    what it would hold is worked out of the table's rows when somebody reads it."""

    id: int
    name: str
    keys: str = "duplicate"
    columns: list[RollupColumn] = field(default_factory=list)
    where: str = ""
    where_reads: tuple[str, ...] = ()
    statement: str = ""  # as written; '' for ADD ROLLUP


@dataclass
class MaterializedView:
    """The part of a materialized view that a table has not."""

    query: str  # what SHOW CREATE MATERIALIZED VIEW shows: as written, or the shortened text before 4.1
    columns_named: bool = False
    refresh_moment: str = ""  # immediate, deferred, or not said
    refresh_type: str = "ASYNC"  # ASYNC, MANUAL, INCREMENTAL
    refresh_start: str = ""
    refresh_every: tuple[int, str] | None = None
    active: bool = True
    inactive_reason: str = ""
    bases: tuple[tuple[str, str, str], ...] = ()  # (catalog, database, table) read by the query
    former_bases: tuple[int, ...] = ()  # tables it read under a name that means another object since
    base_versions: dict[str, dict[str, str]] = field(default_factory=dict)  # by table and partition, when refreshed
    task_id: int = 0


@dataclass
class Table:
    """kind: table, view, materialized_view. Views use `query` and `columns`; nothing physical stands behind them."""

    id: int
    database_id: int
    name: str
    kind: str = "table"
    columns: list[Column] = field(default_factory=list)
    comment: str = ""
    created: str = ""
    creator: str = ""
    # tables and materialized views
    keys: str = "duplicate"  # duplicate, aggregate, unique, primary
    key_columns: tuple[str, ...] = ()
    keys_declared: bool = True
    partitioning: Partitioning = field(default_factory=Partitioning)
    partitions: list[Partition] = field(default_factory=list)
    distribution: Distribution = field(default_factory=Distribution)
    order_by: tuple[str, ...] = ()
    indexes: list[Index] = field(default_factory=list)
    rollups: list[Rollup] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    engine: str = "OLAP"
    temporary_session: int = 0  # the session that owns a temporary table
    next_column_id: int = 1
    next_auto_increment: int = 1
    job: int = 0  # the running Job that blocks others
    version: int = 1  # grows with each change of the data
    updated: str = ""
    layers: tuple[str, ...] = ()  # physical copies that hide loads which are not visible yet, oldest first
    # views and materialized views
    query: str = ""  # the stored text; the rewritten one for materialized views, and for views before 4.1
    query_written: str = ""  # as the user wrote it
    query_home: tuple[str, str] = ("default_catalog", "")  # catalog and database its bare names are read in
    security: str = ""  # invoker, none
    sql_mode: tuple[str, ...] = ()
    materialized: MaterializedView | None = None

    @property
    def physical(self) -> str:
        return f"t{self.id}"

    @property
    def readable(self) -> str:
        """The physical table that queries read."""
        return self.layers[0] if self.layers else self.physical

    @property
    def is_stored(self) -> bool:
        return self.kind != "view"

    @property
    def visible_columns(self) -> list[Column]:
        return [c for c in self.columns if not c.hidden]

    def column(self, name: str) -> Column | None:
        folded = name.lower()
        return next((c for c in self.columns if c.name.lower() == folded), None)

    def partition(self, name: str, temporary: bool = False) -> Partition | None:
        folded = name.lower()
        return next((p for p in self.partitions if p.name.lower() == folded and p.temporary == temporary), None)


@dataclass
class Database:
    id: int
    name: str
    catalog: str = "default_catalog"
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    created: str = ""
    owner: str = "root"


@dataclass
class User:
    id: int
    name: str
    host: str = "%"
    plugin: str = "MYSQL_NATIVE_PASSWORD"
    password: str = ""  # *HEX as mysql stores it, '' for none
    roles: tuple[int, ...] = ()
    default_roles: tuple[int, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)


@dataclass
class Role:
    id: int
    name: str
    comment: str = ""
    builtin: bool = False
    roles: tuple[int, ...] = ()
    grants: list[Grant] = field(default_factory=list)


@dataclass
class ExternalGroup:
    """The roles of whoever a directory says belongs to the group; there is no directory here."""

    id: int
    name: str
    roles: tuple[int, ...] = ()


@dataclass
class Grant:
    """`target` is the object's path: ids where it names one object, '*' where it means all of a level."""

    object_kind: str  # TABLE, VIEW, DATABASE, SYSTEM, …
    target: tuple[str, ...]
    privileges: tuple[str, ...]
    grant_option: bool = False


@dataclass
class Task:
    id: int
    name: str
    database: str
    definition: str
    schedule: str = ""
    created: str = ""
    source: str = "CTAS"
    catalog: str = "default_catalog"
    creator: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    state: str = "UNKNOWN"


@dataclass
class TaskRun:
    id: int
    query_id: str
    task_name: str
    database: str
    definition: str
    created: str
    finished: str | None = None
    state: str = "PENDING"
    error_code: int = 0
    error_message: str | None = None
    progress: str = "0%"
    properties: dict[str, Any] = field(default_factory=dict)
    job_id: str = ""  # of the first run of a refresh that takes several; '' is its own
    began: float = 0  # when it left the queue, in seconds since 1970
    ended: float = 0
    refresh: dict[str, Any] = field(default_factory=dict)  # what a refresh did: see materialized_views/runs.py


@dataclass
class Load:
    """A load job: what information_schema.loads shows and what makes a label used."""

    id: int
    label: str
    database_id: int
    table: str
    state: str = "FINISHED"
    kind: str = "INSERT"
    created: str = ""
    finished: str = ""
    rows: int = 0
    filtered: int = 0
    transaction: int = 0
    tracking: str = ""
    unselected: int = 0
    bytes: int = 0
    user: str = ""
    message: str = ""
    tracking_url: str = ""
    timeout: int = 14400


@dataclass
class SqlFunction:
    """CREATE FUNCTION name(parameters) RETURNS body. A global one has the database 0."""

    id: int
    database_id: int
    name: str
    parameters: tuple[tuple[str, Type], ...]
    result: Type
    body: str


@dataclass
class ExternalCatalog:
    """What CREATE EXTERNAL CATALOG made. The place that its properties name is never reached: what is created in it
    is kept here."""

    id: int
    name: str
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass
class PartitionField:
    """How the rows of an external table are parted: by a column as it is (identity), or by a transform of it."""

    column_id: int
    transform: str = "identity"
    argument: int = 0


@dataclass
class ExternalDatabase(Database):
    """A database of the external catalog whose name `catalog` is."""


@dataclass
class ExternalTable(Table):
    """A table or view of an external catalog: no keys, no partitions of its own, only rules for parting its rows.
    `required` are columns that hold no NULL although they are shown as nullable, `unreadable` those whose values have
    no type on this side. A row carries in the column p the `partition_spec` it was written under."""

    partition_fields: list[PartitionField] = field(default_factory=list)
    partition_spec: int = 0  # grows when the fields change
    location: str = ""  # of its files, as a metastore would have it
    required: tuple[int, ...] = ()
    unreadable: tuple[int, ...] = ()


@dataclass
class Setting:
    """A global session variable or a front-end config value that was changed."""

    id: int
    name: str
    value: str
    scope: str  # variable, config


@dataclass
class Recycled:
    """What DROP without FORCE keeps for a day: a table with its data, a range partition of the table `owner`, the rows
    of which stand in a table of their own, or a database that was emptied into others."""

    id: int
    name: str
    dropped: str
    table: Table | None = None
    database: Database | None = None
    tables: tuple[str, ...] = ()  # names of a dropped database's tables
    partition: Partition | None = None
    owner: int = 0

    @property
    def physical(self) -> str:
        return f"r{self.id}"


@dataclass
class RoutineLoad:
    """CREATE ROUTINE LOAD: kept by the id of its table, which may be renamed. `clauses` are those before PROPERTIES,
    as SHOW CREATE prints them, by their first words."""

    id: int
    database_id: int
    table_id: int
    name: str
    state: str = "NEED_SCHEDULE"
    created: str = ""
    paused: str = ""
    ended: str = ""
    reason: str = ""
    clauses: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    source: str = "KAFKA"
    source_properties: dict[str, str] = field(default_factory=dict)
    zone: str = "UTC"

    @property
    def is_over(self) -> bool:
        return self.state in ("STOPPED", "CANCELLED")


@dataclass
class Pipe:
    """CREATE PIPE: `statement` is the text of its INSERT."""

    id: int
    database_id: int
    table_id: int
    name: str
    state: str = "RUNNING"
    created: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    statement: str = ""


@dataclass
class Export:
    """EXPORT TABLE: `details` is what SHOW EXPORT says of the job."""

    id: int
    database_id: int
    query_id: str
    path: str
    state: str = "PENDING"
    created: str = ""
    finished: str = ""
    timeout: int = 86400
    message: str = ""
    details: str = ""


@dataclass
class Classifier:
    """Which queries a resource group takes; what is empty is not asked for."""

    id: int
    user: str = ""
    role: str = ""
    query_types: tuple[str, ...] = ()
    source_ip: str = ""
    databases: tuple[int, ...] = ()
    cpu_cost: tuple[float, float] | None = None
    memory_cost: tuple[float, float] | None = None


@dataclass
class ResourceGroup:
    """`limits` are the properties that were given, as numbers; `type` is normal, short_query or mv."""

    id: int
    name: str
    type: str = "normal"
    limits: dict[str, Any] = field(default_factory=dict)
    classifiers: list[Classifier] = field(default_factory=list)


@dataclass
class StorageVolume:
    """A place for the data of a cluster that shares it; nothing is kept there."""

    id: int
    name: str
    type: str
    locations: tuple[str, ...]
    params: dict[str, str] = field(default_factory=dict)
    enabled: bool = True
    comment: str = ""
    default: bool = False
