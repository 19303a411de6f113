"""on_schema_change on the server: what is added, widened and dropped, and what is refused before anything is sent."""

from __future__ import annotations

import pytest
from dbt.tests.util import relation_from_name, run_dbt, run_dbt_and_capture, write_file

MODEL = """
{{{{ config(materialized='incremental', {config}) }}}}
{{% if is_incremental() %}} {second} {{% else %}} {first} {{% endif %}}
"""
FIRST = "select 1 as id, 'one' as name, cast(5 as int) as size, cast('2024-01-01' as date) as day"
SECOND = """
select 2 as id, cast(3000000000 as bigint) as Size, cast('2024-01-02 10:00:00' as datetime) as day, 'new' as note,
       cast(1.5 as decimal(10, 2)) as price
"""
KEYED = "unique_key='id', "
CASES = {
    "ignored": "on_schema_change='ignore', unique_key='id', incremental_strategy='merge'",
    "appended": KEYED + "on_schema_change='append_new_columns'",
    "synced": KEYED + "on_schema_change='sync_all_columns'",
    "synced_duplicate": KEYED
    + "on_schema_change='sync_all_columns', incremental_strategy='delete+insert', keys=['id']",
}
SMALL = SECOND.replace("3000000000 as bigint", "6 as int").replace(
    "'2024-01-02 10:00:00' as datetime", "'2024-01-02' as date"
)


def columns(project, name):
    return {row[0]: row[1] for row in project.run_sql(f"desc {{schema}}.{name}", fetch="all")}


def rows(project, name, listed="*"):
    return sorted(project.run_sql(f"select {listed} from {{schema}}.{name}", fetch="all"))


class TestColumnsFollow:
    @pytest.fixture(scope="class")
    def models(self):
        seconds = {
            "appended": SMALL,
            "ignored": "select 2 as id, 'two' as name, 6 as size, date '2024-01-02' as day, 1 as x",
        }
        return {
            f"{name}.sql": MODEL.format(config=config, first=FIRST, second=seconds.get(name, SECOND))
            for name, config in CASES.items()
        }

    @pytest.fixture(scope="class")
    def ran(self, project):
        run_dbt(["run"])
        return run_dbt(["run"])

    def test_ignored(self, project, ran):
        assert list(columns(project, "ignored")) == ["id", "name", "size", "day"]
        assert [row[0] for row in rows(project, "ignored")] == [1, 2]

    def test_appended(self, project, ran):
        assert list(columns(project, "appended")) == ["id", "name", "size", "day", "note", "price"]
        assert rows(project, "appended", "id, name, note") == [(1, "one", None), (2, None, "new")]

    @pytest.mark.parametrize("name", ["synced", "synced_duplicate"])
    def test_synced(self, project, ran, name):
        found = columns(project, name)
        assert {column.lower() for column in found} == {"id", "size", "day", "note", "price"}
        assert (found["size"], found["day"], found["price"]) == ("bigint", "datetime", "decimal(10,2)")
        assert rows(project, name, "id, size, note") == [(1, 5, None), (2, 3000000000, "new")]

    def test_one_alter_for_all(self, project, ran, statements):
        write_file(
            MODEL.format(config=CASES["synced"], first=FIRST, second="select 3 as id, 'x' as a, 'y' as b, 7 as size"),
            project.project_root,
            "models",
            "synced.sql",
        )
        run_dbt(["run", "--select", "synced"])
        (alter,) = statements.all().containing("alter table", "drop column")
        assert alter.sql.count("column") >= 5
        assert {column.lower() for column in columns(project, "synced")} == {"id", "size", "a", "b"}


REFUSED = {
    "fails": (KEYED + "on_schema_change='fail'", FIRST + ", 1 as extra", "new column extra"),
    "needs_key": (KEYED + "on_schema_change='sync_all_columns'", "select 'x' as name", "no such column"),
    "needs_partition": (
        "on_schema_change='sync_all_columns', partition_by=['day'], keys=['id']",
        "select 1 as id, 'x' as name, 3 as size",
        "no such column",
    ),
    "needs_view": (
        "on_schema_change='sync_all_columns', keys=['id']",
        "select 1 as id, 'x' as name, date '2024-01-01' as day",
        "size cannot be dropped, it is read by the materialized view on_needs_view",
    ),
    "no_such_type": (
        "on_schema_change='sync_all_columns', keys=['id']",
        "select 1 as id, 'x' as name, 3 as size, array<int>[1] as day",
        "day cannot become array<int>",
    ),
    "all_others": (
        KEYED + "incremental_strategy='delete+insert', keys=['id'], on_schema_change='ignore'",
        "select 1 as id, 'x' as name",
        "no longer returns size, day",
    ),
}


class TestRefusals:
    @pytest.fixture(scope="class")
    def models(self):
        return {f"{n}.sql": MODEL.format(config=c, first=FIRST, second=s) for n, (c, s, _) in REFUSED.items()}

    def test_old_rows_and_columns_stay(self, project):
        run_dbt(["run"])
        project.run_sql(
            "create materialized view {schema}.on_needs_view refresh deferred manual as "
            "select id, size from {schema}.needs_view"
        )
        _, output = run_dbt_and_capture(["run"], expect_pass=False)
        flat = " ".join(output.split())
        for name, (_, _, text) in REFUSED.items():
            assert text in flat, name
            assert columns(project, name) == {**columns(project, "fails")}, name
            assert len(rows(project, name)) == 1, name


class TestWhatDbtCalls:
    """The adapter's methods that packages and dbt's own macros use."""

    @pytest.fixture(scope="class")
    def macros(self):
        return {
            "alter.sql": """
{% macro change() %}
  {% set t = api.Relation.create(database=target.database, schema=target.schema, identifier='stored', type='table') %}
  {% set added, removed = api.Column.create('more', 'bigint'), api.Column.create('GONE', 'int') %}
  {% do alter_relation_add_remove_columns(t, [added], [removed]) %}
  {% do alter_column_type(t, 'size', 'bigint') %}
{% endmacro %}"""
        }

    def test_macros(self, project):
        project.run_sql(
            "create table {schema}.stored (id int, size int default '3' comment 'how many', gone int) "
            "duplicate key (id)"
        )
        project.run_sql("insert into {schema}.stored values (1, 2, 3)")
        run_dbt(["run-operation", "change"])
        assert columns(project, "stored") == {"id": "int", "size": "bigint", "more": "bigint"}
        assert rows(project, "stored") == [(1, 2, None)]
        shown = project.run_sql("show create table {schema}.stored", fetch="one")[1]
        assert '`size` bigint(20) NULL DEFAULT "3" COMMENT "how many"' in shown

    def test_expansion(self, project):
        project.run_sql(
            "create table {schema}.narrow (id int, name varchar(5), price decimal(10, 2)) duplicate key (id)"
        )
        project.run_sql(
            "create table {schema}.wide (id int, NAME varchar(50), price decimal(12, 4)) duplicate key (id)"
        )
        narrow, wide = (relation_from_name(project.adapter, name) for name in ("narrow", "wide"))
        with project.adapter.connection_named("expansion"):
            project.adapter.expand_target_column_types(wide, narrow)
        assert columns(project, "narrow") == {"id": "int", "name": "varchar(50)", "price": "decimal(12,4)"}
