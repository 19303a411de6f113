"""The clock's macros: naive datetimes, with microseconds where the clock is the session's."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.utils.test_current_timestamp import BaseCurrentTimestampNaive
from dbt.tests.adapter.utils.test_timestamps import BaseCurrentTimestamps

NOT_APPLICABLE = {
    "BaseCurrentTimestampAware": "no type of StarRocks has a time zone; the naive class is the one that holds",
}

MODEL = """
select {{ current_timestamp() }} as `current_timestamp`,
       {{ current_timestamp_in_utc_backcompat() }} as current_timestamp_in_utc_backcompat,
       {{ current_timestamp_backcompat() }} as current_timestamp_backcompat
"""

COMPILED = """
select now(6) as `current_timestamp`,
       utc_timestamp() as current_timestamp_in_utc_backcompat,
       now(6) as current_timestamp_backcompat
"""


class TestCurrentTimestamp(BaseCurrentTimestampNaive):
    pass


class TestCurrentTimestamps(BaseCurrentTimestamps):
    @pytest.fixture(scope="class")
    def models(self):
        return {"get_current_timestamp.sql": MODEL}

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return COMPILED

    @pytest.fixture(scope="class")
    def expected_schema(self):
        names = ("current_timestamp", "current_timestamp_in_utc_backcompat", "current_timestamp_backcompat")
        return dict.fromkeys(names, "datetime")
