{#- ORDER BY (…): the sort key. -#}
{% macro starrocks__order_by_clause(order_by) -%}
  {%- if order_by -%}
  order by ({{ starrocks__name_list(order_by) }})
  {%- endif -%}
{%- endmacro %}
