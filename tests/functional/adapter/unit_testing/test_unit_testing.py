"""Unit tests of models: fixtures of every type, and no table made to learn the types."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.unit_testing.test_case_insensitivity import BaseUnitTestCaseInsensivity
from dbt.tests.adapter.unit_testing.test_invalid_input import BaseUnitTestInvalidInput
from dbt.tests.adapter.unit_testing.test_quoted_reserved_word_column_names import (
    BaseUnitTestQuotedReservedWordColumnNames,
)
from dbt.tests.adapter.unit_testing.test_types import BaseUnitTestingTypes, BaseUnitTestingVarcharFixtureNoTruncation
from dbt.tests.util import run_dbt

UPSTREAM = "{{ config(materialized='view') }} select 1 as id, cast('a' as varchar(5)) as name, 1.50 as price"
MODEL = "select id, concat(name, '!') as name from {{ ref('upstream') }} where price > 1"
TESTS = """
unit_tests:
  - name: keeps_the_dear_ones
    model: model
    given:
      - input: ref('upstream')
        rows:
          - {id: 1, name: "it's \\\\ here, and long", price: 0.5}
          - {id: 2, name: "it's \\\\ here, and long", price: 1.5}
          - {id: 3, price: 2}
    expect:
      rows:
        - {id: 2, name: "it's \\\\ here, and long!"}
        - {id: 3, name: null}
  - name: gives_nothing_for_nothing
    model: model
    given: [{input: ref('upstream'), rows: []}]
    expect: {rows: []}
  - name: is_told_in_sql
    model: model
    given:
      - input: ref('upstream')
        format: sql
        rows: select 4 as id, 'four' as name, 4 as price
    expect:
      format: sql
      rows: select 4 as id, 'four!' as name
"""


class TestCaseInsensitivity(BaseUnitTestCaseInsensivity):
    pass


class TestInvalidInput(BaseUnitTestInvalidInput):
    pass


class TestQuotedReservedWordColumnNames(BaseUnitTestQuotedReservedWordColumnNames):
    pass


class TestTypes(BaseUnitTestingTypes):
    @pytest.fixture
    def data_types(self, server_version):
        nested = [
            ["map{'a': 1}", """'{"a": 1, "b": 2}'"""],
            ["map{'a': 1}", "{a: 1}"],
            ["named_struct('a', 1, 'b', 'x')", """'{"a": 1, "b": "y"}'"""],
        ]
        # 3.3 has no cast from JSON to them
        return (nested if server_version.at_least("3.5") else []) + [
            ["1", "1"],
            ["'1'", "1"],
            ["true", "true"],
            ["cast(1 as largeint)", "9223372036854775807"],
            ["cast(1 as decimal(10, 2))", "1.25"],
            ["cast(1 as double)", "1.5"],
            ["date '2020-01-02'", "2020-01-02"],
            ["datetime '2013-11-03 00:00:00'", "2013-11-03 00:00:00"],
            ["""parse_json('{"bar": "baz"}')""", """'{"bar": "baz", "balance": 7.77, "active": false}'"""],
            ["array<int>[1, 2]", "[1, 2, 3]"],
            ["array<varchar(10)>['a']", """'["a", "it''s"]'"""],
        ]


class TestVarcharFixtureNoTruncation(BaseUnitTestingVarcharFixtureNoTruncation):
    pass


class TestFixtures:
    @pytest.fixture(scope="class")
    def models(self):
        return {"upstream.sql": UPSTREAM, "model.sql": MODEL, "tests.yml": TESTS}

    def test_fixtures_of_all_forms_and_what_they_cost(self, project, statements):
        run_dbt(["run", "--select", "upstream"])
        with statements.during() as sent:
            results = run_dbt(["test"])
        assert [result.status for result in results] == ["pass"] * 3
        assert not sent.containing("create")
        assert len(sent.containing("dbt_internal_unit_test_actual")) == 3
