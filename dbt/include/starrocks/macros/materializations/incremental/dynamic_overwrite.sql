{#- The server finds the partitions itself. On a table whose partitions were named it would replace everything, whatever
    the hint says: refused. -#}
{% macro get_incremental_dynamic_overwrite_sql(arg_dict) -%}
  {{ return(adapter.dispatch('get_incremental_dynamic_overwrite_sql', 'dbt')(arg_dict)) }}
{%- endmacro %}

{% macro starrocks__get_incremental_dynamic_overwrite_sql(arg_dict) -%}
  {% do adapter.incremental_plan(model, arg_dict.target_relation, 'dynamic_overwrite') %}
  {%- if not adapter.partition_scheme(arg_dict.target_relation).is_automatic -%}
    {% do exceptions.raise_compiler_error(
      "`incremental_strategy` is 'dynamic_overwrite': the partitions of " ~ arg_dict.target_relation.render() ~ " were named one "
      "by one, and on such a table the server would replace all rows. Take `insert_overwrite`, which replaces the "
      "partitions that new rows meet, or partition by columns or an expression and run with --full-refresh.") %}
  {%- endif -%}
  {{ starrocks__dynamic_overwrite_sql(arg_dict) }}
{%- endmacro %}

{% macro starrocks__dynamic_overwrite_sql(arg_dict) -%}
  insert /*+SET_VAR(dynamic_overwrite=true)*/ overwrite {{ arg_dict.target_relation.render() }} (
    {{- starrocks__column_list(arg_dict.dest_columns) }})
  {{ starrocks__select_columns(arg_dict.dest_columns, starrocks__increment_source(arg_dict)) }}
{%- endmacro %}
