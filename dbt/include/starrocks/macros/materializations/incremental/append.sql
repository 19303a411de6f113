{#- One INSERT, columns by name. On a PRIMARY KEY table that is an upsert, as every INSERT there is. -#}
{% macro starrocks__get_incremental_append_sql(arg_dict) -%}
  {{ starrocks__insert_sql(arg_dict.target_relation, arg_dict.dest_columns, starrocks__increment_source(arg_dict)) }}
{%- endmacro %}

{#- The query of the new rows: the model's own, or all of a table that holds them. -#}
{% macro starrocks__increment_source(arg_dict) -%}
  {%- if arg_dict.get('source_sql') -%}
    {{ arg_dict.source_sql }}
  {%- else -%}
    select * from {{ arg_dict.temp_relation.render() }}
  {%- endif -%}
{%- endmacro %}
