{#- A model that names its place as earlier adapters did, with `catalog` and `database`, goes into just that database. -#}
{% macro starrocks__generate_schema_name(custom_schema_name=none, node=none) -%}
  {%- set meant = node.config.get('database_of_catalog') if node else none -%}
  {{- meant if meant else default__generate_schema_name(custom_schema_name, node) -}}
{%- endmacro %}
