{#- `bool_or` came with 4.1; the greatest of booleans is the same on every server. -#}
{% macro starrocks__bool_or(expression) -%}
  max(cast({{ expression }} as boolean))
{%- endmacro %}
