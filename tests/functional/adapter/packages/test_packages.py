"""Packages find StarRocks' macros: small stand-ins dispatch under the real packages' names, as the real ones do."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.tests.util import run_dbt
from dbt_common.exceptions import DbtRuntimeError

PROJECT = "name: {name}\nversion: '1.0'\nconfig-version: 2\nmacro-paths: [macros]\n"
DISPATCHED = """
{{% macro {name}({parameters}) %}}
  {{{{ return(adapter.dispatch('{name}', '{package}')({arguments})) }}}}
{{% endmacro %}}
{{% macro default__{name}({parameters}) %}}
  {{{{ exceptions.raise_compiler_error('{name} of StarRocks was not found') }}}}
{{% endmacro %}}
"""

REPLACE_ROWS = """
{% macro replace_rows() %}
  {% set queries = elementary.get_delete_and_insert_queries(ref('rows'), ref('rows_new'), ref('rows_new'), 'id') %}
  {% for query in queries %}{% do run_query(query) %}{% endfor %}
{% endmacro %}
"""

ROWS = """
select 1 as id, cast('2024-01-31 23:30:00' as datetime) as at, 'a' as word, cast(1.5 as double) as price
union all
select 1 as id, cast('2024-03-10 00:10:00' as datetime) as at, 'B' as word, cast(2.5 as double) as price
union all
select 2 as id, cast('2024-03-11 00:00:00' as datetime) as at, null as word, cast(4.5 as double) as price
"""


class Packages:
    """Writes each stand-in as a package of its own and installs it by its path."""

    package: str
    macros_of_package: dict[str, str]
    helpers: str = ""

    @pytest.fixture(scope="class")
    def packages(self, tmp_path_factory):
        folder = tmp_path_factory.mktemp(self.package)
        (folder / "macros").mkdir()
        (folder / "dbt_project.yml").write_text(PROJECT.format(name=self.package), encoding="utf-8")
        for name, parameters in self.macros_of_package.items():
            arguments = ", ".join(p.split("=")[0].strip() for p in parameters.split(","))
            text = DISPATCHED.format(name=name, package=self.package, parameters=parameters, arguments=arguments)
            Path(folder, "macros", f"{name}.sql").write_text(text, encoding="utf-8")
        (folder / "macros" / "helpers.sql").write_text(self.helpers, encoding="utf-8")
        return {"packages": [{"local": str(folder)}]}

    @pytest.fixture(scope="class", autouse=True)
    def installed(self, project):
        run_dbt(["deps"])
        run_dbt(["run"])

    def answer(self, project, expression: str, source: str = "") -> object:
        rows = self.answers(project, f"select {expression} as answer {source}")
        return rows[0][0]

    def answers(self, project, sql: str) -> list[tuple]:
        shown = run_dbt(["show", "--inline", sql, "--limit", "-1"])
        return [tuple(row) for row in shown.results[0].agate_table.rows]


class TestDbtUtils(Packages):
    package = "dbt_utils"
    macros_of_package = {
        "date_spine": "datepart, start_date, end_date",
        "generate_series": "upper_bound",
        "deduplicate": "relation, partition_by, order_by",
        "get_tables_by_pattern_sql": "schema_pattern, table_pattern, exclude='', database=target.database",
    }

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "rows.sql": "{{ config(materialized='table') }}" + ROWS,
            "rows_view.sql": "select * from {{ ref('rows') }}",
            "latest.sql": "{{ dbt_utils.deduplicate(ref('rows'), 'id', 'at desc') }}",
        }

    def test_date_spine(self, project):
        spine = "{{ dbt_utils.date_spine('month', \"'2024-01-01'\", \"'2024-04-01'\") }}"
        months = self.answers(project, f"select cast(date_month as string) as m from ({spine}) s order by 1")
        assert [month[:10] for (month,) in months] == ["2024-01-01", "2024-02-01", "2024-03-01"]

    def test_a_spine_without_periods_is_empty(self, project):
        spine = "{{ dbt_utils.date_spine('day', \"'2024-01-01'\", \"'2024-01-01'\") }}"
        assert self.answer(project, "count(*)", f"from ({spine}) s") == 0

    def test_generate_series(self, project):
        series = "{{ dbt_utils.generate_series(5) }}"
        assert self.answer(project, "sum(generated_number)", f"from ({series}) s") == 15

    def test_deduplicate(self, project):
        assert project.run_sql("select id, price from {schema}.latest order by id", fetch="all") == ((1, 2.5), (2, 4.5))
        columns = project.run_sql("desc {schema}.latest", fetch="all")
        assert [column[0] for column in columns] == ["id", "at", "word", "price"]

    @pytest.mark.only_since("4.0", reason="older servers cannot leave a column out of a star")
    def test_deduplicate_a_cte(self, project):
        cte = "with c as (select * from {{ ref('rows') }}) {{ dbt_utils.deduplicate('c', 'id', 'at desc') }}"
        assert len(self.answers(project, cte)) == 2

    @pytest.mark.only_before("4.0", reason="newer servers can leave a column out of a star")
    def test_deduplicate_a_cte_is_refused(self, project):
        cte = "with c as (select 1 as a) {{ dbt_utils.deduplicate('c', 'a', 'a') }}"
        with pytest.raises(DbtRuntimeError, match="Give it a relation"):
            run_dbt(["show", "--inline", cte])

    def test_get_tables_by_pattern(self, project):
        pattern = "{{ dbt_utils.get_tables_by_pattern_sql(target.schema, 'ROWS%') }}"
        found = self.answers(project, f"select table_name, table_type from ({pattern}) t order by 1")
        assert found == [("rows", "table"), ("rows_view", "view")]


MOMENTS = [
    ("convert_timezone(\"'2024-01-01 12:00:00'\", 'Asia/Shanghai', 'UTC')", "2024-01-01 20:00:00"),
    ("date_part('dayofweek', \"'2024-03-10'\")", "0"),
    ("date_part('week', \"'2024-03-10'\")", "10"),
    ("date_part('epoch', \"'2024-01-01'\")", "1704067200"),
    ("date_part('dayofyear', \"'2024-03-10'\")", "70"),
    ("date_part('hour', \"'2024-03-10 05:06:07'\")", "5"),
    ("day_of_week(\"'2024-03-10'\", true)", "7"),
    ("day_of_week(\"'2024-03-10'\", false)", "1"),
    ("day_name(\"'2024-03-10'\", true)", "Sun"),
    ("day_name(\"'2024-03-10'\", false)", "Sunday"),
    ("month_name(\"'2024-03-10'\", true)", "Mar"),
    ("month_name(\"'2024-03-10'\", false)", "March"),
    ("from_unixtimestamp(1704067201)", "2024-01-01 00:00:01"),
    ("from_unixtimestamp(-1)", "1969-12-31 23:59:59"),
    ("from_unixtimestamp(1704067201500, 'milliseconds')", "2024-01-01 00:00:01.500000"),
    ("from_unixtimestamp(4102444800000001, 'microseconds')", "2100-01-01 00:00:00.000001"),
    ("iso_week_start(\"'2024-03-10'\")", "2024-03-04"),
    ("week_start(\"'2024-03-09'\")", "2024-03-03"),
    ("week_end(\"'2024-03-10'\")", "2024-03-16"),
    ("week_of_year(\"'2024-03-10'\")", "10"),
]


class TestDbtDate(Packages):
    package = "dbt_date"
    macros_of_package = {
        "convert_timezone": "column, target_tz, source_tz",
        "now": "tz=None",
        "date": "year, month, day",
        "date_part": "datepart, date",
        "day_of_week": "date, isoweek",
        "day_name": "date, short, language='default'",
        "month_name": "date, short, language='default'",
        "from_unixtimestamp": "epochs, format='seconds'",
        "iso_week_start": "date",
        "week_start": "date",
        "week_end": "date",
        "week_of_year": "date",
    }

    @pytest.fixture(scope="class")
    def models(self):
        return {"rows.sql": ROWS}

    def test_of_moments(self, project):
        listed = ", ".join(
            f"cast({{{{ dbt_date.{expression} }}}} as string) as c{i}" for i, (expression, _) in enumerate(MOMENTS)
        )
        (found,) = self.answers(project, f"select {listed}")
        assert [str(value) for value in found] == [expected for _, expected in MOMENTS]

    def test_the_date_of_a_calendar_is_no_sql(self, project):
        assert str(self.answer(project, "'{{ dbt_date.date(2024, 1, 2).isoformat() }}'")) == "2024-01-02"

    def test_now_is_told_in_the_zone(self, project):
        sql = "seconds_diff({{ dbt_date.now('Asia/Shanghai') }}, utc_timestamp()) between 28790 and 28810"
        assert self.answer(project, sql) == 1


class TestDbtExpectations(Packages):
    package = "dbt_expectations"
    macros_of_package = {
        "quantile": "field, quantile, partition",
        "regexp_instr": "source_value, regexp, position=1, occurrence=1, is_raw=false, flags=''",
        "type_timestamp": "",
    }

    @pytest.fixture(scope="class")
    def models(self):
        return {"rows.sql": ROWS}

    def test_quantile(self, project):
        assert (
            self.answer(project, "{{ dbt_expectations.quantile('price', 0.5, none) }}", "from {{ ref('rows') }}") == 2.5
        )

    def test_regexp_instr(self, project):
        calls = ["'[0-9]'", "'y'", "'\\\\d', is_raw=true", "'X', flags='i'", "'X', flags='c'"]
        listed = ", ".join(
            f"{{{{ dbt_expectations.regexp_instr(\"'x1'\", {call}) }}}} as c{i}" for i, call in enumerate(calls)
        )
        assert self.answers(project, f"select {listed}") == [(1, 0, 1, 1, 0)]

    def test_type_timestamp(self, project):
        assert (
            self.answer(project, "typeof(cast('2024-01-01' as {{ dbt_expectations.type_timestamp() }}))") == "datetime"
        )


NO_FILTER = "{% macro starrocks__event_time_filter(event_time_props) %}{% endmacro %}"
COLUMNS = """
{% macro get_columns_in_relation_sql(relation) %}
  {% for column in adapter.get_columns_in_relation(relation) %}
  select '{{ column.name }}' as column_name, {{ loop.index }} as ordinal_position, '{{ column.data_type }}' as data_type
  {{ 'union all' if not loop.last }}
  {% endfor %}
{% endmacro %}
"""


class TestAuditHelper(Packages):
    package = "audit_helper"
    helpers = COLUMNS
    macros_of_package = {
        "compare_relation_columns": "a_relation, b_relation",
        "quick_are_queries_identical": "query_a, query_b, columns, event_time",
        "event_time_filter": "event_time_props",
    }

    @pytest.fixture(scope="class")
    def macros(self):
        return {"no_filter.sql": NO_FILTER}

    @pytest.fixture(scope="class")
    def models(self):
        return {"rows.sql": ROWS, "fewer.sql": "select id, 1 as word from {{ ref('rows') }}"}

    @pytest.mark.parametrize(
        ("other", "expected"),
        [
            ("select id, word from {{ ref('rows') }} order by word", 1),
            ("select id, coalesce(word, '') as word from {{ ref('rows') }}", 0),
            ("select distinct id, word from {{ ref('rows') }} where id = 1", 0),
        ],
    )
    def test_quick_are_queries_identical(self, project, other, expected):
        one = "select id, word from {{ ref('rows') }}"
        sql = (
            f"{{% set one %}}{one}{{% endset %}}{{% set other %}}{other}{{% endset %}}"
            "{{ audit_helper.quick_are_queries_identical(one, other, ['id', 'word'], none) }}"
        )
        assert self.answers(project, sql) == [(expected,)]

    def test_compare_relation_columns(self, project):
        compared = "{{ audit_helper.compare_relation_columns(ref('rows'), ref('fewer')) }}"
        found = self.answers(
            project, f"select column_name, in_both, has_data_type_match from ({compared}) c order by 1"
        )
        assert found == [("at", 0, 0), ("id", 1, 1), ("price", 0, 0), ("word", 1, 0)]


class TestElementary(Packages):
    package = "elementary"
    macros_of_package = {
        "get_delete_and_insert_queries": "relation, insert_relation, delete_relation, delete_column_key",
        "complete_buckets_cte": "time_bucket, bucket_end_expr, min_bucket_start_expr, max_bucket_end_expr",
        "contains": "string, string_to_search, case_sensitive",
        "edr_datetime_to_sql": "dt",
        "edr_hour_of_week_expression": "date_expr",
        "edr_timeadd": "date_part, number, timestamp_expression",
        "full_name_split": "part_name",
        "get_columns_from_information_schema": "database_name, schema_name, table_name=none",
        "get_tables_from_information_schema": "schema_tuple",
    }
    helpers = """
    {% macro edr_quote(text) %}{{ return("'" ~ text ~ "'") }}{% endmacro %}
    """

    @pytest.fixture(scope="class")
    def macros(self):
        return {"replace_rows.sql": REPLACE_ROWS}

    @pytest.fixture(scope="class")
    def models(self):
        table = "{{ config(materialized='table') }}"
        return {
            "rows.sql": table + "select 1 as id, 'old' as word union all select 2, 'old' union all select null, 'old'",
            "rows_new.sql": table + "select 2 as id, 'new' as word union all select 3, 'new'",
        }

    def test_rows_are_replaced_in_one_statement(self, project, statements):
        with statements.during() as sent:
            run_dbt(["run-operation", "replace_rows"])
        assert len(sent.containing("rows_new")) == 1
        rows = project.run_sql("select id, word from {schema}.`rows` order by id", fetch="all")
        assert rows == ((1, "old"), (2, "new"), (3, "new"))

    def test_buckets(self, project):
        buckets = (
            "{{ elementary.complete_buckets_cte({'period': 'day', 'count': 2}, "
            "'date_add(edr_bucket_start, interval 2 day)', \"'2024-01-01'\", \"'2024-01-06'\") }}"
        )
        found = self.answers(project, f"select cast(edr_bucket_start as string) from ({buckets}) b order by 1")
        assert [start[:10] for (start,) in found] == ["2024-01-01", "2024-01-03"]

    def test_of_one_value(self, project):
        expressions = [
            "{{ elementary.contains(\"'a Word'\", 'word', true) }}",
            "{{ elementary.contains(\"'a Word'\", 'word', false) }}",
            "{{ elementary.edr_datetime_to_sql('2024-01-02 03:04:05+00:00') }} = '2024-01-02 03:04:05'",
            "{{ elementary.edr_hour_of_week_expression(\"'2024-03-10 05:00:00'\") }} = 'Sunday05'",
            "{{ elementary.edr_timeadd('week', 2, \"'2024-01-01'\") }} = '2024-01-15'",
        ]
        listed = ", ".join(f"{expression} as c{i}" for i, expression in enumerate(expressions))
        assert self.answers(project, f"select {listed}") == [(0, 1, 1, 1, 1)]

    def test_names(self, project):
        split = "{{ elementary.full_name_split('schema_name') }}"
        assert self.answers(project, f"select {split} from (select 'C.S.T' as full_table_name) n") == [("S",)]
        columns = "{{ elementary.get_columns_from_information_schema(target.database, target.schema, 'rows') }}"
        found = self.answers(project, f"select full_table_name, column_name from ({columns}) c order by 2")
        full_name = f"DEFAULT_CATALOG.{project.test_schema}.ROWS".upper()
        assert found == [(full_name, "ID"), (full_name, "WORD")]
        tables = "{{ elementary.get_tables_from_information_schema((target.database, target.schema)) }}"
        assert [name for (name,) in self.answers(project, f"select table_name from ({tables}) t order by 1")] == [
            "ROWS",
            "ROWS_NEW",
        ]
