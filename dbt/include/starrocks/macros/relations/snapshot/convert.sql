{#- Earlier adapters made snapshots with a duplicate key, which takes no upsert. Their rows move to a table that does,
    once. -#}
{% macro starrocks__convert_snapshot(existing, meta) -%}
  {%- if not adapter.snapshot_takes_upserts(existing, meta) -%}
    {% do starrocks__refuse_shared_ids(existing, meta) %}
    {%- set helper = adapter.helper_relation(existing, 'new') -%}
    {%- set design = adapter.snapshot_design(model, adapter.known_columns(existing), meta, existing) -%}
    {% do adapter.if_it_fails('drop table if exists ' ~ helper.render() ~ ' force') %}
    {% do starrocks__run(starrocks__create_table_sql(helper, design)) %}
    {% do starrocks__run(starrocks__insert_sql(helper, design.fill_columns, 'select * from ' ~ existing.render())) %}
    {% do adapter.await_visible() %}
    {% do starrocks__exchange(existing, existing, helper) %}
  {%- endif -%}
{%- endmacro %}

{#- In a PRIMARY KEY table one of two versions with the same id would be lost. -#}
{% macro starrocks__refuse_shared_ids(existing, meta) -%}
  {%- set id = adapter.quote(meta.dbt_scd_id) -%}
  {%- set shared_sql -%}
    select count(*)
    from (select {{ id }} from {{ existing.render() }} group by {{ id }} having count(*) > 1) as `dbt_shared`
  {%- endset -%}
  {%- set shared = run_query(shared_sql).rows[0][0] -%}
  {%- if shared -%}
    {% do exceptions.raise_compiler_error(
      existing.render() ~ ' has to become a PRIMARY KEY table on ' ~ id ~ ', but versions share ' ~ shared
      ~ ' of its values. Remove the versions that are not wanted, or keep them all with this statement, and run the '
      ~ 'snapshot again: ' ~ adapter.keep_all_versions_sql(existing, meta)) %}
  {%- endif -%}
{%- endmacro %}
