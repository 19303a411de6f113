"""What a server can do: a name for each thing that came with a version. New code asks for names, not for numbers."""

from __future__ import annotations

from enum import Enum

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.version import ServerVersion

FLOOR = ServerVersion(3, 1)


class Feature(Enum):
    """What users would call it, the first version that has it, and what holds on older servers."""

    DYNAMIC_OVERWRITE = (
        "dynamic overwrite",
        ServerVersion(3, 4),
        "`insert_overwrite` writes the whole table, with the rows of other partitions; `dynamic_overwrite` is refused",
    )
    OVERWRITE_AUTOMATIC_BY_NAME = (
        "overwriting by name partitions that come by themselves",
        ServerVersion(3, 4),
        "a batch over several partitions writes the whole table",
    )
    INSERT_TIMEOUT = "a time limit of its own for loads", ServerVersion(3, 4), "`query_timeout` limits loads too"
    TEMPORARY_TABLES = (
        "temporary tables",
        ServerVersion(3, 3, 1),
        "the adapter makes none; the server refuses those of hooks",
    )
    COLUMN_COMMENT_ALTER = (
        "changing a column's comment in place",
        ServerVersion(3, 5),
        "a column's comment changes with `--full-refresh`, and dbt says so",
    )
    ORDER_BY_ALL_TABLE_TYPES = (
        "ORDER BY for other than PRIMARY KEY tables",
        ServerVersion(3, 3),
        "refused; the order of `keys` sorts the table",
    )
    TEXT_INDEXES = "n-gram and full-text indexes", ServerVersion(3, 3), "refused"
    VECTOR_INDEXES = "vector indexes", ServerVersion(3, 4), "refused"
    PARTITION_EXPRESSIONS = (
        "partitioning by several or by any expressions",
        ServerVersion(3, 4),
        "refused, but for one `date_trunc()` by hour, day, month or year, or one `time_slice()`",
    )
    CURRENT_TIMESTAMP_PRECISION = (
        "DEFAULT CURRENT_TIMESTAMP with digits",
        ServerVersion(3, 5),
        "refused; `current_timestamp` is taken",
    )
    DECIMAL256 = "decimals of more than 38 digits", ServerVersion(4, 0), "refused"
    STAR_EXCLUDE = "`* exclude (…)`", ServerVersion(4, 0), "`dbt_utils.deduplicate` takes relations, no CTEs"
    BINARY_KEYS = "VARBINARY in keys", ServerVersion(4, 1), "refused"
    COMPLEX_DEFAULTS = "defaults of arrays, maps, structs and JSON", ServerVersion(4, 1), "refused"
    BUCKET_SIZE_RANDOM_ONLY = (
        "bucket_size refused beside hash distribution",
        ServerVersion(4, 1),
        "the property is taken with every distribution",
    )
    SQL_FUNCTIONS = "SQL functions", ServerVersion(4, 1), "refused"
    VERBATIM_VIEW_TEXT = (
        "leaving views alone that did not change",
        ServerVersion(4, 1),
        "each run replaces every view in place; materialized views carry a fingerprint",
    )
    VALUES_IN_UNION = (
        "VALUES lists joined by UNION ALL",
        ServerVersion(3, 5),
        "seeds of more than 9,000 rows are loaded beside and exchanged",
    )

    def __init__(self, label: str, since: ServerVersion, before: str) -> None:
        self.label = label
        self.since = since
        self.before = before

    @classmethod
    def named(cls, name: str) -> Feature:
        try:
            return cls[name.upper()]
        except KeyError:
            known = ", ".join(sorted(feature.name.lower() for feature in cls))
            raise DbtRuntimeError(f"'{name}' is no feature that the adapter knows: {known}.") from None

    def on(self, version: ServerVersion) -> bool:
        return version >= self.since

    def require(self, version: ServerVersion, what: str = "") -> None:
        """Stops with a sentence that says which server is needed."""
        if not self.on(version):
            raise DbtRuntimeError(
                f"{what or self.label} needs StarRocks {self.since} or newer; this server is {version}."
            )
