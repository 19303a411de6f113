"""dbt's own tests of incremental models. Each class of the list is here."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.incremental.test_incremental_merge_exclude_columns import BaseMergeExcludeColumns
from dbt.tests.adapter.incremental.test_incremental_microbatch import BaseMicrobatch
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import BaseIncrementalOnSchemaChange
from dbt.tests.adapter.incremental.test_incremental_predicates import BaseIncrementalPredicates
from dbt.tests.adapter.incremental.test_incremental_unique_id import BaseIncrementalUniqueKey

INPUT = """
{{ config(materialized='table', event_time='event_time') }}
select 1 as id, cast('2020-01-01 00:00:00' as datetime) as event_time
union all
select 2 as id, cast('2020-01-02 00:00:00' as datetime) as event_time
union all
select 3 as id, cast('2020-01-03 00:00:00' as datetime) as event_time
"""
BY_DAY = """
{{ config(
    materialized='incremental', incremental_strategy='microbatch', unique_key='id', event_time='event_time',
    batch_size='day', begin=modules.datetime.datetime(2020, 1, 1, 0, 0, 0),
    partition_by=["date_trunc('day', event_time)"]) }}
select * from {{ ref('input_model') }}
"""


class TestMergeExcludeColumns(BaseMergeExcludeColumns):
    pass


class MicrobatchOnStarRocks(BaseMicrobatch):
    """A datetime literal has no offset here."""

    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return INPUT

    @pytest.fixture(scope="class")
    def insert_two_rows_sql(self, project):
        return (
            f"insert into {project.test_schema}.input_model (id, event_time) "
            "values (4, '2020-01-04 00:00:00'), (5, '2020-01-05 00:00:00')"
        )


class TestMicrobatch(MicrobatchOnStarRocks):
    pass


class TestMicrobatchOnPartitions(MicrobatchOnStarRocks):
    @pytest.fixture(scope="class")
    def microbatch_model_sql(self):
        return BY_DAY


class TestIncrementalOnSchemaChange(BaseIncrementalOnSchemaChange):
    pass


class TestIncrementalPredicates(BaseIncrementalPredicates):
    pass


class TestPredicatesByTheOlderName(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+predicates": ["id != 2"], "+incremental_strategy": "delete+insert"}}


class TestIncrementalUniqueKey(BaseIncrementalUniqueKey):
    """These load duplicate and NULL keys, which a PRIMARY KEY table takes neither of."""

    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"models": {"+incremental_strategy": "delete+insert"}}
