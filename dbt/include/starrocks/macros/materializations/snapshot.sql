{#- One upsert into a PRIMARY KEY table closes the versions that ended and adds the new ones: all of it or nothing. -#}
{% materialization snapshot, adapter='starrocks' %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set existing = starrocks__heal(this) -%}
  {%- if existing is not none and not existing.is_table -%}
    {% do exceptions.relation_wrong_type(existing, 'table') %}
  {%- endif -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- set meta = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set strategy_macro = strategy_dispatch(config.get('strategy')) -%}
  {%- set strategy = strategy_macro(model, 'snapshotted_data', 'source_data', model['config'], existing is not none) -%}

  {%- if existing is none -%}
    {%- set first = build_snapshot_table(strategy, model['compiled_code']) -%}
    {%- set columns = adapter.describe_query(first, config.get('sql_header')) -%}
    {%- set design = adapter.snapshot_design(model, columns, meta) -%}
    {% do starrocks__build_and_exchange(none, target, design, first) %}
  {%- else -%}
    {{ adapter.assert_valid_snapshot_target_given_strategy(target, meta, strategy) }}
    {% do starrocks__convert_snapshot(existing, meta) %}
    {% do starrocks__add_snapshot_columns(target, model['compiled_code']) %}
    {%- set columns = adapter.known_columns(target) -%}
    {%- set header = config.get('sql_header') or '' -%}
    {%- set writes = adapter.snapshot_writes(target, model['compiled_code'], header, meta, strategy.hard_deletes) -%}
    {% call statement('main') -%}
      {{ header }}
      {{ starrocks__snapshot_upsert_sql(target, writes, meta, snapshot_staging_table(strategy, sql, target)) }}
    {%- endcall %}
    {% do adapter.await_visible() %}
    {% do persist_docs(target, model) %}
  {%- endif -%}
  {% do starrocks__check_snapshot_time(columns, meta) %}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing is not none, full_refresh_mode=False)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
