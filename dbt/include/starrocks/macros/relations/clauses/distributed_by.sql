{#- DISTRIBUTED BY HASH (…) | RANDOM, with BUCKETS where the model names a number. -#}
{% macro starrocks__distributed_by_clause(design) -%}
  {%- if design.distribution -%}
  distributed by {{ 'hash (' ~ starrocks__name_list(design.distribution.columns) ~ ')' if design.distribution.columns else 'random' }}
  {%- if design.distribution.buckets %} buckets {{ design.distribution.buckets }}{% endif -%}
  {%- endif -%}
{%- endmacro %}
