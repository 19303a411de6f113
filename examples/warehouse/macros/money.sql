{#- What a line of an order costs. -#}
{% macro net_amount(quantity, unit_price, discount_rate) -%}
  cast({{ quantity }} * {{ unit_price }} * (1 - coalesce({{ discount_rate }}, 0)) as decimal(18, 2))
{%- endmacro %}
