{#- The first run, a full refresh and a change of kind build a new table and exchange it; every other run writes into the
    one there is, with one statement. -#}
{% materialization incremental, adapter='starrocks', supported_languages=['sql'] %}
  {%- set target = this.incorporate(type='table') -%}
  {#- The query was compiled before a crashed run is healed: where nothing had the name, it is the query for all rows. -#}
  {%- set found = load_cached_relation(this) -%}
  {%- set existing = starrocks__heal(this) -%}
  {%- set rebuilds = found is none or not found.is_table or should_full_refresh() -%}
  {%- set plan = adapter.incremental_plan(model, none if rebuilds else existing) -%}
  {%- set write_sql = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if rebuilds -%}
    {% do starrocks__build_and_exchange(existing, target, starrocks__design(existing, sql), sql) %}
  {%- else -%}
    {% do starrocks__write_increment(existing, target, plan, write_sql, sql) %}
    {% do persist_docs(target, model) %}
  {%- endif -%}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, rebuilds)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

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
    {{ config.get('sql_header', '') }}
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
