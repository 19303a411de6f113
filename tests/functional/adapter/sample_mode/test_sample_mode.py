"""`--sample`: inputs are cut to a window of their event time, given as wall-clock datetimes."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.sample_mode.test_sample_mode import BaseSampleModeTest

INPUT = """
{{ config(materialized='table', event_time='event_time') }}
select 1 as id, cast('2025-01-01 01:25:00' as datetime) as event_time
union all
select 2 as id, cast('2025-01-02 13:47:00' as datetime) as event_time
union all
select 3 as id, cast('2025-01-03 01:32:00' as datetime) as event_time
"""


class TestSampleMode(BaseSampleModeTest):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return INPUT
