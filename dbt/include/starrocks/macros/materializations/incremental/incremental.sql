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
