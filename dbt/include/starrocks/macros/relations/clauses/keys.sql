{#- DUPLICATE | PRIMARY | UNIQUE | AGGREGATE KEY (…), or nothing where the server derives the key. -#}
{% macro starrocks__keys_clause(design) -%}
  {%- if design.internal and design.keys.columns -%}
  {{ design.keys.table_type | lower }} key ({{ starrocks__name_list(design.keys.columns) }})
  {%- endif -%}
{%- endmacro %}
