{#- Columns that the query has and the snapshot has not are added first. -#}
{% macro starrocks__add_snapshot_columns(target, query) -%}
  {%- set added = adapter.new_snapshot_columns(target, query, config.get('sql_header')) -%}
  {%- if added -%}
    {% do alter_relation_add_remove_columns(target, added, none) %}
  {%- endif -%}
{%- endmacro %}

{#- dbt compares the clock of the snapshot with the type of the rows' own time. -#}
{% macro starrocks__check_snapshot_time(columns, meta) -%}
  {%- for column in columns if column.name | lower == meta.dbt_updated_at | lower and column.dtype != 'datetime' -%}
    {% do exceptions.warn_snapshot_timestamp_data_types('datetime', column.dtype) %}
  {%- endfor -%}
{%- endmacro %}
