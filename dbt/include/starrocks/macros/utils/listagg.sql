{#- Through an array: `group_concat` cuts its result at 1024 bytes without a word. -#}
{% macro starrocks__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  {%- set distinct = modules.re.match('(?i) *distinct ', measure) -%}
  {%- set value = measure[distinct.end():] if distinct else measure -%}
  {%- set values = 'array_agg(' ~ ('distinct ' if distinct else '') ~ 'cast(' ~ value ~ ' as string)'
    ~ (' ' ~ order_by_clause if order_by_clause else '') ~ ')' -%}
  array_join({{ 'array_slice(' ~ values ~ ', 1, ' ~ limit_num ~ ')' if limit_num else values }}, {{ delimiter_text }})
{%- endmacro %}
