{#- The server knows the last days of months, quarters and years. -#}
{% macro starrocks__last_day(date, datepart) -%}
  {%- if datepart | lower in ('month', 'quarter', 'year') -%}
    last_day({{ starrocks__as_datetime(date) }}, '{{ datepart | lower }}')
  {%- else -%}
    {{ dbt.default_last_day(date, datepart) }}
  {%- endif -%}
{%- endmacro %}
