{#- Same columns and layout: the rows are overwritten in place, and the table's id, grants and dependents stay.
    Otherwise a new table is built beside and exchanged. -#}
{% materialization table, adapter='starrocks', supported_languages=['sql'] %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set existing = starrocks__heal(this) -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {% do starrocks__write_table(existing, target, sql) %}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=False)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
