{#- `length` counts bytes. -#}
{% macro starrocks__length(expression) -%}
  char_length({{ expression }})
{%- endmacro %}
