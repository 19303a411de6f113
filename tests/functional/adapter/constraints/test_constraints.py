"""dbt's contract and constraint classes, in StarRocks' types and with what its tables enforce.

Literals are cast, since `1` is a TINYINT here. Models of one column that cannot be a key (JSON, arrays) cannot be made:
a table needs a key column."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.constraints import fixtures
from dbt.tests.adapter.constraints.test_constraints import (
    BaseConstraintQuotedColumn,
    BaseConstraintsRollback,
    BaseConstraintsRuntimeDdlEnforcement,
    BaseIncrementalConstraintsColumnsEqual,
    BaseIncrementalConstraintsRollback,
    BaseIncrementalConstraintsRuntimeDdlEnforcement,
    BaseIncrementalContractSqlHeader,
    BaseIncrementalForeignKeyConstraint,
    BaseModelConstraintsRuntimeEnforcement,
    BaseTableConstraintsColumnsEqual,
    BaseTableContractSqlHeader,
    BaseViewConstraintsColumnsEqual,
)

NULL_INTO_NOT_NULL = ["Insert has filtered data"]


def cast(sql: str) -> str:
    return sql.replace("1 as id", "cast(1 as int) as id").replace("1 as error", "cast(1 as int) as error")


def with_casts(models: dict[str, str]) -> dict[str, str]:
    return {name: cast(text) if name.endswith(".sql") else text for name, text in models.items()}


class Types:
    """The pairs of a literal and a contract's type, and how a mismatch names the literal's."""

    @pytest.fixture
    def string_type(self):
        return "string"

    @pytest.fixture
    def int_type(self):
        return "int"

    @pytest.fixture
    def data_types(self):
        return [
            ["cast(1 as int)", "int", "int"],
            ["'1'", "string", "varchar"],
            ["true", "bool", "boolean"],
            ["cast('2013-11-03 00:00:00' as datetime)", "timestamp", "datetime"],
            ["cast('2013-11-03' as date)", "date", "date"],
            ["cast('1' as decimal(10, 2))", "numeric(10,2)", "decimal(10,2)"],
            ["cast('1' as bigint)", "int8", "bigint"],
        ]


class TestTableColumnsEqual(Types, BaseTableConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model_wrong_order.sql": fixtures.my_model_wrong_order_sql,
                "my_model_wrong_name.sql": fixtures.my_model_wrong_name_sql,
                "constraints_schema.yml": fixtures.model_schema_yml,
            }
        )


class TestViewColumnsEqual(Types, BaseViewConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model_wrong_order.sql": fixtures.my_model_view_wrong_order_sql,
                "my_model_wrong_name.sql": fixtures.my_model_view_wrong_name_sql,
                "constraints_schema.yml": fixtures.model_schema_yml,
            }
        )


class TestIncrementalColumnsEqual(Types, BaseIncrementalConstraintsColumnsEqual):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model_wrong_order.sql": fixtures.my_model_incremental_wrong_order_sql,
                "my_model_wrong_name.sql": fixtures.my_model_incremental_wrong_name_sql,
                "constraints_schema.yml": fixtures.model_schema_yml,
            }
        )


EXPECTED_DDL = """
create table <model_identifier> (
    `id` int not null,
    `color` string,
    `date_day` string
)
primary key (`id`);
insert into <model_identifier> (`id`, `color`, `date_day`)
select `id`, `color`, `date_day`
from (
    -- depends_on: <foreign_key_model_identifier>
    select
        'blue' as color,
        cast(1 as int) as id,
        '2019-01-01' as date_day
) as model_subq
"""


class TestRuntimeDdl(BaseConstraintsRuntimeDdlEnforcement):
    """The primary key is the table's; CHECK, UNIQUE and foreign keys are left out with a warning."""

    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model.sql": fixtures.my_model_wrong_order_depends_on_fk_sql,
                "foreign_key_model.sql": fixtures.foreign_key_model_sql,
                "constraints_schema.yml": fixtures.model_fk_constraint_schema_yml,
            }
        )

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return EXPECTED_DDL


class TestIncrementalRuntimeDdl(BaseIncrementalConstraintsRuntimeDdlEnforcement):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model.sql": fixtures.my_model_incremental_wrong_order_depends_on_fk_sql,
                "foreign_key_model.sql": fixtures.foreign_key_model_sql,
                "constraints_schema.yml": fixtures.model_fk_constraint_schema_yml,
            }
        )

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return EXPECTED_DDL


class TestModelConstraintsRuntimeDdl(BaseModelConstraintsRuntimeEnforcement):
    """The same constraints said of the model instead of its columns make the same table."""

    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model.sql": fixtures.my_model_wrong_order_depends_on_fk_sql,
                "foreign_key_model.sql": fixtures.foreign_key_model_sql,
                "constraints_schema.yml": fixtures.constrained_model_schema_yml,
            }
        )

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return EXPECTED_DDL


class TestQuotedColumn(BaseConstraintQuotedColumn):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {
                "my_model.sql": fixtures.my_model_with_quoted_column_name_sql,
                "constraints_schema.yml": fixtures.model_quoted_column_schema_yml,
            }
        )

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return """
create table <model_identifier> (
    `id` int not null,
    `from` string not null,
    `date_day` string
);
insert into <model_identifier> (`id`, `from`, `date_day`)
select `id`, `from`, `date_day`
from (
    select
      'blue' as `from`,
      cast(1 as int) as id,
      '2019-01-01' as date_day
) as model_subq
"""


class TestTableRollback(BaseConstraintsRollback):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts({"my_model.sql": fixtures.my_model_sql, "constraints_schema.yml": fixtures.model_schema_yml})

    @pytest.fixture(scope="class")
    def expected_error_messages(self):
        return NULL_INTO_NOT_NULL


class TestIncrementalRollback(BaseIncrementalConstraintsRollback):
    @pytest.fixture(scope="class")
    def models(self):
        return with_casts(
            {"my_model.sql": fixtures.my_incremental_model_sql, "constraints_schema.yml": fixtures.model_schema_yml}
        )

    @pytest.fixture(scope="class")
    def expected_error_messages(self):
        return NULL_INTO_NOT_NULL


def with_zone_of_starrocks(sql: str) -> str:
    return sql.replace("set session time zone 'Asia/Kolkata';", "set time_zone = 'Asia/Kolkata';").replace(
        "current_setting('timezone')", "@@time_zone"
    )


class TestTableSqlHeader(BaseTableContractSqlHeader):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "my_model_contract_sql_header.sql": with_zone_of_starrocks(fixtures.my_model_contract_sql_header_sql),
            "constraints_schema.yml": fixtures.model_contract_header_schema_yml,
        }


class TestIncrementalSqlHeader(BaseIncrementalContractSqlHeader):
    @pytest.fixture(scope="class")
    def models(self):
        header = fixtures.my_model_incremental_contract_sql_header_sql
        return {
            "my_model_contract_sql_header.sql": with_zone_of_starrocks(header),
            "constraints_schema.yml": fixtures.model_contract_header_schema_yml,
        }


class TestIncrementalForeignKey(BaseIncrementalForeignKeyConstraint):
    @pytest.fixture(scope="class")
    def macros(self):
        return {}

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "schema.yml": fixtures.incremental_foreign_key_schema_yml,
            "raw_numbers.sql": "select cast(1 as int) as n",
            "stg_numbers.sql": fixtures.incremental_foreign_key_model_stg_numbers_sql,
        }
