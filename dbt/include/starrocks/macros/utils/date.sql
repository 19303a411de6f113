{#- `to_date` takes no format. dbt_date has a macro of this name too, whose result is the date itself. -#}
{% macro starrocks__date(year, month, day) -%}
  {%- set date = modules.datetime.date(year, month, day) -%}
  {%- if 'macro.dbt_date.date' in context_macro_stack.call_stack -%}
    {{ return(date) }}
  {%- endif -%}
  cast('{{ date.isoformat() }}' as date)
{%- endmacro %}
