{#- A backslash opens an escape here, so it is doubled like the quote. -#}
{% macro starrocks__escape_single_quotes(expression) -%}
{{ expression | replace("\\", "\\\\") | replace("'", "''") }}
{%- endmacro %}
