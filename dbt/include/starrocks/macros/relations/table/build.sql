{#- Building a table beside the one in use, and putting it in its place. -#}

{#- The design of the model's table: the query's columns and types, and what the model's configs say. -#}
{% macro starrocks__design(existing, sql) -%}
  {%- set like = adapter.known_columns(existing) if existing is not none and existing.is_table else [] -%}
  {%- set columns = adapter.describe_query(sql, config.get('sql_header'), like) -%}
  {% do starrocks__assert_contract(columns) %}
  {% do return(adapter.table_design(model, columns)) %}
{%- endmacro %}

{#- One text of two statements; `main` is both, so that the compiled statement shows the table as it is made. -#}
{% macro starrocks__create_and_fill_sql(relation, design, sql) -%}
  {{ config.get('sql_header', '') }}
  {{ starrocks__create_table_sql(relation, design) }};
  {{ starrocks__insert_sql(relation, design.fill_columns, sql) }}
{%- endmacro %}

{#- Old or new at every moment: the new table is complete and visible before it takes the name. -#}
{% macro starrocks__build_and_exchange(existing, target, design, sql) -%}
  {%- set helper = adapter.helper_relation(target, 'new') -%}
  {% do adapter.if_it_fails('drop table if exists ' ~ helper.render() ~ ' force') %}
  {% call statement('main') -%}
    {{ starrocks__create_and_fill_sql(helper, design, sql) }}
  {%- endcall %}
  {% do starrocks__warn_of_missing_columns(target, adapter.undocumented(model, design.columns)) %}
  {% do adapter.await_visible() %}
  {% do starrocks__exchange(existing, target, helper) %}
{%- endmacro %}

{#- What dbt calls where it wants a table from a query (stored failures, custom materializations). -#}
{% macro starrocks__create_table_as(temporary, relation, sql, language='sql') -%}
  {%- set columns = adapter.describe_query(sql, config.get('sql_header')) -%}
  {% do starrocks__assert_contract(columns) %}
  {{ starrocks__create_and_fill_sql(relation, adapter.table_design(model, columns), sql) }}
{%- endmacro %}
