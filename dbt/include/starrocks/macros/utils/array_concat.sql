{#- The server's name for it is not the default's `array_cat`. -#}
{% macro starrocks__array_concat(array_1, array_2) -%}
  array_concat({{ array_1 }}, {{ array_2 }})
{%- endmacro %}
