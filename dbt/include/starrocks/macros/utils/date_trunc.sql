{#- A DATE is cut to days and longer only; to cut it to hours it must be a DATETIME. -#}
{% macro starrocks__date_trunc(datepart, date) -%}
  {%- set value = starrocks__as_datetime(date) if datepart | lower in ('hour', 'minute', 'second') else date -%}
  date_trunc('{{ datepart | lower }}', {{ value }})
{%- endmacro %}

{% macro starrocks__as_datetime(expression) -%}
  cast({{ expression }} as datetime)
{%- endmacro %}
