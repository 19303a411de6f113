{#- A strategy of the project's own is given a table with the new rows, as dbt's are; ours read the query itself. -#}
{% macro starrocks__write_increment(existing, target, plan, write_sql, sql) -%}
  {%- set found = starrocks__follow_query(existing, plan, sql) -%}
  {%- set increment = {
    'target_relation': target,
    'temp_relation': none,
    'source_sql': sql,
    'unique_key': config.get('unique_key'),
    'dest_columns': adapter.columns_to_write(existing, model, found),
    'incremental_predicates': config.get('predicates') or config.get('incremental_predicates'),
  } -%}
  {%- if adapter.is_own_strategy(context, config.get('incremental_strategy') or 'default') -%}
    {% do increment.update(temp_relation=starrocks__new_rows_table(target, sql), source_sql=none) %}
  {%- endif -%}
  {%- set text = write_sql(increment) -%}
  {% call statement('main') -%}
    {{ config.get('sql_header') or '' }}
    {{ text }}
  {%- endcall %}
  {#- The next batch may read these rows back, and would lose those it does not see. -#}
  {% do adapter.await_visible() %}
  {% do adapter.step_is_done() %}
  {%- if increment.temp_relation is not none -%}
    {% do starrocks__drop(increment.temp_relation) %}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__new_rows_table(target, sql) -%}
  {#- Batches that run side by side would share the helper's name. -#}
  {% do adapter.take_turn(target) %}
  {%- set helper = adapter.helper_relation(target, 'new').incorporate(type='table') -%}
  {% do starrocks__run('drop table if exists ' ~ helper.render() ~ ' force') %}
  {% do adapter.if_it_fails('drop table if exists ' ~ helper.render() ~ ' force') %}
  {% do starrocks__run(starrocks__create_and_fill_sql(helper, starrocks__design(target, sql), sql)) %}
  {% do adapter.await_visible() %}
  {% do return(helper) %}
{%- endmacro %}
