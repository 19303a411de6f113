{#- PROPERTIES ('key' = 'value', …): an empty list is a syntax error, so nothing then. -#}
{% macro starrocks__properties_clause(properties) -%}
  {%- if properties -%}
  properties (
  {{ starrocks__property_list(properties, ',\n  ') }}
)
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__property_list(properties, separator) -%}
  {%- for key, value in properties.items() -%}
  {{ starrocks__text(key) }} = {{ starrocks__text(value) }}{{ separator if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
