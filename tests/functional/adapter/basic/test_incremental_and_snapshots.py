"""dbt's basic tests of incremental models and snapshots."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.basic import files
from dbt.tests.adapter.basic.test_incremental import (
    BaseIncremental,
    BaseIncrementalBadStrategy,
    BaseIncrementalNotSchemaChange,
)
from dbt.tests.adapter.basic.test_snapshot_check_cols import BaseSnapshotCheckCols
from dbt.tests.adapter.basic.test_snapshot_timestamp import BaseSnapshotTimestamp


class TestIncremental(BaseIncremental):
    pass


class TestIncrementalBadStrategy(BaseIncrementalBadStrategy):
    pass


class TestIncrementalNotSchemaChange(BaseIncrementalNotSchemaChange):
    """`||` is OR on StarRocks."""

    @pytest.fixture(scope="class")
    def models(self):
        sql = files.incremental_not_schema_change_sql
        ours = sql.replace("1 || '-' || current_timestamp", "concat(1, '-', current_timestamp())")
        assert ours != sql
        return {"incremental_not_schema_change.sql": ours}


class Keyed:
    """The tests update their seeds, which takes a PRIMARY KEY table."""

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"name": "keyed_seeds", "seeds": {"+table_type": "PRIMARY", "+keys": ["id"]}}


class TestSnapshotCheckCols(Keyed, BaseSnapshotCheckCols):
    pass


class TestSnapshotTimestamp(Keyed, BaseSnapshotTimestamp):
    pass
