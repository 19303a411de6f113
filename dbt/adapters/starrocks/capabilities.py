"""What a server can do: a name for each thing that came with a version. New code asks for names, not for numbers."""

from __future__ import annotations

from enum import Enum

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starrocks.version import ServerVersion

FLOOR = ServerVersion(3, 1)


class Feature(Enum):
    """What users would call it, and the first version that has it."""

    DYNAMIC_OVERWRITE = "dynamic overwrite", ServerVersion(3, 4)
    OVERWRITE_AUTOMATIC_BY_NAME = "overwriting by name partitions that come by themselves", ServerVersion(3, 4)
    INSERT_TIMEOUT = "a time limit of its own for loads", ServerVersion(3, 4)
    TEMPORARY_TABLES = "temporary tables", ServerVersion(3, 3, 1)
    COLUMN_COMMENT_ALTER = "changing a column's comment in place", ServerVersion(3, 5)
    ORDER_BY_ALL_TABLE_TYPES = "ORDER BY for other than PRIMARY KEY tables", ServerVersion(3, 3)
    TEXT_INDEXES = "n-gram and full-text indexes", ServerVersion(3, 3)
    VECTOR_INDEXES = "vector indexes", ServerVersion(3, 4)
    PARTITION_EXPRESSIONS = "partitioning by several or by any expressions", ServerVersion(3, 4)
    CURRENT_TIMESTAMP_PRECISION = "DEFAULT CURRENT_TIMESTAMP with digits", ServerVersion(3, 5)
    DECIMAL256 = "decimals of more than 38 digits", ServerVersion(4, 0)
    STAR_EXCLUDE = "`* exclude (…)`", ServerVersion(4, 0)
    BINARY_KEYS = "VARBINARY in keys", ServerVersion(4, 1)
    COMPLEX_DEFAULTS = "defaults of arrays, maps, structs and JSON", ServerVersion(4, 1)
    BUCKET_SIZE_RANDOM_ONLY = "bucket_size refused beside hash distribution", ServerVersion(4, 1)
    SQL_FUNCTIONS = "SQL functions", ServerVersion(4, 1)
    VERBATIM_VIEW_TEXT = "view text kept as written", ServerVersion(4, 1)
    VALUES_IN_UNION = "VALUES lists joined by UNION ALL", ServerVersion(3, 5)

    def __init__(self, label: str, since: ServerVersion) -> None:
        self.label = label
        self.since = since

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
