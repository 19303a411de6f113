{#- Same columns and layout: the rows are overwritten in place, and the table's id, grants and dependents stay.
    Otherwise a new table is built beside and exchanged. -#}
{% materialization table, adapter='starrocks', supported_languages=['sql'] %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set existing = starrocks__heal(this) -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- set design = starrocks__design(existing, sql) -%}
  {%- if adapter.fits_in_place(existing, design) -%}
    {% call statement('main') -%}
      {{ config.get('sql_header', '') }}
      {{ starrocks__overwrite_sql(target, design.fill_columns, sql) }}
    {%- endcall %}
    {% do persist_docs(target, model) %}
  {%- else -%}
    {% do starrocks__build_and_exchange(existing, target, design, sql) %}
  {%- endif -%}
  {% do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=False)) %}
  {% do starrocks__drop_leftovers(this) %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
