{#- Functions have two-part names, take no volatility and no defaults, and come with 4.1. -#}
{% macro starrocks__scalar_function_sql(target_relation) -%}
  {% do adapter.require_feature('sql_functions', 'A SQL function') %}
  {%- if model.config.get('volatility') is not none %}{% do unsupported_volatility_warning(model.config.get('volatility')) %}{% endif -%}
  CREATE OR REPLACE FUNCTION {{ target_relation.two_part }} ({{ adapter.function_arguments(model) }})
  RETURNS {{ adapter.function_expression(model) }}
{%- endmacro %}

{% macro starrocks__aggregate_function_sql(target_relation) -%}
  {% do exceptions.raise_compiler_error('StarRocks has no aggregate functions in SQL: ' ~ model.name ~ ' can be a macro instead.') %}
{%- endmacro %}

{#- Grants and comments speak of relations; a function has neither here. -#}
{% macro starrocks__function_execute_build_sql(build_sql, existing_relation, target_relation) -%}
  {% call statement('main') %}{{ build_sql }}{% endcall %}
{%- endmacro %}

{% macro starrocks__list_function_relations_without_caching(schema_relation) -%}
  {% call statement('list_functions', fetch_result=True, auto_begin=False) -%}
    show functions from {{ adapter.quote(schema_relation.schema) }}
  {%- endcall %}
  {{ return(load_result('list_functions').table) }}
{%- endmacro %}
