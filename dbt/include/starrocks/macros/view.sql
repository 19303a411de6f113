{#- One statement: OR REPLACE keeps the view's id and grants, so there is no moment without it. -#}
{% materialization view, adapter='starrocks' %}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set existing = load_cached_relation(this) -%}
  {{ run_hooks(pre_hooks) }}
  {%- if existing is not none and not existing.is_view -%}
    {{ exceptions.raise_compiler_error(
      existing ~ " is a " ~ existing.type ~ "; this version cannot turn it into a view. Drop it first.") }}
  {%- endif -%}
  {% call statement('main') %}
    {{ create_view_as(target_relation, sql) }}
  {% endcall %}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
