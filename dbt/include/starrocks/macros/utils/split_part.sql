{#- Without the delimiter in it a text is its own first and last part; from 4.0 on the server says NULL. -#}
{% macro starrocks__split_part(string_text, delimiter_text, part_number) -%}
  {%- set part = 'split_part(' ~ string_text ~ ', ' ~ delimiter_text ~ ', ' ~ part_number ~ ')' -%}
  {%- if part_number | string | trim in ('1', '-1') -%}
    case when locate({{ delimiter_text }}, {{ string_text }}) = 0 then {{ string_text }} else {{ part }} end
  {%- else -%}
    {{ part }}
  {%- endif -%}
{%- endmacro %}
