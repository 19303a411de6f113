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
  {{ config.get('sql_header') or '' }}
  {{ starrocks__create_table_sql(relation, design) }};
  {{ starrocks__insert_sql(relation, design.fill_columns, sql) }}
{%- endmacro %}

{#- The model's rows: in the table that is there, where it fits, or in a new one that takes its place. -#}
{% macro starrocks__write_table(existing, target, sql) -%}
  {%- set wish = adapter.on_table_exists(model, existing) -%}
  {%- if wish == 'ignore' -%}
    {% call noop_statement('main', 'SKIP', 'SKIP', 0) %}{{ sql }}{% endcall %}
  {%- elif wish == 'append' -%}
    {%- set columns = adapter.describe_query(sql, config.get('sql_header'), adapter.known_columns(existing)) -%}
    {% call statement('main') -%}
      {{ config.get('sql_header') or '' }}
      {{ starrocks__insert_sql(target, columns, sql) }}
    {%- endcall %}
    {% do adapter.await_visible() %}
  {%- else -%}
    {% do starrocks__replace_rows(existing, target, starrocks__design(existing, sql), sql) %}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__replace_rows(existing, target, design, sql) -%}
  {%- if adapter.fits_in_place(existing, design) -%}
    {% call statement('main') -%}
      {{ config.get('sql_header') or '' }}
      {{ starrocks__overwrite_sql(target, design.fill_columns, sql) }}
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {% do starrocks__tell_optimizer(target, design.optimizer_changes(adapter.existing_table(existing))) %}
    {% do starrocks__analyze(target) %}
  {%- else -%}
    {% do starrocks__build_and_exchange(existing, target, design, sql) %}
  {%- endif -%}
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
  {% do starrocks__analyze(helper) %}
  {% do starrocks__exchange(existing, target, helper) %}
  {% do starrocks__tell_optimizer(target, design.optimizer) %}
{%- endmacro %}

{#- What dbt calls where it wants a table from a query (stored failures, custom materializations). -#}
{% macro starrocks__create_table_as(temporary, relation, sql, language='sql') -%}
  {%- set columns = adapter.describe_query(sql, config.get('sql_header')) -%}
  {% do starrocks__assert_contract(columns) %}
  {{ starrocks__create_and_fill_sql(relation, adapter.table_design(model, columns), sql) }}
{%- endmacro %}
