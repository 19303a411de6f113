{#- Without unique_key: append. With it: merge where the table's key is the unique key, delete+insert elsewhere. -#}
{% macro starrocks__get_incremental_default_sql(arg_dict) -%}
  {%- set plan = adapter.incremental_plan(model, arg_dict.target_relation, 'default') -%}
  {%- if plan.strategy == 'merge' -%}
    {{ get_incremental_merge_sql(arg_dict) }}
  {%- elif plan.strategy == 'delete+insert' -%}
    {{ get_incremental_delete_insert_sql(arg_dict) }}
  {%- else -%}
    {{ get_incremental_append_sql(arg_dict) }}
  {%- endif -%}
{%- endmacro %}
