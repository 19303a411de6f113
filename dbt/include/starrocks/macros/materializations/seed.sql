{#- Same columns and layout: one OVERWRITE in place. Otherwise the seed is loaded beside and exchanged. -#}
{% materialization seed, adapter='starrocks' %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set existing = starrocks__heal(this) -%}
  {%- if existing is not none and not existing.is_table -%}
    {% do exceptions.raise_compiler_error("Cannot seed to '" ~ existing.render() ~ "', it is a " ~ existing.kind) %}
  {%- endif -%}
  {%- set agate_table = load_agate_table() -%}
  {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- set columns = adapter.seed_columns(agate_table, config.get('column_types'), config.get('quote_columns')) -%}
  {%- set design = adapter.table_design(model, columns) -%}
  {%- set loads = adapter.seed_statements(agate_table) -%}
  {%- set in_place = adapter.fits_in_place(existing, design) and loads | length <= 1 -%}
  {%- if in_place -%}
    {%- set code = 'INSERT' -%}
    {% do starrocks__reload_seed(target, columns, loads) %}
    {% do persist_docs(target, model) %}
  {%- else -%}
    {%- set code = 'CREATE' -%}
    {% do starrocks__build_seed(existing, target, design, columns, loads) %}
  {%- endif -%}
  {%- set count = agate_table.rows | length -%}
  {% call noop_statement('main', code ~ ' ' ~ count, code, count) -%}
    {{ starrocks__create_table_sql(target, design) }};
    -- {{ count }} rows
  {%- endcall %}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=False)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
