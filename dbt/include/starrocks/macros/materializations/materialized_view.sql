{#- Unchanged: refreshed. Changed: altered in place where the server can, else built beside, filled and exchanged. -#}
{% materialization materialized_view, adapter='starrocks', supported_languages=['sql'] %}
  {%- set target = this.incorporate(type='materialized_view') -%}
  {%- set existing = starrocks__heal(this) -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- set design = adapter.materialized_view_design(model, sql) -%}
  {%- if existing is none or not existing.is_materialized_view or should_full_refresh() -%}
    {% do starrocks__build_materialized_view(existing, target, design) %}
  {%- else -%}
    {%- set changes = adapter.materialized_view_changes(existing, design) -%}
    {%- if changes -%}
      {% do starrocks__apply_changes(existing, target, design, changes) %}
    {%- else -%}
      {% do starrocks__refresh_on_run(target, design) %}
    {%- endif -%}
  {%- endif -%}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=False)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
