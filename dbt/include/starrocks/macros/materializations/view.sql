{#- Nothing is sent for a view that is provably what the model says. -#}
{% materialization view, adapter='starrocks', supported_languages=['sql'] %}
  {%- set target = this.incorporate(type='view') -%}
  {%- set existing = starrocks__heal(this) -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if adapter.view_is_current(existing, sql, model) -%}
    {% do starrocks__assert_contract(adapter.known_columns(existing)) %}
    {% call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) %}{{ sql }}{% endcall %}
  {%- elif existing is none or existing.is_view -%}
    {% call statement('main') %}{{ config.get('sql_header') or '' }}{{ create_view_as(target, sql) }}{% endcall %}
    {% do adapter.replaced(existing, target) %}
    {% if existing is not none %}{% do adapter.reactivate_dependents(target) %}{% endif %}
  {%- else -%}
    {%- set grants = adapter.successor_grants(target, existing, config.get('grants')) -%}
    {% do starrocks__change_kind(existing, target, create_view_as(target, sql), 'main') %}
    {% do starrocks__carry_grants(target, grants, target) %}
  {%- endif -%}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=False)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
