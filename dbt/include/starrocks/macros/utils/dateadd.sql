{#- An interval takes any expression and a bare word, and text only becomes a date by a cast. -#}
{% macro starrocks__dateadd(datepart, interval, from_date_or_timestamp) -%}
  date_add({{ starrocks__as_datetime(from_date_or_timestamp) }}, interval ({{ interval }}) {{ datepart | lower }})
{%- endmacro %}
