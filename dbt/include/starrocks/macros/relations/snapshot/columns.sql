{#- Columns that the query has and the snapshot has not are added first. Returns the query's. -#}
{% macro starrocks__add_snapshot_columns(target, query) -%}
  {%- set known = adapter.known_columns(target) -%}
  {%- set found = adapter.describe_query(query, config.get('sql_header'), known) -%}
  {%- set missing = adapter.columns_missing_in(found, known) -%}
  {%- if missing -%}
    {% do alter_relation_add_remove_columns(target, missing, none) %}
  {%- endif -%}
  {% do return(found) %}
{%- endmacro %}

{#- dbt compares the clock of the snapshot with the type of the rows' own time; a zone lost between them is worth a word. -#}
{% macro starrocks__check_snapshot_time(columns, meta) -%}
  {%- for column in columns if column.name | lower == meta.dbt_updated_at | lower and column.dtype != 'datetime' -%}
    {% do exceptions.warn_snapshot_timestamp_data_types('datetime', column.dtype) %}
  {%- endfor -%}
{%- endmacro %}

{#- Older snapshots were made with a duplicate key, which takes no upsert. Their rows move to a table that does, once. -#}
{% macro starrocks__convert_snapshot(existing, meta) -%}
  {%- set table = adapter.existing_table(existing) -%}
  {%- if table is not none and table.key_model != 'PRIMARY' -%}
    {%- set helper = adapter.helper_relation(existing, 'new') -%}
    {%- set design = adapter.snapshot_design(model, adapter.known_columns(existing), meta) -%}
    {%- set id = adapter.quote(meta.dbt_scd_id) -%}
    {% do starrocks__run('drop table if exists ' ~ helper.render() ~ ' force') %}
    {% do adapter.if_it_fails('drop table if exists ' ~ helper.render() ~ ' force') %}
    {% do starrocks__run(starrocks__create_table_sql(helper, design)) %}
    {% do starrocks__run(starrocks__convert_sql(existing, helper, design.fill_columns, id)) %}
    {% do adapter.await_visible() %}
    {% do starrocks__exchange(existing, existing, helper) %}
  {%- endif -%}
{%- endmacro %}

{#- Refuses to go on when two versions share an id: one of them would be lost. -#}
{% macro starrocks__convert_sql(existing, helper, columns, id) -%}
  insert into {{ helper.render() }} ({{ starrocks__column_list(columns) }})
  select {{ starrocks__column_list(columns) }}
  from (select *, count(*) over (partition by {{ id }}) as `dbt_twice` from {{ existing.render() }}) as `dbt_history`
  where assert_true(`dbt_twice` = 1, 'two versions of the snapshot share {{ id }}; remove one of them')
{%- endmacro %}
