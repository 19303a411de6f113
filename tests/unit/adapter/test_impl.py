"""The adapter's own few lines: statements for another catalog, and what dbt's test helpers write with."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.starrocks import StarRocksAdapter


class Fake:
    quote = StarRocksAdapter.quote
    run_in_catalog = StarRocksAdapter.run_in_catalog

    def __init__(self, fails=False):
        self.fails = fails
        self.seen = []
        session = SimpleNamespace(home="default_catalog.shop", enter=lambda place: self.seen.append(f"enter {place}"))
        connection = SimpleNamespace(handle=session)
        self.connections = SimpleNamespace(get_thread_connection=lambda: connection)
        self.config = SimpleNamespace(credentials=SimpleNamespace(database="default_catalog"))

    def execute(self, sql):
        self.seen.append(sql)
        if self.fails and sql == "grant":
            raise DbtDatabaseError("Access denied")


def test_the_own_catalog_needs_no_way():
    adapter = Fake()
    adapter.run_in_catalog("default_catalog", "grant")
    assert adapter.seen == ["grant"]


@pytest.mark.parametrize("fails", [False, True])
def test_the_session_comes_back_whatever_happens(fails):
    adapter = Fake(fails)
    if fails:
        with pytest.raises(DbtDatabaseError):
            adapter.run_in_catalog("lake", "grant")
    else:
        adapter.run_in_catalog("lake", "grant")
    assert adapter.seen == ["set catalog `lake`", "grant", "enter default_catalog.shop"]


def test_what_dbts_test_helpers_write():
    assert StarRocksAdapter.timestamp_add_sql(Fake(), "at") == "date_add(at, interval 1 hour)"
    assert StarRocksAdapter.string_add_sql(Fake(), "name", "x", "prepend") == "concat('x', name)"
    assert StarRocksAdapter.update_column_sql(Fake(), "t", "c", "1") == "update t set c = 1 where true"
