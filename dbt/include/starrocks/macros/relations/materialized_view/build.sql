{#- Building a materialized view. One that replaces something is complete before it takes the name. -#}
{% macro starrocks__build_materialized_view(existing, target, design) -%}
  {%- if existing is none -%}
    {% call statement('main') %}{{ starrocks__create_materialized_view_sql(target, design) }}{% endcall %}
    {% do starrocks__run(starrocks__refresh_materialized_view(target)) %}
    {% do adapter.replaced(none, target) %}
  {%- else -%}
    {% do log('Applying REPLACE to: ' ~ target.render()) %}
    {%- set helper = adapter.helper_relation(target, 'new') -%}
    {% do adapter.if_it_fails('drop materialized view if exists ' ~ helper.render()) %}
    {% call statement('main') %}{{ starrocks__create_materialized_view_sql(helper, design) }}{% endcall %}
    {% do starrocks__run(starrocks__refresh_materialized_view(helper)) %}
    {% do starrocks__exchange(existing, target, helper) %}
  {%- endif -%}
{%- endmacro %}

{#- Nothing but data changed. -#}
{% macro starrocks__refresh_on_run(target, design) -%}
  {% do starrocks__reactivate(target) %}
  {%- if design.on_run == 'none' -%}
    {% call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) %}{{ starrocks__create_materialized_view_sql(target, design) }}{% endcall %}
  {%- else -%}
    {% call statement('main') %}{{ starrocks__refresh_sql(target, design.on_run) }}{% endcall %}
  {%- endif -%}
{%- endmacro %}

{#- `on_configuration_change`: apply (the default), continue or fail. -#}
{% macro starrocks__apply_changes(existing, target, design, changes) -%}
  {%- set wanted = config.get('on_configuration_change', 'apply') | string -%}
  {%- set told = "Configuration changes were identified and `on_configuration_change` was set to `" ~ wanted
    ~ "` for `" ~ target.render() ~ "`: " ~ changes.told -%}
  {%- if wanted == 'fail' -%}
    {% do exceptions.raise_fail_fast_error(told) %}
  {%- elif wanted == 'continue' -%}
    {% do exceptions.warn(told) %}
    {% call noop_statement('main', 'SKIP', 'SKIP', 0) %}{{ starrocks__create_materialized_view_sql(target, design) }}{% endcall %}
  {%- elif changes.replace -%}
    {% do starrocks__build_materialized_view(existing, target, design) %}
  {%- else -%}
    {% do starrocks__alter_materialized_view(target, changes) %}
    {% do adapter.replaced(none, target) %}
    {% do starrocks__refresh_on_run(target, design) %}
  {%- endif -%}
{%- endmacro %}
