{#- `position(a in b)` does not parse. -#}
{% macro starrocks__position(substring_text, string_text) -%}
  locate({{ substring_text }}, {{ string_text }})
{%- endmacro %}
