{#- `to_date` takes no format. -#}
{% macro starrocks__date(year, month, day) -%}
  cast('{{ modules.datetime.date(year, month, day).isoformat() }}' as date)
{%- endmacro %}
