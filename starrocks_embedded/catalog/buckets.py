"""How many buckets a partition has, where nobody said it: what a server of one back end works out."""

from __future__ import annotations

from starrocks_embedded.catalog import model
from starrocks_embedded.version import Version

PER_BACK_END = 2
UNPARTITIONED = 16  # at least, since 3.4


def bucket_count(table: model.Table, partition: model.Partition, version: Version) -> int:
    """A table that is filled at random begins with one bucket and is split as it grows; a materialized view is not."""
    said = partition.buckets or table.distribution.buckets
    if said:
        return said
    if table.distribution.kind == "random" and table.materialized is None:
        return 1
    whole = partition.kind == "single" and version.at_least("3.4")
    return UNPARTITIONED if whole else PER_BACK_END
