{#- NULL stays NULL, which the server turns into an empty text from 4.0 on. Without the delimiter in it a text is its own
    first and last part; the versions between say NULL. -#}
{% macro starrocks__split_part(string_text, delimiter_text, part_number) -%}
  {%- set part = 'split_part(' ~ string_text ~ ', ' ~ delimiter_text ~ ', ' ~ part_number ~ ')' -%}
  case
    when {{ string_text }} is null then null
    {%- if part_number | string | trim in ('1', '-1') %}
    when locate({{ delimiter_text }}, {{ string_text }}) = 0 then {{ string_text }}
    {%- endif %}
    else {{ part }}
  end
{%- endmacro %}
