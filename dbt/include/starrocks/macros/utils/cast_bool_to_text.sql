{#- A cast says `1` and `0`. -#}
{% macro starrocks__cast_bool_to_text(field) -%}
  case when {{ field }} then 'true' when not {{ field }} then 'false' end
{%- endmacro %}
