{#- Values of a partition: strings in quotes, whatever the column, and NULL. -#}

{% macro starrocks__literal_list(values) -%}
  {%- for value in values -%}
  {{ 'null' if value is none else starrocks__text(value) }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
