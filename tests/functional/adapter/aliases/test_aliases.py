"""Aliases: the helper macro of the tests casts in StarRocks' words; there is one catalog that dbt writes to."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.aliases import fixtures
from dbt.tests.adapter.aliases.test_aliases import (
    BaseAliasErrors,
    BaseAliases,
    BaseSameAliasDifferentDatabases,
    BaseSameAliasDifferentSchemas,
)

CAST = """
{% macro string_literal(s) -%}
  cast('{{ s }}' as string)
{%- endmacro %}
"""


class CastsHere:
    @pytest.fixture(scope="class")
    def macros(self):
        return {"cast.sql": CAST, "expect_value.sql": fixtures.MACROS__EXPECT_VALUE_SQL}


class TestAliases(CastsHere, BaseAliases):
    pass


class TestAliasErrors(BaseAliasErrors):
    pass


class DropsItsSchemas:
    """dbt drops the schema of the test; these tests make others beside it."""

    @pytest.fixture(scope="class", autouse=True)
    def drop_schemas(self, project):
        yield
        beside = project.run_sql(
            f"select schema_name from information_schema.schemata where schema_name like '{project.test_schema}%'",
            fetch="all",
        )
        for (name,) in beside:
            project.run_sql(f"drop database `{name}` force")


class TestSameAliasDifferentSchemas(CastsHere, DropsItsSchemas, BaseSameAliasDifferentSchemas):
    pass


class TestSameAliasDifferentDatabases(CastsHere, DropsItsSchemas, BaseSameAliasDifferentDatabases):
    """Two databases of StarRocks are two schemas of dbt."""
